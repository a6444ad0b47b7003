"""What the project asks to cite (CITATION.cff), and the file that states its license."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .files import Tree
from .yamls import Entry, read_yaml

NAME = "CITATION.cff"
MOST_AUTHORS = 200
_LICENSE = re.compile(r"(?:licen[sc]e|copying|unlicense)(?:[.-][\w.-]+)?", re.IGNORECASE)
_ORCID = re.compile(r"\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b")
_DOI = re.compile(r"10\.\d{4,9}/\S+")


@dataclass(frozen=True, slots=True)
class Cited:
    """A work; authors as (name, ORCID or nothing), the reference an address or nothing."""

    title: str
    authors: tuple[tuple[str, str], ...]
    reference: str


def cited(files: Tree) -> Cited | None:
    """The preferred citation, which is usually the paper; else the software itself."""
    whole = read_yaml(files.text(NAME) if NAME in files else None)
    work = whole.get("preferred-citation") or whole
    if not work:
        return None
    people = work.get("authors").items or whole.get("authors").items
    authors = tuple((name, _orcid(p)) for p in people[:MOST_AUTHORS] if (name := _name(p)))
    return Cited(" ".join(work.get("title").text.split()), authors, _reference(work))


def license_file(files: Tree) -> str | None:
    """The shortest of the names that a license is kept under, at the root."""
    found = [path for path in files.paths if "/" not in path and _LICENSE.fullmatch(path)]
    return min(found, key=lambda path: (len(path), path), default=None)


def _name(person: Entry) -> str:
    parts = [person.get(key).text for key in ("given-names", "name-particle", "family-names", "name-suffix")]
    return " ".join(" ".join(parts).split()) or " ".join(person.get("name").text.split())


def _orcid(person: Entry) -> str:
    found = _ORCID.search(person.get("orcid").text)
    return found.group() if found else ""


def _reference(work: Entry) -> str:
    """The DOI as an address, else an address that is given."""
    doi = _DOI.search(work.get("doi").text)
    if doi:
        return f"https://doi.org/{doi.group()}"
    url = work.get("url").text.strip()
    return url if url.startswith("https://") or url.startswith("http://") else ""
