"""An RO-Crate of an audit: the result, the report and the evidence of each run, by the Process Run Crate profile.

https://www.researchobject.org/workflow-run-crate/profiles/process_run_crate says what the profile asks. Of the
project's own files only what its runs wrote goes in: its code is named by repository and commit. No time but the
runs' and the commit's enters, so that the same evidence makes the same bytes.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from ..errors import Unavailable, UsageError
from ..report.told import parts, words
from ..report.words import rank_words
from ..result import Result
from ..text import clean, one_line, shorten
from . import entities
from .entities import Entity, ref
from .kept import Kept, KeptRun, Left, at_second
from .names import address, stored

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate

VERSION = "1.1"  # the one that the profile builds on
EXTRA = "pip install 'repro-audit[archive]'"
LONGEST_COMMAND = 2000  # characters
STATUS = "http://schema.org/{}ActionStatus"
TYPES = {
    "csv": "text/csv", "gz": "application/gzip", "html": "text/html", "ipynb": "application/x-ipynb+json",
    "jpeg": "image/jpeg", "jpg": "image/jpeg", "json": "application/json", "log": "text/plain",
    "md": "text/markdown", "npy": "application/x-npy", "npz": "application/zip", "parquet":
    "application/vnd.apache.parquet", "pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml",
    "toml": "application/toml", "tsv": "text/tab-separated-values", "txt": "text/plain", "xml": "application/xml",
    "yaml": "application/yaml", "yml": "application/yaml", "zip": "application/zip",
}  # fmt: skip


@dataclass(frozen=True)
class Crate:
    """What goes in: documents of ours by name, and the evidence."""

    result: Result
    kept: Kept
    documents: Mapping[str, str]  # `result.json`, `report.html`


def check_available() -> None:
    """Raises Unavailable where the package that writes crates is not installed."""
    from importlib.util import find_spec

    if find_spec("rocrate") is None:
        raise Unavailable("RO-Crates are written by the package rocrate, which is not installed", EXTRA)


def write(crate: Crate, folder: Path) -> None:
    """Lay the crate out in an empty folder."""
    from rocrate.rocrate import ROCrate

    made = ROCrate(version=VERSION)
    made.metadata.extra_terms.update(
        {name: entities.TERMS + name for name in ("ContainerImage", "containerImage", "sha256")}
    )
    _describe(made, crate)
    made.write(folder)


def _describe(made: ROCrate, crate: Crate) -> None:
    result, root = crate.result, made.root_dataset
    environment = entities.environment_of(result)
    needed = [_add(made, e) for e in entities.packages(environment)]
    people = [_add(made, e) for e in entities.authors(result.found.citation)]
    project = _add(made, entities.project(result.project, environment, needed))
    if people:
        made.get(project["@id"])["author"] = [ref(p) for p in people]
    root["name"] = f"Reproducibility audit of {entities.name_of(result.project)}"
    root["description"] = _summary(result)
    root["datePublished"] = _published(crate)
    root["license"] = ref(_add(made, entities.license_of(result)))
    root["conformsTo"] = ref(_add(made, entities.profile()))
    root["about"] = ref(project)
    actions = [_audit(made, crate), *_runs(made, crate, project, entities.image(environment))]
    root["mentions"] = [ref(action) for action in actions]


def _summary(result: Result) -> str:
    info = result.project
    state = f"commit {info.commit}" if info.commit else "a folder without commits"
    changed = ", with changes that are not committed" if info.dirty else ""
    return (
        f"{rank_words(result)}, on the Machine Learning Reproducibility Scale, as repro-audit {__version__} found "
        f"for {state}{changed}. A program judged it; nobody has reviewed it."
    )


def _published(crate: Crate) -> str:
    """The end of the audit's runs; where nothing was run, the commit's time."""
    committed = crate.result.project.committed
    time = crate.kept.ended or (None if committed is None else at_second(committed))
    if time is None:
        raise UsageError(
            "nothing tells when this state of the project is from, and a crate needs a date",
            "Commit the project, or run it: repro-audit score --run --format ro-crate -o audit.zip",
        )
    return time.isoformat()


def _audit(made: ROCrate, crate: Crate) -> Entity:
    """The audit itself, which made the documents."""
    program = _add(made, entities.program())
    results = [_document(made, name, text) for name, text in crate.documents.items()]
    action: Entity = {
        "@id": "#audit", "@type": "CreateAction", "name": "Audit", "instrument": ref(program),
        "description": _summary(crate.result), "result": results, "actionStatus": STATUS.format("Completed"),
    }  # fmt: skip
    if crate.kept.ended is not None:
        action["endTime"] = crate.kept.ended.isoformat()
    return _add(made, action)


def _runs(made: ROCrate, crate: Crate, project: Entity, image: Entity | None) -> list[Entity]:
    changes = {id: _add(made, entity) for id, entity in entities.changes(crate.result)}
    verdicts = _verdicts(crate.result)
    if image is not None and crate.kept.runs:
        _add(made, image)
    found = []
    for run in crate.kept.runs:
        action = _run(run)
        action["instrument"] = ref(project)
        action["result"] = _results(made, run, verdicts if run.experiment == "repeat" else {})
        if image is not None:
            action["containerImage"] = ref(image)
        if run.experiment in changes:
            action["object"] = ref(changes[run.experiment])
        found.append(_add(made, action))
    return found


def _run(run: KeptRun) -> Entity:
    action: Entity = {
        "@id": "#run-" + address(stored(run.name)),
        "@type": "CreateAction",
        "name": f"{clean(run.name)}, a run of the experiment {clean(run.experiment)}",
        "description": shorten(shlex.join(run.argv), LONGEST_COMMAND),
        "actionStatus": STATUS.format("Completed" if run.is_success else "Failed"),
    }
    if run.ended is not None:
        began = at_second(run.ended.timestamp() - run.seconds)
        action |= {"startTime": began.isoformat()} if began else {}
        action["endTime"] = run.ended.isoformat()
    if not run.is_success:
        status = "" if run.exit is None else f" with status {run.exit}"
        action["error"] = f"{one_line(run.ending) or 'ended'}{status}"
    return action


def _results(made: ROCrate, run: KeptRun, verdicts: Mapping[str, str]) -> list[Entity]:
    """The run's log, its manifest and its outputs; an output of which only the digest is kept is no file."""
    found = []
    if run.log is not None:
        found.append(_file(made, run.log, f"runs/{run.name}/log.txt", {"name": "What the run said"}))
    told = {"name": "What the run left, with digests"}
    found.append(_file(made, run.manifest, f"runs/{run.name}/manifest.json", told))
    return [*found, *(_output(made, run, left, verdicts) for left in run.left if not left.is_altered)]


