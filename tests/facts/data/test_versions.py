"""A commit, tag or hash of a versioned store is a version; a branch is whatever it holds that day."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro_audit.facts.data.versions import is_branch_name
from repro_audit.loader import load_rules
from repro_audit.project import Project

LAKE = "import lakefs\nstored = lakefs.repository('clicks').{}.object('clicks.csv').reader().read()\nprint(stored)\n"
PANDAS = "import pandas as pd\ntable = pd.read_csv('{}')\nprint(table.mean())\n"
DOLT = (
    "from doltpy.cli import Dolt\nfrom doltpy.cli.read import read_pandas_sql\n"
    "print(read_pandas_sql(Dolt('bread'), \"SELECT * FROM prices{}\"))\n"
)
TREES = "from terminusdb_client import Client\nclient = Client('http://127.0.0.1:6363')\nclient.connect(db='t', {})\n"
QUILT = "import quilt3\npackage = quilt3.Package.browse('lab/pears'{})\nprint(package['pears.csv']())\n"
API = "import dvc.api\nprint(dvc.api.read('pears.csv', repo='https://example.org/pears'{}))\n"

CASES = [
    ("a lakeFS branch", LAKE.format("branch('main')"), "partial"),
    ("a lakeFS branch of its own name", LAKE.format("branch('cleaned')"), "partial"),
    ("a lakeFS commit", LAKE.format("commit('8a4c1e0b7d2f4a53')"), "yes"),
    ("a lakeFS tag", LAKE.format("tag('main')"), "yes"),
    ("a lakeFS reference that is a branch", LAKE.format("ref('main')"), "partial"),
    ("a lakeFS reference that is a commit", LAKE.format("ref('8a4c1e0b7d2f4a53')"), "yes"),
    ("a lakeFS address on a branch", PANDAS.format("lakefs://clicks/main/clicks.csv"), "partial"),
    ("a lakeFS address at a commit", PANDAS.format("lakefs://clicks/8a4c1e0b7d2f4a53/clicks.csv"), "yes"),
    ("a Dolt branch", DOLT.format(" AS OF 'main'"), "partial"),
    ("a Dolt commit", DOLT.format(" AS OF '5kq1m0b3h2v8p6s4t9r7'"), "yes"),
    ("a TerminusDB branch", TREES.format("branch='main'"), "partial"),
    ("a TerminusDB commit", TREES.format("branch='main', ref='x7kq2m9c4v1b8n3'"), "yes"),
    ("the latest Quilt package", QUILT.format(""), "partial"),
    ("a Quilt package by its hash", QUILT.format(", top_hash='0f3b1c0a5a6e5fd4'"), "yes"),
    ("another repository's DVC data", API.format(""), "partial"),
    ("another repository's DVC data at a tag", API.format(", rev='v1.2'"), "yes"),
]


def managed(root: Path, files: dict[str, str]) -> str:
    for name, text in {"README.md": "# Project\n\n    python train.py\n", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    rule = next(r for r in load_rules() if r.id == "data-managed")
    return rule(Project(root)).answer.value


@pytest.mark.parametrize(("code", "answer"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_branch_is_partial_and_a_version_is_yes(code: str, answer: str, tmp_path: Path) -> None:
    assert managed(tmp_path, {"train.py": code}) == answer


@pytest.mark.parametrize(
    ("text", "answer"), [("branch: cleaned", "partial"), ("ref: main", "partial"), ("ref: v1.2", "yes")]
)
def test_a_reference_in_the_configuration_counts_as_one_in_the_code(text: str, answer: str, tmp_path: Path) -> None:
    key = text.partition(":")[0]
    code = (
        "import lakefs\nimport yaml\nsettings = yaml.safe_load(open('settings.yaml'))\n"
        f"print(lakefs.repository('clicks').ref(settings['{key}']).object('clicks.csv').reader().read())\n"
    )
    assert managed(tmp_path, {"train.py": code, "settings.yaml": f"{text}\n"}) == answer


POINTERS = [
    (
        "Git LFS",
        {"data/a.csv": "version https://git-lfs.github.com/spec/v1\noid sha256:" + "4d7a" * 16 + "\nsize 12\n"},
    ),
    ("DVC", {"data/a.csv.dvc": "outs:\n- md5: 0f3b1c0a5a6e5fd4b6e0cc8d4b7f2a91\n  path: a.csv\n"}),
    ("DataLad", {"data/.datalad/config": '[datalad "dataset"]\n\tid = 1\n'}),
    ("lakeFS", {"data/.lakefs_ref.yaml": "src: lakefs://clicks/main/\nat_head: 8a4c1e0b7d2f4a53\n"}),
]


UNFILLED = [
    ("DVC", {"data/a.csv.dvc": "outs:\n- path: a.csv\n"}),
    ("an import of DVC", {"data/a.csv.dvc": "deps:\n- path: a.csv\n  repo:\n    url: x\nouts:\n- path: a.csv\n"}),
    ("Dud", {".dud/index": "data.yaml\n", "data.yaml": "outputs:\n  data/a.csv: {}\n"}),
    ("lakeFS", {"data/.lakefs_ref.yaml": "src: lakefs://clicks/main/\n"}),
    ("Quilt", {"data/quilt.yml": "packages:\n  - lab/pears\n"}),
]


@pytest.mark.parametrize("files", [p[1] for p in UNFILLED], ids=[p[0] for p in UNFILLED])
def test_a_pointer_that_names_no_content_is_partial(files: dict[str, str], tmp_path: Path) -> None:
    assert managed(tmp_path, {"train.py": PANDAS.format("data/a.csv"), **files}) == "partial"


COMMANDS = [
    ("quilt3 install lab/pears --dest data", "partial"),
    ("quilt3 install lab/pears --top-hash 0f3b1c0a5a6e5fd4 --dest data", "yes"),
    ("lakectl fs download -r lakefs://clicks/main/ data", "partial"),
    ("lakectl fs download -r lakefs://clicks/8a4c1e0b7d2f4a53/ data", "yes"),
    ("dolt clone example/bread data", "partial"),
    ("dolt clone example/bread data\n    dolt checkout 5kq1m0b3h2v8p6s4t9r7", "yes"),
    ("datalad clone https://example.org/pears data", "yes"),
]


@pytest.mark.parametrize(("command", "answer"), COMMANDS, ids=[c[0].split("\n")[-1].strip() for c in COMMANDS])
def test_a_stated_command_fetches_a_version_or_whatever_is_there(command: str, answer: str, tmp_path: Path) -> None:
    readme = f"# Pears\n\n    {command}\n    python train.py\n"
    assert managed(tmp_path, {"train.py": PANDAS.format("data/a.csv"), "README.md": readme}) == answer


@pytest.mark.parametrize("files", [p[1] for p in POINTERS], ids=[p[0] for p in POINTERS])
def test_a_pointer_in_the_tree_is_a_version(files: dict[str, str], tmp_path: Path) -> None:
    assert managed(tmp_path, {"train.py": PANDAS.format("data/a.csv"), **files}) == "yes"


def test_names_of_branches_and_what_only_looks_like_one() -> None:
    assert all(map(is_branch_name, ("main", "Master", "main~1", "origin/develop", "latest")))
    assert not any(map(is_branch_name, ("8a4c1e0", "v1.0", "2024-05-01", "harvest", "deadbeef")))


LOCK = """schema: '2.0'
stages:
  fetch_data:
    cmd: python get.py
    deps:
    - path: get.py
      md5: aa
    outs:
    - path: raw/a.csv
      hash: md5
      md5: bb
"""


@pytest.mark.parametrize(
    ("lock", "answer"), [(LOCK, "yes"), (LOCK.replace("md5", "size"), "partial"), ("stages: [", "partial")]
)
def test_a_download_that_a_step_makes_has_the_version_of_the_lock(lock: str, answer: str, tmp_path: Path) -> None:
    files = {
        "README.md": "    dvc repro\n",
        "dvc.lock": lock,
        "dvc.yaml": "stages:\n  fetch_data:\n    cmd: python get.py\n    deps: [get.py]\n    outs: [raw/a.csv]\n",
        "get.py": "import urllib.request\nurllib.request.urlretrieve('https://example.org/a.csv', 'raw/a.csv')\n",
    }
    assert managed(tmp_path, files) == answer
