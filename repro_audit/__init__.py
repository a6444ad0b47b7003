"""repro-audit: does a machine-learning project earn the stars of the reproducibility scale?"""

__version__ = "0.1.0"
