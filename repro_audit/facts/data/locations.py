"""Where a path in code leads, and how a user would change it.

A path is put together from literals, joins, constants, options and configuration values; what
reading cannot tell becomes `*`, so that `f"{root}/images/{i}.png"` is `*/images/*.png`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ...model import Place
from ..configuration.model import Configuration, Holder
from ..program import Program, Unit
from ..program.nodes import dotted
from ..regex import regex
from ..source import constant
from . import vocabulary
from .location import Given, Location
from .scope import Scope, given_options, is_command, is_typed, parameters

MAX_DEPTH = 9
MAX_CALLERS = 12  # calls of a function that are looked at for one argument
MAX_PATH = 300  # characters
MAX_PIECES = 40  # of a pattern that is filled in
MAX_SMALL = 125  # nodes of a function whose result is followed

JOINS = frozenset({"join", "joinpath", "Path", "PurePath", "PosixPath", "to_absolute_path", "AnyPath", "UPath"})
SAME_PATH = frozenset(
    "abspath realpath expanduser expandvars normpath resolve absolute as_posix str fspath relpath fsencode strip "
    "rstrip glob_escape String "
    "open mkdir with_context_prefix sorted list iter listdir glob rglob iglob".split()
)
ROOTS = frozenset({"getcwd", "get_original_cwd", "cwd", "home"})
OPTION_OWNER = regex(
    r"(^|\.)(\w*args\w*|arg|opts?|options?|flags?|FLAGS|parsed|ns|hparams|config|cfg|conf|params|settings|c)$",
    re.IGNORECASE,
)
PLACEHOLDER = regex(r"(%[-+ #0]*\d*(?:\.\d+)?[sdifgr])")
FIELD = regex(r"\{([^{}]*)\}")
FILE_NAME = regex(r"[A-Za-z]{3,}[^/]*\.\w+$")


def _is_mixed(known: list[Location], sign: str) -> bool:
    """Whether a file's literal name is joined to an open folder; a suffix of an open name is none."""
    last = known[-1]
    if (
        last.given.is_open
        or not FILE_NAME.search(last.text)
        or vocabulary.GENERIC_NAME.fullmatch(last.text.rpartition("/")[2])
    ):
        return any(p.is_mixed for p in known)
    return sign == "/" or "/" in last.text or last.text[0] not in "._-"


