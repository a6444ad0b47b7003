"""Star 3, Data and artifacts: managed, documented, swappable, and made in steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from repro_audit.rule import Evidence, Place, Project, Verdict, at, main_experiment, na, no, partial, rule, yes

SHOWN = 5  # places that a verdict lists
SCATTERED = 3  # files that name the data by themselves are no longer one place to change
MANAGED = frozenset(["pinned download", *"git git-lfs dvc lakefs dud dolt terminusdb datalad quilt library".split()])
NO_DATA = "the main experiment reads no data"


@rule(
    "data-managed",
    star=3,
    criterion="The exact version of the data set is managed together with the code.",
    article="Data change like code does, so that their version has to be kept with it.",
    fix="Commit the data, track them with Git LFS, DVC or lakeFS, or pin the download by checksum, revision or DOI.",
)
def data_managed(project: Project) -> Verdict:
    """A result belongs to one state of the data. If the download address gives something else next
    year, or a colleague's copy has a few rows more, nobody can tell which numbers were right.

    Managed means: committed to git or Git LFS; tracked by DVC, lakeFS, Dud, Dolt, TerminusDB,
    DataLad, git-annex or Quilt; part of a named library; or downloaded by a script that checks a
    checksum or names a revision, version or DOI. A pointer counts as its data, whether or not the
    remote still answers. A scripted download of whatever the server holds is partial, and so is a
    branch of a versioned store named in place of a commit or tag, and a mix of managed and unmanaged
    input. Files to be placed by hand are a no.

    What counts is what the main experiment reads: its paths are followed through options,
    configuration and joins, and looked for in the tree.
    """
    data = project.data
    if not data.uses_data:
        return na(NO_DATA, main_experiment(project))
    main = [s for s in data.sources if s.is_main]
    kept = [s for s in main if s.management.value in MANAGED]
    loose = [s for s in main if s.management.value not in MANAGED and s.management.value != "generated"]
    if not loose:
        return yes(
            f"{kept[0].what} is managed ({kept[0].management.value})",
            [*_committed(kept), *_shown(s for s in kept if s.at.path != s.what)],
        )
    first = loose[0]
    fix = f"{first.at}: Commit {first.what}, track it with DVC or Git LFS, or pin its download by a checksum."
    if kept:
        return partial(f"{kept[0].what} is managed, {first.what} is not", [*_shown(loose), *_shown(kept)][:SHOWN], fix)
    if any(s.management.value == "download" for s in loose):
        return partial(f"{first.what} is downloaded, but no version or checksum is fixed", _shown(loose), fix)
    return no(f"nothing keeps the version of {first.what}", _shown(loose), fix)


@rule(
    "data-documented",
    star=3,
    criterion="The structure of the input is described, so that a reader could build another data set that fits.",
    article="The form of the data is documented, for those who bring data of their own.",
    fix="Describe the input in the README or a data card: files, columns or fields, their types and units.",
)
def data_documented(project: Project) -> Verdict:
    """Whoever wants to run the method on other data has to know what shape they must have: which
    files in which folders, which columns or fields, of which type and unit, with which labels.

    A table of columns, a list of fields, a data dictionary, a frictionless data package, a pandera
    or similar schema, or a passage on the format count. A committed sample, an example path or the
    code of the loader only hint, which is partial. Where there is not even a hint it is a no.

    To fix it, add a short section on the data; a table with one row per column is the surest form.
    """
    data = project.data
    if not data.uses_data:
        return na(NO_DATA, main_experiment(project))
    full = [d for d in data.descriptions if d.is_full]
    if full:
        return yes("the structure of the input is described", [at(d.at, d.text) for d in full[:SHOWN]])
    fix = "Add a section on the data to the README: each file, its columns or fields, their types and units."
    if data.tables:
        names = ", ".join(c.name for c in data.tables[0].columns[:4])
        fix = f"Describe the columns of {data.tables[0].path} ({names}, ...) in the README: meaning, type, unit."
    if data.descriptions:
        return partial(
            "the structure of the input is only hinted at", [at(d.at, d.text) for d in data.descriptions[:SHOWN]], fix
        )
    return no("nothing tells how the input is built", _shown([s for s in data.sources if s.is_main]), fix)


@rule(
    "data-swappable",
    star=3,
    criterion="Another data set that fits can be used by an option, a configuration value or a documented place.",
    article="Others can run the method on data of their own without rewriting it.",
    fix="Take the data's path and its column names from an option or a configuration file.",
)
def data_swappable(project: Project) -> Verdict:
    """A method that runs on one data set only cannot be tested further. Its input should be named in
    one open place: an option, a configuration value, a catalog, a documented folder, an upload.

    A constant that is easy to find is partial: the code has to be changed, but in one place. So is a
    closed list of data set names, and a path option beside names of files that belong to one data
    set. Paths written inside functions, over several files, are a no.

    How right: this is judged by words and names. On eleven repositories that it had not met, seven of
    its answers were a reader's own; look at the places before you rely on it.
    """
    data = project.data
    if not data.uses_data:
        return na(NO_DATA, main_experiment(project))
    opened = [h for h in data.handles if h.is_open]
    closed = [h for h in data.handles if not h.is_open]
    if opened and not data.tied_to:
        return yes(_opens(opened[0]), [at(h.at, h.what) for h in opened[:SHOWN]])
    if data.tied_to:
        first = data.tied_to[0]
        return partial(
            "the data can be exchanged in part: the code names one data set",
            [*(at(h.at, h.what) for h in data.tied_to[:SHOWN]), *(at(h.at, h.what) for h in opened[:2])],
            f"{first.at}: Take {first.what} from an option or the configuration.",
        )
    if closed and all(h.is_buried for h in closed) and len({h.at.path for h in closed}) >= SCATTERED:
        return no(
            f"{closed[0].what} and others are written inside functions of several files",
            [at(h.at, h.what) for h in closed[:SHOWN]],
            f"{closed[0].at}: Take the path from an option or the configuration.",
        )  # fmt: skip
    if closed:
        return partial(
            f"{closed[0].what} is a constant in the code", [at(h.at, h.what) for h in closed[:SHOWN]],
            f"{closed[0].at}: Take the path from an option or the configuration.",
        )  # fmt: skip
    return partial(
        "the place of the data is fixed by the code", _shown([s for s in data.sources if s.is_main]), data_swappable.fix
    )


@rule(
    "data-stages",
    star=3,
    criterion="The work is split into steps that can be run one at a time, with their artifacts declared or tracked.",
    article="Long work is kept in steps, with code and artifacts for each, so that a part can be checked alone.",
    fix="Declare the steps with their inputs and outputs in dvc.yaml, a Snakefile, a Makefile or the like.",
)
def data_stages(project: Project) -> Verdict:
    """Someone who wants to check one part of the work should not have to repeat the rest. With steps
    that can be run alone, and with what passes between them declared or tracked, they can start
    anywhere.

    Pipelines count: dvc.yaml, Snakemake, Nextflow, targets, Kedro with a catalog, Ploomber, ZenML, Metaflow, Dagster,
    Flyte, Luigi, Kubeflow and TFX components (Prefect and Airflow tasks alone are partial), MLproject entry points,
    guild.yml operations, Make targets that are files. So do scripts or numbered notebooks whose
    intermediate files are committed, named in a document, or kept by an experiment tracker that the
    next step loads them from. Separate scripts, or modes of one program, alone are partial;
    alternatives that do the same work are one step. One script that does it all is a no, unless it
    is a quick step on small data, which needs no splitting.

    How right: this is judged by words and names. On eleven repositories that it had not met, seven of
    its answers were a reader's own; look at the places before you rely on it.
    """
    data = project.data
    declared = [s for s in data.stages if s.is_declared]
    separate = [s for s in data.stages if not s.is_declared]
    if len(declared) >= 2 or (len(data.stages) >= 2 and any(s.outputs for s in declared)):
        several = f"{len(declared)} steps declare what they write"
        message = several if len(declared) > 1 else "one step declares what it writes for the next"
        return yes(message, [at(s.at, _step(s)) for s in declared[:SHOWN]])
    if len(separate) + len(declared) >= 2:
        return partial(
            "there are separate scripts, but nothing declares what passes between them",
            [at(s.at, s.command) for s in separate[:SHOWN]],
            f"Declare the outputs of {separate[0].name} and the other steps in dvc.yaml, a Snakefile or a Makefile.",
        )
    if data.is_light:
        return na("the main experiment is one quick step", [at(s.at, s.command) for s in data.stages[:1]])
    shown = [at(s.at, s.command) for s in data.stages[:1]] or main_experiment(project)
    return no("one program does all the work", shown)


def _shown(sources: Iterable[Any]) -> list[Evidence]:
    return [at(s.at, s.text or s.what) for s in sources][:SHOWN]


def _committed(sources: Iterable[Any]) -> list[Evidence]:
    """The files themselves, since the line that reads them does not show that they are there."""
    found = [s for s in sources if s.management.value in ("git", "git-lfs")]
    return [at(Place(s.what), f"committed ({s.management.value})") for s in found[:SHOWN]]


def _step(stage: Any) -> str:
    return f"{stage.command or stage.name}: {', '.join(stage.outputs[:3])}" if stage.outputs else stage.command


def _opens(handle: Any) -> str:
    if handle.at.path.lower().endswith((".md", ".rst", ".txt")):
        return f"{handle.at} tells how to use other data"
    return f"{handle.what} chooses the data"
