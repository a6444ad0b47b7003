"""What a run can neither see nor reach, in every backend."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from repro_audit.sandbox.model import Ending

from .conftest import Place, said


def test_a_run_has_no_network(place: Place) -> None:
    run = place.run(
        "import socket\n"
        "for address in ('1.1.1.1', 53), ('example.org', 443):\n"
        "    try:\n"
        "        socket.create_connection(address, timeout=3)\n"
        "        print('reached')\n"
        "    except OSError as error:\n"
        "        print('refused', error)\n"
    )
    assert said(run).count("refused") == 2 and "reached" not in said(run)


def test_a_run_can_talk_to_itself(place: Place) -> None:
    run = place.run(
        "import socket\n"
        "server = socket.create_server(('localhost', 0))\n"
        "socket.create_connection(('localhost', server.getsockname()[1]), timeout=3)\n"
    )
    assert run.is_success, said(run)


def test_a_server_of_the_host_is_out_of_reach(place: Place) -> None:
    import socket

    with socket.create_server(("0.0.0.0", 0)) as server:
        port = server.getsockname()[1]
        run = place.run(f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=3)")
    assert "ConnectionRefusedError" in said(run)


def test_secrets_and_home_of_the_caller_are_not_visible(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2hunter2")
    (place.folder / "secret.txt").write_text("hunter2hunter2")
    hidden = [os.path.expanduser("~"), str(place.folder), "/var/run/docker.sock", "/etc/shadow", "/etc/ssl/private"]
    run = place.run(
        "import os, json, glob\n"
        f"seen = [p for p in {hidden!r} if p != os.environ['HOME'] and os.access(p, os.R_OK)]\n"
        "words = [open(f, 'rb').read() for f in glob.glob('/proc/[0-9]*/environ') if os.access(f, os.R_OK)]\n"
        "print(json.dumps([seen, any(b'hunter2' in w for w in words), dict(os.environ)]))\n"
    )
    seen, is_leaked, variables = json.loads(said(run))
    assert seen == [] and not is_leaked
    assert "hunter2" not in str(variables) and str(Path.home()) not in str(variables)


def test_a_variable_that_is_passed_by_choice_arrives(place: Place) -> None:
    run = place.run("import os; print(os.environ['TOKEN'])", variables={"TOKEN": "by choice"})
    assert said(run).strip() == "by choice"


def test_a_run_is_a_plain_user_of_a_machine_without_a_name(place: Place) -> None:
    run = place.run(
        "import os, socket, getpass, pwd, pathlib\n"
        "status = pathlib.Path('/proc/self/status').read_text()\n"
        "caps = {l.split()[1] for l in status.splitlines() if l.startswith(('CapEff', 'CapPrm', 'CapBnd'))}\n"
        "print(os.getuid(), os.getgid(), socket.gethostname(), getpass.getuser(), pwd.getpwuid(os.getuid()).pw_dir)\n"
        "print(sorted(int(c, 16) for c in caps), os.getcwd())\n"
    )
    first, second = said(run).splitlines()
    assert first == "1000 1000 sandbox user /home/user"
    assert second == "[0] /project"


@pytest.mark.parametrize("path", ["/usr/bin/x", "/etc/x", "/x", "/env/bin/x", "/env/lib/x"])
def test_the_system_and_the_environment_cannot_be_changed(place: Place, path: str) -> None:
    run = place.run(f"open({path!r}, 'w').write('x')")
    assert run.exit == 1 and ("Permission denied" in said(run) or "Read-only" in said(run))


def test_a_device_cannot_be_made(place: Place) -> None:
    run = place.run("import os, stat; os.mknod('disk', stat.S_IFBLK | 0o600, os.makedev(8, 0))")
    assert run.exit == 1 and "Operation not permitted" in said(run)


def test_other_processes_of_the_machine_are_not_seen(place: Place) -> None:
    run = place.run("import os; print(len([n for n in os.listdir('/proc') if n.isdigit()]))")
    assert int(said(run)) <= 4


def test_two_runs_start_alike(place: Place) -> None:
    """The first leaves things everywhere; the second sees none of it."""
    code = (
        "import os, pathlib\n"
        "for folder in '/project', os.environ['HOME'], '/tmp', '/var/tmp', '/dev/shm':\n"
        "    print(folder, sorted(os.listdir(folder)))\n"
        "    pathlib.Path(folder, 'left').write_text('x')\n"
    )
    first, second = place.run(code), place.run(code)
    assert first.ending is Ending.EXITED and said(first) == said(second) and "left" not in said(first)


def test_a_folder_that_is_attached_can_be_read_and_not_written(place: Place) -> None:
    from dataclasses import replace

    from repro_audit.sandbox.model import Job

    data = place.folder / "elsewhere"
    data.mkdir()
    (data / "table.csv").write_text("a,b\n")
    code = (
        "print(open('data/table.csv').read())\ntry:\n open('data/table.csv', 'w')\nexcept OSError: print('refused')\n"
    )
    snapshot = replace(place.project({"main.py": code}), attached=((data, "data"),))
    run = place.start(Job(("python", "main.py")), snapshot)
    assert "a,b" in said(run) and "refused" in said(run)
    assert (data / "table.csv").read_text() == "a,b\n"
    assert run.changed == () and run.deleted == ()
