"""Scripts, notebooks and functions that give a model's output, by their name and by what they do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..regex import regex
from .code import Code
from .model import App
from .pages import Pages, Said
from .words import (
    ASKS_FOR_INPUT,
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

RUNNABLE = regex(
    r"__name__\s*==|argparse|sys\.argv|click\.|fire\.Fire|typer|app\.run|commandArgs|ARGS\b|tyro\.|absl|hydra\.main"
)
WRITES_OUTPUTS = regex(
    r"\bdef\s+\w*(?:(?:create|generate|make|prepare|write|build|save)_(?:submissions?|predictions?|preds)|"
    r"predict(?:ions?)?_(?:save|to_file|and_save))\w*\("
    r"|(?:submi(?:ssions?|t|t_df)?|subm?|predictions?|preds?(?:_df)?|pred_df|y_\w*pred\w*|"
    r"sample_sub\w*)\.to_(?:csv|parquet|json|excel)\("
    r"|\.to_csv\([^)\n]*(?:submi|predict|subm?_path|_preds?\b)"
    r"|(?:savetxt|np\.save|json\.dump|open)\([^)\n]*(?:submi|prediction)"
    r"|\btrainer\.predict\((?!\))|\bwrite\.csv\([^)\n]*(?:subm|pred)"
    r"|^(?![^\n]*(?:read\w*\(|load\w*\(|sample_|append))[^\n]*(?:path|file|join|open)[^\n]*"
    r"[\"'/](?:\w*_)?(?:submissions?|predictions?|preds?)(?:_\w*)?\.(?:csv|tsv|txt|jsonl?|xlsx)[\"']"
    r"|\b(?:save_image|imsave|imwrite|save_images|write_wav|sf\.write|wavfile\.write|(?:plt|ax\w*(?:\[[^\]\n]*\])*)\.imshow)\([^\n]*"
    r"\b(?:recons?\w*|fakes?\w*|samples?|generated\w*|gen_\w+|x_hat|x_?rec\w*|rendered\w*|rgbs?\w*|pred\w*|outputs?|image_grid|completions?)\b",
    re.IGNORECASE | re.MULTILINE,
)
FUNCTION = regex(
    r"^(?:async )?def\s+((?:run_|do_|deploy_|start_|make_|get_|model_|batch_|load_model_and_)?"
    r"(?:predict(?:ions?)?|inference|infer|translate|transcribe|detect|classify|recogni[sz]e|caption|forecast|"
    r"synthesi[sz]e|generate)"
    r"(?:_(?!step|epoch|batch|data|feature|config|dataset|label|split|loader|report|table|figure|plot)\w+)?)\(",
    re.MULTILINE,
)
REPLAYS = regex(r"\b(?:RecordVideo|VecVideoRecorder|save_replay)\(")
LOADS_AGENT = regex(r"\bload\w*\(|\.load\b|\bload_(?:path|model|dir)\b|checkpoint_path")
GENERATES = regex(
    r"(?:^|[_\W\d])(?:generate|sample|sampling|render|reconstruct|interpolate|enjoy|play|dream|compose|styli[sz]e|"
    r"colori[sz]e|enhance|super_?res\w*)(?=$|[_\W\d])",
    re.IGNORECASE,
)
DATA_FILE = regex(
    r"^(?!-)\S*\w\.(?:csv|tsv|txt|jsonl?|npy|npz|h5|hdf5|mat|parquet|xlsx|fasta|fa|bed|vcf|wav|png|jpe?g)$",
    re.IGNORECASE,
)
SAVES = (
    "imshow(",
    "save_image",
    "imsave(",
    "imwrite(",
    "write_wav(",
    "sf.write(",
    "wavfile.write(",
)
SCORERS = ("Predictor", "Scorer", "Recommender", "Translator", "Recogni", "Inferenc")
SCORER = regex(
    r"^class\s+\w*(?:Predictor|Scorer|Recommender|Translator|Recogni[sz]er|Inferencer?)\b[^\n]*:(?:(?!^class )[\s\S])*?"
    r"^[ \t]+def\s+(?:score|predict|infer\w*|__call__|generate|translate|detect|recommend)\(",
    re.MULTILINE,
)
SHOWCASE = regex(r"(?:^|[_\W])(?:demo|tutorial|quick_?start|playground|explore|example|usage)", re.IGNORECASE)
DEMONSTRATES = regex(r"demo|try|play|own|predict|infer|explor|render", re.IGNORECASE)
TELLS_OUTPUT = regex(r"\bprint\([^\n]{0,80}?\.(?:predict\w*|generate|transcribe|translate)\(")
SHOWS = regex(r"\.(?:predict|predict_proba|predict_classes|generate)\(")
METRICS_ONLY = regex(
    r"accuracy_score|mean_(?:squared|absolute)|f1_score|r2_score|roc_auc|classification_report|"
    r"confusion_matrix|\.score\(|rmse|evaluate\(",
    re.IGNORECASE,
)


def _is_named(code: Code) -> bool:
    """Whether the name says that the script predicts; where it only says what it is about, it must load a model."""
    if OTHER_WORK.search(code.stem):
        return False
    if PREDICTS.search(code.stem):
        return True
    return bool(SUBJECT.search(code.stem) and LOADS.search(code.text) and not FITS.search(code.text))


def _may_predict(code: Code) -> bool:
    """Whether a script of an ambiguous name, such as `test.py`, loads a model."""
    if not MAY_PREDICT.search(code.stem) or OTHER_WORK.search(code.stem.replace("eval", "")):
        return False
    return bool(RUNNABLE.search(code.text) and LOADS.search(code.text))


@dataclass(frozen=True)
class ScriptFinder:
    code: tuple[Code, ...]
    pages: Pages

    def find(self) -> Iterator[App]:
        for code in self.code:
            if code.is_notebook:
                yield from self._notebook(code)
            elif code.path.lower().endswith((".r", ".jl")):
                yield from self._of_other_language(code)
            else:
                yield from self._script(code)

    def _script(self, code: Code) -> Iterator[App]:
        """A script named for predicting, or one that is documented as taking input of the user's own."""
        is_named = _is_named(code)
        if not is_named and not _may_predict(code):
            return
        takes = OPTION_OF_INPUT.search(code.text) or (TAKES_INPUT.search(code.text) if is_named else None)
        said = self.pages.telling_of(code.path)
        if not is_named and takes is None and said is not None and SHOWS.search(code.text) and _is_given_files(said):
            takes = TAKES_INPUT.search(code.text)
        is_own = bool(takes) if is_named else bool(takes and said and self._is_about_own(said))
        if is_named and said and not is_own:
            is_own = self._is_about_own(said) or bool(OWN_INPUT.search(said.block.text))
        if not is_own and (not is_named or _only_scores(code)):
            return
        yield _app("script", code, takes.start() if takes else 0, said, is_own)

    def _of_other_language(self, code: Code) -> Iterator[App]:
        """An R or Julia program that loads a model and has an option for the input."""
        takes = OPTION_OF_INPUT.search(code.text)
        if takes and LOADS.search(code.text) and not FITS.search(code.text):
            said = self.pages.telling_of(code.path)
            yield _app("script", code, takes.start(), said)

    def _is_about_own(self, said: Said) -> bool:
        """Whether the line gives an input, or stands where the page speaks of predicting for one's own."""
        if _is_given_files(said):
            return True
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
        """A notebook named for showing the model, or one that asks for an input and predicts."""
        shown = code.find(SHOWS, ".predict", ".generate")
        is_named = bool(PREDICTS.search(code.stem) or SHOWCASE.search(code.stem))
        if is_named and (shown is not None or LOADS.search(code.text) or "demo" in code.stem.lower()):
            said = self.pages.telling_of(code.path)
            takes_own = said is not None and _shows(said, code.stem) and not self._is_fixed(code)
            yield _app("notebook", code, shown or 0, said, takes_own)
            return
        taken = code.find(ASKS_FOR_INPUT, "input(", "upload(", "ialog") if shown is not None else None
        if taken is not None:
            yield _app("notebook", code, taken, self.pages.telling_of(code.path))

    def _is_fixed(self, code: Code) -> bool:
        """Whether the notebook writes the outputs of one set, and asks for nothing."""
        return _written(code) is not None and not TAKES_INPUT.search(code.text)


