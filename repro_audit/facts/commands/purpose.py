"""What a command is for: training comes first, installing and looking around are no experiment.

Judged by the program, then by the name of what it runs, then by the words around it.
"""

from __future__ import annotations

import re
from enum import IntEnum

from .invocation import APP_SERVERS, FILE_RUNNERS, SILENT, Invocation, invocation
from .shell import simple_commands
from .vocabulary import (
    APP,
    ASIDE_MODULES,
    ASIDE_PROGRAMS,
    ASIDE_VERBS,
    CHECK,
    DRY_RUN,
    EVALUATE,
    EVALUATING,
    EXPLORE,
    HEAD_APP,
    HEAD_CHECK,
    HEAD_EVALUATE,
    HEAD_PREPARE,
    HEAD_RUN,
    HEAD_TRAINING,
    PIPELINE_VERBS,
    PIPELINES,
    PREPARE,
    TOY,
    TRAIN,
    TRAINING,
)


class Purpose(IntEnum):
    """In the order in which a main experiment is looked for."""

    TRAIN = 0  # trains, reproduces, runs the pipeline
    RUN = 1  # runs something whose name does not say what
    EVALUATE = 2
    APP = 3  # serves or demonstrates a model
    PREPARE = 4  # data and features
    ASIDE = 5  # installing, testing the code, looking around


def own_purpose(call: Invocation) -> Purpose | None:
    """What the words of the command alone say; None where they say nothing."""
    program = call.program
    if program in SILENT or any(a in ("--help", "-h", "--version", "-V") for a in call.arguments):
        return Purpose.ASIDE
    if DRY_RUN.search(" " + " ".join(call.arguments)) and program in (*PIPELINES, "dvc", "guild", "make"):
        return Purpose.ASIDE
    if program in PIPELINES or "tar_make" in program or "tar_make" in call.code:
        return Purpose.TRAIN
    if program in PIPELINE_VERBS:
        return _of_pipeline(call)
    if program in FILE_RUNNERS or program in APP_SERVERS or program == "flask":
        return Purpose.APP
    if program in ("docker", "docker-compose", "podman"):
        return Purpose.APP if call.subcommand in ("run", "compose", "up") or "up" in call.arguments else Purpose.ASIDE
    if call.subcommand in ASIDE_VERBS and not call.script and program not in ("make", "just", "task", "npm"):
        return Purpose.ASIDE
    if program in ASIDE_PROGRAMS:
        return Purpose.ASIDE
    if program in ("jupyter", "papermill"):
        name = next((a for a in call.arguments if a.endswith(".ipynb")), call.script)
        return of_name(name.rpartition("/")[2]) if name else Purpose.ASIDE
    if program == "python" and (call.script.rpartition("/")[2] == "setup.py" or ASIDE_MODULES.match(call.module)):
        return Purpose.ASIDE
    if program == "python" and not call.script and not call.module:
        return Purpose.ASIDE
    return _of_names(call)


def _of_pipeline(call: Invocation) -> Purpose:
    verbs = PIPELINE_VERBS[call.program]
    words = [a for a in call.arguments if not a.startswith("-")]
    if (words[:1] and words[0] in verbs) or "" in verbs:
        named = of_name(words[1]) if len(words) > 1 and call.program in ("dvc", "guild") else None
        return named if named in (Purpose.PREPARE, Purpose.EVALUATE) else Purpose.TRAIN
    return Purpose.ASIDE


def _of_names(call: Invocation) -> Purpose | None:
    """By the options that say what to do, the script's name, or a task's or sub-command's."""
    target = call.script or call.module
    if not target:
        word = next((a for a in call.arguments if re.fullmatch(r"[A-Za-z][\w:.-]*", a)), "")
        return of_name(word) if word else None
    words = " ".join(call.arguments)
    if EVALUATING.search(words):
        return Purpose.TRAIN if TRAINING.search(words) else Purpose.EVALUATE
    if TRAINING.search(words):
        return Purpose.TRAIN
    folder, _, name = target.rpartition("/")
    named = of_name(name)
    if named is None and folder:
        told = of_name(folder.rpartition("/")[2])
        return told if told in (Purpose.TRAIN, Purpose.APP, Purpose.PREPARE) else None
    return named


def of_name(name: str) -> Purpose | None:
    """What a file, target or stage name says."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    spaced = re.sub(r"\.(py|sh|ipynb|R|jl)$", "", spaced)
    if CHECK.search(spaced):
        return Purpose.ASIDE
    if PREPARE.search(spaced) or EXPLORE.search(spaced.replace("_", " ")):
        return Purpose.PREPARE
    if TRAIN.search(spaced.replace("_", " ")):
        return Purpose.TRAIN
    if EVALUATE.search(spaced.replace("_", " ")):
        return Purpose.EVALUATE
    return Purpose.APP if APP.search(spaced.replace("_", " ")) else None


def purpose_of(text: str, heading: str = "", lead: str = "", title: str = "") -> Purpose:
    """What a line is for: the most telling of its commands, in the light of the words around it."""
    calls = [c for s in simple_commands(text) for c in [invocation(s.words)] if c]
    found = [own_purpose(c) for c in calls]
    own = min((p for p in found if p is not None), default=None)
    if None not in found and own is not None:
        return own
    told = around(heading, lead, title)
    if own is not None and own is not Purpose.ASIDE and told is not None:
        return min(own, told)
    return told if told is not None else Purpose.RUN


def around(heading: str, lead: str, title: str = "") -> Purpose | None:
    """What the innermost heading, the sentence before, or else an outer heading says of an unnamed run.

    The title of the front page names the subject ("Price Prediction"), so that only training counts there.
    """
    headings = heading.split(" > ")
    for words in (headings[-1], lead[-300:], *headings[-2::-1]):
        told = _of_words(words)
        if told is not None and (told is Purpose.TRAIN or words != title):
            return told
    return None


def _of_words(words: str) -> Purpose | None:
    if HEAD_CHECK.search(words) and not HEAD_RUN.search(words):
        return Purpose.ASIDE
    if HEAD_TRAINING.search(words):
        return Purpose.TRAIN
    if HEAD_EVALUATE.search(words):
        return Purpose.EVALUATE
    if HEAD_APP.search(words):
        return Purpose.APP
    return Purpose.PREPARE if HEAD_PREPARE.search(words) and not HEAD_RUN.search(words) else None


def is_toy(heading: str, lead: str = "") -> bool:
    """Whether the section is about something smaller than the main result."""
    innermost = heading.rpartition(" > ")[2]
    return bool(TOY.search(innermost))
