"""As much of GitHub's runner as a composite action needs: its steps in order, with their variables and conditions."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


@dataclass
class Job:
    """One use of the action; the runner's files and folders are below `temp`."""

    temp: Path
    workspace: Path
    inputs: dict[str, str]
    tools: Path  # goes first on the PATH
    skipped: tuple[str, ...] = ()  # steps that the test has done itself
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    used: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # actions, with what they were given
    log: str = ""
    status: int = 0

    def run(self) -> Job:
        given = {name: str(spec.get("default", "")) for name, spec in ACTION["inputs"].items()}
        assert not set(self.inputs) - set(given)
        self.inputs = given | self.inputs
        for step in ACTION["runs"]["steps"]:
            if self.status or step["name"] in self.skipped or not self.holds(step.get("if", "")):
                continue
            if "uses" in step:
                self.used.append((step["uses"], {k: self.filled(v) for k, v in step["with"].items()}))
            else:
                self.shell(step)
        return self

    def shell(self, step: dict[str, Any]) -> None:
        assert step["shell"] == "bash"
        script, output = self.temp / "step.sh", self.temp / "output"
        script.write_text(step["run"], "utf-8")
        output.write_text("")
        environment = {
            **os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}", "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(self.temp / "summary.md"),
            "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "5" * 40,
            "GITHUB_REF": "refs/heads/main", **{k: self.filled(v) for k, v in step.get("env", {}).items()},
        }  # fmt: skip
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        done = subprocess.run(command, cwd=self.workspace, env=environment, capture_output=True, text=True, timeout=600)
        self.log += done.stdout + done.stderr
        self.status = done.returncode
        lines = output.read_text("utf-8").splitlines()
        self.outputs[step.get("id", "")] = dict(line.split("=", 1) for line in lines)

    def filled(self, text: str) -> str:
        return EXPRESSION.sub(lambda found: self.value(found[1]), str(text))

    def value(self, expression: str) -> str:
        """What the few expressions that the action uses stand for; another one fails the test."""
        name, _, rest = expression.partition(".")
        if name == "inputs":
            return self.inputs[rest]
        if name == "steps":
            id, _, output = rest.partition(".outputs.")
            return self.outputs.get(id, {}).get(output, "")
        if expression.startswith("hashFiles("):
            return "0123"
        return {"runner.temp": str(self.temp), "runner.os": "Linux", "github.token": "secret"}[expression]

    def holds(self, condition: str) -> bool:
        return all(self._compares(part.strip()) for part in condition.split("&&")) if condition else True

    def _compares(self, part: str) -> bool:
        found = re.fullmatch(r"(\S+) (==|!=) '([^']*)'", part)
        assert found, part
        return (self.value(found[1]) == found[3]) is (found[2] == "==")