def _shows(said: Said, stem: str) -> bool:
    """Whether the reader is sent to the notebook to see the model at work, not to train it."""
    return not TRAINS.search(said.text) and bool(DEMONSTRATES.search(f"{said.text} {said.heading} {stem}"))


def _is_given_files(said: Said) -> bool:
    """Whether the stated command names a file of input and one of output, `apply.py in.h5 out.h5`."""
    return sum(bool(DATA_FILE.match(word)) for word in said.text.split()) >= 2


def _written(code: Code) -> int | None:
    """Where outputs per example are written."""
    return code.find(WRITES_OUTPUTS, "ubm", "SUBM", "pred", "Pred", "PRED", "sub", *SAVES)


def _only_scores(code: Code) -> bool:
    """Whether a script named for predicting computes metrics, and writes no output of an example."""
    return bool(METRICS_ONLY.search(code.text)) and _written(code) is None


def _app(kind: str, code: Code, offset: int, said: Said | None, takes_own_input: bool = True) -> App:
    start, documented = (said.text, said.at) if said else ("", None)
    return App(kind, code.place(offset), code.line(offset), start, documented, takes_own_input)


def fixed_outputs(code: tuple[Code, ...]) -> Iterator[App]:
    """Code that writes outputs per example for a fixed set, or a function that nobody documents."""
    for one in code:
        written = _written(one)
        replays = one.find(REPLAYS, "RecordVideo", "VecVideoRecorder", "save_replay") if written is None else None
        if written is not None:
            yield _app("function", one, written, None, takes_own_input=False)
        elif replays is not None and LOADS_AGENT.search(one.text):
            yield _app("script", one, replays, None, takes_own_input=False)
        elif _generates(one) or _demonstrates(one):
            yield _app("script", one, 0, None, takes_own_input=False)
        elif not one.is_notebook:
            yield from _function(one)


def _demonstrates(code: Code) -> bool:
    """Whether an example prints what the model says of a file."""
    if code.is_notebook or not SHOWCASE.search(code.stem):
        return False
    return code.find(TELLS_OUTPUT, "print(") is not None


def _generates(code: Code) -> bool:
    """Whether a script named for it shows what a trained model makes, without training it."""
    if not GENERATES.search(code.stem) or not RUNNABLE.search(code.text) or FITS.search(code.text):
        return False
    return bool(LOADS.search(code.text) or LOADS_AGENT.search(code.text))


def _function(code: Code) -> Iterator[App]:
    found = code.find(FUNCTION, "def ")
    if found is not None and LOADS.search(code.text):
        yield _app("function", code, found, None)
        return
    scorer = SCORER.search(code.text) if code.has(*SCORERS) else None
    if scorer:
        yield _app("function", code, scorer.start(), None)


def shown_outputs(code: tuple[Code, ...]) -> Iterator[App]:
    """A notebook that predicts for its test set and does not stop at a score."""
    for one in code:
        found = one.find(SHOWS, ".predict", ".generate") if one.is_notebook else None
        if found is not None and not METRICS_ONLY.search(one.text, found):
            yield _app("notebook", one, found, None, takes_own_input=False)
