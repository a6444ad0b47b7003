"""Where output goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..result import Result, to_json
from ..text import nearest, one_line
from . import archiving
from .whereabouts import Whereabouts

if TYPE_CHECKING:
    from rich.console import Console

NOWHERE = Whereabouts()
BADGES = ("badge", "endpoint")  # further files only: as SVG, and as JSON for shields.io
RETOLD = ("html", *archiving.FORMATS)  # those that tell of the run that is kept, where none is made


def scores(
    results: Sequence[Result], format: str, *, verbose: bool, quiet: bool, no_color: bool, show_diff: bool = False,
    output: str | None = None, origin: Whereabouts = NOWHERE,
) -> None:  # fmt: skip
    """One project's stars in full; several side by side; against a baseline, what changed."""
    if format == archiving.CRATE:
        return archiving.write_crate(results[0], origin, output)
    content = document(results, format, origin)
    if content is None and output is not None:
        content = _as_in_a_terminal(results, verbose, quiet, show_diff)
    if content is not None:
        return text(content, output)
    from ..report.terminal import console

    return _print(console(no_color), results, verbose, quiet, show_diff, origin)


def document(results: Sequence[Result], format: str, origin: Whereabouts = NOWHERE) -> str | None:
    """The results in a format for machines or pages; None for the terminal's."""
    if format == "html":
        return origin.page(results)
    if format == archiving.CODECHECK:
        return archiving.codecheck(results[0], origin)
    if format == "json":
        return to_json(results)
    if format == "markdown":
        return _markdown(results)
    from ..report import annotations, codequality, junit, lines, sarif

    renderers = {
        "sarif": sarif.render, "junit": junit.render, "github": annotations.render, "codequality": codequality.render,
        "lines": lines.render,
    }  # fmt: skip
    return renderers[format](results) if format in renderers else None


def also(results: Sequence[Result], wanted: Sequence[tuple[str, str]], origin: Whereabouts = NOWHERE) -> None:
    """Write further files of the same audit, as (format, file)."""
    for format, file in wanted:
        if format == archiving.CRATE:
            archiving.write_crate(results[0], origin, file)
            continue
        content = _badge(results[0], format) if format in BADGES else document(results, format, origin)
        write_file(Path(file), _as_in_a_terminal(results, True, False, False) if content is None else content)


def further(words: Sequence[str], formats: Sequence[str], projects: int) -> list[tuple[str, str]]:
    """`FORMAT=FILE` taken apart; raises UsageError before anything is read or run."""
    found = []
    for word in words:
        format, _, file = word.partition("=")
        if format not in (*formats, *BADGES):
            raise UsageError(f"there is no format {one_line(format)}", nearest(format, [*formats, *BADGES]))
        if not file:
            raise UsageError(f"--also {one_line(word)} names no file", "Give it as --also sarif=audit.sarif.")
        if format in BADGES and projects != 1:
            raise UsageError("a badge speaks of one project", "Score them one by one for their badges.")
        found.append((format, file))
    return found


def _badge(result: Result, format: str) -> str:
    """A badge of what was audited just now."""
    from ..report import badge

    standing = badge.Standing.CHANGED if result.project.dirty else badge.Standing.AUDITED
    return badge.svg(result, standing) if format == "badge" else badge.endpoint(result, standing)


def _markdown(results: Sequence[Result]) -> str:
    if any(r.baseline is not None for r in results):
        from ..report.changes import comments

        return comments(results)
    from ..report.markdown import summary

    return summary(list(results))


def _as_in_a_terminal(results: Sequence[Result], verbose: bool, quiet: bool, show_diff: bool) -> str:
    from ..report.terminal import WIDTH, console

    buffer = io.StringIO()
    target = console(no_color=True, file=buffer)
    target.width = WIDTH
    _print(target, results, verbose, quiet, show_diff)
    return buffer.getvalue()


def _print(
    target: Console, results: Sequence[Result], verbose: bool, quiet: bool, show_diff: bool,
    origin: Whereabouts = NOWHERE,
) -> None:  # fmt: skip
    from ..report import changes
    from ..report.terminal import View

    links = origin.links(results, target)
    view = View(target, verbose, show_diff, links[0] if len(links) == 1 else None)
    if quiet:
        for result in results:
            view.show_quiet(result)
    elif any(r.baseline is not None for r in results):
        changes.show(target, results, links)
    elif len(results) == 1:
        view.show(results[0])
    else:
        view.compare(results)


def text(content: str, output: str | None = None) -> None:
    """Print, or write to a file."""
    if output is not None:
        return write_file(Path(output), content)
    data = content.encode("utf-8", "backslashreplace")
    if hasattr(sys.stdout, "buffer"):
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        sys.stdout.write(content)
    return None


def write_file(path: Path, content: str) -> None:
    """Replace a file in one step: a link is replaced and not followed, and a crash leaves the old one whole."""
    data = content.encode("utf-8", "surrogateescape")
    try:
        mode = path.stat().st_mode & 0o777 if path.is_file() else 0o666 & ~_umask()
        handle, temporary = tempfile.mkstemp(prefix=".repro-audit-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(temporary, mode)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{one_line(str(path))} cannot be written: {reason}", "Give another file to -o.") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
