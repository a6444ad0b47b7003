"""The validator that the profile's community uses finds nothing missing but what only people can tell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import rocrate
from uv import find_uv_bin

from repro_audit.archive.crate import Crate, write
from repro_audit.archive.kept import Kept
from repro_audit.archive.pack import pack
from repro_audit.result import Result

VALIDATOR = "roc-validator==0.13.0"  # asks for an older rich than we do, so it gets its own environment
SCRIPT = Path(__file__).with_name("validating.py")
LEFT = {
    "ro-crate-1.1_22.2",  # the author of the crate, and
    "ro-crate-1.1_22.3",  # its publisher: whoever publishes it
    "process-run-crate-0.5_8.6",  # the agent of a run: whoever started it
    "process-run-crate-0.5_5.1",  # an address as the id of the classes themselves, which are no entities of ours
    "process-run-crate-0.5_13.2",  # the registry of an image that was built here and lies in none
}


@pytest.mark.slow
def test_a_crate_conforms_to_the_profile(nasty: tuple[Result, Kept, Path], tmp_path: Path) -> None:
    result, kept, _ = nasty
    documents = {"result.json": "{}\n", "report.html": "<p>\n"}
    pack(lambda place: write(Crate(result, kept, documents), place), tmp_path / "a.zip")
    context = Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"
    command = [find_uv_bin(), "run", "--no-project", "--isolated", "--quiet", "--python", sys.executable]
    command += ["--with", VALIDATOR, "python", str(SCRIPT), str(tmp_path / "a.zip"), str(context)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    issues = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert [issue for issue in issues if issue[1] not in LEFT] == []
    assert all(severity == "RECOMMENDED" for severity, *_ in issues)
