"""The view that fits a terminal of 80 columns. Strangers' words go into `Text`, never into markup."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..model import Answer, Star
from ..result import Criterion, Result, StarResult
from ..score import next_steps
from ..text import count, one_line, shorten
from .findings import Tone, findings, refuted_claims
from .links import Links
from .words import LEGEND, mark, rank_words, star_sign

WIDTH = 80  # columns, at most
MIN_WIDTH = 30
STEPS = 5  # lines of advice
FINDINGS = 8  # experiments told of, beside those that the criteria tell
PLACES = 12  # values shown of one output that differs
INDENT = 4
STYLES = {
    Answer.YES: "green", Answer.VERIFIED: "bold green", Answer.PARTIAL: "yellow", Answer.NO: "red",
    Answer.REFUTED: "bold red", Answer.NA: "dim", Answer.UNKNOWN: "cyan", Answer.INCONCLUSIVE: "cyan",
}  # fmt: skip
TONES = {Tone.GOOD: ("✔", "green"), Tone.WARNING: ("!", "bold yellow"), Tone.UNSURE: ("?", "cyan")}
UNLIKE = ("different", "only-first", "only-second")
# For a terminal whose encoding has no such signs.
PLAIN = str.maketrans({"★": "*", "☆": "o", "·": ".", "✓": "+", "✔": "#", "◐": "~", "✗": "x", "–": "-", "…": "."})


def console(no_color: bool = False, file: IO[str] | None = None) -> Console:
    """A console that never wraps beyond 80 columns; rich itself honors NO_COLOR, TERM and pipes."""
    made = Console(file=file or sys.stdout, no_color=no_color or None, highlight=False, markup=False, emoji=False)
    made.width = max(MIN_WIDTH, min(made.width, WIDTH))
    return made


class View:
    """Writes results line by line."""

    def __init__(
        self, target: Console, verbose: bool = False, show_diff: bool = False, links: Links | None = None
    ) -> None:
        self.console = target
        self.links = links
        self.verbose = verbose
        self.show_diff = show_diff
        self.is_plain = not _can_show_signs(target)

    def show(self, result: Result) -> None:
        """One project: stars, criteria, advice."""
        self._head(result)
        for star in result.stars:
            self._star(star, result.of(star.star))
        self._line(Text(LEGEND, "dim"), indent=2)
        self._findings(result)
        if self.show_diff:
            self._differences(result)
        self._advice(result)
        self._others(result)

    def show_quiet(self, result: Result) -> None:
        """One line: signs, rank, project."""
        self._line(Text.assemble(_signs(result), "  ", rank_words(result), "  ", one_line(result.project.root)))

    def compare(self, results: Sequence[Result]) -> None:
        """A line per project, a group of signs per star."""
        table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", expand=False)
        table.add_column("project", overflow="fold", ratio=1)
        table.add_column("stars", no_wrap=True)
        for star in Star:
            table.add_column(star.title[:4].lower(), no_wrap=True)
        for result in results:
            groups = [self._signs_of(result.of(star)) for star in Star]
            stars = _signs(result)
            table.add_row(self._text(Text(one_line(result.project.root))), self._text(stars), *groups)
        self.console.print(table)
        self._line(Text(LEGEND, "dim"))

    def _head(self, result: Result) -> None:
        project = result.project
        name = project.name if project.root == "." else project.root
        commit = f"commit {project.commit[:10]}" if project.commit else "no commit"
        state = commit + (" + changes" if project.dirty else "")
        room = self.console.width - len(state) - 2
        title = Text(shorten(name, max(room, 12)), "bold")
        gap = " " * max(2, self.console.width - title.cell_len - len(state))
        self._line(Text.assemble(title, gap, (state, "dim")))
        self._line(Text.assemble("\n", _signs(result, " "), "   ", (rank_words(result), "bold"), "\n"))
        for claim in refuted_claims(result.experiments):
            self._hanging(Text("! ", "bold red"), claim, 0, 4)
            self._line(Text())

    def _star(self, star: StarResult, criteria: Sequence[Criterion]) -> None:
        state = "verified" if star.verified else "declared" if star.earned else _missing(star, criteria)
        style = _star_style(star)
        title = f"{star_sign(star)} {star.star.value} {star.star.title}"
        self._line(Text.assemble((title, style), "  ", (state, "dim")))
        for criterion in criteria:
            self._criterion(criterion)

    def _criterion(self, criterion: Criterion) -> None:
        head = Text.assemble((mark(criterion), STYLES[criterion.answer]), f" {criterion.id:<19}")
        message = criterion.message
        if criterion.waived:
            message = _waiver_words(criterion) + message
        self._hanging(head, message, INDENT - 2, None if self.verbose else 2)
        if self.verbose:
            self._details(criterion)

    def _details(self, criterion: Criterion) -> None:
        for evidence in criterion.evidence:
            where = str(evidence.at or evidence.experiment or "")
            self._hanging(Text(""), f"{where}  {evidence.text}".strip(), 24, 3, "dim")
        if criterion.fix:
            self._hanging(Text("fix: ", "cyan"), criterion.fix, 24, None)

    def _findings(self, result: Result) -> None:
        """What the experiments beside the two equal runs found."""
        found = findings(result.experiments)
        if not found:
            return
        self._line(Text("\nWhat the experiments found", "bold"))
        shown = found if self.verbose else found[:FINDINGS]
        for one in shown:
            sign, style = TONES[one.tone]
            head = Text.assemble((sign, style), f" {one.name:<13} ")
            self._hanging(head, one.text, INDENT - 2, None if self.verbose else 4)
        if len(shown) < len(found):
            self._line(Text(f"… and {len(found) - len(shown)} more: --verbose shows them", "dim"), INDENT)

    def _differences(self, result: Result) -> None:
        """The values that differ between the two equal runs, side by side."""
        repeat = next((e for e in result.experiments if e["kind"] == "repeat"), {})
        unlike = [o for o in repeat.get("outputs", ()) if o["verdict"] in UNLIKE]
        if not unlike:
            return
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", expand=False)
        for title in ("where", "what differs"):
            table.add_column(title, overflow="fold")
        for output in unlike:
            table.add_row(Text(one_line(output["path"]), "bold"), Text(one_line(output["why"] or output["verdict"])))
            for place in output.get("places", ())[:PLACES]:
                table.add_row(Text("  " + one_line(place["at"])), Text(one_line(place["why"])))
        self._line(Text("\nWhat differs between the two runs", "bold"))
        self.console.print(table)

    def _advice(self, result: Result) -> None:
        steps: dict[str, list[str]] = {}  # what one change mends, by the change
        for step in next_steps(result.criteria):
            fix, place = step.fix or step.message, step.place
            where = f"{place}: " if place and place.path not in fix else ""
            steps.setdefault(where + fix, []).append(step.id)
        if not steps:
            return
        shown = f"What to do next ({STEPS} of {len(steps)})" if len(steps) > STEPS else "What to do next"
        self._line(Text("\n" + shown, "bold"))
        for number, (words, ids) in enumerate(list(steps.items())[:STEPS], 1):
            self._hanging(Text(f"{number}. ", "bold"), f"{words}  [{', '.join(ids)}]", 0, None)

    def _others(self, result: Result) -> None:
        others = result.project.others
        if not others:
            return
        names = ", ".join(others[:8]) + (f" and {len(others) - 8} more" if len(others) > 8 else "")
        self._line(Text(f"\n{count(len(others), 'project')} below this root; each can be scored alone:", "yellow"))
        self._hanging(Text(""), names, 2, 4)

    def _hanging(self, head: Text, text: str, indent: int, lines: int | None, style: str = "") -> None:
        """Text beside its head, wrapped below itself; cut after `lines` lines."""
        left = indent + head.cell_len
        if left > self.console.width // 2:  # too narrow for two columns: below the head
            self._line(head, indent)
            left = indent + 2
            head = Text("  ")
        width = max(self.console.width - left, 12)
        body = Text(one_line(text), style)
        body = self.links.apply(body) if self.links else body
        wrapped = list(body.wrap(self.console, width, overflow="fold")) or [Text()]
        if lines is not None and len(wrapped) > lines:
            wrapped = wrapped[:lines]
            wrapped[-1].truncate(width - 1)
            wrapped[-1].append("…")
        for line in wrapped:
            line.rstrip()
        self._line(Text.assemble(" " * indent, head, wrapped[0]))
        for line in wrapped[1:]:
            self._line(line, left)

    def _line(self, text: Text, indent: int = 0) -> None:
        self.console.print(self._text(Text.assemble(" " * indent, text)), soft_wrap=False, overflow="fold")

    def _text(self, text: Text) -> Text:
        if self.is_plain:
            text.plain = text.plain.translate(PLAIN)
        return text

    def _signs_of(self, criteria: Sequence[Criterion]) -> Text:
        return self._text(Text.assemble(*((mark(c), STYLES[c.answer]) for c in criteria)))


def _signs(result: Result, gap: str = "") -> Text:
    signs = [(star_sign(star), _star_style(star)) for star in result.stars]
    return Text(gap).join(Text(sign, style) for sign, style in signs)


def _star_style(star: StarResult) -> str:
    return "bold yellow" if star.verified else "yellow" if star.earned else "dim"


def _missing(star: StarResult, criteria: Sequence[Criterion]) -> str:
    if not star.judged:
        return "not judged whole" if criteria else "not judged"
    unmet = sum(1 for c in next_steps(criteria))
    waived = sum(c.is_set_aside for c in criteria)
    return f"{unmet} to do" + (f", {waived} waived" if waived else "")


def _waiver_words(criterion: Criterion) -> str:
    waived = criterion.waived
    if waived is None:
        return ""
    if waived.expired:
        return f"[waiver expired on {waived.until}] "
    return f"[waived{f' until {waived.until}' if waived.until else ''}: {waived.reason}] "


def _can_show_signs(target: Console) -> bool:
    try:
        LEGEND.encode(target.encoding or "ascii")
        "★☆·…".encode(target.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
