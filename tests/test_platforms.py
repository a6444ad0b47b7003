"""Reading works on Windows and macOS. Tested here by taking away what Linux has and they do not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from repro_audit.errors import Unavailable, UsageError
from repro_audit.facts.files import Tree, normalise
from repro_audit.facts.git import Repository, parse_index
from repro_audit.flow import audit
from repro_audit.origin import label, open_project, parse_address

ROOT = Path(__file__).resolve().parent.parent
FIVE_STARS = ROOT / "fixtures" / "five-stars" / "repo"

# What Windows has not. The standard library has to load first: there it takes other ways. SIGKILL and WNOHANG stay,
# because Python itself asks for them where it starts a process here.
WITHOUT_POSIX = """
import os, signal, sys
import asyncio, concurrent.futures, ctypes, encodings.idna, http.client, logging.handlers, multiprocessing, pathlib
import platform, shutil, socket, ssl, subprocess, tarfile, tempfile, threading, urllib.request, uuid, zipfile
for module in ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"):
    sys.modules[module] = None
for name in (
    "O_CLOEXEC O_DIRECTORY O_NOCTTY O_NOFOLLOW O_NONBLOCK O_SYNC chown chroot confstr fchown fork forkpty "
    "getegid geteuid getgid getgroups getloadavg getpgid getpriority getuid initgroups killpg lchown mkfifo mknod nice "
    "pipe2 posix_spawn sched_getaffinity sched_setaffinity sched_yield setegid seteuid setgid setpgid setpriority "
    "setsid setuid statvfs sync sysconf uname wait wait3 wait4 waitid"
).split():
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGALRM", "SIGCHLD", "SIGHUP", "SIGPIPE", "SIGUSR1", "SIGUSR2", "alarm", "setitimer"):
    delattr(signal, name)
"""
# What is carried into a run is for the machine that runs it.
ONLY_INSIDE = (
    "repro_audit.sandbox.probe",
    "repro_audit.experiments.app.driver",
    "repro_audit.experiments.systems.inside",
)


def without_posix(code: str, folder: Path = ROOT) -> str:
    command = [sys.executable, "-c", WITHOUT_POSIX + code]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_loads_without_posix() -> None:
    code = f"""
import pkgutil, importlib, repro_audit
import repro_audit.rules, repro_audit.templates
for found in pkgutil.walk_packages(repro_audit.__path__, "repro_audit."):
    if not found.name.startswith({ONLY_INSIDE!r}) and not found.name.endswith("__main__"):
        importlib.import_module(found.name)
        print(found.name)
"""
    assert len(without_posix(code).split()) > 200


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example project in a repository of its own."""
    folder = tmp_path / "project"
    shutil.copytree(FIVE_STARS, folder)
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], [*author, "commit", "-q", "-m", "all"]):
        subprocess.run(["git", "-c", "core.autocrlf=false", *words], cwd=folder, check=True)
    return folder


COMMANDS = [
    "score --format json",
    "score --verbose",
    "score --format html",
    "score --format sarif",
    "score --format junit",
    "score --baseline HEAD --format markdown",
    "report",
    "fix",
    "badge",
    "explain env-packages",
    "rules",
    "init --print",
    "completion powershell",
    "compare params.yaml Makefile",
]


def test_reading_commands_work_without_posix(project: Path) -> None:
    code = f"""
from repro_audit.cli import main
for line in {COMMANDS}:
    sys.argv = ["repro-audit", *line.split()]
    try:
        main()
    except SystemExit as end:
        print("SAID", line, end.code or 0, flush=True)
"""
    with open_project(str(project)) as origin:
        expected = {c.id: str(c.answer) for c in audit(origin).criteria}
    said = without_posix(code, project).split("SAID ")
    assert [f"{line} {0 if 'compare' not in line else 1}" for line in COMMANDS] == [s.split("\n")[0] for s in said[1:]]
    found = json.loads(said[0])
    assert {c["id"]: c["answer"] for c in found["criteria"]} == expected
    assert not found["project"]["dirty"]


