"""What commands come down to: Makefiles, pipelines, scripts and containers are followed to the programs they run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ...model import Place
from ..files import normalise, under
from ..sources import Sources
from .entry_points import EntryPoint, read_entry_points
from .gaps import Surroundings, is_placeholder, word_gaps
from .invocation import Invocation, invocation
from .model import Gap, GapKind, Origin, Step, StepKind
from .recipes import Recipe, Recipes, folder_of
from .required import left_out
from .shell import Simple, logical_lines, simple_commands

MAX_DEPTH = 6
MAX_STEPS = 120

SILENT = frozenset(
    "cd pushd popd mkdir cp mv rm ls cat echo printf pip pip3 conda mamba apt apt-get brew git wget curl unzip tar gunzip chmod "
    "export source . touch ln set test [ [[ true false sleep wait tee head tail sed awk grep find date pwd which uname nvidia-smi "
    "module virtualenv gdown kaggle aws gsutil sudo yum dnf npm yarn eval exit return trap shift local read unset alias activate "
    "deactivate mc lakectl pre-commit black ruff isort flake8 mypy open xdg-open start code huggingface-cli".split()
)
ENDS_AS_SCRIPT = re.compile(r"\.(py|sh|ipynb|R|jl)$", re.IGNORECASE)
R_SOURCE = re.compile(r"(?:source|rmarkdown::render|render|include|knitr::knit|quarto_render)\s*\(\s*[\"']([^\"']+)[\"']")
APP_SERVERS = frozenset("uvicorn gunicorn hypercorn waitress-serve daphne".split())
FILE_RUNNERS = frozenset("streamlit gradio panel voila bokeh fastapi chainlit marimo quarto shiny litserve".split())


@dataclass
class Followed:
    """The steps and gaps gathered on the way."""

    steps: list[Step] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def step(self, kind: StepKind, path: str | None, arguments: tuple[str, ...], cwd: str, at: Place) -> None:
        if len(self.steps) < MAX_STEPS:
            self.steps.append(Step(path, arguments, kind, cwd, at))

    def gap(self, kind: GapKind, what: str, at: Place) -> None:
        gap = Gap(kind, what, at)
        if gap not in self.gaps:
            self.gaps.append(gap)


@dataclass(frozen=True)
class Resolver:
    """Follows commands through one project."""

    sources: Sources
    recipes: Recipes
    words: str = ""  # the text of the documents
    _followed: dict[tuple[str, str, Place], Followed] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def entry_points(self) -> dict[str, EntryPoint]:
        return {e.name: e for e in read_entry_points(self.sources.tree, self.sources)}

    def follow(self, text: str, cwd: str, at: Place) -> Followed:
        """What a stated command runs, and what is missing for it."""
        key = (text, cwd, at)
        if key not in self._followed:
            self._followed[key] = found = Followed()
            _Walk(self, found, at).line(text, cwd, at, 0)
        return self._followed[key]

    def around(self, at: Place) -> Surroundings:
        folder = folder_of(at.path)
        return Surroundings(self.sources.tree, self.words, (folder, folder_of(folder), "."))


class _Walk:
    """One walk from one command; `seen` keeps circles out."""

    def __init__(self, resolver: Resolver, found: Followed, stated_at: Place) -> None:
        self._resolver = resolver
        self._tree = resolver.sources.tree
        self._found = found
        self._around = resolver.around(stated_at)
        self._seen: set[tuple[str, str]] = set()
        self._inside = 0  # recipes and shell scripts that are being followed

    def line(self, text: str, cwd: str, at: Place, depth: int) -> str:
        """Follow one logical line; gives the working directory after it."""
        for simple in simple_commands(text):
            cwd = self._simple(simple, cwd, at, depth)
        return cwd

    def _simple(self, simple: Simple, cwd: str, at: Place, depth: int) -> str:
        if simple.words[:1] in (("cd",), ("pushd",)) and len(simple.words) > 1:
            return moved(self._tree.has, cwd, simple.words[1])
        call = invocation(simple.words)
        if call is None:
            return cwd
        handler = self._handler(call)
        if handler is not None:
            handler(call, cwd, at, depth)
        return cwd

    def _handler(self, call: Invocation) -> Callable[[Invocation, str, Place, int], None] | None:
        table = {
            "python": self._python, "sh": self._shell, "rscript": self._foreign, "r": self._foreign, "julia": self._foreign,
            "lua": self._foreign, "th": self._foreign, "octave": self._foreign, "perl": self._foreign,
            "make": self._make, "dvc": self._dvc, "mlflow": self._mlflow, "guild": self._guild, "kedro": self._kedro,
            "snakemake": self._snakemake, "jupyter": self._notebook, "papermill": self._notebook, "nbconvert": self._notebook,
            "docker": self._docker, "docker-compose": self._docker, "podman": self._docker,
            "task": self._task, "just": self._task, "npm": self._task, "tox": self._task, "nox": self._task, "invoke": self._task,
        }  # fmt: skip
        if call.program in table:
            return table[call.program]
        if call.program in FILE_RUNNERS or call.program in APP_SERVERS or call.program == "flask":
            return self._app
        if call.program in self._resolver.entry_points:
            return self._entry_point
        if call.program == "targets::tar_make" or "tar_make(" in call.program:
            return self._targets
        return None if call.program in SILENT else self._tool

    def _check(self, words: tuple[str, ...], cwd: str, at: Place) -> None:
        self._found.gaps += [g for g in word_gaps(words, cwd, at, self._around) if g not in self._found.gaps]

    def _python(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        if call.module:
            self._module(call, cwd, at)
        elif call.script.endswith(".ipynb"):
            self._notebook(call, cwd, at, depth)
        elif call.script and call.script.rpartition("/")[2] == "setup.py":
            return
        elif call.script:
            self._script(call.script, call.arguments, cwd, at)
        elif call.code:
            self._found.step(StepKind.OTHER, None, ("python", "-c", call.code), cwd, at)

    def _script(self, script: str, arguments: tuple[str, ...], cwd: str, at: Place) -> None:
        if is_placeholder(script, self._around):
            self._found.gap(GapKind.INVENTED_VALUE, script, at)
            return
        path = self._file(script, cwd) or self._file(script + ".py", cwd)
        if path is None:
            self._found.gap(GapKind.MISSING_FILE, script, at)
            return
        if path in self._tree.folders:
            path = normalise(path + "/__main__.py")
        self._run_python(path, arguments, cwd, at)

    def _run_python(self, path: str, arguments: tuple[str, ...], cwd: str, at: Place) -> None:
        self._found.step(StepKind.PYTHON, path, arguments, cwd, at)
        if self._inside:
            return
        self._check(arguments, cwd, at)
        for demand in left_out(self._resolver.sources, path, arguments):
            what = f"{demand.names[-1]} is required ({demand.path}:{demand.line}) and not given"
            self._found.gap(GapKind.INVENTED_VALUE, what, at)

    def _file(self, name: str, cwd: str) -> str | None:
        return self._around.find(name, cwd)

    def _module(self, call: Invocation, cwd: str, at: Place) -> None:
        path = module_file(self._resolver.sources, call.module, cwd)
        if path:
            self._run_python(path, call.arguments, cwd, at)
        elif call.module not in ("pip", "venv", "ensurepip", "virtualenv", "nltk.downloader", "http.server"):
            self._found.step(StepKind.OTHER, None, ("python", "-m", call.module, *call.arguments), cwd, at)
            self._check(call.arguments, cwd, at)

    def _shell(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        if call.code:
            self._nested((call.code, at), cwd, depth)
            return
        if not call.script or call.script.endswith(("activate", ".bashrc", ".profile", "conda.sh")):
            return
        path = self._file(call.script, cwd)
        if path is None or path in self._tree.folders:
            kind = GapKind.INVENTED_VALUE if is_placeholder(call.script, self._around) else GapKind.MISSING_FILE
            self._found.gap(kind, call.script, at)
            return
        self._found.step(StepKind.SHELL, path, call.arguments, cwd, at)
        self._check(call.arguments, cwd, at)
        if depth < MAX_DEPTH and self._enter(path, ""):
            self._shell_file(path, cwd, depth)

    def _shell_file(self, path: str, cwd: str, depth: int) -> None:
        before = len(self._found.gaps)
        self._inside += 1
        for line in logical_lines(self._tree.text(path) or ""):
            cwd = self.line(line.text, cwd, Place(path, line.offset + 1), depth + 1)
        self._inside -= 1
        self._keep_absent_scripts(before)

    def _keep_absent_scripts(self, before: int) -> None:
        """In committed files, values are filled in by whatever reads them: only a script that is not there counts."""
        gaps = [g for g in self._found.gaps[before:] if g.kind is GapKind.MISSING_FILE and ENDS_AS_SCRIPT.search(g.what)]
        self._found.gaps[before:] = [g for g in gaps if not re.search(r"[$%{}*]", g.what)]

    def _enter(self, path: str, name: str) -> bool:
        if (path, name) in self._seen:
            return False
        self._seen.add((path, name))
        return True

    def _nested(self, line: tuple[str, Place], cwd: str, depth: int) -> None:
        if depth < MAX_DEPTH:
            self.line(line[0], cwd, line[1], depth + 1)

    def _recipe(self, recipe: Recipe, depth: int, known: tuple[Recipe, ...] = ()) -> None:
        """Follow a recipe after those that it needs."""
        if depth > MAX_DEPTH or not self._enter(recipe.path, recipe.name):
            return
        for name in recipe.needs:
            for other in known:
                if other.name == name:
                    self._recipe(other, depth + 1, known)
        cwd = recipe.cwd
        before = len(self._found.gaps)
        self._inside += 1
        for text, at in recipe.lines:
            after = self.line(text, cwd, at, depth + 1)
            cwd = recipe.cwd if recipe.origin is Origin.MAKE else after
        self._inside -= 1
        self._keep_absent_scripts(before)

    def _named(self, origins: tuple[Origin, ...], names: list[str], cwd: str, at: Place, depth: int, file: str) -> None:
        """Follow the recipes of these names, or of all names for none."""
        known = self._resolver.recipes.find(origins, cwd)
        if not known:
            self._found.gap(GapKind.MISSING_FILE, file, at)
        for name in names:
            if known and not any(r.name == name for r in known) and not is_placeholder(name, self._around):
                self._found.gap(GapKind.MISSING_FILE, f"{name} (not in {known[0].path})", at)
        for recipe in known:
            if not names or recipe.name in names:
                self._recipe(recipe, depth + 1, known)

    def _make(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        words = list(call.arguments)
        while words and words[0] in ("-C", "-f", "-j"):
            if words[0] == "-C":
                cwd = moved(self._tree.has, cwd, words[1] if len(words) > 1 else ".")
            words = words[2:]
        names = [w for w in words if not w.startswith("-") and "=" not in w]
        known = self._resolver.recipes.find((Origin.MAKE,), cwd)
        if not names and known:
            names = [known[0].name]
        self._named((Origin.MAKE,), [n for n in names if "/" not in n], cwd, at, depth, "Makefile")

    def _dvc(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        words = [w for w in call.arguments if not w.startswith("-")]
        if words[:1] == ["exp"]:
            words = ["repro", *words[2:]] if words[1:2] == ["run"] else []
        if words[:1] != ["repro"]:
            return
        recipes = self._resolver.recipes.find((Origin.DVC,), cwd)
        if not recipes:
            old = [p for p in self._tree.own if p.endswith(".dvc") and folder_of(p) == cwd]
            if not old:
                self._found.gap(GapKind.MISSING_FILE, "dvc.yaml", at)
            return
        names = [w for w in words[1:] if any(r.name.split("@")[0] == w.split("@")[0] for r in recipes)]
        for recipe in in_order(recipes, names):
            self._recipe(recipe, depth + 1)

    def _mlflow(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        words = call.arguments
        if call.subcommand != "run":
            return
        name, folder, given = _mlflow_options(words)
        if "://" in folder or folder.startswith("git@"):
            folder = "#" + folder.partition("#")[2] if "#" in folder else "."
            folder = folder.lstrip("#") or "."
        found = self._resolver.recipes.find((Origin.MLPROJECT,), moved(self._tree.has, cwd, folder), name)
        if not found:
            self._found.gap(GapKind.MISSING_FILE, "MLproject", at)
        for recipe in found[:1]:
            for parameter in recipe.required:
                if parameter not in given and not is_placeholder(parameter, self._around):
                    self._found.gap(GapKind.INVENTED_VALUE, f"-P {parameter} (no default in {recipe.path})", at)
            self._recipe(recipe, depth + 1)

    def _guild(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        words = [w for w in call.arguments if not w.startswith("-")]
        if words[:1] != ["run"]:
            return
        target = words[1] if len(words) > 1 and "=" not in words[1] else ""
        if target.endswith((".py", ".ipynb")):
            self._script(target, (), cwd, at)
            return
        recipes = self._resolver.recipes.find((Origin.GUILD,), cwd)
        wanted = re.compile(re.sub(r"\\?\$\\?\{?\w+\\?\}?", r"[^:]+", re.escape(target)) + "$") if "$" in target else None
        chosen = [r for r in recipes if r.name == target or r.name.endswith(":" + target) or (wanted and wanted.match(r.name))]
        if not target:
            chosen = list(recipes)
        if not chosen:
            self._found.gap(GapKind.MISSING_FILE, f"{target} (not in guild.yml)", at)
        for recipe in chosen[:1]:
            self._recipe(recipe, depth + 1, recipes)

    def _kedro(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        if call.subcommand != "run":
            return
        home = next((folder_of(p) for p in self._tree.named("pyproject.toml", ".kedro.yml") if p in self._tree), None)
        if home is None:
            self._found.gap(GapKind.MISSING_FILE, "pyproject.toml", at)
        for path in kedro_files(self._resolver.sources, call.arguments):
            self._found.step(StepKind.PYTHON, path, ("kedro", *call.arguments), home or cwd, at)

    def _snakemake(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        recipes = [r for r in self._resolver.recipes.all if r.origin is Origin.SNAKEMAKE]
        if not recipes and not self._tree.named("Snakefile"):
            self._found.gap(GapKind.MISSING_FILE, "Snakefile", at)
        for recipe in recipes:
            self._recipe(recipe, depth + 1)

    def _notebook(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        words = (call.script, *call.arguments)
        books = [w for w in words if w.endswith(".ipynb")]
        if call.program == "papermill":
            books = books[:1]
        for book in books[:1] if "--output" in words else books:
            path = self._file(book, cwd)
            if path is None:
                self._found.gap(GapKind.MISSING_FILE, book, at)
            else:
                self._found.step(StepKind.NOTEBOOK, path, call.arguments, cwd, at)

    def _docker(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        words = [w for w in call.arguments if not w.startswith("-")]
        recipes = self._resolver.recipes.find((Origin.DOCKER,), cwd)
        if call.program == "docker-compose" or words[:1] == ["compose"]:
            recipes = recipes or tuple(r for r in self._resolver.recipes.all if r.origin is Origin.DOCKER)
            if not recipes and not self._tree.matching("*compose*.y*ml"):
                self._found.gap(GapKind.MISSING_FILE, "docker-compose.yml", at)
        elif words[:1] != ["run"]:
            return
        self._check(call.arguments, cwd, at)
        if words[:1] == ["run"] and _docker_command(call.arguments):
            self._nested((_docker_command(call.arguments), at), cwd, depth)
            return
        for recipe in recipes:
            self._recipe(recipe, depth + 1)

    def _task(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        words = [w for w in call.arguments if not w.startswith("-")]
        if call.program == "npm":
            words = words[1:] if words[:1] == ["run"] else []
            if not words:
                return
        found = self._resolver.recipes.find((Origin.TASKS,), cwd)
        for recipe in found:
            if recipe.name in words:
                self._recipe(recipe, depth + 1, found)

    def _app(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        for word in call.arguments:
            if word.endswith((".py", ".ipynb")):
                kind = StepKind.NOTEBOOK if word.endswith(".ipynb") else StepKind.PYTHON
                path = self._file(word, cwd)
                if path:
                    self._found.step(kind, path, call.arguments, cwd, at)
                else:
                    self._found.gap(GapKind.MISSING_FILE, word, at)
                return
            module = word.partition(":")[0]
            if call.program in APP_SERVERS and ":" in word and re.fullmatch(r"[\w.]+", module):
                path = module_file(self._resolver.sources, module, cwd)
                if path:
                    self._found.step(StepKind.PYTHON, path, call.arguments, cwd, at)
                return
        self._tool(call, cwd, at, depth)

    def _entry_point(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        entry = self._resolver.entry_points[call.program]
        if entry.path:
            self._run_python(entry.path, call.arguments, cwd, at)
        else:
            self._found.gap(GapKind.MISSING_FILE, f"{entry.module} ({entry.at})", at)

    def _foreign(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        """R, Julia and others: the script, or the files that a one-liner sources."""
        if "tar_make" in call.code:
            self._targets(call, cwd, at, depth)
            return
        for name in [call.script] if call.script else R_SOURCE.findall(call.code):
            path = self._file(name, cwd)
            if path:
                self._found.step(StepKind.OTHER, path, call.arguments, cwd, at)
                self._check(call.arguments, cwd, at)
            elif is_placeholder(name, self._around):
                self._found.gap(GapKind.INVENTED_VALUE, name, at)
            else:
                self._found.gap(GapKind.MISSING_FILE, name, at)

    def _targets(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        path = self._file("_targets.R", cwd)
        if path is None:
            self._found.gap(GapKind.MISSING_FILE, "_targets.R", at)
            return
        for script in (path, *(p for p in under(self._tree.suffixed(".r"), "R"))):
            self._found.step(StepKind.OTHER, script, (), cwd, at)

    def _tool(self, call: Invocation, cwd: str, at: Place, depth: int) -> None:
        self._found.step(StepKind.OTHER, None, (call.program, *call.arguments), cwd, at)
        self._check(call.arguments, cwd, at)


def moved(has: Callable[[str], bool], cwd: str, folder: str) -> str:
    """The working directory after `cd folder`; a folder that is not there (a fresh clone) changes nothing."""
    path = normalise(folder if cwd == "." else f"{cwd}/{folder}")
    if path.startswith(".."):
        return "."
    return path if has(path) else cwd


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


def in_order(recipes: tuple[Recipe, ...], names: list[str]) -> list[Recipe]:
    """Stages after those whose outputs they read; of named stages only, and what those need."""
    made = {output: r for r in recipes for output in r.outputs}
    ordered: list[Recipe] = []
    visiting: set[str] = set()

    def visit(recipe: Recipe, depth: int) -> None:
        if recipe.name in visiting or depth > 100:
            return
        visiting.add(recipe.name)
        for need in recipe.inputs:
            maker = next((r for o, r in made.items() if need == o or need.startswith(o + "/") or o.startswith(need + "/")), None)
            if maker is not None:
                visit(maker, depth + 1)
        ordered.append(recipe)

    for recipe in recipes:
        if not names or recipe.name in names or recipe.name.split("@")[0] in names:
            visit(recipe, 0)
    return ordered


def kedro_files(sources: Sources, arguments: tuple[str, ...]) -> list[str]:
    """The registry, the pipelines and their nodes; of one pipeline where the command names one that is a folder."""
    pattern = re.compile(r"(^|/)(pipeline_registry|hooks)\.py$|(^|/)pipelines?/(.+/)?[^/]+\.py$|(^|/)(nodes|pipeline)\.py$")
    found = [p for p in sources.python if pattern.search(p) and "/tests/" not in f"/{p}" and not p.endswith("__init__.py")]
    words = [w for a in arguments for w in re.split("[=,]", a)]
    chosen = [p for p in found if any(f"/{w}/" in p for w in words)]
    return chosen or found


def _mlflow_options(words: tuple[str, ...]) -> tuple[str, str, set[str]]:
    """(entry point, folder, names of parameters given) of the words after `mlflow`."""
    name, folder, given = "main", ".", set()
    rest = iter(words[words.index("run") + 1 :])
    for word in rest:
        if word in ("-e", "--entry-point"):
            name = next(rest, "main")
        elif word in ("-P", "--param-list"):
            given.add(next(rest, "").partition("=")[0])
        elif word.startswith("--") and "=" not in word and word not in ("--no-conda",):
            next(rest, None)
        elif not word.startswith("-"):
            folder = word
    return name, folder, given


def _docker_command(words: tuple[str, ...]) -> str:
    """The command after the image of `docker run`, "" for none."""
    rest = list(words)
    if "run" in rest:
        rest = rest[rest.index("run") + 1 :]
    takes = re.compile(r"^(-[pvewuhm]|--(publish|volume|env|name|workdir|user|gpus|mount|network|shm-size|memory|entrypoint|env-file|ipc|runtime|platform|cpus))$")
    while rest and rest[0].startswith("-"):
        rest = rest[2:] if takes.match(rest[0]) else rest[1:]
    import shlex

    return shlex.join(rest[1:]) if len(rest) > 1 else ""


def steps_of(resolver: Resolver, lines: Iterator[tuple[str, str, Place]]) -> Followed:
    """The steps and gaps of several commands, in their order."""
    whole = Followed()
    for text, cwd, at in lines:
        one = resolver.follow(text, cwd, at)
        whole.steps += one.steps
        whole.gaps += [g for g in one.gaps if g not in whole.gaps]
    return whole
