"""Every criterion: the pages of `repro-audit explain`."""

from __future__ import annotations

from itertools import groupby

from repro_audit.loader import load_rules
from repro_audit.report.reference import section, table
from repro_audit.score import ONLY_BY_RUNNING, TESTABLE

HEAD = """\
# The criteria

What each criterion asks, why, how it is judged by reading, and how to meet it. `repro-audit explain ID` prints the
same. The answers are told on the page of [the result](result.md#answers).
"""
BY_RUNNING = "\n`--run` can verify or refute it.\n"
ONLY = "\nOnly `--run` can tell; until then it holds back no star.\n"


def page() -> str:
    rules = load_rules()
    parts = [HEAD, table(rules)]
    for star, members in groupby(rules, key=lambda r: r.star):
        parts.append(f"## Star {star.value}: {star.title}\n")
        parts += [section(rule) + _running(rule.id) for rule in members]
    return "\n".join(parts)


def _running(id: str) -> str:
    if id in ONLY_BY_RUNNING:
        return ONLY
    return BY_RUNNING if id in TESTABLE else ""
