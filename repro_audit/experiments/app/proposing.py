"""Which of the project's apps are tried, and what each experiment does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...facts.evaluation.model import App
from ...project import Project
from ..lab import Lab, Planned
from ..model import Depth, Experiment, Kind, Outcome
from .scripts import ask_script, script_of
from .serving import ask_server
from .starting import start_of

SERVING = re.compile(r"\b(?:streamlit\s+run|uvicorn|gunicorn|flask\s+run|waitress-serve|fastapi\s+(?:run|dev))\b")
STAYS = re.compile(r"\.launch\(|\buvicorn\.run\(|\bapp\.run\(|\bserve_forever\(|\bserve\(\s*app\b")

Ask = Callable[[Lab], tuple[Experiment, ...]]
TURN = 50
SERVED = ("streamlit", "gradio", "fastapi", "flask")
SCRIPTS = ("script", "command")
OTHERS = ("dash", "panel", "bentoml", "cog", "shiny", "django", "tornado", "chainlit", "litserve", "torchserve")
AT_STANDARD, AT_MOST = 1, 4
A_START = 10.0  # seconds, beside the run itself, in runs of a second


def is_served(project: Project) -> bool:
    """Whether the main command ends in an app that stays up until somebody stops it."""
    commands = project.commands
    if commands.chosen and SERVING.search(commands.chosen[-1].text):
        return True
    last = commands.steps[-1].path if commands.steps else None
    is_app = any(app.kind in SERVED and app.at.path == last for app in project.evaluation.apps)
    return is_app and last is not None and STAYS.search(project.files.text(last) or "") is not None


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
    id, ask = _how(lab, app)
    if not id:
        return None
    if ask is None:
        return _untried(id, f"how a {app.kind} app is asked is not known here", details, depth)
    runs = 1 + A_START / (lab.seconds + 1)
    return Planned(id, Kind.APP, TURN, runs, ask, None, details, depth, needs_steady=False)


def _how(lab: Lab, app: App) -> tuple[str, Ask | None]:
    """The experiment's name, empty for what is no app that could be asked, and what it does, None where unknown."""
    if app.kind in SERVED:
        start = start_of(lab, app)
        return f"app:{start.script}", lambda lab: (ask_server(lab, app, start),)
    if app.kind in SCRIPTS and app.start:
        return f"app:{script_of(app)}", lambda lab: (ask_script(lab, app),)
    return (f"app:{app.at.path}" if app.kind in OTHERS else ""), None


def _untried(id: str, why: str, details: Mapping[str, Any], depth: Depth) -> Planned:
    def ask(lab: Lab) -> tuple[Experiment, ...]:
        return (lab.tell(id, Kind.APP, Outcome.SKIPPED, why, details=dict(details)),)

    return Planned(id, Kind.APP, TURN, 0, ask, None, details, depth)
