"""A draft of codecheck.yml has every field that version 2.0 asks for, and cannot pass for what a person wrote."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from called import Program

from repro_audit.archive.codecheck import render
from repro_audit.archive.kept import Kept
from repro_audit.model import Place
from repro_audit.result import Author, Citation, Found, Result, StageRow

from .conftest import NASTY, kept_run

Nasty = tuple[Result, Kept, Path]
HAND = ("report", "certificate", "summary")  # that only people know


def read(text: str) -> dict[str, Any]:
    assert text.startswith("---\n")  # CODECHECK's tools ask for it in the first place
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def checked(config: dict[str, Any]) -> None:
    """Every MUST and SHOULD of https://codecheck.org.uk/spec/config/2.0/."""
    assert config["version"] == "https://codecheck.org.uk/spec/config/2.0/"
    assert config["manifest"] and all(isinstance(item["file"], str) for item in config["manifest"])
    assert not any(item["file"].startswith("/") or ".." in item["file"].split("/") for item in config["manifest"])
    paper = config["paper"]
    assert paper["title"] and paper["reference"] and paper["authors"]
    for person in [*paper["authors"], *config["codechecker"]]:
        assert person["name"]
        assert re.fullmatch(r"(\d{4}-){3}\d{3}[\dX]|FIXME: 0000-0000-0000-0000", person["ORCID"])
    assert config["codechecker"] and all(isinstance(config[key], str) and config[key] for key in HAND)


def test_every_field_is_there_whatever_the_files_are_called(nasty: Nasty) -> None:
    result, kept, _ = nasty
    config = read(render(result, kept))
    checked(config)
    assert {item["file"] for item in config["manifest"]} >= set(NASTY) - {"new\nline.txt"}
    assert "bad\\xff.bin" in {item["file"] for item in config["manifest"]}
    assert config["repository"] == "https://example.org/a/demo"


def test_what_only_people_know_is_a_placeholder_and_says_that_a_program_did_it(nasty: Nasty) -> None:
    result, kept, _ = nasty
    config = read(render(result, kept))
    assert all(config[key].startswith("FIXME") for key in HAND)
    assert "repro-audit, a program" in config["summary"]
    assert config["codechecker"][0]["name"].startswith("FIXME")
    assert config["repro_audit"]["criteria"] == {"code-runs": "verified"}


def test_the_manifest_says_how_each_file_was_recreated(nasty: Nasty) -> None:
    result, kept, _ = nasty
    outputs = [{"path": "x", "verdict": "different", "why": "0.9 != 0.8"}]
    result = replace(result, experiments=({**result.experiments[0], "outputs": outputs},))
    (item,) = read(render(result, kept))["manifest"]
    assert item["file"] == "x" and "by a second, equal run otherwise" in item["comment"]
    assert re.search(r"sha256 [0-9a-f]{64}", item["comment"])


def test_the_paper_is_the_one_that_the_project_cites(nasty: Nasty) -> None:
    result, kept, _ = nasty
    people = (Author("Ada Lovelace", "0000-0002-1825-009X"), Author("Ålan: Turing"))
    cited = Citation("On: machines # 1", people, "https://doi.org/10.1000/xyz")
    config = read(render(replace(result, found=Found(citation=cited)), kept))
    checked(config)
    assert config["paper"]["title"] == "On: machines # 1"
    assert config["paper"]["authors"][0] == {"name": "Ada Lovelace", "ORCID": "0000-0002-1825-009X"}
    assert config["paper"]["authors"][1]["name"] == "Ålan: Turing"


def test_without_a_run_the_manifest_is_what_the_steps_name(nasty: Nasty) -> None:
    stage = StageRow("train", "python train.py", ("model.pkl",), Place("dvc.yaml", 1))
    result = replace(nasty[0], experiments=(), found=Found(stages=(stage,)))
    config = read(render(result, Kept()))
    checked(config)
    assert config["manifest"][0]["file"] == "model.pkl" and "not recreated" in config["manifest"][0]["comment"]
    assert "Nothing was run" in config["summary"] and "check_time" not in config
    assert read(render(replace(result, found=Found()), Kept()))["manifest"][0]["file"].startswith("FIXME")


@pytest.mark.parametrize("is_run", [True, False])
def test_score_writes_the_same_each_time(project: Path, program: Program, is_run: bool) -> None:
    if is_run:
        kept_run(project, {"out.txt": b"1"})
    first, second = (program("score", "--format", "codecheck") for _ in range(2))
    checked(read(first.out))
    assert first == second and ("out.txt" in first.out) == is_run
