"""What is typed into the sandbox, from what the project states."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from repro_audit.experiments.job import answered, main_job, shown
from repro_audit.experiments.verify import _as_asked
from repro_audit.project import Project
from repro_audit.sandbox.model import Job

NOTEBOOK = (
    '{"cells": [{"cell_type": "code", "source": ["print(1)"], "metadata": {}, "outputs": [], "execution_count": null}],'
    ' "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
)


def project(folder: Path, readme: str, *names: str) -> Project:
    (folder / "README.md").write_text(f"# Title\n\n## Training\n\n```bash\n{readme}\n```\n" if readme else "# Title\n")
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(NOTEBOOK if name.endswith(".ipynb") else "if __name__ == '__main__': print(1)\n")
    return Project(folder)


CASES: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "one command": ("python train.py --rate 0.1", ("train.py",), "python train.py --rate 0.1", "."),
    "with a variable": ("RATE=1 python train.py", ("train.py",), "RATE=1 python train.py", "."),
    "the first of choices": (
        "python train.py {lstm|gru} --on <cpu|gpu>",
        ("train.py",),
        "python train.py lstm --on cpu",
        ".",
    ),
    "bars in quotes": ("python train.py '[a|b]'", ("train.py",), "python train.py '[a|b]'", "."),
    "in a folder": ("cd src\npython train.py", ("src/train.py",), "python train.py", "src"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_stated_command_is_typed_as_it_stands(name: str, tmp_path: Path) -> None:
    readme, files, text, cwd = CASES[name]
    job = main_job(project(tmp_path, readme, *files))
    assert job is not None and (shown(job.argv), job.cwd) == (text, cwd)


def test_several_commands_stop_at_the_first_that_fails(tmp_path: Path) -> None:
    found = project(tmp_path, "python train.py", "train.py")
    train = found.commands.chosen[0]
    both = replace(
        found.commands, chosen=(train, replace(train, text="python plot.py > log.txt", argv=None, cwd="a b"))
    )
    job = main_job(cast(Project, SimpleNamespace(commands=both)))
    assert job is not None and job.argv[:2] == ("sh", "-c")
    assert job.argv[2] == "(cd . && python train.py) && (cd 'a b' && python plot.py > log.txt)"


def test_a_notebook_is_executed_into_another_file(tmp_path: Path) -> None:
    job = main_job(project(tmp_path, "", "My analysis.ipynb"))
    assert job is not None and "--execute" in job.argv[2]
    assert "'My analysis.executed.ipynb'" in job.argv[2] and "--inplace" not in job.argv[2]
    assert "use_output_suffix=False" in job.argv[2]  # nbconvert 7.3.0 changes the given name otherwise


def test_a_command_that_only_opens_a_notebook_executes_it(tmp_path: Path) -> None:
    job = main_job(project(tmp_path, "jupyter lab analysis.ipynb", "analysis.ipynb"))
    assert job is not None and "nbconvert" in job.argv[2] and "jupyter lab" not in job.argv[2]


def test_a_value_that_the_reader_must_invent_is_not_typed(tmp_path: Path) -> None:
    assert main_job(project(tmp_path, "python train.py --data <PATH_TO_DATA>", "train.py")) is None


def test_nothing_is_typed_where_there_is_nothing(tmp_path: Path) -> None:
    assert main_job(project(tmp_path, "")) is None


def test_variables_and_network_are_passed_on(tmp_path: Path) -> None:
    job = main_job(project(tmp_path, "python train.py", "train.py"), {"TOKEN": "x"}, network=True)
    assert job is not None and job.variables == {"TOKEN": "x"} and job.network


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("guild run train", "guild run train -y"),
        ("guild run -y train", "guild run -y train"),
        ("python train.py", "python train.py"),
    ],
)
def test_tools_that_ask_are_answered(text: str, typed: str) -> None:
    assert answered(text) == typed


def test_with_a_given_command_what_it_does_not_reach_is_no_part_of_the_experiment(tmp_path: Path) -> None:
    given = project(tmp_path, "python train.py", "train.py", "other/fit.py")
    asked = _as_asked(given, Job(("python", "fit.py"), "other"))
    assert [s.path for s in asked.program.sources] == ["other/fit.py"]
    assert _as_asked(given, None) is given
