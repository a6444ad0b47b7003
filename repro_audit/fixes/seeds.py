"""One seed in the configuration, read by the main script and given to what draws at random."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..facts.program.nodes import dotted
from ..facts.randomness.model import Draw, Seed, SeedOrigin
from ..facts.randomness.vocabulary import GENERATORS
from ..project import Project
from .frameworks import hydra_config, sacred_scope, settings_module
from .model import Case, Declined, Proposal
from .reading import Access, access, has_number, with_values
from .script import Change, Script, changed, imported, main_script

KEY = "seed"
DEFAULT = 42
SEEDING = {  # source: (module, its usual name, the call)
    "python": ("random", "random", "seed"),
    "numpy": ("numpy", "np", "random.seed"),
    "torch": ("torch", "torch", "manual_seed"),
    "tensorflow": ("tensorflow", "tf", "random.set_seed"),
    "tensorflow 1": ("tensorflow", "tf", "set_random_seed"),
}
_OLD = re.compile(r"\btf\.(?:placeholder|Session|contrib|global_variables_initializer|ConfigProto|set_random_seed)\b")
FIRST_ARGUMENT = frozenset(  # calls whose first argument is a seed
    "seed manual_seed manual_seed_all set_seed set_random_seed seed_everything default_rng RandomState PRNGKey key "
    "Random SeedSequence PCG64 MT19937 Philox from_seed".split()
)

UNTOLD = frozenset({"seed", "key", "add_argument", "add_option", "option", "Random"})  # names that say too little


@dataclass(frozen=True, slots=True)
class Wanted:
    """What has to be given the seed."""

    sources: tuple[str, ...]  # global generators that nothing seeds
    calls: dict[tuple[int, str], str]  # (line, function) in the main script: keyword, "" for the first argument
    value: int
    constant: str = ""  # a top-level name that is the seed already
    left: tuple[str, ...] = ()  # what is drawn elsewhere, from generators that cannot be reached from here
    first: int = 0  # the line of the script that needs the seed first, outside of functions; 0 for none


def propose(case: Case) -> Proposal | Declined:
    """Seeds read from the configuration and set before the first draw that was found."""
    project = case.project
    script = main_script(project)
    if isinstance(script, str):
        return Declined(case.criterion, script)
    if scope := sacred_scope(project, script):
        return _in_scope(case, script, scope)
    source = hydra_config(project, script) or settings_module(project, script) or access(project, script)
    if isinstance(source, str):
        return Declined(case.criterion, source)
    wanted = _wanted(project, script)
    if isinstance(wanted, str):
        return Declined(case.criterion, wanted)
    problem = _out_of_reach(wanted, source, script)
    if problem:
        return Declined(case.criterion, problem)
    files = {} if has_number(project, source, KEY) else with_values(project, source, {KEY: wanted.value})
    text = changed(script, _change(script, source, wanted))
    if files is None or text is None:
        return Declined(case.criterion, f"a seed could not be added to {source.path} and {script.path} safely")
    return Proposal(case.criterion, {**files, script.path: text}, _why(source, wanted, script))


def _in_scope(case: Case, script: Script, scope: int) -> Proposal | Declined:
    """A `seed` in the configuration is what Sacred seeds Python, NumPy, PyTorch and TensorFlow with."""
    text = None if "seed" in script.words else changed(script, Change(inside=(scope, [f"{KEY} = {DEFAULT}"])))
    if text is None:
        return Declined(case.criterion, f"{script.path} has a seed already: let its config scope hold it")
    why = f"the config scope of {script.path} has a seed, which Sacred gives to its generators before each run"
    return Proposal(case.criterion, {script.path: text}, why)


def _why(source: Access, wanted: Wanted, script: Script) -> str:
    named = {_told(script, *call) for call in wanted.calls}
    covered = [*wanted.sources, *sorted(named)]
    given = f" and gives it to {', '.join(covered)}" if covered else ""
    left = f"; still without one: {', '.join(wanted.left)}" if wanted.left else ""
    return f"{script.path} reads the seed from {source.path}{given}{left}"


def _told(script: Script, line: int, name: str) -> str:
    """A call as people speak of it: the option, or its line where its name says too little."""
    text = script.text.split("\n")[line - 1].strip()
    option = re.search(r"--[\w-]+", text)
    if option and name not in FIRST_ARGUMENT:
        return f"the option {option[0]}"
    return text if name in UNTOLD else name


def _wanted(project: Project, script: Script) -> Wanted | str:
    """What to seed, and with which number: the one that the code has, or a new one."""
    calls: dict[tuple[int, str], str] = {}
    values: set[int] = set()
    constants: set[str] = set()
    for seed in project.randomness.seeds:
        is_here = seed.at.path == script.path
        if seed.origin is SeedOrigin.LITERAL and is_here and isinstance(seed.value, int):
            calls.update(_seeding_calls(script, seed))
            values.add(seed.value)
        elif seed.origin is SeedOrigin.CONSTANT_TOP and seed.defined_at and seed.defined_at.path == script.path:
            if isinstance(seed.value, int):
                constants.add(seed.parameter)
                values.add(seed.value)
        elif seed.parameter.startswith("--") and seed.origin in (SeedOrigin.OPTION, SeedOrigin.UNSET):
            calls.update(_option_calls(script, seed))  # the option stays, and its default is read
            values |= {seed.value} if isinstance(seed.value, int) else set()
        elif seed.origin is SeedOrigin.UNSET and is_here:
            calls.update(_seeding_calls(script, seed))  # from the clock or nothing: it would undo what is set before it
    if len(values) > 1 or len(constants) > 1:
        return (
            f"the code has several seeds ({', '.join(map(str, sorted(values)))}); which of them counts is yours to say"
        )
    sources, left = _unseeded(project, script, calls)
    if not sources and not calls and not constants:
        return f"nothing that {script.path} could seed was found" + (f": {', '.join(left)}" if left else "")
    first = _first_line(project, script, sources, calls)
    return Wanted(sources, calls, next(iter(values), DEFAULT), next(iter(constants), ""), left, first)


def _first_line(project: Project, script: Script, sources: Sequence[str], calls: Iterable[tuple[int, str]]) -> int:
    """Where the script itself, outside of functions, first needs the seed; 0 where that is nowhere."""
    inside = _lines_in_functions(script)
    drawn = [script.line(d.at) for d in project.randomness.draws if d.at.path == script.path and d.source in sources]
    return min((line for line in (*drawn, *(line for line, _ in calls)) if line and line not in inside), default=0)


def _lines_in_functions(script: Script) -> frozenset[int]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [n for n in ast.walk(ast.parse(script.text)) if isinstance(n, functions)]
    return frozenset(line for f in found for line in range(f.lineno, (f.end_lineno or f.lineno) + 1))


def _unseeded(
    project: Project, script: Script, calls: dict[tuple[int, str], str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(global generators to seed, what cannot be seeded from here); calls that take a seed join `calls`."""
    reached = imported(project, script.path)
    sources, left = set(), set()
    for draw in project.randomness.unseeded:
        keyword = _own_keyword(draw)
        given = [s for s in draw.seeds if keyword is None]  # seeds that are from the clock, or from nothing
        is_early = draw.at.path != script.path and not _in_function(project, draw)
        if keyword is None and draw.source in SEEDING and draw.at.path in reached and not is_early:
            if not given:
                sources.add(draw.source)
            left |= {f"{draw.source} ({s.at})" for s in given if s.at.path != script.path}
        elif keyword is not None and draw.at.path == script.path:
            calls.setdefault((script.line(draw.at), draw.what.rpartition(".")[2]), keyword)
        else:
            left.add(f"{draw.source} ({draw.at})")
    return tuple(sorted(sources)), tuple(sorted(left))


