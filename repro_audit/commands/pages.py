"""`explain` and `rules`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from inspect import cleandoc

from ..diagnose.model import CauseName
from ..diagnose.words import BECAUSE, SeedKey, fix
from ..errors import UsageError
from ..loader import load_rules
from ..rule import Rule
from ..text import nearest
from .show import text

CAUSES = "docs/causes"  # of the source tree


def page(name: str) -> str:
    """The page of one criterion or cause, as plain text."""
    rules, causes = load_rules(), [c.value for c in CauseName]
    rule = next((r for r in rules if r.id == name.lower()), None)
    if rule is not None:
        return _of_criterion(rule)
    if name.lower() in causes:
        return _of_cause(CauseName(name.lower()))
    raise UsageError(f"there is no criterion or cause {name}", nearest(name, [*(r.id for r in rules), *causes]))


def _of_criterion(rule: Rule) -> str:
    return f"""\
{rule.id} (star {rule.star.value}, {rule.star.title})

{rule.criterion}

{cleandoc(rule.page)}

What the article asks: {rule.article}
How to fix it: {rule.fix}
"""


def _of_cause(name: CauseName) -> str:
    return f"""\
{name.value} (a cause of differences between two runs)

An output differs because {BECAUSE[name]}.

How to mend it: {fix(name, None, SeedKey())}
What shows and proves it: {CAUSES}/{name.value}.md
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
