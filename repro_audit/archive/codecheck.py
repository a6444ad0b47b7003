"""A draft of codecheck.yml, the configuration file of a CODECHECK, version 2.0 of its specification.

https://codecheck.org.uk/spec/config/2.0/ says what each field means. A CODECHECK is done by a person, who is named
in it: what only people know stays a placeholder with FIXME, which CODECHECK's own tools refuse, so that a draft
cannot pass for a certificate. What the program found stands under a key of its own.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from .. import __version__
from ..report.told import words
from ..report.words import rank_words
from ..result import Citation, Result
from ..text import clean, count, one_line, shorten
from .entities import environment_of
from .kept import Kept
from .statement import Subject, first_run, outputs

VERSION = "https://codecheck.org.uk/spec/config/2.0/"
WIDTH = 1_000_000  # characters: a line of text stays one line
LONGEST_COMMAND = 2000
HEAD = (
    "---\n"  # first of all, and without the directive that the specification recommends: CODECHECK's tools refuse it
    f"# A draft, made by repro-audit {__version__}, which is a program: a person who checks the work completes it.\n"
    "# What is marked FIXME only people know. The manifest names what a run wrote: keep what the paper shows.\n"
)
SAME = {
    "identical": "recreated, the same bytes in two runs",
    "equivalent": "recreated, the same in two runs but for what has no meaning, such as dates",
    "close": "recreated, the same in two runs within the stated tolerance",
    "different": "written by the run, and by a second, equal run otherwise",
    "only-first": "written by the first of two equal runs only",
}

Yaml = dict[str, Any]


def render(result: Result, kept: Kept) -> str:
    """The whole file."""
    import yaml

    made: Yaml = {
        "version": VERSION,
        "manifest": list(_manifest(result, kept)) or [{"file": "FIXME: a file that is to be recreated"}],
        "paper": _paper(result.found.citation),
        "codechecker": [{"name": "FIXME: the person who checks", "ORCID": "FIXME: 0000-0000-0000-0000"}],
        "report": "FIXME: the address of the published certificate, such as a DOI",
        "summary": _summary(result, kept),
    }
    made["repository"] = result.project.web or "FIXME: the address of the code"
    if kept.ended is not None:
        made["check_time"] = kept.ended.strftime("%Y-%m-%dT%H:%M:%S")
    made["certificate"] = "FIXME: YYYY-NNN, given by the CODECHECK register"
    made["repro_audit"] = _found(result, kept)
    dumper = type("Dumper", (yaml.SafeDumper,), {"ignore_aliases": lambda *_: True})
    return HEAD + str(yaml.dump(made, Dumper=dumper, sort_keys=False, allow_unicode=True, width=WIDTH))


def _manifest(result: Result, kept: Kept) -> Iterator[Yaml]:
    """What the run wrote; where there was none, what the steps say they write."""
    made = outputs(result, kept)
    yield from ({"file": clean(o.path), "comment": f"{SAME.get(o.reproduced, 'written by the run')}; {_digest(o)}"}
                for o in made)  # fmt: skip
    if made:
        return
    for stage in result.found.stages:
        for path in stage.outputs:
            yield {"file": clean(path), "comment": f"FIXME: not recreated here; the step {clean(stage.name)} names it"}


def _digest(output: Subject) -> str:
    return f"sha256 {output.sha256}"


def _paper(citation: Citation | None) -> Yaml:
    """As CITATION.cff has it."""
    told = citation or Citation()
    authors = [{"name": clean(a.name), "ORCID": a.orcid or "FIXME: 0000-0000-0000-0000"} for a in told.authors] or [
        {"name": "FIXME: the corresponding author first", "ORCID": "FIXME: 0000-0000-0000-0000"}
    ]
    return {
        "title": clean(told.title) or "FIXME: the title of the paper",
        "authors": authors,
        "reference": clean(told.reference) or "FIXME: the paper's DOI as an address",
    }


def _summary(result: Result, kept: Kept) -> str:
    """What the program did, in sentences, so that nobody reads it as a person's word."""
    first = first_run(kept)
    if first is None:
        return "FIXME: what was recreated. Nothing was run so far: repro-audit only read the project."
    ran = "ran to its end" if first.is_success else "did not run to its end"
    made = outputs(result, kept)
    same = sum(o.reproduced in ("identical", "equivalent", "close") for o in made)
    command = shorten(shlex.join(first.argv), LONGEST_COMMAND)
    told = f"FIXME: what was recreated, in your words. repro-audit, a program, ran `{command}` in a sandbox: it {ran}."
    if made:
        told += f" Of {count(len(made), 'file')} that it wrote, two equal runs gave the same {same}."
    return f"{told} Whether they are what the paper shows, a person has to say."


def _found(result: Result, kept: Kept) -> Yaml:
    """The program's own findings; the specification asks for one node of its own."""
    info, first, environment = result.project, first_run(kept), environment_of(result)
    told: Yaml = {"program": f"repro-audit {__version__}", "commit": info.commit}
    if info.dirty:
        told["changed"] = "with changes that are not committed"
    if info.prefix:
        told["folder"] = clean(info.prefix)
    told |= {"stars": rank_words(result), "criteria": {c.id: str(c.answer) for c in result.criteria}}
    if first is not None:
        told["command"] = shorten(shlex.join(first.argv), LONGEST_COMMAND)
        told["python"] = one_line(words(environment, "python"))
        told["system"] = one_line(words(environment, "system"))
        told["image"] = one_line(words(environment, "image"))
    return {key: value for key, value in told.items() if value}
