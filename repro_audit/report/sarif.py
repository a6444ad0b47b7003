"""SARIF 2.1.0, for code scanning: a run per project, a rule per criterion, a result per place.

What has to be mended is a result; that a criterion is met stands in the properties of the run. SARIF's `fixes` hold
edits of files and ours are advice, so a fix is told in the message and in `properties.fix`. No time and no path of
this machine enters, so that equal results are equal bytes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from inspect import cleandoc
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..loader import load_rules
from ..result import Result
from ..rule import Rule
from ..text import clean, one_line
from .escape import prose
from .problems import DEAD, Problem, Spot, by_project

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
FINGERPRINT = "reproAudit/v1"
DEAD_TEXT = "A parameter of which another value gave the same run: whoever sets it is misled."
CAUSE_TEXT = "Two equal runs differ, and an experiment that held this one thing still confirmed why."
_LINK = re.compile(r"\[(?=[^\]]*\]\()")  # in a message, `[text](number)` would be a link

Json = dict[str, Any]


def render(results: Sequence[Result]) -> str:
    """One log; forges tell its runs apart by `automationDetails.id`."""
    names = _names(results)
    runs = [_run(result, name, own) for result, name, own in zip(results, names, by_project(results))]
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _names(results: Sequence[Result]) -> list[str]:
    """A name per run that no other has."""
    names: list[str] = []
    for result in results:
        name = one_line(result.project.prefix.rstrip("/") or result.project.root)
        alike = sum(n == name or n.startswith(f"{name} (") for n in names)
        names.append(f"{name} ({alike + 1})" if alike else name)
    return names


def _run(result: Result, name: str, found: Sequence[Problem]) -> Json:
    rules = _rules(result, found)
    order = {rule["id"]: number for number, rule in enumerate(rules)}
    run: Json = {
        "tool": {"driver": {"name": "repro-audit", "version": __version__, "language": "en", "rules": rules}},
        "automationDetails": {"id": f"repro-audit/{name}"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The top of the repository."}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(result)}],
        "results": [_result(p, order[p.rule]) for p in found],
        "properties": _properties(result),
    }
    project = result.project
    if project.web and project.commit:
        place = {"repositoryUri": project.web, "revisionId": project.commit, "mappedTo": {"uriBaseId": ROOT}}
        run["versionControlProvenance"] = [place]
    return run


def _properties(result: Result) -> Json:
    """The answers of all criteria: a log that tells only what is wrong would not show what was looked at."""
    project = result.project
    return {
        "commit": project.commit, "dirty": project.dirty, "project": clean(project.root),
        "stars": {"declared": result.rank.declared, "verified": result.rank.verified},
        "answers": {c.id: {"answer": str(c.answer), "declared": str(c.declared)} for c in result.criteria},
    }  # fmt: skip


def _notifications(result: Result) -> list[Json]:
    """What could not be looked at: experiments that were skipped or could not tell."""
    return [
        {"level": "note", "message": {"text": _plain(f"{e['id']}: {e.get('reason') or e['outcome']}")}}
        for e in result.experiments
        if e.get("outcome") in ("skipped", "inconclusive")
    ]


def _rules(result: Result, found: Sequence[Problem]) -> list[Json]:
    """One per criterion that was judged, and one per kind of problem that only an experiment finds."""
    known = {r.id: r for r in load_rules()}
    judged = [
        _rule(known[c.id]) if c.id in known else _described(c.id, c.criterion, c.criterion) for c in result.criteria
    ]
    others = sorted({p.rule for p in found} - {c.id for c in result.criteria})
    return [*judged, *(_described(id, *_words(id)) for id in others)]


def _words(id: str) -> tuple[str, str]:
    if id == DEAD:
        return "Every parameter of a configuration file changes the run.", DEAD_TEXT
    return f"Runs do not differ because of {id.partition('-')[2].replace('-', ' ')}.", CAUSE_TEXT


def _rule(rule: Rule) -> Json:
    page = cleandoc(rule.page)
    made = _described(rule.id, rule.criterion, f"{page}\n\nHow to fix it: {rule.fix}")
    made["help"]["markdown"] = f"{page}\n\n**How to fix it:** {rule.fix}\n\nThe article asks: {rule.article}"
    made["properties"]["tags"] += [f"star-{rule.star.value}", rule.star.title.lower()]
    return made


def _described(id: str, sentence: str, page: str) -> Json:
    """What a rule needs so that a forge shows it; its page travels with it, since no address would outlive it."""
    text = clean(sentence)
    return {
        "id": id,
        "name": "".join(word.capitalize() for word in id.split("-")),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": clean(page)},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["reproducibility"], "precision": "high"},
    }


def _result(problem: Problem, rule: int) -> Json:
    fix = f".\n\n**Fix:** {prose(problem.fix)}." if problem.fix else ""
    made: Json = {
        "ruleId": problem.rule,
        "ruleIndex": rule,
        "level": problem.severity.value,
        "message": {"text": _plain(problem.told), "markdown": prose(problem.message) + fix},
        "locations": [_location(Spot(problem.at, problem.line))],
        "partialFingerprints": {FINGERPRINT: problem.fingerprint},
        "properties": {"answer": problem.answer, "declared": problem.declared, "fix": problem.fix},
    }
    if problem.related:
        made["relatedLocations"] = [
            {"id": number, **_location(spot), "message": {"text": _plain(spot.text or str(spot.at))}}
            for number, spot in enumerate(problem.related, 1)
        ]
    if problem.waiver is not None:
        made["suppressions"] = [{"kind": "external", "justification": problem.waiver}]
    return made


def _location(spot: Spot) -> Json:
    """A place by its address; a byte that is no UTF-8 is quoted as it is on the disk."""
    place: Json = {"artifactLocation": {"uri": quote(os.fsencode(spot.at.path), safe="/"), "uriBaseId": ROOT}}
    if spot.at.line is not None:
        place["region"] = {"startLine": max(spot.at.line, 1)}
        if spot.text:
            place["region"]["snippet"] = {"text": spot.text}
    return {"physicalLocation": place}


def _plain(text: str) -> str:
    return _LINK.sub(r"\\[", one_line(text))
