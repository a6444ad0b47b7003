"""A value as a file of some format writes it."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from ...facts.configuration.leaf import number

_PLAIN = re.compile(r"[A-Za-z_][\w./-]*")
_BARE = re.compile(r"[\w./-]+")  # a word that Hydra takes without quotes


def number_text(value: float | int) -> str:
    """A number that every reader takes for one: YAML reads `1e-05` as a word, and `1.0e-05` as a number."""
    text = repr(value)
    if "e" in text and "." not in text:
        mantissa, _, exponent = text.partition("e")
        return f"{mantissa}.0e{exponent}"
    return text


def in_yaml(value: Any, written: str, style: str | None) -> str:
    """As YAML or JSON, in the manner of what was written there: its quotes, its word for yes."""
    if isinstance(value, bool):
        return _boolean(value, written)
    if isinstance(value, (int, float)):
        return f"{style}{value}{style}" if style in ("'", '"') else number_text(value)
    text = str(value)
    if style == "'":
        return "'" + text.replace("'", "''") + "'"
    if style == '"':
        return json.dumps(text)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _boolean(value: bool, written: str) -> str:
    words = (("yes", "no"), ("on", "off"), ("true", "false"))
    pair = next((p for p in words if written.lower() in p), ("true", "false"))
    text = pair[0 if value else 1]
    return text.upper() if written.isupper() else text.capitalize() if written[:1].isupper() else text


def in_words(value: Any, written: str = "") -> str:
    """As an INI file, a Makefile or a command line has it."""
    if isinstance(value, bool):
        return _boolean(value, written) if written else str(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(in_words(v) for v in value) + "]"
    return str(value)


def in_python(value: Any, written: str) -> str:
    """As a literal of Python; a word keeps its quotes."""
    if isinstance(value, str) and written[:1] in "'\"":
        quote = written[0]
        return quote + value.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote
    return repr(value)


def in_sacred(value: Any) -> str:
    """As Sacred reads `with key=value`: a Python literal, which has no word for infinity."""
    if isinstance(value, float) and math.isinf(value):
        return "1e999" if value > 0 else "-1e999"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(in_sacred(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{in_sacred(k)}: {in_sacred(v)}" for k, v in value.items()) + "}"
    return repr(value)


def in_hydra(value: Any) -> str:
    """As Hydra's grammar of overrides has it."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(in_hydra(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{k}:{in_hydra(v)}" for k, v in value.items()) + "}"
    text = str(value)
    is_plain = _BARE.fullmatch(text) and not isinstance(number(text), (int, float)) and text.lower() != "null"
    return text if is_plain else "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
