"""Command-line options with their defaults, from the calls and classes that declare them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...model import Place
from ..program import Call, Program
from ..regex import regex
from ..source import Source, constant
from .expressions import last_name

DECLARERS = frozenset("add_argument add_option add_arg option add DEFINE".split())
CLICK = frozenset("command option argument group".split())
CLASS_PARSERS = frozenset("HfArgumentParser DataClassArgumentParser ArgumentParser cli CLI parse add_arguments".split())
FUNCTION_PARSERS = ("typer", "fire", "plac", "argh", "cyclopts", "defopt")


@dataclass(frozen=True, slots=True)
class Option:
    """An option as it is declared; `dest` is the name code reads it by."""

    flag: str  # `--epochs`, or the bare name of a positional one
    dest: str
    default: Any  # `...` where it is computed or there is none
    at: Place
    text: str
    is_config_file: bool = False


def python_options(program: Program) -> tuple[Option, ...]:
    """The options that reached code declares, in the order of the source."""
    unused = _unused_commands(program)
    found = [o for call in program.calls if id(call.node) not in unused for o in _declared(call)]
    found += [o for source in program.sources for o in _function_options(source)]
    found += [o for source in program.sources for o in _docopt(source)]
    unique = {(o.at, o.flag): o for o in found}
    return tuple(unique.values())


def _unused_commands(program: Program) -> set[int]:
    """Nodes of the decorators (`@click.option`) of functions in imported files that nothing else names."""
    entries = {s.path for s in program.entries}
    decorated = [
        (unit, f)
        for unit in program.units
        if unit.is_top_level and unit.source.path not in entries
        for f in unit.of(ast.FunctionDef)
        if isinstance(f, ast.FunctionDef) and any(last_name(d) in CLICK for d in f.decorator_list)
    ]
    if not decorated:
        return set()
    named = {n.id for u in program.units for n in u.of(ast.Name) if isinstance(n, ast.Name)}
    named |= {n.attr for u in program.units for n in u.of(ast.Attribute) if isinstance(n, ast.Attribute)}
    return {id(d) for _, f in decorated if f.name not in named for d in f.decorator_list}


def option_classes(program: Program) -> frozenset[str]:
    """Names of the classes whose fields are made into options (HfArgumentParser, simple-parsing, tyro, Tap)."""
    found: set[str] = set()
    for call in program.calls:
        if call.last not in CLASS_PARSERS or call.name.startswith("argparse."):
            continue
        for argument in call.node.args:
            parts = argument.elts if isinstance(argument, (ast.Tuple, ast.List)) else [argument]
            found.update(p.id for p in parts if isinstance(p, ast.Name) and p.id[:1].isupper())
    return frozenset(found)


def _declared(call: Call) -> Iterator[Option]:
    if call.last.startswith("DEFINE_"):
        yield from _flag_of_absl(call)
    elif call.last in DECLARERS:
        names = [a.value for a in call.node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        flags = [n for n in names if n.startswith("-")]
        if not flags and (call.last not in ("add_argument",) or len(names) != 1):
            return
        if call.last in ("add", "option") and not any(n.startswith("--") for n in flags):
            return
        yield _option(call, flags, names)


def _option(call: Call, flags: list[str], names: list[str]) -> Option:
    long = next((f for f in flags if f.startswith("--")), flags[0] if flags else names[0])
    plain = [n for n in names if not n.startswith("-")] if flags else []
    dest_node = call.argument(None, "dest")
    dest = (
        constant(dest_node)
        if dest_node is not None
        else (plain[0] if plain else long.split("/")[0].lstrip("-").replace("-", "_"))
    )
    default_node = call.argument(None, "default")
    action = constant(call.argument(None, "action"))
    value = (
        constant(default_node)
        if default_node is not None
        else (action == "store_false" if isinstance(action, str) and "store" in action else ...)
    )
    is_file = constant(call.argument(None, "is_config_file", "is_config_file_arg")) is True
    return Option(long, str(dest), value, call.place, call.line, is_file)


def _flag_of_absl(call: Call) -> Iterator[Option]:
    name = constant(call.argument(0, "name"))
    if isinstance(name, str):
        yield Option(f"--{name}", name, constant(call.argument(1, "default")), call.place, call.line)


def _function_options(source: Source) -> Iterator[Option]:
    """Parameters of functions that typer, fire or a kindred library turn into a command line."""
    if not any(n in source.text and re.search(rf"\b{n}\b", source.text) for n in FUNCTION_PARSERS):
        return
    entry = {
        last_name(c.args[0])
        for c in ast.walk(source.tree)
        if isinstance(c, ast.Call) and c.args and last_name(c.func) in ("Fire", "run", "call", "dispatch_command")
    }
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef) and (node.name in entry or _is_command(node)):
            yield from _parameters(source, node)


def _is_command(node: ast.FunctionDef) -> bool:
    return any(last_name(d) in ("command", "callback") for d in node.decorator_list)


def _parameters(source: Source, node: ast.FunctionDef) -> Iterator[Option]:
    arguments = node.args.args
    pairs: list[tuple[ast.arg, ast.expr | None]] = list(
        zip(arguments[len(arguments) - len(node.args.defaults) :], node.args.defaults, strict=False)
    )
    pairs += list(zip(node.args.kwonlyargs, node.args.kw_defaults, strict=False))
    for argument, default in pairs:
        declaring = (n for e in (argument.annotation, default) if e for n in ast.walk(e))
        is_positional = any(last_name(n) == "Argument" for n in declaring)
        if isinstance(default, ast.Call):
            default = (
                default.args[0]
                if default.args
                else next((k.value for k in default.keywords if k.arg == "default"), None)
            )
        flag = argument.arg if is_positional else "--" + argument.arg.replace("_", "-")
        yield Option(flag, argument.arg, constant(default), source.place(argument), source.line(argument.lineno))


_DOCOPT = regex(r"^\s*(?:-\w[, ]+)?--([\w-]+)(?:[= ]<?\w+>?)?.*?\[default:\s*([^\]]*)\]")


def _docopt(source: Source) -> Iterator[Option]:
    """Options of a usage text, where docopt reads it."""
    if "docopt" not in source.text or not any("docopt" in line for line in source.lines[:60]):
        return
    for number, line in enumerate(source.lines, 1):
        found = _DOCOPT.match(line)
        if found:
            yield Option(
                f"--{found.group(1)}",
                found.group(1).replace("-", "_"),
                found.group(2),
                source.place_of(number),
                line.strip(),
            )


_JULIA = regex(r'^\s*"(--[\w-]+)"')
_JULIA_DEFAULT = regex(r"^\s*default\s*=\s*(.+?)\s*,?$")
_R = regex(r"""(?:make_option|add_argument|add_option)\s*\(.*?["'](--[\w.-]+)["']""")
_R_DEFAULT = regex(r"""default\s*=\s*["']?([^,"')]+)""")


_LUA = regex(r"""^\s*\w+:option\(\s*["'](-{1,2}[\w-]+)["']\s*,\s*([^,)]+)""")


def _lua_options(path: str, text: str) -> tuple[Option, ...]:
    """Options of a Torch script: `cmd:option('-lr', 0.1, 'rate')`."""
    lines = ((n, line, _LUA.match(line)) for n, line in enumerate(text.split("\n"), 1))
    return tuple(
        Option(
            "--" + m.group(1).lstrip("-"),
            m.group(1).lstrip("-"),
            m.group(2).strip("\"' "),
            Place(path, n),
            line.strip(),
        )
        for n, line, m in lines
        if m
    )


def text_options(path: str, text: str) -> tuple[Option, ...]:
    """Options of a Julia (ArgParse), Lua (Torch) or R (optparse, argparse) script."""
    if path.endswith(".lua"):
        return _lua_options(path, text)
    found: list[Option] = []
    is_julia = path.endswith(".jl")
    if is_julia and "add_arg_table" not in text:
        return ()
    for number, line in enumerate(text.split("\n"), 1):
        flag = (_JULIA if is_julia else _R).search(line)
        default = (_JULIA_DEFAULT if is_julia else _R_DEFAULT).search(line)
        if flag:
            name = flag.group(1)
            found.append(Option(name, name.lstrip("-").replace("-", "_"), ..., Place(path, number), line.strip()))
        if default and found and found[-1].default is ...:
            last = found.pop()
            found.append(Option(last.flag, last.dest, default.group(1).strip("\"'"), last.at, last.text))
    return tuple(found)
