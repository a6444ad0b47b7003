"""`score`: read, run where that is asked for, compare with a baseline, show, and let the gates speak."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .. import ending
from ..flow import Selection
from ..options import RunChoices
from ..result import Result
from . import archiving, baseline, each, gate, score, show
from .whereabouts import Whereabouts


@dataclass(frozen=True, slots=True)
class Look:
    """How the results are shown, and the further (format, file) that are written."""

    format: str
    files: Sequence[tuple[str, str]] = ()
    output: str | None = None
    verbose: bool = False
    quiet: bool = False
    no_color: bool = False
    show_diff: bool = False

    def has(self, format: str) -> bool:
        return self.format == format or any(name == format for name, _ in self.files)


@dataclass(frozen=True, slots=True)
class Gates:
    """What the exit status depends on."""

    fail_under: int = 0
    require: Sequence[str] = ()
    baseline: str | None = None
    fail_on: str | None = None


@dataclass(frozen=True, slots=True)
class Scoring:
    targets: list[str]
    selection: Selection
    look: Look
    gates: Gates
    choices: RunChoices

    def once(self, run: bool) -> int:
        """Score and show; the exit status."""
        self._check()
        results, unread = each(self.targets, self._run() if run else self._read)
        if unread and not results:
            raise next(iter(unread.values()))
        readable = replace(self, targets=[t for t in self.targets if t not in unread])
        if self.gates.baseline is not None:
            against = self.gates.baseline
            told = zip(results, readable.targets)
            results = [baseline.against(r, target, against, self.selection) for r, target in told]
        readable._tell(results)
        for target, error in unread.items():
            ending.tell(str(error) if target in str(error) else f"{target}: {error}", error.hint)
        status = gate.status(results, self.gates.fail_under, self.gates.require, self.gates.fail_on is not None)
        return max(status, *(error.exit_code for error in unread.values())) if unread else status

    def watching(self, run: bool) -> int:
        """Score again whenever a file changes."""
        from . import watching

        self._check()
        gates, look = self.gates, self.look
        refused = {
            "--run": run, "--fail-under": gates.fail_under, "--require": gates.require, "--fail-on": gates.fail_on,
            "--baseline": gates.baseline, "--format": look.format not in ("terminal", "lines"), "--output": look.output,
            "--show-diff": look.show_diff,
        }  # fmt: skip
        watching.check(self.targets, refused)
        written = [file for _, file in look.files]
        target = self.targets[0]
        return watching.watch(target, lambda: [self._read(target)], self._tell, written, look.no_color)

    def _check(self) -> None:
        """Refuse what cannot be meant, before anything is read or run."""
        gate.check_options(self.gates.fail_under, self.gates.require, self.selection)
        baseline.check(self.targets, self.gates.baseline, self.gates.fail_on)
        archiving.check(self.look.format, self.look.output, self.look.files, len(self.targets))

    def _read(self, target: str) -> Result:
        return score(target, self.selection, any(map(self.look.has, show.RETOLD)), self.choices.evidence)

    def _run(self) -> Callable[[str], Result]:
        from . import running

        options = running.run_options(self.choices)
        return lambda target: running.score_run(target, self.selection, options)

    def _tell(self, results: list[Result]) -> None:
        look, origin = self.look, Whereabouts(self.targets, self.choices.evidence)
        show.also(results, look.files, origin)
        show.scores(
            results, look.format, verbose=look.verbose, quiet=look.quiet, no_color=look.no_color,
            show_diff=look.show_diff, output=look.output, origin=origin,
        )  # fmt: skip
