"""The results that a repository states: numbers beside the name of a metric, and hashes of outputs."""

from .names import Metric, metric_of
from .stated import Stated, stated_numbers

__all__ = ["Metric", "Stated", "metric_of", "stated_numbers"]
