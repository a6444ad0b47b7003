"""The Python code that the main experiment reaches: a light call graph over the project's own files."""

from .model import Call, Import, Program, Unit
from .trace import trace, trace_apart

__all__ = ["Call", "Import", "Program", "Unit", "trace", "trace_apart"]
