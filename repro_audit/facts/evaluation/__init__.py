"""Evaluation: apps, prediction scripts, and whatever records or compares runs."""
