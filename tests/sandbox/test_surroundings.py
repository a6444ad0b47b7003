"""What a run finds around itself, what it starts from and what travels with it: as it is told, in every backend."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from repro_audit.sandbox.hook import START
from repro_audit.sandbox.model import CARRIED, NOTES, PROJECT, Job, Run, Snapshot, Surroundings

from .conftest import NOTHING, Place, quiet, said

ELSEWHERE = Surroundings("lab", "alice", "/srv/elsewhere/place", 1, 0o077)
LOOK = (
    "import getpass, json, os, pwd, socket, stat\n"
    "umask = os.umask(0)\n"
    "me = pwd.getpwuid(os.getuid())\n"
    "names = [getpass.getuser(), os.environ['USER'], os.environ['LOGNAME'], me.pw_name]\n"
    "homes = [os.environ['HOME'], me.pw_dir, os.path.expanduser('~')]\n"
    "cpus = len(os.sched_getaffinity(0)), os.environ['OMP_NUM_THREADS']\n"
    "print(json.dumps([socket.gethostname(), names, homes, os.getcwd(), cpus, umask, os.getuid()]))\n"
)


def folder(place: Place, name: str, files: Mapping[str, str]) -> Path:
    """A folder of ours with files in it."""
    root = place.folder / name
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def python(place: Place, code: str, snapshot: Snapshot, **job: object) -> Run:
    """Code that is not part of the project, so that an overlay may change every file of it."""
    return place.start(Job(("python", "-c", code), **job), snapshot)  # type: ignore[arg-type]


def test_a_run_finds_the_surroundings_that_it_is_given(place: Place) -> None:
    host, names, homes, cwd, cpus, umask, uid = json.loads(said(place.run(LOOK, surroundings=ELSEWHERE)))
    assert (host, set(names), set(homes)) == ("lab", {"alice"}, {"/home/alice"})
    assert (cwd, cpus, umask, uid) == ("/srv/elsewhere/place", [1, "1"], 0o077, 1000)


def test_without_a_word_every_run_finds_the_same(place: Place) -> None:
    host, names, homes, cwd, _, umask, _ = json.loads(said(place.run(LOOK)))
    assert (host, set(names), set(homes)) == ("sandbox", {"user"}, {"/home/user"})
    assert (cwd, umask) == (PROJECT, 0o022)


def test_what_is_changed_elsewhere_has_the_same_name(place: Place) -> None:
    code = (
        "import os\n"
        "for path in 'out/new.txt', 'sub/old.txt', os.path.expanduser('~/h.txt'), '/tmp/t.txt':\n"
        "    os.makedirs(os.path.dirname(path), exist_ok=True)\n"
        "    open(path, 'w').write('x')\n"
        "os.remove('gone.txt')\n"
    )
    run = place.run(code, {"sub/old.txt": "a", "gone.txt": "a", "kept.txt": "a"}, surroundings=ELSEWHERE)
    assert run.changed == ("home/h.txt", "project/out/new.txt", "project/sub/old.txt", "tmp/t.txt"), said(run)
    assert run.deleted == ("gone.txt",)


def test_a_folder_below_is_the_working_folder_elsewhere_too(place: Place) -> None:
    snapshot = place.project({"src/main.py": "import os; print(os.getcwd())"})
    run = place.start(Job(("python", "main.py"), cwd="src", surroundings=ELSEWHERE), snapshot)
    assert said(run).strip() == "/srv/elsewhere/place/src"


def test_a_project_that_is_installed_is_found_where_it_stands(place: Place) -> None:
    setup = "from setuptools import setup\nsetup(name='mine', version='1', packages=['mine'])\n"
    snapshot = place.project({"setup.py": setup, "mine/__init__.py": "answer = 42\n"})
    recipe = replace(NOTHING, requirements=("setuptools<81",), installs_project=True)
    environment = place.sandbox.build(recipe, snapshot, place.limits, quiet)
    code = "import mine, os; print(mine.answer, os.path.realpath(mine.__file__))"
    job = Job(("sh", "-c", f"cd /tmp && python -c '{code}'"), surroundings=ELSEWHERE)
    run = place.sandbox.run(environment, snapshot, job, place.limits, place.folder / "run", quiet)
    assert said(run).split() == ["42", "/srv/elsewhere/place/mine/__init__.py"]


def test_overlays_are_there_before_the_run(place: Place) -> None:
    """A file that is rewritten is a change, one that is not touched is none, whatever laid it there."""
    snapshot = place.project({"a.txt": "own", "b.txt": "own", "in/c.txt": "own"})
    first = folder(place, "first", {"a.txt": "first", "b.txt": "first", "new/d.txt": "first"})
    second = folder(place, "second", {"b.txt": "secon", "in/e.txt": "second"})
    code = (
        "import pathlib\n"
        "for path in sorted(pathlib.Path('.').rglob('*.txt')): print(path, path.read_text())\n"
        "pathlib.Path('b.txt').write_text('again')\n"
        "pathlib.Path('new/d.txt').unlink()\n"
    )
    run = python(place, code, replace(snapshot, overlays=(first, second)))
    assert said(run).splitlines() == [
        "a.txt first", "b.txt secon", "in/c.txt own", "in/e.txt second", "new/d.txt first",
    ]  # fmt: skip
    assert (run.changed, run.deleted) == (("project/b.txt",), ("new/d.txt",))
    assert said(python(place, "print(open('b.txt').read())", snapshot)).strip() == "own"


def test_an_overlay_that_is_changed_is_laid_anew(place: Place) -> None:
    snapshot = replace(place.project({"a.txt": "own"}), overlays=(folder(place, "over", {"a.txt": "1"}),))
    for number in range(6):
        folder(place, "over", {"a.txt": str(number)})
        assert said(python(place, "print(open('a.txt').read())", snapshot)).strip() == str(number)


def test_an_overlay_takes_the_place_of_a_folder_or_a_link(place: Place) -> None:
    snapshot = place.project({"was-folder/x.txt": "own", "was-file": "own", "real/y.txt": "own"})
    (snapshot.root / "was-link").symlink_to("real")
    over = folder(place, "over", {"was-folder": "file", "was-file/x.txt": "deep", "was-link/y.txt": "laid"})
    code = (
        "for path in 'was-folder', 'was-file/x.txt', 'was-link/y.txt', 'real/y.txt': print(open(path).read(), end=' ')"
    )
    run = python(place, code, replace(snapshot, paths=(*snapshot.paths, "was-link"), overlays=(over,)))
    assert said(run).split() == ["file", "deep", "laid", "own"] and run.changed == () and run.deleted == ()


def test_links_of_an_overlay_lead_nowhere_out(place: Place) -> None:
    (place.folder / "secret.txt").write_text("hunter2")
    over = folder(place, "over", {"good.txt": "good", ".git/config": "x", "__pycache__/m.pyc": "x"})
    for name, to in ("up", "../secret.txt"), ("absolute", str(place.folder / "secret.txt")), ("fine", "good.txt"):
        (over / name).symlink_to(to)
    code = "import os; print(sorted(os.listdir('.')), os.path.exists('.git/config') and open('.git/config').read()[:1])"
    run = python(place, code, replace(place.project({}), overlays=(over,)))
    assert said(run).strip() == "['.git', 'fine', 'good.txt'] ["


def test_the_home_folder_starts_as_it_is_given(place: Place) -> None:
    home = folder(place, "home", {"kept.txt": "kept", ".cache/model.bin": "old", "in/deep.txt": "x"})
    code = (
        "import os, pathlib\n"
        "home = pathlib.Path.home()\n"
        "print((home / 'kept.txt').read_text(), (home / 'in/deep.txt').read_text())\n"
        "(home / '.cache/model.bin').write_text('new')\n"
        "(home / 'in/new.txt').write_text('new')\n"
    )
    snapshot = replace(place.project({"a": "a"}), home=home)
    for around in Surroundings(), ELSEWHERE:
        run = python(place, code, snapshot, surroundings=around)
        assert said(run).split() == ["kept", "x"] and run.changed == ("home/.cache/model.bin", "home/in/new.txt")
    assert (home / ".cache/model.bin").read_text() == "old"


def test_what_one_run_left_is_what_another_starts_from(place: Place) -> None:
    code = (
        "import os, pathlib\n"
        "for file in pathlib.Path('count.txt'), pathlib.Path.home() / 'count.txt':\n"
        "    number = int(file.read_text()) if file.exists() else 0\n"
        "    file.write_text(str(number + 1))\n"
    )
    snapshot = place.project({"a": "a"})
    first = python(place, code, snapshot)
    left = replace(snapshot, overlays=(first.folder / "project",), home=first.folder / "home")
    second = python(place, code, left)
    assert second.changed == first.changed == ("home/count.txt", "project/count.txt")
    assert [(second.folder / path).read_text() for path in second.changed] == ["2", "2"]


def test_what_is_carried_can_be_read_and_not_written_and_notes_come_back(place: Place) -> None:
    ours = folder(place, "ours", {"settings.json": '{"x": 1}', "sub/more.txt": "more"})
    inside = f"{CARRIED}/probe"
    code = (
        "import os\n"
        f"print(open('{inside}/settings.json').read(), open('{inside}/sub/more.txt').read())\n"
        f"for path in '{inside}/settings.json', '{inside}/new.txt', '{CARRIED}/new.txt':\n"
        "    try: open(path, 'w')\n"
        "    except OSError: print('refused')\n"
        f"open('{NOTES}/1-0.jsonl', 'w').write('noted')\n"
        f"os.symlink('/etc/passwd', '{NOTES}/link'); os.mkfifo('{NOTES}/pipe'); os.mkdir('{NOTES}/d')\n"
        f"open('{NOTES}/d/deep', 'w').write('x')\n"
    )
    run = place.run(code, carried=((ours, inside),))
    assert said(run).splitlines() == ['{"x": 1} more', "refused", "refused", "refused"]
    assert run.changed == () and run.deleted == ()
    assert {p.name: p.read_text() for p in (run.folder / "notes").iterdir()} == {"1-0.jsonl": "noted"}


def test_notes_are_bounded(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from repro_audit.sandbox import notes

    monkeypatch.setattr(notes, "LIMIT", 1000)
    code = f"for i in range(9): open('{NOTES}/{{}}'.format(i), 'w').write('x' * 300)\nopen('out', 'w').write('x')"
    run = place.run(code, carried=((folder(place, "ours", {"a": "a"}), f"{CARRIED}/probe"),))
    assert run.is_success and run.changed == ("project/out",)
    assert sum(p.stat().st_size for p in (run.folder / "notes").iterdir()) <= 1000


def test_a_run_with_nothing_carried_has_no_place_for_notes(place: Place) -> None:
    run = place.run(f"import os; print(os.path.exists('{CARRIED}'))")
    assert said(run).strip() == "False" and not (run.folder / "notes").exists()


def test_a_probe_is_begun_in_every_python_however_it_is_started(place: Place) -> None:
    """Also where a command drops our variables; without a probe nothing is begun, and nothing is said."""
    start = "import sys; sys.stdout.write('begun as ' + __name__ + ' from ' + __file__ + '\\n'); sys.stdout.flush()"
    ours = folder(place, "ours", {"start.py": start})
    code = "import subprocess, sys; subprocess.run([sys.executable, '-X', 'dev', '-I', '-c', 'print(1)'], env={})"
    run = place.run(code, carried=((ours, f"{CARRIED}/probe"),))
    line = f"begun as repro_audit_probe from {START}"
    assert said(run).splitlines() == [line, line, "1"]
    assert said(place.run(code)).splitlines() == ["1"]
    assert not any("probe" in package for package in place.environment.packages)


def test_a_run_with_room_may_write_beside_the_project(place: Place) -> None:
    code = (
        "import os, pathlib\n"
        "print(os.getcwd(), open('/project/in.txt').read(), sorted(os.listdir('..')))\n"
        "pathlib.Path('../deep/er').mkdir(parents=True); os.remove('gone.txt')\n"
        "for path in '../out.txt', '../deep/er/out.txt', 'own.txt', '/tmp/far.txt', os.path.expanduser('~/home.txt'):\n"
        "    open(path, 'w').write('x')\n"
    )
    for around in Surroundings(has_room=True), Surroundings(user="alice", folder="/srv/copy", has_room=True):
        name = around.folder.rpartition("/")[2]
        run = place.run(code, {"in.txt": "in", "gone.txt": ""}, surroundings=around)
        assert said(run) == f"/home/{around.user}/{name} in ['{name}']\n"
        assert set(run.changed) == {
            "home/out.txt", "home/deep/er/out.txt", "home/home.txt", "project/own.txt", "tmp/far.txt",
        }  # fmt: skip
        assert run.deleted == ("gone.txt",)
