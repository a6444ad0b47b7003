"""JUnit XML, for the page of test results that every CI server has: a suite per project, a case per criterion.

A case fails where the criterion is not met, half or whole; what does not apply, is waived or cannot be told is
skipped, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from ..model import Answer
from ..result import Criterion, Result
from ..score import holds
from ..text import clean
from .words import answer_words, rank_words

_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
UNTOLD = (Answer.NA, Answer.UNKNOWN, Answer.INCONCLUSIVE)


def render(results: Sequence[Result]) -> str:
    """One document, with the sums that some servers insist on."""
    root = ElementTree.Element("testsuites", name="repro-audit")
    for result in results:
        _suite(root, result)
    for kind in ("tests", "failures", "errors", "skipped"):
        root.set(kind, str(sum(int(suite.get(kind, "0")) for suite in root)))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _suite(root: ElementTree.Element, result: Result) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=_fit(result.project.root))
    properties = ElementTree.SubElement(suite, "properties")
    told = {"rank": rank_words(result), "commit": result.project.commit or "", "dirty": str(result.project.dirty)}
    for name, value in told.items():
        ElementTree.SubElement(properties, "property", name=name, value=_fit(value))
    for criterion in result.criteria:
        _case(suite, criterion, result)
    suite.set("tests", str(len(result.criteria)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", "0")
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))


def _case(suite: ElementTree.Element, criterion: Criterion, result: Result) -> None:
    name = f"{criterion.star.value} {criterion.star.title}"
    case = ElementTree.SubElement(suite, "testcase", classname=f"repro-audit.{name}", name=criterion.id)
    if criterion.place:
        case.set("file", _fit(result.project.prefix + criterion.place.path))
        case.set("line", str(criterion.place.line or 1))
    message = _fit(f"{answer_words(criterion)}: {criterion.message}")
    if criterion.is_set_aside or criterion.answer in UNTOLD:
        ElementTree.SubElement(case, "skipped", message=message)
    elif not holds(criterion):
        failure = ElementTree.SubElement(case, "failure", message=message, type=str(criterion.answer))
        failure.text = _fit("\n".join(_details(criterion)))


def _details(criterion: Criterion) -> list[str]:
    """What a reader of the failure wants below its headline."""
    places = [f"{e.at}: {e.text}" if e.text else str(e.at) for e in criterion.evidence if e.at]
    return [criterion.criterion, *places, *([f"Fix: {criterion.fix}"] if criterion.fix else [])]


def _fit(text: str) -> str:
    """XML has no way to write most control characters, and two more that are no characters at all."""
    return _NOT_XML.sub("\ufffd", clean(text))
