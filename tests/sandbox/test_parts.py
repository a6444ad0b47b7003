"""The parts of the sandboxes that need neither an engine nor bubblewrap."""

from __future__ import annotations

import errno
import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from repro_audit.sandbox import copying, image, start, store
from repro_audit.sandbox.changes import ANY, Changes, Everything
from repro_audit.sandbox.copying import PROJECT_TIME
from repro_audit.sandbox.engine import remove_leftovers
from repro_audit.sandbox.index import HIDDEN, IndexSettings, index_settings
from repro_audit.sandbox.log import KeptLog
from repro_audit.sandbox.model import MIB, Ending, Limits, Snapshot
from repro_audit.sandbox.supervise import supervise, tree_usage
from repro_audit.sandbox.taking import TooMuch, link_all, stays_inside, take, unpack


@pytest.mark.parametrize(
    ("path", "leads_to", "is_inside"),
    [
        ("a", "b", True), ("a", "b/c", True), ("d/a", "../b", True), ("d/e/a", "../../b", True), ("a", ".", True),
        ("a", "/etc/passwd", False), ("a", "../b", False), ("d/a", "../../b", False), ("d/a", "b/../../c", False),
        ("d/a", "../x/..", False), ("a", "..", False), ("d/a", "..", True),
    ],
)  # fmt: skip
def test_only_links_that_stay_inside_are_kept(path: str, leads_to: str, is_inside: bool) -> None:
    assert stays_inside(path, leads_to) is is_inside


