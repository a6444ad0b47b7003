"""Few errors, each with an exit code and the next step."""

from __future__ import annotations


class ReproAuditError(Exception):
    """Something the user can mend: one line that says what, and `hint` that says what to do next."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(ReproAuditError):
    """The command line or a setting is wrong."""


class ProjectError(ReproAuditError):
    """The project cannot be read."""


class Unavailable(ReproAuditError):
    """Something that is needed is not there (git, an engine, a library)."""
