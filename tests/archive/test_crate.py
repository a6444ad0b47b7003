"""A crate can be kept and read by others: it is whole, says nothing it should not, and the same each time."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zipfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from called import Program

from repro_audit.archive.crate import Crate, write
from repro_audit.archive.kept import Kept, read_kept
from repro_audit.archive.pack import pack
from repro_audit.errors import UsageError
from repro_audit.result import Author, Citation, Found, Result

from .conftest import NASTY, kept_run

Entities = dict[str, dict[str, Any]]
DOCUMENTS = {"result.json": "{}\n", "report.html": "<p>\n"}
Nasty = tuple[Result, Kept, Path]


def made(result: Result, kept: Kept, folder: Path) -> Entities:
    """The entities of a crate, by id."""
    pack(lambda place: write(Crate(result, kept, DOCUMENTS), place), folder)
    return entities(folder)


def entities(folder: Path) -> Entities:
    graph = json.loads((folder / "ro-crate-metadata.json").read_text("utf-8"))["@graph"]
    assert len({e["@id"] for e in graph}) == len(graph)
    return {e["@id"]: e for e in graph}


def types(entity: dict[str, Any]) -> list[str]:
    kind = entity["@type"]
    return kind if isinstance(kind, list) else [kind]


def refs(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in refs(item)]
    return [value["@id"]] if isinstance(value, dict) else []


def actions(found: Entities) -> list[dict[str, Any]]:
    return [e for e in found.values() if "CreateAction" in types(e)]


def test_every_file_is_there_with_the_digest_and_size_that_are_told(nasty: Nasty, tmp_path: Path) -> None:
    result, kept, _ = nasty
    found = made(result, kept, tmp_path / "crate")
    files = {id: e for id, e in found.items() if "File" in types(e)}
    for id, entity in files.items():
        data = (tmp_path / "crate" / unquote(id)).read_bytes()
        assert entity["contentSize"] == str(len(data))
        assert entity.get("sha256", hashlib.sha256(data).hexdigest()) == hashlib.sha256(data).hexdigest()
    on_disk = {p.relative_to(tmp_path / "crate").as_posix() for p in (tmp_path / "crate").rglob("*") if p.is_file()}
    assert on_disk == {unquote(id) for id in files} | {"ro-crate-metadata.json"}
    assert sorted(refs(found["./"]["hasPart"])) == sorted(files)


def test_a_renamed_file_tells_its_own_name(nasty: Nasty, tmp_path: Path) -> None:
    result, kept, _ = nasty
    found = made(result, kept, tmp_path / "crate")
    names = {e.get("name") for e in found.values()}
    assert {"with space.csv", "größe/π.json", "100%.csv", "bad\\xff.bin", "a \"quoted\" 'name'.txt"} <= names
    entity = found["runs/repeat-1/project/100%2525.csv"]
    assert entity["alternateName"] == "runs/repeat-1/project/100%.csv"


def test_what_the_profile_asks_for_is_there(nasty: Nasty, tmp_path: Path) -> None:
    result, kept, _ = nasty
    found = made(result, kept, tmp_path / "crate")
    root = found["./"]
    assert refs(found["ro-crate-metadata.json"]["conformsTo"]) == ["https://w3id.org/ro/crate/1.1"]
    assert refs(root["conformsTo"]) == ["https://w3id.org/ro/wfrun/process/0.5"]
    assert root["name"] and root["description"] and root["datePublished"] and found[refs(root["license"])[0]]["name"]
    assert sorted(refs(root["mentions"])) == sorted(a["@id"] for a in actions(found))
    assert len(actions(found)) == 3  # the audit, and two runs
    for action in actions(found):
        assert "SoftwareApplication" in types(found[refs(action["instrument"])[0]])
        assert refs(action["result"]) and action["name"] and action["description"]
    assert found["https://example.org/a/demo"]["identifier"] == f"swh:1:rev:{'5' * 40}"
    assert found["#image"]["sha256"] == "5" * 64


def test_nothing_points_to_what_is_not_there(nasty: Nasty, tmp_path: Path) -> None:
    result, kept, _ = nasty
    found = made(result, kept, tmp_path / "crate")
    wanted = {r for e in found.values() for key, value in e.items() if key[0] != "@" for r in refs(value)}
    assert {r for r in wanted - set(found) if not r.startswith("https://w3id.org/")} == set()


def test_a_run_that_failed_says_so(nasty: Nasty, tmp_path: Path) -> None:
    result, kept, _ = nasty
    found = made(result, kept, tmp_path / "crate")
    first, second = found["#run-repeat-1"], found["#run-repeat-2"]
    assert first["actionStatus"].endswith("/CompletedActionStatus") and "error" not in first
    assert second["actionStatus"].endswith("/FailedActionStatus") and second["error"] == "exited with status 3"
    assert first["description"] == "python train.py" and first["startTime"] < first["endTime"]


def test_an_output_of_which_only_the_digest_is_kept_is_told_and_is_no_file(nasty: Nasty, tmp_path: Path) -> None:
    result, _, folder = nasty
    (folder / "runs/repeat-1/project/x").unlink()
    found = made(result, read_kept(folder, result.experiments), tmp_path / "crate")
    entity = found["#runs/repeat-1/project/x"]
    assert types(entity) == ["CreativeWork"] and entity["sha256"] == hashlib.sha256(b"x").hexdigest()
    assert "#runs/repeat-1/project/x" in refs(found["#run-repeat-1"]["result"])


def test_only_what_the_manifests_name_goes_in(nasty: Nasty, tmp_path: Path) -> None:
    result, _, folder = nasty
    (folder / "runs/repeat-1/project/.env").write_text("TOKEN=1")
    (folder / "notes.txt").write_text("mine")
    (folder / "runs/repeat-1/project/x").write_text("altered")
    made(result, read_kept(folder, result.experiments), tmp_path / "crate")
    names = {p.name for p in (tmp_path / "crate").rglob("*")}
    assert not names & {".env", "notes.txt"} and not (tmp_path / "crate/runs/repeat-1/project/x").exists()


def test_nothing_of_this_machine_enters(nasty: Nasty, tmp_path: Path) -> None:
    result, kept, _ = nasty
    made(result, kept, tmp_path / "crate")
    text = (tmp_path / "crate/ro-crate-metadata.json").read_text("utf-8")
    assert str(tmp_path) not in text and str(Path.home()) + "/" not in text and "a processor" not in text


def test_the_same_evidence_makes_the_same_bytes(nasty: Nasty, tmp_path: Path) -> None:
    result, kept, folder = nasty
    for name in ("a.zip", "b.zip"):
        pack(lambda place: write(Crate(result, kept, DOCUMENTS), place), tmp_path / name)
        for path in folder.rglob("*.csv"):  # neither times nor rights of the evidence are told
            os.utime(path, (1, 1))
            path.chmod(0o700)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None and archive.namelist() == sorted(archive.namelist())
        archive.extractall(tmp_path / "unpacked")
    assert len(list((tmp_path / "unpacked/runs/repeat-1/project").rglob("*.*"))) >= len(NASTY) - 1


def test_the_package_that_writes_crates_reads_it_again(nasty: Nasty, tmp_path: Path) -> None:
    from rocrate.rocrate import ROCrate

    result, kept, _ = nasty
    pack(lambda place: write(Crate(result, kept, DOCUMENTS), place), tmp_path / "a.zip")
    again = ROCrate(tmp_path / "a.zip")
    assert again.name == "Reproducibility audit of demo" and len(again.get_by_type("CreateAction")) == 3


def test_people_and_license_are_those_that_the_project_names(nasty: Nasty, tmp_path: Path) -> None:
    result, kept, _ = nasty
    people = (Author("Ada Lovelace", "0000-0002-1825-009X"), Author("Alan Turing"))
    result = replace(result, found=Found(license="LICENSE", citation=Citation("T", people, "")))
    found = made(result, kept, tmp_path / "crate")
    assert found["https://orcid.org/0000-0002-1825-009X"]["name"] == "Ada Lovelace"
    assert len(refs(found["https://example.org/a/demo"]["author"])) == 2
    assert "LICENSE" in found["#license"]["description"]


def test_without_a_run_the_commit_gives_the_date(nasty: Nasty, tmp_path: Path) -> None:
    result = replace(nasty[0], experiments=())
    found = made(result, Kept(), tmp_path / "crate")
    assert found["./"]["datePublished"] == "2023-11-14T22:13:20+00:00" and len(actions(found)) == 1
    bare = replace(result, project=replace(result.project, committed=None))
    with pytest.raises(UsageError, match="nothing tells when"):
        made(bare, Kept(), tmp_path / "other")
    assert not (tmp_path / "other").exists() and not list(tmp_path.glob(".repro-audit-*"))


def test_a_kept_run_is_told_by_score(project: Path, program: Program) -> None:
    kept_run(project, {"out.txt": b"1"})
    done = program("score", "--format", "ro-crate", "-o", "../crate")
    assert (done.status, done.out) == (0, "") and "with the evidence of 2 runs" in done.err
    found = entities(project.parent / "crate")
    assert (project.parent / "crate/runs/repeat-1/project/out.txt").read_text() == "1"
    assert json.loads((project.parent / "crate/result.json").read_text())["experiments"][0]["id"] == "repeat"
    assert "report.html" in found and found["./"]["about"] == {"@id": "#project"}


def test_a_crate_is_written_beside_another_format(project: Path, program: Program) -> None:
    done = program("score", "--quiet", "--also", "ro-crate=../a.zip", "--also", "codecheck=../codecheck.yml")
    assert done.status == 0 and zipfile.is_zipfile("../a.zip") and Path("../codecheck.yml").is_file()
    assert "without runs" in done.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--format", "ro-crate"], "a crate is a folder or a zip file"),
        (["--format", "ro-crate", "-o", "."], "is there already"),
        (["--format", "ro-crate", "-o", "README.md"], "is there already"),
        (["--format", "ro-crate", "-o", "gone/a.zip"], "there is no folder gone"),
        (["--also", "ro-crate=."], "is there already"),
        ([".", "--format", "ro-crate", "-o", "a.zip"], "an archive is of one project"),
        ([".", "--format", "codecheck"], "an archive is of one project"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is_lost(
    project: Path, program: Program, words: list[str], told: str
) -> None:
    done = program("score", ".", *words)
    assert done.status == 2 and told in done.err
    assert (project / "README.md").read_text().startswith("# Demo")


def test_run_leaves_the_crate_to_score(project: Path, program: Program) -> None:
    done = program("run", ".", "--format", "ro-crate", "--", "python", "train.py")
    assert done.status == 2 and "repro-audit score --format ro-crate" in done.err
    assert not (project / ".repro-audit").exists()


def test_a_zip_is_replaced_and_an_empty_folder_filled(project: Path, program: Program) -> None:
    (project.parent / "a.zip").write_text("old")
    (project.parent / "empty").mkdir()
    assert program("score", "--format", "ro-crate", "-o", "../a.zip").status == 0
    assert program("score", "--format", "ro-crate", "-o", "../empty").status == 0
    assert zipfile.is_zipfile("../a.zip") and (project.parent / "empty/result.json").is_file()


def test_without_its_package_the_next_step_is_told(
    project: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "rocrate" else real(name))
    done = program("score", "--format", "ro-crate", "-o", "../a.zip")
    assert done.status == 2 and "pip install 'repro-audit[archive]'" in done.err


def test_the_package_is_loaded_only_where_a_crate_is_written(project: Path, program: Program) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "rocrate"]:
        del sys.modules[name]
    program("score", "--format", "codecheck")
    assert "rocrate" not in sys.modules
