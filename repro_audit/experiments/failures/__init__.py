"""What the log of a failed run says, one file per kind of cause."""
