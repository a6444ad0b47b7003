"""The Python interface: what its page shows works, it loads nothing before it is needed, and it prints nothing."""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
import warnings
from dataclasses import fields, replace
from pathlib import Path

import pytest

import repro_audit
from repro_audit import ProjectError, Run, Unavailable, UsageError, api, audit
from repro_audit.options import RunChoices

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "python.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
RUNS = [block for block in BLOCKS if "run=Run" in block]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with `project`, and `projects` that hold it once more."""
    for name in ("project", "projects/one", "projects/two"):
        shutil.copytree(ROOT / "fixtures" / "cause-numpy" / "repo", tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_the_page_shows_works(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    for block in BLOCKS:
        if block not in RUNS:
            exec(compile(block, str(PAGE), "exec"), names)
    shown = capsys.readouterr()
    assert "of 5 stars declared" in shown.out
    assert "there is no folder no-such-folder." in shown.out
    assert not shown.err
    assert (folder / "audit.json").is_file()
    assert len({row["project"] for row in names["rows"]}) == 2  # type: ignore[attr-defined]
    test = names["test_somebody_else_can_install_what_we_import"]
    assert callable(test)


@pytest.mark.sandbox
@pytest.mark.parametrize("block", RUNS)
def test_what_the_page_shows_of_a_run_works(
    block: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")  # so that it is this machine
    monkeypatch.setenv("REPRO_AUDIT_CACHE", str(folder / "cache"))
    exec(compile(block, str(PAGE), "exec"), {"audit": audit})
    assert "of 5 stars verified" in capsys.readouterr().out


def test_importing_it_loads_nothing() -> None:
    code = "import sys, repro_audit; print([m for m in sys.modules if m.partition('.')[0] == 'repro_audit'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['repro_audit']\n"


def test_asking_for_it_loads_nothing_heavy() -> None:
    code = "import sys; from repro_audit import audit; print(*{m.split('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"typer", "rich", "docker", "yaml", "jinja2"} & set(done.stdout.split())


def test_it_stays_a_function_whatever_else_is_imported(folder: Path) -> None:
    import repro_audit.commands.running
    import repro_audit.flow

    assert inspect.isfunction(repro_audit.audit)
    assert {"audit", "Run", "Result"} <= set(dir(repro_audit))
    with pytest.raises(AttributeError):
        repro_audit.no_such_name  # noqa: B018


def test_every_public_name_is_there_and_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    assert sorted(repro_audit.__all__) == sorted([*api.__all__, "__version__"])
    for name in api.__all__:
        assert getattr(repro_audit, name) is getattr(api, name)
    assert not [name for name in api.__all__ if not re.search(rf"(`|import |, ){name}\b", text)]


def test_a_run_has_the_options_of_the_command_line() -> None:
    usual = RunChoices()
    assert [f.name for f in fields(Run)] and {f.name for f in fields(Run)} == {f.name for f in fields(RunChoices)}
    made = api._choices(Run())
    assert replace(made, short=None, env=None, packages=None) == usual


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        ({"path": "nowhere"}, ProjectError, "Give a folder"),
        ({"select": ["code-run"]}, UsageError, "Did you mean code-runs?"),
        ({"ignore": ["1", "2", "3", "4", "5"]}, UsageError, "--ignore"),
        ({"run": Run(depth="standart")}, UsageError, "Did you mean standard?"),  # type: ignore[arg-type]
        ({"run": Run(runner="dokcer")}, UsageError, "Did you mean docker?"),  # type: ignore[arg-type]
        ({"run": Run(timeout="soon")}, UsageError, "90s"),
        ({"run": Run(memory=-1)}, UsageError, "8g"),
    ],
)
def test_a_mistake_names_the_next_step(
    folder: Path, arguments: dict[str, object], error: type[Exception], hint: str
) -> None:
    with pytest.raises(error) as caught:
        audit(**{"path": "project", **arguments})  # type: ignore[arg-type]
    assert hint in caught.value.hint  # type: ignore[attr-defined]


def test_numbers_and_paths_are_taken_as_such(tmp_path: Path) -> None:
    made = api._options(Run(timeout=90, budget=0.5, memory=1 << 30, evidence=tmp_path, short=("epochs=1",)))
    assert (made.limits.seconds, made.budget, made.limits.memory) == (90, 0.5, 1 << 30)
    assert (made.evidence, made.short) == (tmp_path, ("epochs=1",))


def test_without_an_engine_a_run_says_what_is_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(options: object) -> None:
        raise Unavailable("no Docker engine answers", "Start Docker.")

    monkeypatch.setattr("repro_audit.experiments.verify.open_sandbox", none)
    with pytest.raises(Unavailable) as caught:
        audit("project", run=Run())
    assert caught.value.hint == "Start Docker."


def test_steps_are_told_and_nothing_is_printed(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    audit("project", progress=told.append)
    assert told[0] == "code-runs"
    captured = capfd.readouterr()
    assert not captured.out and not captured.err


def test_a_run_that_is_out_of_date_is_told_as_a_warning(folder: Path) -> None:
    from repro_audit.experiments.kept import keep

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        audit("project", kept=True)
    (folder / "project" / ".repro-audit").mkdir()
    keep(folder / "project" / ".repro-audit", "0" * 40, "x", (), (), None)
    with pytest.warns(UserWarning, match="left out"):
        audit("project", kept=True)


def test_a_result_shows_itself(folder: Path) -> None:
    result = audit("project")
    assert repr(result).startswith("<Result of project: ")
    assert "<td><code>code-repeatable</code></td>" in result._repr_html_()  # type: ignore[attr-defined]
