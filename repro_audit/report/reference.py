"""rules/README.md: every rule with its criterion and its fix, for people who browse the repository.

`python -m repro_audit.report.reference > rules/README.md` writes it; a test compares the two.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from inspect import cleandoc
from itertools import groupby

from ..loader import load_rules
from ..rule import Rule

HEAD = """\
# The rules

One rule per criterion, one module per star. A rule reads facts and answers `yes`, `partial`, `no`, `na`
(does not apply) or `unknown` (reading cannot tell). `repro-audit explain ID` prints the same pages.

This file is generated: `python -m repro_audit.report.reference > rules/README.md`.
"""


def reference(rules: Sequence[Rule]) -> str:
    """The whole page; the rules come in the order of the stars."""
    parts = [HEAD, table(rules)]
    for star, members in groupby(rules, key=lambda r: r.star):
        parts.append(f"## Star {star.value}: {star.title}\n")
        parts += [section(rule) for rule in members]
    return "\n".join(parts)


def table(rules: Sequence[Rule]) -> str:
    """A line per rule, with a link to its section."""
    rows = [f"| {r.star.value} | [`{r.id}`](#{r.id}) | {r.criterion} |" for r in rules]
    return "\n".join(["| star | id | met when |", "| --- | --- | --- |", *rows, ""])


def section(rule: Rule) -> str:
    return f"### {rule.id}\n\n*{rule.criterion}*\n\n{cleandoc(rule.page)}\n\nFix: {rule.fix}\n"


if __name__ == "__main__":
    sys.stdout.write(reference(load_rules()))
