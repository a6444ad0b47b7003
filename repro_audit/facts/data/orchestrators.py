"""Steps of pipelines that are written in Python, and whether their framework keeps what passes between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...model import Place
from ..files import Tree
from ..regex import regex
from .model import Stage

MAX_CODE = 400_000  # characters of a file
MAX_FILES = 200  # that import a framework
TESTS = regex(r"(^|/)(tests?|docs?|examples?)/|(^|/)test_\w+\.py$")
BODY = (
    r"\b(?:\([^\n]{0,200}(?:\n[ \t]+[^\n]{0,200}){0,20}?\n?\))?[ \t]*\n(?:[ \t]*@[^\n]{0,200}\n){0,5}[ \t]*"
    r"(?:async[ \t]+)?"
)
DEF = r"def[ \t]+(\w+)"


@dataclass(frozen=True, slots=True)
class Framework:
    """One framework: how its code imports it, how a step looks, and whether outputs are stored and versioned."""

    name: str
    imports: str
    step: str  # a pattern whose group is the name of the step
    is_tracked: bool


def _decorated(words: str) -> str:
    return rf"^[ \t]*@(?:\w+\.)*(?:{words}){BODY}{DEF}"


# Prefect, Airflow and Celery run functions in order; what these return is not kept unless a task does so itself.
FRAMEWORKS = (
    Framework("zenml", "zenml", _decorated("step"), True),
    Framework("metaflow", "metaflow", _decorated("step"), True),
    Framework("dagster", "dagster", _decorated("(?:multi_)?asset|op|solid"), True),
    Framework("kfp", "kfp", _decorated(r"component|container_component|create_component_from_func"), True),
    Framework("flyte", "flytekit|union", _decorated("task"), True),
    Framework("luigi", "luigi", r"^class[ \t]+(\w+)\([^)\n]*\bluigi\.\w*(?:Task|Target)\b", True),
    Framework("tfx", "tfx", r"^[ \t]*\w+[ \t]*=[ \t]*(?:tfx\.)?(?:components\.)?(\w+(?:Gen|Trainer|Evaluator|Transform|"
              r"Pusher|Validator|Tuner))\(", True),
    Framework("prefect", "prefect", _decorated("task"), False),
    Framework("airflow", "airflow", r"\b(?:Python|Bash|Docker)Operator\(\s*(?:[^()]{0,80}?)task_id[ \t]*=[ \t]*"
              r"[\"'](\w+)", False),
    Framework("airflow", "airflow", _decorated("task"), False),
    Framework("sagemaker", "sagemaker", r"\b(?:Processing|Training|Tuning|Transform|Register)Step\(\s*"
              r"name[ \t]*=[ \t]*[\"']([\w-]+)", True),
)  # fmt: skip
NAMES = sorted({name for f in FRAMEWORKS for name in f.imports.split("|")})
IMPORTS = regex(rf"^[ \t]*(?:import|from)[ \t]+({'|'.join(NAMES)})\b", re.MULTILINE)
PATTERNS = {f: regex(f.step, re.MULTILINE) for f in FRAMEWORKS}


def orchestrated_stages(files: Tree) -> Iterator[Stage]:
    """The steps of every framework that the project's code imports."""
    paths = [p for p in files.suffixed(".py") if not TESTS.search(p)]
    count = 0
    for path in paths:
        text = (files.text(path) or "")[:MAX_CODE]
        names = set(IMPORTS.findall(text)) if any(name in text for name in NAMES) else set()
        if not names:
            continue
        count += 1
        if count > MAX_FILES:
            return
        for framework in FRAMEWORKS:
            if names & set(framework.imports.split("|")):
                yield from _steps(path, text, framework)


def _steps(path: str, text: str, framework: Framework) -> Iterator[Stage]:
    for found in PATTERNS[framework].finditer(text):
        line = text.count("\n", 0, found.start(1)) + 1
        name = found.group(1)
        yield Stage(name, f"{framework.name} step {name}", Place(path, line), (), framework.is_tracked)
