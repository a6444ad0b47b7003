"""Which environment a run gets, and why: the best that the project's own files describe.

In this order: the project's image (with a container engine), a lock file, pinned requirements, loose
ones resolved as of the commit's date, a conda environment (its pip part, and those of its packages
that PyPI knows), what a README tells to install, and last what the imports need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timezone

from ..facts.commands.model import Command, StepKind
from ..facts.distributions import is_known_distribution, is_stdlib, normalise_name
from ..facts.environment.model import Declaration, Exactness, Image, PackageFile
from ..project import Project
from ..sandbox.model import Recipe, RecipeKind
from .wheels import newest_python

RELEASED = {  # the day each Python came out: one that was a year old at the commit had its packages ready
    "3.7": "2018-06-27",
    "3.8": "2019-10-14",
    "3.9": "2020-10-05",
    "3.10": "2021-10-04",
    "3.11": "2022-10-24",
    "3.12": "2023-10-02",
    "3.13": "2024-10-07",
    "3.14": "2025-10-07",
}
FALLBACK = "3.11"
# By then the oldest Python that runs here was a year old and had its packages, TensorFlow was not yet another, and
# pandas no longer asked for a version of pytz that installers of today cannot read.
EARLIEST = "2019-09-01"
CONDA_NAMES = {  # a conda package and the distribution that is the same on PyPI
    "pytorch": "torch",
    "pytorch-cpu": "torch",
    "pytorch-gpu": "torch",
    "opencv": "opencv-python-headless",
    "tensorflow-gpu": "tensorflow",
    "py-opencv": "opencv-python-headless",
    "faiss-cpu": "faiss-cpu",
    "pytables": "tables",
    "matplotlib-base": "matplotlib",
    "msgpack-python": "msgpack",
    "python-graphviz": "graphviz",
    "py-xgboost": "xgboost",
    "dask-core": "dask",
    "jupyter_core": "jupyter-core",
}
TOOLS = {  # a command and the distribution that brings it
    "jupyter": "nbconvert",
    "papermill": "papermill",
    "dvc": "dvc",
    "mlflow": "mlflow",
    "kedro": "kedro",
    "guild": "guildai",
    "snakemake": "snakemake",
    "streamlit": "streamlit",
    "accelerate": "accelerate",
    "torchrun": "torch",
    "ploomber": "ploomber",
    "pytest": "pytest",
    "zenml": "zenml",
    "invoke": "invoke",
    "nox": "nox",
    "tox": "tox",
    "hydra": "hydra-core",
}
NOTEBOOK_TOOLS = ("nbconvert", "ipykernel")
OLD_SETUPTOOLS = "setuptools<81"  # the last with pkg_resources, which many packages of its time import
AS_OF_TODAY = "; it could not be installed, so today's packages were taken"
MANIFEST_KINDS = ("requirements", "pyproject", "setup.py", "setup.cfg", "Pipfile")
CONDA_KINDS = ("environment.yml", "conda explicit", "conda-lock", "conda-lock.yml", "pixi", "pixi.lock")
LOCAL = re.compile(r"^\s*(?:-e|--editable)\b|^\s*\.{1,2}(?:/|\[|\s*$)|@\s*file:|^\s*file:")
BUILD = re.compile(r"(?<===)([^+;\s]+)\+[\w.]+")  # `2.3.1+cu121`: of an index for other processors
BESIDES = re.compile(r"(?<![a-z])(?:dev|develop(?:ment)?|tests?|docs?|lint|ci)(?![a-z])", re.IGNORECASE)  # of files
OF_PYPI = re.compile(r"[0-9]+(?:\.[0-9]+)*((?:a|b|rc|\.post|\.dev)[0-9]+)?")  # conda knows others: `2025c`, `9e`
OPTION = re.compile(r"^\s*-{1,2}[a-z]")


def recipes(
    project: Project, *, with_image: bool, python: str | None = None, newest: str | None = None
) -> tuple[Recipe, ...]:
    """The environments to try, best first; the answers about packages go by the first.

    `newest` is the day that loose requirements are resolved as of; without it, the commit's.
    """
    is_picked = python is None and stated_python(project) is None
    python = python or python_version(project)
    day = newest or resolved_as_of(project)
    found = [*_own_image(project, python)] if with_image else []
    declared = _from_files(project, python, day)
    if declared:
        found.append(declared)
        if declared.newest:
            found.append(replace(declared, newest=None, reason=f"{declared.reason}{AS_OF_TODAY}"))
    found += _inferred(project, python, day)
    if found[-1].newest:
        found.append(replace(found[-1], newest=None, reason=f"{found[-1].reason}{AS_OF_TODAY}"))
    return tuple(replace(r, tools=_tools(project, r), is_python_picked=is_picked) for r in found)


def commit_day(project: Project) -> str | None:
    """The day after the commit, so that its own day counts as well."""
    moment = project.repository.commit_time if project.repository else None
    return datetime.fromtimestamp(moment + 86400, timezone.utc).date().isoformat() if moment else None


def resolved_as_of(project: Project) -> str | None:
    """The commit's day; for code older than every Python that runs here, one at which packages for that were there."""
    day = commit_day(project)
    return day and max(day, EARLIEST)


