"""The promises of the layout, kept by walking the syntax trees."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "repro_audit"

# What each part may import of ours. A part is a module or a folder of the package; imports go downwards only.
ALLOWED: dict[str, set[str]] = {
    "": {"api"},
    "api": {
        "commands", "errors", "experiments", "flow", "model", "options", "origin", "report", "result", "sandbox",
        "text",
    },
    "model": set(),
    "errors": set(),
    "text": set(),
    "opening": set(),
    "certificates": set(),
    "facts": {"model", "errors", "opening", "text"},
    "origin": {"certificates", "model", "errors", "text", "facts"},
    "settings": {"model", "errors", "text", "facts"},
    "project": {"facts", "model"},
    "rule": {"project", "model"},
    "rules": {"rule"},
    "templates": set(),
    "loader": {"rule", "errors"},
    "result": {"", "model", "text"},
    "score": {"model", "result"},
    "discovery": {"model", "facts", "project"},
    "found": {"model", "project", "result", "text", "facts"},
    "sandbox": {"certificates", "model", "errors", "text"},
    "experiments": {"sandbox", "compare", "diagnose", "project", "model", "errors", "opening", "text", "facts"},
    "compare": {"model", "opening", "text"},
    "diagnose": {"compare", "model", "text"},
    "flow": {
        "discovery", "errors", "experiments", "facts", "found", "loader", "model", "origin", "project",
        "result", "rule", "sandbox", "score", "settings", "text",
    },
    "fixes": {"errors", "facts", "model", "project"},
    "baseline": {"errors", "facts", "model", "result", "score", "text"},
    "survey": {"errors", "flow", "model", "origin", "result", "settings", "text"},
    "report": {"", "compare", "errors", "facts", "loader", "model", "project", "result", "rule", "score", "text"},
    "archive": {"", "errors", "experiments", "report", "result", "sandbox", "text"},
    "commands": {
        "", "archive", "baseline", "compare", "diagnose", "discovery", "ending", "errors", "experiments", "facts",
        "fixes", "flow", "loader", "model", "options", "origin", "project", "report", "result", "rule", "sandbox",
        "score", "settings", "survey", "text",
    },
    "options": {"completing"},
    "help": set(),
    "ending": {"errors", "text"},
    "completing": {"diagnose", "experiments", "facts", "loader", "model"},
    "arguments": {"completing", "options"},
    "__main__": {"cli"},
    "cli": {
        "", "arguments", "commands", "completing", "ending", "errors", "flow", "help", "options", "report", "result",
        "text",
    },
}  # fmt: skip

HEAVY = {"docker", "git", "jinja2", "jsonschema", "libcst", "markdown_it", "pandas", "yaml", "pip_requirements_parser"}
LONGEST_FILE = 400  # lines
LONGEST_FUNCTION = 70
MEDIAN_FUNCTION = 14


def modules() -> list[tuple[str, Path]]:
    """(dotted name below the package, file), the mapped folders included."""
    found = [(dotted(p.relative_to(PACKAGE)), p) for p in PACKAGE.rglob("*.py")]
    found += [
        (f"{f}.{dotted(p.relative_to(ROOT / f))}".rstrip("."), p)
        for f in ("rules", "templates")
        for p in (ROOT / f).rglob("*.py")
    ]
    return sorted(found)


def dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix("__init__").rstrip(".")


def part_of(name: str) -> str:
    return name.split(".")[0]


def own_imports(name: str, path: Path) -> Iterator[tuple[str, int]]:
    """(dotted name below the package, line) of each import of ours, at any depth of the file."""
    package = ["repro_audit", *[p for p in name.split(".") if p]]
    if path.name != "__init__.py":
        package.pop()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((a.name.partition(".")[2], node.lineno) for a in node.names if part_of(a.name) == "repro_audit")
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            target = ".".join([*base, *([node.module] if node.module else [])])
            if part_of(target) == "repro_audit":
                below = target.partition(".")[2]
                yield from ((below or submodule(a.name), node.lineno) for a in node.names)


def submodule(name: str) -> str:
    """`from . import name` may mean a module of the package, or something that the package itself defines."""
    return name if (PACKAGE / f"{name}.py").exists() or (PACKAGE / name).is_dir() else ""


MODULES = modules()


@pytest.mark.parametrize(("name", "path"), MODULES, ids=[name or "__init__" for name, _ in MODULES])
def test_imports_go_downwards_only(name: str, path: Path) -> None:
    part = part_of(name)
    assert part in ALLOWED, f"say in ALLOWED what repro_audit/{part} may import"
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {target}"
        for target, line in own_imports(name, path)
        if part_of(target) not in {part, *ALLOWED[part]}
    ]
    assert not wrong, "\n".join(wrong)


def test_rules_are_loaded_by_name_and_never_by_a_statement() -> None:
    importers = [
        f"{path.relative_to(ROOT)}:{line}"
        for name, path in MODULES
        for target, line in own_imports(name, path)
        if part_of(target) in ("rules", "templates") and part_of(name) != part_of(target)
    ]
    assert not importers


def test_only_the_report_and_the_command_line_write_to_a_screen() -> None:
    wrong = []
    for name, path in MODULES:
        # `commands` and `ending` are what cli.py does after parsing; a probe runs inside the audited process.
        if part_of(name) in ("report", "cli", "commands", "ending") or "probe" in name.split("."):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if writes_to_screen(node):
                wrong.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    assert not wrong


def writes_to_screen(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "print"
    if isinstance(node, ast.Import):
        return any(part_of(a.name) == "rich" for a in node.names)
    return isinstance(node, ast.ImportFrom) and part_of(node.module or "") == "rich"


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """(name, lines) of each function, its docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0]
            is_documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            docstring = (first.end_lineno or 0) - first.lineno + 1 if is_documented else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_files_and_functions_stay_small_enough_to_read() -> None:
    files = {path: len(path.read_text("utf-8").splitlines()) for _, path in MODULES}
    sizes = {f"{path.relative_to(ROOT)}:{name}": size for path in files for name, size in functions(path)}
    long = [f"{path.relative_to(ROOT)}: {size} lines" for path, size in files.items() if size > LONGEST_FILE]
    long += [f"{name}: {size} lines" for name, size in sizes.items() if size > LONGEST_FUNCTION]
    assert not long, "\n".join(long)
    assert statistics.median(sizes.values()) <= MEDIAN_FUNCTION


def test_the_command_starts_without_heavy_imports() -> None:
    code = "import sys, repro_audit.cli; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & set(loaded)
