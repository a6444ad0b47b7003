"""Every fixture with what it shows: small whole projects, each with one thing to notice."""

from __future__ import annotations

from pathlib import Path

from repro_audit.settings import parse_toml

from .table import code, table

ROOT = Path(__file__).resolve().parents[2] / "fixtures"
HEAD = """\
# The fixtures

Small whole projects in `fixtures/`, each broken, or whole, in one thing: the tests score and run them, and they are
examples to read and to copy. Beside each `repo/` an `expected.toml` says why it is there and what is to be found.
"""


def page() -> str:
    rows = []
    for path in sorted(ROOT.glob("*/expected.toml")):
        expected = parse_toml(path.read_text("utf-8"))
        rows.append((code(path.parent.name), str(expected.get("why", ""))))
    return f"{HEAD}\n{table(['fixture', 'what it shows'], rows)}"
