"""Whatever a file is called and holds, `git apply` makes of it what was proposed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from repro_audit.fixes.patch import patch

NAMES = [
    "plain.txt",
    "two words.txt",
    'quo"te.txt',
    "tab\there.txt",
    "line\nend.txt",
    "größe.txt",
    "b\\slash.txt",
    "a/b c/d",
]
CONTENTS = [
    (None, b"one\n"),
    (None, b"no end"),
    (b"a\r\nb\r\n", b"a\r\nc\r\n"),
    (b"a\nb", b"a\nb\n"),
    (b"a\nb\n", b"a\nb"),
    (b"\xe9t\xe9\n", b"\xe9t\xe9\nnew\n"),
    (b"a\x0cb\x1cc\xc2\x85d\n", b"a\x0cb\x1cc\xc2\x85d\nmore\n"),
    (b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n", b"--- a/x\n+++ b/y\n@@ -1 +1 @@\n"),
    (b"", b"filled\n"),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("contents", CONTENTS)
def test_git_applies_it_byte_for_byte(name: str, contents: tuple[bytes | None, bytes], tmp_path: Path) -> None:
    old, new = contents
    target = tmp_path / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if old is not None:
        target.write_bytes(old)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch(name, old, new), check=True)
    assert target.read_bytes() == new


def test_no_difference_is_no_patch() -> None:
    assert patch("a", b"same\n", b"same\n") == b""
