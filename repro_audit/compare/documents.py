"""JSON, JSON lines, YAML, TOML and INI files: what they say, not how it is laid out."""

from __future__ import annotations

import configparser
import json
import sys
from collections.abc import Iterable
from typing import Any

from .content import Content, Unreadable
from .model import Difference
from .scope import Scope
from .tally import Tally
from .text import decoded
from .values import Values

LARGEST_YAML = 1 << 20  # YAML is slow to read, and its aliases can make a small file large
DEEPEST_YAML = 200
LAYOUT = "only the layout differs"


def compare_json(first: Content, second: Content, scope: Scope) -> Difference:
    return _compare(scope, _json(first), _json(second))


def compare_json_lines(first: Content, second: Content, scope: Scope) -> Difference:
    return _compare(scope, _json_lines(first), _json_lines(second))


def compare_yaml(first: Content, second: Content, scope: Scope) -> Difference:
    return _compare(scope, _yaml(first), _yaml(second))


def compare_toml(first: Content, second: Content, scope: Scope) -> Difference:
    return _compare(scope, _toml(first), _toml(second))


def compare_ini(first: Content, second: Content, scope: Scope) -> Difference:
    return _compare(scope, _ini(first), _ini(second))


def _compare(scope: Scope, one: object, two: object) -> Difference:
    found = _told(scope, one, two)
    if found.likeness.is_same or scope.renaming.is_empty:
        return found
    return _told(scope, one, two)  # an object may be spoken of before the place that gives its number


def _told(scope: Scope, one: object, two: object) -> Difference:
    tally = Tally(scope.tolerance)
    Values(tally, renaming=scope.renaming).compare("", one, two)
    return tally.result(LAYOUT)


def _json(content: Content) -> object:
    return json.loads(decoded(content.whole()))


def _json_lines(content: Content) -> object:
    return [json.loads(line) for line in decoded(content.whole()).splitlines() if line.strip()]


def _yaml(content: Content) -> object:
    """Aliases stay shared objects, so that reading is linear; tags beyond the safe ones are refused."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = decoded(content.whole(LARGEST_YAML))
    _check_depth(yaml.parse(text, loader))
    return list(yaml.load_all(text, loader))


def _check_depth(events: Iterable[object]) -> None:
    """Building a tree of deep nesting would end the process, not raise; events come one by one."""
    depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        if depth > DEEPEST_YAML:
            raise Unreadable("nested too deep")


def _toml(content: Content) -> object:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(decoded(content.whole(LARGEST_YAML)))


def _ini(content: Content) -> object:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(decoded(content.whole(LARGEST_YAML)))
    except configparser.Error as error:
        raise Unreadable("not an INI file") from error
    return {section: dict(parser.items(section)) for section in parser.sections()}