def archive(*members: tuple[str, bytes, str]) -> Iterator[bytes]:
    """An archive in chunks, of (name, type, content or target)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, kind, content in members:
            info = tarfile.TarInfo(name)
            info.type = kind
            if kind == tarfile.REGTYPE:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content.encode()))
            else:
                info.linkname = content
                tar.addfile(info)
    data = buffer.getvalue()
    yield from (data[i : i + 700] for i in range(0, len(data), 700))


HOSTILE = [
    ("project/../../up.txt", tarfile.REGTYPE, "x"),
    ("/project/absolute.txt", tarfile.REGTYPE, "x"),
    ("project/device", tarfile.BLKTYPE, ""),
    ("project/pipe", tarfile.FIFOTYPE, ""),
    ("project/out", tarfile.SYMTYPE, "/etc"),
    ("project/out/passwd", tarfile.REGTYPE, "x"),
    ("project/hard", tarfile.LNKTYPE, "/etc/passwd"),
    ("project/up", tarfile.LNKTYPE, "project/../../secret.txt"),
    ("elsewhere/x", tarfile.REGTYPE, "x"),
    (f"project/{'d/' * 300}x", tarfile.REGTYPE, "x"),
    ("project/" + "n" * 300, tarfile.REGTYPE, "x"),
    ("project/good.txt", tarfile.REGTYPE, "good"),
]


def test_a_hostile_archive_writes_nothing_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hunter2")
    target = tmp_path / "in" / "target"
    target.mkdir(parents=True)
    everything = Everything({})
    _, links = unpack(archive(*HOSTILE), target, lambda member, name: everything.place("/", name), 1000)
    link_all(target, links)
    assert sorted(p for p, _ in copying.stamps(tmp_path)) == [
        "in/target/project/good.txt", "in/target/project/out/passwd", "secret.txt",
    ]  # fmt: skip
    assert not (target / "project/out").is_symlink()


def test_an_archive_is_unpacked_up_to_the_budget(tmp_path: Path) -> None:
    members = [(f"project/{i}", tarfile.REGTYPE, "x" * 100) for i in range(9)]
    with pytest.raises(TooMuch):
        unpack(archive(*members), tmp_path, lambda member, name: name, 450)
    assert len(list((tmp_path / "project").iterdir())) == 4


def test_what_is_taken_stays_in_the_budget(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a").write_bytes(b"x" * 100)
    (source / "b").write_bytes(b"x" * 10)
    with pytest.raises(TooMuch):
        take(source, tmp_path / "target", ["a", "b"], 50)
    assert [p.name for p in (tmp_path / "target").iterdir()] == ["b"]


RECORD = [
    {"Path": "/project", "Kind": 0}, {"Path": "/project/a.txt", "Kind": 0}, {"Path": "/project/out", "Kind": 1},
    {"Path": "/project/out/b.txt", "Kind": 1}, {"Path": "/project/gone", "Kind": 2}, {"Path": "/etc/x", "Kind": 1},
    {"Path": "/home", "Kind": 0}, {"Path": "/home/user", "Kind": 0}, {"Path": "/home/user/c", "Kind": 1},
    {"Path": "/home/other", "Kind": 1},
]  # fmt: skip


def test_the_fewest_archives_cover_the_record() -> None:
    changes = Changes.of(RECORD)
    assert changes.archives() == ["/home/user/c", "/project/a.txt", "/project/out"]
    assert changes.place("/project", "out/b.txt") == "project/out/b.txt"
    assert changes.place("/project", "kept.txt") is None
    assert changes.is_gone("/project/gone/in.txt") and not changes.is_gone("/project/gone.txt")


def test_many_single_files_are_one_archive() -> None:
    changes = Changes.of([*RECORD, *({"Path": f"/project/{i}", "Kind": 0} for i in range(99))])
    assert changes.archives() == ["/home/user/c", "/project"]
    assert changes.place("/", "project/5") == "project/5" and changes.place("/", "project/unchanged") is None


def test_a_folder_is_removed_whatever_is_in_it(tmp_path: Path) -> None:
    target = tmp_path / "target"
    (target / "shut").mkdir(parents=True)
    (target / "shut" / "a").write_text("x")
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "a").write_text("x")
    os.symlink(kept, target / "link")
    os.mkfifo(target / "pipe")
    here = os.open(target, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    (target / "shut").chmod(0)
    copying.remove(target)
    copying.remove(tmp_path / "absent")
    assert [p.name for p in tmp_path.iterdir()] == ["kept"] and (kept / "a").exists()


def test_a_link_is_not_removed_with_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    os.symlink(tmp_path / "kept", tmp_path / "link")
    copying.remove(tmp_path / "link")
    assert (tmp_path / "kept").is_dir()


def test_a_copy_tells_what_changed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "in").mkdir(parents=True)
    for name in ("a", "in/b", "gone"):
        (root / name).write_text("x")
    (root / "in/run.sh").write_text("x")
    (root / "in/run.sh").chmod(0o755)
    files = start.project_files(Snapshot(root, ("a", "in/b", "gone", "in/run.sh", "absent")))
    copy = start.copied(files, tmp_path / "copy")
    assert os.access(copy.folder / "in/run.sh", os.X_OK) and not os.access(copy.folder / "a", os.X_OK)
    assert copy.changes() == ((), ())
    (copy.folder / "a").write_text("y")
    (copy.folder / "new").write_text("y")
    (copy.folder / "gone").unlink()
    assert copy.changes() == (("a", "new"), ("gone",))


def test_the_beginning_and_the_end_of_a_log_are_kept(tmp_path: Path) -> None:
    with KeptLog(tmp_path / "log", 20) as log:
        for i in range(100):
            log.write(b"%03d\n" % i)
    assert (tmp_path / "log").read_bytes() == b"000\n001\n00\n... 380 bytes left out ...\n7\n098\n099\n"
    with KeptLog(tmp_path / "short", 20) as log:
        assert log.write(b"one\rtwo\n") == "two"
        log.write(b"three\nfour\n")
    assert (tmp_path / "short").read_bytes() == b"one\rtwo\nthree\nfour\n"


def test_a_process_is_supervised_without_a_sandbox(tmp_path: Path) -> None:
    code = "import time; print('x', flush=True); y = bytearray(b'x') * 2**26; time.sleep(20)"
    argv, log = [sys.executable, "-c", code], tmp_path / "log"
    late = supervise(argv, log, Limits(seconds=1), env={})
    large = supervise(argv, log, Limits(seconds=20, memory=32 * MIB), env={})
    good = supervise([sys.executable, "-c", "raise SystemExit(3)"], log, Limits(), env={})
    assert (late.ending, large.ending) == (Ending.TIMED_OUT, Ending.OUT_OF_MEMORY)
    assert (good.ending, good.exit) == (Ending.EXITED, 3)


def test_usage_is_that_of_all_descendants() -> None:
    usage = tree_usage(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert tree_usage(os.getpid()).family == usage.family | {child.pid}
    child.communicate(b"\n")
    assert usage.memory > 10 * MIB


SECRET = "https://me:hunter2@packages.example/simple"


@pytest.mark.parametrize(
    "text",
    [f"fetching {SECRET}/six", "host packages.example said no", "password hunter2", "looked in /opt/wheels/six.whl"],
)
def test_index_settings_are_hidden_in_what_an_installer_says(text: str) -> None:
    settings = IndexSettings({"UV_DEFAULT_INDEX": SECRET, "UV_FIND_LINKS": "/opt/wheels"}, ("/opt/wheels",), None)
    hidden = settings.hidden(text)
    assert HIDDEN in hidden and not any(w in hidden for w in ("hunter2", "packages.example", "/opt/wheels"))


def test_index_settings_of_pip_become_those_of_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "pip.conf").write_text(
        "[global]\nindex-url = https://one/simple\nextra-index-url =\n  https://two\n  https://three\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("PIP_INDEX_URL", "https://other/simple")
    found = index_settings().variables
    assert found["UV_DEFAULT_INDEX"] == "https://other/simple"
    assert found["UV_EXTRA_INDEX_URL"] == "https://two https://three"


def test_leftovers_are_those_of_the_dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPRO_AUDIT_CACHE", str(tmp_path))
    dead = subprocess.Popen(["true"])
    dead.wait()
    for name in (f"run-abc-{dead.pid}", f"run-abc-{os.getpid()}", "of-somebody"):
        (store.scratch_folder() / name).mkdir(parents=True)
    assert [p.name for p in store.leftovers()] == [f"run-abc-{dead.pid}"]


def test_what_was_there_before_is_told_from_what_a_run_made() -> None:
    everything = Everything({"/project/a": 3, "/project/link": ANY})
    cases = {"project/a": (3, PROJECT_TIME, False), "project/link": (0, PROJECT_TIME, False)}
    cases |= {"project/copied": (3, PROJECT_TIME, True), "project/a ": (3, 1, True)}
    for name, (size, time, is_new) in cases.items():
        member = tarfile.TarInfo(name)
        member.size, member.mtime = size, time
        assert everything.is_new(f"/{name}", member) is is_new
    grown = tarfile.TarInfo("project/a")
    grown.size, grown.mtime = 4, PROJECT_TIME
    assert everything.is_new("/project/a", grown)
    everything.place("/", "project/a")
    assert everything.is_gone("/project/link") and not everything.is_gone("/project/a")


class Images:
    """The images of an engine, by id; nothing runs in it."""

    def __init__(self, **kinds: str) -> None:
        self.kinds = kinds

    def listed(self, filters: dict[str, str]) -> list[dict[str, Any]]:
        name, _, kind = filters["label"].partition("=")
        return [{"Id": i, "Labels": {name: k}} for i, k in self.kinds.items() if kind in ("", k)]

    def remove(self, id: str, force: bool) -> None:
        del self.kinds[id]


@pytest.mark.parametrize(("everything", "left"), [(False, ["built", "begun"]), (True, [])])
def test_built_images_go_only_where_all_is_to_go(everything: bool, left: list[str]) -> None:
    images = Images(built="environment", begun="run")
    none = SimpleNamespace(list=lambda **_: [])
    engine = SimpleNamespace(images=images, containers=none, api=SimpleNamespace(images=images.listed))
    removed = remove_leftovers(engine, all_of_them=everything)
    assert list(images.kinds) == left and len(removed) == 2 - len(left)


@pytest.mark.parametrize("way", ["moved", "unpacked"])
def test_a_full_disk_is_told_with_the_file_that_has_no_room(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "elsewhere")

    def across(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    (tmp_path / "from").mkdir()
    (tmp_path / "from/a.txt").write_text("x")
    monkeypatch.setattr(os, "rename", across)
    monkeypatch.setattr(shutil, "copyfile", full)
    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(OSError, match="No space left") as caught:
        if way == "moved":
            take(tmp_path / "from", tmp_path / "to", ["a.txt"], 100)
        else:
            packed = image.archive([("a.txt", b"x")]).read()
            unpack([packed], tmp_path / "to", lambda member, name: name, 100)
    assert caught.value.filename == str(tmp_path / "to/a.txt")


def test_the_figures_that_the_probe_kept_are_not_found_by_a_later_run(tmp_path: Path) -> None:
    for name in ("shown-figures/figure-001.png", ".cache/a.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("x")
    assert list(start.home_files(Snapshot(tmp_path / "project", (), home=tmp_path))) == [".cache/a.txt"]
