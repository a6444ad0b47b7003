"""Names of parameters: which are tuned, and which only say where things are."""

from __future__ import annotations

import re

from ..regex import regex

MAX_NAME = 80  # characters; a longer key is prose


def _any(patterns: str) -> str:
    """One alternative per word."""
    return "|".join(patterns.split())


_RATE = "((base|init|initial|max|start)_?)?(lr|learning_?rate|lrate)"
_LENGTH = "((n|num|nb|max|total|train|training)_?)?((train|training)_?)?(epochs?|iters?|iterations?|steps)"
_BATCH = "((train|training|mini|global)_?)?batch_?(size|sz)?|bs"
_CORE = {
    kind: regex(rf"({p})$", re.IGNORECASE) for kind, p in (("rate", _RATE), ("length", _LENGTH), ("batch", _BATCH))
}

_TUNABLE = regex(
    "("
    + _any(
        rf"""
        {_RATE} {_LENGTH} {_BATCH}
        lr_\w+ \w+_lr \w*learning_?rate\w* \w*epochs? \w*batch_?size max_\w+ min_\w+ n_\w+ num_\w+ k c alpha\w* beta\w*
        gamma lambda\w* \w*_?lambda lam l1\w* l2\w* eps(ilon)? tau sigma scale degree margin noise\w* weight\w*
        \w*hidden\w* \w*dim(s|ension)? \w*layers?\w* \w*depth \w*width \w*units \w*filters? \w*kernel\w* \w*channels?
        \w*heads? \w*dropout\w* \w*decay \w*momentum \w*optimi[sz]er\w* \w*warm_?up\w* \w*patience \w*loss\w* clip\w*
        grad\w* activation regulari[sz]\w* penalty criterion scheduler\w*
        \w*neighbou?rs \w*test_?size \w*split\w* \w*ratio \w*threshold \w*temperature \w*_margin \w*window\w* \w*length
        \w*seq_?len\w* \w*(image|img|input|crop|patch)_?size \w*resolution \w*embed\w* horizon (\w+_)?rate \w*folds?
        cv subsample n?trees? mtry nodesize maxnodes eta n?rounds? \w*population\w* \w*generations? \w*mutation\w*
        colsample\w* model \w*model(_?(name|type))? arch(itecture)? backbone encoder\w* algorithm estimator features?
        """
    )
    + ")$",
    re.IGNORECASE,
)
_EVALUATION = regex(r"(\w*folds?|n_?splits?|cv|\w*test_?size|\w*(test|val)\w*_?(split|ratio|frac\w*))$", re.IGNORECASE)
_DESCRIPTIVE = regex(
    r"(^|_)("
    + _any(
        """
        path paths dir dirs directory folder file files filename root url uri name names version author project entity
        description notes? tags? output outputs log logs device gpu gpus verbose debug
        """
    )
    + ")$",
    re.IGNORECASE,
)


def leaf_name(key: str) -> str:
    """The last part of a key, as code would write it: `--batch-size` and `train.batch_size` are `batch_size`."""
    last = key if key.startswith("-") else key.rpartition(".")[2]
    if last.isdigit() and "." in key:  # an item of a list of mappings
        return leaf_name(key.rpartition(".")[0])
    return last.lstrip("-").replace("-", "_")[:MAX_NAME]


def is_tunable(key: str) -> bool:
    """Whether a key names what one tunes: rates, sizes, counts, choices of model."""
    return bool(_TUNABLE.match(leaf_name(key)))


def is_descriptive(key: str) -> bool:
    """Whether a key names a path, a name, or a switch of the output."""
    return bool(_DESCRIPTIVE.search(leaf_name(key)))


def is_about_evaluation(key: str) -> bool:
    """Whether a key names folds or the size of a test set."""
    return bool(_EVALUATION.match(leaf_name(key)))


def core_kind(key: str) -> str:
    """`rate`, `length` or `batch` where a key names the learning rate, the length of training or the batch size."""
    name = leaf_name(key)
    return next((kind for kind, pattern in _CORE.items() if pattern.match(name)), "")
