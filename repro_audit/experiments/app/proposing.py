"""Which of the project's apps are tried, and what each experiment does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...facts.evaluation.model import App
from ..lab import Lab, Planned
from ..model import Depth, Experiment, Kind
from .scripts import ask_script, script_of
from .serving import ask_server
from .starting import start_of

TURN = 50
SERVED = ("streamlit", "gradio", "fastapi", "flask")
SCRIPTS = ("script", "command")
OTHERS = ("dash", "panel", "bentoml", "cog", "shiny", "django", "tornado", "chainlit", "litserve", "torchserve")
AT_STANDARD, AT_MOST = 1, 4
A_START = 10.0  # seconds, beside the run itself, in runs of a second


def proposals(lab: Lab) -> Iterator[Planned]:
    """The apps that a page tells how to use first; those that nobody knows how to ask are told as skipped."""
    found: dict[str, Planned] = {}
    for app in lab.project.evaluation.apps:
        planned = _planned(lab, app, len(found))
        if planned is not None and planned.id not in found and len(found) < AT_MOST:
            found[planned.id] = planned
    yield from found.values()


def _planned(lab: Lab, app: App, number: int) -> Planned | None:
    depth = Depth.STANDARD if number < AT_STANDARD else Depth.DEEP
    details = {"app": app.kind, "path": app.at.path, "line": app.at.line}
    if app.kind in SERVED:
        start = start_of(lab, app)
        ask: Callable[[Lab], tuple[Experiment, ...]] = lambda lab: (ask_server(lab, app, start),)  # noqa: E731
        name = start.script
    elif app.kind in SCRIPTS and app.start:
        name = script_of(app)
        ask = lambda lab: (ask_script(lab, app),)  # noqa: E731
    elif app.kind in OTHERS:
        name = app.at.path
        why = f"how a {app.kind} app is asked is not known here"
        return Planned(f"app:{name}", Kind.APP, TURN, 0, lambda lab: (planned.skipped(lab, why),), None, details, depth)
    else:
        return None
    runs = 1 + A_START / (lab.seconds + 1)
    planned = Planned(f"app:{name}", Kind.APP, TURN, runs, ask, None, details, depth, needs_steady=False)
    return planned
