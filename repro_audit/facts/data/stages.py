"""The steps of the work that can be run alone, and whether what passes between them is declared.

Beside the steps of a pipeline these are scripts and notebooks that play different roles by their
names, or that write what another one reads. What passes counts as declared where git tracks it or a
document names it. Scripts of one role are alternatives: together they are one step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..commands.starts import start_of
from ..files import Tree
from ..regex import regex
from .evidence import Evidence
from .model import Stage
from .modes import find_modes
from .passing import MAX_SCRIPTS, Passed, passed_files, written_files
from .roles import Role, role_of

MAX_STAGES = 60

SCRIPT_ENDINGS = (".py", ".ipynb", ".r", ".rmd", ".jl", ".sh", ".scala", ".m", ".sc")
LIBRARY_FILE = regex(
    r"(^|/)(__init__|utils?|helpers?|config\w*|settings|setup|conftest|constants|test_\w+|\w+_test|models?|layers|"
    r"losses|metrics|features?|nodes|pipeline\w*|"
    r"modules?|app|api|logger|runtests|precompile\w*|install\w*)\.\w+$|(^|/)(tests?|docs?|\.\w+)/",
    re.IGNORECASE,
)
RUNS = regex(
    r"^(?!import|from|def|class|@|#|[\"'\s)\]}]|if|else|elif|try|except|[A-Z_]+\s*=)\w[\w., ]{0,200}(?:\(|"
    r"\s*=\s*\w[\w.]*\()",
    re.MULTILINE,
)
STATED_SCRIPT = regex(r"(?:^|\s)(?:\./)?([\w./-]+\.(?:py|sh|R|jl))(?=\s|$)")
TRAINED = (".h5", ".pt", ".pth", ".ckpt", ".keras", ".pkl", ".joblib", ".npz", ".safetensors", ".weights")
APPLIES = regex(r"load_learner|load_model|torch\.load|joblib\.load|pickle\.load|from_pretrained|\.predict\(")


def find_stages(seen: Evidence, is_light: bool) -> tuple[Stage, ...]:
    """Declared stages first; then separate scripts, notebooks and modes."""
    found = [*seen.declared, *_given_artifacts(seen), *_scripts(seen, is_light)]
    if len(found) < 2 and not is_light:
        found += find_modes(seen)
    found.sort(key=lambda s: not s.is_declared)
    return tuple({s.name: s for s in reversed(found)}.values())[::-1][:MAX_STAGES]


def _given_artifacts(seen: Evidence) -> list[Stage]:
    """Scripts of stated commands, where one of them is given a tracked file that only training makes."""
    found: dict[str, Stage] = {}
    for command in seen.commands.all:
        script = next(iter(STATED_SCRIPT.findall(command.text[:1000])), "")
        given = tuple(w for w in command.text[:1000].split() if w.lower().endswith(TRAINED) and w in seen.files)
        if script and (given or script not in found):
            found[script] = Stage(script, command.text, command.at, given, bool(given))
    return list(found.values()) if len(found) > 1 and any(s.is_declared for s in found.values()) else []


def _scripts(seen: Evidence, is_light: bool) -> Iterator[Stage]:
    passed = passed_files(seen)
    main = {s.path for s in seen.program.steps if s.path}
    for path in _step_paths(seen, main, passed, is_light):
        kept = tuple(sorted({p.name for p in passed if p.writer == path and p.is_kept}))
        if not kept and role_of(path) is Role.PREPARE:
            kept = written_files(seen, path)
        yield Stage(path, _command_of(path), _shows(seen.files, path, kept), kept, bool(kept))


def _shows(files: Tree, path: str, kept: tuple[str, ...]) -> Place:
    """The line that names what is kept; else where the script starts."""
    parts = [max(name.split("*"), key=len) for name in kept]
    for number, line in enumerate(files.lines(path), 1) if parts else ():
        if any(part in line for part in parts):
            return Place(path, number)
    return start_of(files, path)


def _step_paths(seen: Evidence, main: set[str], passed: list[Passed], is_light: bool) -> list[str]:
    """The main scripts, with the others where these are further steps and no alternatives."""
    involved = {p.writer for p in passed} | {p.reader for p in passed}
    scripts = [p for p in seen.files.own if p.lower().endswith(SCRIPT_ENDINGS)]
    steps = [p for p in scripts if p in main or p in involved or _is_step(p, seen.files)][:MAX_SCRIPTS]
    roles = {_role(p) for p in steps if p in main or not is_light or _role(p).is_step}
    if len(roles) < 2 and not passed:
        return [p for p in steps if p in main] or steps[:1]
    return steps


def _role(path: str) -> Role:
    """A script without a telling name trains, as main scripts do; helpers that act alone prepare."""
    return role_of(path) or (Role.PREPARE if LIBRARY_FILE.search(path) else Role.TRAIN)


def _is_step(path: str, files: Tree) -> bool:
    if LIBRARY_FILE.search(path):
        return path.endswith(".py") and _acts_alone(path.rpartition("/")[2], files.text(path) or "")
    return role_of(path) is not None and _is_script(path, files)


def _acts_alone(name: str, text: str) -> bool:
    """A module of helpers that makes a file when it is run, or an app that applies what was trained."""
    if name in ("app.py", "api.py"):
        return bool(APPLIES.search(text))
    _, sign, block = text.partition("__main__")
    return bool(sign) and bool(re.search(r"\.(?:save\w*|to_\w+|dump)\(|[\"']wb?[\"']", block))


def _is_script(path: str, files: Tree) -> bool:
    """Whether a file does something when it is run."""
    if not path.endswith(".py"):
        return files.size(path) > 0
    text = files.text(path) or ""
    return "__main__" in text or bool(RUNS.search(text))


def _command_of(path: str) -> str:
    tools = {"py": "python", "ipynb": "jupyter execute", "r": "Rscript", "jl": "julia", "sh": "bash"}
    return f"{tools.get(path.rpartition('.')[2].lower(), 'run')} {path}"
