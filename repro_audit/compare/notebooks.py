"""Notebooks: sources and outputs, not when and in which order cells were executed."""

from __future__ import annotations

import base64
import binascii
import json

from . import masks
from .content import Content, Unreadable, in_memory
from .model import Difference
from .scope import Scope
from .tally import Tally, named
from .text import compare_lines, decoded
from .values import Values

_WIDGET = "application/vnd.jupyter.widget-view+json"  # names a model that is drawn anew each time
_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml", "application/pdf")


def compare_notebooks(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    one, two = _cells(first), _cells(second)
    if len(one) != len(two):
        tally.differ("", f"{len(one)} cells != {len(two)} cells")
    for number, (left, right) in enumerate(zip(one, two), 1):  # the rest is counted above
        _compare_cells(tally, scope, left, right, f"cell {number}")
    return tally.result("only execution metadata differs")


def _cells(content: Content) -> list[dict[str, object]]:
    notebook = json.loads(decoded(content.whole()))
    if not isinstance(notebook, dict):
        raise Unreadable("not a notebook")
    cells = notebook.get("cells")
    if cells is None:  # before version 4 cells stood in worksheets
        cells = [cell for sheet in notebook.get("worksheets", []) for cell in sheet.get("cells", [])]
    return [cell for cell in cells if isinstance(cell, dict)]


def _compare_cells(tally: Tally, scope: Scope, left: dict[str, object], right: dict[str, object], where: str) -> None:
    if left.get("cell_type") != right.get("cell_type"):
        tally.differ(where, f"{left.get('cell_type')} != {right.get('cell_type')}")
        return
    if _joined(left.get("source")) != _joined(right.get("source")):
        tally.differ(f"{where} source", "the source differs")
    one, two = _outputs(left), _outputs(right)
    if len(one) != len(two):
        tally.differ(where, f"{len(one)} outputs != {len(two)} outputs")
    for number, (a, b) in enumerate(zip(one, two), 1):  # the rest is counted above
        _compare_outputs(tally, scope, a, b, f"{where} output {number}")


def _outputs(cell: dict[str, object]) -> list[dict[str, object]]:
    """Pieces of one stream are joined: how they were cut depends on timing, as does which of two streams came first."""
    found: list[dict[str, object]] = []
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        stream = next((one for one in found if one.get("name") == output.get("name") and one["type"] == "stream"), None)
        if output.get("output_type") == "stream" and stream:
            stream["text"] = _joined(stream["text"]) + _joined(output.get("text"))
            continue
        found.append({**output, "type": output.get("output_type")})
    streams = iter(sorted((o for o in found if o["type"] == "stream"), key=lambda o: str(o.get("name"))))
    return [next(streams) if output["type"] == "stream" else output for output in found]


def _compare_outputs(tally: Tally, scope: Scope, one: dict[str, object], two: dict[str, object], where: str) -> None:
    if one["type"] != two["type"]:
        tally.differ(where, f"{one['type']} != {two['type']}")
        return
    for key in ("name", "ename", "evalue"):
        if one.get(key) != two.get(key):
            compare_lines(tally, _joined(one.get(key)), _joined(two.get(key)), f"{where} {key}")
    compare_lines(tally, _joined(one.get("text")), _joined(two.get("text")), where)
    left, right = one.get("data"), two.get("data")
    if isinstance(left, dict) and isinstance(right, dict):
        for kind in sorted(left.keys() | right.keys(), key=str):
            _compare_data(tally, scope, kind, left.get(kind), right.get(kind), where)


def _compare_data(tally: Tally, scope: Scope, kind: str, one: object, two: object, where: str) -> None:
    if one is None or two is None:
        tally.differ(f"{where} {kind}", f"only in the {'second' if one is None else 'first'}")
    elif kind == _WIDGET and one != two:
        tally.masked(masks.IDS)
    elif kind in _IMAGES and one != two:
        left, right = (_picture(kind, _joined(data)) for data in (one, two))
        tally.child(named(scope.member(left, right), f"{where} {kind}"))
    elif isinstance(one, (str, list)) and isinstance(two, (str, list)):
        compare_lines(tally, _joined(one), _joined(two), f"{where} {kind}")
    else:
        Values(tally).compare(f"{where} {kind}", one, two)


def _picture(kind: str, text: str) -> Content:
    if kind == "image/svg+xml":
        return in_memory("figure.svg", text.encode("utf-8", "surrogatepass"))
    try:
        return in_memory(f"figure.{kind.rpartition('/')[2]}", base64.b64decode(text))
    except binascii.Error as error:
        raise Unreadable("a broken picture") from error


def _joined(text: object) -> str:
    """nbformat writes text as one string or as a list of lines."""
    return "".join(line for line in text if isinstance(line, str)) if isinstance(text, list) else str(text or "")
