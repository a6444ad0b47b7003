"""Whether the main experiment is one quick step, judged by what it uses and how much it does."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ..commands.model import StepKind
from ..regex import regex
from .evidence import Evidence
from .model import Management, Source

SMALL_DATA = 30 * 1024 * 1024  # bytes that are read in a moment
SMALL_DEEP = 8 * 1024 * 1024  # bytes that a network passes over in a moment
MAX_SOURCES = 8  # files of a small program
HEAVY_MODULES = frozenset(
    "torch tensorflow keras jax flax theano mxnet paddle lightning pytorch_lightning transformers fastai".split()
)
FOREIGN = frozenset({".r", ".rmd", ".jl"})
DEEP_FOREIGN = regex(r"\b(?:using|import) +(?:Flux|Knet|Lux)\b|library\((?:keras|torch|tensorflow)\)")
TOY = regex(
    r"\bmnist\b|Fashion_?MNIST|load_(?:iris|digits|wine|diabetes|breast_cancer)\b|\bMNIST\b|mnist\.load_data|"
    r"datasets\.(?:mnist|fashion_mnist)|[\"'/_]mnist",
    re.IGNORECASE,
)
TRAINS = regex(
    r"\.fit\w*\(|\.backward\(|optimizer|GradientTape|train_step|\.train\(|train!\(|value_and_grad|jax\.grad|"
    r"Trainer\(|\b(?:lm|glm|train|randomForest)\(",
    re.IGNORECASE,
)
# One program that tunes, or trains model after model, does the work of several steps.
SEARCHES = regex(
    r"GridSearchCV|RandomizedSearchCV|BayesSearchCV|HalvingGridSearch|\boptuna\b|\bhyperopt\b|keras_tuner|kerastuner|"
    r"\bray\.tune\b|tuneGrid|tuneLength|StackingRegressor|StackingClassifier|StackingCVRegressor"
)
HEAVY_WORDS = regex(
    r"\bGPUs?\b.{0,40}(hours?|days?|recommended|required)|\b\d+\s*(hours|days)\b|DataParallel|distributed|\bDDP\b|"
    r"nn\.DataParallel",
    re.IGNORECASE,
)
HEAVY_NEEDLES = ("gpu", "hour", "day", "parallel", "tributed", "ddp")  # parts of all that the patterns find
SEARCH_NEEDLES = (
    "searchcv",
    "gridsearch",
    "optuna",
    "hyperopt",
    "tuner",
    "ray.tune",
    "tunegrid",
    "tunelength",
    "stack",
)
QUICK_WORDS = regex(
    r"(?:\btrain(?:s|ed|ing)?\b|\btakes?\b|\bruns? in\b|\btime\b|\bruntime\b).{0,120}?\b\d+\s*(?:-\s*\d+\s*)?"
    r"(?:s|secs?|seconds?|mins?|minutes?)\b",
    re.IGNORECASE | re.DOTALL,
)
PER_PART = regex(r"\bper (?:epoch|step|iteration|image|sample|batch)\b|/ ?epoch", re.IGNORECASE)


def is_light(seen: Evidence, sources: tuple[Source, ...]) -> bool:
    """One script or notebook, on small data or only applying a model."""
    text, count = _foreign_text(seen) or _python_text(seen)
    if count and count <= MAX_SOURCES and _documents_say(seen, QUICK_WORDS):
        return True  # who timed it knows better than words in the code
    if not count or _is_heavy(text):
        return False
    if _documents_say(seen, HEAVY_WORDS):
        return False
    if not TRAINS.search(text):
        return True
    if count > MAX_SOURCES:
        return False
    if HEAVY_MODULES & seen.program.modules or DEEP_FOREIGN.search(text):
        return _is_toy(text, count) or 0 < _bytes(seen, sources) < SMALL_DEEP
    return _bytes(seen, sources) < SMALL_DATA


def _is_heavy(text: str) -> bool:
    """Plain substrings are looked for first: on a large program the patterns alone take longer than parsing it."""
    lower = text.lower()
    if any(n in lower for n in HEAVY_NEEDLES) and HEAVY_WORDS.search(text):
        return True
    return any(n in lower for n in SEARCH_NEEDLES) and bool(SEARCHES.search(text))


def _python_text(seen: Evidence) -> tuple[str, int]:
    """The code of the one Python program and its number of files; none where there are several programs."""
    program = seen.program
    if len(program.entries) != 1 or program.is_whole_project or any(s.kind is StepKind.OTHER for s in program.steps):
        return "", 0
    return "\n".join(s.text for s in program.sources), len(program.sources)


def _foreign_text(seen: Evidence) -> tuple[str, int] | None:
    """The code of the one R or Julia script that is the whole experiment."""
    paths = [s.path for s in seen.program.steps if s.path]
    if len(paths) != 1 or PurePosixPath(paths[0]).suffix.lower() not in FOREIGN:
        return None
    return seen.files.text(paths[0]) or "", 1


def _documents_say(seen: Evidence, words: re.Pattern[str]) -> bool:
    readme = seen.documents.readme
    texts = [b.text for b in readme.blocks] if readme is not None else []
    return any(words.search(t) and not (words is QUICK_WORDS and _is_part_only(t)) for t in texts)


def _is_part_only(text: str) -> bool:
    """Whether the only time that is told is that of an epoch or a sample."""
    return bool(PER_PART.search(text)) and not re.search(r"whole|total|entire|overall|complete", text, re.IGNORECASE)


def _is_toy(text: str, count: int) -> bool:
    return count <= 3 and bool(TOY.search(text)) and not re.search(r"cifar|imagenet|wideresnet", text, re.IGNORECASE)


def _bytes(seen: Evidence, sources: tuple[Source, ...]) -> int:
    committed = {s.what for s in sources if s.management in (Management.GIT, Management.LFS)}
    return sum(seen.files.size(p) for p in seen.files.own if any(p == c or p.startswith(c + "/") for c in committed))
