"""What a repository says came out is compared with what comes out, and nothing is called wrong by guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.compare.model import Tolerances
from repro_audit.experiments.bench import Bench
from repro_audit.experiments.claims import COMMITTED, Claim, Verdict, is_result, number_claim, sentence
from repro_audit.experiments.figures import claimed_figures, is_close
from repro_audit.experiments.metrics import Measured, in_file, in_text
from repro_audit.experiments.model import Depth, Kind
from repro_audit.experiments.verify import RunOptions, verify
from repro_audit.facts.results import Stated, metric_of, stated_numbers
from repro_audit.model import Place
from repro_audit.project import Project
from repro_audit.report.findings import refuted_claims
from repro_audit.sandbox.model import Ending, Limits, Run, Snapshot

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"

NAMES = {
    "test_acc": ("accuracy", "test"),
    "Accuracy (test)": ("accuracy", "test"),
    "top-1 accuracy": ("accuracy", ""),
    "valLoss": ("loss", "validation"),
    "ROC AUC": ("auc", ""),
    "R²": ("r2", ""),
    "macro F1-Score": ("f1", ""),
    "log_loss": ("log loss", ""),
    "learning rate": None,
    "train and test accuracy": None,
    "precision and recall": None,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_metric_is_known_however_it_is_written(name: str) -> None:
    found = metric_of(name)
    assert (found and (found.name, found.split)) == NAMES[name]


README = """# A model

It gets an accuracy of **93.4%** on the test set, where the paper reports an accuracy of 95.0.
Trained for 100 epochs; F1: 0.91, and version 2.1 of the data.

| Model | Accuracy |
| --- | --- |
| small | 90.10 |
| large | 92.55 |

