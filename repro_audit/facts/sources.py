"""The project's Python files and notebooks, each parsed at most once, and how they import each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from .files import Tree
from .source import Source, parse_notebook, parse_python, scan_imports

T = TypeVar("T")

MAX_NOTEBOOK = 64 * 1024 * 1024  # bytes; outputs with images make notebooks large


@dataclass(frozen=True)
class Sources:
    """Python source by path, read on first use."""

    tree: Tree
    _parsed: dict[str, Source | None] = field(default_factory=dict, repr=False, compare=False)
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _resolved: dict[tuple[str, str], str | None] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def python(self) -> tuple[str, ...]:
        """Every own .py file."""
        return self.tree.suffixed(".py")

    @cached_property
    def notebooks(self) -> tuple[str, ...]:
        return self.tree.suffixed(".ipynb")

    def get(self, path: str) -> Source | None:
        """The parsed file, None where it is missing or no Python."""
        if path not in self._parsed:
            self._parsed[path] = self._parse(path)
        return self._parsed[path]

    def once(self, path: str, make: Callable[[], T]) -> T:
        """What is made of a file, made at the first call and kept; there is one use of it (the program's index)."""
        if path not in self._made:
            self._made[path] = make()
        made: T = self._made[path]
        return made

    def _parse(self, path: str) -> Source | None:
        if path.endswith(".ipynb"):
            if self.tree.size(path) > MAX_NOTEBOOK:
                return None
            data = self.tree.open_bytes(path, MAX_NOTEBOOK)
            return None if data is None else parse_notebook(path, data.decode("utf-8", "replace"))
        text = self.tree.text(path)
        return None if text is None else parse_python(path, text)

    @cached_property
    def by_module(self) -> dict[str, tuple[str, ...]]:
        """Files by every dotted name they could be imported under, the fullest first:
        `src/pkg/mod.py` is `src.pkg.mod`, `pkg.mod` and `mod`."""
        found: dict[str, list[str]] = {}
        for path in self.tree.paths:
            if not path.endswith((".py", ".pyx")):
                continue
            parts = path[: path.rindex(".")].split("/")
            if parts[-1] == "__init__":
                parts.pop()
            for start in range(len(parts)):
                found.setdefault(".".join(parts[start:]), []).append(path)
        return {name: tuple(sorted(paths, key=lambda p: (p.count("/"), p))) for name, paths in found.items()}

    @cached_property
    def packages(self) -> frozenset[str]:
        """Names of folders that hold Python files, which `import name` may mean."""
        return frozenset(
            f.rpartition("/")[2] for p in self.tree.paths if p.endswith(".py") for f in [p.rpartition("/")[0]] if f
        )

    def resolve(self, module: str, importer: str) -> str | None:
        """The project's own file that `import module` in `importer` means, None for a third party.

        Looked for as Python would with the script's folder on the path: beside the importer, then in
        each folder above it, then in `src` and `lib`, then anywhere if one file alone fits.
        """
        candidates = self.by_module.get(module, ())
        if not candidates:
            return None
        asked = module, importer.rpartition("/")[0]
        if asked not in self._resolved:
            self._resolved[asked] = self._resolve(*asked, candidates)
        return self._resolved[asked]

    def _resolve(self, module: str, folder: str, candidates: tuple[str, ...]) -> str | None:
        tail = module.replace(".", "/")
        while True:
            prefix = folder + "/" if folder else ""
            for base in (prefix, prefix + "src/", prefix + "lib/"):
                for ending in ("/__init__.py", ".py"):
                    if base + tail + ending in self.tree:
                        return base + tail + ending
            if not folder:
                break
            folder = folder.rpartition("/")[0]
        if "." in module or len(candidates) == 1:
            return candidates[0] if self._is_plausible(module, candidates[0]) else None
        return None

    def _is_plausible(self, module: str, path: str) -> bool:
        """A lone name deep in the tree is taken for a module only where it is no well-known package's name."""
        from .distributions import is_known_import

        return not is_known_import(module.split(".")[0])

    def imports(self, path: str) -> Iterator[tuple[str, int]]:
        """(module, line) of the absolute imports of a .py file, without parsing it; notebooks are parsed."""
        if path.endswith(".ipynb"):
            source = self.get(path)
            text = "\n".join(source.lines) if source else ""
        else:
            source, text = None, self.tree.text(path) or ""
        last, line = 0, 1
        for module, offset in scan_imports(text):
            line += text.count("\n", last, offset)
            last = offset
            place = source.place_of(line) if source else None
            yield module, (place.line or 1) if place else line
