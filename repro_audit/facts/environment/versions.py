"""How exactly a version is given, in the notations of pip, conda and Poetry."""

from __future__ import annotations

import re

from ..regex import regex
from .model import Exactness

_PIP_EXACT = regex(r"===?\s*v?\d[\w.!+-]*$")
_CONDA_EXACT = regex(r"==?\s*v?\d+(\.\w+)+([_.+-]\w+)*(=.*)?$|===?\s*v?\d[\w.]*(=.*)?$")
_PLAIN = regex(r"v?\d+(\.\w+)+([+-][\w.]+)?$")
_COMMIT = regex(r"[@#][0-9a-f]{7,40}\b|/[0-9a-f]{40}\b|@v?\d+(\.\d+)+")
_WHEEL = regex(r"[-_]v?\d+(\.\d+)+[^/]*\.(whl|zip|tar\.gz|tar\.bz2|conda)\b")


def pip_exactness(spec: str) -> Exactness:
    """Of a PEP 440 specifier: only a single `==` without a star fixes a version."""
    spec = spec.strip().strip("()").strip()
    if not spec or spec == "*":
        return Exactness.BARE
    parts = [p.strip() for p in spec.split(",") if p.strip()]
    return Exactness.EXACT if any(_PIP_EXACT.match(p) for p in parts) else Exactness.RANGE


def conda_exactness(spec: str) -> Exactness:
    """Of a conda version: `=1.15` and `==1` are taken as exact, `=1` and `=1.*` are not."""
    spec = spec.strip()
    if not spec or spec in ("*", "=*"):
        return Exactness.BARE
    return Exactness.EXACT if _CONDA_EXACT.match(spec) and "*" not in spec.split("=b")[0] else Exactness.RANGE


def poetry_exactness(spec: str) -> Exactness:
    """Of a Poetry constraint, where a plain version is that version alone."""
    spec = spec.strip()
    return Exactness.EXACT if _PLAIN.match(spec) else pip_exactness(spec)


def address_exactness(address: str) -> Exactness:
    """Of a URL: a commit, a tag that is a version, or an archive whose name holds one is exact."""
    if _COMMIT.search(address) or _WHEEL.search(address):
        return Exactness.EXACT
    return Exactness.BARE


def spoken_exactness(operator: str, after: str) -> Exactness:
    """Of a version in prose: `>= 1.2`, `1.2+` and `1.2 or later` are ranges, `1.2` is that version."""
    if operator and operator not in ("=", "=="):
        return Exactness.RANGE
    is_open = re.match(
        r"\s*(\+|\.x\b|\.\*|and (up|above|later|newer|higher)|or (above|later|newer|higher|greater)|以上)", after
    )
    return Exactness.RANGE if is_open else Exactness.EXACT
