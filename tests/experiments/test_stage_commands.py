"""A step alone is typed with what the main command gives to the whole work."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from repro_audit.experiments.stage import is_record
from repro_audit.experiments.stage_commands import (
    kedro_alone,
    kedro_files,
    kedro_function_alone,
    kedro_name,
    make_alone,
    snakemake_alone,
)
from repro_audit.project import Project
from repro_audit.sandbox.model import Job

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"


def lab(text: str) -> Any:
    return SimpleNamespace(job=Job(("sh", "-c", text)))


TYPED = [
    (make_alone, "make all RATE=0.2 NAME='a b'", "fit", "make RATE=0.2 NAME='a b' fit"),
    (make_alone, "cd x && make", "fit", "make fit"),
    (snakemake_alone, "snakemake -c4 all --config a=1 'b=x y' --use-conda", "fit",
     "snakemake --cores 1 --config a=1 'b=x y' --allowed-rules fit --force fit"),
    (snakemake_alone, "snakemake -s flow/Snakefile --configfile c.yaml -j", "fit",
     "snakemake --cores 1 -s flow/Snakefile --configfile c.yaml --allowed-rules fit --force fit"),
    (kedro_alone, "kedro run --params=a=1,b.c=2 --async --env prod", "fit model",
     "kedro run --params=a=1,b.c=2 --env prod -n 'fit model'"),
    (kedro_function_alone, "kedro run -p whole", "fit", "python /repro-audit/systems/kedro_node.py fit run -p whole"),
]  # fmt: skip


@pytest.mark.parametrize(("alone", "text", "name", "typed"), TYPED)
def test_a_step_gets_what_the_command_gives_to_all(alone: Any, text: str, name: str, typed: str) -> None:
    assert alone(lab(text), name) == typed


NODES = """
pipeline([
    node(clean, "a", "b", name="cleaning"),
    node(
        func=fit,
        inputs="b",
        outputs="c",
    ),
    node(report, "c", "d", name="reporting"),
])
"""


def test_a_node_has_a_name_of_its_own_or_none(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/pipeline.py").write_text(NODES)
    (tmp_path / "catalog.yml").write_text("b:\n  filepath: work/b.csv\nc:\n  type: x\n")
    project = Project(tmp_path)
    names = {s.name: kedro_name(project, s) for s in project.data.stages if s.command.startswith("kedro")}
    assert names == {"clean": "cleaning", "fit": None, "report": "reporting"}
    assert kedro_files(project, ("b", "c", "d")) == ("work/b.csv",)


@pytest.mark.parametrize("path", ["mlruns/0/a/meta.yaml", "x/wandb/run-1/a", "mlflow.db", ".aim/seqs/a.sst"])
def test_what_a_tracker_keeps_is_no_output_of_a_step(path: str) -> None:
    assert is_record(path) and not is_record("work/mlflow.csv")
