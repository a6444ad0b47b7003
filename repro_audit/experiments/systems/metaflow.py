"""Metaflow: the parameters of a flow as its own help tells them, and the steps that its local store has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...facts.configuration.leaf import number
from ...project import Project
from ...sandbox.model import Job, Run
from ..job import shown
from ..parameters import command
from ..parameters.model import CannotSet
from .files import text_of
from .model import Asked, CannotAsk, Finding, Plain, Record, words_of

RUNS = re.compile(r"^(?P<start>.*?\.py\b.*?\srun)(?=\s|$)(?P<given>.*)$", re.DOTALL)
OPTION = re.compile(r"^  --([\w-]+)(?:[ ,/]|$)", re.MULTILINE)
DEFAULT = re.compile(r"\[default:\s*([^\]]*)\]")
ITS_OWN = frozenset(
    "tag max-workers max-num-splits max-log-size with run-id-file runner-attribute-file namespace help config "
    "config-value config-file config-value-file decospecs user-namespace branch production".split()
)
STORE = re.compile(
    r"^project/(?P<run>(?:.*/)?\.metaflow/[^/]+/\d+)/(?P<step>[^/_][^/]*)/(?P<task>\d+)/\d+\.(?P<end>.+)$"
)


class Metaflow(Plain):
    """Flows that are run with `python flow.py run`."""

    name = "metaflow"

    def recognises(self, project: Project) -> bool:
        return "metaflow" in project.program.modules

    def question(self, project: Project, job: Job) -> Job | None:
        found = RUNS.match(shown(job.argv))
        if found is None or not command.is_simple(job):
            return None
        return command.typed(job, f"{found['start']} --help{found['given']}")

    def answer(self, project: Project, run: Run) -> Asked:
        """What the command gives counts before the default; click tells the help whatever stands beside it."""
        words = words_of(run.log)
        told = dict(_options(words))
        if not run.is_success or "Usage:" not in words:
            last = words.strip().splitlines()[-1:] or ["it said nothing"]
            raise CannotAsk(f"`run --help` told nothing: {last[0][:200]}")
        given = dict(command.all_given(Job(run.argv)))
        values: dict[str, Any] = {}
        findings = []
        for name, text in told.items():
            word, default = given.get(f"--{name}"), DEFAULT.search(text)
            values[name] = number(word if word is not None else " ".join(default[1].split()) if default else "")
            if word is None and "[required]" in text:
                findings.append(Finding(f"`--{name}` has no default, and the command gives no value", is_fault=True))
        return Asked(values, tuple(findings))

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        raise CannotSet("the help of a flow does not tell what a value that is given comes to")

    def kept(self, run: Run) -> Iterator[Record]:
        """The runs of the local store, with their steps; what the steps keep are pickles, which are not read."""
        steps: dict[str, dict[str, bool]] = {}
        for found in (m for p in run.changed if (m := STORE.match(p))):
            is_done = found["end"] == "DONE.lock"
            seen = steps.setdefault(found["run"], {})
            seen[found["step"]] = seen.get(found["step"], False) or is_done
        for folder, done in sorted(steps.items()):
            latest = text_of(run.folder / "project" / folder.rpartition("/")[0] / "latest_run").strip()
            status = "complete" if all(done.values()) else "incomplete"
            if latest in ("", folder.rpartition("/")[2]):
                yield Record(folder, status, {}, {}, tuple(done))


def _options(words: str) -> Iterator[tuple[str, str]]:
    """Each of the flow's own options with its lines of the help."""
    starts = list(OPTION.finditer(words))
    ends = [*(m.start() for m in starts[1:]), len(words)]
    for found, end in zip(starts, ends, strict=False):  # no option has no end
        if found[1] not in ITS_OWN:
            yield found[1], words[found.start() : end].partition("\n\n")[0]
