"""What a careful colleague would commit: for each unmet criterion a patch to read first."""
