"""The words in which hardware is spoken of, and how concrete they are."""

from __future__ import annotations

import re

from ...model import Place
from ..regex import regex
from .lines import without_targets
from .model import Statement

DEVICE = regex(r"(?<![A-Za-z])(?:GPUs?|TPUs?|CUDA|VRAM|nvidia|cudnn)(?![A-Za-z])", re.IGNORECASE)
DEVICE_NEEDLES = ("gpu", "tpu", "cud", "vram", "dia")  # a part of each, in lower case
_NEGATED = regex(
    r"\b(?:no|without|not need|not require|doesn'?t (?:need|require)|don'?t need)\b[^.]{0,30}\b(?:GPU|CUDA|TPU)|"
    r"\bGPU-?free\b|\bcpu[- ]only\b|\bruns? on (?:the |a )?cpu\b|"
    r"\b(?:GPU|CUDA|TPU)s?\b[^.]{0,15}\b(?:not|isn'?t)\b (?:required|needed|necessary|used)",
    re.IGNORECASE,
)
_SUPPOSED = regex(
    r"\bin theory\b|\b(?:haven'?t|have not|not|un)[- ]?(?:been )?tested\b|\bshould be possible\b", re.IGNORECASE
)
ADVICE = regex(r"\b(?:please|recommend\w*|requires?|required|needs?|needed|must|should)\b", re.IGNORECASE)

_MODEL = regex(
    r"\b(?:RTX|GTX)\s*-?\s*\w*\d{3,4}|\bGeForce\b|\bQuadro\b|\bTesla[\s-]?[A-Z]\d+|"
    r"\bTitan\s?(?:X[Pp]?|V|Z|RTX|Black)\b|\bJetson\b|\bGH200\b|\bMI\d{3}X?\b|\b[1-4]0[6789]0\s?Ti\b|"
    r"\b(?:V100|A100|H100|H200|P100|K80|K40|A6000|A5000|A4000|L40S?|M60|P40)s?\b",
    re.IGNORECASE,
)
_SHORT_MODEL = r"(?:T4|P4|A10G?|L4|A30|A40|[1-5]0[5-9]0)"  # too short to mean a GPU by itself
_NAMED_MODEL = regex(
    rf"\b(?:NVIDIA|GPUs?|Colab|Tesla)\b.{{0,30}}\b{_SHORT_MODEL}\b|\b{_SHORT_MODEL}s?\b.{{0,20}}\bGPUs?\b",
    re.IGNORECASE,
)
_APPLE = regex(
    r"\b(?:Mac\w*|Apple)\b.{0,25}\bM[1-5]\b|\bM[1-5]\b.{0,15}\b(?:Mac\w*|chip|Pro|Max|Ultra|Apple)\b", re.IGNORECASE
)
_TPU = regex(r"\bTPU[\s-]*v\d|\bv[2-6][ep]?-\d+\b.{0,20}TPU|TPU.{0,20}\bv[2-6][ep]?-\d+", re.IGNORECASE)
_DEVICE_MEMORY = regex(
    r"\b\d+\s?G(?:i?B)?\s(?:of\s)?(?:V?RAM|GPUs?|video memory|graphics)\b|"
    r"\b\d+\s?Gi?B\b(?:(?!data|file|disk|download|storage|zip|checkpoint)[^.;]){0,30}\b(?:V?RAM|GPUs?|graphics)\b|"
    r"\b(?:V?RAM|GPUs?|CUDA|video memory)\b(?:(?!data|file|disk|download|storage|zip|checkpoint)[^.;]){0,50}?"
    r"\b\d+\s?Gi?B\b",
    re.IGNORECASE,
)
_MEMORY = regex(
    r"\b\d+\s?(?:GB?|GiB)\s+(?:of\s+)?(?:\w+\s+)?(?:RAM|memory)\b|"
    r"\b(?:RAM|memory)\b\W{0,4}(?:of |: ?|>=? ?|at least )?\d+\s?Gi?B",
    re.IGNORECASE,
)
_VERSION = regex(
    r"\bCUDA(?:\s*(?:toolkit|version|driver))*[\s:=(>≥v`\"-]*(?:version )?\d+(?:\.\d+)*\b|"
    r"\bcuDNN[\s:=(>≥v-]*\d+(?:\.\d+)*|\bnvidia driver\w*[\s:=(>≥v-]*(?:version )?\d{3}",
    re.IGNORECASE,
)
_NUMBER = regex(
    r"(?<![\w.-])(?:[1-9]\d?|one|two|three|four|eight|sixteen|single|a single)(?:\s?[x×])?\s+"
    r"(?:(?!(?:\w*hours?|\w*minutes?|mins?|seconds?|days?|epochs?|on|in|with|per|of|for|to|or|and|the)\b)[\w-]+\s+){0,2}"
    r"(?:GPUs?|TPUs?)\b(?![- ]?(?:hours?|days?|years?))",
    re.IGNORECASE,
)
_TITAN = regex(r"\bTITAN\b")
# All that is looked for holds a number or one of these; most passages do not, and are done with at once.
_POSSIBLE = regex(r"\d|gpu|tpu|cud|vram|dia|titan|geforce|quadro|jetson", re.IGNORECASE)
_CONCRETE = (
    ("gpu", _TITAN),
    ("gpu", _MODEL),
    ("gpu", _NAMED_MODEL),
    ("gpu", _APPLE),
    ("tpu", _TPU),
    ("gpu", _DEVICE_MEMORY),
    ("ram", _MEMORY),
    ("cuda", _VERSION),
    ("devices", _NUMBER),
)


def judge(text: str, at: Place) -> Statement | None:
    """What a passage says about hardware, if anything, with the line that says it.

    A sentence may be broken over lines, so `text` is searched as a whole.
    """
    text = without_targets(text)
    if not _POSSIBLE.search(text):
        return None
    flat = text.replace("\n", " ")
    for kind, pattern in () if _SUPPOSED.search(flat) else _CONCRETE:
        found = pattern.search(flat)
        if found:
            return _statement(kind, text, found.start(), at, is_concrete=True)
    found = DEVICE.search(flat)
    if found and not _NEGATED.search(flat):
        return _statement("gpu", text, found.start(), at)
    return None


def _statement(kind: str, text: str, offset: int, at: Place, *, is_concrete: bool = False) -> Statement:
    below = text.count("\n", 0, offset)
    place = Place(at.path, at.line + below if at.line else None)
    return Statement(kind, text.split("\n")[below].strip()[:200], place, is_concrete)


def mentions_device(line: str) -> bool:
    """Whether a line speaks of a device, and not of doing without."""
    return bool(DEVICE.search(line)) and not _NEGATED.search(line)
