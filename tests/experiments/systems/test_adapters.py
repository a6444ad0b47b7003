"""What the adapters make of answers, files and command lines; nothing is run."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from repro_audit.experiments.parameters.model import CannotSet
from repro_audit.experiments.parameters.rendering import in_hydra
from repro_audit.experiments.systems import SYSTEMS, recognised
from repro_audit.experiments.systems.carried import hooked
from repro_audit.experiments.systems.dvc import Dvc, metric_files, remotes_of, tracked
from repro_audit.experiments.systems.guild import BATCH, Guild, executed
from repro_audit.experiments.systems.guild_runs import run_folders
from repro_audit.experiments.systems.hydra import Hydra
from repro_audit.experiments.systems.hydra_sweep import sweep_of
from repro_audit.experiments.systems.kedro import Kedro, is_taken
from repro_audit.experiments.systems.make import Make, is_used
from repro_audit.experiments.systems.metaflow import Metaflow
from repro_audit.experiments.systems.mlflow import Mlflow, misfits
from repro_audit.experiments.systems.model import CannotAsk
from repro_audit.experiments.systems.sacred import FELL, REMOTE, Sacred, read_record
from repro_audit.experiments.systems.snakemake import Snakemake
from repro_audit.experiments.systems.snakemake_config import entries, leaves
from repro_audit.project import Project
from repro_audit.sandbox.model import Job

from .written import run_of

FIXTURES = Path(__file__).resolve().parent.parent.parent.parent / "fixtures"


def project(root: Path, files: dict[str, str]) -> Project:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return Project(root)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_every_system_has_a_fixture_in_which_it_alone_is_recognised(system: Any) -> None:
    own = Project(FIXTURES / f"system-{system.name}" / "repo")
    assert [s.name for s in recognised(own)] == [system.name]
    assert not recognised(Project(FIXTURES / "deterministic" / "repo"))


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_a_run_that_tells_nothing_is_no_answer_and_no_error(system: Any, tmp_path: Path) -> None:
    own = Project(FIXTURES / f"system-{system.name}" / "repo")
    run = run_of(
        tmp_path, {"notes/hydra-job.yaml": ": : [", "notes/1-0.jsonl": '{"note": "sacred"}\n[1]\n'}, "\x00bad", 1
    )
    with pytest.raises(CannotAsk):
        system.answer(own, run)
    assert list(system.kept(run)) == []


@pytest.mark.parametrize("name", ["prefect", "zenml"])
def test_what_starts_a_server_is_read_in_the_code(name: str) -> None:
    own = Project(FIXTURES / f"system-{name}" / "repo")
    asked = next(s for s in SYSTEMS if s.name == name).known(own)
    assert asked is not None and asked.is_read
    assert dict(asked.parameters) == {"rate": 0.1, "seed": 3} and asked.details["steps"] == ["clean", "weigh"]


HELP = """Usage: flow.py run [OPTIONS]

Options:
  --epochs INTEGER              Length  [required]
  --rate FLOAT                  How much, with a word that
                                goes on  [default: 0.1]
  --tag TEXT                    Annotate this run
  --max-workers INTEGER         [default: 16]
