"""What a change did: because of which line, in shallow clones too, and without starting what a repository names."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from called import program_of
from hostile import BUILDERS

from repro_audit.baseline import state
from repro_audit.baseline.lines import changed_lines
from repro_audit.errors import ReproAuditError
from repro_audit.facts.git import Repository
from repro_audit.result import schema
from repro_audit.rule import Place as At
from repro_audit.rule import Project, Verdict, at, no, rule, yes

Score = Callable[..., tuple[int, str, str]]


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path, **files: str | None) -> str:
    """Write or remove files (`train_py` is train.py) and commit; the hash."""
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.unlink() if content is None else path.write_text(content)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    return git(folder, "rev-parse", "HEAD")


def seeded(project: Project) -> Verdict:
    """Every file of code sets a seed."""
    lines = (project.files.text("train.py") or "").splitlines()
    places = [at(At("train.py", n), line) for n, line in enumerate(lines, 1) if "seed" in line]
    return yes("seeded", places) if places else no("not seeded", [at(At("train.py", 1), lines[0])], "Seed it.")


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    package, module = ModuleType("repro_audit.rules"), ModuleType("stand_ins")
    for id, star, file in (("env-image", 4, "Dockerfile"), ("data-managed", 3, "data.csv")):

        def check(project: Project, file: str = file) -> Verdict:
            """A file is there."""
            return yes("there", [at(At(file, 1))]) if project.files.has(file) else no("gone", [], f"Add {file}.")

        setattr(module, file, rule(id, star=star, criterion=id, article="x", fix="x")(check))
    module.seeded = rule("code-repeatable", star=1, criterion="x", article="x", fix="x")(seeded)  # type: ignore[attr-defined]
    package.MODULES = (module,)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "repro_audit.rules", package)


@pytest.fixture
def repo(tmp_path: Path, rules: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose first commit meets every criterion, on the branch `main`."""
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, train_py="import x\nx.seed(1)\nx.run()\n", Dockerfile="FROM a\n", data_csv="a\n")
    git(folder, "checkout", "-q", "-b", "work")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def score(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Score:
    run = program_of(monkeypatch, capfdbinary)

    def score(*arguments: str) -> tuple[int, str, str]:
        done = run("score", *arguments)
        return done.status, done.out, done.err

    return score


def told(score: Score, *arguments: str) -> dict[str, Any]:
    from jsonschema import validate

    result = json.loads(score(*arguments, "--format", "json")[1])
    validate(result, json.loads(schema()))
    found: dict[str, Any] = result["baseline"]
    return found


def test_a_criterion_is_lost_because_of_the_line_that_is_gone(repo: Path, score: Score) -> None:
    commit(repo, train_py="import x\nx.run()\n", Dockerfile=None)
    found = told(score, ".", "--baseline", "main")
    assert found["stars"] == {"lost": [1, 4], "won": []}
    assert {c["id"]: c["because"] for c in found["criteria"]} == {
        "code-repeatable": [{"path": "train.py", "line": 2, "text": "x.seed(1)", "side": "before"}],
        "env-image": [{"path": "Dockerfile", "line": 1, "text": "FROM a", "side": "before"}],
    }
    assert found["commit"] == git(repo, "rev-parse", "main")
    assert found["compared"] == "reading"
    assert found["regression"]


def test_only_what_got_worse_fails_and_only_when_asked(repo: Path, score: Score) -> None:
    commit(repo, Dockerfile=None)
    assert score(".", "--baseline", "main")[0] == 0
    status, _, err = score(".", "--baseline", "main", "--fail-on", "regression")
    assert (status, err) == (1, "gate: . against main: env-image went from yes to no\n")
    git(repo, "checkout", "-q", "-B", "main")
    commit(repo, Dockerfile="FROM b\n", data_csv="b\n")
    status, out, err = score(".", "--baseline", "HEAD~1", "--fail-on", "regression")
    assert (status, err) == (0, "")
    assert "star 4 won" in out
    assert "+ Dockerfile:1  FROM b" in out


def test_a_waiver_of_the_same_change_is_told_and_does_not_fail(repo: Path, score: Score) -> None:
    (repo / "repro-audit.toml").write_text('[waivers.env-image]\nreason = "not yet"\n')
    commit(repo, Dockerfile=None)
    found = told(score, ".", "--baseline", "main", "--fail-on", "regression")
    assert [c["change"] for c in found["criteria"]] == ["worse, but waived"]
    assert not found["regression"]


def test_work_that_is_not_committed_counts_as_the_change(repo: Path, score: Score) -> None:
    (repo / "train.py").write_text("import x\nx.run()\n")
    assert [c["id"] for c in told(score, ".", "--baseline", "HEAD")["criteria"]] == ["code-repeatable"]


def test_the_commit_where_the_branch_left_is_compared_and_not_what_came_after(repo: Path, score: Score) -> None:
    commit(repo, train_py="import x\nx.seed(2)\n")
    git(repo, "checkout", "-q", "main")
    base = git(repo, "rev-parse", "HEAD")
    commit(repo, Dockerfile=None)
    git(repo, "checkout", "-q", "--detach", "work")
    found = told(score, ".", "--baseline", "main")
    assert (found["commit"], found["criteria"]) == (base, [])


def test_a_shallow_clone_says_how_to_fetch_and_then_compares(repo: Path, tmp_path: Path, score: Score) -> None:
    commit(repo, Dockerfile=None)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", "--branch=work", f"file://{repo}", "clone")
    status, out, err = score(str(clone), "--baseline", "main")
    assert (status, out) == (2, "")
    hint = "git fetch --depth=1 origin main:refs/remotes/origin/main"
    assert err == f"error: the repository has no main\nhint: Fetch it: {hint}\n"
    git(clone, *hint.split()[1:])
    found = told(score, str(clone), "--baseline", "main")
    assert [c["id"] for c in found["criteria"]] == ["env-image"]
    assert "its tip" in found["notes"][0]


def test_a_partial_clone_says_how_to_complete_it(repo: Path, tmp_path: Path, score: Score) -> None:
    commit(repo, Dockerfile=None)
    git(repo, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--branch=work", f"file://{repo}", "clone")
    status, out, err = score(str(tmp_path / "clone"), "--baseline", "main")
    assert (status, out) == (2, "")
    hint = err.splitlines()[1].partition("complete it: git ")[2]
    git(tmp_path / "clone", *hint.split())
    assert score(str(tmp_path / "clone"), "--baseline", "main")[0] == 0


def test_an_earlier_result_in_a_file_is_a_baseline_too(repo: Path, score: Score) -> None:
    score(".", "--format", "json", "-o", "earlier.json")
    commit(repo, Dockerfile=None)
    found = told(score, ".", "--baseline", "earlier.json")
    assert [c["id"] for c in found["criteria"]] == ["env-image"]
    assert [r["text"] for r in found["criteria"][0]["because"]] == ["FROM a"]
    earlier = json.loads((repo / "earlier.json").read_text())
    earlier["project"]["commit"] = "5" * 40
    (repo / "earlier.json").write_text(json.dumps(earlier))
    assert told(score, ".", "--baseline", "earlier.json")["criteria"][0]["because"] == []


def test_experiments_of_both_sides_tell_new_causes_and_parameters_that_died(repo: Path, score: Score) -> None:
    from repro_audit.baseline import kept
    from repro_audit.baseline.compare import compare

    score(".", "--format", "json", "-o", "earlier.json")
    data = json.loads((repo / "earlier.json").read_text())

    def side(line: int, *experiments: dict[str, Any]) -> Any:
        clock = {"cause": "wall-clock", "confirmed": True, "path": "a.py", "line": line, "text": "t = time()"}
        repeat = {"id": "repeat", "kind": "repeat", "outcome": "differs", "causes": [clock]}
        (repo / "x.json").write_text(json.dumps({**data, "experiments": [repeat, *experiments]}))
        return kept.read(repo / "x.json", ".")

    lr, epochs = (
        {"id": n, "kind": "config", "parameter": f"p.yaml:{n}", "path": "p.yaml", "line": 1} for n in ("lr", "e")
    )
    order = {"cause": "file-order", "confirmed": True, "path": "a.py", "line": 3, "outputs": ["m.json"]}
    stress = {"id": "stress", "kind": "stress", "outcome": "differs", "causes": [order]}
    before = side(4, {**lr, "outcome": "live"}, {**epochs, "outcome": "dead"})
    now = side(8, {**lr, "outcome": "dead"}, {**epochs, "outcome": "dead"}, stress)
    found = compare("earlier", before, now)
    assert [c["cause"] for c in found.causes] == ["file-order"]
    assert [d["parameter"] for d in found.dead] == ["p.yaml:lr"]
    assert (found.by_runs, found.is_worse) == (True, True)
    assert not compare("earlier", now, before).is_worse


@pytest.mark.parametrize(
    "content", ["", "[]", "{", "null", '{"format": 1}', '{"format": 2, "results": []}', "[" * 100000, "\x00"]
)
def test_a_file_that_is_no_result_is_refused_in_a_line(repo: Path, score: Score, content: str) -> None:
    (repo / "bad.json").write_text(content)
    status, out, err = score(".", "--baseline", "bad.json")
    assert (status, out) == (2, "")
    assert err.startswith("error: bad.json is no result")


@pytest.mark.parametrize(
    "name", ["--upload-pack=x", "-x", "a b", "main:x", "$(x)", "no\nsuch", "", "main..work", "@{u}"]
)
def test_a_name_that_is_no_commit_is_refused_in_a_line(repo: Path, score: Score, name: str) -> None:
    status, out, err = score(".", f"--baseline={name}")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 2


def test_fail_on_needs_a_baseline_and_a_baseline_needs_a_repository(tmp_path: Path, rules: None, score: Score) -> None:
    (tmp_path / "train.py").write_text("x\n")
    assert score(str(tmp_path), "--fail-on", "regression")[0] == 2
    assert "in no Git repository" in score(str(tmp_path), "--baseline", "main")[2]


def test_a_project_that_the_baseline_does_not_have_is_new_and_not_worse(repo: Path, score: Score) -> None:
    (repo / "new").mkdir()
    (repo / "new" / "train.py").write_text("x\n")
    commit(repo)
    found = told(score, "new", "--baseline", "main")
    assert (found["criteria"], found["notes"]) == ([], ["the project was not there"])


def test_settings_that_could_not_be_read_before_do_not_stop_the_change_that_mends_them(
    repo: Path, score: Score
) -> None:
    (repo / "repro-audit.toml").write_text("[broken\n")
    commit(repo)
    (repo / "repro-audit.toml").unlink()
    commit(repo)
    assert told(score, ".", "--baseline", "HEAD~1")["notes"][0].startswith("it cannot be judged: ")


def test_no_filter_hook_or_helper_of_the_repository_is_started(repo: Path, tmp_path: Path, score: Score) -> None:
    canary, script = tmp_path / "canary", repo / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    script.chmod(0o755)
    (repo / ".gitattributes").write_text("* filter=evil diff=evil merge=evil ident export-subst\n")
    commit(repo, train_py="import x\nx.run()\n")
    with (repo / ".git" / "config").open("a") as file:
        file.write(
            f'[filter "evil"]\n\tclean = {script}\n\tsmudge = {script}\n\tprocess = {script}\n\trequired\n'
            f'[diff]\n\texternal = {script}\n[diff "evil"]\n\ttextconv = {script}\n\tcommand = {script}\n'
            f"[core]\n\tfsmonitor = {script}\n\thooksPath = {repo}/hooks\n\tattributesFile = {repo}/.gitattributes\n"
        )
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        for folder in (repo / "hooks", repo / ".git" / "hooks"):
            folder.mkdir(exist_ok=True)
            (folder / hook).write_text(script.read_text())
            (folder / hook).chmod(0o755)
    assert [c["id"] for c in told(score, ".", "--baseline", "main")["criteria"]] == ["code-repeatable"]
    assert told(score, ".", "--baseline", "HEAD")["criteria"] == []
    assert not canary.exists()


@pytest.mark.parametrize("name", sorted(n for n in BUILDERS if n.startswith("git")))
def test_a_hostile_git_folder_springs_no_trap(name: str, tmp_path: Path) -> None:
    root, canary = tmp_path / "project", tmp_path / "canary"
    root.mkdir()
    BUILDERS[name](root, f"touch {canary}")
    canary.unlink(missing_ok=True)
    repository = Repository.around(root)
    if repository is not None and repository.top == root.resolve():
        try:
            with state.laid_out(repository, state.find(repository, "HEAD").commit) as top:
                assert not (top / ".git" / "hooks").exists()
        except ReproAuditError:
            pass
    assert not canary.exists()


def test_a_tree_that_leads_out_of_itself_is_not_followed(repo: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (repo / "link").symlink_to(outside)
    commit(repo)
    repository = Repository.around(repo)
    assert repository is not None
    with state.laid_out(repository, state.find(repository, "HEAD").commit) as top:
        assert (top / "link").is_symlink()
        assert (top / "train.py").read_bytes() == (repo / "train.py").read_bytes()
    assert not top.exists()
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [("abc", "abc", []), ("abc", "aXc", [2]), ("abc", "abcd", [4]), ("abc", "bc", []), ("", "ab", [1, 2])],
)
def test_changed_lines_are_those_that_the_other_side_does_not_have(before: str, now: str, changed: list[int]) -> None:
    assert sorted(changed_lines(list(before), list(now))) == changed


def test_a_comment_is_short_and_shows_strangers_text_as_it_is(repo: Path, score: Score) -> None:
    commit(repo, train_py="import x\nx.seed(1) # `|`<script>alert(1)</script> @you\n")
    git(repo, "checkout", "-q", "-B", "main")
    commit(repo, train_py="import x\n")
    _, out, _ = score(".", "--baseline", "HEAD~1", "--format", "markdown")
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").enable("table").render(out)
    assert "<script>" not in html
    assert "<td>worse</td>" in html
    assert len(out.splitlines()) < 20


def test_one_audit_writes_several_files(repo: Path, score: Score) -> None:
    files = {"sarif": "a.sarif", "junit": "a.xml", "codequality": "a.json", "github": "a.txt", "terminal": "t.txt"}
    words = [word for format, file in files.items() for word in ("--also", f"{format}={file}")]
    status, out, _ = score(".", *words, "-o", "shown.txt")
    assert (status, out) == (0, "")
    assert all((repo / name).stat().st_size for name in (*files.values(), "shown.txt"))
    assert "5 stars declared" in (repo / "shown.txt").read_text()
    assert score(".", "--also", "sarf=x")[0] == 2
    assert score(".", "--also", "sarif")[0] == 2
