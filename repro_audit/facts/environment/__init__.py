"""Environment: declared packages, images, language versions and hardware."""
