"""Two files: the same bytes, else what their format says, else where their bytes begin to differ."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from .content import WHOLE, Budget, Content, MissingLibrary, Unreadable, first_difference, opened
from .formats import TEXT, Format, format_of, is_text
from .model import Difference, Likeness, Tolerance
from .runs import compare_captured, compare_records, is_captured, record_kind
from .scope import Scope
from .tally import short

CAPTURED = Format("recorded words", compare_captured)
IDENTICAL = Difference("", Likeness.IDENTICAL)


def compare_files(
    first: Path, second: Path, tolerance: Tolerance, names: tuple[str, str], renamed: Mapping[str, str] = {}
) -> Difference:
    """`names` are the paths within the two folders; they tell formats and records of runs. `renamed` are names that
    the second run gave anew to folders of the first: where a text speaks of one, it speaks of the other."""
    try:
        with opened(first, names[0]) as one, opened(second, names[1]) as two:
            scope = Scope(tolerance, Budget(), compare_contents)
            told = _with_names(two, renamed)
            found = compare_contents(one, told or two, scope)
            if told and found.likeness is Likeness.IDENTICAL:
                return Difference("", Likeness.EQUIVALENT, "only generated names of folders differ")
            return found
    except OSError as error:
        return Difference("", Likeness.DIFFERENT, f"a file cannot be read: {error.strerror or error}")


def _with_names(content: Content, renamed: Mapping[str, str]) -> Content | None:
    """The text with the first run's names; None for what is no text, or tells none of these names."""
    if not renamed or content.size > WHOLE or not is_text(content):
        return None
    before = content.read()
    data = before
    for old, new in renamed.items():
        data = data.replace(new.encode("utf-8", "surrogateescape"), old.encode("utf-8", "surrogateescape"))
    return Content(content.name, io.BytesIO(data), len(data)) if data != before else None


def compare_contents(first: Content, second: Content, scope: Scope) -> Difference:
    if first.size == second.size and first_difference(first, second) is None:
        return IDENTICAL
    kind = record_kind(first.name, second.name)
    record = compare_records(first, second, kind) if kind else None
    if record:
        return record
    if is_captured(first.name, second.name):
        return _by_format(CAPTURED, first, second, scope)
    one, two = format_of(first), format_of(second)
    if one is None and two is None:
        return _bytes(first, second, "no known format, compared byte by byte")
    if one is None or two is None or one is not two:
        titles = [found.title if found else "an unknown format" for found in (one, two)]
        return Difference("", Likeness.DIFFERENT, f"{titles[0]} != {titles[1]}")
    return _by_format(one, first, second, scope)


def _by_format(known: Format, first: Content, second: Content, scope: Scope) -> Difference:
    try:
        return known.compare(first, second, scope)
    except MissingLibrary as error:
        remark = f"install {error} to compare {known.title} by meaning: pip install 'repro-audit[compare]'"
        return _bytes(first, second, remark)
    except Exception as error:  # strangers' files break every reader in their own way
        remark = f"it could not be read as {known.title}: {_reason(error)}"
        if known is not TEXT and is_text(first) and is_text(second):
            return _as_text(first, second, scope, f"{remark}; compared as text")
        return _bytes(first, second, remark)


def _reason(error: Exception) -> str:
    if isinstance(error, (RecursionError, MemoryError)):
        return "nested too deep" if isinstance(error, RecursionError) else "too large"
    return short(str(error) or type(error).__name__, 120) if isinstance(error, Unreadable) else short(str(error), 120)


def _as_text(first: Content, second: Content, scope: Scope, remark: str) -> Difference:
    found = _by_format(TEXT, first, second, scope)
    return replace(found, remarks=(remark, *found.remarks))


def _bytes(first: Content, second: Content, remark: str) -> Difference:
    at = first_difference(first, second)
    if at is None:
        return IDENTICAL
    if at >= min(first.size, second.size):
        why = f"the same up to byte {at}, then one goes on ({first.size} bytes != {second.size} bytes)"
    else:
        one, two = first.read(at, 1), second.read(at, 1)
        why = f"bytes differ from offset {at} on (0x{one.hex()} != 0x{two.hex()})"
    return Difference("", Likeness.DIFFERENT, why, remarks=(remark,))
