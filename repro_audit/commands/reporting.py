"""`report` and `report --check`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..audit import audit
from ..errors import UsageError
from ..facts.claims import claims_in
from ..facts.generated import NAME
from ..origin import Origin, open_project
from ..project import Project
from ..report import document
from ..report.check import differences, false_claims
from ..report.stamp import read_stamp
from ..result import Result
from ..text import count, one_line
from . import show
from .progress import Progress

MAX_REPORT = 4 * 1024 * 1024  # bytes
MARKERS_HINT = "Move it aside, write a new one with -o, and put your text around the generated blocks."


def write(target: str, output: str | None) -> int:
    """Print the report, or renew the file of `-o`."""
    with Progress(target) as progress, open_project(target) as origin:
        result = audit(origin, progress=progress.step)
        path = Path(output) if output else origin.path / NAME
        filled = document.blocks(result, read_stamp(Project(origin.path), _relative(path, origin)))
        existing = read(path)
    if existing is not None and output and not document.has_markers(existing):
        _say_false(origin, path, existing, result)
        raise UsageError(f"{path} was not written by repro-audit, so it is not overwritten", MARKERS_HINT)
    is_ours = existing is not None and document.has_markers(existing)
    text = _merged(existing, filled) if existing is not None and is_ours else document.new_document(filled)
    if text != existing or not output:
        show.text(text, output)
    return 0


def check(target: str, output: str | None) -> int:
    """1 where the committed report no longer tells the truth, with each difference on standard output."""
    with Progress(target) as progress, open_project(target) as origin:
        result = audit(origin, progress=progress.step)
        path = Path(output) if output else origin.path / NAME
        existing = read(path)
        name = _relative(path, origin)
        if existing is None:
            raise UsageError(f"there is no {one_line(name)}", f"Write it: repro-audit report -o {NAME}")
        filled = document.blocks(result, read_stamp(Project(origin.path), name))
        plain = existing.replace("\r\n", "\n")
        claims = claims_in(Project(origin.path).files, name, plain)
        found = [*differences(plain, filled), *false_claims(claims, result)]
    for words in found:
        show.text(words + "\n")
    verdict = f"{count(len(found), 'difference')}: {NAME} no longer tells the truth" if found else f"{NAME} is true"
    print(verdict, file=sys.stderr)
    return 1 if found else 0


def read(path: Path) -> str | None:
    """An existing report; None where there is none, an error where it is no file that can be read."""
    if not os.path.lexists(path):
        return None
    if path.is_symlink() or not path.is_file():
        raise UsageError(f"{one_line(str(path))} is no regular file", "Give another file to -o.")
    with path.open("rb") as file:
        return file.read(MAX_REPORT).decode("utf-8", "surrogateescape")


def _merged(existing: str, filled: dict[str, str]) -> str:
    """The renewed report, with the line ends that it had."""
    if "\r\n" not in existing:
        return document.merge(existing, filled)
    return document.merge(existing.replace("\r\n", "\n"), filled).replace("\n", "\r\n")


def _say_false(origin: Origin, path: Path, existing: str, result: Result) -> None:
    """What a report of other hands says that is not so, before it is refused."""
    claims = claims_in(Project(origin.path).files, _relative(path, origin), existing)
    for words in false_claims(claims, result):
        print(words, file=sys.stderr)


def _relative(path: Path, origin: Origin) -> str:
    try:
        return path.resolve().relative_to(origin.path.resolve()).as_posix()
    except ValueError:
        return NAME
