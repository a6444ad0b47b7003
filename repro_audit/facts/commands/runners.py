"""What build tools and pipelines run when they are called: make, DVC, MLflow, Guild, Kedro, Snakemake, tasks."""

from __future__ import annotations

import re

from ...model import Place
from ..regex import regex
from ..sources import Sources
from ..yamls import read_yaml
from .gaps import is_placeholder
from .invocation import Invocation
from .model import GapKind, Origin, StepKind
from .recipes import Recipe, folder_of
from .vocabulary import PIPELINE_VERBS
from .walk import Walk, moved

INCLUDED = regex(r"^include:\s*[\"']([^\"'{}\n]+)[\"']", re.MULTILINE)


def make(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    words = list(call.arguments)
    while words and words[0] in ("-C", "-f", "-j"):
        if words[0] == "-C":
            cwd = moved(walk.tree.has, cwd, words[1] if len(words) > 1 else ".")
        words = words[2:]
    names = [w for w in words if not w.startswith("-") and "=" not in w]
    known = walk.recipes.find((Origin.MAKE,), cwd)
    if not names and known:
        names = [known[0].name]
    _named(walk, (Origin.MAKE,), [n for n in names if "/" not in n], cwd, at, depth, "Makefile")


def _named(
    walk: Walk, origins: tuple[Origin, ...], names: list[str], cwd: str, at: Place, depth: int, file: str
) -> None:
    """Follow the recipes of these names, or of all names for none."""
    known = walk.recipes.find(origins, cwd)
    if not known:
        walk.found.gap(GapKind.MISSING_FILE, file, at)
    for name in names:
        if known and not any(r.name == name for r in known) and not is_placeholder(name, walk.around):
            walk.found.gap(GapKind.MISSING_FILE, f"{name} (not in {known[0].path})", at)
    for recipe in known:
        if not names or recipe.name in names:
            walk.recipe(recipe, depth + 1, known)


def dvc(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    words = [w for w in call.arguments if not w.startswith("-")]
    if words[:1] == ["exp"]:
        words = ["repro", *words[2:]] if words[1:2] == ["run"] else []
    if words[:1] != ["repro"]:
        return
    recipes = walk.recipes.find((Origin.DVC,), cwd)
    if not recipes:
        old = [p for p in walk.tree.own if p.endswith(".dvc") and folder_of(p) == cwd]
        if not old:
            walk.found.gap(GapKind.MISSING_FILE, "dvc.yaml", at)
        return
    names = [w for w in words[1:] if any(r.name.split("@")[0] == w.split("@")[0] for r in recipes)]
    for recipe in in_order(recipes, names):
        walk.recipe(recipe, depth + 1)


def mlflow(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    words = call.arguments
    if call.subcommand != "run":
        return
    name, folder, given = _mlflow_options(words)
    if "://" in folder or folder.startswith("git@"):
        folder = "#" + folder.partition("#")[2] if "#" in folder else "."
        folder = folder.lstrip("#") or "."
    found = walk.recipes.find((Origin.MLPROJECT,), moved(walk.tree.has, cwd, folder), name)
    if not found:
        walk.found.gap(GapKind.MISSING_FILE, "MLproject", at)
    for recipe in found[:1]:
        for parameter in recipe.required:
            if parameter not in given and not is_placeholder(parameter, walk.around):
                walk.found.gap(GapKind.INVENTED_VALUE, f"-P {parameter} (no default in {recipe.path})", at)
        walk.recipe(recipe, depth + 1)


def guild(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    words = [w for w in call.arguments if not w.startswith("-")]
    if words[:1] != ["run"]:
        return
    target = words[1] if len(words) > 1 and "=" not in words[1] else ""
    if target.endswith((".py", ".ipynb")):
        walk.script(target, (), cwd, at)
        return
    recipes = walk.recipes.find((Origin.GUILD,), cwd)
    wanted = re.compile(re.sub(r"\\?\$\\?\{?\w+\\?\}?", r"[^:]+", re.escape(target)) + "$") if "$" in target else None
    chosen = [
        r for r in recipes if r.name == target or r.name.endswith(":" + target) or (wanted and wanted.match(r.name))
    ]
    if not target:
        chosen = list(recipes)
    if not chosen and len([r for r in recipes if target in r.name]) == 1:  # Guild takes a part that is unique
        chosen = [r for r in recipes if target in r.name]
    if not chosen:
        walk.found.gap(GapKind.MISSING_FILE, f"{target} (not in guild.yml)", at)
    for recipe in chosen[:1]:
        walk.recipe(recipe, depth + 1, recipes)


def flow(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    """Orchestrators that are given a file and a function in it (`flows/fit.py:main`), or the name of a deployment."""
    if call.subcommand not in PIPELINE_VERBS.get(call.program, ()):
        return
    deployed = _prefect_deployments(walk, cwd) if call.program == "prefect" else {}
    for word in call.arguments:
        file, _, _ = word.partition(":")
        name = word.rpartition("/")[2]
        if file.endswith(".py"):
            walk.script(file, (), cwd, at)
        elif name in deployed:
            entry, place = deployed[name]
            walk.script(entry.partition(":")[0], (), cwd, place)
    if deployed and "--all" in call.arguments:
        for entry, place in deployed.values():
            walk.script(entry.partition(":")[0], (), cwd, place)


def _prefect_deployments(walk: Walk, cwd: str) -> dict[str, tuple[str, Place]]:
    """Name -> (file:function, where it is written) of the deployments in prefect.yaml."""
    path = walk.file("prefect.yaml", cwd)
    items = read_yaml(walk.tree.text(path)).get("deployments").items if path else ()
    known = ((i.get("name").text, i.get("entrypoint")) for i in items)
    return {name: (entry.text, Place(path or "", entry.line)) for name, entry in known if entry.text}


def kedro(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    if call.subcommand != "run":
        return
    home = next((folder_of(p) for p in walk.tree.named("pyproject.toml", ".kedro.yml") if p in walk.tree), None)
    if home is None:
        walk.found.gap(GapKind.MISSING_FILE, "pyproject.toml", at)
    for path in kedro_files(walk.sources, call.arguments):
        walk.found.step(StepKind.PYTHON, path, ("kedro", *call.arguments), home or cwd, at)


def snakemake(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    recipes = [r for r in walk.recipes.all if r.origin is Origin.SNAKEMAKE]
    if not recipes and not walk.tree.named("Snakefile"):
        walk.found.gap(GapKind.MISSING_FILE, "Snakefile", at)
    for path in walk.tree.named("Snakefile"):
        for found in INCLUDED.finditer(walk.tree.text(path) or ""):
            if walk.file(found.group(1), folder_of(path)) is None:
                walk.found.gap(GapKind.MISSING_FILE, found.group(1), at)
    for recipe in recipes:
        walk.recipe(recipe, depth + 1)


def task(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    words = [w for w in call.arguments if not w.startswith("-")]
    if call.program == "npm":
        words = words[1:] if words[:1] == ["run"] else []
        if not words:
            return
    found = walk.recipes.find((Origin.TASKS,), cwd)
    for recipe in found:
        if recipe.name in words:
            walk.recipe(recipe, depth + 1, found)


def ploomber(walk: Walk, call: Invocation, cwd: str, at: Place, depth: int) -> None:
    """The sources of the tasks of pipeline.yaml."""
    path = walk.file("pipeline.yaml", cwd)
    if call.subcommand != "build":
        return
    if path is None:
        walk.found.gap(GapKind.MISSING_FILE, "pipeline.yaml", at)
        return
    for task in read_yaml(walk.tree.text(path)).get("tasks").items:
        source = task.get("source").text
        file = walk.file(source, folder_of(path))
        kind = {"py": StepKind.PYTHON, "ipynb": StepKind.NOTEBOOK}.get(source.rpartition(".")[2], StepKind.OTHER)
        if file and file in walk.tree:
            walk.found.step(kind, file, (), cwd, Place(path, task.line))


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
            maker = next(
                (r for o, r in made.items() if need == o or need.startswith(o + "/") or o.startswith(need + "/")), None
            )
            if maker is not None:
                visit(maker, depth + 1)
        ordered.append(recipe)

    for recipe in recipes:
        if not names or recipe.name in names or recipe.name.split("@")[0] in names:
            visit(recipe, 0)
    return ordered


def kedro_files(sources: Sources, arguments: tuple[str, ...]) -> list[str]:
    """The registry, the pipelines and their nodes; of one pipeline where the command names one that is a folder."""
    pattern = re.compile(
        r"(^|/)(pipeline_registry|hooks)\.py$|(^|/)pipelines?/(.+/)?[^/]+\.py$|(^|/)(nodes|pipeline)\.py$"
    )
    found = [
        p for p in sources.python if pattern.search(p) and "/tests/" not in f"/{p}" and not p.endswith("__init__.py")
    ]
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
