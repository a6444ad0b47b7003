"""Whether the main experiment is one quick step, judged by what it uses and how much it does."""

from __future__ import annotations

import re

from ..commands.model import StepKind
from .evidence import Evidence
from .model import Management, Source

SMALL_DATA = 30 * 1024 * 1024  # bytes that are read in a moment
HEAVY_MODULES = frozenset(
    "torch tensorflow keras jax flax theano mxnet paddle lightning pytorch_lightning transformers fastai".split()
)
TOY = re.compile(
    r"\.mnist\b|\.fashion_mnist|MNIST|load_(?:iris|digits|wine|diabetes|breast_cancer)|mnist", re.IGNORECASE
)
TRAINS = re.compile(
    r"\.fit\w*\(|\.backward\(|optimizer|GradientTape|train_step|\.train\(|value_and_grad|jax\.grad|fit_generator|"
    r"Trainer\(",
    re.IGNORECASE,
)
HEAVY_WORDS = re.compile(
    r"\bGPUs?\b.{0,40}(hours?|days?|recommended|required)|\b\d+\s*(hours|days)\b|DataParallel|distributed|\bDDP\b|"
    r"nn\.DataParallel",
    re.IGNORECASE,
)


def is_light(seen: Evidence, sources: tuple[Source, ...]) -> bool:
    """One script or notebook, on small data or only applying a model."""
    entries = seen.program.entries
    if len(entries) != 1 or seen.program.is_whole_project or any(s.kind is StepKind.OTHER for s in seen.program.steps):
        return False
    text = "\n".join("\n".join(s.lines) for s in seen.program.sources)
    if HEAVY_WORDS.search(text) or _documents_say_heavy(seen):
        return False
    is_deep = bool(HEAVY_MODULES & seen.program.modules)
    if not TRAINS.search(text):
        return True
    if is_deep or len(seen.program.sources) > 6:
        return _is_toy(text, sources) and len(seen.program.sources) <= 3
    return _bytes(seen, sources) < SMALL_DATA


def _documents_say_heavy(seen: Evidence) -> bool:
    readme = seen.documents.readme
    return readme is not None and any(HEAVY_WORDS.search(b.text) for b in readme.blocks)


def _is_toy(text: str, sources: tuple[Source, ...]) -> bool:
    return bool(TOY.search(text)) and not re.search(r"cifar|imagenet|wideresnet", text, re.IGNORECASE)


def _bytes(seen: Evidence, sources: tuple[Source, ...]) -> int:
    committed = {s.what for s in sources if s.management in (Management.GIT, Management.LFS)}
    return sum(
        seen.files.size(p) for p in seen.tree.committed if any(p == c or p.startswith(c + "/") for c in committed)
    )
