"""What a project's Keras computes on: before version 2.4 it ran on Theano as well, and drew from NumPy there."""

from __future__ import annotations

from .files import Tree
from .regex import regex

THEANO = regex(r"(?i)\btheano(?:_flags)?\b")
IMPORTED_THEANO = regex(r"(?m)^[ \t]*(?:import|from)\s+theano\b")
TENSORFLOW = regex(r"(?m)^[ \t]*(?:import|from)\s+tensorflow\b|\btf\.keras\b|tensorflow(?:-gpu)?\s*[=<>~]=")
PAGES = (".md", ".rst", ".txt", ".sh")


def runs_on_theano(files: Tree) -> bool:
    """Whether Theano is imported or spoken of, and TensorFlow is nowhere imported nor pinned."""
    code = files.suffixed(".py")
    pages = [p for p in files.suffixed(*PAGES) if p.count("/") < 2 and files.size(p) < 200_000]
    is_told = any(IMPORTED_THEANO.search(files.text(p) or "") for p in code)
    is_told = is_told or any(THEANO.search(files.text(p) or "") for p in pages)
    return is_told and not any(TENSORFLOW.search(files.text(p) or "") for p in (*code, *pages))
