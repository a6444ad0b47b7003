"""Their agreement with the readers beside ours, as numbers and as text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from agreement import Pair, compare
from rivals_mapping import ROWS, Row
from rivals_tools import Checks

Said = dict[str, dict[str, Checks]]  # tool -> repository -> checks


def summarize(pairs: Sequence[Pair], said: Said) -> list[dict[str, Any]]:
    """One entry per tool and criterion, for the tools that were run."""
    return [measure(row, pairs, said[row.tool]) for row in ROWS if row.tool in said]


def measure(row: Row, pairs: Sequence[Pair], checks: dict[str, Checks]) -> dict[str, Any]:
    theirs = compare([(p.expected(row.criterion), row.answer(checks[p.repo])) for p in pairs], [])
    ours = compare([(p.expected(row.criterion), p.given(row.criterion)) for p in pairs], [])
    outcomes = [(row.outcome(checks[p.repo]), p.expected(row.criterion)) for p in pairs]
    return {
        "tool": row.tool,
        "criterion": row.criterion,
        "count": len(pairs),
        "exact": theirs["exact"],
        "within_one": theirs["within_one"],
        "kappa": theirs["kappa"],
        "best_possible": best_possible(outcomes),
        "constant": theirs["constant"],
        "ours_exact": ours["exact"],
        "ours_within_one": ours["within_one"],
        "answers": {p.repo: row.answer(checks[p.repo]) for p in pairs},
    }


def best_possible(outcomes: Iterable[tuple[tuple[object, ...], str]]) -> float:
    """What no reading of these checks could exceed: each outcome given its commonest answer, the key in hand."""
    found: defaultdict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
    for outcome, expected in outcomes:
        found[outcome][expected] += 1
    right = sum(max(c.values()) for c in found.values())
    return right / sum(c.total() for c in found.values())


HEAD = ("exact", "±1 step", "at best", "constant", "ours", "ours ±1")
KEYS = ("exact", "within_one", "best_possible", "constant", "ours_exact", "ours_within_one")


def overview(measured: Sequence[dict[str, Any]]) -> str:
    head = f"{'tool':<18} {'criterion':<19}" + "".join(f"{h:>9}" for h in HEAD)
    lines = [head]
    for tool in dict.fromkeys(m["tool"] for m in measured):
        rows = [m for m in measured if m["tool"] == tool]
        lines += ["-" * len(head), *(line(m) for m in rows), line(mean(tool, rows))]
    return "\n".join(lines)


def line(values: dict[str, Any]) -> str:
    return f"{values['tool']:<18} {values['criterion']:<19}" + "".join(f"{values[k]:>9.1%}" for k in KEYS)


def mean(tool: str, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Over all its answers. Each criterion has as many as there are repositories."""
    return {"tool": tool, "criterion": f"all {len(rows)}", **{k: sum(r[k] for r in rows) / len(rows) for k in KEYS}}


def markdown(measured: Sequence[dict[str, Any]]) -> str:
    """The same table with the mapping, for the page beside the programs."""
    tools = list(dict.fromkeys(m["tool"] for m in measured))
    totals = [mean(t, [m for m in measured if m["tool"] == t]) for t in tools]
    return "\n".join(
        [
            *table_head("tool", "criteria", *HEAD),
            *(cells(f"`{v['tool']}`", v["criterion"].removeprefix("all "), *shares(v)) for v in totals),
            "",
            *table_head("tool", "criterion", *HEAD),
            *(cells(f"`{m['tool']}`", f"`{m['criterion']}`", *shares(m)) for m in measured),
            "",
            mapping(tools),
        ]
    )


def mapping(tools: Iterable[str]) -> str:
    rows = [r for r in ROWS if r.tool in set(tools)]
    lines = (cells(f"`{r.tool}`", f"`{r.criterion}`", clauses(r), r.why) for r in rows)
    return "\n".join([*table_head("tool", "criterion", "the first that holds", "why"), *lines])


def clauses(row: Row) -> str:
    return "<br>".join(c.replace("|", " or ") for c in row.clauses)


def shares(values: dict[str, Any]) -> list[str]:
    return [f"{values[k]:.1%}" for k in KEYS]


def table_head(*names: str) -> list[str]:
    return [cells(*names), cells(*("---" for _ in names))]


def cells(*texts: str) -> str:
    return f"| {' | '.join(texts)} |"
