"""How `--help` is laid out: options and commands below the headings that `rich_help_panel` names.

Typer shows these headings in panels that rich draws, which takes longer to start than the rest of the program, or
leaves them out. Here they are plain text, all in one column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from typer.core import TyperCommand, TyperGroup

WIDEST = 30  # columns of an option's name, beyond which its help begins on the next line

Row = tuple[str, str]


class Command(TyperCommand):
    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The arguments, then the options by heading."""
        rows = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                rows.append((_heading(param), record))
        _write(formatter, rows)


class Group(TyperGroup):
    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The options, then the commands by heading; a line of help is never cut."""
        rows = [("Options", p.get_help_record(ctx)) for p in self.get_params(ctx)]
        commands: Mapping[str, Any] = self.commands  # in the order of the program; older typers list them by name
        for name, command in commands.items():
            if not command.hidden:
                title = getattr(command, "rich_help_panel", None) or "Commands"
                rows.append((title, (name, command.get_short_help_str(200))))
        _write(formatter, [(title, record) for title, record in rows if record is not None])


def _heading(param: Any) -> str:
    usual = "Arguments" if param.param_type_name == "argument" else "Options"
    return getattr(param, "rich_help_panel", None) or usual


def _write(formatter: Any, rows: Iterable[tuple[str, Row]]) -> None:
    """Each heading where its first row stands; names are padded so that all helps begin in one column."""
    groups: dict[str, list[Row]] = {}
    for title, row in rows:
        groups.setdefault(title, []).append(row)
    every = [len(name) for group in groups.values() for name, _ in group]
    width = min(max(every, default=0), WIDEST)
    for title, group in groups.items():
        with formatter.section(title):
            formatter.write_dl([(name.ljust(width), text) for name, text in group], col_max=WIDEST)
