"""What is installed is what is in the repository."""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import repro_audit

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
MAPPED = {"repro_audit.rules": ROOT / "rules", "repro_audit.templates": ROOT / "templates"}
NOT_SHIPPED = {"README.md"}  # of rules/, for people who browse the repository


def metadata() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def folders() -> dict[str, Path]:
    """Every package that there is, by its installed name."""
    found = {
        p.parent.relative_to(ROOT).as_posix().replace("/", "."): p.parent
        for p in (ROOT / "repro_audit").rglob("__init__.py")
    }
    for name, top in MAPPED.items():
        for init in top.rglob("__init__.py"):
            found[".".join([name, *init.parent.relative_to(top).parts])] = init.parent
    return found


def test_the_list_of_packages_names_every_folder_and_no_other() -> None:
    listed = metadata()["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted(folders())


def test_every_folder_of_the_package_is_a_package() -> None:
    with_code = {p.parent for p in (ROOT / "repro_audit").rglob("*.py")}
    assert with_code <= set(folders().values())


def test_mapped_folders_are_where_the_metadata_says() -> None:
    mapping = metadata()["tool"]["setuptools"]["package-dir"]
    assert {name: ROOT / folder for name, folder in mapping.items()} == MAPPED


def test_every_file_that_is_no_code_is_declared_as_package_data() -> None:
    declared = metadata()["tool"]["setuptools"]["package-data"]
    lost = []
    for name, folder in folders().items():
        # Patterns of a package reach into its sub-packages' folders only where they say so.
        patterns = declared.get(name, [])
        for path in sorted(folder.iterdir()):
            is_other = path.suffix in (".py", ".pyc") or path.is_dir() or path.name in NOT_SHIPPED
            if not is_other and not any(fnmatchcase(path.name, p) for p in patterns):
                lost.append(str(path.relative_to(ROOT)))
    assert not lost, f"add to package-data: {lost}"


def test_the_version_is_the_same_in_both_places() -> None:
    assert metadata()["project"]["version"] == repro_audit.__version__


def test_the_command_is_installed_under_its_name() -> None:
    assert metadata()["project"]["scripts"] == {"repro-audit": "repro_audit.cli:main"}


def test_the_source_archive_holds_what_the_tests_need() -> None:
    manifest = (ROOT / "MANIFEST.in").read_text("utf-8").split()
    assert {"fixtures", "tests", "benchmarks", "templates"} <= set(manifest)
