"""The words that a shell offers for an argument: taken from where they are defined, and loaded only when asked for."""

from __future__ import annotations

import os
import re
from pathlib import Path

Offer = tuple[str, str]  # the word, and what it means

# A shell puts a word into the line as it is: a branch called `$(...)` would be run by the next Enter.
_HARMLESS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./@+-]*")
VARIABLE = "_REPRO_AUDIT_COMPLETE"  # that a shell sets when it asks


def criteria(incomplete: str) -> list[Offer]:
    """The ids of the criteria."""
    from .loader import load_rules

    return _fitting([(r.id, r.criterion) for r in load_rules()], incomplete)


def criteria_and_stars(incomplete: str) -> list[Offer]:
    """What --select and --require take: a star stands for its criteria."""
    from .model import Star

    stars = [(s.title.lower(), f"all of star {s.value}") for s in Star]
    return [*criteria(incomplete), *_fitting(stars, incomplete)]


def fixes(incomplete: str) -> list[Offer]:
    return [*criteria_and_stars(incomplete), *_fitting([("report", "REPRODUCIBILITY.md")], incomplete)]


def pages(incomplete: str) -> list[Offer]:
    """What `explain` has a page for: criteria, and causes of differences."""
    from .diagnose.model import CauseName
    from .diagnose.words import BECAUSE

    return [*criteria(incomplete), *_fitting([(name.value, BECAUSE[name]) for name in CauseName], incomplete)]


def references(incomplete: str) -> list[Offer]:
    """Branches and tags of the repository around the working directory; without one, the shell offers files."""
    from .facts.git import Repository

    try:
        repository = Repository.around(Path())
        output = repository and repository.run("for-each-ref", "--format=%(refname:short)")
    except Exception:
        return []
    names = (output or b"").decode("utf-8", "replace").split()
    return _fitting([(name, "") for name in names if _HARMLESS.fullmatch(name)], incomplete)


def runs(incomplete: str) -> list[Offer]:
    """The recorded runs of the working directory; for other words, the shell offers files."""
    from .experiments.evidence import FOLDER

    try:
        names = sorted(entry.name for entry in os.scandir(Path(FOLDER) / "runs") if entry.is_dir())
    except OSError:
        return []
    return _fitting([(name, "a recorded run") for name in names if _HARMLESS.fullmatch(name)], incomplete)


def variables(incomplete: str) -> list[Offer]:
    return _fitting([(name, "") for name in sorted(os.environ) if _HARMLESS.fullmatch(name)], incomplete)


def _fitting(offers: list[Offer], incomplete: str) -> list[Offer]:
    return [offer for offer in offers if offer[0].startswith(incomplete)]


def script(shell: str) -> str:
    """What a shell reads once, so that it asks for words from then on."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]  # documented, and not in __all__

    return str(get_completion_script(prog_name="repro-audit", complete_var=VARIABLE, shell=shell)) + "\n"


def answer_shells() -> None:
    """Let typer answer where a shell asks; registering its answers takes time that no other start has to spend.

    Typer wraps what a word means at the width of the terminal, and a shell takes the second line for another word.
    """
    if VARIABLE in os.environ:
        os.environ["TERMINAL_WIDTH"] = "1000"
        from typer.completion import completion_init  # type: ignore[attr-defined]

        completion_init()