def test_line_ends_of_windows_change_nothing(project: Path) -> None:
    """As `core.autocrlf=true` lays files out, where git itself says that nothing has changed."""
    with open_project(str(project)) as origin:
        before = audit(origin)
    for path in Repository(project, project / ".git").tracked(project):
        data = (project / path).read_bytes()
        if b"\0" not in data:
            (project / path).write_bytes(data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    with open_project(str(project)) as origin:
        after = audit(origin)
    assert not after.project.dirty
    assert after.criteria == before.criteria
    assert after.commands == before.commands
    assert after.found == before.found


@pytest.mark.parametrize(
    ("target", "is_address"),
    [
        ("C:\\work\\demo", False),
        ("C:/code/demo", False),
        ("C://code/demo", False),
        ("D:demo", False),
        ("\\\\nas\\share\\demo", False),
        ("..\\demo", False),
        ("git@example.org:me/demo", True),
        ("file:///C:/code/demo", True),
    ],
)
def test_a_drive_is_no_address(target: str, is_address: bool) -> None:
    assert (parse_address(target) is not None) is is_address


def test_another_scheme_is_still_refused() -> None:
    with pytest.raises(UsageError):
        parse_address("ftp://example.org/demo")


@pytest.mark.parametrize(
    ("path", "resolved", "here", "expected"),
    [
        ("sub\\demo", "C:\\work\\sub\\demo", "C:\\work", "sub/demo"),
        (".\\demo\\..\\other", "C:\\work\\other", "C:\\work", "other"),
        ("C:\\work\\sub\\demo", "C:\\work\\sub\\demo", "C:\\work", "sub/demo"),
        ("c:\\WORK\\demo", "c:\\WORK\\demo", "C:\\work", "demo"),
        ("D:\\demo", "D:\\demo", "C:\\work", "demo"),
        ("\\\\nas\\share\\demo", "\\\\nas\\share\\demo", "C:\\work", "demo"),
        ("D:\\", "D:\\", "C:\\work", "/"),
    ],
)
def test_a_project_is_named_without_drive_and_backslash(path: str, resolved: str, here: str, expected: str) -> None:
    assert label(PureWindowsPath(path), PureWindowsPath(resolved), PureWindowsPath(here)) == expected
    assert label(PurePosixPath("sub/demo"), PurePosixPath("/w/sub/demo"), PurePosixPath("/w")) == "sub/demo"


@pytest.mark.parametrize(
    ("path", "expected"),
    [("data\\train.csv", "data/train.csv"), (".\\a\\..\\b", "b"), ("..\\up", "../up"), ("C:\\x", "C:/x"), ("", ".")],
)
def test_a_path_in_a_project_has_slashes(path: str, expected: str) -> None:
    assert normalise(path) == expected


def test_names_that_are_no_utf8_are_read_where_the_system_refuses_them(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = b"100644 " + b"a" * 40 + b" 0\tcaf\xe9.py\0" + (
        b"  ctime: 1:0\n  mtime: 1:0\n  dev: 1\tino: 1\n  uid: 0\tgid: 0\n  size: 1\tflags: 0\n"
    )  # fmt: skip
    expected = parse_index(listed)

    def refuses(path: bytes) -> str:
        return path.decode("utf-8", "surrogatepass")

    with monkeypatch.context() as windows:
        windows.setattr("repro_audit.facts.git.os.fsdecode", refuses)
        windows.setattr("repro_audit.facts.git.os.name", "nt")
        found = parse_index(listed)
    assert found == expected
    assert found[0].path == "caf\udce9.py"


def test_a_link_is_no_file_where_the_system_cannot_say_so_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from repro_audit import opening

    (tmp_path / "real.txt").write_bytes(b"a\r\n\x1ab")
    (tmp_path / "link.txt").symlink_to("real.txt")
    monkeypatch.setattr(opening, "NOT_THROUGH_LINKS", 0)
    monkeypatch.setattr(opening, "ALWAYS", 0)
    with opening.open_regular(tmp_path / "real.txt") as file:
        assert file.read() == b"a\r\n\x1ab"
    with pytest.raises(OSError, match="link"):
        opening.open_regular(tmp_path / "link.txt")


def test_git_is_never_a_program_of_the_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows looks in the working directory first, and so does a PATH with a dot in it."""
    trap = project / "git"
    trap.write_text(f"#!/bin/sh\ntouch '{project}/started'\n")
    trap.chmod(0o755)
    monkeypatch.chdir(project)
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", os.environ["PATH"]]))
    repository = Repository.around(project)
    assert repository is not None and repository.commit
    assert not (project / "started").exists()


def test_a_run_on_windows_says_where_to_run_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    from repro_audit.experiments import verify

    monkeypatch.setattr(verify, "IS_WINDOWS", True)
    for runner in ("auto", "docker", "local"):
        with pytest.raises(Unavailable) as caught:
            verify.open_sandbox(verify.RunOptions(runner=runner))
        assert "WSL 2" in caught.value.hint and "Docker" in caught.value.hint


def test_a_run_on_a_mac_says_that_docker_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    from repro_audit.sandbox import local

    monkeypatch.setattr(local.shutil, "which", lambda name: None)
    monkeypatch.setattr(local.sys, "platform", "darwin")
    with pytest.raises(Unavailable, match="for Linux") as caught:
        local.LocalSandbox()
    assert caught.value.hint.startswith("Start Docker")


def test_asking_for_a_process_never_interrupts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """There, the signal 0 is Ctrl-C."""
    from repro_audit.sandbox import store

    monkeypatch.setattr(store.os, "name", "nt")
    monkeypatch.setattr(store.os, "kill", lambda *words: pytest.fail("it was sent a signal"))
    assert store.is_alive(1)


def test_a_name_in_other_letters_is_another_file(tmp_path: Path) -> None:
    """Git tells them apart everywhere, so a path counts as it is written; well-known names count in any letters."""
    (tmp_path / "Data.csv").write_text("a\n")
    (tmp_path / "ReadMe.MD").write_text("# x\n")
    tree = Tree(tmp_path)
    assert not tree.has("data.csv")
    assert tree.named("README.md") == ("ReadMe.MD",)
