"""How the program ends where something is wrong: one line that says what, one that says what next."""

from __future__ import annotations

import os
import re
import sys
from typing import Any, NoReturn

from .errors import ReproAuditError
from .text import meant, one_line

BUG = "This is a bug: please report it; REPRO_AUDIT_DEBUG=1 shows where."
_CHOICE = re.compile(r"['\"](?P<word>[^'\"]*)['\"] is not one of (?P<known>'.*')")
_COMMAND = re.compile(r"No such command '(?P<word>.*?)'")


def ours(error: ReproAuditError) -> NoReturn:
    fail(str(error), error.hint, error.exit_code)


def system(error: OSError) -> NoReturn:
    """What the system refused, and of which file."""
    what = error.strerror or type(error).__name__
    message = f"{error.filename}: {what}" if error.filename else what
    fail(message, "Make room, or see to the permissions, and run it again; nothing was lost.", 2)


def other(error: Exception) -> NoReturn:
    """Typer's own complaint about the command line, known by its method: its class has moved between releases.

    Anything else is a mistake of ours.
    """
    if hasattr(error, "format_message"):
        fail(*_complaint(error), 2)
    if os.environ.get("REPRO_AUDIT_DEBUG"):
        raise error
    fail(f"{type(error).__name__}: {error}", BUG, 2)


def stop(signal_number: int, frame: object) -> NoReturn:
    """End as after an error, so that temporary folders are removed."""
    sys.exit(128 + signal_number)


def quietly() -> NoReturn:
    """The reader of our output has gone; a second error while closing it helps nobody."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def fail(message: str, hint: str, status: int) -> NoReturn:
    tell(message, hint)
    sys.exit(status)


def tell(message: str, hint: str) -> None:
    """What is wrong, and what to do next."""
    print(f"error: {one_line(message)}", file=sys.stderr)
    if hint:
        print(f"hint: {one_line(hint)}", file=sys.stderr)


def _complaint(error: Any) -> tuple[str, str]:
    """What is wrong with the command line, and the nearest right word or where to look."""
    context = getattr(error, "ctx", None)
    message = error.format_message().replace("Value error, ", "")
    otherwise = f"Try {context.command_path if context else 'repro-audit'} --help."
    option = getattr(error, "option_name", None)
    if option and context and "No such option" in message:
        known = [name for param in context.command.get_params(context) for name in param.opts]
        return f"there is no option {option}", meant(option, known) or otherwise
    command, choice = _COMMAND.match(message), _CHOICE.search(message)
    if command and context:
        return f"there is no command {command['word']}", _command_hint(command["word"], context) or otherwise
    if choice:
        return message, meant(choice["word"], re.findall(r"'([^']*)'", choice["known"])) or otherwise
    return message, otherwise


def _command_hint(word: str, context: Any) -> str:
    """The nearest command; a project without one is most likely to be scored."""
    if os.path.isdir(word) or "://" in word:
        return f"Did you mean {context.command_path} score {word}?"
    return meant(word, context.command.list_commands(context))
