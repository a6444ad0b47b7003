"""Follows the main experiment through the project's own files.

Starting from the scripts that the steps run, the top-level code is reached, then every function
and class whose name is mentioned in reached code, in the files that those import. Names are
followed, not types, so it errs on the side of reaching too much.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from ..commands.model import Step, StepKind
from ..regex import regex
from ..sources import Sources
from .index import ModuleIndex, index_module
from .model import Call, Import, Program, Unit
from .nodes import dotted

MAX_FILES = 400  # files followed from the entries
MAX_PROCESSES = 60
MAX_WHOLE = 60  # files that stand for the program where no step runs Python

TEST_FILE = regex(r"(^|/)(tests?|docs?)/|(^|/)(test_[^/]*|[^/]*_test|conftest|setup|noxfile)\.py$")
SCRIPT = regex(r"[\w./-]*\w\.py")
Reading = Iterator[tuple[str, bool]]  # reads one file; stops at each (path, as a script) that it comes by
LOOKUPS = frozenset("eval getattr globals import_module __import__ instantiate".split())
DOTTED = regex(r"^[ \t-]*\w+:[ \t]*[\"']?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)[\"']?[ \t]*(?:#.*)?$", re.MULTILINE)
TARGET = regex(r"^\s*_target_:\s*[\"']?([A-Za-z_][\w.]+)", re.MULTILINE)


def trace(sources: Sources, steps: tuple[Step, ...]) -> Program:
    """The Python code that the steps reach."""
    runnable = (StepKind.PYTHON, StepKind.NOTEBOOK)
    entries = list(dict.fromkeys(s.path for s in steps if s.path and s.kind in runnable))
    is_whole = not entries and not any(s.path and s.path.lower().endswith((".r", ".jl", ".rmd")) for s in steps)
    if is_whole:
        own = [p for p in (*sources.python, *sources.notebooks) if not TEST_FILE.search(p)]
        entries = sorted(own, key=lambda p: (p.count("/"), p))[:MAX_WHOLE]
    return _Tracer(sources, steps).run(entries, is_whole)


def trace_apart(sources: Sources, steps: tuple[Step, ...]) -> tuple[Program, ...]:
    """One program per process that the steps start: what one of them seeds, the next does not know of.

    The nodes of a Kedro pipeline run in one process. Nothing where there is one process only.
    """
    groups: dict[str, list[Step]] = {}
    for step in steps:
        if step.path and step.kind in (StepKind.PYTHON, StepKind.NOTEBOOK):
            groups.setdefault("kedro" if step.arguments[:1] == ("kedro",) else step.path, []).append(step)
    if len(groups) < 2:
        return ()
    return tuple(trace(sources, tuple(group)) for group in _ends(list(groups.values())))


def _ends(groups: list[list[Step]]) -> list[list[Step]]:
    """As many processes as are followed, from both ends: what trains comes last."""
    if len(groups) <= MAX_PROCESSES:
        return groups
    return [*groups[: MAX_PROCESSES // 3], *groups[-(MAX_PROCESSES - MAX_PROCESSES // 3) :]]


class _Tracer:
    """The state of one walk; `run` is called once."""

    def __init__(self, sources: Sources, steps: tuple[Step, ...]) -> None:
        self._sources = sources
        self._steps = steps
        self._words = {w.strip("-").lower() for s in steps for a in s.arguments for w in re.split(r"[=,\s]", a)}
        self._takes_words = False  # reached code looks names up by text, as `eval(args.runner)` does
        self._configured: dict[re.Pattern[str], tuple[str, ...]] = {}  # what configuration files name
        self._modules: dict[str, ModuleIndex] = {}
        self._names: set[str] = set()  # bare names mentioned in reached code
        self._waiting: list[Unit] = []  # functions of reached files that nothing mentions yet
        self._reached: dict[int, Unit] = {}
        self._imported: set[str] = set()
        self._imports: dict[tuple[str, str, int | None], Import] = {}

    def run(self, entries: Iterable[str], is_whole: bool) -> Program:
        for path in entries:
            self._follow(self._enter(path, as_script=True))
        self._settle()
        self._call_entries(entries, is_whole)
        indexes = list(self._modules.values())
        order = {index.source.path: i for i, index in enumerate(indexes)}
        units = sorted(self._reached.values(), key=lambda u: (order[u.source.path], _line(u)))
        calls = [c for unit in units for c in _calls(unit, self._modules[unit.source.path])]
        wanted = set(entries)
        return Program(
            entries=tuple(i.source for i in indexes if i.source.path in wanted),
            sources=tuple(i.source for i in indexes),
            units=tuple(units),
            calls=tuple(calls),
            imports=tuple(self._imports.values()),
            steps=self._steps,
            is_whole_project=is_whole,
        )

    def _call_entries(self, entries: Iterable[str], is_whole: bool) -> None:
        """A console script, a registered pipeline or a library is called from outside: where no function
        of an entry is reached from its top level, all of them are."""
        for path in sorted(entries, key=lambda p: p in self._imported):  # what others import is called by them
            index = self._modules.get(path)
            if index is None or not index.functions:
                continue
            if is_whole or not any(id(u) in self._reached for u in index.functions):
                self._names.update(u.bare_name for u in index.functions)
                self._settle()

    def _follow(self, reading: Reading) -> None:
        """Read on, and each file that is come by at once and to its end; one may lead to the next hundreds deep."""
        stack = [reading]
        while stack:
            found = next(stack[-1], None)
            if found is None:
                stack.pop()
            else:
                stack.append(self._enter(*found))

    def _enter(self, path: str, as_script: bool = False) -> Reading:
        """Read a file: its top level is reached, its functions wait to be mentioned."""
        if path in self._modules or len(self._modules) >= MAX_FILES:
            return
        source = self._sources.get(path)
        if source is None:
            return
        index = self._sources.once(path, lambda: index_module(source))
        self._modules[path] = index
        self._waiting.extend(index.functions)
        yield from self._reach(index.top, index)
        if index.guarded and as_script:
            yield from self._reach(index.guarded, index)
        package = path.rpartition("/")[0] + "/__init__.py"
        if package in self._sources.tree and package != path and not as_script:
            yield package, False

    def _settle(self) -> None:
        """Reach what is mentioned until nothing more is."""
        while True:
            self._mention_bases()
            ready = [u for u in self._waiting if self._is_mentioned(u)]
            if not ready:
                return
            chosen = {id(u) for u in ready}
            self._waiting = [u for u in self._waiting if id(u) not in chosen]
            for unit in ready:
                self._follow(self._reach(unit, self._modules[unit.source.path]))

    def _mention_bases(self) -> None:
        """Whoever mentions a class mentions the classes that it is made from."""
        for index in self._modules.values():
            for name, bases in index.classes.items():
                if name in self._names:
                    self._names.update(b.rpartition(".")[2] for b in bases)

    def _is_mentioned(self, unit: Unit) -> bool:
        """A method runs where its class is used; its own name says little (`super().__init__`)."""
        name = unit.class_name.split(".")[0] or unit.bare_name
        return name in self._names or (self._takes_words and name.lower() in self._words)

    def _reach(self, unit: Unit, index: ModuleIndex) -> Reading:
        self._reached[id(unit)] = unit
        self._mention(unit, index)
        leads: list[ast.Import | ast.ImportFrom | ast.Call | ast.Constant] = []
        leads += unit.of(ast.Import, ast.ImportFrom)
        leads += [n for n in unit.of(ast.Call) if _leads_on(n)]
        leads += [n for n in unit.of(ast.Constant) if is_script(n.value)]
        for node in sorted(leads, key=lambda n: (n.lineno, n.col_offset)):
            if isinstance(node, ast.Call):
                yield from self._follow_dynamic(node, index)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                yield from self._follow_import(node, index)
            elif is_script(node.value):
                yield from self._follow_script(node.value, index)

    def _mention(self, unit: Unit, index: ModuleIndex) -> None:
        read = {n.id for n in unit.of(ast.Name) if isinstance(n.ctx, ast.Load)}
        self._names |= read
        self._names.update(index.aliases[n].rpartition(".")[2] for n in read & index.aliases.keys())
        self._names.update(n.attr for n in unit.of(ast.Attribute))
        if unit.is_top_level:  # what is registered with a framework: a task, a command, a captured function
            self._names.update(f.name for f in unit.of(ast.FunctionDef) if f.decorator_list)
            self._names.update(f.name for f in unit.of(ast.AsyncFunctionDef) if f.decorator_list)
            self._names.update(c.name for c in unit.of(ast.ClassDef) if c.decorator_list)

    def _follow_script(self, name: str, index: ModuleIndex) -> Reading:
        """A script that is started by its path, as with `subprocess`."""
        tail = "/" + name.lstrip("./")
        fitting = [p for p in self._sources.python if f"/{p}".endswith(tail)]
        if len(fitting) == 1 and fitting[0] != index.source.path:
            yield fitting[0], True

    def _follow_import(self, node: ast.Import | ast.ImportFrom, index: ModuleIndex) -> Reading:
        for one in index.imports.get(id(node), ()):
            path = self._local(one.module, index)
            subs = [a.name for a in node.names] if isinstance(node, ast.ImportFrom) else []
            paths = [p for p in (self._local(f"{one.module}.{s}" if one.module else s, index) for s in subs) if p]
            if path is not None and one.module in index.star_imports:
                index.star_imports.remove(one.module)  # the project's own: its names are followed
            if path is None and not paths:
                if one.module and not (isinstance(node, ast.ImportFrom) and node.level):
                    self._imports.setdefault((one.module, one.place.path, one.place.line), one)
                continue
            for p in ([path] if path else []) + paths:
                self._imported.add(p)
                yield p, False

    def _local(self, module: str, index: ModuleIndex) -> str | None:
        return self._sources.resolve(module, index.source.path) if module else None

    def _follow_dynamic(self, node: ast.Call, index: ModuleIndex) -> Reading:
        """`import_module("models." + name)`, and Hydra's `instantiate` of `_target_`s."""
        name = (dotted(node.func) or "").rpartition(".")[2]
        if _looks_up(node):
            self._takes_words = True
        elif name in ("import_module", "__import__") and node.args:
            prefix = _constant_prefix(node.args[0])
            if not prefix:
                yield from self._follow_configured(DOTTED, index)
            for path in self._dynamic_candidates(prefix, index) if prefix else ():
                yield path, False
        elif name == "instantiate":
            yield from self._follow_configured(TARGET, index)

    def _follow_configured(self, named: re.Pattern[str], index: ModuleIndex) -> Reading:
        """Classes and functions that configuration files name by their dotted paths."""
        if named not in self._configured:
            texts = (self._sources.tree.text(p) or "" for p in self._sources.tree.suffixed(".yaml", ".yml"))
            self._configured[named] = tuple(dict.fromkeys(target for t in texts for target in named.findall(t)))
        for target in self._configured[named]:
            module, _, attribute = target.rpartition(".")
            local = self._sources.resolve(module, index.source.path)
            if local:
                self._names.add(attribute)
                yield local, False

    def _dynamic_candidates(self, prefix: str, index: ModuleIndex) -> list[str]:
        whole = self._local(prefix.rstrip("."), index)
        if whole and not whole.endswith("__init__.py") and not prefix.endswith("."):
            return [whole]
        tail = prefix.strip(".").replace(".", "/")
        paths = [p for p in self._sources.python if f"/{p}".rpartition("/")[0].endswith("/" + tail)]
        named = [p for p in paths if p.rpartition("/")[2][:-3].lower() in self._words]
        return (named or paths)[:20]


