"""`init`: settings to begin with, filled with what was discovered."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..errors import UsageError
from ..facts.files import Tree
from ..flow import guarded
from ..origin import from_path
from ..project import Project
from ..settings import FILE, SECTION, parse_toml
from ..text import clean, one_line
from .show import write_file

SHARED = "pyproject.toml"


def preview(target: str) -> str:
    """The text that `write` would add."""
    project = Project(from_path(target).path)
    return section(project, SECTION if _shared_text(project.files) is not None else "")


def write(target: str) -> str:
    """Write the settings; returns what to tell the user."""
    project = Project(from_path(target).path)
    if project.files.open_bytes(FILE, 1) is not None:
        raise UsageError(f"{FILE} is there already", "Edit it, or delete it first.")
    shared = _shared_text(project.files)
    if shared is None:
        write_file(project.root / FILE, section(project, ""))
        return f"wrote {FILE}\n"
    text = shared.rstrip("\n") + "\n\n" + section(project, SECTION)
    _check(text)
    write_file(project.root / SHARED, text)
    return f"added {SECTION} to {SHARED}\n"


def section(project: Project, header: str) -> str:
    """Commented settings; what was not discovered stands as an example that has no effect."""
    chosen = guarded(lambda: project.commands.chosen, ())
    why = guarded(lambda: project.commands.why, "")
    command = chosen[0].text if chosen and "\n" not in chosen[0].text else None
    place = f" Found at {chosen[0].at}{', ' + why if why else ''}." if chosen else ""
    configuration = guarded(lambda: sorted({s.path for s in project.configuration.files}), [])
    data = guarded(lambda: sorted({s.what for s in project.data.sources if s.is_main and s.what in project.files}), [])
    outputs = guarded(lambda: sorted({o for s in project.data.stages for o in s.outputs}), [])
    waivers = "[tool.repro-audit.waivers.env-image]" if header else "[waivers.env-image]"
    parts = [
        one_line(f"# The main experiment, as a shell takes it.{place}"),
        _line("command", command, "python train.py"),
        "# Files that it writes; runs are compared by these.",
        _line("outputs", outputs, ["results/*.json"]),
        "# What it reads.",
        _line("data", data, ["data"]),
        "# Its configuration files.",
        _line("configuration", configuration, ["config.yaml"]),
        "# Paths that are not part of the project.",
        _line("ignored", [], ["legacy/*"]),
        "",
        "# A criterion set aside: shown as waived, never as met. The reason is mandatory, the date is not.",
        f"# {waivers}",
        '# reason = "runs on a shared cluster whose image cannot be published"',
        "# until = 2030-01-31",
    ]
    return "\n".join([header, *parts] if header else parts) + "\n"


def _line(key: str, value: str | Sequence[str] | None, example: str | Sequence[str]) -> str:
    return f"{key} = {_toml(value)}" if value else f"# {key} = {_toml(example)}"


def _toml(value: str | Sequence[str]) -> str:
    """A TOML value; JSON writes texts as TOML reads them, once control characters are gone."""
    return json.dumps(clean(value) if isinstance(value, str) else [clean(v) for v in value], ensure_ascii=False)


def _shared_text(files: Tree) -> str | None:
    """The pyproject.toml of the project, None without one."""
    data = files.open_bytes(SHARED)
    if data is None:
        return None
    text = data.decode("utf-8", "surrogateescape")
    _check(text)
    if "repro-audit" in parse_toml(text).get("tool", {}):
        raise UsageError(f"{SHARED} has {SECTION} already", "Edit it, or take it out first.")
    return text


def _check(text: str) -> None:
    try:
        parse_toml(text)
    except ValueError as error:
        raise UsageError(f"{SHARED} is no valid TOML: {one_line(str(error))}", "Mend it first.") from error
