"""Star 4: somebody else can set up what the experiment needs."""

from __future__ import annotations

from typing import Any

from repro_audit.rule import Evidence, Project, Verdict, at, main_experiment, na, no, partial, rule, yes

NEARLY_ALL = 0.9  # of the imported packages; a single small one without a version is forgiven
FREEZE = 15  # packages in a file that holds everything that was installed, and not only what somebody thought of
SHOWN = 5  # places that a verdict lists; the rest is counted
NAMED = 5  # packages that an advice names


@rule(
    "env-packages",
    star=4,
    criterion="Every third-party package that the main experiment imports is declared, at an exact version.",
    article="List the packages with their exact versions, so that everyone can install the same ones.",
    fix="Commit a lock file, or write `name==version` for every package that is imported.",
)
def env_packages(project: Project) -> Verdict:
    """An unpinned name installs whatever is newest on the day, so two people who follow the same README
    a month apart may train with different code, or find that nothing installs any more.

    The packages that the main experiment imports are compared with what is declared: requirement files and
    what they include, pyproject.toml, setup.py, Pipfile, conda and pixi environments, lock files, R's renv and
    DESCRIPTION, Julia's Manifest, install commands in notebooks, Dockerfiles and scripts, and versions that the
    README gives in words. A lock file, `==`, conda's `=` with a full version and an address at a commit are
    exact; `>=`, `~=`, `^`, `==1.*` and bare names are not.

    Met when nothing that is imported is missing and nearly all of it is exact, or when a list of everything that
    was installed (a lock, a `pip freeze`) lacks one import at most. Partly met when packages are declared, but
    loosely or not all. Imports that the code can do without do not count.

    To fix it, run the experiment in a fresh environment, then write down what is there: `uv lock`,
    `poetry lock`, `pip freeze`, `conda env export` or `renv::snapshot()`.
    """
    environment = project.environment
    files = [f for f in environment.packages if f.declarations]
    exact, loose, missing = environment.exact, environment.loose, environment.missing
    if not environment.needed:
        return _without_imports(project)
    freeze = _freeze(files)
    if freeze and exact and len(missing) <= 1:
        shown = [*(n.evidence for n in exact[:SHOWN]), *(n.evidence for n in missing + loose)]
        return yes(f"{freeze} lists everything that was installed, at exact versions", shown)
    if missing:
        names = ", ".join(n.distribution for n in missing[:NAMED]) + (", ..." if len(missing) > NAMED else "")
        advice = f"Declare {names} with the version you use; first imported at {missing[0].at}."
        shown = [n.evidence for n in (missing + loose)[:SHOWN]]
        if not files:
            return no("no package is declared anywhere", shown, advice)
        return partial(_summary(len(exact), len(loose), len(missing)), shown, advice)
    if len(exact) < NEARLY_ALL * len(environment.needed):
        others = f" and {len(loose) - 1} more" if len(loose) > 1 else ""
        advice = (
            f"Give {loose[0].distribution} at {loose[0].evidence.at}{others} an exact version, or commit a lock file."
        )
        return partial(_summary(len(exact), len(loose), 0), [n.evidence for n in loose[:SHOWN]], advice)
    return yes(_summary(len(exact), len(loose), 0), [n.evidence for n in (exact + loose)[:SHOWN]])


def _freeze(files: list[Any]) -> str:
    """The file that lists a whole environment at exact versions, "" where there is none."""
    for file in files:
        count = len(file.declarations)
        if file.is_main and count >= FREEZE and sum(d.is_exact for d in file.declarations) >= NEARLY_ALL * count:
            return str(file.path)
    return ""


def _without_imports(project: Project) -> Verdict:
    """Nothing third-party was found to be imported: what is declared has to speak for itself."""
    files = [f for f in project.environment.packages if f.declarations]
    if not files and project.program.sources:
        return yes("the main experiment imports nothing but the standard library", main_experiment(project))
    if not files:
        return no("no package is declared anywhere", main_experiment(project))
    exact = [f for f in files if all(d.is_exact for d in f.declarations)]
    shown = [f.declarations[0].evidence for f in (exact or files)[:SHOWN]]
    if exact:
        return yes("what is declared is declared at exact versions", shown)
    return partial("packages are declared, but not at exact versions", shown)


