"""The facts that a report shows beyond the answers, picked from the project; a fact that fails is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .facts.citation import cited, license_file
from .model import Place
from .project import Project
from .result import AppRow, Author, Citation, CommandResult, Found, Row, StageRow, TableRow

MAX_ROWS = 20
Guard = Callable[[Callable[[], Any], Any], Any]  # the value, or the second argument where reading it fails


def look(project: Project, guard: Guard) -> Found:
    """What the sections of the report list; each fact alone under guard."""
    return Found(
        why_chosen=guard(lambda: project.commands.why, ""),
        configuration=guard(lambda: _configuration(project), ()),
        seeds=guard(lambda: _seeds(project), ()),
        data=guard(lambda: _rows((s.what, s.management.value, s.at) for s in project.data.sources if s.is_main), ()),
        structure=guard(lambda: _rows((d.text, "", d.at) for d in project.data.descriptions if d.is_full), ()),
        tables=guard(lambda: _tables(project), ()),
        stages=guard(lambda: _stages(project), ()),
        packages=guard(lambda: _packages(project), ()),
        images=guard(lambda: _rows((i.text or i.kind, i.base, i.at) for i in project.environment.images), ()),
        languages=guard(lambda: _rows((s.text, s.kind, s.at) for s in project.environment.languages), ()),
        hardware=guard(lambda: _rows((s.text, s.kind, s.at) for s in project.environment.hardware), ()),
        apps=guard(lambda: _apps(project), ()),
        recorders=guard(lambda: _rows((r.kind, r.text, r.at) for r in project.evaluation.recorders if r.compares), ()),
        license=guard(lambda: license_file(project.files), None),
        citation=guard(lambda: _citation(project), None),
    )


def commands(project: Project) -> tuple[CommandResult, ...]:
    """Every stated command, the main experiment first and in its order."""
    found = project.commands
    rest = [c for c in found.all if c not in found.chosen]
    marked = [*((c, True) for c in found.chosen), *((c, False) for c in rest)]
    return tuple(CommandResult(c.text, c.argv, c.cwd, c.at, chosen) for c, chosen in marked)


def _rows(items: Iterable[tuple[str, str, Place | None]]) -> tuple[Row, ...]:
    """Rows without repeats, at most `MAX_ROWS`."""
    return tuple(dict.fromkeys(Row(what, note, place) for what, note, place in items))[:MAX_ROWS]


def _configuration(project: Project) -> tuple[Row, ...]:
    sets = project.configuration.files
    return _rows((s.path, _keys([p.key for p in s.parameters]), s.at or Place(s.path)) for s in sets)


def _keys(keys: list[str]) -> str:
    shown = ", ".join(keys[:6])
    return shown + (f" and {len(keys) - 6} more" if len(keys) > 6 else "")


def _seeds(project: Project) -> tuple[Row, ...]:
    seeds = [s for s in project.randomness.seeds if s.is_set]
    return _rows((s.parameter or s.text, ", ".join(s.sources), s.defined_at or s.at) for s in seeds)


def _tables(project: Project) -> tuple[TableRow, ...]:
    tables = project.data.tables[:MAX_ROWS]
    return tuple(TableRow(t.path, tuple((c.name, c.kind) for c in t.columns)) for t in tables)


def _stages(project: Project) -> tuple[StageRow, ...]:
    return tuple(StageRow(s.name, s.command, s.outputs, s.at) for s in project.data.stages[:MAX_ROWS])


def _packages(project: Project) -> tuple[Row, ...]:
    files = [p for p in project.environment.packages if p.declarations]
    return _rows((p.path, _exactness([d.exactness.value for d in p.declarations]), p.at) for p in files)


def _exactness(kinds: list[str]) -> str:
    exact = sum(kind in ("locked", "exact") for kind in kinds)
    return f"{exact} of {len(kinds)} at an exact version"


def _citation(project: Project) -> Citation | None:
    found = cited(project.files)
    if found is None:
        return None
    return Citation(found.title, tuple(Author(name, orcid) for name, orcid in found.authors), found.reference)


def _apps(project: Project) -> tuple[AppRow, ...]:
    apps = [a for a in project.evaluation.apps if a.takes_own_input]
    return tuple(AppRow(a.kind, a.start, a.at) for a in apps[:MAX_ROWS])
