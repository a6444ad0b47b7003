"""What a change did, in the terminal and as Markdown for a comment: what got worse first, and kept short."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from rich.console import Console
from rich.text import Text

from ..result import Result
from ..text import count, one_line, shorten
from .links import Links
from .markdown import render
from .words import rank_words, stars

MOST_ROWS, MOST_FIXES = 12, 5
LONGEST_LINE = 100  # characters of a project's line
ORDER = {"worse": 0, "worse, but waived": 1, "cannot be told any more": 2, "better": 3}
STYLES = {"worse": "bold red", "better": "green"}

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Because:
    side: str  # `-` what was there before, `+` what is there now
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is not what it was."""

    change: str
    what: str
    answer: str
    because: tuple[Because, ...]
    fix: str = ""


def comments(results: Sequence[Result]) -> str:
    """A section per project."""
    return "\n".join(_comment(r, r.baseline) for r in results if r.baseline is not None)


def _comment(result: Result, told: Told) -> str:
    rows = rows_of(told)
    fixes = [{"id": r.what, "text": r.fix} for r in rows if r.fix and r.change == "worse"][:MOST_FIXES]
    return render(
        "baseline.md.j2", result, told=told, headline=headline(told, rows), rows=rows[:MOST_ROWS],
        left=max(0, len(rows) - MOST_ROWS), fixes=fixes,
    )  # fmt: skip


def show(console: Console, results: Sequence[Result], links: Sequence[Links | None] = ()) -> None:
    """The same for a terminal."""
    for result, own in zip_longest(results, links):
        if result.baseline is not None:
            for line in _lines(result, result.baseline):
                console.print(own.apply(line) if own else line, soft_wrap=True)


def _lines(result: Result, told: Told) -> Iterator[Text]:
    rows = rows_of(told)
    commit = f" ({one_line(told['commit'])[:10]})" if told["commit"] else ""
    yield Text(f"{one_line(result.project.root)} against {one_line(told['source'])}{commit}, by {told['compared']}")
    yield Text(f"{stars(result)}  {rank_words(result)}; {headline(told, rows)}", "bold")
    for row in rows:
        yield from _row_lines(row)
    yield from (Text(f"note: {one_line(note)}", "cyan") for note in told["notes"])


def _row_lines(row: Row) -> Iterator[Text]:
    yield Text.assemble((row.change, STYLES.get(row.change, "cyan")), f"  {row.what}  {row.answer}")
    for one in row.because:
        yield Text(f"  {one.side} {one.place}  {one.text}", "dim")
    if row.fix and row.change == "worse":
        yield Text(f"  fix: {row.fix}")


def since(console: Console, told: Told, changed: str) -> None:
    """What the change of some files did to the score before it."""
    rows = rows_of(told)
    console.print(Text(f"\nSince the last score ({changed}): {headline(told, rows)}", "bold"), soft_wrap=True)
    for row in rows:
        for line in _row_lines(row):
            console.print(line, soft_wrap=True)


def headline(told: Told, rows: Sequence[Row]) -> str:
    """How many stars and criteria changed which way."""
    stars_said = [f"star {number} {word}" for word in ("lost", "won") for number in told["stars"][word]]
    worse, better = (sum(r.change == change for r in rows) for change in ("worse", "better"))
    counted = [f"{number} {word}" for number, word in ((worse, "worse"), (better, "better")) if number]
    return ", ".join([*stars_said, *counted]) or ("nothing changed" if not rows else count(len(rows), "change"))


def rows_of(told: Told) -> list[Row]:
    """What is not what it was, worst first."""
    criteria = sorted(told["criteria"], key=lambda c: ORDER.get(c["change"], len(ORDER)))
    found = [Row("worse", f"cause {c['cause']}", _cause(c), _at(c), one_line(c["fix"] or "")) for c in told["causes"]]
    found += [
        Row("worse", shorten(str(d["parameter"]), LONGEST_LINE), "changes nothing now", _at(d)) for d in told["dead"]
    ]
    return [*found, *(_row(c) for c in criteria)]


def _row(told: Told) -> Row:
    answer = f"{told['from']} → {told['to']}: {one_line(told['message'])}"
    because = tuple(Because("+" if b["side"] == "now" else "-", *_place(b)) for b in told["because"])
    return Row(told["change"], told["id"], answer, because, one_line(told["fix"] or ""))


def _cause(told: Told) -> str:
    return f"new: {', '.join(one_line(str(o)) for o in (told['outputs'] or [])[:3]) or 'an output'} differs"


def _at(told: Told) -> tuple[Because, ...]:
    return (Because("+", *_place(told)),) if told["path"] else ()


def _place(told: Told) -> tuple[str, str]:
    line = f":{told['line']}" if told.get("line") else ""
    return one_line(f"{told['path']}{line}"), shorten(str(told.get("text") or ""), LONGEST_LINE)
