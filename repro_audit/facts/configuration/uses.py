"""Which names the reached code uses, and how: the material for telling live parameters from dead ones."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ...model import Place
from ..program import Program, Unit
from ..regex import regex
from ..source import Source
from .expressions import last_name, pattern_of, unconditional, writes

GETTERS = frozenset(
    "get getattr hasattr pop setdefault getint getfloat getboolean getlist has select get_value getenv param".split()
)
ECHOES = frozenset("print info debug warning add_hparams log_params log_param log_hyperparams pprint".split())
# Calls that take a configuration, or a part of it, as a whole.
WHOLE = frozenset(
    "update items values vars Namespace SimpleNamespace instantiate make_dataclass from_dict merge to_container asdict "
    "parse_obj model_validate parse_config merge_from_file merge_with build build_from_cfg add_config from_yaml "
    "ConfigDict EasyDict edict AttrDict Box Config DotMap Munch set_defaults override".split()
)
WRITERS = frozenset("to_json save dump write_text to_csv save_pretrained save_json".split())
JOINERS = frozenset({"join", "Path", "joinpath", "format"})  # calls that put a path together
MAX_LITERAL = 200  # characters of a file name


@dataclass(frozen=True, slots=True)
class FileName:
    """A literal that may name a file, `*` standing for what is computed."""

    pattern: str
    at: Place
    text: str


@dataclass(frozen=True, slots=True)
class Store:
    """`args.name = literal`, done whatever else happens."""

    at: Place
    text: str


@dataclass
class Uses:
    """Everything is collected by name; what a name stands for is not followed."""

    attributes: dict[str, set[str]] = field(default_factory=dict)  # attribute -> the names it is taken from
    keys: dict[str, Place] = field(default_factory=dict)  # x["key"], x.get("key")
    places: dict[str, Place] = field(default_factory=dict)  # where an attribute or a variable is first read
    arguments: set[str] = field(default_factory=set)  # parameters of reached functions
    names: set[str] = field(default_factory=set)  # variables that are read
    assigned: dict[str, Store] = field(default_factory=dict)  # top-level `name = literal`
    stores: dict[tuple[str, str], Store] = field(default_factory=dict)  # (base, attribute)
    whole: set[str] = field(default_factory=set)  # last names of objects that are spread or handed to a builder
    files: list[FileName] = field(default_factory=list)
    strings: set[str] = field(default_factory=set)  # short string literals anywhere
    is_dynamic: bool = False  # some object is indexed by a computed key

    def place_of(self, name: str) -> Place | None:
        """A line that reads the name, to show to a reader."""
        found = self.keys.get(name) or self.places.get(name)
        return found if found and found.path else None

    def add_text(self, text: str) -> None:
        """Source that is no Python (R, Julia, Snakemake): names after `$`, `.` and in brackets; echoes left out."""
        for line in text.split("\n"):
            if re.match(r"\s*(#|//)", line):
                continue
            line = re.sub(r"""["'][\w -]+["']\s*=>\s*\(?[\w.]+.*""", "", line)
            self.keys.update((k, Place("")) for k in re.findall(r"""\[\[?\s*["':]([\w.\-]+)["']?\s*\]""", line))
            for base, name in re.findall(r"(\w+)(?:\$|\.)(\w+)", line):
                self.attributes.setdefault(name, set()).add(base)


def collect_uses(program: Program) -> Uses:
    """What the reached units mention."""
    uses = Uses()
    for unit in program.units:
        _Collector(uses, unit).run()
    return uses


class _Collector:
    """One unit; `run` is called once."""

    def __init__(self, uses: Uses, unit: Unit) -> None:
        self._uses = uses
        self._unit = unit
        self._source: Source = unit.source
        self._skipped: set[int] = set()  # nodes that are only echoed or written to
        self._always = {id(s) for s in unconditional(unit.node.body)}

    def run(self) -> None:
        """Whatever holds another node comes before it, so that a call is seen before what it skips."""
        if not isinstance(self._unit.node, ast.Module):
            self._add_arguments(self._unit.node.args)
        for node in self._unit.nodes:
            visit = VISITS.get(node.__class__)
            if visit is not None and id(node) not in self._skipped:
                visit(self, node)

    def _skip(self, node: ast.Call, name: str) -> None:
        is_wandb_init = (
            name == "init" and isinstance(node.func, ast.Attribute) and last_name(node.func.value) == "wandb"
        )
        if name in ECHOES or is_wandb_init:
            for part in [*node.args, *(k.value for k in node.keywords)]:
                self._skipped.update(id(n) for n in ast.walk(part) if isinstance(n, (ast.Attribute, ast.Subscript)))
        elif name in WRITERS or (name == "open" and writes(node)):
            for part in node.args:
                self._skipped.update(
                    id(n) for n in ast.walk(part) if isinstance(n, (ast.Constant, ast.JoinedStr, ast.BinOp))
                )

    def _add_arguments(self, arguments: ast.arguments) -> None:
        self._uses.arguments.update(a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))

    def _name(self, node: ast.Name) -> None:
        if node.ctx.__class__ is ast.Load and node.id not in self._uses.names:
            self._uses.names.add(node.id)
            self._note(node.id, node)

    def _attribute(self, node: ast.Attribute) -> None:
        if not isinstance(node.ctx, ast.Load):
            return
        base = last_name(node.value)
        self._uses.attributes.setdefault(node.attr, set()).add(base)
        self._note(node.attr, node)
        if node.attr == "__dict__":
            self._uses.whole.add(base)

    def _constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            if len(node.value) <= MAX_LITERAL:
                self._uses.strings.add(node.value)
            self._file_name(node)

    def _function(self, node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._add_arguments(node.args)

    def _note(self, name: str, node: ast.AST) -> None:
        if name not in self._uses.places:
            self._uses.places[name] = self._source.place(node)

    def _subscript(self, node: ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            return
        if isinstance(node.slice, ast.Constant):
            if isinstance(node.slice.value, str):
                self._uses.keys.setdefault(node.slice.value, self._source.place(node))
        elif isinstance(node.slice, ast.Name) and CONFIG_BASE.search(last_name(node.value)):
            self._uses.is_dynamic = True

    def _call(self, node: ast.Call) -> None:
        name = last_name(node.func)
        self._skip(node, name)
        if name in GETTERS:
            for argument in node.args[:3]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    self._uses.keys.setdefault(argument.value, self._source.place(node))
        if name in WHOLE:
            self._uses.whole.update(last_name(a) for a in node.args)
            if isinstance(node.func, ast.Attribute) and name in ("items", "values", "update"):
                self._uses.whole.add(last_name(node.func.value))
        self._uses.whole.update(last_name(k.value) for k in node.keywords if k.arg is None)
        if name in JOINERS:
            self._file_name(node)

    def _assign(self, node: ast.Assign) -> None:
        value_is_literal = isinstance(node.value, ast.Constant)
        if not value_is_literal or id(node) not in self._always:
            return
        store = Store(self._source.place(node), self._source.line(node.lineno))
        for target in node.targets:
            if isinstance(target, ast.Attribute):
                self._uses.stores.setdefault((last_name(target.value), target.attr), store)
            elif isinstance(target, ast.Name):
                self._uses.assigned.setdefault(target.id, store)

    def _file_name(self, node: ast.Constant | ast.JoinedStr | ast.BinOp | ast.Call) -> None:
        pattern = pattern_of(node)
        if "." in pattern and len(pattern) <= MAX_LITERAL and FILE_LIKE.search(pattern) and "\n" not in pattern:
            self._uses.files.append(FileName(pattern, self._source.place(node), self._source.line(node.lineno)))


CONFIG_BASE = regex(r"(config|conf|cfg|params?|args?|opts?|options|hparams|settings|flags|parameters)$", re.IGNORECASE)
FILE_LIKE = regex(r"\.(ya?ml|json[5c]?|toml|ini|cfg|conf|gin|env|properties|config|txt)$|^\.env", re.IGNORECASE)
OPTION_BASE = regex(
    r"^_*(\w*args?|\w*opts?|\w*options?|\w*config|\w*conf|cfg|hparams|hps?|params?|flags|namespace|settings|ns|p|a|self|arguments)$",
    re.IGNORECASE,
)

VISITS: dict[type[ast.AST], Callable[[_Collector, Any], None]] = {
    ast.Name: _Collector._name,
    ast.Attribute: _Collector._attribute,
    ast.Subscript: _Collector._subscript,
    ast.Call: _Collector._call,
    ast.Assign: _Collector._assign,
    ast.Constant: _Collector._constant,
    ast.JoinedStr: _Collector._file_name,
    ast.BinOp: _Collector._file_name,
    ast.Lambda: _Collector._function,
    ast.FunctionDef: _Collector._function,
    ast.AsyncFunctionDef: _Collector._function,
}
