"""Data: what the main experiment reads, how it is managed and described."""
