"""repro-audit: does a machine-learning project earn the stars of the reproducibility scale?

    from repro_audit import audit

    result = audit("path/to/project")

What is named here is the public interface; `docs/python.md` has examples. It is loaded when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .api import (
        Answer,
        Criterion,
        Evidence,
        Place,
        ProjectError,
        Rank,
        ReproAuditError,
        Result,
        Run,
        Star,
        StarResult,
        Unavailable,
        UsageError,
        audit,
        to_dict,
        to_json,
    )

__version__ = "0.1.0"
__all__ = [
    "Answer", "Criterion", "Evidence", "Place", "ProjectError", "Rank", "ReproAuditError", "Result", "Run", "Star",
    "StarResult", "Unavailable", "UsageError", "__version__", "audit", "to_dict", "to_json",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
