"""Scripts, notebooks and functions that give a model's output, by their name and by what they do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .code import Code
from .model import App
from .pages import Pages, Said
from .words import (
    FITS,
    LOADS,
    MAY_PREDICT,
    OPTION_OF_INPUT,
    OTHER_WORK,
    OWN_INPUT,
    PREDICTING_HEADING,
    PREDICTS,
    SUBJECT,
    TAKES_INPUT,
    TRAINS,
    WORD_OF_INPUT,
)

RUNNABLE = re.compile(
    r"__name__\s*==|argparse|sys\.argv|click\.|fire\.Fire|typer|app\.run|commandArgs|ARGS\b|tyro\.|absl|hydra\.main"
)
WRITES_OUTPUTS = re.compile(
    r"\bdef\s+\w*(?:(?:create|generate|make|prepare|write|build|save)_(?:submissions?|predictions?|preds)|predict(?:ions?)?_(?:save|to_file|and_save))\w*\("
    r"|(?:submi(?:ssions?|t|t_df)?|subm?|predictions?|preds?(?:_df)?|pred_df|y_\w*pred\w*|sample_sub\w*)\.to_(?:csv|parquet|json|excel)\("
    r"|\.to_csv\([^)\n]*(?:submi|predict|subm?_path|_preds?\b)"
    r"|(?:savetxt|np\.save|json\.dump|open)\([^)\n]*(?:submi|prediction)"
    r"|\btrainer\.predict\((?!\))|\bwrite\.csv\([^)\n]*(?:subm|pred)",
    re.IGNORECASE,
)
FUNCTION = re.compile(
    r"^(?:async )?def\s+((?:run_|do_|deploy_|start_|make_|get_|model_|batch_|load_model_and_)?"
    r"(?:predict(?:ions?)?|inference|infer|translate|transcribe|detect|classify|recogni[sz]e|caption|forecast|synthesi[sz]e|generate)"
    r"(?:_(?!step|epoch|batch|data|feature|config|dataset|label|split|loader|report|table|figure|plot)\w+)?)\(",
    re.MULTILINE,
)
SCORER = re.compile(
    r"^class\s+(\w*(?:Predictor|Scorer|Recommender|Translator|Recogni[sz]er|Inferencer?|Generator|Classifier|Detector))\b[^\n]*:(?:(?!^class )[\s\S])*?^\s+def\s+(?:score|predict|infer\w*|__call__|generate|translate|detect|recommend)\(",
    re.MULTILINE,
)
SHOWS = re.compile(r"\.(?:predict|predict_proba|predict_classes|generate)\(")
METRICS_ONLY = re.compile(
    r"accuracy_score|mean_(?:squared|absolute)|f1_score|r2_score|roc_auc|classification_report|confusion_matrix|\.score\(|rmse|evaluate\(",
    re.IGNORECASE,
)


def _is_named(code: Code, stem: str) -> bool:
    """Whether the name says that the script predicts; where it only says what it is about, it must load a model."""
    if OTHER_WORK.search(stem):
        return False
    return bool(PREDICTS.search(stem)) or bool(
        SUBJECT.search(stem) and LOADS.search(code.text) and not FITS.search(code.text)
    )


@dataclass(frozen=True)
class ScriptFinder:
    code: tuple[Code, ...]
    pages: Pages

    def find(self) -> Iterator[App]:
        for code in self.code:
            if code.path.endswith(".ipynb"):
                yield from self._notebook(code)
            else:
                yield from self._script(code)

    def _script(self, code: Code) -> Iterator[App]:
        """A script named for predicting, or one that is documented as taking input of the user's own."""
        stem = code.name.rpartition(".")[0]
        if not RUNNABLE.search(code.text) and not PREDICTS.search(stem):
            return
        if re.search(r"\.(?:jl|r)$", code.path, re.IGNORECASE):
            yield from self._of_other_language(code)
            return
        is_named = _is_named(code, stem)
        if not is_named and (
            not MAY_PREDICT.search(stem) or OTHER_WORK.search(stem.replace("eval", "")) or not LOADS.search(code.text)
        ):
            return
        takes = OPTION_OF_INPUT.search(code.text) or (TAKES_INPUT.search(code.text) if is_named else None)
        said = self.pages.telling_of(code.path)
        is_own = bool(takes) if is_named else bool(takes and said and self._is_about_own(said))
        if is_named and said and not is_own:
            is_own = self._is_about_own(said) or bool(OWN_INPUT.search(said.block.text))
        if not is_named and not is_own:
            return
        offset = takes.start() if takes else 0
        yield App(
            "script",
            code.place(offset),
            code.line(offset),
            said.text if said else "",
            said.at if said else None,
            is_own,
        )

    def _of_other_language(self, code: Code) -> Iterator[App]:
        """An R or Julia program that loads a model and has an option for the input."""
        takes = OPTION_OF_INPUT.search(code.text)
        if takes and LOADS.search(code.text) and not FITS.search(code.text):
            said = self.pages.telling_of(code.path)
            yield App(
                "script",
                code.place(takes.start()),
                code.line(takes.start()),
                said.text if said else "",
                said.at if said else None,
            )

    def _is_about_own(self, said: Said) -> bool:
        """Whether the line gives an input, or stands where the page speaks of predicting for one's own."""
        if any(WORD_OF_INPUT.search(word) for word in said.text.split()):
            return True
        above = " ".join(said.block.headings[-2:])
        if OWN_INPUT.search(above) or (PREDICTING_HEADING.search(above) and not TRAINS.search(above)):
            return True
        return any(OWN_INPUT.search(s.text) and not TRAINS.search(s.text) for s in self._near(said))

    def _near(self, said: Said) -> Iterator[Said]:
        """The prose of the lines just before and after."""
        line = said.at.line or 0
        return (s for s in self.pages.prose if s.at.path == said.at.path and -4 <= (s.at.line or 0) - line <= 3)

    def _notebook(self, code: Code) -> Iterator[App]:
        stem = code.name.rpartition(".")[0]
        said = self.pages.telling_of(code.path)
        is_named = bool(PREDICTS.search(stem)) or bool(
            re.search(
                r"(?:^|[_\W])(?:demo|tutorial|quick_?start|playground|explore|example|usage)", stem, re.IGNORECASE
            )
        )
        shown = SHOWS.search(code.text)
        if is_named and (shown or LOADS.search(code.text) or "demo" in stem.lower()):
            offset = shown.start() if shown else 0
            is_own = (
                bool(said)
                and not (said and TRAINS.search(said.text))
                and bool(
                    re.search(
                        "demo|try|play|own|predict|infer|explor|render",
                        f"{said.text} {said.heading} {stem}",
                        re.IGNORECASE,
                    )
                )
                if said
                else False
            )
            is_fixed = bool(WRITES_OUTPUTS.search(code.text)) and not TAKES_INPUT.search(code.text)
            yield App(
                "notebook",
                code.place(offset),
                code.line(offset),
                said.text if said else "",
                said.at if said else None,
                is_own and not is_fixed,
            )
        elif TAKES_INPUT.search(code.text) and shown:
            taken = TAKES_INPUT.search(code.text)
            offset = taken.start() if taken else 0
            yield App(
                "notebook", code.place(offset), code.line(offset), said.text if said else "", said.at if said else None
            )


def fixed_outputs(code: tuple[Code, ...]) -> Iterator[App]:
    """Code that writes outputs per example for a fixed set, or a function that nobody documents."""
    for one in code:
        written = WRITES_OUTPUTS.search(one.text)
        if written:
            yield App("function", one.place(written.start()), one.line(written.start()), takes_own_input=False)
            continue
        if one.path.endswith(".ipynb"):
            continue
        found = FUNCTION.search(one.text) if LOADS.search(one.text) else None
        found = found or SCORER.search(one.text)
        if found:
            offset = found.start(1)
            yield App("function", one.place(offset), one.line(offset))


def shown_outputs(code: tuple[Code, ...]) -> Iterator[App]:
    """A notebook that predicts for its test set and does not stop at a score."""
    for one in code:
        found = SHOWS.search(one.text) if one.path.endswith(".ipynb") else None
        if found and not METRICS_ONLY.search(one.text[found.start() :]):
            yield App("notebook", one.place(found.start()), one.line(found.start()), takes_own_input=False)
