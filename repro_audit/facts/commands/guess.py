"""The script or notebook whose name says that it is the main experiment, where nothing states a command."""

from __future__ import annotations

import ast
import re
import shlex
from dataclasses import replace

from ...model import Place
from ..files import Tree
from ..regex import regex
from ..sources import Sources
from .acts import only_defines
from .ground import TRAINS
from .model import Command, Origin
from .purpose import Purpose, of_name
from .recipes import folder_of
from .starts import start_of
from .stated import run_file

MAIN = regex(
    r"^(main|run|run_\w+|experiments?|pipeline|model|start|execute|cli|__main__|solution|submission)$|main",
    re.IGNORECASE,
)
NO_PROGRAM = regex(
    r"(^|/)(tests?|docs?|utils?|helpers?|examples?|configs?|conf|deploy\w*|frontend|backend|web\w*|static|templates|\.\w+)/|"
    r"(^|/)(setup|conftest|noxfile|__init__|config|settings|constants|version|utils?|helpers?|template|fabfile|gulpfile|"
    r"build_(?:readme|docs?|site|wheels?|ext\w*|release))\.py$",
    re.IGNORECASE,
)
RUNS = regex(
    r"^if\s+__name__\s*==|^(?:main|train|run)\(|\.fit\(|\.backward\(|fit_generator\(|^\s*@hydra\.main|^@click\.command|^@ex\.(?:auto)?main|tf\.app\.run|app\.run\(",
    re.MULTILINE,
)
ENDINGS = (".py", ".ipynb", ".r", ".jl", ".rmd", ".m", ".lua")
STARTS_WORK = regex(  # what makes a closer look needless
    r"^if\s+__name__\s*==|^(?:main|train|run)\(|^\s*@hydra\.main|^@\w+\.(?:command|(?:auto)?main)\b", re.MULTILINE
)
RELATIVE = regex(r"^from \.", re.MULTILINE)
NAMED_FILE = regex(r"[\"']((?:\.{1,2}/)*[\w.-]+(?:/[\w.-]+)*\.\w{1,8})[\"']")
MAX_TEXT = 400_000  # characters of a file
MAX_LOOKED_AT = 400  # files whose text is looked at
EXAMPLE = regex(r"(^|/)examples?/", re.IGNORECASE)
TELLING = 6  # ranks below it are of files that train, run or are named for nothing else
JULIA_PACKAGE = regex(r"^uuid\s*=", re.MULTILINE)  # in Project.toml; an environment of scripts has none
SETTING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)


def guess(sources: Sources) -> Command | None:
    """The likeliest file; None where the project has nothing to run."""
    ranked = sorted(_candidates(sources), key=lambda c: c[0])
    if not ranked:
        return None
    path = ranked[0][1]
    start = start_of(sources.tree, path)
    return _run_module(sources, path, start) or _run_beside(sources.tree, path, start)


def _run_beside(tree: Tree, path: str, start: Place) -> Command:
    """From the root, or from the file's own folder where the files that it names are seen from there only."""
    folder, _, name = path.rpartition("/")
    text = (tree.text(path) or "")[:MAX_TEXT] if path.endswith((".py", ".R")) else ""
    named = set(NAMED_FILE.findall(text)) if "__file__" not in text else set()  # else it looks beside itself
    below = [n for n in named if folder and tree.has(f"{folder}/{n}") and not tree.has(n)]
    above = [n for n in named if tree.has(n) and not tree.has(f"{folder}/{n}")]
    command = run_file(path, start, Origin.GUESSED)
    if len(below) <= len(above):
        return command
    return replace(command, text=f"cd {shlex.quote(folder)} && {run_file(name, start, Origin.GUESSED).text}", argv=None)


def _run_module(sources: Sources, path: str, start: Place) -> Command | None:
    """A file that imports from its own package runs as a module of it only."""
    folder, _, name = path.rpartition("/")
    if not folder or not path.endswith(".py") or f"{folder}/__init__.py" not in sources.tree:
        return None
    if not RELATIVE.search(sources.tree.text(path) or ""):
        return None
    parts = [folder.rpartition("/")[2], name[:-3]]
    while f"{folder.rpartition('/')[0]}/__init__.py" in sources.tree:
        folder = folder.rpartition("/")[0]
        parts.insert(0, folder.rpartition("/")[2])
    argv = ("python", "-m", ".".join(p for p in parts if p != "__main__"))
    return Command(" ".join(argv), argv, folder_of(folder), start, Origin.GUESSED)


def trains_by_name(command: Command) -> bool:
    """Whether a guessed file's name speaks of training, rather than of just anything."""
    return of_name(command.at.path.rpartition("/")[2]) is Purpose.TRAIN


def is_main_by_name(command: Command) -> bool:
    """Whether a guessed file's name says that it is the one to run."""
    return is_main(command.at.path)


