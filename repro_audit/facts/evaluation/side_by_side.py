"""Tables and figures that set runs side by side, found as what they are: committed tables, rules of a workflow."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from ...model import Place
from ..files import Tree
from ..regex import regex
from .code import Code
from .model import Recorder
from .recorder_words import NAMES_A_MODEL, SCORE_COLUMN

MAX_TABLES = 50
MAX_TABLE = 256 * 1024  # bytes; a longer table holds examples
MAX_KEYS = 500  # of one file
NEAR = 300  # characters before a row in which its table begins

TABLE_NAME = regex(
    r"result|metric|score|compar|leader_?board|summary|performance|benchmark|evaluation|"
    r"(?:^|_)(?:aucs?|acc|accurac\w+)(?=_|\.)",
    re.IGNORECASE,
)
NAMES_A_RUN = regex(
    r"(?:run|experiment|exp|checkpoint|ckpt|config(?:uration)?|setting|variant|trial)s?(?:[ _]?(?:id|name|no))?|"
    r"file_?name",
    re.IGNORECASE,
)
PART_OF_RUN = regex(
    r"\b(?:train(?:ing)?|val(?:id(?:ation)?)?|test(?:ing)?|dev|mean|std|avg|average|macro|micro|weighted|min|max|cv|"
    r"fold|epoch|best|final|top ?\d*|at|\d+|k|in|out|of|sample|total|per|class|overall|balanced|log|roc|"
    r"pr|curve|area|under)\b",
    re.IGNORECASE,
)
OF_MODELS_FILE = regex(
    r"(?:models?|methods?|algorithms?|classifiers?|regressors?)_?(?:scores?|metrics?|results?|performances?|compar\w*)",
    re.IGNORECASE,
)
NUMBER = regex(r"-?\d*\.?\d+(?:[eE][-+]?\d+)?%?")
FEW_ROWS = 4
ROW_BEGINS = regex(r"(?:\.append\(|\bDataFrame\(\s*\[?)\s*\{[^{}]*$")
RULE = regex(r"^(?:rule|checkpoint)\s+(\w+)\s*:", re.MULTILINE)
GATHERS = regex(r"summar|combin|compar|aggregat|collect|gather|leader_?board|benchmark|all_results", re.IGNORECASE)
OVER_RUNS = regex(r"\bexpand\([^#]{0,300}?\{(?:model|method|algorithm|classifier|seed|run|experiment|config)s?\}")


def committed_tables(files: Tree) -> Iterator[Recorder]:
    """Committed tables with a row or a column for each model or run, and scores."""
    named = [p for p in files.suffixed(".csv", ".tsv", ".txt") if TABLE_NAME.search(p.rpartition("/")[2])]
    for path in [p for p in named if files.size(path=p) <= MAX_TABLE][:MAX_TABLES]:
        lines = (files.text(path) or "").splitlines()
        if len(lines) > 1 and _sets_side_by_side(path.rpartition("/")[2], lines):
            yield Recorder("table", Place(path, 1), lines[0][:200])


def _sets_side_by_side(name: str, lines: list[str]) -> bool:
    separator = "\t" if "\t" in lines[0] else ","
    rows = [[c.strip().strip("\"'") for c in line.split(separator)] for line in lines]
    if len(rows[0]) < 2:
        return False
    return _has_row_per_run(rows) or _has_column_per_model(rows[0]) or _is_row_of_models(name, rows)


def _has_row_per_run(rows: list[list[str]]) -> bool:
    of_run = next((i for i, c in enumerate(rows[0]) if NAMES_A_MODEL.fullmatch(c) or NAMES_A_RUN.fullmatch(c)), None)
    if of_run is None or not any(SCORE_COLUMN.search(c.replace("_", " ")) for c in rows[0]):
        return False
    return len({row[of_run] for row in rows[1:] if len(row) > of_run}) > 1


def _has_column_per_model(columns: list[str]) -> bool:
    """One score under several names, `A AUC, B AUC`, that are no parts of one run."""
    owners = defaultdict(set)
    for column in columns:
        plain = column.replace("_", " ")
        score = SCORE_COLUMN.search(plain)
        owner = PART_OF_RUN.sub("", SCORE_COLUMN.sub("", plain))
        if score and any(c.isalpha() for c in owner):
            owners[score.group().lower()].add(owner.strip().lower())
    return any(len(names) > 1 for names in owners.values())


def _is_row_of_models(name: str, rows: list[list[str]]) -> bool:
    """A file named for scores of models, with a name over each number."""
    if not (OF_MODELS_FILE.search(name) and len(rows) <= FEW_ROWS):
        return False
    return len(rows[0]) > 2 and all(NUMBER.fullmatch(c) for c in rows[1]) and not any(map(NUMBER.fullmatch, rows[0]))


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
