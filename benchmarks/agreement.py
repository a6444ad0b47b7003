"""The numbers: agreement, kappa, confusion, precision and recall."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scoring import Scored

STEPS = {"no": 0, "partial": 1, "yes": 2}
ORDER = ("yes", "partial", "no", "na", "unknown", "missing")
MISSING = "missing"  # the program has no such rule, or it raised

# The systems that readers were asked to list; others that the program may find are not counted against it.
LISTED = frozenset(
    "sacred omniboard guild hydra mlflow dvc lakefs dud dolt terminusdb git-lfs docker conda poetry uv pipenv "
    "pip-requirements python-dotenv streamlit gradio flask fastapi tensorboard wandb nbdime colab jupyter kedro "
    "snakemake make pytorch tensorflow jax sklearn".split()
)


@dataclass(frozen=True)
class Pair:
    """One repository: what the readers answered, and what the program did."""

    label: dict[str, Any]
    scored: Scored

    @property
    def repo(self) -> str:
        return str(self.label["repo"])

    def expected(self, criterion: str) -> str:
        return str(self.label["answers"][criterion]["answer"])

    def given(self, criterion: str) -> str:
        return str(self.scored.answers.get(criterion, {}).get("answer", MISSING))

    @property
    def wrong_uses(self) -> tuple[list[str], list[str]]:
        """(found by the program alone, found by the readers alone)."""
        ours, theirs = set(self.scored.uses) & LISTED, set(self.label["uses"])
        return sorted(ours - theirs), sorted(theirs - ours)

    @property
    def key_commands(self) -> list[str]:
        key = self.label["command"]
        return [c for c in (key["command"], *key["also"]) if c]


def criteria_of(pairs: Sequence[Pair]) -> list[str]:
    """In the order of the labels."""
    return list(dict.fromkeys(c for p in pairs for c in p.label["answers"]))


def summarize(pairs: Sequence[Pair], absent: int) -> dict[str, Any]:
    """Everything that the tables show, as plain values."""
    criteria = criteria_of(pairs)
    by_criterion = {c: compare(answers(pairs, c), readings(pairs, c)) for c in criteria}
    every = [pair for c in criteria for pair in answers(pairs, c)]
    total = compare(every, [r for c in criteria for r in readings(pairs, c)])
    # A constant guess is made once per criterion, so the total is the mean over them.
    total["constant"] = sum(v["constant"] * v["count"] for v in by_criterion.values()) / len(every)
    return {
        "repositories": len(pairs),
        "absent": absent,
        "criteria": by_criterion,
        "total": total,
        "uses": uses_agreement(pairs),
        "command": command_agreement(pairs),
        "seconds": round(sum(p.scored.seconds for p in pairs), 2),
        "slowest": {p.repo: round(p.scored.seconds, 2) for p in sorted(pairs, key=lambda p: -p.scored.seconds)[:3]},
        "errors": {p.repo: p.scored.errors for p in pairs if p.scored.errors},
        "answers": {p.repo: {c: p.given(c) for c in by_criterion} for p in pairs},
        "expected": {p.repo: {c: p.expected(c) for c in by_criterion} for p in pairs},
    }


def answers(pairs: Sequence[Pair], criterion: str) -> list[tuple[str, str]]:
    """(expected, given)"""
    return [(p.expected(criterion), p.given(criterion)) for p in pairs]


def readings(pairs: Sequence[Pair], criterion: str) -> list[tuple[str, str]]:
    """The two readers' independent answers."""
    found = [p.label["answers"][criterion].get("readings", ()) for p in pairs]
    return [(r[0], r[1]) for r in found if len(r) == 2]


def compare(pairs: Sequence[tuple[str, str]], between: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """`pairs` are (expected, given); `between` are the two readers' answers to the same questions."""
    count = len(pairs)
    return {
        "count": count,
        "exact": share(a == b for a, b in pairs),
        "within_one": share(is_near(a, b) for a, b in pairs),
        "kappa": kappa(pairs),
        "readers_exact": share(a == b for a, b in between),
        "readers_kappa": kappa(between),
        "constant": Counter(a for a, _ in pairs).most_common(1)[0][1] / count if count else 0.0,
        "confusion": {f"{a}>{b}": n for (a, b), n in sorted(Counter(pairs).items())},
    }


def share(values: Iterable[bool]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def is_near(a: str, b: str) -> bool:
    """Within one step of yes, partial, no; `na` and the like are near themselves only."""
    if a in STEPS and b in STEPS:
        return abs(STEPS[a] - STEPS[b]) <= 1
    return a == b


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa, unweighted: agreement beyond what the two sides' frequencies give by chance."""
    if not pairs:
        return 0.0
    count = len(pairs)
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(left[k] * right[k] for k in left) / count**2
    observed = share(a == b for a, b in pairs)
    return 1.0 if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


def uses_agreement(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Micro-averaged over all (repository, system)."""
    ours = sum(len(set(p.scored.uses) & LISTED) for p in pairs)
    theirs = sum(len(p.label["uses"]) for p in pairs)
    extra = Counter(u for p in pairs for u in p.wrong_uses[0])
    missed = Counter(u for p in pairs for u in p.wrong_uses[1])
    both = ours - extra.total()
    return {
        "precision": both / ours if ours else 0.0,
        "recall": both / theirs if theirs else 0.0,
        "extra": dict(sorted(extra.items())),
        "missed": dict(sorted(missed.items())),
    }


def command_agreement(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Is the program's chosen command among the readers'? Where one is stated, and, wider, where readers name any."""
    stated = [p for p in pairs if p.label["command"]["command"]]
    named = [p for p in pairs if p.key_commands]
    return {**command_shares(stated), "wider": command_shares(named)}


def command_shares(pairs: Sequence[Pair]) -> dict[str, Any]:
    found = [command_match(p) for p in pairs]
    return {
        "stated": len(pairs),
        "same_command": share(same for same, _ in found),
        "same_program": share(near for _, near in found),
    }


def command_match(pair: Pair) -> tuple[bool, bool]:
    """(the same words, the same program whatever its options)."""
    key = {canonical(c) for c in pair.key_commands}
    ours = {canonical(c) for c in pair.scored.commands}
    programs = {program_of(c) for c in key} & {program_of(c) for c in ours}
    return bool(key & ours), bool(programs)


def canonical(command: str) -> str:
    """Spacing, line continuations, prompts and the spelling of the interpreter do not matter."""
    text = re.sub(r"\\\s*\n", " ", command).strip().strip("`").lstrip("$>! ").strip()
    text = re.sub(r"\bpython[\d.]*(?= )", "python", text)
    text = re.sub(r"(?<![\w.])\./", "", text)
    return " ".join(text.split())


def program_of(command: str) -> str:
    """The script, notebook or module that is run, else the tool and its first word."""
    words = [w for w in canonical(command).split() if not re.fullmatch(r"[A-Z_]+=\S*", w)]
    for i, word in enumerate(words):
        if word == "-m" and i + 1 < len(words):
            return words[i + 1]
        if re.search(r"\.(py|ipynb|sh|R|Rmd|jl)$", word):
            return word.rpartition("/")[2]
    return " ".join(words[:2])
