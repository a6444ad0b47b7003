"""Does a committed report still tell the truth? The differences, in words."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import zip_longest

from ..facts.claims import Claim
from ..result import Result
from ..score import holds
from ..text import one_line, shorten
from .document import STAMP, block_texts

QUOTE = 160  # characters of a line that is quoted


def differences(existing: str, filled: dict[str, str]) -> list[str]:
    """What the generated blocks say and the project no longer does; the stamp alone is no difference."""
    found: list[str] = []
    for name, old in block_texts(existing).items():
        if name != STAMP and name in filled:
            found += [f"{name}: {words}" for words in _changed(old, filled[name])]
    return found


def false_claims(claims: Iterable[Claim], result: Result) -> list[str]:
    """What people wrote and ticked that is not so."""
    return [f"{claim.at}: {words}" for claim in claims for words in [_problem(claim, result)] if words]


def _changed(old_text: str, new_text: str) -> list[str]:
    before, after = _lines(old_text), _lines(new_text)
    found: list[str] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            found += [_words(old, new) for old, new in zip_longest(before[i:j], after[k:m])]
    return found


def _words(old: str | None, new: str | None) -> str:
    if old is None:
        return f"the report leaves out: {_quote(new or '')}"
    if new is None:
        return f"the report says what is no longer so: {_quote(old)}"
    return f"the report says: {_quote(old)}\n    but now it is: {_quote(new)}"


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def _quote(line: str) -> str:
    return shorten(line.strip(), QUOTE)


def _problem(claim: Claim, result: Result) -> str:
    if claim.problem:
        return one_line(claim.problem)
    criterion = result.criterion(claim.criterion) if claim.criterion and claim.is_ticked else None
    if criterion is None or holds(criterion):
        return ""
    return f'ticks "{shorten(claim.text, 60)}", but {criterion.id} is {criterion.answer}: {one_line(criterion.message)}'