@dataclass(frozen=True)
class Locations:
    """Follows the paths of one program; every answer is bounded in depth."""

    program: Program
    configuration: Configuration

    @cached_property
    def _scope(self) -> Scope:
        return Scope(self.program)

    def of(self, node: ast.expr | None, unit: Unit, depth: int = 0) -> Location | None:
        """The path that an expression stands for, None for what is no path."""
        if node is None or depth > MAX_DEPTH:
            return None
        follow = self._followers.get(type(node))
        found = follow(node, unit, depth) if follow else None
        return found if found is None or len(found.text) <= MAX_PATH else None

    @cached_property
    def _followers(self) -> Mapping[type[ast.expr], Callable[[ast.expr, Unit, int], Location | None]]:
        return {
            ast.Constant: self._constant,
            ast.JoinedStr: self._formatted,
            ast.BinOp: self._joined,
            ast.Call: self._call,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.IfExp: lambda n, u, d: (
                self.of(getattr(n, "body", None), u, d + 1) or self.of(getattr(n, "orelse", None), u, d + 1)
            ),
            ast.BoolOp: lambda n, u, d: next(
                (f for v in getattr(n, "values", ()) for f in [self.of(v, u, d + 1)] if f), None
            ),
            ast.List: self._first_of,
            ast.Tuple: self._first_of,
            ast.Await: lambda n, u, d: self.of(getattr(n, "value", None), u, d + 1),
        }

    def _constant(self, node: ast.expr, unit: Unit, depth: int) -> Location | None:
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, (bytes, bool)) or value is None or value is ...:
            return None
        return Location(str(value), Given.INLINE, unit.source.place(node))

    def _first_of(self, node: ast.expr, unit: Unit, depth: int) -> Location | None:
        elements = node.elts if isinstance(node, (ast.List, ast.Tuple)) else []
        return self.of(elements[0], unit, depth + 1) if elements else None

    def _formatted(self, node: ast.expr, unit: Unit, depth: int) -> Location | None:
        parts = (
            [v.value if isinstance(v, ast.FormattedValue) else v for v in node.values]
            if isinstance(node, ast.JoinedStr)
            else []
        )
        return self._combine([self.of(p, unit, depth + 1) for p in parts], "", unit.source.place(node))

    def _joined(self, node: ast.expr, unit: Unit, depth: int) -> Location | None:
        if not isinstance(node, ast.BinOp):
            return None
        left = self.of(node.left, unit, depth + 1)
        if isinstance(node.op, ast.Mod):
            return left and self._interpolated(left, node.right, unit, depth)
        if not isinstance(node.op, (ast.Add, ast.Div)):
            return None
        parts = [left, self.of(node.right, unit, depth + 1)]
        return self._combine(parts, "/" if isinstance(node.op, ast.Div) else "", unit.source.place(node))

    def _interpolated(self, pattern: Location, given: ast.expr, unit: Unit, depth: int) -> Location | None:
        """`"data/%s.csv" % name`: the pattern with what is filled in."""
        values = given.elts if isinstance(given, ast.Tuple) else [given]
        if len(values) != len(PLACEHOLDER.findall(pattern.text)):
            return replace(pattern, text=PLACEHOLDER.sub("*", pattern.text))
        return self._filled(pattern, PLACEHOLDER, lambda number, _: values[number], unit, depth, pattern.at)

    def _formatted_by_call(self, pattern: Location, node: ast.Call, unit: Unit, depth: int) -> Location | None:
        """`"{}/{name}.csv".format(root, name=x)`: the same, by place or name."""
        given = {k.arg: k.value for k in node.keywords if k.arg}

        def value(number: int, piece: str) -> ast.expr | None:
            key = re.split(r"[.:!\[]", piece)[0]
            position = int(key) if key.isdecimal() and len(key) < 4 else number
            is_placed = not key.isidentifier() and position < len(node.args)
            return given.get(key) or (node.args[position] if is_placed else None)

        return self._filled(pattern, FIELD, value, unit, depth, unit.source.place(node))

    def _filled(
        self, pattern: Location, cut: re.Pattern[str], value: Callable[[int, str], ast.expr | None], unit: Unit,
        depth: int, at: Place,
    ) -> Location | None:  # fmt: skip
        """The text of a pattern, cut where something is filled in, and between the pieces the values."""
        parts: list[Location | None] = []
        for i, piece in enumerate(cut.split(pattern.text)[:MAX_PIECES]):
            if i % 2:
                parts.append(self.of(value(i // 2, piece), unit, depth + 2))
            elif piece:
                parts.append(Location(piece, pattern.given, pattern.at, pattern.name))
        return self._combine(parts, "", at)

    def _combine(self, parts: list[Location | None], sign: str, at: Place) -> Location | None:
        """The parts as one path; unknown ones are `*`, and the most open part says how it is changed."""
        known = [p for p in parts if p is not None]
        if not known:
            return None
        widest = max(known, key=lambda p: (p.given, len(p.text)))
        text = sign.join(p.text if p is not None else "*" for p in parts)
        at = widest.at if widest.given > Given.INLINE else at
        return Location(
            re.sub(r"\*{2,}", "*", text), widest.given, at, widest.name, widest.given.is_open and _is_mixed(known, sign)
        )

    def _call(self, node: ast.expr, unit: Unit, depth: int) -> Location | None:
        if not isinstance(node, ast.Call):
            return None
        name = dotted(node.func) or ""
        last = name.rpartition(".")[2] or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        at = unit.source.place(node)
        if last in ROOTS:
            return Location(".", Given.INLINE, at)
        if last == "dirname" and node.args:
            return self._parent(self.of(node.args[0], unit, depth + 1))
        if last == "getenv" or name.endswith("environ.get"):
            return self._variable(node, unit, depth)
        if last == "get" and node.args and isinstance(constant(node.args[0]), str):
            return self._key(str(constant(node.args[0])), at) or self.of(
                node.args[1] if len(node.args) > 1 else None, unit, depth + 1
            )
        if last in JOINS:
            inner = [owner] if owner is not None and last == "joinpath" else []
            return self._combine([self.of(a, unit, depth + 1) for a in [*inner, *node.args]], "/", at)
        if last == "format" and owner is not None:
            pattern = self.of(owner, unit, depth + 1)
            return pattern and self._formatted_by_call(pattern, node, unit, depth)
        if last == "replace" and owner is not None:
            return self.of(owner, unit, depth + 1)
        if last in SAME_PATH:
            plain = [a for a in node.args if not isinstance(a, ast.Starred)]
            is_module = bool(name) and name.split(".")[0] in ("os", "glob")
            first = self.of(owner, unit, depth + 1) if owner is not None and not is_module else None
            return first or self.of(plain[0] if plain else None, unit, depth + 1)
        return self._returned(last, depth)

    def _variable(self, node: ast.Call, unit: Unit, depth: int) -> Location:
        """A variable of the environment chooses; its default tells the path."""
        key = constant(node.args[0]) if node.args else ""
        default = self.of(node.args[1], unit, depth + 1) if len(node.args) > 1 else None
        text = default.text if default is not None else "*"
        return Location(text, Given.OPTION, unit.source.place(node), key if isinstance(key, str) else "")

    def _returned(self, name: str, depth: int) -> Location | None:
        """What a small function of the project gives back."""
        units = [u for u in self._scope.units_by_name.get(name, ()) if len(u.nodes) < MAX_SMALL]
        if len(units) != 1:
            return None
        results = [n.value for n in units[0].of(ast.Return)]
        return self.of(results[-1], units[0], depth + 2) if results else None

    @staticmethod
    def _parent(location: Location | None) -> Location | None:
        if location is None:
            return None
        text = location.text.rstrip("/").rpartition("/")[0] or "."
        return Location(text, location.given, location.at, location.name)

    def _name(self, node: ast.expr, unit: Unit, depth: int) -> Location | None:
        name = node.id if isinstance(node, ast.Name) else ""
        if name == "__file__":
            return Location(unit.source.path, Given.INLINE, unit.source.place(node))
        local = self._scope.local(unit).get(name)
        if local is not None:
            inner = self.of(local, unit, depth + 1)
            return self._named(name, inner)
        arguments = parameters(unit)
        if name in arguments:
            return self._argument(name, arguments[name], unit, depth)
        for values in self._by_nearness(unit):
            if name in values:
                value, where = values[name]
                return self._named(name, self.of(value, where, depth + 1))
        return None

    @staticmethod
    def _named(name: str, location: Location | None) -> Location | None:
        if location is None or location.given is not Given.INLINE:
            return location
        return Location(location.text, Given.NAMED, location.at, name)

    def _by_nearness(self, unit: Unit) -> Iterator[dict[str, tuple[ast.expr, Unit]]]:
        """Top-level names of the same file, then of the other modules."""
        yield self._scope.top_level.get(unit.source.path, {})
        for path, values in self._scope.top_level.items():
            if path != unit.source.path and not path.endswith(".ipynb"):
                yield values

    def _argument(self, name: str, default: ast.expr | None, unit: Unit, depth: int) -> Location | None:
        """A parameter of a function: what reached calls pass, else a framework's option, else its default."""
        callee = unit.class_name.rpartition(".")[2] if unit.bare_name == "__init__" else unit.bare_name
        position = list(parameters(unit)).index(name) - (1 if unit.class_name else 0)
        for call in self.program.calls_by_name.get(callee, ())[:MAX_CALLERS]:
            passed = call.argument(position if position >= 0 else None, name)
            found = self.of(passed, call.unit, depth + 1) if call.unit is not unit else None
            if found is not None:
                return found
        fallback = self._named(name, self.of(default, unit, depth + 1))
        if name in self._options:
            return self._options[name]
        if is_command(unit):
            flag, text = f"--{name.replace('_', '-')}", self._given.get(name) if is_typed(unit) else None
            if text or (fallback is None and is_typed(unit)):
                written = (n for n in ast.walk(unit.node) if isinstance(n, ast.arg) and n.arg == name)
                return Location(text or "*", Given.OPTION, unit.source.place(next(written)), flag)
            return fallback and Location(fallback.text, Given.OPTION, fallback.at, flag)
        return fallback

    @cached_property
    def _given(self) -> dict[str, str]:
        """What the stated command gives for options, by their destination."""
        return dict(given_options(self.program))

    def _attribute(self, node: ast.expr, unit: Unit, depth: int) -> Location | None:
        if not isinstance(node, ast.Attribute):
            return None
        if node.attr in ("parent", "name", "stem", "value", "absolute"):
            inner = self.of(node.value, unit, depth + 1)
            return self._parent(inner) if node.attr == "parent" else inner
        owner = dotted(node.value) or ""
        if owner in ("self", "cls") or owner in self._scope.classes:
            name = unit.class_name if owner in ("self", "cls") else owner
            for value, where in self._scope.attributes.get(node.attr, ()):
                if not name or where == name or len(self._scope.attributes[node.attr]) == 1:
                    return self._named(node.attr, self.of(value[0], value[1], depth + 1))
        if OPTION_OWNER.search(owner) or owner.startswith("self."):
            found = self._options.get(node.attr) or self._key(node.attr, unit.source.place(node))
            if found:
                return found
            if owner.rpartition(".")[2] in ("args", "opt", "opts", "FLAGS"):
                return Location("*", Given.OPTION, unit.source.place(node), f"--{node.attr}")
        for path, values in self._scope.top_level.items():
            if owner and node.attr in values and path.endswith(f"{owner.rpartition('.')[2]}.py"):
                value2, where2 = values[node.attr]
                return self._named(node.attr, self.of(value2, where2, depth + 1))
        candidates = self._scope.attributes.get(node.attr, ())
        if len(candidates) == 1:
            (expression, where3), _ = candidates[0]
            return self._named(node.attr, self.of(expression, where3, depth + 1))
        return self._key(node.attr, unit.source.place(node)) or self._options.get(node.attr)

    def _subscript(self, node: ast.expr, unit: Unit, depth: int) -> Location | None:
        if not isinstance(node, ast.Subscript):
            return None
        key = constant(node.slice)
        owner = dotted(node.value) or ""
        if owner.endswith(("sys.argv", "argv", "environ")):
            return Location(
                "*",
                Given.OPTION,
                unit.source.place(node),
                f"argument {key}" if isinstance(key, int) else key if isinstance(key, str) else "",
            )
        if isinstance(key, str):
            return (
                self._entry(owner, key, unit, depth)
                or self._key(key, unit.source.place(node))
                or self._options.get(key)
            )
        if isinstance(key, int) or isinstance(node.slice, ast.Name):
            return self.of(node.value, unit, depth + 1)
        return None

    def _entry(self, owner: str, key: str, unit: Unit, depth: int) -> Location | None:
        """`PATHS["train"]` where the dictionary is written in the code."""
        value: ast.expr | None = self._scope.local(unit).get(owner)
        where = unit
        if value is None and owner in self._scope.top_level.get(unit.source.path, {}):
            value, where = self._scope.top_level[unit.source.path][owner]
        if not isinstance(value, ast.Dict):
            return None
        for k, v in zip(value.keys, value.values):
            if k is not None and constant(k) == key:
                return self._named(key, self.of(v, where, depth + 1))
        return None

    def _key(self, key: str, at: Place) -> Location | None:
        found = self._parameters.get(key)
        return found and Location(found[0], Given.CONFIG, found[1], found[2])

    @cached_property
    def _parameters(self) -> dict[str, tuple[str, Place, str]]:
        """Configuration values that are texts, by the last part of their key; those of the main experiment first."""
        found: dict[str, tuple[str, Place, str]] = {}
        loose = (Holder.OPTIONS, Holder.CONSTANTS, Holder.SHELL)
        for one in sorted(self.configuration.sets, key=lambda s: (not s.is_main, s.path)):
            if one.holder in loose or one.holder is Holder.MODULE:
                continue
            for parameter in one.parameters:
                value = parameter.value[0] if isinstance(parameter.value, list) and parameter.value else parameter.value
                if isinstance(value, str):
                    found.setdefault(parameter.key.rpartition(".")[2], (value, parameter.at, parameter.key))
        return found

    @cached_property
    def _options(self) -> dict[str, Location]:
        """Command-line options by destination, with the value that the stated command gives, else the default.

        A default that is computed may ask for options again: it sees those that were found so far.
        """
        found: dict[str, Location] = {}
        self.__dict__["_options"] = found
        for call in self.program.calls:
            if call.last not in (
                "add_argument",
                "option",
                "argument",
                "Option",
                "Argument",
            ) and not call.last.startswith("DEFINE_"):
                continue
            names = [a.value for a in call.node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            default = call.argument(1, "default") if call.last.startswith("DEFINE_") else call.argument(None, "default")
            value = constant(default) if default is not None else None
            if default is not None and value is ...:
                inner = self.of(default, call.unit, MAX_DEPTH - 3)
                value = inner.text if inner else None
            destination = constant(call.argument(None, "dest"))
            for name in [*names[:3], *([destination] if isinstance(destination, str) else [])]:
                plain = name.lstrip("-").replace("-", "_")
                text = self._given.get(plain) or (value if isinstance(value, str) and value else "*")
                found.setdefault(plain, Location(text, Given.OPTION, call.place, name))
        return found

    @property
    def options(self) -> dict[str, Location]:
        return self._options
