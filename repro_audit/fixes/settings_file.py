"""Values added to a configuration file, or a new one: as text, so that comments and order stay.

What was added is parsed again: the file must say what it said before, and the new values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..project import Project
from .model import exact_text, newline_of, with_lines
from .packages import declared_too

PYYAML = "6.0.2"
SUFFIXES = (".yaml", ".yml", ".json", ".toml")


@dataclass(frozen=True, slots=True)
class NewFile:
    """A new configuration file: how code reads it, and what declares what that takes."""

    path: str  # from the root
    opened_as: str  # from where the program runs
    module: str  # "yaml" or "json"
    call: str
    declared: Mapping[str, str]  # further files


def new_file(project: Project, cwd: str) -> NewFile | None:
    """`params.yaml`, or `params.json` where PyYAML could not be declared; None where both names are taken."""
    folder = "" if cwd in ("", ".") else cwd.rstrip("/") + "/"
    declared = declared_too(project, "pyyaml", PYYAML)
    if declared is not None and f"{folder}params.yaml" not in project.files:
        return NewFile(f"{folder}params.yaml", "params.yaml", "yaml", "yaml.safe_load", declared)
    if f"{folder}params.json" not in project.files:
        return NewFile(f"{folder}params.json", "params.json", "json", "json.load", {})
    return None


def read_again(cwd: str) -> dict[str, NewFile]:
    """How a further module reads a file of this name that another one reads already."""
    folder = "" if cwd in ("", ".") else cwd.rstrip("/") + "/"
    files = (
        NewFile(f"{folder}params.yaml", "params.yaml", "yaml", "yaml.safe_load", {}),
        NewFile(f"{folder}params.json", "params.json", "json", "json.load", {}),
    )
    return {file.path: file for file in files}


def fresh(path: str, values: Mapping[str, Any]) -> str:
    """The text of a new file."""
    if path.endswith(".json"):
        return json.dumps(values, indent=2, ensure_ascii=False) + "\n"
    return "".join(_yaml_line(key, value) + "\n" for key, value in values.items())


def added(project: Project, path: str, values: Mapping[str, Any]) -> str | None:
    """The text of an existing file with more values at its top level; None where that is not sure to be right."""
    text = exact_text(project, path)
    before = None if text is None else parsed(path, text)
    if text is None or not isinstance(before, dict) or set(before) & set(values):
        return None
    if path.endswith(".json"):
        new = _added_json(text, values)
    elif path.endswith(".toml"):
        new = _added_toml(text, values)
    else:
        new = with_lines(text, [_yaml_line(k, v) for k, v in values.items()])
    return new if new is not None and parsed(path, new) == {**before, **values} else None


def parsed(path: str, text: str) -> Any:
    """What the file says, None where it cannot be read or is too deep or large to be a person's."""
    try:
        if path.endswith(".json"):
            return json.loads(text)
        if path.endswith(".toml"):
            import tomlkit

            return tomlkit.parse(text).unwrap()
        return _parsed_yaml(text)
    except (ValueError, RecursionError, ArithmeticError):
        return None
    except Exception as error:  # YAML's and TOML's own errors share no class
        if type(error).__module__.partition(".")[0] in ("yaml", "tomlkit"):
            return None
        raise


def _parsed_yaml(text: str) -> Any:
    import yaml

    if "&" in text and "*" in text:
        return None  # aliases can unfold without end, and are rare in parameters
    return yaml.safe_load(text)


def _yaml_line(key: str, value: Any) -> str:
    import yaml

    return str(yaml.safe_dump({key: value}, allow_unicode=True, width=1000)).rstrip("\n")


def _added_json(text: str, values: Mapping[str, Any]) -> str | None:
    """Before the last brace, with the indentation that the file has."""
    end = text.rstrip().rfind("}")
    if end < 0:
        return None
    body = text[:end].rstrip()
    line_end = newline_of(text)
    indent = re.search(r"\n([ \t]+)\"", text)
    pairs = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in values.items()]
    comma = "" if body.endswith("{") else ","
    if "\n" not in text.strip():
        return f"{body}{comma + ' ' if comma else ''}{', '.join(pairs)}{text[end:]}"
    lead = line_end + (indent[1] if indent else "  ")
    return body + comma + lead + f",{lead}".join(pairs) + line_end + text[end:]


def _added_toml(text: str, values: Mapping[str, Any]) -> str:
    """Before the first table, after which every key belongs to one."""
    import tomlkit

    lines = [f"{key} = {tomlkit.item(value).as_string()}" for key, value in values.items()]
    table = re.search(r"^[ \t]*\[", text, re.MULTILINE)
    if table is None:
        return with_lines(text, lines)
    end = newline_of(text)
    return text[: table.start()] + "".join(line + end for line in lines) + end + text[table.start() :]