def _in_function(project: Project, draw: Draw) -> bool:
    """Whether a draw happens when somebody calls it; else it does while its module is imported, before any seed."""
    source, line = project.sources.get(draw.at.path), draw.at.line or 0
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    nodes = ast.walk(source.tree) if source else ()
    return any(isinstance(n, functions) and n.lineno <= line <= (n.end_lineno or 0) for n in nodes)


def _own_keyword(draw: Draw) -> str | None:
    """How a draw is given a seed of its own; None where it draws from its library's global generator."""
    if draw.source == "sklearn":
        return "random_state"
    return "" if draw.what in GENERATORS else None


def _seeding_calls(script: Script, seed: Seed) -> Iterator[tuple[tuple[int, str], str]]:
    """The calls of a seed's line that are given its number, or that seed from the clock or from nothing."""
    for node in ast.walk(ast.parse(script.text)):
        if not isinstance(node, ast.Call) or node.lineno != script.line(seed.at):
            continue
        name = (dotted(node.func) or ast.unparse(node.func)).rpartition(".")[2]
        is_unset = seed.origin is SeedOrigin.UNSET
        for keyword in node.keywords:
            if keyword.arg in ("random_state", "seed") and (is_unset or _is_number(keyword.value, seed.value)):
                yield (node.lineno, name), keyword.arg
        if name in FIRST_ARGUMENT and not node.keywords and len(node.args) < 2:
            if is_unset or (node.args and _is_number(node.args[0], seed.value)):
                yield (node.lineno, name), ""


