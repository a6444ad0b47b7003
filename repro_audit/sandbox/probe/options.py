"""Which options of the command line are read, where the project parses them with argparse."""

from __future__ import annotations

import sys
from typing import Any

from . import stack
from .notes import busy
from .touches import note_at


def replace_argparse(argparse: Any) -> None:
    """What comes back stays the same object with the same attributes; its class is one that notes reads."""
    original = argparse.ArgumentParser.parse_args
    base = argparse.Namespace

    def parse_args(self: Any, args: Any = None, namespace: Any = None) -> Any:
        frame = sys._getframe(1)
        found = original(self, args, namespace)
        if type(found) is base and stack.is_project(frame) and not busy.now:
            found.__class__ = _noting(base, _names(self))
        return found

    parse_args.__doc__ = original.__doc__
    argparse.ArgumentParser.parse_args = parse_args


def _names(parser: Any) -> dict[str, str]:
    """Attribute -> option, those of the chosen subcommands too."""
    found: dict[str, str] = {}
    for action in parser._actions:
        found[action.dest] = max(action.option_strings, key=len) if action.option_strings else action.dest
        choices = getattr(action, "choices", None)
        if isinstance(choices, dict):
            for below in choices.values():
                found.update(_names(below) if hasattr(below, "_actions") else {})
    return found


def _noting(base: Any, names: dict[str, str]) -> Any:
    untold = dict(names)

    def tell(name: str, frame: Any) -> None:
        option = untold.pop(name, None)
        if option is not None:
            note_at({"note": "option", "option": option, "dest": name}, frame)

    class Namespace(base):  # type: ignore[misc]
        def __getattribute__(self, name: str) -> Any:
            if name in untold:
                tell(name, sys._getframe(1))
            elif name == "__dict__" and untold:  # vars(), copy(), ==: all of them
                for each in list(untold):
                    tell(each, sys._getframe(1))
            return base.__getattribute__(self, name)

        def __reduce_ex__(self, protocol: Any) -> Any:
            return base, (), dict(base.__getattribute__(self, "__dict__"))

        def __repr__(self) -> str:
            values = base.__getattribute__(self, "__dict__")
            return str(base.__repr__(base(**values)))

    Namespace.__module__, Namespace.__qualname__ = base.__module__, base.__qualname__
    return Namespace
