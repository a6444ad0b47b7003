"""A reference to a version has to have the form that its store takes; its own client is asked where it is installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

from repro_audit.facts.data import client_ask, clients
from repro_audit.facts.data.model import Management
from repro_audit.facts.data.references import Reference
from repro_audit.loader import load_rules
from repro_audit.model import Place, Verdict
from repro_audit.project import Project

PINNED = ("dulwich==1.2.21", "lakefs-spec==0.15.1", "quilt3==8.0.0")
OID = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
LAKE = "import lakefs\nprint(lakefs.repository('{}').commit('{}').object('a.csv').reader().read())\n"
PANDAS = "import pandas as pd\nprint(pd.read_csv('{}').mean())\n"
QUILT = "import quilt3\nprint(quilt3.Package.browse('{}', top_hash='{}')['a.csv']())\n"
FORMS = [
    ("a lakeFS commit", LAKE.format("clicks", "8a4c1e0b7d2f4a53"), "yes"),
    ("a lakeFS commit with a blank", LAKE.format("clicks", "8a4c 1e0b"), "partial"),
    ("a lakeFS address", PANDAS.format("lakefs://clicks/8a4c1e0b7d2f4a53/a.csv"), "yes"),
    ("a lakeFS address of the commit before", PANDAS.format("lakefs://clicks/8a4c1e0b7d2f4a53~1/a.csv"), "yes"),
    ("a lakeFS repository in capitals", PANDAS.format("lakefs://Clicks/8a4c1e0b7d2f4a53/a.csv"), "partial"),
    ("a lakeFS address without reference", PANDAS.format("lakefs://clicks/a.csv"), "partial"),
    ("a Quilt package", QUILT.format("lab/pears", "0f3b1c0a5a6e5fd4"), "yes"),
    ("a Quilt package without owner", QUILT.format("pears", "0f3b1c0a5a6e5fd4"), "partial"),
    ("a Quilt hash that is too short", QUILT.format("lab/pears", "0f3b"), "partial"),
]
POINTERS = [(OID, "yes"), (OID[1:], "partial"), ("x" * 64, "partial")]
NOT_YET = [
    "import pandas as pd\ntag = input()\nprint(pd.read_csv(f'lakefs://CLICKS/{tag}/a.csv'))\n",
    "import pandas as pd\nprint(pd.read_csv('lakefs://' + input() + '/a.csv'))\n",
    '"""Reads lakefs://REPOSITORY/REF/a.csv."""\nimport pandas as pd\nprint(pd.read_csv("lakefs://clicks/v1/a.csv"))\n',
]
WELL_FORMED = [
    Reference(Management.LAKEFS, "lakefs://clicks/v1.2/a.csv", Place("a.py", 1)),
    Reference(Management.QUILT, "lab/pears", Place("a.py", 1)),
    Reference(Management.QUILT, "0f3b1c0a5a6e5fd4", Place("a.py", 1), "lab/pears"),
    Reference(Management.QUILT, OID, Place("a.py", 1), "lab/pears"),
    Reference(Management.LFS, f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize 1\n", Place("a", 2)),
]
MALFORMED = [
    Reference(Management.LAKEFS, "lakefs://Clicks/v1.2/a.csv", Place("a.py", 1)),
    Reference(Management.LAKEFS, "lakefs://clicks/a.csv", Place("a.py", 1)),
    Reference(Management.QUILT, "pears", Place("a.py", 1)),
    Reference(Management.QUILT, "0f3b", Place("a.py", 1), "lab/pears"),
    Reference(Management.LFS, "version https://git-lfs.github.com/spec/v1\noid sha256:1f\nsize 1\n", Place("a", 2)),
]


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where no client is installed."""
    monkeypatch.setattr(clients, "is_installed", lambda store: False)


def managed(root: Path, files: dict[str, str]) -> Verdict:
    for name, text in {"README.md": "# Project\n\n    python train.py\n", **files}.items():
        (root / name).write_text(text, "utf-8")
    rule = next(r for r in load_rules() if r.id == "data-managed")
    return rule(Project(root))


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(("code", "answer"), [f[1:] for f in FORMS], ids=[f[0] for f in FORMS])
def test_a_malformed_reference_names_no_version(code: str, answer: str, tmp_path: Path) -> None:
    verdict = managed(tmp_path, {"train.py": code})
    assert verdict.answer.value == answer
    said = " ".join(e.text for e in verdict.evidence if e.at == Place("train.py", 2))
    assert ("was checked by reading alone" if answer == "yes" else "has not the form of") in said


@pytest.mark.parametrize(("oid", "answer"), POINTERS)
def test_a_pointer_of_git_lfs_is_read_by_a_client_of_git(oid: str, answer: str, tmp_path: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 12\n"
    verdict = managed(tmp_path, {"train.py": PANDAS.format("a.csv"), "a.csv": pointer})
    assert verdict.answer.value == answer
    assert any("dulwich" in e.text for e in verdict.evidence), verdict.evidence


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("code", NOT_YET)
def test_what_is_still_to_be_filled_in_is_no_reference(code: str, tmp_path: Path) -> None:
    assert "malformed" not in managed(tmp_path, {"train.py": code}).message


@pytest.mark.parametrize("words", ["not json", "[]", "[1, 2]", '[["a", "b"]]'])
def test_a_client_that_stumbles_says_nothing(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is told is taken for the one answer that was asked for, or for none."""
    (tmp_path / "ask.py").write_text(f"print({words!r})")
    monkeypatch.setattr(clients, "ASK", tmp_path / "ask.py")
    clients._asked.cache_clear()
    told = clients._asked(sys.executable, (("lakefs", words, ""),))
    assert told == ([("a", "b")] if words.startswith("[[") else [None])


def test_a_client_opens_no_connection_and_starts_nothing() -> None:
    code = (
        "import sys, runpy; ask = runpy.run_path(sys.argv[1])\n"
        "def call(text, package):\n"
        "    import socket, subprocess\n"
        "    try:\n"
        "        socket.create_connection(('127.0.0.1', 9))\n"
        "    except PermissionError:\n"
        "        subprocess.run([sys.executable, '--version'])\n"
        "ask['CLIENTS']['lakefs'] = ('pytest', call)\n"
        "ask['main']()\n"
    )
    asked = json.dumps([["lakefs", "lakefs://a/b/c", ""]]).encode()
    done = subprocess.run([sys.executable, "-c", code, client_ask.__file__], input=asked, capture_output=True)
    assert (done.returncode, json.loads(done.stdout)) == (0, [None]), done.stderr


@pytest.mark.slow
@pytest.mark.sandbox
def test_the_clients_take_and_refuse_what_reading_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real clients, in an environment of their own; what one of them leaves behind is in no home folder."""
    subprocess.run([find_uv_bin(), "venv", "-q", "-p", "3.11", tmp_path / "venv"], check=True)
    python = str(tmp_path / "venv/bin/python")
    subprocess.run([find_uv_bin(), "pip", "install", "-q", "-p", python, *PINNED], check=True)
    monkeypatch.setattr(clients.sys, "executable", python)
    monkeypatch.setattr(clients, "is_installed", lambda store: store in clients.MODULES)
    told = clients.ask_clients([*WELL_FORMED, *MALFORMED])
    versions = [f"{p.partition('==')[0]} {p.partition('==')[2]}" for p in PINNED]
    assert all(said and said[0] in versions for said in told), told
    refused = [bool(said and said[1]) for said in told]
    assert refused == [False] * len(WELL_FORMED) + [True] * len(MALFORMED), told
