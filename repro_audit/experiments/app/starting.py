"""How an app is started on a port of our choice: as its page tells, else as its framework is started."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ...facts.evaluation.model import App
from ..lab import Lab

PORT = "{port}"
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
STREAMLIT = ("--server.port", PORT, "--server.headless", "true", "--server.address", "127.0.0.1",
             "--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none")  # fmt: skip
GRADIO = {"GRADIO_SERVER_PORT": PORT, "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_ANALYTICS_ENABLED": "False"}
SERVER = re.compile(r"\b(?:uvicorn|gunicorn|hypercorn)\s+(?:[^\s:]+\s+)*?([\w.]+):(\w+)")
FLASK_APP = re.compile(r"--app[= ]([\w./:]+)|FLASK_APP=([\w./:]+)")
FASTAPI_VARIABLE = re.compile(r"^(\w+)(?:\s*:\s*\w+)?\s*=\s*(?:fastapi\.)?FastAPI\(", re.MULTILINE)
STARTS_ITSELF = re.compile(r"uvicorn\.run\(|\b\w+\.run\(")


@dataclass(frozen=True)
class Start:
    """`script` is relative to the project, the words of `argv` to `cwd`."""

    script: str
    argv: tuple[str, ...]
    cwd: str = "."
    variables: Mapping[str, str] = field(default_factory=dict)


def start_of(lab: Lab, app: App) -> Start:
    """Of the script that the page starts; where it names none, of the file that the app was found in."""
    script, cwd = _script(lab, app)
    inner = script.removeprefix(f"{cwd}/") if cwd != "." else script
    if app.kind == "streamlit":
        return Start(script, ("python", "-m", "streamlit", "run", inner, *STREAMLIT, *_rest(app, inner)), cwd, OFFLINE)
    if app.kind == "gradio":
        return Start(script, ("python", inner, *_rest(app, inner)), cwd, {**OFFLINE, **GRADIO})
    if app.kind == "fastapi":
        return Start(script, _fastapi(lab, app, script, inner), cwd, OFFLINE)
    return Start(script, _flask(lab, app, script, inner), cwd, {**OFFLINE, "FLASK_RUN_PORT": PORT, "PORT": PORT})


def _script(lab: Lab, app: App) -> tuple[str, str]:
    """(script, folder it is started in): relative to the root, or to the folder that the page changes to."""
    files = lab.project.files
    folder = str(PurePosixPath(app.at.path).parent)
    for word in _words(app.start):
        if word.endswith(".py"):
            plain = word.removeprefix("./")
            for cwd in (".", folder):
                path = plain if cwd == "." else f"{cwd}/{plain}"
                if path in files:
                    return path, cwd
    changes = re.search(r"\bcd\s+([\w./-]+)", app.start)
    cwd = changes.group(1).strip("./") if changes else "."
    is_inside = cwd != "." and app.at.path.startswith(cwd + "/")
    return app.at.path, cwd if is_inside else "."


def _rest(app: App, inner: str) -> tuple[str, ...]:
    """What the page gives the script beside its name; nothing that only starts something else."""
    words = _words(app.start)
    at = next((i for i, w in enumerate(words) if w.removeprefix("./") == inner), None)
    rest = words[at + 1 :] if at is not None else []
    until = next((i for i, w in enumerate(rest) if w in ("&", "&&", "|", ";", "#", ">")), len(rest))
    return tuple(w for w in rest[:until] if not w.startswith("--server."))


def _fastapi(lab: Lab, app: App, script: str, inner: str) -> tuple[str, ...]:
    text = lab.project.files.text(script) or ""
    stated = SERVER.search(app.start)
    variable = FASTAPI_VARIABLE.search(lab.project.files.text(app.at.path) or "")
    if stated is None and "uvicorn.run(" in text:
        return ("python", inner)
    module = stated.group(1) if stated else _module(inner)
    name = stated.group(2) if stated else (variable.group(1) if variable else "app")
    folder = re.search(r"--app-dir[= ](\S+)", app.start)
    more = ("--app-dir", folder.group(1)) if folder else ()
    return ("python", "-m", "uvicorn", f"{module}:{name}", *more, "--host", "127.0.0.1", "--port", PORT)


def _flask(lab: Lab, app: App, script: str, inner: str) -> tuple[str, ...]:
    text = lab.project.files.text(script) or ""
    served = SERVER.search(app.start)
    named = FLASK_APP.search(app.start)
    if served or named:
        target = f"{served.group(1)}:{served.group(2)}" if served else next(g for g in named.groups() if g)  # type: ignore[union-attr]
        return ("python", "-m", "flask", "--app", target, "run", "--port", PORT)
    if STARTS_ITSELF.search(text):
        return ("python", inner, *_rest(app, inner))
    return ("python", "-m", "flask", "--app", inner, "run", "--port", PORT)


def _module(inner: str) -> str:
    return inner.removesuffix(".py").replace("/", ".")


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text.partition(" #")[0])
    except ValueError:
        return text.split()
