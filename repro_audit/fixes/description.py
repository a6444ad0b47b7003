"""A section on the data in the README: each table's columns and their types, as found."""

from __future__ import annotations

from ..facts.data.model import Management, Table
from ..project import Project
from .model import Case, Declined, Proposal, exact_text
from .sections import with_section

MAX_TABLES = 6
KINDS = {"empty": "no value in the rows that were looked at"}
COMMITTED = (Management.GIT, Management.LFS, Management.DVC)


def propose(case: Case) -> Proposal | Declined:
    """Types are facts; what a column means is left to somebody who knows."""
    project = case.project
    tables = _read_tables(project)
    if not tables:
        return Declined(case.criterion, "no table with a header that the main experiment reads is committed")
    readme = project.documents.readme
    if readme is None or not readme.path.lower().endswith(".md"):
        return Declined(case.criterion, "there is no README.md to describe the data in")
    text = exact_text(project, readme.path)
    if text is None:
        return Declined(case.criterion, f"{readme.path} cannot be read as text")
    lines = [line for table in tables for line in ("", *_section(table))][1:]
    names = ", ".join(t.path for t in tables)
    why = f"{readme.path} lists the columns of {names} with their types; meanings and units are yours to add"
    return Proposal(case.criterion, {readme.path: with_section(text, "Data", lines)}, why)


def _read_tables(project: Project) -> list[Table]:
    """Those that the main experiment reads; others are no input."""
    read = [s.what for s in project.data.sources if s.is_main and s.management in COMMITTED]
    tables = [
        t for t in project.data.tables if any(t.path == r or t.path.startswith(r.rstrip("/") + "/") for r in read)
    ]
    return [t for t in tables if t.columns][:MAX_TABLES]


def _section(table: Table) -> list[str]:
    head = [f"Input: {_code(table.path)}, a table with a header. Each row must have these columns:", ""]
    rows = [f"| {_code(c.name)} | {KINDS.get(c.kind, c.kind)} |" for c in table.columns]
    return [*head, "| column | type |", "| --- | --- |", *rows]


def _code(text: str) -> str:
    """A stranger's name as Markdown code in a cell, whatever signs it has."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split()) or "(no name)"
    fence = "`" * (1 + max((len(run) for run in _runs(plain)), default=0))
    pad = " " if "`" in plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}".replace("|", "\\|")


def _runs(text: str) -> list[str]:
    return [run for run in "".join(c if c == "`" else " " for c in text).split() if run]
