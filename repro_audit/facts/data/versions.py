"""Whether what is read from a versioned store is one version, or whatever a branch holds that day.

Nothing is asked of a server. Only what names a branch is called loose: a reference of which reading cannot tell
stays what the store is, a place that keeps versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...model import Place
from ..program import Call
from ..regex import regex
from ..source import constant
from .evidence import Evidence
from .model import Management

BRANCHES = frozenset(
    "main master dev develop development trunk default latest head staging production prod release experimental".split()
)
COMMIT = regex(r"[0-9a-f]{7,64}|[0-9a-v]{16,64}|(?=\w*\d)\w{15,64}")  # of Git, lakeFS and Quilt, Dolt, TerminusDB
LAKEFS_ADDRESS = regex(r"lakefs://[\w.-]+/([\w.~@^-]+)")
AS_OF = regex(r"\bAS\s+OF\s+['\"]([\w/.~^-]+)['\"]", 2)
DOLT_WORDS = regex(r"\bDOLT_CHECKOUT\(\s*['\"]([\w/.-]+)['\"]|\bUSE\s+`?\w+/([\w.-]+)`?", 2)
CHECKED_OUT = regex(
    r"\bdolt\s+(?:checkout|reset\s+--hard)\s+([\w/.~^-]+)|\bdolt\s+clone\b[^\n]*?\s(?:-b|--branch)[ =](\S+)"
)
QUILT_FIXED = regex(r"--top-hash|\s-[xtv]\s|--(?:hash|tag|version)\b|:(?:hash|tag|version):|@[0-9a-f]{6,}")
STORES = (Management.LAKEFS, Management.DOLT, Management.TERMINUSDB, Management.QUILT, Management.DVC)
SERVED = (Management.LAKEFS, Management.DOLT, Management.TERMINUSDB)


@dataclass(frozen=True, slots=True)
class Named:
    """A reference to a version: a branch, or something that stays."""

    ref: str
    at: Place
    is_branch: bool


def is_branch_name(ref: str) -> bool:
    """Whether a reference whose kind nothing tells is a branch; a commit with `~1` or `@` behind it is not."""
    name = regex(r"[~^@].*").sub("", ref).rpartition("/")[2]
    return name.lower() in BRANCHES and not COMMIT.fullmatch(name)


def loose_reference(kind: Management, seen: Evidence) -> Named | None:
    """The branch that the code or its configuration reads from, None where a version is named, or nothing is."""
    if kind not in STORES:
        return None
    named = [*_of_calls(kind, seen), *_of_texts(kind, seen)]
    if not named and kind in SERVED:
        named = list(_of_configuration(seen))
    return None if any(not n.is_branch for n in named) else next(iter(named), None)


def loose_command(kind: Management, text: str, others: Iterable[str]) -> str | None:
    """What a stated command fetches where it names no version; `others` are the commands stated beside it."""
    if kind is Management.LAKEFS:
        return next((f"the branch {r} of lakefs" for r in LAKEFS_ADDRESS.findall(text) if is_branch_name(r)), None)
    if kind is Management.QUILT and not QUILT_FIXED.search(text):
        return "its latest revision of quilt"
    if kind is Management.DOLT:
        checked_out = [next(g for g in m.groups() if g) for line in others for m in CHECKED_OUT.finditer(line)]
        return None if any(not is_branch_name(ref) for ref in checked_out) else "its default branch of dolt"
    return None


def _of_calls(kind: Management, seen: Evidence) -> Iterator[Named]:
    for call in seen.program.calls:
        if kind is Management.QUILT and call.name.startswith("quilt") and call.last in ("browse", "install"):
            fixed = call.argument(None, "top_hash") is not None
            yield Named("top_hash" if fixed else "its latest revision", call.place, not fixed)
        elif kind is Management.DVC and call.name.startswith("dvc.api.") and call.argument(None, "repo") is not None:
            yield from _keyword(call, "rev", "its default branch")
        elif kind is Management.LAKEFS and call.last in ("branch", "commit", "tag", "ref"):
            yield from _position(call, call.last)
        elif kind is Management.TERMINUSDB and call.last == "connect":
            yield from _terminus(call)
        elif kind is Management.DOLT and call.last == "checkout":
            yield from _position(call, "ref")


def _keyword(call: Call, keyword: str, otherwise: str) -> Iterator[Named]:
    given = constant(call.argument(None, keyword))
    if call.argument(None, keyword) is None:
        yield Named(otherwise, call.place, True)
    elif isinstance(given, str):
        yield Named(given, call.place, is_branch_name(given))


def _position(call: Call, what: str) -> Iterator[Named]:
    given = constant(call.argument(0, f"{what}_id", "reference_id", "branch"))
    if isinstance(given, str):
        yield Named(given, call.place, what == "branch" or (what == "ref" and is_branch_name(given)))


def _terminus(call: Call) -> Iterator[Named]:
    """Of a commit and a branch, the commit counts."""
    if call.argument(None, "ref") is not None:
        given = constant(call.argument(None, "ref"))
        if isinstance(given, str):
            yield Named(given, call.place, is_branch_name(given))
        return
    given = constant(call.argument(None, "branch"))
    if isinstance(given, str):
        yield Named(given, call.place, True)


def _of_texts(kind: Management, seen: Evidence) -> Iterator[Named]:
    """Addresses and queries that stand in the code."""
    patterns = {Management.LAKEFS: (LAKEFS_ADDRESS,), Management.DOLT: (AS_OF, DOLT_WORDS)}.get(kind, ())
    for source in seen.program.sources:
        for number, line in enumerate(source.lines, 1):
            for pattern in patterns:
                for found in pattern.finditer(line[:2000]):
                    ref = next(g for g in found.groups() if g)
                    yield Named(ref, source.place_of(number), is_branch_name(ref))


def _of_configuration(seen: Evidence) -> Iterator[Named]:
    """`branch: main`, `ref: 8a4c1e0b`; a key that says branch is one whatever it is called."""
    for one in seen.configuration.sets:
        for parameter in one.parameters if one.is_main else ():
            name, value = parameter.name.lower(), parameter.value
            if not isinstance(value, str) or not value:
                continue
            if "://" in value:
                yield from (Named(ref, parameter.at, is_branch_name(ref)) for ref in LAKEFS_ADDRESS.findall(value))
            elif name in ("branch", "ref", "commit", "tag", "revision", "version") or name.endswith(
                ("_branch", "_ref")
            ):
                yield Named(value, parameter.at, "branch" in name or (name.endswith("ref") and is_branch_name(value)))
