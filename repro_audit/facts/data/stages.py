"""The steps of the work that can be run alone, and whether what passes between them is declared.

Beside the steps of a pipeline these are scripts and notebooks that play different roles by their
names, or that write what another one reads. What passes counts as declared where git tracks it or a
document names it. Scripts of one role are alternatives: together they are one step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..commands.model import Command
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
    r"modules?|app|api|logger|runtests|precompile\w*|install\w*)\.\w+$|"
    r"(^|/)(tests?|docs?([-_]\w+)*|releases?([-_]\w+)*|ci|\.\w+)/",
    re.IGNORECASE,
)
EXAMPLE = regex(r"(^|[-_ ])(examples?|tutorials?)([-_ ]|$)", re.IGNORECASE)  # one of several ways to use the same thing
RUNS = regex(
    r"^(?!import|from|def|class|@|#|[\"'\s)\]}]|if|else|elif|try|except|[A-Z_]+\s*=)\w[\w., ]{0,200}(?:\(|"
    r"\s*=\s*\w[\w.]*\()",
    re.MULTILINE,
)
RUNS_PROGRAM = regex(
    r"python|Rscript|julia|jupyter|papermill|spark-submit|wget|curl|gdown|kaggle|\bunzip\b|\btar\b|\./\w"
)
WRITES = regex(
    r"sav(?:e|ing)|dump|write|writ|open\(|\.to_\w+\(|copy|move|mkdir|makedirs|output|download|extract|export|upload|"
    r"insert|commit\(|push_to",
    re.IGNORECASE,
)
HANDLES_DATA = regex(rf"{WRITES.pattern}|read|load|data|image|corpus", re.IGNORECASE)
TRAINS = regex(r"\.zero_grad\(|GradientTape\(|value_and_grad\(|optimi[sz]er\.step\(")
LOADS = regex(r"load_state_dict|load_model|load_weights|torch\.load|load_from_checkpoint|restore\(|from_pretrained")
SAVES = regex(r"torch\.save\(|save_weights\(|save_checkpoint\(|save_pretrained\(|\.save\(")
STATED_SCRIPT = regex(r"(?:^|\s)(?:\./)?([\w./-]+\.(?:py|sh|R|jl))(?=\s|$)")
TRAINED = (".h5", ".pt", ".pth", ".ckpt", ".keras", ".pkl", ".joblib", ".npz", ".safetensors", ".weights")
INPUT_PATH = regex(r"(?:^|/)(?:\w*data\w*|inputs?|examples?|samples?)/", re.IGNORECASE)
APPLIES = regex(r"load_learner|load_model|torch\.load|joblib\.load|pickle\.load|from_pretrained|\.predict\(")


def find_stages(seen: Evidence, is_light: bool) -> tuple[Stage, ...]:
    """Declared stages first; then separate scripts, notebooks and modes."""
    words = {w for s in seen.declared for w in s.command[:1000].split()}
    scripts = [s for s in _scripts(seen, is_light) if _module_of(s.name) not in words]  # `python -m` names no file
    found = [*seen.declared, *_given_artifacts(seen), *scripts]
    if len(found) < 2 and not is_light:
        found += find_modes(seen)
    found.sort(key=lambda s: not s.is_declared)
    return tuple({s.name: s for s in reversed(found)}.values())[::-1][:MAX_STAGES]


def _module_of(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _given_artifacts(seen: Evidence) -> list[Stage]:
    """Scripts of stated commands that are given what only training makes: a tracked file, or one that two name."""
    stated: dict[str, list[Command]] = {}
    for command in seen.commands.all:
        script = next(iter(STATED_SCRIPT.findall(command.text[:1000])), "")
        if script and script != "setup.py":
            stated.setdefault(script, []).append(command)
    named = {s: {w for c in commands for w in _trained_words(c)} for s, commands in stated.items()}
    shared = {w for s, words in named.items() for w in words if any(w in named[o] for o in named if o != s)}
    found = []
    for script, commands in stated.items():
        given = {c: tuple(w for w in _trained_words(c) if w in seen.files or w in shared) for c in commands}
        command = next((c for c in commands if given[c]), commands[0])
        found.append(Stage(script, command.text, command.at, given[command], bool(given[command])))
    return found if len(found) > 1 and any(s.is_declared for s in found) else []


def _trained_words(command: Command) -> list[str]:
    """The files of a command that come from training, by their endings; arrays among the data do not."""
    words = [w.rpartition("=")[2] for w in command.text[:1000].split()]
    return [w for w in words if w.lower().endswith(TRAINED) and not INPUT_PATH.search(w)]


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
    functions = _function_modules(seen.files, main)
    steps = [p for p in scripts if p in main or p in involved or p in functions or _is_step(p, seen.files)][
        :MAX_SCRIPTS
    ]
    roles = {p: _role(p, seen.files) for p in steps}
    steps = [p for p in steps if not _only_starts(p, roles, seen.files)]
    if len({roles[p] for p in steps if p in main or not is_light or roles[p].is_step}) < 2 and not passed:
        return [p for p in steps if p in main] or steps[:1]
    return steps


def _function_modules(files: Tree, main: set[str]) -> frozenset[str]:
    """Modules beside a main one that only defines functions, as it does: each is called by hand or by another tool."""
    folders = {p.rpartition("/")[0] for p in main if p.endswith(".py") and not _is_script(p, files)}
    beside = [p for p in files.suffixed(".py") if p.rpartition("/")[0] in folders and not LIBRARY_FILE.search(p)]
    return frozenset(p for p in beside if role_of(p) and WRITES.search(files.text(p) or ""))


def _only_starts(path: str, roles: dict[str, Role], files: Tree) -> bool:
    """Whether a shell script starts another step and does nothing else by its name: it is a way to call it."""
    if not path.endswith(".sh"):
        return False
    text = files.text(path) or ""
    called = {role for p, role in roles.items() if not p.endswith(".sh") and p.rpartition("/")[2] in text}
    return bool(called) and (role_of(path) is None or roles[path] in called)


def _role(path: str, files: Tree) -> Role:
    """A script without a telling name trains, as main scripts do; helpers that act alone prepare.

    One that is named for a test and trains, from nothing or to save what it made, is another experiment, not a step
    after the first.
    """
    role = role_of(path) or (Role.PREPARE if LIBRARY_FILE.search(path) else Role.TRAIN)
    if role is Role.EVALUATE and path.endswith(".py"):
        text = files.text(path) or ""
        trains = TRAINS.search(text) and (not LOADS.search(text) or SAVES.search(text))
        return Role.TRAIN if trains else role
    return role


def _is_step(path: str, files: Tree) -> bool:
    if LIBRARY_FILE.search(path):
        return path.endswith(".py") and _acts_alone(path.rpartition("/")[2], files.text(path) or "")
    role = role_of(path)
    if role is None or EXAMPLE.search(path.rpartition("/")[2].rpartition(".")[0]) or not _is_script(path, files):
        return False
    return role is not Role.PREPARE or not path.endswith(".py") or bool(HANDLES_DATA.search(files.text(path) or ""))


def _acts_alone(name: str, text: str) -> bool:
    """A module of helpers that makes a file when it is run, or an app that applies what was trained."""
    if name in ("app.py", "api.py"):
        return bool(APPLIES.search(text))
    _, sign, block = text.partition("__main__")
    return bool(sign) and bool(re.search(r"\.(?:save\w*|to_\w+|dump)\(|[\"']wb?[\"']", block))


def _is_script(path: str, files: Tree) -> bool:
    """Whether a file does something when it is run."""
    if path.endswith(".sh"):
        return bool(RUNS_PROGRAM.search(files.text(path) or ""))
    if not path.endswith(".py"):
        return files.size(path) > 0
    text = files.text(path) or ""
    return "__main__" in text or bool(RUNS.search(text))


def _command_of(path: str) -> str:
    tools = {"py": "python", "ipynb": "jupyter execute", "r": "Rscript", "jl": "julia", "sh": "bash"}
    return f"{tools.get(path.rpartition('.')[2].lower(), 'run')} {path}"
