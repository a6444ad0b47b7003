"""Files that are no files, and names that are no names."""

from __future__ import annotations

import os
from pathlib import Path

from .building import README, TRAIN, hostile, write


@hostile
def pipes(root: Path, trap: str) -> None:
    for name in "README.md params.yaml requirements.txt train.py data.csv nb.ipynb Dockerfile pyproject.toml CITATION.cff".split():
        os.mkfifo(root / name)


@hostile
def links_to_devices(root: Path, trap: str) -> None:
    for name, target in {
        "README.md": "/dev/zero",
        "train.py": "/dev/urandom",
        "params.yaml": "/dev/tty",
        "data.csv": "/dev/full",
    }.items():
        (root / name).symlink_to(target)


@hostile
def links_out_of_the_tree(root: Path, trap: str) -> None:
    secret = root.parent / "secret"
    secret.mkdir()
    write(
        secret,
        README_md="# SECRET-WORDS\n\n    python SECRET-WORDS.py\n",
        key_yaml="SECRET-WORDS: 1\n",
        train_py="SECRET_WORDS = 1\n",
    )
    for name in ("README.md", "train.py"):
        (root / name).symlink_to(secret / name)
    (root / "config.yaml").symlink_to("../secret/key.yaml")
    (root / "CITATION.cff").symlink_to("../secret/key.yaml")
    (root / "conf").symlink_to(secret)
    (root / "all").symlink_to("/")


@hostile
def links_in_circles(root: Path, trap: str) -> None:
    write(root, train_py=TRAIN)
    (root / "README.md").symlink_to("b.md")
    (root / "b.md").symlink_to("README.md")
    (root / "loop").symlink_to(".")
    (root / "a").mkdir()
    (root / "a" / "up").symlink_to("..")


@hostile
def folders_in_the_place_of_files(root: Path, trap: str) -> None:
    for name in "README.md params.yaml requirements.txt train.py dvc.yaml Makefile pyproject.toml .git".split():
        (root / name).mkdir()
    write(root, main_py=TRAIN)


@hostile
def files_that_may_not_be_read(root: Path, trap: str) -> None:
    write(root, README_md=README, train_py=TRAIN, data__x_csv="a\n1\n")
    (root / "README.md").chmod(0)
    (root / "data").chmod(0)


@hostile
def names_with_every_character(root: Path, trap: str) -> None:
    names = [
        "line\nbreak.py", "back`tick`.py", "<script>alert(1)</script>.py".replace("/", "∕"), "a|b.csv", "[red]train[/red].py".replace("/", "∕"),
        "\x1b[31mtrain.py", "data[train].csv", "-rf.py", "--help", "$(touch x).py", "train .py", "ünï.py", "‮evil.py", "%s%n.py", "* .py",
    ]  # fmt: skip
    for name in names:
        (root / name).write_text(TRAIN)
    (root / os.fsdecode(b"not-\xff-utf8.py")).write_text(TRAIN)
    (root / ("x" * 250 + ".py")).write_text(TRAIN)
    write(
        root,
        README_md="# <b>[red]Hi\x1b[31m\n\n    python '[red]train.py' \x1b]0;title\x07 | `x`\n\n    python 'line\nbreak.py'\n",
    )
