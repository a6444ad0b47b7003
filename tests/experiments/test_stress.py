"""What a second pass in a used tree may do without being blamed, and what no stress may be mistaken for."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

from repro_audit.compare import compare
from repro_audit.diagnose.model import CauseName, Hold
from repro_audit.diagnose.notes import Notes
from repro_audit.diagnose.stresses import all_of, already_held, stresses
from repro_audit.experiments.keys import differing, key_of
from repro_audit.experiments.leftover import found_there, judged
from repro_audit.experiments.model import Output
from repro_audit.experiments.outputs import SAID, told
from repro_audit.experiments.stress import WARNING
from repro_audit.sandbox.model import Ending, Run


def run(*changed: str, deleted: tuple[str, ...] = ()) -> Run:
    return Run((), Ending.EXITED, 0, 1.0, None, Path(), Path(), changed, deleted)


def paths(found: tuple[Output, ...]) -> list[str]:
    return [o.path for o in found]


def test_a_file_that_is_not_written_again_is_still_there() -> None:
    found = (Output("model.pt", "only-first", ""), Output("a.csv", "identical", ""))
    assert paths(judged(found, run("project/model.pt"), run())) == ["a.csv"]


def test_a_file_that_the_second_pass_removes_is_missed() -> None:
    found = (Output("model.pt", "only-first", ""),)
    assert paths(judged(found, run("project/model.pt"), run(deleted=("model.pt",)))) == ["model.pt"]


def test_a_new_run_folder_beside_the_old_one_is_no_difference() -> None:
    found = (Output("logs/version_1/a.csv", "only-second", ""), Output("new.csv", "only-second", ""))
    assert paths(judged(found, run("project/logs/version_0/a.csv"), run())) == ["new.csv"]


def test_what_is_said_counts_only_where_nothing_is_written() -> None:
    said = Output(SAID, "different", "")
    assert paths(judged((said, Output("a.csv", "identical", "")), run(), run())) == ["a.csv"]
    assert paths(judged((said,), run(), run())) == [SAID]


def test_a_log_that_every_run_adds_to_is_no_state_left_behind() -> None:
    found = (
        Output("logs/info.log", "different", ""),
        Output("train.log", "different", ""),
        Output("log.csv", "different", ""),
    )
    assert paths(judged(found, run(), run())) == ["log.csv"]


def test_a_file_counts_as_found_there_where_it_is_read_before_it_is_written() -> None:
    raw = (
        {"note": "open", "path": "old.json", "mode": "r"},
        {"note": "open", "path": "log.csv", "mode": "a"},
        {"note": "open", "path": "new.json", "mode": "w"},
        {"note": "open", "path": "new.json", "mode": "r"},
        {"note": "open", "path": "data.csv", "mode": "r"},
    )
    left = run("project/old.json", "project/log.csv", "project/new.json")
    assert found_there(Notes(raw=raw), left) == ["old.json", "log.csv"]


def test_everything_at_once_is_really_everything() -> None:
    hold = all_of(stresses(2))
    assert hold.variables["OMP_NUM_THREADS"] == "1" and hold.surroundings["cpus"] == 1
    assert hold.probe["shake"].keys() == {"file-order", "clock", "process-id"}
    assert hold.surroundings.keys() == {"cpus", "folder", "hostname", "user", "umask"}


def test_the_number_of_processors_is_changed_without_that_of_the_threads() -> None:
    change = next(s for s in stresses(2) if s.name is CauseName.CPU_COUNT)
    assert change.hold.variables["OMP_NUM_THREADS"] == "2"


def test_what_has_to_be_held_is_not_moved() -> None:
    steady = Hold({"hold": {"clock": 1}}, {"PYTHONHASHSEED": "1"})
    names = {s.name for s in stresses(2) if already_held(s, steady)}
    assert names == {CauseName.WALL_CLOCK, CauseName.HASH_SEED}


def test_holds_of_several_sources_are_kept_side_by_side() -> None:
    both = Hold({"hold": {"numpy": 1}}) | Hold({"hold": {"torch": 1, "numpy": 2}, "shake": {"clock": 3}})
    assert both.probe == {"hold": {"numpy": 2, "torch": 1}, "shake": {"clock": 3}}


def test_outputs_of_two_runs_have_one_name_though_a_folder_is_named_after_the_time() -> None:
    assert key_of("runs/2026-11-21_10-02-03/metrics.json") == key_of("runs/2027-01-02_11-12-13/metrics.json")
    assert key_of("model-1.pt") != key_of("model-2.pt")


def test_a_difference_is_known_by_its_place_where_all_places_are_told() -> None:
    some = Output("a.json", "different", "", places=(("score", "1 != 2"),))
    many = Output("b.json", "different", "", places=tuple((f"row {n}", "") for n in range(20)))
    assert differing((some, many, Output("c", "equivalent", ""))) == {("a.json", "score"), ("b.json", "")}


def test_places_that_have_another_name_in_each_run_are_not_looked_for_in_a_third() -> None:
    named = (("9f3a.npy", "only in the first"), ("77b0.npy", "only in the second"))
    more = (("row 3", "only in the second"),)
    found = differing((Output("a.zip", "different", "", places=named), Output("b.csv", "different", "", places=more)))
    assert found == {("a.zip", ""), ("b.csv", "row 3")}


def test_neither_are_names_of_members_that_are_paired_though_they_follow_addresses(tmp_path: Path) -> None:
    for folder, address in (("one", 0x7F3C_2A10_0010), ("two", 0x7F91_5500_0040)):
        (tmp_path / folder).mkdir()
        with ZipFile(tmp_path / folder / "model.zip", "w") as archive:
            archive.writestr("schema.json", json.dumps({"__id__": address, "file": f"{address}.json"}))
            archive.writestr(f"{address}.json", "[0.5]")
    found = [told(path, node) for path, node in compare(tmp_path / "one", tmp_path / "two").files()]
    assert differing(found) == {("model.zip", "")}


def test_what_libraries_warn_of_and_the_names_that_were_changed_are_no_result() -> None:
    log = b"/srv/elsewhere/project/a.py:3: UserWarning: only 1 processor\n  warnings.warn(\nscore 0.5 in /srv/x\n"
    assert WARNING.sub(b"", log) == b"score 0.5 in /srv/x\n"
