"""Settings are read whole or refused with the key and the next step."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from repro_audit.errors import UsageError
from repro_audit.settings import Settings, read_settings

CRITERIA = ("code-runs", "env-image")


def read(folder: Path, text: str, name: str = "repro-audit.toml") -> Settings:
    (folder / name).write_text(text, "utf-8")
    return read_settings(folder, CRITERIA)


def test_every_key_reaches_the_hints(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        'command = "make"\noutputs = ["o/*"]\ndata = ["d"]\nconfiguration = ["c.yaml"]\nignored = ["old/*"]\n'
        '[waivers.env-image]\nreason = "cluster"\nuntil = 2027-01-31\n',
    )
    hints = found.hints
    assert (hints.command, hints.outputs, hints.data) == ("make", ("o/*",), ("d",))
    assert (hints.configuration, hints.ignored) == (("c.yaml",), ("old/*",))
    assert [(w.criterion, w.reason, w.until) for w in found.waivers] == [("env-image", "cluster", date(2027, 1, 31))]


def test_tolerances_keep_the_order_in_which_they_are_written(tmp_path: Path) -> None:
    found = read(tmp_path, "[tolerances]\n'b' = {rtol = 1e-6}\n'a' = {atol = 2}\n")
    assert found.hints.tolerances == (("b", 1e-6, 0.0), ("a", 0.0, 2.0))


def test_pyproject_is_read_as_well(tmp_path: Path) -> None:
    assert read(tmp_path, '[tool.repro-audit]\ncommand = "x"\n', "pyproject.toml").hints.command == "x"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("other.txt", ""),
        ("pyproject.toml", "[tool.ruff]\n"),
        ("pyproject.toml", "[broken"),
        ("pyproject.toml", "tool = 1"),
    ],
)
def test_a_project_without_settings_has_none(tmp_path: Path, name: str, text: str) -> None:
    assert read(tmp_path, text, name) == Settings()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("comand = 'x'", "comand", "command"),
        ("command = 1", "command", "text"),
        ("data = 'x'", "data", "list"),
        ("data = [1]", "data", "list"),
        ("tolerances = 1", "tolerances", "table"),
        ("[tolerances]\n'o/*' = 1", "o/*", "table"),
        ("[tolerances]\n'o/*' = {rtoll = 1}", "rtoll", "rtol"),
        ("[tolerances]\n'o/*' = {rtol = -1}", "number", "1e-6"),
        ("waivers = 1", "waivers", "table"),
        ("[waivers.env-imag]\nreason='x'", "env-imag", "env-image"),
        ("[waivers.env-image]\n", "reason", "reason"),
        ("[waivers.env-image]\nreason=' '", "reason", "reason"),
        ("[waivers.env-image]\nreason='x'\nuntill='2020-01-01'", "untill", "until"),
        ("[waivers.env-image]\nreason='x'\nuntil='soon'", "until", "2027-01-31"),
        ("[waivers.env-image]\nreason='x'\nuntil=5", "until", "2027-01-31"),
        ("waivers.env-image = 'x'", "env-image", "reason"),
        ("= 1", "repro-audit.toml", "line"),
        ("a = " + "[" * 5000, "repro-audit.toml", ""),
    ],
)
def test_a_wrong_setting_names_the_key_and_what_to_write(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert hint in caught.value.hint + str(caught.value)


def test_two_places_for_settings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.repro-audit]\n")
    with pytest.raises(UsageError, match="both"):
        read(tmp_path, 'command = "x"')


def test_a_waiver_holds_through_its_last_day(tmp_path: Path) -> None:
    (waiver,) = read(tmp_path, "[waivers.env-image]\nreason='x'\nuntil=2027-01-31").waivers
    assert not waiver.is_expired(date(2027, 1, 31))
    assert waiver.is_expired(date(2027, 2, 1))


def test_a_link_out_of_the_tree_is_not_followed(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "outside.toml").write_text('command = "x"')
    (project / "repro-audit.toml").symlink_to(tmp_path / "outside.toml")
    assert read_settings(project, CRITERIA) == Settings()
