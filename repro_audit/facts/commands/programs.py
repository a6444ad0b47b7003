"""What single programs run: interpreters, notebooks, containers, apps, console scripts."""

from __future__ import annotations

import re
import shlex

from ...model import Place
from ..files import normalise, under
from ..regex import regex
from ..sources import Sources
from .gaps import is_placeholder
from .invocation import APP_SERVERS, Invocation
from .model import GapKind, Origin, StepKind
from .recipes import folder_of
from .shell import logical_lines
from .shell_variables import spelled_out
from .walk import MAX_DEPTH, Walk

R_SOURCE = regex(r"(?:source|rmarkdown::render|render|include|knitr::knit|quarto_render)\s*\(\s*[\"']([^\"']+)[\"']")


def python(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    if call.module:
        module(walk, call, cwd, at)
    elif call.script.endswith(".ipynb"):
        notebook(walk, call, cwd, at, depth)
    elif call.script and call.script.rpartition("/")[2] == "setup.py":
        return
    elif call.script:
        walk.script(call.script, call.arguments, cwd, at)
    elif call.code:
        walk.found.step(StepKind.OTHER, None, ("python", "-c", call.code), cwd, at)


def module(walk: Walk, call: Invocation, cwd: str, at: Place) -> None:
    path = module_file(walk.sources, call.module, cwd)
    if path:
        walk.run_python(path, call.arguments, cwd, at)
    elif call.module not in ("pip", "venv", "ensurepip", "virtualenv", "nltk.downloader", "http.server"):
        walk.found.step(StepKind.OTHER, None, ("python", "-m", call.module, *call.arguments), cwd, at)
        walk.check(call.arguments, cwd, at)


def shell(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    if call.code:
        walk.nested((call.code, at), cwd, depth)
        return
    if not call.script or call.script.endswith(("activate", ".bashrc", ".profile", "conda.sh")):
        return
    path = walk.file(call.script, cwd)
    if path is None or path in walk.tree.folders:
        kind = GapKind.INVENTED_VALUE if is_placeholder(call.script, walk.around) else GapKind.MISSING_FILE
        walk.found.gap(kind, call.script, at)
        return
    walk.found.step(StepKind.SHELL, path, call.arguments, cwd, at)
    walk.check(call.arguments, cwd, at)
    if depth < MAX_DEPTH and walk.enter(path, ""):
        _shell_file(walk, path, cwd, depth)


def _shell_file(walk: Walk, path: str, cwd: str, depth: int) -> None:
    before = len(walk.found.gaps)
    walk.inside += 1
    for line in spelled_out(logical_lines(walk.tree.text(path) or "")):
        cwd = walk.line(line.text, cwd, Place(path, line.offset + 1), depth + 1)
    walk.inside -= 1
    walk.keep_absent_scripts(before)


def notebook(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    words = (call.script, *call.arguments)
    books = [w for w in words if w.endswith(".ipynb")]
    if call.program == "papermill":
        books = books[:1]
    for book in books[:1] if "--output" in words else books:
        path = walk.file(book, cwd)
        if path is None:
            walk.found.gap(GapKind.MISSING_FILE, book, at)
        else:
            walk.found.step(StepKind.NOTEBOOK, path, call.arguments, cwd, at)


def foreign(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    """R, Julia and others: the script, or the files that a one-liner sources."""
    if "tar_make" in call.code:
        targets(walk, call, cwd, at, depth)
        return
    for name in [call.script] if call.script else R_SOURCE.findall(call.code):
        path = walk.file(name, cwd)
        if path:
            walk.found.step(StepKind.OTHER, path, call.arguments, cwd, at)
            walk.check(call.arguments, cwd, at)
        elif is_placeholder(name, walk.around):
            walk.found.gap(GapKind.INVENTED_VALUE, name, at)
        else:
            walk.found.gap(GapKind.MISSING_FILE, name, at)


def targets(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    path = walk.file("_targets.R", cwd)
    if path is None:
        walk.found.gap(GapKind.MISSING_FILE, "_targets.R", at)
        return
    for script in (path, *(p for p in under(walk.tree.suffixed(".r"), "R"))):
        walk.found.step(StepKind.OTHER, script, (), cwd, at)


def entry_point(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    entry = walk.entry_points[call.program]
    if entry.path:
        walk.run_python(entry.path, call.arguments, cwd, at)
    else:
        walk.found.gap(GapKind.MISSING_FILE, f"{entry.module} ({entry.at})", at)


def app(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    for word in call.arguments:
        if word.endswith((".py", ".ipynb")):
            kind = StepKind.NOTEBOOK if word.endswith(".ipynb") else StepKind.PYTHON
            path = walk.file(word, cwd)
            if path:
                walk.found.step(kind, path, call.arguments, cwd, at)
            else:
                walk.found.gap(GapKind.MISSING_FILE, word, at)
            return
        module = word.partition(":")[0]
        if call.program in APP_SERVERS and ":" in word and re.fullmatch(r"[\w.]+", module):
            path = module_file(walk.sources, module, cwd)
            if path:
                walk.found.step(StepKind.PYTHON, path, call.arguments, cwd, at)
            return
    tool(walk, call, cwd, at, depth)


def docker(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    words = [w for w in call.arguments if not w.startswith("-")]
    recipes = walk.recipes.find((Origin.DOCKER,), cwd)
    if call.program == "docker-compose" or words[:1] == ["compose"]:
        recipes = recipes or walk.recipes.find((Origin.DOCKER,), folder_of(at.path))
        recipes = recipes or tuple(r for r in walk.recipes.all if r.origin is Origin.DOCKER)
        if not recipes and not walk.tree.matching("*compose*.y*ml"):
            walk.found.gap(GapKind.MISSING_FILE, "docker-compose.yml", at)
    elif words[:1] != ["run"]:
        return
    walk.check(call.arguments, cwd, at)
    if words[:1] == ["run"] and _docker_command(call.arguments):
        walk.nested((_docker_command(call.arguments), at), cwd, depth)
        return
    for recipe in recipes:
        walk.recipe(recipe, depth + 1)


def tool(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    walk.found.step(StepKind.OTHER, None, (call.program, *call.arguments), cwd, at)
    walk.check(call.arguments, cwd, at)


def module_file(sources: Sources, module: str, cwd: str) -> str | None:
    """The project's own file that `python -m module` runs."""
    tail = module.replace(".", "/")
    for base in dict.fromkeys((cwd, ".", "src", f"{cwd}/src")):
        for ending in (".py", "/__main__.py", "/__init__.py"):
            path = normalise(f"{base}/{tail}{ending}")
            if path in sources.tree:
                return path
    found = sources.by_module.get(module) or sources.by_module.get(module + ".__main__")
    return found[0] if found and "." in module else None


def _docker_command(words: tuple[str, ...]) -> str:
    """The command after the image of `docker run`, "" for none."""
    rest = list(words)
    if "run" in rest:
        rest = rest[rest.index("run") + 1 :]
    takes = re.compile(
        r"^(-[pvewuhm]|--(publish|volume|env|name|workdir|user|gpus|mount|network|shm-size|memory|entrypoint|env-file|ipc|runtime|platform|cpus))$"
    )
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if takes.match(rest[0]) else rest[1:]
    return shlex.join(rest[1:]) if len(rest) > 1 else ""
