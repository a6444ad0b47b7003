"""A value that is only told again is no result; anything else that changes is one."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from repro_audit.compare.model import Tolerances
from repro_audit.experiments.model import Output
from repro_audit.experiments.outputs import compare_runs
from repro_audit.experiments.parameters.echo import Echo, results
from repro_audit.sandbox.model import Ending, Run

Files = dict[str, "str | bytes"]


def run_of(folder: Path, files: Files) -> Run:
    for part in ("project", "home"):
        (folder / part).mkdir(parents=True)
    (folder / "log.txt").touch()
    for name, text in files.items():
        target = folder / (name if name == "log.txt" else f"project/{name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
    changed = tuple(f"project/{n}" for n in files if n != "log.txt")
    return Run((), Ending.EXITED, 0, 1.0, None, folder, folder / "log.txt", changed)


def changed(tmp_path: Path, before: Any, after: Any, first: Files, second: Files, added: str = "") -> set[str]:
    return {o.path for o in found(tmp_path, before, after, first, second, added)}


def found(tmp_path: Path, before: Any, after: Any, first: Files, second: Files, added: str = "") -> tuple[Output, ...]:
    one, two = run_of(tmp_path / "1", first), run_of(tmp_path / "2", second)
    outputs = compare_runs(one, two, Tolerances())
    return results(two, one, outputs, Echo.of(before, after, added), Tolerances())


@pytest.mark.parametrize(
    ("before", "after", "first", "second"),
    [
        (5, 6, "epochs: 5\nloss 0.25\n", "epochs: 6\nloss 0.25\n"),
        (0.1, 0.05, "lr=0.100000 took 3.1 s\n", "lr=0.050000 took 3.4 s\n"),
        (5, 6, "Namespace(a=5, epochs=5)", "Namespace(a=5, epochs=6)"),
        ("rbf", "linear", "kernel 'rbf', C 1", "kernel 'linear', C 1"),
        (True, False, "shuffle: True", "shuffle: False"),
        ([64, 32], [64, 16], "layers [64, 32]", "layers [64, 16]"),
        (1e-3, 5e-4, '{"lr": 0.001}', '{"lr": 0.0005}'),
    ],
)
def test_an_echo_is_no_result(tmp_path: Path, before: Any, after: Any, first: str, second: str) -> None:
    assert not changed(
        tmp_path, before, after, {"log.txt": first, "a.txt": first}, {"log.txt": second, "a.txt": second}
    )


@pytest.mark.parametrize(
    ("before", "after", "first", "second"),
    [
        (5, 6, "epochs: 5\nloss 0.25\n", "epochs: 6\nloss 0.24\n"),
        (5, 6, "1\n2\n3\n4\n5\n", "1\n2\n3\n4\n5\n6\n"),
        (0.1, 0.05, "rate 0.1, step 0.2", "rate 0.05, step 0.1"),
        (5, 6, "score 6", "score 5"),
        ("rbf", "linear", "best rbf 0.5", "best linear 0.6"),
    ],
)
def test_more_than_an_echo_is_a_result(tmp_path: Path, before: Any, after: Any, first: str, second: str) -> None:
    assert changed(tmp_path, before, after, {"log.txt": first}, {"log.txt": second}) == {"standard output"}


def test_words_that_were_added_to_the_command_are_told_again(tmp_path: Path) -> None:
    first: Files = {"log.txt": "run: python train.py\n"}
    second: Files = {"log.txt": "run: python train.py --lr 0.2\n"}
    assert not changed(tmp_path, 0.1, 0.2, first, second, "--lr 0.2")


def test_a_record_of_what_was_given_to_the_command_is_an_echo(tmp_path: Path) -> None:
    def record(updates: dict[str, Any], loss: float) -> Files:
        given = [f"{k}={v}" for k, v in updates.items()]
        return {"run.json": json.dumps({"meta": {"updates": updates, "given": given}, "loss": loss}, indent=2)}

    def both(name: str, first: dict[str, Any], second: dict[str, Any], loss: float) -> set[str]:
        return changed(tmp_path / name, 0.5, 0.25, record(first, 1.5), record(second, loss), "with margin=0.25")

    assert not both("a", {}, {"margin": 0.25}, 1.5)
    assert not both("b", {"epochs": 6}, {"epochs": 6, "margin": 0.25}, 1.5)
    assert both("c", {}, {"margin": 0.25}, 1.4)


def test_a_list_of_what_was_given_may_begin_empty(tmp_path: Path) -> None:
    first: Files = {"run_params": "flags: []\nstep: 1\n"}
    second: Files = {"run_params": "flags:\n- degree=4\nstep: 1\n"}
    assert not changed(tmp_path, 3, 4, first, second, "degree=4")


def test_a_value_in_the_name_of_a_file_is_an_echo_and_its_content_is_compared(tmp_path: Path) -> None:
    first: Files = {"out-lr0.1/a.csv": "x\n1\n", "out-lr0.1/b.csv": "x\n1\n"}
    second: Files = {"out-lr0.05/a.csv": "x\n1\n", "out-lr0.05/b.csv": "x\n2\n"}
    found = changed(tmp_path, 0.1, 0.05, first, second)
    assert len(found) == 1 and "b.csv" in found.pop()


def test_a_notebook_whose_source_alone_was_changed_shows_no_result(tmp_path: Path) -> None:
    def notebook(value: int, said: str) -> str:
        outputs = [{"output_type": "stream", "name": "stdout", "text": [said]}]
        cell = {"cell_type": "code", "source": [f"k = {value}"], "outputs": outputs, "execution_count": value}
        return json.dumps({"cells": [cell], "nbformat": 4}, indent=1)

    assert not changed(tmp_path / "a", 3, 4, {"n.ipynb": notebook(3, "x")}, {"n.ipynb": notebook(4, "x")})
    assert changed(tmp_path / "b", 3, 4, {"n.ipynb": notebook(3, "x")}, {"n.ipynb": notebook(4, "y")})


def test_what_is_told_of_a_result_is_not_the_changed_value_itself(tmp_path: Path) -> None:
    first, second = {"log.json": '{"rate": 1, "score": 5}'}, {"log.json": '{"rate": 2, "score": 7}'}
    (output,) = found(tmp_path, 1, 2, first, second)
    assert "5 != 7" in output.why and "rate" not in output.why


def test_a_parameter_kept_in_a_pickle_is_an_echo(tmp_path: Path) -> None:
    def model(depth: int, weight: float) -> Files:
        return {"m.pkl": pickle.dumps({"max_depth": depth, "weight": weight})}

    assert not changed(tmp_path / "a", 3, 4, model(3, 0.5), model(4, 0.5))
    assert changed(tmp_path / "b", 3, 4, model(3, 0.5), model(4, 0.6))


def test_files_under_generated_names_are_compared_with_their_like(tmp_path: Path) -> None:
    one, two = "runs/0c1b2a3d4e5f60718293a4b5c6d7e8f9", "runs/f9e8d7c6b5a4938271605f4e3d2a1b0c"
    assert not changed(tmp_path, 0.5, 0.25, {f"{one}/params/alpha": "0.5"}, {f"{two}/params/alpha": "0.25"})


@pytest.mark.parametrize(
    "name",
    [
        ".guild/runs/0a/.guild/attrs/user_flags",
        "outputs/.hydra/overrides.yaml",
        "mlruns/0/1f/params/rate",
        "runs/1/config.json",
    ],
)
def test_what_a_system_notes_of_the_command_is_no_result(tmp_path: Path, name: str) -> None:
    first, second = {name: "{}", "loss.txt": "0.5"}, {name: "degree: 4", "loss.txt": "0.5"}
    assert not changed(tmp_path, 3, 4, dict(first), dict(second))
