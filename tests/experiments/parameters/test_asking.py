"""What is asked of a project's parameters, on a stage where a run does what a function says. Nothing is really run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from repro_audit.compare.model import Tolerances
from repro_audit.diagnose.notes import KeyRead, Notes
from repro_audit.errors import UsageError
from repro_audit.experiments import config, seed, short
from repro_audit.experiments.answers.config import lives
from repro_audit.experiments.bench import Bench
from repro_audit.experiments.changing import Session
from repro_audit.experiments.evidence import Evidence
from repro_audit.experiments.lab import Budget, Lab
from repro_audit.experiments.model import Depth, Experiment, Outcome
from repro_audit.model import Answer, Hints
from repro_audit.project import Project
from repro_audit.sandbox.model import Ending, Environment, Job, Limits, Run, Snapshot, Watch

SETTINGS = {"seed": 3, "train": {"epochs": 50, "rate": 0.5, "unread": 4}, "extra": 7}
CODE = """\
import json
import random

config = json.load(open("config.json"))
random.seed(config["seed"])
print(config["extra"], sum(config["train"]["rate"] * random.random() for _ in range(config["train"]["epochs"])))
"""
Does = Callable[[dict[str, Any]], tuple[str, float]]


class Stage:
    """A sandbox that pretends: what a run says follows from the configuration that it finds."""

    name = "stage"
    isolation = "nothing is run"

    def __init__(self, does: Does) -> None:
        self.does = does
        self.found: list[dict[str, Any]] = []

    def build(self, *_: Any) -> Environment:
        raise AssertionError

    def run(
        self, environment: Environment, snapshot: Snapshot, job: Job, limits: Limits, into: Path, watch: Watch
    ) -> Run:
        layers = [*reversed(snapshot.overlays), snapshot.root]
        file = next(folder / "config.json" for folder in layers if (folder / "config.json").is_file())
        self.found.append(json.loads(file.read_text()))
        for name in ("project", "home", "tmp"):
            (into / name).mkdir(parents=True, exist_ok=True)
        said, seconds = self.does(self.found[-1])
        (into / "log.txt").write_text(said)
        code = 1 if "Error" in said else 0
        return Run(job.argv, Ending.EXITED, code, seconds, None, into, into / "log.txt", ())


def as_told(settings: dict[str, Any]) -> tuple[str, float]:
    train = settings["train"]
    said = f"extra {settings['extra']}\nloss {settings['seed'] * train['rate'] * train['epochs']}\n"
    return said, 2.0 * train["epochs"]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return made(tmp_path, as_told)


def made(folder: Path, does: Does, **more: Any) -> Lab:
    root = folder / "project"
    root.mkdir()
    (root / "config.json").write_text(json.dumps(SETTINGS, indent=2))
    (root / "train.py").write_text(CODE)
    project = Project(root, Hints(command="python train.py"))
    stage = Stage(does)
    evidence = Evidence.open(folder / "evidence")
    snapshot = Snapshot(root, ("config.json", "train.py"))
    environment = Environment("stage", "stage", "3.11")
    bench = Bench(stage, environment, snapshot, Limits(), evidence, lambda step, line="": None, {})
    job = Job(("python", "train.py"))
    reference, _ = bench.run("repeat-1", job)
    return Lab(bench, project, job, Tolerances(), reference, Budget(9999), Depth.DEEP, **more)


def asked(lab: Lab, part: Any = config) -> dict[str, Experiment]:
    return {e.id: e for one in part.proposals(lab) for e in one.ask(lab)}


def test_each_parameter_is_changed_alone_and_told_with_its_place(lab: Lab) -> None:
    found = asked(lab)
    epochs = found["config:config.json:train.epochs"]
    assert epochs.outcome is Outcome.LIVE and epochs.details["repeats"] is True
    told = epochs.to_dict()
    assert (told["parameter"], told["from"], told["to"]) == ("config.json:train.epochs", 50, 25)
    assert (told["path"], told["line"]) == ("config.json", 4)
    assert found["config:config.json:extra"].reason.startswith("only echoed: standard output")
    assert found["config:config.json:train.unread"].outcome is Outcome.DEAD
    tried = lab.bench.sandbox.found  # type: ignore[attr-defined]
    assert all(sum(a != b for a, b in zip(flat(t), flat(SETTINGS), strict=True)) <= 1 for t in tried)
    assert json.loads((lab.project.root / "config.json").read_text()) == SETTINGS


def flat(settings: dict[str, Any]) -> list[Any]:
    return [*settings["train"].values(), settings["seed"], settings["extra"]]


def test_a_key_that_the_run_never_read_is_dead_without_a_run(lab: Lab) -> None:
    read = tuple(KeyRead("config.json", k) for k in ("seed", "extra", "train", "train.epochs", "train.rate"))
    lab.__dict__["notes"] = Notes(keys=read, is_there=True)
    found = asked(lab)["config:config.json:train.unread"]
    assert found.outcome is Outcome.DEAD and not found.runs and found.details["why"] == "unread"
    said = list(lives(tuple(asked(lab).values()), {"config-live": Answer.YES}))
    assert [s.answer for s in said] == [Answer.REFUTED] and "config.json:6" in said[0].message


@pytest.mark.parametrize(
    "notes",
    [
        Notes(),
        Notes(keys=(KeyRead("config.json", "seed"),), unsure=frozenset({"config.json"}), is_there=True),
        Notes(keys=(KeyRead("config.json", "seed"), KeyRead("config.json", "train")), is_there=True),
    ],
)
def test_where_the_probe_could_not_see_nothing_is_dead_without_a_run(lab: Lab, notes: Notes) -> None:
    lab.__dict__["notes"] = notes
    assert asked(lab)["config:config.json:train.unread"].runs


def test_a_value_that_the_run_refuses_is_tried_with_another(tmp_path: Path) -> None:
    def refuses(settings: dict[str, Any]) -> tuple[str, float]:
        if settings["train"]["epochs"] < 50:
            return 'Traceback (most recent call last):\n  File "train.py", line 5, in x\nValueError: no\n', 1.0
        return as_told(settings)

    found = asked(made(tmp_path, refuses))["config:config.json:train.epochs"]
    assert (found.outcome, len(found.runs)) == (Outcome.FAILED, 2)


def test_a_seed_that_changes_nothing_is_dead_only_where_something_is_drawn(tmp_path: Path) -> None:
    def ignores(settings: dict[str, Any]) -> tuple[str, float]:
        return as_told({**settings, "seed": 1})

    lab = made(tmp_path, ignores)
    found = asked(lab, seed)["seed:config.json:seed"]
    assert found.outcome is Outcome.DEAD
    (lab.project.root / "train.py").write_text(
        CODE.replace("random.seed(config", "print(config").replace("random.", "")
    )
    lab = replace(lab, project=Project(lab.project.root, Hints(command="python train.py")))
    assert asked(lab, seed)["seed:config.json:seed"].outcome is Outcome.INCONCLUSIVE


def test_a_live_seed_gives_the_same_twice(lab: Lab) -> None:
    found = asked(lab, seed)["seed:config.json:seed"]
    assert found.outcome is Outcome.LIVE and found.details["repeats"] and len(found.runs) == 2


def test_the_spread_over_seeds_is_told_with_what_the_readme_says(tmp_path: Path) -> None:
    lab = made(tmp_path, as_told, seeds=3)
    (lab.project.root / "README.md").write_text("# P\n\nThe loss is 99.5.\n")
    found = asked(lab, seed)["seeds"]
    assert found.outcome is Outcome.LIVE
    (loss,) = (m for m in found.details["metrics"] if m["name"] == "loss")
    assert (loss["min"], loss["max"], loss["mean"], loss["within"]) == (75.0, 125.0, 100.0, True)
    assert found.details["through"] == ["config.json:seed"]


def test_a_long_run_gets_a_short_form_that_later_experiments_start_from(lab: Lab) -> None:
    told, shorter = short.shorten(lab)
    assert [e.id for e in told] == ["config:config.json:train.epochs"] and told[0].outcome is Outcome.LIVE
    assert shorter.short == "train.epochs = 5 instead of 50" and shorter.seconds == 10.0
    found = asked(shorter)
    assert "config:config.json:train.epochs" not in found
    assert {e.details["short_form"] for e in found.values()} == {shorter.short}
    rate = [s["train"] for s in lab.bench.sandbox.found if s["train"]["rate"] == 0.25]  # type: ignore[attr-defined]
    assert rate and all(s["epochs"] == 5 for s in rate)


def test_a_short_run_stays_as_it_is(tmp_path: Path) -> None:
    lab = made(tmp_path, lambda settings: (as_told(settings)[0], 1.0))
    assert short.shorten(lab) == ((), lab)


@pytest.mark.parametrize("text", ["epochs=2", "train.epochs=2", "config.json:train.epochs=2"])
def test_a_short_form_by_hand_names_a_parameter(tmp_path: Path, text: str) -> None:
    lab = made(tmp_path, lambda settings: (as_told(settings)[0], 1.0), wanted_short=(text,))
    _, shorter = short.shorten(lab)
    assert shorter.short == "train.epochs = 2 instead of 50"


@pytest.mark.parametrize(("text", "says"), [("epoch=2", "train.epochs"), ("epochs", "KEY=VALUE"), ("zzz=1", "None of")])
def test_an_unknown_short_form_names_the_nearest_parameter(tmp_path: Path, text: str, says: str) -> None:
    lab = made(tmp_path, as_told, wanted_short=(text,))
    with pytest.raises(UsageError) as error:
        short.shorten(lab)
    assert says in f"{error.value} {error.value.hint}"


def test_what_lies_over_the_project_is_what_is_edited(lab: Lab) -> None:
    _, shorter = short.shorten(lab)
    session = Session(shorter)
    assert json.loads(session.read("config.json") or "")["train"]["epochs"] == 5
