"""Experiments: one file per question asked of a run."""