def _option_calls(script: Script, seed: Seed) -> Iterator[tuple[tuple[int, str], str]]:
    """The call that declares the option of a seed, where its default is a number or nothing."""
    line = script.line(seed.defined_at) if seed.defined_at and seed.defined_at.path == script.path else 0
    for node in ast.walk(ast.parse(script.text)):
        if isinstance(node, ast.Call) and node.lineno == line and any(k.arg == "default" for k in node.keywords):
            yield (line, ast.unparse(node.func).rpartition(".")[2]), "default"


def _is_number(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == value


def _out_of_reach(wanted: Wanted, source: Access, script: Script) -> str:
    """Why the seed would not be known where it is needed, "" where it is."""
    if source.line == 0:
        return ""
    if not source.is_global and wanted.constant:
        return f"{source.path} is read inside a function, and {wanted.constant} stands outside"
    early = [line for line, _ in wanted.calls if line <= source.line] + [wanted.first] * (
        0 < wanted.first < source.line
    )
    outside = [line for line, _ in wanted.calls if not source.is_global and not _same_function(script, source, line)]
    for line in sorted({*early, *outside}):
        return f"{script.path}:{line} wants a seed where {source.path} is not read yet"
    return ""


def _same_function(script: Script, source: Access, line: int) -> bool:
    functions = [n for n in ast.walk(ast.parse(script.text)) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    holding = [[f for f in functions if f.lineno <= at <= (f.end_lineno or 0)] for at in (source.line, line)]
    return holding[0] == holding[1]


def _change(script: Script, source: Access, wanted: Wanted) -> Change:
    """The seed is read where the configuration is; a constant that was the seed is read from there instead."""
    value = source.value(KEY)
    calls = {key: (keyword, value) for key, keyword in wanted.calls.items()}
    values = {wanted.constant: value} if wanted.constant else {}
    imports, lines = _seeding(script, wanted, value)
    stdlib, other = [i for i in imports if i == "import random"], [i for i in imports if i != "import random"]
    if source.is_argument:
        return Change(tuple(stdlib), tuple(other), (0, ()), calls, values, (source.line, tuple(lines)))
    if source.line:
        below = [*other, *([""] if other else [])]
        return Change(tuple(stdlib), tuple(below[:-1]), (source.line, tuple(lines)), calls, values, until=source.line)
    module, reading, is_stdlib = source.reading(script)
    (stdlib if is_stdlib else other).append("" if _imports(script, module) else module)
    stdlib, other = [sorted(i for i in each if i) for each in (stdlib, other)]
    more = ("", *reading, *lines) if reading or lines else ()
    return Change(tuple(stdlib), (*other, *more), (0, ()), calls, values, until=_until(script, wanted))


def _until(script: Script, wanted: Wanted) -> int:
    """The first line that may not come before the seed."""
    constant = next(
        (n.lineno for n in ast.parse(script.text).body if wanted.constant and _gives(n, wanted.constant)), 0
    )
    return min((line for line in (wanted.first, constant) if line), default=0)


def _gives(node: ast.stmt, name: str) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(t, ast.Name) and t.id == name for t in targets)


def _imports(script: Script, line: str) -> bool:
    return f"\n{line}\n" in f"\n{script.text}\n".replace("\r\n", "\n")


def _seeding(script: Script, wanted: Wanted, value: str) -> tuple[list[str], list[str]]:
    """(imports that are missing, calls) for the global generators."""
    imports, calls = [], []
    for source in wanted.sources:
        module, usual, call = SEEDING["tensorflow 1" if source == "tensorflow" and _OLD.search(script.text) else source]
        name = _alias(script, module, _until(script, wanted))
        if name is None:
            name = usual if usual not in script.words else f"{module}_to_seed"
            imports.append(f"import {module}" if name == module else f"import {module} as {name}")
        calls.append(f"{name}.{call}({value})")
    return imports, calls


def _alias(script: Script, module: str, until: int) -> str | None:
    """The name that the script has for a module at its top level, above that line where there is one."""
    for node in ast.parse(script.text).body:
        if isinstance(node, ast.Import) and not 0 < until < node.lineno:
            for name in node.names:
                if name.name == module:
                    return name.asname or name.name
    return None
