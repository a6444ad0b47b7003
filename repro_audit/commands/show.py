"""Where output goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..errors import UsageError
from ..result import Result, to_json
from ..text import one_line


def scores(
    results: Sequence[Result], format: str, *, verbose: bool, quiet: bool, no_color: bool, show_diff: bool = False
) -> None:
    """One project's stars in full; several side by side."""
    if format == "json":
        return text(to_json(results))
    if format == "markdown":
        from ..report.markdown import summary

        return text(summary(list(results)))
    from ..report.terminal import View, console

    view = View(console(no_color), verbose, show_diff)
    if quiet:
        for result in results:
            view.show_quiet(result)
    elif len(results) == 1:
        view.show(results[0])
    else:
        view.compare(results)
    return None


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
