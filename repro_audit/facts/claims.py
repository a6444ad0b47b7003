"""What an existing REPRODUCIBILITY.md claims, each claim compared with the tree.

Read as people fill it in: ticked boxes, links, and paths in code marks. What this program wrote
between its own markers claims nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from ..model import Place
from .files import Tree, normalise
from .generated import NAME, without_generated
from .regex import regex

MAX_CLAIMS = 500

_BOX = regex(r"^\s*(?:[-*+]|\d+[.)])\s+\[(?P<tick>[ xX])\]\s*(?P<text>.*)$")
_HEADING = regex(r"^#{1,6}\s+(.*?)\s*#*\s*$")
_LINK = regex(r"\[(?P<text>[^\]\n]*)\]\(\s*<?(?P<target>[^)\s<>]*)>?[^)\n]*\)")
_CODE = regex(r"(?<!`)`([^`\n]+)`(?!`)")
_PATH = regex(r"[\w.@+-]+(?:/[\w.@+-]+)*/?")
_FILE_NAME = regex(r"\.(py|ipynb|ya?ml|json|toml|ini|cfg|csv|tsv|txt|md|sh|parquet|h5|npz|pkl|dvc|lock|R|jl)$")
_MACHINE_PATH = regex(r"^(/(home|Users|root|mnt|media|tmp|scratch|data\d*)/|[A-Za-z]:[\\/]|~/|file://)")
_PLACEHOLDER = regex(r"^(<.*>|\.\.\.|…|#|todo|tbd|link|url|insert .*|your .*)?$", re.IGNORECASE)

# Which criterion a ticked box speaks of: words of the box, the first that fit.
_SUBJECTS = (
    (regex(r"runnable code|code exists|source code", re.I), "code-runs"),
    (regex(r"example input|sample input", re.I), "code-example-input"),
    (regex(r"parameter|configuration", re.I), "config-files"),
    (regex(r"structure|schema|columns", re.I), "data-documented"),
    (regex(r"data\b.*(here|at\b|found|located)|artifacts? (are|is)|data set", re.I), "data-managed"),
    (regex(r"\bsteps?\b|resource|stages?\b", re.I), "data-stages"),
    (regex(r"packages?|requirements|dependenc", re.I), "env-packages"),
    (regex(r"image|container|example environment", re.I), "env-image"),
    (regex(r"hardware|\bgpu|device", re.I), "env-hardware"),
    (regex(r"evaluat|predict|\bapp\b|demo", re.I), "eval-predict"),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the report; `problem` says what is wrong with it, empty where nothing was found."""

    text: str
    at: Place
    is_ticked: bool
    criterion: str | None = None  # the one its words speak of
    target: str = ""  # the path or address that it names
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    path: str | None  # the report, None where there is none
    all: tuple[Claim, ...] = ()

    @property
    def false(self) -> tuple[Claim, ...]:
        return tuple(c for c in self.all if c.problem)


def read_claims(files: Tree) -> Claims:
    """The claims of the report at the root, in the order of the text; never raises."""
    path = next((p for p in files.named(NAME) if "/" not in p), None)
    text = files.text(path) if path else None
    if path is None or text is None:
        return Claims(path)
    return Claims(path, claims_in(files, path, text))


def claims_in(files: Tree, path: str, text: str) -> tuple[Claim, ...]:
    """The claims of a report's text, of which `path` is the name in places."""
    found: list[Claim] = []
    section, is_fenced = "", False
    for number, line in enumerate(without_generated(text).split("\n"), 1):
        if line.lstrip().startswith(("```", "~~~")):
            is_fenced = not is_fenced
        heading = _HEADING.match(line)
        section = heading.group(1) if heading and not is_fenced else section
        if not is_fenced and not heading:
            found += _claims_of(files, line, section, Place(path, number))
        if len(found) > MAX_CLAIMS:
            break
    return tuple(found[:MAX_CLAIMS])


def _claims_of(files: Tree, line: str, section: str, place: Place) -> list[Claim]:
    """One claim per link or path of the line; a box without any is a claim as well."""
    box = _BOX.match(line)
    if box and box["tick"] == " ":
        return []
    text = (box["text"] if box else line).strip()
    criterion = _subject(text) or _subject(section) if box else None
    links = [m["target"] for m in _LINK.finditer(text)]
    paths = [p for p in _CODE.findall(_LINK.sub("", text)) if _looks_like_path(p)] if box else []
    found = [Claim(text, place, bool(box), criterion, t, _problem(files, t)) for t in [*links, *paths]]
    if box and not found:
        problem = "ticked, but it names nothing that a reader could open" if _is_bare(text) else ""
        return [Claim(text, place, True, criterion, "", problem)]
    return found


def _subject(text: str) -> str | None:
    return next((criterion for pattern, criterion in _SUBJECTS if pattern.search(text)), None)


def _problem(files: Tree, target: str) -> str:
    target = unquote(target.strip())
    if _PLACEHOLDER.match(target):
        return "the link leads nowhere"
    if _MACHINE_PATH.match(target):
        return f"says {target}: a path of one machine, which no reader has"
    if re.match(r"[a-z][a-z0-9+.-]*:|//|#", target, re.IGNORECASE):
        return ""
    path = normalise(re.split(r"[?#]", target, maxsplit=1)[0].lstrip("/"))
    return "" if files.has(path) else f"says {path}: no such file"


def _looks_like_path(text: str) -> bool:
    return bool(_MACHINE_PATH.match(text)) or bool(_PATH.fullmatch(text) and ("/" in text or _FILE_NAME.search(text)))


def _is_bare(text: str) -> bool:
    """Whether a ticked box ends where its answer should begin: `Runnable code exists:`."""
    return text.rstrip(" *_").endswith(":") or bool(re.search(r"<[^<>]*>\s*$", text))
