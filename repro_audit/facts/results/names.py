"""The names of metrics, however they are written: `test_acc`, `Accuracy (test)` and `top-1 accuracy`."""

from __future__ import annotations

import re
from dataclasses import dataclass

# How a metric is written, and what it is called here.
_KNOWN = {
    "accuracy": "accuracy", "acc": "accuracy", "precision": "precision", "recall": "recall", "f1": "f1",
    "fscore": "f1", "f1score": "f1", "auc": "auc", "auroc": "auc", "rocauc": "auc", "auprc": "auprc", "prauc": "auprc",
    "rmse": "rmse", "mse": "mse", "mae": "mae", "mape": "mape", "smape": "smape", "r2": "r2", "rsquared": "r2",
    "loss": "loss", "logloss": "log loss", "perplexity": "perplexity", "ppl": "perplexity", "bleu": "bleu",
    "rouge": "rouge", "meteor": "meteor", "cider": "cider", "iou": "iou", "miou": "iou", "dice": "dice", "psnr": "psnr",
    "ssim": "ssim", "fid": "fid", "map": "map", "ndcg": "ndcg", "mrr": "mrr", "wer": "wer", "cer": "cer",
    "mcc": "mcc", "kappa": "kappa", "brier": "brier", "silhouette": "silhouette", "ari": "ari", "nmi": "nmi",
    "error": "error", "score": "score", "reward": "reward", "likelihood": "likelihood", "elbo": "elbo",
    "sensitivity": "sensitivity", "specificity": "specificity", "correlation": "correlation", "pearson": "correlation",
    "spearman": "spearman", "inertia": "inertia", "gini": "gini", "bpc": "bpc", "bits": "bpc",
}  # fmt: skip
_PAIRS = {("log", "loss"): "logloss", ("r", "squared"): "r2", ("roc", "auc"): "auc", ("f1", "score"): "f1",
          ("f", "score"): "f1", ("pr", "auc"): "auprc", ("r2", "score"): "r2", ("f", "1"): "f1", ("r", "2"): "r2",
          ("mean", "squared"): "mse", ("mean", "absolute"): "mae", ("root", "mean"): "rmse"}  # fmt: skip
_SPLITS = {
    "train": "train", "training": "train", "val": "validation", "valid": "validation", "validation": "validation",
    "dev": "validation", "test": "test", "testing": "test", "eval": "test", "holdout": "test",
}  # fmt: skip
_EMPTY = {
    "the", "a", "an", "of", "on", "in", "set", "is", "was", "data", "model", "final", "best", "our", "score", "value",
}  # fmt: skip
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|²")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric by its common name, the part of the data it is of, and whatever else qualifies it."""

    name: str
    split: str = ""  # train, validation, test; empty where it is not said
    qualifiers: frozenset[str] = frozenset()

    def fits(self, other: Metric) -> bool:
        """Whether both can be the same thing: nothing that is said of the one is denied by the other."""
        same_split = not self.split or not other.split or self.split == other.split
        return self.name == other.name and same_split


def metric_of(text: str) -> Metric | None:
    """The metric that a name or phrase speaks of; None where it speaks of none, or of several."""
    words = [w.lower().replace("²", "2") for w in _WORD.findall(text)]
    joined = _joined(words)
    names = [i for i, word in enumerate(joined) if word in _KNOWN]
    strong = [i for i in names if joined[i] not in ("score", "error", "loss", "bits")] or names
    if len({_KNOWN[joined[i]] for i in strong}) != 1:
        return None
    splits = {_SPLITS[w] for w in joined if w in _SPLITS}
    if len(splits) > 1:
        return None
    rest = frozenset(w for w in joined if w not in _KNOWN and w not in _SPLITS and w not in _EMPTY)
    return Metric(_KNOWN[joined[strong[0]]], next(iter(splits), ""), rest)


def _joined(words: list[str]) -> list[str]:
    found: list[str] = []
    skip = False
    for word, after in zip(words, [*words[1:], ""]):
        if skip:
            skip = False
            continue
        pair = _PAIRS.get((word, after)) or (word + after if word + after in _KNOWN else None)
        found.append(pair or word)
        skip = pair is not None
    return found
