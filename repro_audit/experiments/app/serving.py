"""The experiment of an app that serves: our driver starts it in the sandbox, asks it and says what came of it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...facts.evaluation.model import App
from ...sandbox.layout import Layout
from ...sandbox.model import CARRIED, Run
from ..bench import Variation
from ..lab import Lab
from ..model import Experiment, Failure, FailureClass, Kind, Outcome, RunRecord
from .materials import examples, requests
from .routes import routes_of
from .starting import Start

DRIVER = Path(__file__).parent / "driver"
PLACE = f"{CARRIED}/driver"
PACKAGE = "repro_audit_driver"  # its name inside, where nothing else of ours is
MARK = "repro-audit-app: "
SECONDS = 150.0  # what the driver has
SPARE = 60.0  # more, until the sandbox ends it
TAIL = 4 * 1024 * 1024  # bytes of the log that the result is looked for in
CODE = "import sys; sys.path.insert(0, {0!r}); from {1}.main import main; sys.exit(main({2!r}))"
TOLD = ("asked", "answered", "by", "screenshot", "remark", "rendered")
LONGEST = 400  # characters of what an app said


def ask_server(lab: Lab, app: App, start: Start) -> Experiment:
    """Start the app where the first run's artifacts are, and ask it."""
    with tempfile.TemporaryDirectory(prefix="repro-audit-app-") as place:
        pack(Path(place), plan(lab, app, start))
        code = CODE.format(PLACE, PACKAGE, f"{PLACE}/plan.json")
        job = replace(lab.job, argv=("python", "-c", code), cwd=start.cwd, carried=((Path(place), PLACE),))
        variation = replace(from_artifacts(lab), job=job, seconds=SECONDS + SPARE)
        run, record = lab.run(f"app-{start.script}", variation, steadied=False)
    return told(lab, f"app:{start.script}", app, run, record)


def from_artifacts(lab: Lab) -> Variation:
    """What the main run left is there: apps load the model that it made."""
    home = lab.reference.folder / "home"
    left = lab.reference.folder / "project"
    return Variation(overlays=(left,) if left.is_dir() else (), home=home if home.is_dir() else None)


def plan(lab: Lab, app: App, start: Start) -> dict[str, Any]:
    """What the driver is told; paths of examples are made absolute, as the run sees them."""
    folder = Layout.of(lab.job.surroundings).project
    given = examples(lab, app)
    given["files"] = {suffix: f"{folder}/{path}" for suffix, path in given["files"].items()}
    shown = list(requests(lab))
    for request in shown:
        for name, path in list(request.get("files", {}).items()):
            request["files"][name] = _file_for(lab, path, given["files"], folder)
    return {
        "kind": app.kind, "script": f"{folder}/{start.script}", "start": list(start.argv), "seconds": SECONDS,
        "variables": dict(start.variables), "driver": PLACE, "examples": given,
        "requests": [r for r in shown if all(r.get("files", {"": "is there"}).values())],
        "routes": routes_of(lab, app) if app.kind == "flask" else [],
    }  # fmt: skip


def _file_for(lab: Lab, path: str, files: Mapping[str, str], folder: str) -> str:
    """The file that a page names, or another of its kind; empty where there is none."""
    plain = path.removeprefix("./")
    return f"{folder}/{plain}" if plain in lab.project.files else files.get(Path(plain).suffix.lower(), "")


def pack(place: Path, what: Mapping[str, Any]) -> None:
    """The driver and its plan, as they travel."""
    package = place / PACKAGE
    package.mkdir()
    for file in sorted(DRIVER.glob("*.py")):
        shutil.copyfile(file, package / file.name)
    (place / "plan.json").write_text(json.dumps(what), "utf-8")


def told(lab: Lab, id: str, app: App, run: Run, record: RunRecord) -> Experiment:
    """The experiment, from the last line that the driver said. That line is a stranger's text too."""
    said = result_of(run)
    details: dict[str, Any] = {"app": app.kind, "path": app.at.path, "line": app.at.line}
    details.update({k: str(said[k])[:LONGEST] for k in TOLD if said.get(k)})
    if details.get("screenshot") and (run.folder / "tmp" / "app.png").is_file():
        details["screenshot"] = record.log.replace("log.txt", "tmp/app.png")
    else:
        details.pop("screenshot", None)
    failure = lab.failure(run)
    outcome = {"works": Outcome.WORKS, "failed": Outcome.FAILED}.get(str(said.get("outcome")), Outcome.INCONCLUSIVE)
    if not said:
        outcome = Outcome.INCONCLUSIVE if failure is None or failure.is_the_sandbox else Outcome.FAILED
    reason = (
        f"{app.at.path}: {str(said.get('said') or (failure.message if failure else 'nothing came back'))[:LONGEST]}"
    )
    if outcome is Outcome.WORKS:
        reason = f"{app.at.path} answered {details.get('answered', '')[:80]!r} when it was asked"
    if outcome is not Outcome.FAILED:
        return lab.tell(id, Kind.APP, outcome, reason, runs=(record,), details=details)
    failure = failure or Failure(FailureClass.CRASHED, reason, "Start the app and look at what it says.", app.at)
    if failure.is_the_sandbox:
        outcome = Outcome.INCONCLUSIVE
    return lab.tell(id, Kind.APP, outcome, reason, runs=(record,), failure=failure, details=details)


def result_of(run: Run) -> dict[str, Any]:
    """What the driver said; empty where it did not come to it."""
    text = run.log.read_bytes()[-TAIL:].decode("utf-8", "replace")
    line = next((t for t in reversed(text.splitlines()) if t.startswith(MARK)), "")
    try:
        found = json.loads(line[len(MARK) :]) if line else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
