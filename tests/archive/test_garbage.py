"""A kept result is a file, and a file may hold anything: every archive of it is written, or refused in a line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from repro_audit.archive.codecheck import render
from repro_audit.archive.crate import Crate, write
from repro_audit.archive.kept import Kept, read_kept
from repro_audit.archive.statement import statement, to_text
from repro_audit.result import Result

EVIL = "a\n[red]`<img>`\x1b[31m\u202e*_@ \udcff %YAML ---\n- {x: [!!python/object:os]}"
ODD: list[Any] = [None, 3, 1e300, float("nan"), True, "", EVIL, [], [EVIL, 3, None], {}, {"path": EVIL, EVIL: 3}]
KEYS = ("runs", "outputs", "environment", "failure", "parameter", "to", "isolation", "network", "reason", "causes")


def experiment(**more: Any) -> dict[str, Any]:
    log = ".repro-audit/runs/repeat-1/log.txt"
    return {"id": "repeat", "kind": "repeat", "outcome": "same", "runs": [{"log": log}], **more}


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_odd_findings_break_nothing(nasty: tuple[Result, Kept, Path], tmp_path: Path, value: Any) -> None:
    result, _, folder = nasty
    experiments = [experiment(**{key: value}) for key in KEYS]
    experiments += [experiment(environment={"python": value, "packages": value, "image": value, "system": value})]
    experiments += [experiment(outputs=[{"path": value, "verdict": value}]), experiment(id=EVIL, kind="config")]
    for number, one in enumerate(experiments):
        write_all(replace(result, experiments=(one, experiment())), folder, tmp_path / str(number))


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("key", ["argv", "ending", "exit", "seconds", "ended", "files"])
def test_odd_manifests_break_nothing(nasty: tuple[Result, Kept, Path], tmp_path: Path, key: str, value: Any) -> None:
    result, _, folder = nasty
    manifest = folder / "runs/repeat-1/manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), key: value}))
    write_all(result, folder, tmp_path / "made")


def write_all(result: Result, folder: Path, place: Path) -> None:
    kept = read_kept(folder, result.experiments)
    place.mkdir()
    write(Crate(result, kept, {"result.json": "{}"}), place)
    metadata = json.loads((place / "ro-crate-metadata.json").read_text("utf-8"))
    assert metadata["@graph"]
    assert yaml.safe_load(render(result, kept))["manifest"]
    assert json.loads(to_text(statement(result, kept, "c")))["subject"]
