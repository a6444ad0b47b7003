"""Snakemake: the configuration as the workflow sees it, asked with a Snakefile around the project's own."""

from __future__ import annotations

import base64
import binascii
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from ...project import Project
from ...sandbox.model import PROJECT, Job, Run
from ..job import shown
from ..jsonfile import read_json
from ..parameters import command
from ..parameters.model import CannotSet
from ..parameters.rendering import in_words
from .carried import INSIDE, with_ours
from .model import Asked, CannotAsk, Finding, Plain, Record, Scene, flat, words_of
from .snakemake_config import OPTION, entries, leaves, with_leaf

CALLS = re.compile(r"(?:^|[;&|(\s])snakemake(?=\s|$)")
ASKS = re.compile(r"^snakemake(?=\s|$)")
PLACES = ("Snakefile", "snakefile", "workflow/Snakefile", "workflow/snakefile")  # where Snakemake looks, in its order
METADATA = "/.snakemake/metadata/"
LARGEST = 1_000_000  # bytes of an answer or of the notes on one file


class Snakemake(Plain):
    """Workflows that the main command runs with `snakemake`."""

    name = "snakemake"

    def recognises(self, project: Project) -> bool:
        return any(CALLS.search(c.text) for c in project.commands.chosen)

    def question(self, project: Project, job: Job) -> Job | None:
        """A dry run, of which only the reading of the workflow matters."""
        snakefile = snakefile_of(project, job)
        if snakefile is None or not command.is_simple(job) or not ASKS.match(shown(job.argv)):
            return None
        asked = command.appended(job, f"--dry-run --quiet --snakefile {INSIDE}/snakemake_ask.py")
        variables = {**asked.variables, "REPRO_AUDIT_SNAKEFILE": f"{PROJECT}/{snakefile}"}
        return with_ours(replace(asked, variables=variables))

    def answer(self, project: Project, run: Run) -> Asked:
        try:
            told = read_json(run.folder / "notes/snakemake.json", LARGEST)
        except (OSError, ValueError):
            last = words_of(run.log).strip().splitlines()[-1:] or ["it said nothing"]
            raise CannotAsk(f"the workflow told no configuration: {last[0][:200]}") from None
        return Asked(dict(flat(told if isinstance(told, dict) else {})))

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        """`--config key=value`, and `--config 'a={"b": 1}'` for what is nested; the last `--config` counts alone."""
        if isinstance(value, (list, dict)):
            raise CannotSet("--config makes texts of what a list holds")
        name, _, below = key.partition(".")
        text = shown(job.argv)
        written = entries(text).get(name)
        told = with_leaf(written or "", below.split("."), value) if below else in_words(value)
        if written:
            return command.replaced(job, name, told, is_exact=True)
        word = shlex.quote(f"{name}={told}")
        found = OPTION.search(text)
        if found is None:
            return command.appended(job, f"--config {word}")
        return command.typed(job, f"{text[: found.end()]} {word}{text[found.end() :]}")

    def kept(self, run: Run) -> Iterator[Record]:
        """Each file that a rule made, by Snakemake's notes on it."""
        for path in sorted(p for p in run.changed if METADATA in p):
            try:
                made = base64.b64decode(PurePosixPath(path).name, validate=True).decode("utf-8", "replace")
                told = read_json(run.folder / path, LARGEST)
            except (OSError, ValueError, binascii.Error):
                continue
            if isinstance(told, dict) and told.get("rule"):
                status = "incomplete" if told.get("incomplete") else "complete"
                given = told.get("params")
                parameters = {str(i): p for i, p in enumerate(given if isinstance(given, list) else [])}
                yield Record(f"rule {str(told['rule'])[:100]}", status, parameters, {}, (made,))

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        at = next((c.at for c in scene.project.commands.chosen if CALLS.search(c.text)), None)
        for name, value in entries(shown(scene.job.argv)).items():
            for key in leaves(name, value):
                if not all(is_read(scene.project, part) for part in {name, key.rpartition(".")[2]}):
                    yield Finding(f"`--config {key}` is read by no rule", at, is_fault=True)


def snakefile_of(project: Project, job: Job) -> str | None:
    """The workflow's file, from the root of the project."""
    found = re.search(r"\s(?:-s|--snakefile)[ =](\S+)", shown(job.argv))
    folder = "" if job.cwd in ("", ".") else f"{job.cwd}/"
    names = (found.group(1).strip("'\""),) if found else PLACES
    return next((f"{folder}{n}" for n in names if f"{folder}{n}" in project.files), None)


def is_read(project: Project, name: str) -> bool:
    """Whether a rule, or a script that one starts, names an entry; as text, since a rule is no Python."""
    quoted = re.compile(rf"[\"'\[.]{re.escape(name)}\b")
    workflows = (p for p in project.files.paths if p.rpartition("/")[2].lower() == "snakefile" or p.endswith(".smk"))
    texts = (project.files.text(p) or "" for p in workflows)
    return any(quoted.search(t) for t in texts) or any(quoted.search(s.text) for s in project.program.sources)
