"""Star 2, Configuration: the parameters stand in files, seeds among them, and the code obeys the files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from repro_audit.rule import Evidence, Project, Verdict, at, main_experiment, na, no, partial, rule, unknown, yes

SHOWN = 5  # places that a verdict lists
FEW = 3  # a file with fewer values, none of them tunable, does not hold the parameters of an experiment


@rule(
    "config-files",
    star=2,
    criterion="Committed configuration files hold the parameters of the main experiment.",
    article="Everything that changes the result is set in files that are committed with the code.",
    fix="Put the learning rate, sizes, epochs and seeds into one committed file, such as params.yaml.",
)
def config_files(project: Project) -> Verdict:
    """A result belongs to the values that it was made with. Values typed on a command line or
    spread through the code are lost with the terminal's history; a committed file keeps them.

    Files of any usual format count (YAML, JSON, TOML, INI, gin), and so do modules and classes of
    settings, Hydra folders, Sacred scopes, Guild flags, DVC and MLproject parameters and Makefile
    variables, where the main experiment is seen to use them. Files for services, packaging or
    continuous integration do not.

    Yes means that the values one tunes are in such a file. Command-line options with defaults, shell
    scripts that pass values, and files that hold only some of the values are partial. Constants in
    the code are a no.

    To fix it, move the values named in the evidence into one file, and read that file at the start.
    """
    held = [s for s in project.configuration.files if not all(p.is_descriptive for p in s.parameters)]
    if held:
        return _judge_files(project, held)
    loose = [s for s in project.configuration.main if s.holder.value in ("options", "shell") and s.parameters]
    if loose:
        shown = [at(p.at, _shown(p)) for s in loose for p in s.parameters][:SHOWN]
        what = "command-line options" if loose[0].holder.value == "options" else "a shell script"
        return partial(
            f"parameters are set by {what}, not in a configuration file",
            shown,
            f"Write the options of {loose[0].path} into a committed file, and let the script read it.",
        )
    unread = [s for s in project.configuration.sets if _is_unread(s)]
    if unread:
        first = unread[0]
        return partial(
            f"{first.path} holds parameters, but the main experiment is not seen to read it",
            [at(p.at, _shown(p)) for p in _tunables(first.parameters)[:SHOWN]],
            f"Let the main experiment read {first.path}.",
        )
    constants = [p for s in project.configuration.main for p in s.parameters]
    fix = f"Move {constants[0].key} ({constants[0].at}) and its like into a committed file." if constants else None
    places = [at(p.at, _shown(p)) for p in constants[:SHOWN]]
    return no("no configuration file holds the parameters", places or main_experiment(project), fix)


def _is_unread(found: Any) -> bool:
    """Whether a file looks like the configuration of an experiment, and nothing is seen to read it."""
    if found.is_main or found.holder.value != "file":
        return False
    telling = [p for p in found.parameters if not p.is_descriptive]
    return any(p.core_kind for p in telling) or (len(telling) >= FEW and bool(_tunables(telling)))


def _judge_files(project: Project, held: Iterable[Any]) -> Verdict:
    """Yes where the tuned values are in the files; partial where some stand elsewhere or are blank."""
    values = [p for s in held for p in s.parameters]
    tuned = _tunables(values)
    shown = [at(p.at, _shown(p)) for p in (tuned or values)[:SHOWN]]
    names = ", ".join(dict.fromkeys(s.path for s in held))
    filled = [p for p in tuned if not p.is_blank]
    if tuned and not filled:
        return partial(
            f"{names} leaves the values blank", shown, f"Write the values that were used into {tuned[0].at}."
        )
    outside = _core_outside(project, values)
    if outside:
        listed = ", ".join(dict.fromkeys(p.key for p in outside[:SHOWN]))
        return partial(
            f"{names} holds only some of the parameters: {listed} {'is' if len(outside) == 1 else 'are'} set elsewhere",
            [*shown, *(at(p.at, _shown(p)) for p in outside[:SHOWN])],
            f"Move {outside[0].key} ({outside[0].at}) into {values[0].at.path}.",
        )
    if all(p.is_about_evaluation for p in tuned) and _is_side_file(project, held, values):
        return partial(f"{names} holds none of the values that one tunes", shown, config_files.fix)
    return yes(f"parameters are in {names}", shown)


def _tunables(parameters: Iterable[Any]) -> list[Any]:
    return [p for p in parameters if p.is_tunable and p.value is not ...]


def _loose(project: Project) -> list[Any]:
    """Parameters of the main experiment that are options or constants."""
    files = project.configuration.files
    return [p for s in project.configuration.main if s not in files for p in s.parameters]


def _is_side_file(project: Project, held: Iterable[Any], values: list[Any]) -> bool:
    """Whether files without a value that one tunes are beside the point: too short, or the options hold those.

    Whatever a Sacred scope, a Hydra folder or a pipeline holds was put there as a parameter.
    """
    if any(s.holder.value not in ("file", "module") for s in held):
        return False
    given = [p for p in values if not p.is_descriptive and p.value is not ...]
    return len(given) < FEW or bool(_tunables(p for s in _optional_sets(project) for p in s.parameters))


def _core_outside(project: Project, held: list[Any]) -> list[Any]:
    """Learning rate, length of training and batch size that options or constants set, and no file does.

    Where no command says what runs, the options of every script are seen, and prove nothing.
    """
    if project.program.is_whole_project:
        return []
    kinds = {p.core_kind for p in held}
    names = {p.name.lower() for p in held}
    return [p for p in _loose(project) if p.core_kind and p.core_kind not in kinds and p.name.lower() not in names]


def _shown(parameter: Any) -> str:
    value = parameter.value
    return parameter.key if value is ... else f"{parameter.key} = {str(value)[:60]}"


@rule(
    "config-seeds",
    star=2,
    criterion="The seed of every source of randomness is one of the parameters in the configuration files.",
    article="Random seeds are parameters like any other and belong in the configuration.",
    fix="Add `seed: 42` to the configuration file and seed every library from it.",
)
def config_seeds(project: Project) -> Verdict:
    """A seed that is buried in the code makes a run repeatable, but nobody can try another one
    without editing the program, so nobody learns how much of a result is luck.

    Each random draw of the main experiment is traced to its seed, and the seed to where its value
    is written. Yes means that every source's seed is in a configuration file (Sacred's automatic
    seed counts where it is recorded with the run). A command-line option, or a named constant at
    the top of the main file, is partial, and so is covering only some of the sources. A number
    inside a function, a default argument, or no seed at all is a no.

    To fix it, give the configuration file one `seed`, and pass it to every library that is listed.
    """
    randomness = project.randomness
    if not randomness.draws:
        if not randomness.can_tell:
            return unknown("the main experiment is in no language whose randomness is read here")
        return na("nothing in the main experiment is random", main_experiment(project))
    draws = _draw_levels(project)
    levels = {source: _level(draws, source) for source in randomness.sources}
    shown = [*_written_seeds(project), *_seed_evidence(randomness)][:SHOWN]
    missing = sorted(s for s, level in levels.items() if level < IN_FILE)
    if not missing:
        return yes("the seed of every random source is in the configuration", shown)
    listed = ", ".join(missing)
    fix = f"Read the seed of {listed} from the configuration file{_where(draws)}."
    if max(levels.values()) == NOT_NAMED:
        unmatched = _seeds_in_files(project)
        if unmatched:
            return partial(f"{unmatched[0].key} is in the configuration, the seed of {listed} is not", shown, fix)
        seeded = any(s.is_set for s in randomness.seeds)
        return no("seeds are numbers inside the code" if seeded else "no seed is set", shown, fix)
    if all(IN_FILE in _levels(draws, source) for source in missing):
        return partial(f"the configuration holds the seed of only some of what draws: {listed}", shown, fix)
    return partial(f"the seed of {listed} is in no configuration file", shown, fix)


NOT_NAMED, NAMED, IN_FILE = range(3)
SEED_NAMES = frozenset("seed random_seed random_state manual_seed rng_seed global_seed".split())


def _level(draws: Sequence[tuple[Any, int]], source: str) -> int:
    """How well the seeds of a source can be found: where its draws differ, it is covered in part."""
    levels = _levels(draws, source)
    return NAMED if len(levels) > 1 and IN_FILE in levels else max(levels, default=NOT_NAMED)


def _levels(draws: Sequence[tuple[Any, int]], source: str) -> set[int]:
    return {level for draw, level in draws if draw.source == source}


def _draw_levels(project: Project) -> list[tuple[Any, int]]:
    """Each draw with the level of its best seed."""
    draws = project.randomness.draws
    seeds = {id(s): s for d in draws for s in d.seeds}  # many draws have the same one
    levels = {key: _seed_level(project, seed) for key, seed in seeds.items()}
    return [(d, max((levels[id(s)] for s in d.seeds), default=NOT_NAMED)) for d in draws]


def _seed_level(project: Project, seed: Any) -> int:
    configuration = project.configuration
    origin = seed.origin.name
    name = _name_of(seed)
    held = {_plain(p.name) for s in configuration.files for p in s.parameters}
    if origin == "OPTION" and held & _filled_in(project, name):
        return IN_FILE
    if name in held and origin in ("CONFIG", "OPTION", "UNKNOWN", "UNSET"):
        return IN_FILE
    if origin == "DEFAULT_ARGUMENT" and name in _arguments_in_files(configuration):
        return IN_FILE
    if origin == "RECORDED":
        return IN_FILE if configuration.records_runs else NAMED
    if origin == "CONFIG":
        options = {p.name.lower() for s in _optional_sets(project) for p in s.parameters}
        return IN_FILE if configuration.files and name not in options else NAMED
    return NAMED if origin in ("OPTION", "CONSTANT_TOP") or (origin == "UNSET" and name) else NOT_NAMED


def _filled_in(project: Project, option: str) -> set[str]:
    """The names of what a pipeline fills in for an option of a step: `seed` of `--seed ${train.seed}`."""
    given = re.compile(rf"--?{re.escape(option).replace('_', '[-_]')}[ =]+[\"']?\$\{{([\w.]+)\}}")
    return {_plain(name.rpartition(".")[2]) for s in project.data.stages for name in given.findall(s.command)}


def _name_of(seed: Any) -> str:
    return _plain(str(seed.parameter).lstrip("-").rpartition(".")[2])


def _plain(name: str) -> str:
    return name.replace("-", "_").strip("_").lower()


def _seeds_in_files(project: Project) -> list[Any]:
    """Seeds in the configuration that are handed on with other values, so that no draw shows them."""
    read = [p for s in project.configuration.files for p in s.parameters if p.is_read is not False]
    return [p for p in read if _plain(p.name) in SEED_NAMES and not p.is_blank]


def _arguments_in_files(configuration: Any) -> set[str]:
    """Names of values that become arguments of the class that their file names (Hydra's `_target_`)."""
    files = [s for s in configuration.files if any(p.name == "_target_" for p in s.parameters)]
    return {_plain(p.name) for s in files for p in s.parameters}


def _written_seeds(project: Project) -> list[Evidence]:
    """Where the configuration files write the seeds that the code is given."""
    names = {_name_of(s) for s in project.randomness.seeds} - {""}
    written = [p for s in project.configuration.files for p in s.parameters if _plain(p.name) in names]
    return [at(p.at, _shown(p)) for p in written[:2]]


def _seed_evidence(randomness: Any) -> list[Evidence]:
    places = {s.at: s.text for s in randomness.seeds} or {d.at: d.text for d in randomness.draws}
    return [at(place, text) for place, text in sorted(places.items())[:SHOWN]]


def _where(draws: Sequence[tuple[Any, int]]) -> str:
    """The first seed that is in no file, else the first draw that has none."""
    loose = [d for d, level in draws if level < IN_FILE]
    places = sorted(s.at for d in loose for s in d.seeds) or sorted(d.at for d in loose or [d for d, _ in draws])
    return f" ({places[0]})" if places else ""


@rule(
    "config-live",
    star=2,
    criterion="The code reads its parameters from the configuration, so that changing a value there changes the run.",
    article="Changing a value in the configuration, and nothing else, must change the run.",
    fix="Read each value from the configuration where it is used, or delete it from the file.",
)
def config_live(project: Project) -> Verdict:
    """A file that nothing reads is worse than none: it says one thing and the run does another.

    For each parameter of the main experiment's configuration, the reached code is searched for its
    name: attributes, keys, captured arguments, templates of the pipeline. An option that a constant
    overwrites right after parsing counts as shadowed. Where a configuration is handed on whole
    reading cannot tell, and such parameters are not called dead. Paths, names and switches of the
    output are left out. Where there are command-line options only, the options are judged.

    Some shadowed or unread parameters are partial; if none is read it is a no. With `--run` values
    are changed and the outputs compared, which overrides the reading.

    To fix it, use the parameters listed, or remove them from the file.
    """
    judged = project.configuration.files or _optional_sets(project)
    if not judged:
        files = config_files(project)
        if files.answer.value == "no":
            return na("there is no configuration file", files.evidence)
        return no("the main experiment is not seen to read its configuration", files.evidence)
    parameters = [p for s in judged for p in s.parameters]
    are_options = not project.configuration.files  # whoever declares an option means to use it, a path too
    dead = [p for p in parameters if p.is_read is False and (are_options or not p.is_descriptive)]
    dead = [p for p in dead if p.value is not ...]  # computed from others, which are judged themselves
    read = [p for p in parameters if p.is_read]
    is_read_somewhere = bool(read) or any(s.reader for s in judged)
    if not dead:
        if is_read_somewhere:
            return yes("the main experiment reads its parameters from there", _read_evidence(judged, read))
        return unknown("the configuration is handed on whole, and reading cannot tell what is used")
    places = [at(p.at, f"{_shown(p)}: {p.why_dead}") for p in dead[:SHOWN]]
    listed = ", ".join(dict.fromkeys(p.key for p in dead[:SHOWN]))
    fix = f"Use {dead[0].key} ({dead[0].at}) where the code needs it, or remove it."
    if not read and not any(p.is_read is None for p in parameters):
        return no(f"nothing reads {listed}", places, fix)
    return partial(f"{listed} {'does' if len(dead) == 1 else 'do'} not reach the run", places, fix)


def _optional_sets(project: Project) -> tuple[Any, ...]:
    return tuple(s for s in project.configuration.main if s.holder.value in ("options", "shell"))


def _read_evidence(judged: Sequence[Any], read: list[Any]) -> list[Evidence]:
    """Lines that read a file, then lines that use a value; where none was seen, the values."""
    values = {p.at for s in judged for p in s.parameters}
    readers = [at(s.reader, f"reads {s.path}") for s in judged if s.reader and s.reader not in values]
    users = [at(p.read_at, f"uses {p.key}") for p in read if p.read_at and p.read_at != p.at]
    shown = read or [p for s in judged if s.reader in values for p in s.parameters]
    return [*readers[:2], *(users or [at(p.at, _shown(p)) for p in shown])][:SHOWN]


@rule(
    "config-repeatable",
    star=2,
    criterion="Two runs with one configuration give the same outputs, for the committed one and for a changed one.",
    article="One configuration stands for one result, however often it is run.",
    fix="Run `repro-audit score --run` to compare two runs.",
)
def config_repeatable(project: Project) -> Verdict:
    """A configuration describes a result only if running it again gives that result.

    No reading shows this: seeds may be set too late, threads may race, files may be listed in any
    order. So the answer is unknown until the main experiment has been run twice with the committed
    configuration, and twice with one value changed. Until then it stands in the way of a verified
    star only, not of a declared one.

    To fix a difference, follow the causes that the runs name, each with its file and line.
    """
    return unknown("only two runs can show it")
