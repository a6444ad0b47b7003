"""Options and arguments that a script demands, and which of them a stated command leaves out.

Only the script and the option modules that it imports are read: argparse (and ConfigArgParse),
click, typer and absl. What is decided at run time is not guessed at.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..regex import regex
from ..source import Source, constant
from ..sources import Sources

ASKS = regex(r"add_argument\(|\.add\(|click\.|mark_flags?_as_required|required\s*=\s*True")
OPTION_MODULE = regex(
    r"(^|[._/])(opts?|options?|args?|arguments?|arg_parser|parser|argparser|cli|flags?|config|parse_args|train_options|base_options|params)(\.py)?$|opt|args?$",
    re.I,
)
MAX_OPTION_FILES = 6


@dataclass(frozen=True, slots=True)
class Demand:
    """One option (by all its names) or positional argument without a default."""

    names: tuple[str, ...]  # `("-c", "--config")`, or the name of a positional
    owner: str = ""  # the parser variable, or the function of a click command
    path: str = ""
    line: int = 0
    may_be_in_file: bool = False  # a configuration file given on the command line may hold it

    @property
    def is_option(self) -> bool:
        return self.names[0].startswith("-")


def left_out(sources: Sources, path: str, arguments: tuple[str, ...]) -> list[Demand]:
    """What the script demands and the arguments do not give."""
    text = sources.tree.text(path) or ""
    if not path.endswith(".py") or any(a in ("-h", "--help") for a in arguments):
        return []
    demands = [d for p in option_files(sources, path, text) for d in _demands(sources, p)]
    if not demands:
        return []
    owners = _chosen_owners(sources, path, arguments)
    demands = [d for d in demands if owners is None or d.owner in owners or d.path != path]
    given = {re.split("=", a)[0] for a in arguments if a.startswith("-")}
    has_file = any("config" in g or g == "-c" for g in given)
    missing = [d for d in demands if d.is_option and not _is_given(d, given) and not (d.may_be_in_file and has_file)]
    positionals = [d for d in demands if not d.is_option]
    plain = _plain_words(arguments)
    return missing + positionals[len(plain) :] if owners is None else missing + positionals[max(len(plain) - 1, 0) :]


def option_files(sources: Sources, path: str, text: str) -> list[str]:
    """The script, and the modules of options that it imports, two deep."""
    found = [path]
    for known in found:
        for module, _ in sources.imports(known):
            if not OPTION_MODULE.search(module):
                continue
            local = sources.resolve(module, known)
            if local and local not in found and len(found) < MAX_OPTION_FILES:
                found.append(local)
    return [p for p in found if ASKS.search(sources.tree.text(p) or "")]


def _demands(sources: Sources, path: str) -> Iterator[Demand]:
    source = sources.get(path)
    if source is None:
        return
    has_file = any(
        constant(k.value) is True
        for n in ast.walk(source.tree)
        if isinstance(n, ast.Call)
        for k in n.keywords
        if k.arg == "is_config_file"
    )
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield from _from_argparse(node, path, has_file)
            yield from _from_absl(node, path)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _from_click(node, source)


def _from_argparse(node: ast.Call, path: str, has_file: bool) -> Iterator[Demand]:
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in ("add_argument", "add"):
        return
    names = tuple(str(constant(a)) for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
    if not names or (node.func.attr == "add" and not names[0].startswith("-")):
        return
    options = {k.arg: k.value for k in node.keywords if k.arg}
    owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
    if names[0].startswith("-"):
        if constant(options.get("required")) is True:
            yield Demand(names, owner, path, node.lineno, may_be_in_file=has_file)
    elif (
        "default" not in options
        and constant(options.get("nargs")) not in ("?", "*", "...", "REMAINDER")
        and "action" not in options
    ):
        nargs = ast.unparse(options["nargs"]) if "nargs" in options else ""
        if "REMAINDER" not in nargs:
            yield Demand(names[:1], owner, path, node.lineno)


def _from_absl(node: ast.Call, path: str) -> Iterator[Demand]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name in ("mark_flag_as_required", "mark_flags_as_required") and node.args:
        value = constant(node.args[0])
        for flag in [value] if isinstance(value, str) else value if isinstance(value, (list, tuple)) else []:
            yield Demand((f"--{flag}",), "", path, node.lineno)
    elif name.startswith("DEFINE_") and node.args and isinstance(constant(node.args[0]), str):
        if any(k.arg == "required" and constant(k.value) is True for k in node.keywords):
            yield Demand((f"--{constant(node.args[0])}",), "", path, node.lineno)


def _from_click(node: ast.FunctionDef | ast.AsyncFunctionDef, source: Source) -> Iterator[Demand]:
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        name = ast.unparse(decorator.func)
        names = tuple(str(constant(a)) for a in decorator.args if isinstance(constant(a), str))
        options = {k.arg: k.value for k in decorator.keywords if k.arg}
        required = constant(options.get("required"))
        if name in ("click.option", "option") and required is True and names and "prompt" not in options:
            flags = tuple(p for n in names for p in n.split("/") if p.startswith("-"))
            if flags:
                yield Demand(flags, node.name, source.path, decorator.lineno)
        elif name in ("click.argument", "argument") and names and required is not False and "default" not in options:
            if constant(options.get("nargs")) != -1 or required is True:
                yield Demand(names[:1], node.name, source.path, decorator.lineno)


def _chosen_owners(sources: Sources, path: str, arguments: tuple[str, ...]) -> set[str] | None:
    """The parsers that count for the sub-command given; None where the script has no sub-commands."""
    source = sources.get(path)
    text = sources.tree.text(path) or ""
    if source is None:
        return None
    if "add_subparsers" in text:
        return _subparser_owners(source, arguments)
    commands = re.findall(r"@\w+\.command\([^)]*\)", text)
    if len(commands) > 1 or ".group(" in text:
        words = {a.replace("-", "_") for a in arguments}
        return {n.name for n in ast.walk(source.tree) if isinstance(n, ast.FunctionDef) and n.name in words}
    return None


def _subparser_owners(source: Source, arguments: tuple[str, ...]) -> set[str]:
    owners: set[str] = {"parser", "argparser", "ap"}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        called = node.value.func
        name = called.attr if isinstance(called, ast.Attribute) else ""
        targets = {t.id for t in node.targets if isinstance(t, ast.Name)}
        if name == "add_parser":
            word = constant(node.value.args[0]) if node.value.args else ...
            owners = owners | targets if word in arguments else owners - targets
        elif name == "ArgumentParser":
            owners |= targets
    return owners


def _is_given(demand: Demand, given: set[str]) -> bool:
    """Whether one of the option's names is among those given; argparse allows unique beginnings, absl one dash."""
    for name in demand.names:
        dashed = {
            name,
            name.replace("_", "-"),
            name.replace("-", "_").replace("__", "--", 1),
            name[1:] if name.startswith("--") else name,
        }
        if dashed & given:
            return True
        if name.startswith("--") and any(len(g) > 4 and g.startswith("--") and name.startswith(g) for g in given):
            return True
        if len(name) == 2 and any(g.startswith(name) and not g.startswith("--") for g in given):
            return True
    return False


def _plain_words(arguments: tuple[str, ...]) -> list[str]:
    """Words that may be positional: those after an option may be its value, and count as well if it could be a flag."""
    return [a for a in arguments if not a.startswith("-") or re.match(r"^-\d", a)]
