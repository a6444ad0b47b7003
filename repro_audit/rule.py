"""The one door for rule authors: `@rule`, the verdict helpers, and `Project`.

@rule("env-packages", star=4, criterion="...", article="...", fix="...")
def env_packages(project: Project) -> Verdict:
    ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .model import Answer, Evidence, Place, Star, Verdict
from .project import Project

__all__ = [
    "Answer", "Evidence", "Place", "Project", "Rule", "Star", "Verdict",
    "at", "main_experiment", "na", "no", "partial", "rule", "unknown", "yes",
]  # fmt: skip

Check = Callable[[Project], Verdict]


@dataclass(frozen=True, slots=True)
class Rule:
    """A criterion and the function that answers it; its docstring is the page `explain` prints."""

    id: str
    star: Star
    criterion: str  # the sentence that is true when the criterion is met
    article: str  # what the article asks for, in brief, in our words
    fix: str  # the general advice; a verdict may be more precise
    check: Check

    @property
    def page(self) -> str:
        return self.check.__doc__ or ""

    def __call__(self, project: Project) -> Verdict:
        return self.check(project)


def rule(id: str, *, star: int, criterion: str, article: str, fix: str) -> Callable[[Check], Rule]:
    """Declare a rule; the slug is its id on the command line, in reports and in fixtures."""

    def declare(check: Check) -> Rule:
        return Rule(id, Star(star), criterion, article, fix, check)

    return declare


def at(place: Place, text: str = "") -> Evidence:
    """Evidence that a reader can open."""
    return Evidence(text, place)


def main_experiment(project: Project) -> tuple[Evidence, ...]:
    """Where the main experiment is stated: what a reader opens to see that something is absent from it."""
    return tuple(at(c.at, c.text) for c in project.commands.chosen[:1])


def yes(message: str, evidence: Iterable[Evidence] = (), fix: str | None = None) -> Verdict:
    return Verdict(Answer.YES, message, _distinct(evidence), fix)


def partial(message: str, evidence: Iterable[Evidence] = (), fix: str | None = None) -> Verdict:
    return Verdict(Answer.PARTIAL, message, _distinct(evidence), fix)


def no(message: str, evidence: Iterable[Evidence] = (), fix: str | None = None) -> Verdict:
    return Verdict(Answer.NO, message, _distinct(evidence), fix)


def na(message: str, evidence: Iterable[Evidence] = ()) -> Verdict:
    return Verdict(Answer.NA, message, _distinct(evidence))


def unknown(message: str, evidence: Iterable[Evidence] = ()) -> Verdict:
    return Verdict(Answer.UNKNOWN, message, _distinct(evidence))


def _distinct(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """In order, each once: one line may be found for several reasons."""
    return tuple(dict.fromkeys(evidence))
