"""A project whose two runs differ, with its evidence as after a run; and one whose every word is hostile."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from repro_audit.model import Answer, Evidence, Place, Star
from repro_audit.report.html import Sources
from repro_audit.result import Criterion, ProjectInfo, Rank, Result, StarResult

EVIL = (
    '<script>window.ran=1</script><img src=x onerror=window.ran=2>" onload="window.ran=3" \' ]]> --> </style></title>'
    "</textarea><svg onload=window.ran=4> {{7*7}} `<b>` javascript:window.ran=5 \x00\x1b[31m\u202e\u2066\udcff"
)
TRAIN = "import numpy as np\nimport json\n\norder = np.random.permutation(10)\nprint(order)\n"
EVIL_NAME = "out/<img src=x onerror=window.ran=6>.txt"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>window.ran=7</script><text>{}</text></svg>'


def plain_case(folder: Path) -> tuple[Result, Sources]:
    """Two runs that differ in a curve, a text, a number and a picture, because of line 4."""
    project, evidence = _folders(folder)
    (project / "train.py").write_text(TRAIN)
    for number in (1, 2):
        _write_outputs(evidence / "runs" / f"repeat-{number}", number)
    names = ("out/history.csv", "out/metrics.json", "out/summary.txt", "out/fit.png", "standard output")
    outputs = [_output(name) for name in names]
    cause = {
        "cause": "unseeded-numpy", "confirmed": True, "path": "train.py", "line": 4, "text": "", "outputs": list(names),
        "fix": "Call `np.random.seed(...)` before line 4.", "why": "five outputs differ because NumPy is unseeded",
    }  # fmt: skip
    shown = evidence / "runs" / "app" / "tmp"
    shown.mkdir(parents=True)
    Image.new("RGB", (900, 500), "teal").save(shown / "app.png")
    app = {
        "id": "app:app.py", "kind": "app", "outcome": "failed", "reason": "app.py answered nothing", "app": "gradio",
        "asked": "3", "screenshot": ".repro-audit/runs/app/tmp/app.png",
        "failure": {
            "class": "crashed", "message": "it broke", "path": "train.py", "line": 4, "last_lines": ["Boom: 1"],
        },
    }  # fmt: skip
    told = [_repeat(outputs, [cause]), app, *_others("params.yaml:rate")]
    return _result("demo", told), Sources.of(project, evidence)


def hostile_case(folder: Path) -> tuple[Result, Sources]:
    """Every text is `EVIL`, every output is a trap, and places lead out of the project."""
    project, evidence = _folders(folder)
    (project / "train.py").write_text("\n" * 3 + EVIL.replace("\udcff", "") + "\n")
    (folder / "secret").write_text("TOP-SECRET\n" * 9)
    (project / "link.py").symlink_to(folder / "secret")
    (project / ".venv").mkdir()
    (project / ".venv" / "token").write_text("TOP-SECRET\n" * 9)
    names = ("out/long.txt", "out/x.svg", "out/bad.png", "out/evil.json", "out/link.txt", EVIL_NAME, "standard output")
    for number in (1, 2):
        _write_traps(evidence / "runs" / f"repeat-{number}", number, folder / "secret")
    places: list[dict[str, Any]] = [
        {"path": "train.py", "line": 4}, {"path": "../secret", "line": 2}, {"path": "link.py", "line": 2},
        {"path": ".venv/token", "line": 2}, {"path": EVIL, "line": -1}, {"path": 7, "line": "x"},
    ]  # fmt: skip
    causes = [
        {"cause": EVIL, "confirmed": True, "outputs": [EVIL], "text": EVIL, "fix": EVIL, "why": EVIL, "also": places,
         **place} for place in places
    ]  # fmt: skip
    repeat = _repeat([_output(n) for n in (*names, "../../../secret", EVIL, "/".join("abc" * 90))], causes)
    failed = {
        "id": EVIL, "kind": "app", "outcome": "failed", "reason": EVIL, "runs": 5, "outputs": "x", "causes": [],
        "failure": {"class": EVIL, "message": EVIL, "next": EVIL, "last_lines": [EVIL]}, "app": EVIL, "asked": EVIL,
        "answered": EVIL, "screenshot": "ev/../../secret",
    }  # fmt: skip
    result = _result(EVIL, [repeat, failed, *_others(EVIL)])
    return replace(result, project=replace(result.project, files="javascript:alert(1)//")), Sources.of(
        project, evidence
    )


def _folders(folder: Path) -> tuple[Path, Path]:
    project, evidence = folder / "project", folder / "project" / ".repro-audit"
    (evidence / "runs").mkdir(parents=True)
    return project, evidence


def _write_outputs(run: Path, number: int) -> None:
    out = run / "project" / "out"
    out.mkdir(parents=True)
    drawn = random.Random(number)
    losses = [1 / (n + 1) + drawn.random() / 10 for n in range(30)]
    rows = "".join(f"{n},{loss:.6f},{n * 2}\n" for n, loss in enumerate(losses))
    (out / "history.csv").write_text("epoch,loss,same\n" + rows)
    (out / "metrics.json").write_text(
        json.dumps({"loss": losses, "nested": {"acc": [0.1, 0.2, number / 10]}}, indent=1)
    )
    (out / "summary.txt").write_text("Summary\n" + "same\n" * 30 + f"slope {number}.5 of the line\nend\n")
    picture = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(picture).line((0, 0, 300, 60 * number), fill="blue", width=5)
    picture.save(out / "fit.png")
    (run / "log.txt").write_text(f"epoch 1: loss {losses[0]}\ndone\n")


def _write_traps(run: Path, number: int, secret: Path) -> None:
    out = run / "project" / "out"
    out.mkdir(parents=True)
    (out / "long.txt").write_text("a" * 900_000 + str(number) * 9_100_000)
    (out / "x.svg").write_text(SVG.format(number))
    (out / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes([number]) * 90)
    (out / "evil.json").write_text(json.dumps({EVIL: [1, 2, number], "deep": [[[[number]]]], "huge": [10**400, 1, 2]}))
    (out / "link.txt").symlink_to(secret)
    name = run / "project" / EVIL_NAME
    name.write_text(f"{EVIL} {number}\n".replace("\udcff", ""))
    (run / "log.txt").write_text(f"{EVIL} {number}\n".replace("\udcff", ""))


def _output(path: str) -> dict[str, Any]:
    return {
        "path": path, "verdict": "different", "why": f"{path} differs", "remarks": [path],
        "places": [{"at": path, "why": path}, {"at": "b", "why": "c"}],
    }  # fmt: skip


def _repeat(outputs: list[dict[str, Any]], causes: list[dict[str, Any]]) -> dict[str, Any]:
    runs = [
        {"argv": ["python"], "exit": 0, "ending": "ended", "seconds": 2.5 * n, "peak_memory_bytes": 9 << 20,
         "log": f".repro-audit/runs/repeat-{n}/log.txt"} for n in (1, 2)
    ]  # fmt: skip
    return {
        "id": "repeat", "kind": "repeat", "runner": "docker", "outcome": "differs", "reason": "outputs differ",
        "runs": runs, "failure": None, "outputs": outputs, "causes": causes, "isolation": "a container",
        "environment": {"python": "3.11", "packages": ["numpy==1.26.4"], "system": "Linux", "cpu": "a processor"},
    }  # fmt: skip


def _others(word: str) -> list[dict[str, Any]]:
    """A parameter, a spread and a claim that say `word`."""
    trial = {"runner": "docker", "reason": word, "parameter": word, "from": word, "to": word, "path": word, "line": 1}
    metric = {"name": word, "output": word, "mean": 1.0, "sd": word, "min": 0.5, "max": 2, "stated": 1, "within": True}
    claim = {
        "what": word, "verdict": "not reproduced", "stated": word, "found": word, "path": word, "line": 3,
        "found_at": word,
    }  # fmt: skip
    return [
        {"id": f"config:{word}", "kind": "config", "outcome": "dead", **trial},
        {"id": "seeds", "kind": "seed", "outcome": "live", "reason": word, "metrics": [metric]},
        {"id": "claims", "kind": "claims", "outcome": "differs", "reason": word, "claims": [claim]},
    ]


def _result(word: str, experiments: list[dict[str, Any]]) -> Result:
    answers = (Answer.VERIFIED, Answer.REFUTED, Answer.PARTIAL, Answer.NA, Answer.UNKNOWN)
    evidence = (Evidence(word, Place("train.py", 4)), Evidence(word, Place(word, 2)), Evidence("", None, "repeat"))
    criteria = tuple(
        Criterion(f"criterion-{n}", star, word, Answer.YES, answer, f"{word} `x`", evidence, word)
        for n, (star, answer) in enumerate(zip(Star, answers))
    )
    stars = tuple(StarResult(s, s.value < 3, s is Star.CODE) for s in Star)
    return Result(ProjectInfo(".", word, "5" * 40), Rank(2, 1), stars, criteria, experiments=tuple(experiments))
