"""Files of results whose names tell runs apart: put together in a variable, or one literal name for each script."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from ..regex import regex
from .code import Code
from .model import Recorder
from .recorder_words import WRITERS

MAX_NAMES = 60  # of one file

FILLED_IN = ("{", "format(", "%")  # one of them is on each line of the next pattern
NAMED = regex(
    r"^[ \t]*(?:self\.)?(\w*(?:file|path|name|out|prefix|dir|stem|title|tag)\w*)\s*=\s*[^\n]*"
    r"(?:[fF][\"'][^\"'\n]*\{[^}\n]*|format\([^\n]*|%\s*\(?[^\n]*)"
    r"\b(?:seed|time(?:stamp)?|now|date(?:time)?|run_?(?:id|name|no)?|exp(?:eriment)?_?(?:id|name)?|"
    r"model_?(?:name|type)?|method(?:_?name)?|algo(?:rithm)?(?:_?name)?|arch|fold|policy|lr|dataset)\b",
    re.MULTILINE,
)
OF_RESULTS = regex(r"result|metric|hist|score|loss|acc|reward|return|eval|curve|predict|output|plot|fig", re.IGNORECASE)
WRITTEN_KINDS = (".csv", ".json", ".txt", ".npy", ".xlsx", ".parquet")
LITERAL = regex(
    r"(?:\.to_(?:csv|json|excel|parquet)|\b(?:savetxt|np\.save|json\.dump|open|write_csv|write\.csv))\([^\n]*?"
    r"[\"'](?:\./|\.\./)*((?:[\w-]+/)*)([\w-]+\.(?:csv|json|txt|npy|xlsx|parquet))[\"'](?!\s*,\s*[\"']r)"
)
FOLDER = regex(
    r"(?:^|/)(?:outputs?|results?|predictions?|preds?|submissions?|subs?|metrics|scores?|oofs?|evaluations?)/$",
    re.IGNORECASE,
)
PER_EXAMPLE = regex(r"submi|pred|(?:^|_)oof", re.IGNORECASE)  # results whatever folder they are in


def named_runs(code: tuple[Code, ...]) -> Iterator[Recorder]:
    for one in code:
        found = _by_variable(one)
        if found is not None:
            yield Recorder("per-run files", one.place(found), one.line(found), False)
    yield from _by_script(code)


def _by_variable(code: Code) -> int | None:
    """Where results go into a file whose name is a variable that was put together from what tells runs apart."""
    if not code.has(*WRITERS):
        return None
    for name in dict.fromkeys(m.group(1) for m in islice(code.each(NAMED, *FILLED_IN), MAX_NAMES)):
        writes = re.compile(
            rf"\b(?:{'|'.join(re.escape(w[:-1]) for w in WRITERS)})\([^\n]*\b{name}\b(?![^\n]*[\"']rb?[\"'])"
        )
        found = code.find(writes, *WRITERS)
        if found is not None and OF_RESULTS.search(code.line(found)):
            return found
    return None


def _by_script(code: tuple[Code, ...]) -> Iterator[Recorder]:
    """Scripts or notebooks that each write results of another name into one folder."""
    written: dict[str, dict[str, tuple[Code, int]]] = defaultdict(dict)
    for one in code:
        for found in islice(one.each(LITERAL, *WRITTEN_KINDS), MAX_NAMES):
            folder, name = found.groups()
            if FOLDER.search(folder) or PER_EXAMPLE.search(name):
                written[folder].setdefault(name, (one, found.start()))
    for names in written.values():
        if len({one.path for one, _ in names.values()}) > 1:
            one, at = next(iter(names.values()))
            yield Recorder("per-run files", one.place(at), one.line(at), False)