def is_main(path: str) -> bool:
    return bool(MAIN.search(path.rpartition("/")[2].rpartition(".")[0]))


def _candidates(sources: Sources) -> list[tuple[tuple[int, int, int, int, str], str]]:
    """Of those that look alike, what the front page names first comes first; where a library has nothing to run but its
    examples, these."""
    tree = sources.tree
    files = [p for p in tree.suffixed(*ENDINGS, *(e.upper() for e in ENDINGS[2:])) if not _is_in_julia_package(tree, p)]
    paths = [p for p in files if not NO_PROGRAM.search(p)]
    if not paths:
        paths = [p for p in files if not re.search(r"(^|/)(__init__|setup|conftest)\.py$|(^|/)tests?/", p)]
    found = _ranked(sources, paths)
    if not any(rank[0] < TELLING for rank, _ in found):
        known = set(paths)
        found += _ranked(sources, [p for p in files if EXAMPLE.search(p) and p not in known])
    return found


def _ranked(sources: Sources, paths: list[str]) -> list[tuple[tuple[int, int, int, int, str], str]]:
    page = next(iter(sources.tree.named("readme.md", "readme.rst", "readme", "readme.txt")), "")
    told = sources.tree.text(page) or ""
    found = []
    for path in sorted(paths, key=lambda p: (p.count("/"), p))[:MAX_LOOKED_AT]:
        rank = _rank(sources, path)
        if rank is not None:
            found.append(((rank[0], path.count("/"), rank[1], _first_told(told, path), path), path))
    return found


def _first_told(told: str, path: str) -> int:
    """Where a page first names a file, or else the folder that it is in; the page's end where it does neither."""
    folder = path.rpartition("/")[0]
    places = [told.find(path), told.find(folder) if "/" in folder else -1]
    return next((p for p in places if p >= 0), len(told))


def _is_in_julia_package(tree: Tree, path: str) -> bool:
    """Whether a Julia file is a part of a package, which its module includes, and no script."""
    above, found, _ = f"/{path}".rpartition("/src/")
    manifest = f"{above}/Project.toml".lstrip("/")
    return bool(found) and path.endswith(".jl") and bool(JULIA_PACKAGE.search(tree.text(manifest) or ""))


def _rank(sources: Sources, path: str) -> tuple[int, int] | None:
    """(how telling the name is, how much the text looks like a program); None for a module without one."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    purpose = of_name(stem)
    is_script = not path.endswith(".py") or bool(RUNS.search((sources.tree.text(path) or "")[:MAX_TEXT]))
    is_script = is_script and not _is_module(sources, path)
    if not is_script and not (purpose is Purpose.TRAIN or MAIN.search(stem)):
        return (9, 1) if _has_top_level_calls(sources, path) else None
    if purpose is Purpose.TRAIN:
        return (0 if is_script else 4, 0)
    if MAIN.search(stem):
        if of_name(path.rpartition("/")[0].rpartition("/")[2]) is Purpose.PREPARE:
            return (8, 0)  # `download_data/main.py`
        return (2 if is_script else 5, 0)
    order = {None: 3, Purpose.RUN: 3, Purpose.EVALUATE: 6, Purpose.APP: 7, Purpose.PREPARE: 8, Purpose.ASIDE: 9}
    return order.get(purpose, 9), 0 if _trains(sources, path) else 1


def _trains(sources: Sources, path: str) -> bool:
    """Whether a program's text trains something, which tells it from others whose name says as little."""
    return bool(TRAINS.search((sources.tree.text(path) or "")[:MAX_TEXT]))


def _is_module(sources: Sources, path: str) -> bool:
    """Whether a file only holds functions, those that a framework collects (`@step`, `@task`) included."""
    text = sources.tree.text(path) or ""
    if not path.endswith(".py") or STARTS_WORK.search(text):
        return False
    return only_defines(sources, path, with_decorated=True) or _is_part(sources, path)


def _is_part(sources: Sources, path: str) -> bool:
    """Whether a file of a package sets names at its top level, without training anything, and defines the rest."""
    folder = path.rpartition("/")[0]
    source = sources.get(path) if folder and f"{folder}/__init__.py" in sources.tree else None
    body = [n for n in (source.tree.body if source else ()) if not _is_text(n) and not _tries_import(n)]
    if not any(isinstance(n, SETTING[:3]) for n in body) or not all(isinstance(n, SETTING) for n in body):
        return False
    return not any(TRAINS.search(ast.unparse(n)) for n in body if isinstance(n, SETTING[5:]))


def _tries_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Try) and any(isinstance(n, (ast.Import, ast.ImportFrom)) for n in node.body)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _has_top_level_calls(sources: Sources, path: str) -> bool:
    return bool(re.search(r"^[A-Za-z_][\w.]*\(|^\w+\s*=\s*[\w.]+\(", sources.tree.text(path) or "", re.MULTILINE))
