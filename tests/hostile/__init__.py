"""Hostile repositories, by name."""

from . import content_traps, file_traps, git_traps, shape_traps, tool_traps
from .building import BUILDERS

__all__ = ["BUILDERS", "content_traps", "file_traps", "git_traps", "shape_traps", "tool_traps"]
