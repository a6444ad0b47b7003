"""The fixtures and their tables: `expected.toml` beside the audited project."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"


def expected(name: str) -> dict[str, Any]:
    """All tables of a fixture."""
    return tomllib.loads((FIXTURES / name / "expected.toml").read_text("utf-8"))


def having(table: str) -> list[str]:
    """The fixtures that have a table, by name."""
    return sorted(p.parent.name for p in FIXTURES.glob("*/expected.toml") if table in expected(p.parent.name))
