"""A logged model is asked for a prediction, with the input example that was logged beside it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from ...sandbox.model import Job
from ..bench import Variation
from ..lab import Lab, Planned
from ..model import Depth, Experiment, Kind, Outcome
from .mlflow import Model, models
from .model import words_of

TURN = 50
ID = "app:mlflow-model"
PREDICTED = re.compile(r"\{\s*\"predictions\"\s*:\s*[^\n]{1,2000}")
TELLS = re.compile(r"\bmlflow\s+models\s+(?:serve|predict)\b")
SERVABLE = "serving_input_example.json"


def predictions(lab: Lab) -> Iterator[Planned]:
    """The first model of the run with an example in the form that a server takes."""
    model = next((m for m in models(lab.reference) if m.example.endswith(SERVABLE)), None)
    if model is None:
        return

    def ask(lab: Lab) -> Iterator[Experiment]:
        yield _asked(lab, model)

    yield Planned(ID, Kind.APP, TURN, 1, ask, None, _details(lab, model), Depth.STANDARD, needs_steady=False)


def _asked(lab: Lab, model: Model) -> Experiment:
    folder, example = (shlex.quote(p.removeprefix("project/")) for p in (model.folder, model.example))
    text = f"mlflow models predict -m {folder} -i {example} -t json --env-manager local"
    left = Variation(overlays=(lab.reference.folder / "project",))
    run, record = lab.bench.run("mlflow-predict", Job(("sh", "-c", text)), left)
    told = PREDICTED.search(words_of(run.log))
    details = _details(lab, model)
    if run.is_success and told:
        reason = f"`mlflow models predict` answers the logged input example: {told.group()[:120]}"
        return lab.tell(ID, Kind.APP, Outcome.WORKS, reason, runs=(record,), details=details)
    failure = lab.failure(run)
    if failure is None:
        reason = "`mlflow models predict` ended without a prediction"
        return lab.tell(ID, Kind.APP, Outcome.INCONCLUSIVE, reason, runs=(record,), details=details)
    return lab.tell(ID, Kind.APP, Outcome.FAILED, failure.message, runs=(record,), failure=failure, details=details)


def _details(lab: Lab, model: Model) -> dict[str, object]:
    """Whether a page tells of it: a model that answers and that nobody is told of is no app."""
    apps = lab.project.evaluation.apps
    is_documented = any(a.documented_at and TELLS.search(f"{a.start} {a.text}") for a in apps)
    return {"app": "mlflow", "path": model.name, "line": None, "is_documented": is_documented}
