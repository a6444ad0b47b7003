"""Where projects come from: addresses are parsed strictly, clones run nothing and are removed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from repro_audit.errors import ProjectError, UsageError
from repro_audit.origin import Address, open_project, parse_address


@pytest.mark.parametrize(
    ("text", "address", "label"),
    [
        ("https://h.org/o/r", Address("https://h.org/o/r", "https"), "https://h.org/o/r"),
        ("https://h.org/o/r.git@v1.0", Address("https://h.org/o/r.git", "https", "v1.0"), "https://h.org/o/r.git@v1.0"),
        (
            "https://u:secret@h.org/o/r@a/b",
            Address("https://u:secret@h.org/o/r", "https", "a/b"),
            "https://h.org/o/r@a/b",
        ),
        ("git@h.org:o/r.git@main", Address("git@h.org:o/r.git", "ssh", "main"), "git@h.org:o/r.git@main"),
        ("ssh://git@h.org/o/r", Address("ssh://git@h.org/o/r", "ssh"), "ssh://h.org/o/r"),
        ("https://h.org/o/r#sub/x", Address("https://h.org/o/r", "https", "HEAD", "sub/x"), "https://h.org/o/r#sub/x"),
        (
            "https://h.org/o/r/tree/v1/a/b",
            Address("https://h.org/o/r", "https", "v1", "a/b"),
            "https://h.org/o/r@v1#a/b",
        ),
        ("https://h.org/o/r/-/tree/v1", Address("https://h.org/o/r", "https", "v1"), "https://h.org/o/r@v1"),
        (
            "git+https://h.org/o/r#subdirectory=x",
            Address("https://h.org/o/r", "https", "HEAD", "x"),
            "https://h.org/o/r#x",
        ),
    ],
)
def test_an_address_is_taken_apart(text: str, address: Address, label: str) -> None:
    assert parse_address(text) == address
    assert address.label == label


@pytest.mark.parametrize("text", [".", "a/b", "/abs", "a@b", "C"])
def test_a_path_is_no_address(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    "text",
    ["ext::sh -c x", "ftp://h/x", "ext://h/x", "http://h/x", "https://h.org/o/r@--upload-pack=x", "https://-h/o/r"],
)
def test_other_addresses_and_options_in_disguise_are_refused(text: str) -> None:
    with pytest.raises((UsageError, ProjectError)), open_project(text):
        pass


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits; filters, hooks and attributes that would write a mark if anything ran them."""
    folder = tmp_path / "origin"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.txt").write_text("one")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "one")
    git(folder, "tag", "v1")
    (folder / "sub").mkdir()
    (folder / "sub" / "b.txt").write_text("two")
    (folder / "out").symlink_to("/")
    (folder / ".gitattributes").write_text("*.txt filter=evil\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "two")
    return folder


def test_a_revision_is_cloned_and_removed_again(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD")
    for ref, names in {"@v1": {"a.txt"}, "@main": {"a.txt", "sub"}, f"@{commit}": {"a.txt", "sub"}}.items():
        with open_project(f"file://{repository}{ref}") as origin:
            folder = origin.path
            assert {p.name for p in folder.iterdir() if not p.name.startswith(".") and p.name != "out"} == names
            assert origin.is_clone
        assert not folder.exists()


def test_a_clone_is_removed_when_it_is_interrupted(repository: Path) -> None:
    with pytest.raises(KeyboardInterrupt), open_project(f"file://{repository}") as origin:
        folder = origin.path
        raise KeyboardInterrupt
    assert not folder.exists()


def test_cloning_runs_no_filter_and_no_hook(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "mark"
    home = tmp_path / "home"
    hooks = tmp_path / "hooks"
    home.mkdir()
    hooks.mkdir()
    (hooks / "post-checkout").write_text(f"#!/bin/sh\ntouch {mark}\n")
    (hooks / "post-checkout").chmod(0o755)
    (home / ".gitconfig").write_text(
        f'[filter "evil"]\n\tsmudge = touch {mark}\n\trequired = true\n'
        f"[core]\n\thooksPath = {hooks}\n\tfsmonitor = touch {mark}\n"
    )
    monkeypatch.setenv("HOME", str(home))
    with open_project(f"file://{repository}") as origin:
        assert (origin.path / "a.txt").read_text() == "one"
    assert not mark.exists()


def test_a_sub_folder_is_found_and_stays_inside(repository: Path) -> None:
    with open_project(f"file://{repository}#sub") as origin:
        assert (origin.path / "b.txt").exists()
        assert origin.name == "sub"
    for outside in ("out", "out/etc", "../..", "none"):
        with pytest.raises(ProjectError), open_project(f"file://{repository}#{outside}"):
            pass


@pytest.mark.parametrize("name", ["none", "file.txt"])
def test_what_is_no_folder_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("")
    with pytest.raises(ProjectError) as caught, open_project(str(tmp_path / name)):
        pass
    assert caught.value.hint


def test_a_fifo_is_no_project(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ProjectError), open_project(str(tmp_path / "pipe")):
        pass


def test_labels_hold_no_path_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p").mkdir()
    monkeypatch.chdir(tmp_path)
    above = tmp_path.parent
    labels = {"p": "p", "./p/": "p", str(tmp_path / "p"): "p", ".": ".", str(above): above.name}
    for given, label in labels.items():
        with open_project(given) as origin:
            assert origin.label == label