"""


def test_the_help_of_a_flow_tells_its_parameters(tmp_path: Path) -> None:
    own = project(tmp_path / "p", {})
    question = Metaflow().question(own, Job(("python", "flow.py", "run", "--rate", "0.3")))
    assert question is not None and question.argv[-1] == "python flow.py run --help --rate 0.3"
    asked = Metaflow().answer(own, replace(run_of(tmp_path / "r", {}, HELP), argv=question.argv))
    assert dict(asked.parameters) == {"epochs": "", "rate": 0.3}
    assert [f.text for f in asked.findings] == ["`--epochs` has no default, and the command gives no value"]


def test_a_local_store_of_metaflow_tells_its_steps(tmp_path: Path) -> None:
    store = "project/.metaflow/PearFlow"
    done = {
        f"{store}/17/{step}/{n}/0.{end}": "" for n, step in enumerate(("start", "end")) for end in ("DONE.lock", "x")
    }
    (record,) = Metaflow().kept(
        run_of(tmp_path, {**done, f"{store}/latest_run": "17", f"{store}/17/_parameters/0/0.x": ""})
    )
    assert (record.folder, record.status) == (".metaflow/PearFlow/17", "complete")
    assert set(record.artifacts) == {"start", "end"}


GIVEN = [
    (Sacred(), "system-sacred", "python train.py with epochs=6", "model.rate", 0.2, "with epochs=6 model.rate=0.2"),
    (Sacred(), "system-sacred", "python train.py with epochs=6", "epochs", 7, "with epochs=7"),
    (Sacred(), "system-sacred", "python train.py", "name", "a b", "train.py with 'name='\"'\"'a b'\"'\"''"),
    (Sacred(), "system-sacred", "python train.py", "flags", ["x", 1], "with 'flags=['\"'\"'x'\"'\"', 1]'"),
    (Hydra(), "system-hydra", "python train.py model=large", "rate", 1e-05, "python train.py model=large rate=1.0e-05"),
    (Hydra(), "system-hydra", "python train.py rate=0.05", "rate", 0.1, "python train.py rate=0.1"),
    (Mlflow(), "system-mlflow", "mlflow run . -P rate=0.2", "seed", 4, "mlflow run . -P rate=0.2 -P seed=4"),
    (Make(), "system-make", "make train RATE=0.2", "RATE", 0.4, "make train RATE=0.4"),
    (Make(), "system-make", "make train RATE=0.2", "EPOCHS", 4, "make train RATE=0.2 EPOCHS=4"),
    (Snakemake(), "system-snakemake", "snakemake -c1", "least", 3, "snakemake -c1 --config least=3"),
    (Snakemake(), "system-snakemake", "snakemake --config least=2", "least", 3, "snakemake --config least=3"),
    (Snakemake(), "system-snakemake", "snakemake --config a=2 -n", "least", 3, "snakemake --config least=3 a=2 -n"),
    (Snakemake(), "system-snakemake", "snakemake -c1", "a.b", 3, "snakemake -c1 --config 'a={\"b\": 3}'"),
    (Snakemake(), "system-snakemake", "snakemake --config 'a={b: 1, c: x}' -n", "a.b", 3,
     "snakemake --config 'a={\"b\": 3, \"c\": \"x\"}' -n"),
    (Snakemake(), "system-snakemake", "snakemake --config 'a={b: {c: 1}}'", "a.b.d", 0.5,
     "snakemake --config 'a={\"b\": {\"c\": \"1\", \"d\": 0.5}}'"),
    (Kedro(), "system-kedro", "kedro run", "report.digits", 3, "kedro run --params=report.digits=3"),
    (Kedro(), "system-kedro", "kedro run --params=least=2 --async", "a.b", 3, "run --params=least=2,a.b=3 --async"),
    (Kedro(), "system-kedro", "kedro run --params 'least=2,a=x y'", "least", 3, "run --params 'a=x y,least=3'"),
    (Guild(), "system-guild", "guild run train noise=0.2 -y", "steps", 25, "guild run train noise=0.2 -y steps=25"),
]  # fmt: skip


@pytest.mark.parametrize(("system", "name", "text", "key", "value", "typed"), GIVEN)
def test_a_parameter_is_set_as_a_user_of_the_system_would_type_it(
    system: Any, name: str, text: str, key: str, value: Any, typed: str
) -> None:
    job = system.set(Project(FIXTURES / name / "repo"), Job(tuple(shlex.split(text))), key, value)
    assert job.argv[-1].endswith(typed)


def test_sacred_experiments_without_a_command_line_are_set_through_the_hook() -> None:
    runner = Project(FIXTURES / "system-sacred-server" / "repo")
    job = Sacred().set(runner, hooked(Job(("python", "run_all.py")), {"record": "runs"}), "rows", 8)
    assert job.argv == ("python", "run_all.py")
    assert json.loads(job.variables["REPRO_AUDIT_SACRED"]) == {"record": "runs", "set": {"rows": 8}}
    assert job.variables["PYTHONPATH"].count("systems") == 1 == len(job.carried)


REFUSED = [
    (Snakemake(), "snakemake -c1", "names", ["a"]),
    (Kedro(), "kedro run", "names", "a,b"), (Guild(), "guild run train", "sizes", [1, 2]),
    (Make(), "make a && make b", "RATE", 1),
]  # fmt: skip


@pytest.mark.parametrize(("system", "text", "key", "value"), REFUSED)
def test_what_a_command_line_would_take_for_something_else_is_not_set(
    system: Any, text: str, key: str, value: Any, tmp_path: Path
) -> None:
    with pytest.raises(CannotSet):
        system.set(project(tmp_path, {}), Job(("sh", "-c", text)), key, value)


def test_what_config_of_snakemake_gives_is_found_however_deep() -> None:
    text = """snakemake -c1 --config least=2 'report={digits: 3, of: {who: "a b"}}' "name=x y" --forceall a=1"""
    given = entries(text)
    assert given == {"least": "2", "report": '{digits: 3, of: {who: "a b"}}', "name": "x y"}
    keys = [k for name, value in given.items() for k in leaves(name, value)]
    assert keys == ["least", "report.digits", "report.of.who", "name"]
    assert entries("snakemake --config") == entries("snakemake -c1") == {}
    assert list(leaves("a", "{odd: [")) in ([], ["a"], ["a.odd"])


def test_a_variable_of_make_is_used_by_a_makefile_or_by_what_it_starts(tmp_path: Path) -> None:
    files = {"Makefile": "a:\n\tpython a.py $(RATE)\nifdef FAST\nendif\n", "a.py": "import os\nos.environ['SEED']\n"}
    own = project(tmp_path, {**files, "README.md": "    make a\n"})
    assert [is_used(own, n) for n in ("RATE", "FAST", "SEED", "RAT", "EPOCHS")] == [True, True, True, False, False]


def test_a_parameter_of_kedro_is_taken_by_name_or_with_its_group() -> None:
    nodes = [{"inputs": ["x", "params:model.rate"]}, {"inputs": ["params:data"]}]
    taken = [is_taken(k, nodes) for k in ("model.rate", "model", "data.share", "model.kind", "rate")]
    assert taken == [True, True, True, False, False]
    assert is_taken("any", [{"inputs": ["parameters"]}], with_all=True) and not is_taken("any", "odd")


def test_notes_of_snakemake_tell_what_a_rule_made(tmp_path: Path) -> None:
    at = "project/.snakemake/metadata"
    files = {
        f"{at}/YS50eHQ=": '{"rule": "clean", "params": ["2"], "incomplete": false}',
        f"{at}/!": "{}",
        f"{at}/YQ==": "[",
    }
    (record,) = Snakemake().kept(run_of(tmp_path, files))
    assert (record.folder, record.status, record.artifacts) == ("rule clean", "complete", ("a.txt",))


def test_dvc_takes_parameters_from_files_only(tmp_path: Path) -> None:
    with pytest.raises(CannotSet):
        Dvc().set(project(tmp_path, {}), Job(("dvc", "repro")), "seed", 4)


@pytest.mark.parametrize(
    ("value", "word"),
    [(True, "true"), (None, "null"), (3, "3"), ("adam", "adam"), ("3", "'3'"), ("a b", "'a b'"), ("it's", "'it\\'s'"),
     ([1, "x y"], "[1,'x y']"), ("null", "'null'")],
)  # fmt: skip
def test_a_value_is_written_in_the_grammar_of_overrides(value: Any, word: str) -> None:
    assert in_hydra(value) == word


def test_a_hydra_answer_is_the_composed_configuration_with_what_is_left_open() -> None:
    own = Project(FIXTURES / "system-hydra-blank" / "repo")
    question = Hydra().question(own, Job(("python", "train.py", "model=large", "-m")))
    assert question is not None and "--cfg job" in question.argv[-1] and " -m " not in question.argv[-1]


SWEPT = [
    ("python train.py -m model=small,large rate=0.1", "model=small rate=0.1", {"model": ("small", "large")}, 2),
    ("python -m pears.train --multirun rate=range(1,4)", "rate=1", {"rate": ("1", "2", "3")}, 3),
    ("X=1 python train.py 'rate=choice(0.1,0.2)' model=small,large -m", "rate=0.1 model=small",
     {"rate": ("0.1", "0.2"), "model": ("small", "large")}, 4),
    ("train -m rate=interval(0.1,1)", "rate=0.1", {"rate": ()}, None),
    ("train -m 'layers=[1,2],[3]' name=\"'a,b'\"", "'layers=[1,2]' 'name='\"'\"'a,b'\"'\"''",
     {"layers": ("[1,2]", "[3]")}, 2),
]  # fmt: skip


@pytest.mark.parametrize(("text", "first", "values", "jobs"), SWEPT)
def test_a_multirun_is_known_by_its_command_and_one_of_its_runs_is_taken(
    text: str, first: str, values: dict[str, tuple[str, ...]], jobs: int | None, tmp_path: Path
) -> None:
    sweep = sweep_of(project(tmp_path, {}), Job(("sh", "-c", text)))
    assert sweep is not None and sweep.first.argv[-1].endswith(f" {first}")
    assert (dict(sweep.values), sweep.jobs) == (values, jobs)


@pytest.mark.parametrize(
    "text", ["python -m pears.train model=small", "python train.py x=1,2", "a -m x=1,2 && b", "a 'b"]
)
def test_one_run_is_no_multirun(text: str, tmp_path: Path) -> None:
    assert sweep_of(project(tmp_path, {}), Job(("sh", "-c", text))) is None


def test_a_multirun_is_known_by_the_settings_of_the_sweeper(tmp_path: Path) -> None:
    conf = "hydra:\n  mode: MULTIRUN\n  sweeper:\n    params:\n      rate: 0.1,0.2\n      seed: 1\nrate: 0.5\nseed: 2\n"
    code = (
        "import hydra\n\n\n@hydra.main(config_path='.', config_name='c')\ndef main(cfg):\n    print(cfg)\n\n\nmain()\n"
    )
    own = project(tmp_path, {"c.yaml": conf, "train.py": code, "README.md": "    python train.py seed=3\n"})
    sweep = sweep_of(own, Job(("python", "train.py", "seed=3")))
    assert sweep is not None and sweep.jobs == 2
    assert sweep.first.argv[-1] == "python train.py seed=3 rate=0.1 hydra.mode=RUN"


def test_a_sacred_run_folder_is_read_by_meaning(tmp_path: Path) -> None:
    metrics = {"loss": {"steps": [0, 1], "timestamps": ["a", "b"], "values": [1.0, 0.5]}, "odd": {"values": "x"}}
    files = {"config.json": '{"a": {"b": 1}, "seed": 3}', "run.json": '{"status": "COMPLETED", "result": 0.25}'}
    run_of(tmp_path, {**files, "metrics.json": json.dumps(metrics)})
    record = read_record(tmp_path, "runs/1")
    assert (record.status, record.parameters) == ("COMPLETED", {"a.b": 1, "seed": 3})
    assert record.metrics == {"loss": 0.5, "result": 0.25}


def test_what_a_server_was_missing_for_is_known_by_the_observer_that_fell() -> None:
    assert FELL.search('File "/x/site-packages/sacred/observers/mongo.py", line 3')
    assert FELL.search("pymongo.errors.ServerSelectionTimeoutError: no")
    assert not FELL.search("ValueError: no")
    assert REMOTE.search("MongoObserver") and not REMOTE.search("FileStorageObserver")


def test_a_run_folder_of_guild_is_read_without_the_copies_of_the_code(tmp_path: Path) -> None:
    base = "home/.guild/runs/ab"
    files = {
        f"{base}/.guild/attrs/flags": "noise: 0.2\nname: a b\noperation:train: cd\n",
        f"{base}/.guild/attrs/exit_status": "0",
        f"{base}/.guild/attrs/steps": "- run: train noise=${noise}\n- report\n",
        f"{base}/.guild/opref": "guildfile:/project/guild.yml 1b7d '' valley",
        f"{base}/.guild/manifest": "s train.py aa train.py\ns valley.ipynb bb valley.ipynb\n",
        f"{base}/train.py": "", f"{base}/valley.ipynb": "{}", f"{base}/valley.html": "", f"{base}/model.json": "1",
    }  # fmt: skip
    (one,) = run_folders(run_of(tmp_path, files))
    assert (one.operation, one.status, dict(one.flags)) == ("valley", "0", {"noise": 0.2, "name": "a b"})
    assert one.steps == ("train noise=${noise}", "report") and one.notebooks == ("valley.ipynb",)
    assert set(one.own) == {"valley.ipynb", "valley.html", "model.json"}


def test_a_flag_that_stands_nowhere_in_the_executed_notebook_is_a_fault(tmp_path: Path) -> None:
    base, own = "home/.guild/runs/ab", FIXTURES / "system-guild-notebook" / "repo"
    notebook = (own / "valley.ipynb").read_text("utf-8")
    flags = {f"{base}/.guild/attrs/flags": "noise: 0.3\nslope: 2\n"}
    run = run_of(tmp_path, {**flags, f"{base}/valley.ipynb": notebook, f"{base}/valley.html": ""})
    ran, idle = executed(Project(own), run)
    assert "~/.guild/runs/ab/valley.ipynb with noise=0.3, slope=2" in ran.text and not ran.is_fault
    assert "`slope` is assigned nowhere" in idle.text and idle.is_fault and str(idle.at) == "valley.ipynb:1"


@pytest.mark.parametrize("text", ["guild run train rate=[1,2]", "guild run train -y --optimizer gp"])
def test_a_batch_of_guild_is_known_by_its_command(text: str) -> None:
    assert BATCH.search(text) and not BATCH.search("guild run train rate=1 -y")


def test_data_behind_dvc_are_told_with_their_remote(tmp_path: Path) -> None:
    pointer = "outs:\n- md5: 0f3b\n  path: a.csv\n  remote: cold\n"
    config = "[core]\n    remote = warm\n['remote \"warm\"']\n    url = s3://w\n['remote \"cold\"']\n    url = gs://c\n"
    own = project(tmp_path, {"data/a.csv.dvc": pointer, ".dvc/config": config})
    assert [(p, str(at), remote) for p, at, remote in tracked(own)] == [("data/a.csv", "data/a.csv.dvc:3", "cold")]
    assert remotes_of(own) == ({"warm": "s3://w", "cold": "gs://c"}, "warm")
    assert remotes_of(project(tmp_path / "b", {".dvc/config": "no section\n"})) == ({}, "")


def test_metrics_are_those_that_the_pipeline_declares(tmp_path: Path) -> None:
    text = "metrics: [top.json]\nstages:\n  a:\n    metrics:\n    - m.json:\n        cache: false\n    - n.json\n"
    assert metric_files(project(tmp_path, {"p/dvc.yaml": text})) == {"p/top.json", "p/m.json", "p/n.json"}


def test_parameters_that_an_entry_point_lacks_or_leaves_open_are_told(tmp_path: Path) -> None:
    text = "name: x\nentry_points:\n  main:\n    parameters:\n      rate: float\n      seed: {type: int, default: 1}\n"
    own = project(tmp_path, {"MLproject": text, "README.md": "    mlflow run . -P trees=4\n"})
    found = list(misfits(own, Job(("mlflow", "run", ".", "-P", "trees=4"))))
    assert [(str(f.at), f.is_fault) for f in found] == [("MLproject:4", False), ("MLproject:5", True)]