def is_script(value: object) -> TypeGuard[str]:
    """Whether a constant is the path of a Python file."""
    return isinstance(value, str) and value.endswith(".py") and bool(SCRIPT.fullmatch(value))


def _leads_on(node: ast.Call) -> bool:
    """Whether a call may take a module or a function by a name that is put together."""
    return getattr(node.func, "attr", "") in LOOKUPS or getattr(node.func, "id", "") in LOOKUPS


def _looks_up(node: ast.Call) -> bool:
    """Whether a call gets something by a name that is known when it runs: `eval(x)`, `getattr(module, x)`."""
    if not isinstance(node.func, ast.Name) or node.func.id not in ("eval", "getattr", "globals"):
        return False
    wanted = node.args[1:2] if node.func.id == "getattr" else node.args[:1]
    return node.func.id == "globals" or any(isinstance(a, (ast.Name, ast.Attribute)) for a in wanted)


def _constant_prefix(node: ast.expr) -> str:
    """The literal beginning of a string expression."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.BinOp):
        return _constant_prefix(node.left)
    if isinstance(node, ast.JoinedStr) and node.values:
        return _constant_prefix(node.values[0])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _constant_prefix(node.func.value).split("{")[0]
    return ""


def _line(unit: Unit) -> int:
    return getattr(unit.node, "lineno", 0)


def _calls(unit: Unit, index: ModuleIndex) -> Iterator[Call]:
    """The calls of a unit, with names resolved through imports and assignments."""
    made = _made_by(unit, index)
    aliases = {**index.aliases, **_shorthands(unit, index)}
    for node in unit.of(ast.Call):
        name, receiver = resolve_call(node, aliases, made)
        if index.star_imports and "." not in name and name and index.is_foreign(name):
            name = f"{index.star_imports[0]}.{name}"
        if name:
            yield Call(name, node, unit, receiver)


def _shorthands(unit: Unit, index: ModuleIndex) -> dict[str, str]:
    """Local names for something's attribute that are then called: `arg = parser.add_argument`."""
    called = {n.func.id for n in unit.of(ast.Call) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    found: dict[str, str] = {}
    for node in unit.of(ast.Assign):
        target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        if isinstance(target, ast.Name) and target.id in called and isinstance(node.value, ast.Attribute):
            base, _, rest = (dotted(node.value) or "").partition(".")
            if rest:
                found[target.id] = f"{index.aliases.get(base, base)}.{rest}"
    return found


def resolve_call(node: ast.Call, aliases: dict[str, str], made: dict[str, str]) -> tuple[str, str]:
    """(name, receiver) of a call, as `Call` describes them; the name is empty where it has none."""
    plain = dotted(node.func)
    if plain is not None:
        base, _, rest = plain.partition(".")
        if base in aliases and plain.rpartition(".")[0] not in made:
            return (f"{aliases[base]}.{rest}" if rest else aliases[base]), ""
        owner = plain.rpartition(".")[0]
        return plain, made.get(owner, "")
    if isinstance(node.func, ast.Attribute):
        inner = node.func.value
        if isinstance(inner, ast.Call):
            return f".{node.func.attr}", resolve_call(inner, aliases, made)[0]
        return f".{node.func.attr}", ""
    return "", ""


def _made_by(unit: Unit, index: ModuleIndex) -> dict[str, str]:
    """Variable (`rng`, `self.rng`) -> the name of the call that it was assigned from."""
    made = dict(_made_around(unit.class_name, index))
    _add_made(unit, index, made)
    return made


def _made_around(class_name: str, index: ModuleIndex) -> dict[str, str]:
    """What the module makes, and the methods of a class make for each other; kept, since each of them asks for it."""
    if class_name not in index.made:
        made = dict(_made_around("", index)) if class_name else {}
        around = (
            [u for u in index.functions if u.class_name == class_name] if class_name else [index.top, index.guarded]
        )
        for unit in around:
            if unit is not None:
                _add_made(unit, index, made, "self." if class_name else "")
        index.made[class_name] = made
    return index.made[class_name]


def _add_made(unit: Unit, index: ModuleIndex, made: dict[str, str], start: str = "") -> None:
    for name, value in unit.made:
        if name.startswith(start):
            called, _ = resolve_call(value, index.aliases, made)
            if called:
                made[name] = called
