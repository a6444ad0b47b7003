"""Folders: what belongs together, what is missing, and that no link is followed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from laid import lay

from repro_audit.compare import Difference, compare
from repro_audit.report.differences import render_differences


def verdicts(found: Difference) -> dict[str, str]:
    return {path: str(file.likeness) for path, file in found.files()}


def test_equal_paths_are_compared_and_missing_ones_told(tmp_path: Path) -> None:
    one = lay(tmp_path / "one", {"a/m.json": '{"x": 1}', "b.txt": "b", "c.txt": "c"})
    two = lay(tmp_path / "two", {"a/m.json": '{"x": 2}', "b.txt": "b", "d.txt": "c"})
    found = compare(one, two)
    expected = {"a/m.json": "different", "b.txt": "identical", "c.txt": "only-first", "d.txt": "only-second"}
    assert verdicts(found) == expected
    assert found.why == "3 of 4 files differ"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            "mlruns/0/0f1e2d3c4b5a69788796a5b4c3d2e1f0/metrics/loss",
            "mlruns/0/1f1e2d3c4b5a69788796a5b4c3d2e1f0/metrics/loss",
        ),
        ("outputs/2024-01-01/10-00-00/m", "outputs/2024-01-02/11-30-59/m"),
        ("runs/Nov21_09-33-48_host/m", "runs/Nov22_10-00-01_other/m"),
        ("wandb/run-20240101_101112-a1b2c3d4/m", "wandb/run-20240102_101112-e5f6g7h8/m"),
        ("wandb/offline-run-20240101_101112-abcdefgh/m", "wandb/offline-run-20240102_101112-ijklmnop/m"),
        ("wandb/run-abcdefgh.wandb", "wandb/run-ijklmnop.wandb"),
        ("runs/1/m", "runs/2/m"),
        ("logs/version_0/m", "logs/version_1/m"),
        ("out/20240101-101112/m", "out/20240101-101159/m"),
        ("out/6ba7b810-9dad-11d1-80b4-00c04fd430c8/m", "out/7ba7b810-9dad-11d1-80b4-00c04fd430c8/m"),
        ("train_1700000000.log", "train_1700000111.log"),
        ("tmpab12cd34/m", "tmpzz12cd99/m"),
    ],
)
def test_folders_and_files_named_after_the_run_are_paired(tmp_path: Path, one: str, two: str) -> None:
    found = compare(lay(tmp_path / "one", {one: "loss 1"}), lay(tmp_path / "two", {two: "loss 1"}))
    assert found.likeness.is_same, render_differences(found).plain
    found = compare(lay(tmp_path / "one", {one: "loss 1"}), lay(tmp_path / "two", {two: "loss 2"}))
    assert [str(file.likeness) for _, file in found.files()] == ["different"]


def test_several_run_folders_are_paired_by_content(tmp_path: Path) -> None:
    one = lay(tmp_path / "one", {"r/20240101-101112/p": "lr 1", "r/20240101-101113/p": "lr 2"})
    two = lay(tmp_path / "two", {"r/20240102-101112/p": "lr 2", "r/20240102-101113/p": "lr 1"})
    assert compare(one, two).likeness.is_same


def test_a_score_in_a_name_is_a_difference(tmp_path: Path) -> None:
    one = lay(tmp_path / "one", {"model_0.93.txt": "same"})
    found = compare(one, lay(tmp_path / "two", {"model_0.91.txt": "same"}))
    assert [file.why for _, file in found.files()] == ["named model_0.91.txt in the second, with the same bytes"]


def test_a_seed_that_a_system_draws_is_a_difference_of_its_record(tmp_path: Path) -> None:
    one, two = (lay(tmp_path / n, {".guild/attrs/random_seed": n}) for n in ("17", "4"))
    assert not compare(one, two).likeness.is_same


def test_records_of_a_run_mean_nothing(tmp_path: Path) -> None:
    names = {
        ".guild/attrs/started": "1700000000000000",
        ".guild/attrs/host": "a",
        "tags/mlflow.user": "me",
        ".snakemake/metadata/YQ==": "1",
        ".metaflow/A/_meta/a.json": "1",
        ".aim/seqs/a.sst": "1",
        "wandb/run-1/logs/debug.log": "1",
    }
    others = {
        ".guild/attrs/started": "1700000099000000",
        ".guild/attrs/host": "b",
        "tags/mlflow.user": "you",
        ".snakemake/metadata/YQ==": "2",
        ".metaflow/A/_meta/a.json": "2",
        ".aim/seqs/a.sst": "2",
        "wandb/run-1/logs/debug.log": "2",
    }
    assert compare(lay(tmp_path / "one", names), lay(tmp_path / "two", others)).likeness.is_same


def mlflow(run: int, loss: float) -> dict[str, str]:
    identity = f"{run}f1e2d3c4b5a69788796a5b4c3d2e1f0"
    meta = f"artifact_uri: file:///w/mlruns/0/{identity}/artifacts\nend_time: 170000000{run}000\nrun_id: {identity}\n"
    return {
        f"mlruns/0/{identity}/meta.yaml": meta + f"run_name: bold-fish-{run}23\nstatus: 3\n",
        f"mlruns/0/{identity}/metrics/loss": f"170000000{run}123 {loss} 0\n",
        f"mlruns/0/{identity}/tags/mlflow.runName": f"bold-fish-{run}23",
    }


def sacred(run: int, loss: float) -> dict[str, str]:
    times = f'"start_time": "2024-01-0{run}T10:00:00.123", "heartbeat": "2024-01-0{run}T10:00:09.123"'
    metrics = f'{{"loss": {{"steps": [1], "timestamps": ["2024-01-0{run}T10:00:01"], "values": [{loss}]}}}}'
    return {
        f"runs/{run}/run.json": f'{{{times}, "host": {{"hostname": "h{run}"}}, "result": {loss}}}',
        f"runs/{run}/metrics.json": metrics,
    }


@pytest.mark.parametrize("make", [mlflow, sacred])
def test_run_folders_differ_by_what_was_measured_only(
    tmp_path: Path, make: Callable[[int, float], dict[str, str]]
) -> None:
    one = lay(tmp_path / "one", make(1, 0.5))
    found = compare(one, lay(tmp_path / "two", make(2, 0.5)))
    assert found.likeness.is_same, render_differences(found).plain
    found = compare(one, lay(tmp_path / "three", make(2, 0.25)))
    assert not found.likeness.is_same


@pytest.mark.parametrize(
    ("said", "likeness"),
    [
        ("start\nloss 0.5\nResult: 1\nDone\n", "equivalent"),
        ("start\nlo", "equivalent"),
        ("", "equivalent"),
        ("loss 0.5\nstart\n", "equivalent"),  # words and errors are copied by two processes
        ("start\nloss 0.25\n", "different"),
        ("start\nloss 0.25\nResult: 1\n", "different"),
    ],
)
def test_how_far_the_copied_words_of_a_run_go_is_chance(tmp_path: Path, said: str, likeness: str) -> None:
    one = lay(tmp_path / "one", {"runs/1/cout.txt": "start\nloss 0.5\n"})
    found = compare(one, lay(tmp_path / "two", {"runs/1/cout.txt": said}))
    assert str(found.likeness) == likeness, found


def test_links_and_pipes_are_told_and_never_opened(tmp_path: Path) -> None:
    one, two = lay(tmp_path / "one", {}), lay(tmp_path / "two", {})
    for folder, target in ((one, "/etc/passwd"), (two, "/etc/group")):
        (folder / "link").symlink_to(target)
        (folder / "circle").symlink_to(".")
        os.mkfifo(folder / "pipe")
    found = compare(one, two)
    assert verdicts(found) == {"circle": "identical", "link": "different", "pipe": "equivalent"}
    assert "links to /etc/passwd and /etc/group" in render_differences(found).plain


def test_the_text_has_no_markup_and_no_control_characters(tmp_path: Path) -> None:
    one = lay(tmp_path / "one", {"[red]a\x1b[31m.txt": "1"})
    found = compare(one, lay(tmp_path / "two", {"[red]a\x1b[31m.txt": "2"}))
    plain = render_differences(found).plain
    assert "[red]a\\x1b[31m.txt  different  line 1: 1 != 2\n" in plain


def test_what_speaks_of_a_run_speaks_of_the_same_run_under_its_new_name(tmp_path: Path) -> None:
    ids = (("a1" * 16, "b2" * 16), ("c3" * 16, "d4" * 16))
    for side, (train, report) in zip("ab", ids, strict=True):
        lay(tmp_path / side, {f"{train}/model.txt": "0.5", f"{report}/deps": f"model: {train}\n"})
        (tmp_path / side / report / "train").symlink_to(f"../{train}")
    assert str(compare(tmp_path / "a", tmp_path / "b").likeness) == "equivalent"
    (tmp_path / "b" / ids[1][1] / "deps").write_text(f"model: {ids[1][1]}\n")
    found = verdicts(compare(tmp_path / "a", tmp_path / "b"))
    assert found[f"{ids[0][1]}/deps"] == "different" and found[f"{ids[0][1]}/train"] == "equivalent"
