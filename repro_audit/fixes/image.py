"""A Dockerfile that installs what is declared and runs the main experiment, and a dev container on top of it."""

from __future__ import annotations

import json
import re

from ..facts.commands.model import Command
from ..project import Project
from .model import Case, Declined, Proposal, normalise_name
from .packages import LOCK, is_lock

DOCKERFILE = "Dockerfile"
CONTAINER = ".devcontainer/devcontainer.json"
APT = "apt-get update && apt-get install -y --no-install-recommends"
NOTEBOOK_TOOLS = frozenset({"nbconvert", "jupyter", "notebook", "jupyterlab"})
TOOLS = frozenset({"make", "git"})  # not in a slim image
OTHER_TOOLS = frozenset({"environment.yml", "conda explicit", "conda-lock", "Pipfile", "pixi"})
_IS_MADE = re.compile(  # what the image itself stands for: an environment, its packages, a copy of the code
    r"activate\b|\bvenv\b|\bvirtualenv\b|\b(?:conda|mamba|pyenv|pipenv|poetry|uv)\b|\bpip3?\b|\bgit\s+clone\b|"
    r"^\s*(?:cd|source|docker|sudo|apt|apt-get|brew|export|set)\b"
)
_VERSION = re.compile(r"(?<![\d.])(3\.\d{1,2}(?:\.\d{1,2})?)(?![\d.])")
_OPEN = re.compile(r"[<>~^*]|\d\+|or (?:later|newer|above|higher)")
_PLAIN_PATH = re.compile(r"[\w./-]+")


def propose(case: Case) -> Proposal | Declined:
    """The Python of the run that is kept, else the one that is stated; nothing is guessed."""
    project = case.project
    if DOCKERFILE in project.files:
        return Declined(case.criterion, f"there is a {DOCKERFILE} already: {_lacks(project)}")
    version = (case.installed.python if case.installed else "") or _stated(project)
    if not version:
        return Declined(
            case.criterion, "no version of Python is stated, and none is known from a run that works (score --run)"
        )
    install = _install(project)
    if isinstance(install, str):
        return Declined(case.criterion, install)
    if not project.commands.chosen:
        return Declined(case.criterion, "there is no command for it to run")
    texts = {DOCKERFILE: _dockerfile(project, version, install)}
    if CONTAINER not in project.files:
        texts[CONTAINER] = _container()
    return Proposal(case.criterion, texts, f"an image of Python {version} that installs what is declared")


def _lacks(project: Project) -> str:
    return next((i.lacks for i in project.environment.images if i.lacks), "make it build the main experiment")


def _stated(project: Project) -> str:
    """The first version of Python that is stated as one version and no range; patch releases first."""
    said = [s for s in project.environment.languages if s.kind == "python" and not _OPEN.search(s.text)]
    found = [m[1] for s in said for m in [_VERSION.search(s.text)] if m]
    return next(iter(sorted(found, key=lambda v: -v.count("."))), "")


def _install(project: Project) -> list[str] | str:
    """The lines that install what is declared; words where that takes more than pip."""
    main = [f for f in project.environment.packages if f.is_main and f.declarations and _PLAIN_PATH.fullmatch(f.path)]
    plain = next(
        (f.path for f in main if f.kind == "requirements" and f.path.endswith(".txt") and not is_lock(f)), None
    )
    if plain is not None:
        lock = next((f.path for f in main if is_lock(f) and f.path.endswith(".lock.txt")), None)
        whole = "-r" if lock == LOCK else "-c"  # ours has what the run had, the tools of its commands too
        limited = f" {whole} {lock}" if lock else ""
        names = " ".join([plain, *([lock] if lock else [])])
        run = f"RUN pip install --no-cache-dir -r {plain}{limited}{'' if lock == LOCK else _notebook_tools(project)}"
        return ["COPY . .", run] if "/" in names else [f"COPY {names} ./", run, "COPY . ."]
    if "pyproject.toml" in project.files and any(f.kind == "pyproject" for f in main):
        return ["COPY . .", "RUN pip install --no-cache-dir ."]
    other = next((f.path for f in main if f.kind in OTHER_TOOLS), None)
    if other is not None:
        return f"{other} is not installed by pip alone: start from an image of its own tool"
    if project.environment.needed:
        return "the packages that the main experiment imports are not declared in a file that pip reads"
    return ["COPY . ."]


def _notebook_tools(project: Project) -> str:
    """What runs a notebook, where nothing declares it."""
    declared = {normalise_name(d.name) for f in project.environment.packages for d in f.declarations}
    is_asked = any(re.search(r"\bjupyter\b", c.text) for c in project.commands.chosen)
    return " nbconvert ipykernel" if is_asked and not declared & NOTEBOOK_TOOLS else ""


def _dockerfile(project: Project, version: str, install: list[str]) -> str:
    before = [c for c in project.commands.preparation if not _IS_MADE.search(c.text)]
    chosen = (*before, *project.commands.chosen)
    tools = sorted({w for c in chosen for w in re.findall(r"\w+", c.text) if w in TOOLS})
    got = [f"RUN {APT} {' '.join(tools)} && rm -rf /var/lib/apt/lists/*"] if tools else []
    head = [f"FROM python:{version}-slim", "", *got, "WORKDIR /project"]
    return "\n".join([*head, *install, f"CMD {_command(chosen)}"]) + "\n"


def _command(chosen: tuple[Command, ...]) -> str:
    """As CMD takes it: words where it is one command without a shell."""
    if len(chosen) == 1 and chosen[0].argv and chosen[0].cwd in ("", "."):
        return json.dumps(list(chosen[0].argv))
    parts = [c.text if c.cwd in ("", ".") else f"(cd '{_shell(c.cwd)}' && {c.text})" for c in chosen]
    return json.dumps(["sh", "-c", " && ".join(" ".join(p.split()) for p in parts)])


def _shell(text: str) -> str:
    return text.replace("'", "'\\''")


def _container() -> str:
    told = {"name": "experiment", "build": {"dockerfile": "../Dockerfile", "context": ".."}}
    return json.dumps(told, indent=2) + "\n"