def _output(made: ROCrate, run: KeptRun, left: Left, verdicts: Mapping[str, str]) -> Entity:
    top, _, path = left.path.partition("/")
    shown = path if top == "project" else f"~/{path}"
    told: Entity = {"name": clean(shown), "sha256": left.sha256, "contentSize": str(left.size)}
    if shown in verdicts:
        told["description"] = f"Beside a second, equal run: {verdicts[shown]}."
    place = f"runs/{run.name}/{left.path}"
    if left.file is not None:
        return _file(made, left.file, place, told)
    told |= {"@id": "#" + address(stored(place)), "@type": "CreativeWork"}
    told["description"] = " ".join([told.get("description", ""), "Too large to be kept: its digest is."]).strip()
    return ref(_add(made, told))


def _verdicts(result: Result) -> dict[str, str]:
    """What the comparison of the two equal runs said of each output."""
    repeat = next((e for e in result.experiments if e.get("kind") == "repeat"), {})
    return {words(o, "path"): words(o, "verdict") for o in parts(repeat, "outputs")}


def _file(made: ROCrate, source: Path, path: str, told: Entity) -> Entity:
    name = stored(path)
    properties = {"encodingFormat": _type(name), "contentSize": str(source.stat().st_size), **told}
    if name != path:
        properties["alternateName"] = clean(path)
    return {"@id": made.add_file(source, name, properties=properties).id}


def _document(made: ROCrate, name: str, text: str) -> Entity:
    data = text.encode("utf-8", "backslashreplace")
    told = {"name": name, "encodingFormat": _type(name), "contentSize": str(len(data))}
    return {"@id": made.add_file(BytesIO(data), name, properties=told).id}


def _type(name: str) -> str:
    return TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def _add(made: ROCrate, entity: Entity) -> Entity:
    from rocrate.model.contextentity import ContextEntity

    properties = {key: value for key, value in entity.items() if key != "@id"}
    made.add(ContextEntity(made, entity["@id"], properties=properties))
    return entity
