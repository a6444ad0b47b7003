"""Several models tried by one program: in a loop that keeps or prints their scores, or one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ..regex import regex
from .code import Code
from .model import Recorder
from .recorder_words import SCORES

BODY = 3_000  # characters of a loop that are read
MAX_LOOPS = 40  # of one file
SEVERAL = 3  # models that are scored one by one

MODELS = r"\w*(?:models|classifiers|regressors|estimators|algorithms|algos|clfs|methods|pipelines|learners)\w*"
LOOP = regex(
    rf"^[ \t]*for\s+\(?\w+(?:\s*,\s*\(?\w+\)?)*\)?\s+in\s+(?:\w+\(\s*)*(?:self\.)?{MODELS}\b[^\n]*:", re.M | re.I
)
KEEPS = regex(r"\b(\w+)\[\s*\w+\s*\](?:\[[^\]\n]*\])?\s*=(?!=)|\b(\w+)\.append\(|\b(\w+)\.loc\[[^\n]*\]\s*=(?!=)")
TELLS = regex(r"\b(?:print|display|logg?er?\.\w+|st\.\w+)\(")
FITS = regex(r"\.fit\w*\(|\.train\(|\btrain\w*\(|\bcross_val\w*\(|\bevaluat\w*\(|\bfit\w*\(|\.score\(")
SCORED = regex(
    r"^[ \t]*(?:(?:print|display)\([^\n]*)?(?:\w+\s*=\s*)?(?:cross_val_score|accuracy_score|f1_score|roc_auc_score|"
    r"r2_score|mean_(?:squared|absolute)_error|classification_report)\(\s*([^\n]+)",
    re.MULTILINE,
)
ESTIMATOR = regex(r"\b([A-Z]\w*(?:Classifier|Regressor|Regression|SVC|SVR|NB|Forest|Boost\w*|Ridge|Lasso|SVM|KNN))\(")


def tried_models(code: Code) -> Iterator[Recorder]:
    """A table where the scores are kept and looked at together; a comparison by hand where they are only printed."""
    by_hand: Recorder | None = None
    for loop in islice(code.each(LOOP, "for "), MAX_LOOPS):
        body = code.text[loop.end() : loop.end() + BODY]
        if not FITS.search(body) or not SCORES.search(body):
            continue
        if _is_looked_at(code.text, loop.end(), body):
            yield Recorder("table", code.place(loop.start()), code.line(loop.start()))
            return
        if TELLS.search(body) and by_hand is None:
            by_hand = Recorder("comparison by hand", code.place(loop.start()), code.line(loop.start()), False)
    found = by_hand or _one_by_one(code)
    if found is not None:
        yield found


def _is_looked_at(text: str, start: int, body: str) -> bool:
    """Whether what the loop keeps is tabled, drawn, sorted or gone through afterwards."""
    for kept in islice(KEEPS.finditer(body), MAX_LOOPS):
        name = next(g for g in kept.groups() if g)
        used = re.compile(
            rf"(?:DataFrame|Series|sorted|max|min|plot|bar\w*|boxplot|tabulate|dump)\([^\n]{{0,200}}\b{name}\b|"
            rf"\bin\s+(?:sorted\(|enumerate\()?{name}\b|\b{name}\.(?:items|sort\w*|plot|to_\w+|T\b|style|idxm\w+)|"
            rf"^[ \t]*{name}[ \t]*$|\bprint\(\s*{name}\b",
            re.MULTILINE,
        )
        if used.search(text, start + kept.end()):
            return True
    return False


def _one_by_one(code: Code) -> Recorder | None:
    """Scores of several models, each computed by a line of its own."""
    if not code.is_notebook or len(set(ESTIMATOR.findall(code.text))) < SEVERAL:
        return None
    scored = list(islice(SCORED.finditer(code.text), MAX_LOOPS))
    if len(scored) < SEVERAL:
        return None
    first = scored[0].start()
    return Recorder("comparison by hand", code.place(first), code.line(first), False)
