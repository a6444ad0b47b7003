"""`explain` and `rules`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from inspect import cleandoc

from ..errors import UsageError
from ..loader import load_rules
from ..rule import Rule
from ..text import nearest
from .show import text


def page(id: str) -> str:
    """The page of one criterion, as plain text."""
    rules = load_rules()
    rule = next((r for r in rules if r.id == id.lower()), None)
    if rule is None:
        raise UsageError(f"there is no criterion {id}", nearest(id, [r.id for r in rules]))
    return f"""\
{rule.id} (star {rule.star.value}, {rule.star.title})

{rule.criterion}

{cleandoc(rule.page)}

What the article asks: {rule.article}
How to fix it: {rule.fix}
"""


def show_rules(format: str, no_color: bool) -> None:
    rules = load_rules()
    if format == "json":
        return text(json.dumps([_row(r) for r in rules], indent=2) + "\n")
    if format == "markdown":
        return text(markdown(rules))
    return _terminal(rules, no_color)


def markdown(rules: Sequence[Rule]) -> str:
    """The page that stands as `rules/README.md`."""
    from ..report.escape import escape

    lines = ["| star | criterion | met when | fix |", "| --- | --- | --- | --- |"]
    lines += [f"| {r.star.value} | `{r.id}` | {escape(r.criterion)} | {escape(r.fix)} |" for r in rules]
    return "# The rules\n\n" + "\n".join(lines) + "\n"


def _row(rule: Rule) -> dict[str, object]:
    return {"id": rule.id, "star": rule.star.value, "criterion": rule.criterion, "fix": rule.fix}


def _terminal(rules: Sequence[Rule], no_color: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    from ..report.terminal import console

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("star", no_wrap=True)
    table.add_column("criterion", no_wrap=True)
    table.add_column("met when")
    for rule in rules:
        table.add_row(f"{rule.star.value} {rule.star.title}", Text(rule.id, "cyan"), Text(rule.criterion))
    console(no_color).print(table)
