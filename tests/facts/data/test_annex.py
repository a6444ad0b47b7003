"""Data that another place keeps: git-annex by a hash or by an address, a submodule by its commit."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from repro_audit.facts.data.annex import looseness
from repro_audit.facts.data.model import Management
from repro_audit.loader import load_rules
from repro_audit.project import Project

HASH = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
COMMIT = "8a4c1e0b7d2f4a53b6e0cc8d4b7f2a910f3b1c0a"
CODE = "import pandas as pd\nprint(pd.read_csv('{}').mean())\n"
KEYS = [
    (f"SHA256E-s120--{HASH}.csv", ""),
    (f"SHA256-s120--{HASH}", ""),
    (f"SHA256E-s120-S60-C2--{HASH}.csv.gz", ""),
    ("MD5E-s120--0f3b1c0a5a6e5fd4b6e0cc8d4b7f2a91.csv", ""),
    ("SHA1-s120--0f3b1c0a5a6e5fd4b6e0cc8d4b7f2a910f3b1c0a", ""),
    (f"BLAKE2B512E-s9--{HASH}{HASH}.npy", ""),
    (f"SHA3_256E-s9--{HASH}.npy", ""),
    (f"XBLAKE3-s9--{HASH}", ""),
    ("URL--https&c%%example.org%pears.csv", "is made of an address"),
    ("URL-s120--https&c%%example.org%pears.csv", "is made of an address"),
    ("VURL--https&c%%example.org%pears.csv", "is made of an address"),
    ("WORM-s120-m1700000000--pears.csv", "is made of a name, a size and a time"),
    ("SHA256E-s120--4d7a21.csv", "holds no whole hash"),
    ("SHA512E-s120--" + HASH + ".csv", "holds no whole hash"),
    ("pears.csv", "is no key of git-annex"),
]
MODULE = '[submodule "pears"]\n\tpath = data/pears\n\turl = https://example.org/pears\n\tbranch = main\n'


def audited(root: Path) -> tuple[str, list[str]]:
    rule = next(r for r in load_rules() if r.id == "data-managed")
    verdict = rule(Project(root))
    return verdict.answer.value, [f"{e.at} {e.text}" for e in verdict.evidence]


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", root, *arguments], check=True, capture_output=True)


def project(root: Path, path: str, **files: str) -> Path:
    written = {"README.md": "# Pears\n\n    python train.py\n", "train.py": CODE.format(path), **files}
    for name, text in written.items():
        (root / name).write_text(text, "utf-8")
    return root


@pytest.mark.parametrize(("key", "why"), KEYS, ids=[k[0][:40] for k in KEYS])
def test_a_key_is_a_version_where_it_is_made_of_a_hash(key: str, why: str) -> None:
    assert looseness(key) == why


@pytest.mark.parametrize("form", ["link", "pointer", "folder"])
@pytest.mark.parametrize(("key", "why"), [KEYS[0], KEYS[8], KEYS[11]], ids=["hash", "address", "name"])
def test_an_annexed_file_has_the_version_of_its_key(key: str, why: str, form: str, tmp_path: Path) -> None:
    """As a link, and unlocked as a short text; a hash beside it makes no version of a folder."""
    root = project(tmp_path, "data/pears.csv" if form != "folder" else "data")
    (root / "data").mkdir()
    if form == "pointer":
        (root / "data/pears.csv").write_text(f"/annex/objects/{key}\n")
    else:
        (root / "data/pears.csv").symlink_to(f"../.git/annex/objects/Jx/4K/{key}/{key}")
    if form == "folder":
        (root / "data/apples.csv").symlink_to(f"../.git/annex/objects/Jx/4K/{KEYS[0][0]}/{KEYS[0][0]}")
        (root / "train.py").write_text(
            "import glob\nfor name in glob.glob('data/*.csv'):\n    print(open(name).read())\n"
        )
    git(root, "init", "-q")
    git(root, "add", ".")
    answer, said = audited(root)
    assert answer == ("partial" if why else "yes"), said
    assert any(why in line if why else "by the hash in SHA256E" in line for line in said), said


@pytest.mark.parametrize("extra", ["", "\tdatalad-id = 5a6e5fd4-b6e0\n"], ids=["plain", "DataLad"])
def test_a_submodule_is_at_one_commit_whichever_branch_it_follows(extra: str, tmp_path: Path) -> None:
    root = project(tmp_path, "data/pears/pears.csv", **{".gitmodules": MODULE + extra})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{COMMIT},data/pears")
    (root / "data/pears").mkdir(parents=True)
    answer, said = audited(root)
    assert (answer, any(COMMIT[:12] in line and line.startswith(".gitmodules:2") for line in said)) == ("yes", True), (
        said
    )
    kinds = {s.management for s in Project(root).data.sources if s.is_main}
    assert kinds == {Management.DATALAD if extra else Management.GIT}


def test_a_copy_without_git_has_lost_the_commit_of_a_submodule(tmp_path: Path) -> None:
    root = project(tmp_path, "data/pears/pears.csv", **{".gitmodules": MODULE})
    assert audited(root)[0] == "partial"


def test_a_submodule_of_code_is_no_data(tmp_path: Path) -> None:
    root = project(
        tmp_path, "pears.csv", **{".gitmodules": MODULE.replace("data/pears", "lib/tools"), "pears.csv": "a\n1\n"}
    )
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{COMMIT},lib/tools")
    assert [s.what for s in Project(root).data.sources] == ["pears.csv"]
