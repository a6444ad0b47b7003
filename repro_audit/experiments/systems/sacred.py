"""Sacred: asked by its own `print_config`, started by whatever starts the project's experiments.

A hook travels into the run (`inside/`), because experiments are also started by scripts that import them, and
because what captures which parameter is known to Sacred alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ...diagnose.notes import read_notes
from ...model import Place, is_number
from ...project import Project
from ...sandbox.model import Job, Run
from ..jsonfile import read_json
from ..parameters.rendering import in_sacred
from ..parameters.sacred import has_sacred_command
from ..parameters.ways import ANY_TOOL, AsWord, set_word
from .carried import hooked
from .model import Asked, CannotAsk, Finding, Plain, Record, Scene, flat, words_of
from .sacred_config import config_findings
from .sacred_seed import seed_findings

LARGEST = 4 * 1024 * 1024  # bytes of a record
REMOTE = re.compile(
    r"(?:\w*Mongo|S3|GoogleCloudStorage|Slack|Telegram|Neptune|Sql)\w*Observer$|^(?:MongoObserver|SqlObserver)\b"
)
WARNED = re.compile(
    r"WARNING\s*-\s*[\w.]+\s*-\s*((?:Added new config entry|Changed type of config entry|Conflicting|No observers have|"
    r"Ignored attempt)[^\n]*)"
)
FELL = re.compile(
    r"sacred/observers/(?:mongo|s3_observer|gcs_observer|slack|telegram_obs)\.py|ServerSelectionTimeoutError|"
    r"pymongo\.errors\.\w+|sacred\.utils\.ObserverError"
)
RECORDED_IN = "sacred_runs"


class Sacred(Plain):
    """Also several experiments of one project, and ones that a runner script imports."""

    name = "sacred"

    def recognises(self, project: Project) -> bool:
        return "sacred" in project.program.modules

    def question(self, project: Project, job: Job) -> Job | None:
        return hooked(job, {"ask": True, "record": RECORDED_IN})

    def answer(self, project: Project, run: Run) -> Asked:
        told = [n for n in read_notes(run.folder / "notes", ()).raw if n.get("note") == "sacred" and "config" in n]
        if not told:
            raise CannotAsk(_silence(words_of(run.log)))
        parameters: dict[str, Any] = {}
        for note in told:
            for key, value in flat(note["config"] if isinstance(note["config"], dict) else {}):
                parameters.setdefault(key, value)
        names = list(dict.fromkeys(str(n.get("experiment")) for n in told))
        drawn = any(n.get("drawn") for n in told)
        details = {
            "experiments": names[:50], "seed": "drawn anew for each run" if drawn else "given",
            "ingredients": sorted({str(i) for n in told for i in _list(n.get("ingredients"))})[:50],
            "named_configs": sorted({str(i) for n in told for i in _list(n.get("named"))})[:50],
            "observers": sorted({str(o) for n in told for o in _list(n.get("observers"))})[:20],
        }  # fmt: skip
        findings = tuple(dict.fromkeys((*config_findings(project, told), *_changed(told))))
        return Asked(parameters, findings, details, tuple(told))

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        """`with key=value`, in Sacred's own quoting, where the command is Sacred's; else through the hook."""
        if not has_sacred_command(project, job):
            return hooked(job, {"set": {key: value}})
        return set_word(job, AsWord(ANY_TOOL, "with", key, in_sacred), value)

    def kept(self, run: Run) -> Iterator[Record]:
        yield from records(run)

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        words = scene.said
        for warning in dict.fromkeys(m.strip() for m in WARNED.findall(words)):
            yield Finding(
                f"Sacred warns: {warning}", _place_of_observers(scene.project) if "observers" in warning else None
            )
        if RECORDED_IN in scene.job.variables.get("REPRO_AUDIT_SACRED", ""):
            yield from _replaced(scene.project)
        yield from seed_findings(self, scene, asked)


def instead(project: Project, job: Job, log: str) -> Job | None:
    """The same command, recorded in files, where an observer's server was what it failed for; else None."""
    if "sacred" not in project.program.modules or not FELL.search(log):
        return None
    return hooked(job, {"record": RECORDED_IN})


def records(run: Run) -> Iterator[Record]:
    """The run folders of a file observer: config.json and run.json side by side."""
    found = [p for p in run.changed if p.endswith("/run.json")]
    for path in sorted(found):
        folder = path.rpartition("/")[0]
        if f"{folder}/config.json" in run.changed:
            yield read_record(run.folder / folder, folder.removeprefix("project/"), run.changed)


def read_record(folder: Path, name: str, changed: tuple[str, ...] = ()) -> Record:
    """One run folder; what cannot be read in it is left out."""
    config, told, metrics = (_json(folder / f"{part}.json") for part in ("config", "run", "metrics"))
    numbers = {k: v[-1] for k, m in metrics.items() if (v := _list(_mapping(m).get("values"))) and is_number(v[-1])}
    result = told.get("result")
    for key, value in flat({"result": result}):
        if is_number(value):
            numbers.setdefault(key, value)
    artifacts = tuple(str(a) for a in _list(told.get("artifacts")))
    own = {k: v for k, v in flat(config) if k != "__doc__"}
    return Record(name, str(told.get("status", "")), own, numbers, artifacts)


def _json(path: Path) -> dict[str, Any]:
    try:
        return _mapping(read_json(path, LARGEST))
    except (OSError, ValueError):
        return {}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _silence(words: str) -> str:
    last = next((line for line in reversed(words.strip().splitlines()) if line.strip()), "")
    return f"`print_config` told nothing: {last[:200]}" if last else "`print_config` told nothing"


def _changed(told: list[Mapping[str, Any]] | list[dict[str, Any]]) -> Iterator[Finding]:
    """What Sacred marks in its own listing: entries that were added, values whose type changed."""
    for note in told:
        for key in _list(note.get("added")):
            yield Finding(f"Sacred marks the config entry `{key}` as added: no config scope declares it")
        for key, types in _mapping(note.get("typechanged")).items():
            before, after = (re.sub(r"<class '([\w.]+)'>", r"\1", str(t)) for t in _list(types)[:2])
            yield Finding(f"Sacred marks the config entry `{key}` as changed in type, from {before} to {after}")


def _place_of_observers(project: Project) -> Place | None:
    return next((c.place for c in project.program.calls if c.last == "Experiment"), None)


def _replaced(project: Project) -> Iterator[Finding]:
    for call in project.program.calls:
        owner = next((p for p in reversed(call.name.split(".")) if p.endswith("Observer")), "")
        if owner and REMOTE.search(owner):
            yield Finding(
                f"{owner} could not be reached; the runs were recorded in files instead, nothing was edited", call.place
            )
