"""Prefect and ZenML: what the code tells of a flow. A flow runs as plain Python, beside a server that it starts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...facts.source import constant
from ...project import Project
from ...sandbox.model import Job, Run
from ..parameters.model import CannotSet
from .model import Asked, Finding, Plain, Record, Scene
from .prefect_store import flow_runs
from .zenml_store import pipeline_runs

SERVER = re.compile(
    r"Timed out while attempting to connect to ephemeral Prefect API server|Failed to reach API at|"
    r"(?:Unable to connect|No connection could be made) to (?:the )?ZenML server"
)
# Prefect gives its server 20 seconds to come up, which a busy machine does not keep.
PATIENCE = {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300"}
MOST = 100  # steps that are told


def patient(project: Project, job: Job) -> Job:
    """The same command with more time for Prefect's server to come up, where the project is built on Prefect."""
    is_prefect = "prefect" in project.program.modules
    return replace(job, variables={**PATIENCE, **job.variables}) if is_prefect else job


@dataclass
class Orchestrated(Plain):
    """`decorator` marks the function whose parameters are those of the flow."""

    name: str
    decorator: str

    def recognises(self, project: Project) -> bool:
        return self.name in project.program.modules

    def known(self, project: Project) -> Asked | None:
        flows = [(n, f) for s in project.program.sources for n, f in _flows(s.tree, self.decorator)]
        stages = [s.name for s in project.data.stages if s.command.startswith(f"{self.name} step")]
        parameters = {f"{name}.{key}" if len(flows) > 1 else key: v for name, f in flows for key, v in f.items()}
        return Asked(parameters, details={"flows": [n for n, _ in flows][:MOST], "steps": stages[:MOST]}, is_read=True)

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        raise CannotSet(f"the parameters of a flow of {self.name} are given in code")

    def kept(self, run: Run) -> Iterator[Record]:
        yield from flow_runs(run) if self.name == "prefect" else pipeline_runs(run)

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        if SERVER.search(scene.said):
            yield Finding(f"the run waited for a server of {self.name}'s own, which did not come up in the sandbox")


def _flows(tree: ast.AST, decorator: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and decorator in map(_last, node.decorator_list):
            given = node.args
            names = [a.arg for a in (*given.posonlyargs, *given.args)]
            values = [*[...] * (len(names) - len(given.defaults)), *map(constant, given.defaults)]
            named = zip([a.arg for a in given.kwonlyargs], map(constant, given.kw_defaults), strict=True)
            told = {**dict(zip(names, values, strict=True)), **dict(named)}
            yield node.name, {k: "(no default)" if v is ... else v for k, v in told.items()}


def _last(node: ast.expr) -> str:
    called = node.func if isinstance(node, ast.Call) else node
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
