"""Can the environment be made from the project's own files?"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from ..facts.distributions import normalise_name
from ..model import Place
from ..opening import open_regular
from ..project import Project
from ..sandbox.model import MIB, BuildFailed, Environment, Limits, Recipe, RecipeKind, Sandbox, Snapshot, Watch
from .evidence import environment_record
from .failure import image_failure, install_failure
from .failures.imports import NOT_FOUND
from .failures.installing import named_in
from .failures.system import NO_SYSTEM_PACKAGES, wanted_by_a_build
from .model import Experiment, Failure, FailureClass, Kind, Outcome
from .recipe import name_of

MEND_METADATA = "Mend what its setup.py or pyproject.toml does when pip builds it, which is in a place of its own."
DOCKER = "docker"  # the runner whose environments are images
ASKED = re.compile(r"^[\s\-\"']*([A-Za-z][\w.-]*)")


@dataclass(frozen=True)
class Built:
    """The environment that the runs get (None where none could be made), and what was learnt on the way."""

    environment: Environment | None
    recipe: Recipe
    experiments: tuple[Experiment, ...]

    @property
    def is_the_projects(self) -> bool:
        """Whether it is the one that the project describes best, and no substitute; an image that only our engine
        could not build leaves the project's package files the best.
        """
        return self.environment is not None and all(map(is_beyond_the_engine, self.experiments[:-1]))

    def lacking(self, failure: Failure | None) -> tuple[Experiment, ...] | None:
        """What was learnt, where a run in an environment of the project's own files missed a package; else None.

        An image may be for another purpose, so that the project's package files are still to be tried; what they
        lack is added, so that the other questions are answered all the same. Where the lack was of our choosing, the
        environment that it was found in is not told of.
        """
        if failure is not None and self._fitted(failure) is not None:
            return self.experiments[:-1]
        if failure is None or failure.kind is not FailureClass.MISSING_PACKAGE:
            return None
        if self.recipe.kind is not RecipeKind.IMAGE and not failure.lacks:
            return None
        *before, last = self.experiments
        if self.recipe.kind is RecipeKind.IMAGE:
            failure = replace(failure, next_step=f"Install it in {self.recipe.reason}.")
        return (*before, replace(last, outcome=Outcome.FAILED, failure=failure))

    def completed(self, project: Project, failure: Failure) -> tuple[Recipe, ...]:
        """The same with the packages that are imported and not declared, the missing one among them; or with what
        was of our choice, and wrong."""
        recipe = self.recipe
        fitted = self._fitted(failure)
        if fitted is not None:
            return (fitted,)
        have = {name_of(r) for r in recipe.requirements}
        imported = {n.distribution for n in project.environment.needed if n.distribution}
        more = tuple(sorted({failure.lacks, *imported} - have - {""}))
        if failure.lacks not in more or recipe.kind is RecipeKind.IMAGE:
            return ()
        return (replace(recipe, requirements=(*recipe.requirements, *more), added=(*recipe.added, *more)),)

    def judged(self, found: tuple[Experiment, ...]) -> tuple[Experiment, ...]:
        """What the runs showed: that a library of the system is missing speaks against the project's own image only,
        and a project that is not found is one that could not be installed where its build says so."""
        if self.recipe.kind is RecipeKind.IMAGE:
            return tuple(map(_blamed, found))
        why = self.environment.why_not_installed if self.environment else ""
        return tuple(_not_installed(e, why) for e in found) if why else found

    def _fitted(self, failure: Failure) -> Recipe | None:
        """The same on the Python that the run asks for, or with what our image lacked; None where neither was ours."""
        runner = self.environment.runner if self.environment else ""
        return on_older(self.recipe, failure) or with_system(self.recipe, failure.brings, runner)


def added(recipe: Recipe | None) -> str:
    """What a completed recipe has beside what is declared, as the end of a sentence; empty for any other."""
    if recipe is None:
        return ""
    older = f", on Python {recipe.python} ({recipe.older})" if recipe.older else ""
    system = f", with {', '.join(recipe.system)} of the system" if recipe.system else ""
    return older + system + (f", with {', '.join(recipe.added)} beside what is declared" if recipe.added else "")


def on_older(recipe: Recipe, failure: Failure) -> Recipe | None:
    """The same on the last Python that has what a run missed; None where the project states another, or it has that."""
    if not failure.python or not recipe.is_python_picked or _minor(failure.python) >= _minor(recipe.python):
        return None
    return replace(recipe, python=failure.python, older=failure.message)


def _minor(python: str) -> int:
    return int(python.rpartition(".")[2])


def with_system(recipe: Recipe, package: str, runner: str) -> Recipe | None:
    """The same with a package of the system, which only a generated image can be given; None where it is there."""
    if not package or package in recipe.system or runner != DOCKER or recipe.kind is RecipeKind.IMAGE:
        return None
    return replace(recipe, system=(*recipe.system, package))


def _blamed(told: Experiment) -> Experiment:
    failure = told.failure
    if failure is None or failure.kind is not FailureClass.INSTALL_FAILED:
        return told
    return replace(told, failure=replace(failure, is_of_ours=False))


def _not_installed(told: Experiment, why: str) -> Experiment:
    failure = told.failure
    if failure is None or not failure.message.endswith(NOT_FOUND):
        return told
    message = failure.message.replace(NOT_FOUND, f"and could not be installed: {why}")
    return replace(told, failure=replace(failure, message=message, next_step=MEND_METADATA))


def is_beyond_the_engine(build: Experiment) -> bool:
    """Whether a project's own image was not built, and the engine, its network or a limit of ours was the reason."""
    is_image = build.environment.get("from") == RecipeKind.IMAGE.value
    return is_image and build.failure is not None and build.failure.is_the_sandbox