def python_version(project: Project) -> str:
    """The minor version that the project states, else the newest that was a year old at the commit, or the last
    that the pinned packages were built for where that is older."""
    stated = stated_python(project)
    if stated is not None:
        return stated
    day = commit_day(project)
    old_enough = [v for v, out in RELEASED.items() if day and f"{int(out[:4]) + 1}{out[4:]}" <= day]
    by_date = FALLBACK if day is None else old_enough[-1] if old_enough else "3.7"
    by_pins = newest_python(_exact_versions(project).values())
    return by_date if by_pins is None else min(by_date, f"3.{by_pins}", key=lambda v: int(v.partition(".")[2]))


def stated_python(project: Project) -> str | None:
    """The first minor version that the project states, of those that run here."""
    for statement in project.environment.languages:
        found = re.search(r"\b3\.(\d{1,2})\b", statement.text) if statement.kind == "python" else None
        if found and 7 <= int(found.group(1)) <= 14:
            return f"3.{found.group(1)}"
    return None


def _own_image(project: Project, python: str) -> list[Recipe]:
    images = [i for i in project.environment.images if i.is_whole and _is_dockerfile(i)]
    return [
        Recipe(RecipeKind.IMAGE, f"the project's own {i.at.path}", python, dockerfile=i.at.path, files=(i.at.path,))
        for i in images[:1]
    ]


def _is_dockerfile(image: Image) -> bool:
    return "dockerfile" in image.at.path.rpartition("/")[2].lower()


def _from_files(project: Project, python: str, day: str | None) -> Recipe | None:
    """The recipe of the project's package files, None where it declares nothing for Python."""
    main = [
        f
        for f in project.environment.packages
        if f.is_main and any(d.ecosystem in ("pypi", "conda") for d in f.declarations)
    ]
    main = _telling_first(project, main)
    locks = [f for f in main if f.is_lock and f.kind not in CONDA_KINDS]
    manifests = [f for f in main if not f.is_lock and f.kind in MANIFEST_KINDS]
    if locks:
        return _locked(project, locks[0], manifests, python)
    pip = manifests[:1] if manifests and manifests[0].kind == "requirements" else manifests
    conda = [f for f in main if f.kind in CONDA_KINDS]
    spoken = [f for f in main if f not in (*manifests, *conda)]
    for files, kind in ((pip, RecipeKind.LOOSE), (conda, RecipeKind.CONDA), (spoken, RecipeKind.LOOSE)):
        if files:
            return _unlocked(project, files, kind, python, day)
    return None


def _telling_first(project: Project, files: list[PackageFile]) -> list[PackageFile]:
    """Of the requirement files, those first that declare most of what is imported, and those for developers last."""
    needed = {n.distribution for n in project.environment.needed}

    def rank(file: PackageFile) -> tuple[int, bool]:
        names = {d.name for d in file.declarations}
        return -len(needed & names), BESIDES.search(file.path.rpartition("/")[2]) is not None

    listed = iter(sorted((f for f in files if f.kind == "requirements"), key=rank))
    return [next(listed) if f.kind == "requirements" else f for f in files]


def _locked(project: Project, lock: PackageFile, manifests: list[PackageFile], python: str) -> Recipe:
    """What the manifest asks for, at the versions of the lock; without a manifest, the whole lock."""
    pins = tuple(
        f"{d.name}=={_plain(d.version)}" for d in lock.declarations if d.ecosystem == "pypi" and _plain(d.version)
    )
    wanted = [d for f in manifests for d in f.declarations if d.ecosystem == "pypi"]
    names = {d.name for d in wanted}
    asked = tuple(sorted(p for p in pins if p.partition("==")[0] in names)) if names else pins
    return Recipe(
        RecipeKind.LOCK,
        f"lock file {lock.path}",
        python,
        asked,
        pins,
        (lock.path, *(f.path for f in manifests)),
        installs_project=is_package(project),
    )


