"""The named numbers that a run leaves: in JSON, YAML and CSV files, in the logs of trackers, and in what it says.

What a run left is a stranger's data: files are bounded, nothing is constructed but plain values.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..facts.results import Metric, metric_of
from ..facts.yamls import Entry, read_yaml
from ..sandbox.model import Run
from .logged import as_float, in_log, is_log, sacred_metrics

LARGEST = 2 * 1024 * 1024  # bytes of a file that is read for metrics
LAST_OF_LOG = 400_000  # characters
MOST = 2000  # metrics of a run
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_SAID = re.compile(rf"([A-Za-z][\w /@².()\[\]-]{{0,40}}?)['\"]?\s*(?:[:=]|\s(?=\d))\s*({NUMBER})\s*(%)?(?![\w.])")


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric as a run gave it; of a series, the last value."""

    metric: Metric
    value: float
    output: str  # the file, or `standard output`
    where: str  # the key, column or words

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same number in another run."""
        return self.output, self.where


def measured(run: Run) -> tuple[Measured, ...]:
    """Every named number of a run, the last of each name."""
    found: dict[tuple[str, str], Measured] = {}
    for one in _all(run):
        found[one.key] = one
        if len(found) >= MOST:
            break
    return tuple(found.values())


def _all(run: Run) -> Iterator[Measured]:
    for path in run.changed:
        if path.startswith("project/"):
            yield from in_file(run.folder / path, path.removeprefix("project/"))
    said = run.log.read_bytes()[-LAST_OF_LOG:].decode("utf-8", "replace")
    yield from in_text(said, "standard output")


def in_file(file: Path, output: str) -> Iterator[Measured]:
    """The metrics of one file, by its ending; none where it has no form that names numbers."""
    readers = {".json": _in_json, ".yaml": _in_yaml, ".yml": _in_yaml, ".csv": _in_table, ".tsv": _in_table}
    reader = readers.get(file.suffix.lower())
    if is_log(output):
        yield from _named(in_log(file, output).items(), output)
        return
    try:
        if reader is None or file.is_symlink() or not file.is_file() or file.stat().st_size > LARGEST:
            return
        text = file.read_text("utf-8", "replace")
        yield from _named(reader(text), output)
    except (OSError, ValueError, RecursionError, csv.Error):
        return


def _named(pairs: Iterable[tuple[str, float]], output: str) -> Iterator[Measured]:
    for where, value in pairs:
        metric = metric_of(where)
        if metric is not None and math.isfinite(value):
            yield Measured(metric, value, output, where)


def in_text(text: str, output: str) -> Iterator[Measured]:
    """`accuracy: 0.93`, `test loss = 1.2`, `Acc 93.1%`, line by line."""
    for line in re.split(r"[\r\n]+", text):
        for name, number, percent in _SAID.findall(line[:2000]):
            metric = metric_of(name)
            if metric is not None:
                yield Measured(metric, float(number), output, name.strip() + percent)


def _in_json(text: str) -> Iterator[tuple[str, float]]:
    told = json.loads(text)
    yield from sacred_metrics(told) or _leaves(told, "")


def _leaves(value: Any, path: str) -> Iterator[tuple[str, float]]:
    """Numbers with their path; a list of numbers is a series, of which the last counts."""
    number = as_float(value)
    if number is not None:
        yield path, number
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for inner in value[-1:] if value and isinstance(value[-1], (int, float)) else value[:100]:
            yield from _leaves(inner, path)


def _in_yaml(text: str) -> Iterator[tuple[str, float]]:
    yield from _entries(read_yaml(text), "")


def _entries(entry: Entry, path: str) -> Iterator[tuple[str, float]]:
    for key, inner in entry.values.items():
        yield from _entries(inner, f"{path}.{key}" if path else key)
    if re.fullmatch(NUMBER, entry.text):
        yield path, float(entry.text)


def _in_table(text: str) -> Iterator[tuple[str, float]]:
    """A column named for a metric: its last number, and with a column of names one per row."""
    separator = "\t" if text.partition("\n")[0].count("\t") > text.partition("\n")[0].count(",") else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    if len(rows) < 2 or len(rows) > 20_000:
        return
    for row in rows[1:]:
        label = row[0] if row and not re.fullmatch(NUMBER, row[0].strip()) else ""
        for title, cell in zip(rows[0], row):
            if re.fullmatch(NUMBER, cell.strip()):
                yield (f"{title} [{label}]" if label and label != cell else title), float(cell)
