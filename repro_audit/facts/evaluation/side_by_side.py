"""Tables and figures that set runs side by side, found as what they are: committed tables, rules of a workflow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ...model import Place
from ..files import Tree
from ..regex import regex
from .code import Code
from .model import Recorder
from .recorder_words import NAMES_A_MODEL, SCORE_COLUMN

MAX_TABLES = 50
MAX_TABLE = 64 * 1024  # bytes; a longer table holds examples
MAX_KEYS = 500  # of one file
NEAR = 300  # characters before a row in which its table begins

TABLE_NAME = regex(r"result|metric|score|compar|leader_?board|summary|performance|benchmark|evaluation", re.IGNORECASE)
ROW_BEGINS = regex(r"(?:\.append\(|\bDataFrame\(\s*\[?)\s*\{[^{}]*$")
RULE = regex(r"^(?:rule|checkpoint)\s+(\w+)\s*:", re.MULTILINE)
GATHERS = regex(r"summar|combin|compar|aggregat|collect|gather|leader_?board|benchmark|all_results", re.IGNORECASE)
OVER_RUNS = regex(r"\bexpand\([^#]{0,300}?\{(?:model|method|algorithm|classifier|seed|run|experiment|config)s?\}")


def committed_tables(files: Tree) -> Iterator[Recorder]:
    """Committed tables with a row for each model and columns of scores."""
    named = [p for p in files.suffixed(".csv", ".tsv") if TABLE_NAME.search(p.rpartition("/")[2])]
    for path in [p for p in named if files.size(path=p) <= MAX_TABLE][:MAX_TABLES]:
        lines = (files.text(path) or "").splitlines()
        if lines and _has_row_per_model(lines):
            yield Recorder("table", Place(path, 1), lines[0][:200])


def _has_row_per_model(lines: list[str]) -> bool:
    separator = "\t" if "\t" in lines[0] else ","
    columns = [c.strip().strip("\"'") for c in lines[0].split(separator)]
    of_model = next((i for i, c in enumerate(columns) if NAMES_A_MODEL.fullmatch(c)), None)
    if of_model is None or not any(SCORE_COLUMN.search(c) for c in columns):
        return False
    models = {cells[of_model] for cells in (line.split(separator) for line in lines[1:]) if len(cells) > of_model}
    return len(models) > 1


def row_of_model(code: Code) -> int | None:
    """Where a row of a table begins, `rows.append({"Model": ..., "Accuracy": ...})`, spread over lines as it likes."""
    for found in islice(NAMES_A_MODEL_KEY.finditer(code.text), MAX_KEYS) if "DataFrame(" in code.text else ():
        row = code.text[found.end() : found.end() + NEAR].partition("}")[0]
        if ROW_BEGINS.search(code.text, max(0, found.start() - NEAR), found.start()) and SCORE_COLUMN.search(row):
            return found.start()
    return None


NAMES_A_MODEL_KEY = regex(rf"[\"'](?:{NAMES_A_MODEL.pattern})[\"']\s*:", re.IGNORECASE)


def gathering_rules(files: Tree) -> Iterator[Recorder]:
    """Rules of a Snakefile named for bringing results together, which take those of all models or runs."""
    for path in (*files.named("snakefile"), *files.suffixed(".smk")):
        text = files.text(path) or ""
        rules = list(RULE.finditer(text))
        for i, rule in enumerate(rules):
            end = rules[i + 1].start() if i + 1 < len(rules) else len(text)
            if GATHERS.search(rule.group(1)) and OVER_RUNS.search(text, rule.end(), end):
                yield Recorder("script", Place(path, text.count("\n", 0, rule.start()) + 1), rule.group())