def _unlocked(project: Project, files: list[PackageFile], kind: RecipeKind, python: str, day: str | None) -> Recipe:
    lines: list[str] = []
    left_out: list[str] = []
    for file in files:
        for declaration in file.declarations:
            line = _line(declaration)
            if line is None or LOCAL.search(declaration.version):
                left_out.append(f"{declaration.name} {declaration.version}".strip())
            elif (published := BUILD.sub(r"\1", line)) not in lines:
                lines.append(published)
                left_out += [f"the build of {line}"] if line != published else []
    exact = [d for f in files for d in f.declarations if d.ecosystem == "pypi"]
    is_pinned = (
        kind is RecipeKind.LOOSE
        and bool(exact)
        and all(d.exactness in (Exactness.EXACT, Exactness.LOCKED) for d in exact)
    )
    kind = RecipeKind.PINNED if is_pinned else kind
    names = ", ".join(dict.fromkeys(f.path for f in files))
    as_of = f", resolved as of {day}" if day and not is_pinned else ""
    return Recipe(
        kind,
        f"{names}{as_of}",
        python,
        tuple(lines),
        (),
        tuple(f.path for f in files),
        None if is_pinned else day,
        installs_project=is_package(project),
        left_out=tuple(left_out),
    )


def _line(declaration: Declaration) -> str | None:
    """A declaration as pip takes it, None where PyPI does not have it."""
    name, version = declaration.name, declaration.version.strip()
    if declaration.ecosystem == "conda":
        name = CONDA_NAMES.get(name, name)
        if name in ("python", "pip") or not is_known_distribution(name):
            return None
        number = re.match(r"[=<>!~ ]*([0-9][\w.]*)", version)
        known = OF_PYPI.fullmatch(number.group(1).rstrip(".")) if number else None
        if number is None or known is None:
            return name
        if version.startswith((">", "<", "!", "~")):
            return name + version.split(" ")[0]
        is_whole = known.group(1) or known.group().count(".") >= 2
        return f"{name}=={known.group()}" if is_whole else f"{name}=={known.group()}.*"
    if declaration.ecosystem != "pypi" or is_stdlib(name):
        return None
    if not version:
        return name
    if version[0].isdigit():
        return f"{name}=={version}"
    if "://" in version or version.startswith("git+"):
        return f"{name} @ {version.lstrip('@ ')}"
    if version[0] == "^":
        return f"{name}>={version[1:]}"
    return name + version if version[0] in "=<>!~" else name


def _plain(version: str) -> str:
    """An exact version without the build that it names (`2.10.0+cu130`): an index has one of its own."""
    found = re.match(r"[=\s]*([0-9][\w.!-]*)(?:\+[\w.]+)?$", version.strip())
    return found.group(1) if found else ""


def is_package(project: Project) -> bool:
    """Whether the project is installed like a package: it has metadata that build it."""
    text = project.files.text("pyproject.toml") or ""
    return "setup.py" in project.files or "[build-system]" in text or "[project]" in text


def _inferred(project: Project, python: str, day: str | None) -> list[Recipe]:
    """What is imported: at the versions that are declared, and where those cannot be had at any."""
    wanted = tuple(sorted({n.distribution for n in project.environment.needed if n.distribution}))
    if not wanted:
        return [Recipe(RecipeKind.NOTHING, "nothing but the standard library is imported", python)]
    exact = _exact_versions(project)
    lines = tuple(exact.get(name, name) for name in wanted)
    if lines == wanted:
        reason = "inferred from the imports: nothing declares them"
        return [Recipe(RecipeKind.INFERRED, reason, python, wanted, newest=day)]
    first = "inferred from the imports, at the versions that are declared"
    second = "inferred from the imports, since no declared version of theirs could be installed"
    return [
        Recipe(RecipeKind.INFERRED, first, python, lines, newest=day),
        Recipe(RecipeKind.INFERRED, second, python, wanted, newest=day),
    ]


def _exact_versions(project: Project) -> dict[str, str]:
    """Declared packages at an exact version, as pip takes them: what is imported among them may install
    where all of them together do not."""
    declared = [d for f in project.environment.packages if f.is_main for d in f.declarations]
    lines = {d.name: _line(d) for d in declared if d.exactness in (Exactness.EXACT, Exactness.LOCKED)}
    return {name: line for name, line in lines.items() if line and "==" in line}


def _tools(project: Project, recipe: Recipe) -> tuple[str, ...]:
    """What the command itself needs and nothing declares."""
    if recipe.kind is RecipeKind.IMAGE:
        return ()
    have = {name_of(r) for r in recipe.requirements}
    wanted = [t for c in project.commands.chosen for t in _tools_of(c)]
    if any(s.kind is StepKind.NOTEBOOK for s in project.commands.steps):
        wanted += NOTEBOOK_TOOLS
    if recipe.python in ("3.7", "3.8", "3.9", "3.10", "3.11"):
        wanted.append(OLD_SETUPTOOLS)
    return tuple(dict.fromkeys(t for t in wanted if re.split("[<=>]", t)[0] not in have))


def name_of(requirement: str) -> str:
    """The distribution that a line asks for."""
    return normalise_name(re.split(r"[=<>!~\[@ ;]", requirement, maxsplit=1)[0])


def _tools_of(command: Command) -> Iterable[str]:
    words = re.findall(r"[\w.-]+", command.text)
    return [TOOLS[w] for w in words if w in TOOLS]
