"""An in-toto statement of an audit: which commit and which outputs it is about, and what was found.

https://github.com/in-toto/attestation says what a statement is. It is not signed here: whoever signs it says with
their own name that they ran this program and got this.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..report.told import parts, sound, texts, words
from ..result import PROGRAM, Result
from ..text import clean
from .entities import environment_of, name_of
from .kept import Kept, KeptRun

TYPE = "https://in-toto.io/Statement/v1"
PREDICATE = "https://pypi.org/project/repro-audit/#attestation-v1"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """An output of the main experiment's first run."""

    path: str
    sha256: str
    reproduced: str  # the verdict beside the second run


def outputs(result: Result, kept: Kept) -> tuple[Subject, ...]:
    """What the first of the two equal runs left in the project, as far as the second was compared with it."""
    repeat = next((sound(e) for e in result.experiments if e.get("kind") == "repeat"), {})
    verdicts = {words(o, "path"): words(o, "verdict") for o in parts(repeat, "outputs")}
    first = first_run(kept)
    if first is None:
        return ()
    found = [(left.path.removeprefix("project/"), left.sha256) for left in first.left if left.path[:8] == "project/"]
    return tuple(Subject(path, digest, verdicts[path]) for path, digest in found if path in verdicts)


def first_run(kept: Kept) -> KeptRun | None:
    return next((run for run in kept.runs if run.experiment == "repeat"), None)


def statement(result: Result, kept: Kept, content: str) -> Json:
    """`content` names what the project holds but for its report, whatever the commit is called."""
    info = result.project
    project: Json = {"name": name_of(info), "digest": {"gitCommit": info.commit}}
    if info.web:
        project["uri"] = f"git+{info.web}@{info.commit}"
    made = [
        {"name": clean(o.path), "digest": {"sha256": o.sha256}, "annotations": {"reproduced": o.reproduced}}
        for o in outputs(result, kept)
    ]
    return {
        "_type": TYPE, "subject": [project, *made], "predicateType": PREDICATE,
        "predicate": _predicate(result, kept, content),
    }  # fmt: skip


def to_text(made: Json) -> str:
    """ASCII, so that no two writers of JSON disagree about it."""
    return json.dumps(made, indent=2) + "\n"


def _predicate(result: Result, kept: Kept, content: str) -> Json:
    rank = result.rank
    told: Json = {
        "program": dict(PROGRAM),
        "project": {"folder": folder_of(result), "content": content},
        "rank": {"declared": rank.declared, "verified": rank.verified},
        "stars": [
            {"star": s.star.value, "name": s.star.title, "earned": s.earned, "verified": s.verified}
            for s in result.stars
        ],
        "criteria": [answers(c.id, str(c.answer), str(c.declared)) for c in result.criteria],
    }
    if result.experiments:
        told["run"] = _run(result, kept)
    return told


def folder_of(result: Result) -> str:
    """Where the project lies in its repository."""
    return clean(result.project.prefix) or "."


def answers(id: str, answer: str, declared: str) -> Json:
    return {"id": id, "answer": answer, "declared": declared}


def _run(result: Result, kept: Kept) -> Json:
    """What was run, in what, and what came of each experiment."""
    experiments = [sound(e) for e in result.experiments]
    environment, first = environment_of(result), first_run(kept)
    about: Mapping[str, Any] = next((e for e in experiments if e["kind"] == "repeat"), experiments[0])
    return {
        "command": [clean(word) for word in first.argv] if first else [],
        "ended": rfc3339(kept.ended) if kept.ended else None,
        "runner": clean(words(about, "runner")),
        "isolation": clean(words(about, "isolation")),
        "network": about.get("network") is True,
        "environment": {
            "python": clean(words(environment, "python")), "system": clean(words(environment, "system")),
            "image": clean(words(environment, "image")),
            "packages": [clean(name) for name in texts(environment, "packages")],
        },
        "experiments": [
            {"id": clean(str(e["id"])), "kind": e["kind"], "outcome": e["outcome"]} for e in experiments
        ],
    }  # fmt: skip


def rfc3339(time: datetime) -> str:
    """As in-toto writes times: UTC, with a Z."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