def _summary(exact: int, loose: int, missing: int) -> str:
    counts = ((exact, "declared exactly"), (loose, "declared without an exact version"), (missing, "not declared"))
    parts = [f"{count} {'is' if count == 1 else 'are'} {what}" for count, what in counts if count]
    return "of the imported packages, " + ", ".join(parts)


@rule(
    "env-image",
    star=4,
    criterion="An environment in which the project runs is given whole, down to operating system and language version.",
    article="Provide a container or a similar image, so that the experiment runs on any machine.",
    fix="Add a Dockerfile that starts from a pinned base image and installs the declared packages.",
)
def env_image(project: Project) -> Verdict:
    """Package versions alone do not fix the interpreter, the compiler or the system libraries that results
    may depend on. An image does, and it still builds when the system around it has moved on.

    Counted are Dockerfiles, dev containers, Apptainer recipes, Nix and Guix files, published images that the
    documentation names, containers in which continuous integration runs, and conda or pixi locks that name the
    platform and hold what is imported. An image of a database, or of another component than the main
    experiment, is not enough.

    Partly met when the version of the language is stated: in an environment file, `.python-version`, the
    package's metadata, or the README. What an IDE or a notebook's kernel wrote down is not a statement.

    To fix it, write a Dockerfile of four lines: `FROM python:3.11.9-slim`, copy, install, run.
    """
    images, languages = project.environment.images, project.environment.languages
    whole = [i for i in images if i.is_whole]
    if whole:
        kinds = ", ".join(dict.fromkeys(i.kind for i in whole))
        return yes(f"the environment is given whole: {kinds}", [i.evidence for i in whole[:SHOWN]])
    stated = list({s.evidence.at: s.evidence for s in languages}.values())[:3]
    if images:
        lacking = images[0]
        shown = [at(lacking.at, f"{lacking.kind}: {lacking.lacks}"), *stated]
        return partial(f"there is an image ({lacking.kind}), but {lacking.lacks}", shown)
    if languages:
        name = "R" if languages[0].kind == "r" else languages[0].kind.capitalize()
        return partial(f"the version of {name} is stated, but there is no image", stated)
    return no("neither an image nor the version of the language is given", _stated_instead(project))


def _stated_instead(project: Project) -> tuple[Evidence, ...]:
    """What is told of the environment, without what was looked for; else where the experiment is stated."""
    declared = [f.declarations[0].evidence for f in project.environment.packages if f.declarations]
    return tuple(declared[:SHOWN]) or main_experiment(project)


@rule(
    "env-hardware",
    star=4,
    criterion="The hardware that the main experiment needs is stated concretely.",
    article="Say which hardware was used, such as the GPU and its memory.",
    fix="Write in the README which GPU (model, memory, CUDA version) the experiment ran on and how long it took.",
)
def env_hardware(project: Project) -> Verdict:
    """Whether a model fits in memory, how long it trains and sometimes which numbers come out depend on the
    device. A reader should know before starting whether their machine will do.

    Concrete is the model or memory of a GPU, the version of CUDA or of the driver, the number of devices,
    the RAM, or the run time on a named device, anywhere in the documentation. A GPU or TPU that is only
    mentioned (in prose, in a comment or a help text, in a configuration value, as a notebook's accelerator, by a
    package built for CUDA, by a parameter that asks for one) makes it partly met. Code that uses a device when there
    is one states nothing.

    The criterion does not apply where no device is used and none is mentioned.
    """
    hardware, code = project.environment.hardware, project.environment.device_code
    concrete = [s.evidence for s in hardware if s.is_concrete]
    if concrete:
        return yes("the hardware is stated", concrete[:3])
    if hardware:
        shown = [s.evidence for s in hardware[:3]]
        return partial("a device is mentioned, without model, memory, version or number", shown)
    if code:
        advice = f"State in the README on which device {code[0].at} ran, with its memory and the time it took."
        return no("the code uses a device, and nothing says which", [s.evidence for s in code[:3]], advice)
    return na("neither the code nor the documentation asks for special hardware", main_experiment(project))
