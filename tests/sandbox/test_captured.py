"""What a run left is taken, whatever it is, and nothing else: in every backend."""

from __future__ import annotations

import os
import time
from pathlib import Path

from repro_audit.sandbox import store
from repro_audit.sandbox.model import Job

from .conftest import Place, said


def test_new_and_changed_files_are_taken_from_everywhere(place: Place) -> None:
    run = place.run(
        "import os, pathlib\n"
        "pathlib.Path('a.txt').write_text('changed')\n"
        "pathlib.Path('out/deep/er').mkdir(parents=True)\n"
        "pathlib.Path('out/deep/er/b.txt').write_text('new')\n"
        "pathlib.Path('sub/new.txt').write_text('new')\n"
        "pathlib.Path(os.environ['HOME'], 'models').mkdir()\n"
        "pathlib.Path(os.environ['HOME'], 'models', 'm.bin').write_bytes(bytes(range(256)))\n"
        "pathlib.Path('/tmp/t.txt').write_text('tmp')\n",
        {"a.txt": "as it was", "kept.txt": "kept", "sub/kept.txt": "kept"},
    )
    assert run.changed == (
        "home/models/m.bin", "project/a.txt", "project/out/deep/er/b.txt", "project/sub/new.txt", "tmp/t.txt",
    )  # fmt: skip
    assert (run.folder / "project/a.txt").read_text() == "changed"
    assert (run.folder / "home/models/m.bin").read_bytes() == bytes(range(256))
    assert not (run.folder / "project/kept.txt").exists()
    assert (place.folder / "project/a.txt").read_text() == "as it was"


def test_deleted_files_are_told(place: Place) -> None:
    run = place.run(
        "import os, shutil\n"
        "os.remove('gone.txt')\n"
        "shutil.rmtree('folder')\n"
        "shutil.rmtree('again'); os.mkdir('again'); open('again/new.txt', 'w').write('x')\n"
        "os.rename('moved.txt', 'there.txt')\n",
        {"gone.txt": "x", "folder/a.txt": "x", "folder/in/b.txt": "x", "again/old.txt": "x", "moved.txt": "x"},
    )
    assert run.deleted == ("again/old.txt", "folder/a.txt", "folder/in/b.txt", "gone.txt", "moved.txt")
    assert run.changed == ("project/again/new.txt", "project/there.txt")


def test_many_changed_files_are_taken_in_little_time(place: Place) -> None:
    files = {f"data/{i}.txt": "x" for i in range(300)}
    begun = time.monotonic()
    run = place.run("for i in range(150): open(f'data/{i}.txt', 'w').write('y')", files)
    assert len(run.changed) == 150 and time.monotonic() - begun < 15
    assert (run.folder / "project/data/149.txt").read_text() == "y"
    assert not (run.folder / "project/data/150.txt").exists()


def test_byte_code_and_git_are_no_results(place: Place) -> None:
    run = place.run(
        "import os; os.makedirs('.git'); open('.git/x', 'w'); os.mkdir('__pycache__'); open('__pycache__/x', 'w')"
    )
    assert run.changed == ()


def test_a_program_that_is_missing_is_a_failed_run(place: Place) -> None:
    run = place.start(Job(("no-such-program", "--x")), place.project({"a": "a"}))
    assert run.exit not in (0, None) and "no-such-program" in said(run) and "not found" in said(run)


def test_a_folder_below_may_be_the_working_folder(place: Place) -> None:
    snapshot = place.project({"src/main.py": "open('out.txt', 'w').write('x')"})
    run = place.start(Job(("python", "main.py"), cwd="src"), snapshot)
    assert run.changed == ("project/src/out.txt",)


def test_links_that_lead_out_are_left_out(place: Place) -> None:
    secret = place.folder / "secret.txt"
    secret.write_text("hunter2")
    run = place.run(
        "import os\n"
        "open('real.txt', 'w').write('x')\n"
        "os.mkdir('d')\n"
        "for name, to in [('latest', 'real.txt'), ('d/up', '../real.txt'), ('absolute', '/etc/passwd'),\n"
        f"                 ('host', {str(secret)!r}), ('climbs', '../../secret.txt'), ('d/sly', '../d/../../x'),\n"
        "                 ('folder', '/'), ('self', 'self')]:\n"
        "    os.symlink(to, name)\n"
    )
    links = {p for p in run.changed if (run.folder / p).is_symlink()}
    assert links == {"project/latest", "project/d/up", "project/self"}
    assert "project/real.txt" in run.changed
    for root, folders, files in os.walk(run.folder):
        for name in folders + files:
            assert Path(os.path.realpath(os.path.join(root, name))).is_relative_to(run.folder.resolve())