def build(
    sandbox: Sandbox, recipes: tuple[Recipe, ...], snapshot: Snapshot, limits: Limits, watch: Watch,
    before: tuple[Experiment, ...] = (),
) -> Built:  # fmt: skip
    """Try the recipes, best first, until one builds; `before` tells of those that were tried already."""
    told = [*before]
    for recipe in recipes:
        id = f"build:{len(told) + 1}" if told else "build"
        try:
            recipe, environment = _made(sandbox, recipe, snapshot, limits, watch)
        except BuildFailed as error:
            failure = _failure(error, recipe, snapshot)
            told.append(
                Experiment(
                    id, Kind.BUILD, sandbox.name, Outcome.FAILED, _reason(recipe), failure=failure,
                    environment=_described(recipe),
                )
            )  # fmt: skip
            continue
        known = {**_described(recipe), **environment_record(environment)}
        told.append(Experiment(id, Kind.BUILD, sandbox.name, Outcome.WORKS, _reason(recipe), environment=known))
        return Built(environment, recipe, tuple(told))
    return Built(None, recipes[-1], tuple(told))


def _made(
    sandbox: Sandbox, recipe: Recipe, snapshot: Snapshot, limits: Limits, watch: Watch
) -> tuple[Recipe, Environment]:
    """The environment, and the recipe with what its image had to be given of the system; raises `BuildFailed`."""
    watch("building", _reason(recipe))
    try:
        return recipe, sandbox.build(recipe, snapshot, limits, watch)
    except BuildFailed as error:
        more = with_system(recipe, wanted_by_a_build(error.log), sandbox.name)
        if more is None:
            raise
        try:
            return _made(sandbox, more, snapshot, limits, watch)
        except BuildFailed as again:
            raise (error if NO_SYSTEM_PACKAGES.search(again.log) else again) from None


def _reason(recipe: Recipe) -> str:
    return recipe.reason + added(recipe)


def _described(recipe: Recipe) -> dict[str, Any]:
    return {
        "from": recipe.kind.value,
        "reason": _reason(recipe),
        "files": list(recipe.files),
        "left_out": list(recipe.left_out),
    }


def _failure(error: BuildFailed, recipe: Recipe, snapshot: Snapshot) -> Failure:
    if recipe.dockerfile is None:
        what = "the imported packages" if recipe.kind is RecipeKind.INFERRED else "the declared packages"
        failure = install_failure(error.log, str(error), what, is_of_ours=error.is_of_ours)
        return failure if failure.is_the_sandbox else replace(failure, at=_line_of(failure.message, recipe, snapshot))
    text = ""
    with suppress(OSError), open_regular(snapshot.root / recipe.dockerfile) as file:
        text = file.read(MIB).decode("utf-8", "replace")
    return image_failure(error.log, str(error), recipe.dockerfile, text, is_of_ours=error.is_of_ours)


def _line_of(message: str, recipe: Recipe, snapshot: Snapshot) -> Place | None:
    """The first line of the project's package files that asks for a package which the message names."""
    named = {normalise_name(name) for name in named_in(message)}
    for path in recipe.files:
        with suppress(OSError), open_regular(snapshot.root / path) as file:
            lines = file.read(MIB).decode("utf-8", "replace").split("\n")
            asked = (number for number, line in enumerate(lines, 1) if _asks_for(line, named))
            if number := next(asked, None):
                return Place(path, number)
    return Place(recipe.files[0]) if recipe.files else None


def _asks_for(line: str, names: set[str]) -> bool:
    found = ASKED.match(line)
    return found is not None and normalise_name(found.group(1)) in names
