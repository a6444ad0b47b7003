"""The settings of a project, from the code that reads them."""

from __future__ import annotations

from dataclasses import fields
from inspect import cleandoc
from typing import get_type_hints

import repro_audit.settings as settings
from repro_audit.model import Hints

from .comments import beside
from .table import code, table

HEAD = """\
# Settings

`[tool.repro-audit]` in `pyproject.toml`, or the same keys without that heading in `repro-audit.toml`; not both.
Every key may be left out: what the settings say does not have to be guessed. `repro-audit init` writes them,
commented out, with what was discovered. An unknown key is an error that names the nearest known one.
"""
TYPES = {
    str | None: "text",
    tuple[str, ...]: "list of texts",
    tuple[tuple[str, float, float], ...]: "table of `rtol` and `atol` by glob",
}
WAIVERS = """\
A criterion set aside is shown as waived, never as met, and changes no star: only `--fail-under` and `--require`
leave it out. `[waivers.CRITERION]`, in `pyproject.toml` `[tool.repro-audit.waivers.CRITERION]`, takes:
"""
VARIABLES = """\
| variable | means |
| --- | --- |
| `REPRO_AUDIT_CACHE` | where built environments and downloads are kept; else `repro-audit` in the user's cache folder |
| `REPRO_AUDIT_BASE_IMAGE` | the image that environments are built on; `{python}` in it is the minor version |
| `REPRO_AUDIT_DEBUG` | `1` shows where an error happened that is a bug of this program |
| `REPRO_AUDIT_EDITOR` | [which editor links open](../terminal.md#links) |
| `FORCE_HYPERLINK` | `1` or `0`: whether the terminal takes links |
| `NO_COLOR` | `1` leaves colors out |
| `DOCKER_HOST` | the container engine, if it is not the local one |
"""


def page() -> str:
    example = cleandoc(settings.__doc__ or "").partition("\n\n")[2]
    types, said = get_type_hints(Hints), beside(Hints)
    rows = [(code(f.name), TYPES[types[f.name]], said[f.name]) for f in fields(Hints)]
    return "\n".join(
        [
            HEAD,
            table(["key", "type", "what it says"], rows),
            f"```toml\n{example}\n```\n",
            f"## Waivers\n\n{WAIVERS}\n{_waivers()}",
            f"## Environment variables\n\n{VARIABLES}",
        ]
    )


def _waivers() -> str:
    rows = [
        ("`reason`", "text", "needed", "why it is set aside"),
        ("`until`", "date", "may be left out", "the last day it holds; from the next day on it has no effect"),
    ]
    assert [row[0].strip("`") for row in rows] == settings.WAIVER_KEYS
    return table(["key", "type", "", "what it says"], rows)