def test_a_link_of_the_project_that_leads_out_is_not_given_to_the_run(place: Place) -> None:
    from dataclasses import replace

    snapshot = place.project({"main.py": "import glob; print(sorted(glob.glob('*')))", "in.txt": "x"})
    (place.folder / "outside.txt").write_text("hunter2")
    os.symlink("../outside.txt", snapshot.root / "out.txt")
    os.symlink("in.txt", snapshot.root / "link.txt")
    run = place.start(Job(("python", "main.py")), replace(snapshot, paths=(*snapshot.paths, "out.txt", "link.txt")))
    assert said(run).strip() == "['in.txt', 'link.txt', 'main.py']"


def test_pipes_sockets_and_files_without_permission_do_not_hang(place: Place) -> None:
    begun = time.monotonic()
    run = place.run(
        "import os, socket\n"
        "os.mkfifo('pipe')\n"
        "socket.socket(socket.AF_UNIX).bind('socket')\n"
        "open('closed.txt', 'w').write('x'); os.chmod('closed.txt', 0)\n"
        "os.mkdir('shut'); open('shut/in.txt', 'w').write('x'); os.chmod('shut', 0o500)\n"
        "os.mkdir('/tmp/shut'); open('/tmp/shut/in.txt', 'w').write('x'); os.chmod('/tmp/shut', 0)\n"
    )
    assert time.monotonic() - begun < 20
    assert {"project/closed.txt", "project/shut/in.txt"} <= set(run.changed)
    assert (run.folder / "project/closed.txt").read_text() == "x"
    assert not any("pipe" in p or "socket" in p for p in run.changed)


def test_two_thousand_folders_within_each_other_neither_hang_nor_stay(place: Place) -> None:
    begun = time.monotonic()
    run = place.run(
        "import os\n"
        "open('a.txt', 'w').write('x')\n"
        "for i in range(2000):\n"
        "    os.mkdir('d'); os.chdir('d')\n"
        "    if i in (3, 1999): open('f.txt', 'w').write('x')\n"
    )
    assert run.is_success and time.monotonic() - begun < 40
    assert run.changed == ("project/a.txt", "project/d/d/d/d/f.txt")
    assert not list(store.scratch_folder().glob(f"run-*-{os.getpid()}"))


def test_two_names_of_one_file_are_both_taken(place: Place) -> None:
    run = place.run("import os; os.mkdir('o'); open('o/a', 'w').write('x'); os.link('o/a', 'o/b')")
    assert run.changed == ("project/o/a", "project/o/b")
    assert (run.folder / "project/o/b").read_text() == "x"


def test_names_with_line_breaks_spaces_and_no_text_survive(place: Place) -> None:
    names = ["a\nb.txt", " lead", "-rf", "ü€.txt", "'\"`$(id)`", "x" * 250]
    run = place.run(f"for name in {names!r}: open(name, 'w').write(name)\nopen(b'raw\\xff', 'w').write('x')")
    assert set(run.changed) >= {f"project/{name}" for name in names}
    assert (run.folder / "project/a\nb.txt").read_text() == "a\nb.txt"
    assert any(os.fsencode(p) == b"project/raw\xff" for p in run.changed)


def test_a_project_with_odd_names_is_copied(place: Place) -> None:
    files = {"a\nb.txt": "x", "with space/ü.txt": "y", "-rf": "z"}
    run = place.run("import os; print(sorted(os.listdir('.')), os.listdir('with space'))", files)
    assert run.is_success and "a\\nb.txt" in said(run) and "-rf" in said(run) and "ü.txt" in said(run)
    assert run.changed == () and run.deleted == ()


def test_a_project_that_changed_is_run_as_it_is_now(place: Place) -> None:
    first, second = place.run("print(1)"), place.run("print(2)")
    assert (said(first).strip(), said(second).strip()) == ("1", "2")
