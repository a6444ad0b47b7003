"""What a Python script takes from its command line without a name: `python train.py pears.csv 10`.

Read from argparse, click, typer and `sys.argv`. Where a word could be the value of an option that nobody is seen to
declare, neither it nor what follows is read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ...facts.commands.required import option_files
from ...facts.configuration.expressions import last_name
from ...facts.configuration.leaf import number
from ...facts.source import Source, constant
from ...facts.sources import Sources
from ...model import Place

SWITCHES = frozenset("store_true store_false store_const append_const count help version BooleanOptionalAction".split())
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Argument:
    """A positional argument; `index` is set where the code takes the word by its number."""

    name: str
    at: Place
    index: int | None = None


@dataclass(slots=True)
class Grammar:
    """What a command line may hold: positional arguments in their order, options with a value, switches."""

    arguments: list[Argument] = field(default_factory=list)
    valued: set[str] = field(default_factory=set)
    switches: set[str] = field(default_factory=lambda: {"-h", "--help"})
    is_open: bool = False  # the last argument takes any number of words

    def argument(self, name: str, at: Place, node: ast.Call | None = None) -> None:
        """The next one; what follows one of several words has no place of its own."""
        count = _keyword(node, "nargs")
        self.is_open = self.is_open or count not in (None, "?", 1)
        if not self.is_open:
            self.arguments.append(Argument(name, at))

    def option(self, names: Iterable[str], node: ast.Call) -> None:
        """One whose number of words is not fixed stays unknown."""
        is_switch = str(_keyword(node, "action")) in SWITCHES or any(
            _keyword(node, k) is True for k in ("is_flag", "count")
        )
        flags = {part for name in names for part in name.split("/")}
        if is_switch or any("/" in name for name in names):
            self.switches |= flags | {f"--no-{flag[2:]}" for flag in flags if flag.startswith("--")}
        elif _keyword(node, "nargs") in (None, 1):
            self.valued |= flags


def positional_words(sources: Sources, path: str, words: Sequence[str]) -> Iterator[tuple[int, Argument]]:
    """The words behind the script that are positional arguments of its, by their index."""
    text = sources.tree.text(path) or ""
    paths = dict.fromkeys((path, *option_files(sources, path, text)))
    found = [s for p in paths if (s := sources.get(p)) is not None]
    for read in (_argparse, _click, _typer):
        grammar = read(found)
        if grammar is not None:
            yield from _placed(grammar, words)
            return
    entry = sources.get(path)
    for argument in _by_number(entry) if entry else ():
        if argument.index is not None and 0 < argument.index <= len(words):
            yield argument.index - 1, argument


def _placed(grammar: Grammar, words: Sequence[str]) -> Iterator[tuple[int, Argument]]:
    arguments = iter(grammar.arguments)
    at = 0
    while at < len(words):
        word = words[at]
        if not word.startswith("-") or isinstance(number(word), (int, float)):
            argument = next(arguments, None)
            if argument is None:
                return
            yield at, argument
        elif word in grammar.valued:
            at += 1
        elif "=" not in word and word not in grammar.switches:
            return
        at += 1


def _argparse(sources: Sequence[Source]) -> Grammar | None:
    """None also where there are commands within the command, each with arguments of its own."""
    grammar, declaring = Grammar(), set()
    for source in sources:
        calls = sorted(_calls(source.tree), key=lambda c: (c.lineno, c.col_offset))
        if any(last_name(c.func) == "add_subparsers" for c in calls):
            return None
        for call in (c for c in calls if last_name(c.func) == "add_argument"):
            names = _texts(call)
            if names and names[0].startswith("-"):
                grammar.option(names, call)
            elif names:
                declaring.add(source.path)
                grammar.argument(names[0], source.place(call), call)
    return grammar if len(declaring) == 1 else None


def _click(sources: Sequence[Source]) -> Grammar | None:
    functions = [(s, f) for s in sources if "click" in s.text for f in _commands(s)]
    if len(functions) != 1:
        return None
    (source, function), grammar = functions[0], Grammar()
    for call in (d for d in function.decorator_list if isinstance(d, ast.Call)):
        names = _texts(call)
        if names and last_name(call.func) == "argument":
            grammar.argument(names[0], source.place(call), call)
        elif names and last_name(call.func) == "option":
            grammar.option([n for n in names if n.startswith("-")], call)
    return grammar if grammar.arguments else None


def _typer(sources: Sequence[Source]) -> Grammar | None:
    functions = [(s, f) for s in sources if "typer" in s.text for f in _commands(s)]
    if len(functions) != 1:
        return None
    (source, function), grammar = functions[0], Grammar()
    arguments = [*function.args.posonlyargs, *function.args.args]
    without = len(arguments) - len(function.args.defaults)
    defaults: list[ast.expr | None] = [*(None for _ in range(without)), *function.args.defaults]
    for argument, default in zip(arguments, defaults, strict=True):
        said = {last_name(n.func) for e in (argument.annotation, default) if e for n in _calls(e)}
        flag = "--" + argument.arg.replace("_", "-")
        if "Argument" in said or (default is None and "Option" not in said):
            grammar.argument(argument.arg, source.place(argument))
        elif _is_bool(argument, default):
            grammar.switches |= {flag, f"--no-{flag[2:]}"}
        else:
            grammar.valued.add(flag)
    return grammar if grammar.arguments else None


def _is_bool(argument: ast.arg, default: ast.expr | None) -> bool:
    kinds = ast.walk(argument.annotation) if argument.annotation else ()
    is_said = any(isinstance(n, ast.Name) and n.id == "bool" for n in kinds)
    return is_said or isinstance(constant(default), bool)


def _commands(source: Source) -> list[Function]:
    """The functions that are made into a command: by a decorator, or handed to `typer.run`."""
    run = {last_name(c.args[0]) for c in _calls(source.tree) if last_name(c.func) == "run" and c.args}
    functions = [n for n in ast.walk(source.tree) if isinstance(n, FUNCTION)]
    return [f for f in functions if f.name in run or any(_command(d) for d in f.decorator_list)]


def _command(decorator: ast.expr) -> bool:
    return last_name(decorator.func if isinstance(decorator, ast.Call) else decorator) in ("command", "group")


def _by_number(source: Source) -> Iterator[Argument]:
    """`epochs = int(sys.argv[2])`, `data, epochs = sys.argv[1:]`; the name is that which the code gives the value."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
            if isinstance(target, ast.Name):
                yield from (Argument(target.id, source.place(node), n) for n in _numbers(value))
            elif isinstance(target, ast.Tuple) and _is_rest(value):
                names = [e.id if isinstance(e, ast.Name) else "" for e in target.elts]
                yield from (Argument(name, source.place(node), n) for n, name in enumerate(names, 1) if name)
        elif isinstance(node, ast.keyword) and node.arg:
            yield from (Argument(node.arg, source.place(node.value), n) for n in _numbers(node.value))


def _numbers(value: ast.expr) -> list[int]:
    """Of an expression that takes one word; more than one make something else together."""
    found = [constant(n.slice) for n in ast.walk(value) if isinstance(n, ast.Subscript) and _is_argv(n.value)]
    return [n for n in found if isinstance(n, int)] if len(found) == 1 else []


def _is_rest(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Subscript)
        and _is_argv(value.value)
        and isinstance(value.slice, ast.Slice)
        and constant(value.slice.lower) == 1
    )


def _is_argv(node: ast.expr) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute)) and last_name(node) == "argv"


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (n for n in ast.walk(node) if isinstance(n, ast.Call))


def _texts(call: ast.Call) -> list[str]:
    return [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]


def _keyword(call: ast.Call | None, name: str) -> object:
    """A constant, the name of what is no constant, None for what is not given."""
    value = next((k.value for k in call.keywords if k.arg == name), None) if call else None
    if value is None:
        return None
    found = constant(value)
    return last_name(value) if found is ... else found