| Metric | Value |
| --- | --- |
| RMSE | 0.213 |
"""


def stated(tmp_path: Path, text: str) -> tuple[Stated, ...]:
    (tmp_path / "README.md").write_text(text)
    return stated_numbers(Project(tmp_path).documents)


def test_numbers_beside_a_metric_are_claims_and_others_are_not(tmp_path: Path) -> None:
    found = [(s.metric.name, s.value, s.decimals, s.row) for s in stated(tmp_path, README)]
    assert found == [
        ("f1", 0.91, 2, ""),
        ("accuracy", 90.1, 2, "small"),
        ("accuracy", 92.55, 2, "large"),
        ("rmse", 0.213, 3, ""),
    ]


def run_gave(*named: tuple[str, float]) -> list[Measured]:
    found = [(metric_of(name), name, value) for name, value in named]
    return [Measured(metric, value, "metrics.json", name) for metric, name, value in found if metric]


def claimed(name: str, value: float, decimals: int, **more: object) -> Stated:
    metric = metric_of(name)
    assert metric is not None
    return Stated(metric, value, "", Place("README.md", 3), decimals, **more)  # type: ignore[arg-type]


VERDICTS = {
    "what rounds to it": (claimed("accuracy", 0.93, 2), [("accuracy", 0.9312)], Verdict.REPRODUCED),
    "a share as percent": (claimed("accuracy", 93.1, 1, is_percent=True), [("acc", 0.9312)], Verdict.REPRODUCED),
    "one more digit is wrong": (claimed("accuracy", 0.930, 3), [("accuracy", 0.9312)], Verdict.CLOSE),
    "another number": (claimed("accuracy", 0.93, 2), [("accuracy", 0.71)], Verdict.NOT_REPRODUCED),
    "of several, which one?": (
        claimed("accuracy", 0.93, 2), [("accuracy a", 0.71), ("accuracy b", 0.5)], Verdict.NOT_PRODUCED,
    ),
    "another part of the data": (claimed("test accuracy", 0.93, 2), [("train acc", 0.99)], Verdict.NOT_PRODUCED),
    "a row of a table": (claimed("accuracy", 0.93, 2, row="large"), [("accuracy", 0.71)], Verdict.NOT_PRODUCED),
    "a row of that name": (
        claimed("accuracy", 0.93, 2, row="large"), [("large.accuracy", 0.71)], Verdict.NOT_REPRODUCED,
    ),
    "a row of that name that holds": (
        claimed("accuracy", 0.93, 2, row="Large"), [("accuracy [small]", 0.5), ("accuracy [large]", 0.931)],
        Verdict.REPRODUCED,
    ),
    "the number of another row": (
        claimed("accuracy", 0.93, 2, row="large"), [("small.accuracy", 0.93), ("large.accuracy", 0.71)],
        Verdict.NOT_REPRODUCED,
    ),
    "nothing of the kind": (claimed("accuracy", 0.93, 2), [("loss", 0.71)], Verdict.NOT_PRODUCED),
}  # fmt: skip


@pytest.mark.parametrize("case", VERDICTS)
def test_a_number_is_called_wrong_only_where_nothing_is_left_open(case: str) -> None:
    claim, gave, verdict = VERDICTS[case]
    assert number_claim(claim, run_gave(*gave)).verdict is verdict


def picture(path: Path, changed: int) -> None:
    image = pytest.importorskip("PIL.Image").new("RGB", (20, 20), "white")
    for number in range(changed):
        image.putpixel((number % 20, number // 20), (0, 0, 0))
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def test_a_figure_that_a_page_shows_is_compared_with_the_one_that_the_run_made(tmp_path: Path) -> None:
    root, run = tmp_path / "repo", tmp_path / "run"
    (root / "docs").mkdir(parents=True)
    (root / "README.md").write_text("# Pears\n\n![the fit](docs/fit.png)\n<img src='docs/roc.png'>\n")
    for name, changed in (("fit", 0), ("roc", 4), ("loss", 200), ("other", 0)):
        picture(root / "docs" / f"{name}.png", 0)
        picture(run / "project/plots" / f"{name}.png", changed)
    (run / "project/plots/other.png").unlink()
    (run / "project/plots/other.png").symlink_to(root / "docs/other.png")
    paths = tuple(sorted(p.relative_to(root).as_posix() for p in root.rglob("*.*")))
    changed = tuple(f"project/plots/{n}.png" for n in ("fit", "loss", "other", "roc"))
    bench = Bench(None, None, Snapshot(root, paths), Limits(), None, lambda step, line="": None)  # type: ignore[arg-type]
    gave = Run(("x",), Ending.EXITED, 0, 1.0, None, run, run / "log.txt", changed)
    found = {
        f.path: (str(f.at), f.node.likeness.value, is_close(f.node))
        for f in claimed_figures(bench, Project(root), gave, Tolerances())
    }
    assert found == {
        "docs/fit.png": ("README.md:3", "identical", False),
        "docs/loss.png": ("docs/loss.png", "different", False),
        "docs/roc.png": ("README.md:4", "different", True),
    }


def test_metrics_are_read_from_what_a_run_leaves_and_says(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('{"test": {"acc": 0.5}, "loss": [3, 2, 1], "name": "x", "ok": true}')
    (tmp_path / "h.csv").write_text("epoch,val_loss\n1,0.9\n2,0.8\n")
    (tmp_path / "bad.json").write_text("[" * 100_000)
    values = {m.where: m.value for name in ("m.json", "h.csv", "bad.json") for m in in_file(tmp_path / name, name)}
    assert values == {"test.acc": 0.5, "loss": 1.0, "val_loss": 0.8}
    said = {m.where: m.value for m in in_text("epoch 1 loss: 0.5 acc: 91.2%\nTest accuracy = .75\n", "log")}
    assert said["Test accuracy"] == 0.75 and said["acc%"] == 91.2


def test_results_are_known_by_folder_or_name() -> None:
    found = [p for p in ("results/a.csv", "data/a.csv", "metrics.json", "tests/results/a.csv") if is_result(p)]
    assert found == ["results/a.csv", "metrics.json"]


@pytest.mark.sandbox
def test_a_repository_whose_results_are_others_is_told_with_both_values(tmp_path: Path) -> None:
    told = {}
    for name in ("hold", "broken"):
        options = RunOptions("local", evidence=tmp_path / name, python="3.11", depth=Depth.REPEAT)
        verified = verify(Project(FIXTURES / f"claims-{name}" / "repo"), options, lambda step, line="": None)
        told[name] = next(e for e in verified.experiments if e.kind is Kind.CLAIMS)
    assert told["hold"].outcome.value == "same"
    verdicts = {(c["path"], c["verdict"]) for c in told["broken"].details["claims"]}
    assert verdicts == {
        ("README.md", "not reproduced"),
        ("results/metrics.json", "not reproduced"),
        ("results/history.csv", "not produced by this run"),
        ("docs/line.svg", "not reproduced"),
    }
    figure = next(c for c in told["broken"].details["claims"] if c["path"] == "docs/line.svg")
    assert figure["what"] == "docs/line.svg (shown at README.md:7)"
    assert (figure["verdict"], figure["found_at"]) == ("not reproduced", "line.svg")
    lines = refuted_claims([told["broken"].to_dict()])
    assert len(lines) == 1 and lines[0].startswith("README.md:5 states rmse 0.09; this run gave 0.1")


def test_a_committed_output_is_set_beside_the_one_that_the_run_made() -> None:
    claim = Claim("fit.ipynb", Verdict.NOT_REPRODUCED, COMMITTED, "cell 3: 1 != 2", Place("fit.ipynb"), "fit.ipynb")
    assert sentence([claim]).endswith("fit.ipynb as it is committed and as this run made it: cell 3: 1 != 2")
