"""Which checks of the other tools stand for which of our criteria, and how their outcomes read as answers.

A row's clauses are tried in turn: `R-DATA-002 pass|partial: yes` holds where that check has one of these statuses,
`R-ENV-001 says no manifest: no` where its message has these words, and `otherwise: no` always. Where a check can be
read in two ways, the way that agrees more often with the readers was taken. Criteria for which a tool has no check are
left out rather than counted as wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from rivals_tools import SILENT, Check, Checks

NOTHING = Check(SILENT)
MISSING = "missing"


@dataclass(frozen=True)
class Row:
    tool: str
    criterion: str
    clauses: tuple[str, ...]
    why: str

    def answer(self, checks: Checks) -> str:
        """`missing` where the tool failed on the project."""
        if not checks:
            return MISSING
        for clause in self.clauses:
            condition, answer = clause.rsplit(": ", 1)
            if holds(condition, checks):
                return answer
        raise ValueError(f"{self.tool} {self.criterion}: no clause holds, and none says otherwise")

    def outcome(self, checks: Checks) -> tuple[object, ...]:
        """All that the row's clauses can tell apart: what the best possible reading could build on."""
        conditions = [c.rsplit(": ", 1)[0] for c in self.clauses if not c.startswith("otherwise")]
        names = dict.fromkeys(name_of(c) for c in conditions)
        statuses = [checks.get(name, NOTHING).status for name in names]
        return (*statuses, *(holds(c, checks) for c in conditions if " says " in c))


def name_of(condition: str) -> str:
    """The check in a condition. Names may hold spaces, statuses do not."""
    name, says, _ = condition.partition(" says ")
    return name if says else condition.rpartition(" ")[0]


def holds(condition: str, checks: Checks) -> bool:
    if condition == "otherwise":
        return True
    check = checks.get(name_of(condition), NOTHING)
    _, says, words = condition.partition(" says ")
    if says:
        return words.lower() in check.says.lower()
    return check.status in condition.rpartition(" ")[2].split("|")


ROWS = (
    Row(
        "adduce", "code-runs",
        ("R-EXEC-002 pass|partial: yes", "R-EXEC-001 pass: yes", "otherwise: partial"),
        "A run script, a target, a command in the README or a conventionally named entry point counts in full, although"
        " the tool itself gives a README command half; Python without any of them still is a runnable script.",
    ),
    Row(
        "adduce", "code-example-input",
        ("R-DATA-002 pass: yes", "R-DATA-002 partial: partial", "R-DATA-004 fail|partial: yes", "otherwise: no"),
        "It asks for a scripted or documented way to the data; large files committed to git are input that is there.",
    ),
    Row(
        "adduce", "code-repeatable",
        ("R-DET-001 pass|silent: yes", "R-DET-001 partial: partial", "otherwise: no"),
        "The same question. Where it sees no random library it says nothing, and nothing random is `yes`.",
    ),
    Row(
        "adduce", "config-files",
        ("R-DOC-002 pass: yes", "R-DOC-002 partial: partial", "otherwise: no"),
        "The same question, with the same step between files and command-line defaults.",
    ),
    Row(
        "adduce", "config-seeds",
        ("R-DET-001 silent: na", "R-DET-001 fail: no", "R-DOC-002 pass|partial: partial", "otherwise: no"),
        "It has no such check. A seed that is set, in a project whose parameters can be found, is granted as half.",
    ),
    Row(
        "adduce", "data-managed",
        ("R-DATA-003 pass: yes", "R-DATA-004 fail|partial: yes", "R-DATA-002 pass: partial", "otherwise: no"),
        "Checksums and DVC are exact versions; so is what is committed, which the tool advises against; a download"
        " without either is half.",
    ),
    Row(
        "adduce", "env-packages",
        ("R-ENV-001 says no dependency manifest: no", "R-ENV-001 pass: yes", "otherwise: partial"),
        "The same question. Declared and largely unpinned is `fail` there and half here.",
    ),
    Row(
        "adduce", "env-image",
        ("R-ENV-003 pass: yes", "R-ENV-003 partial: partial", "R-ENV-004 pass: partial", "otherwise: no"),
        "The same question, with the language version as the smaller half.",
    ),
    Row(
        "adduce", "env-hardware",
        ("R-PREC-005 pass: yes", "R-PREC-005 partial: partial", "otherwise: na"),
        "The same question. GPU code without a word about hardware is granted as a mention.",
    ),
    Row(
        "ml-project-doctor", "code-runs",
        ("DOC001 failed: partial", "DOC003 says usage: partial", "otherwise: yes"),
        "It looks for words on usage in the README; without them, scripts alone are half.",
    ),
    Row(
        "ml-project-doctor", "code-example-input",
        ("DQ001 passed: yes", "otherwise: partial"),
        "Data files that are present are the input; its remark without them allows for a download, hence half.",
    ),
    Row(
        "ml-project-doctor", "code-repeatable",
        ("REP003 passed: yes", "otherwise: no"),
        "Any seed anywhere passes, and so does a project without training code.",
    ),
    Row(
        "ml-project-doctor", "config-files",
        ("TRN004 passed: yes", "otherwise: partial"),
        "Any settings file passes; without one, parameters may still be options, hence half.",
    ),
    Row(
        "ml-project-doctor", "config-seeds",
        ("REP003 failed: no", "TRN004 passed: partial", "otherwise: no"),
        "It has no such check. A seed that is set, beside a settings file, is granted as half.",
    ),
    Row(
        "ml-project-doctor", "data-managed",
        ("DQ001 failed: no", "DQ002 passed: yes", "otherwise: partial"),
        "Data files that are present are in git, Git LFS or DVC; large ones in git it advises against.",
    ),
    Row(
        "ml-project-doctor", "data-documented",
        ("DQ004 failed: no", "otherwise: partial"),
        "Any README above the data passes, which is a hint of their structure at most.",
    ),
    Row(
        "ml-project-doctor", "env-packages",
        ("DEP001 failed: no", "REP001 passed: yes", "otherwise: partial"),
        "A manifest, and a lock file or pins throughout.",
    ),
    Row(
        "ml-project-doctor", "env-image",
        ("REP006 passed: yes", "REP004 passed: partial", "otherwise: no"),
        "A Dockerfile, else a stated Python version.",
    ),
    Row(
        "ml-project-doctor", "eval-compare",
        ("EXP001 passed: yes", "otherwise: no"),
        "It asks for a tracker; a project without training code passes.",
    ),
    Row(
        "reprolint", "code-repeatable",
        ("Random seeds 25/25: yes", "otherwise: no"),
        "Any seed anywhere passes.",
    ),
    Row(
        "reprolint", "data-managed",
        ("Data tracking 15/15|8/15: yes", "otherwise: partial"),
        "DVC and Git LFS get full marks there; small files in git get half, and are managed here. It also gives full"
        " marks where it sees no data.",
    ),
    Row(
        "reprolint", "env-packages",
        ("Dependency pinning 20/20: yes", "Dependency pinning says no dependency manifest: no", "otherwise: partial"),
        "The same question. Whatever is declared without exact versions is half.",
    ),
    Row(
        "reprolint", "env-image",
        ("Environment capture 10/10: yes", "Environment capture 7/10|4/10: partial", "otherwise: no"),
        "The same question; it gives a conda environment the same points as a container.",
    ),
    Row(
        "mllint", "data-managed",
        ("version-control/data/dvc 100%: yes", "otherwise: no"),
        "DVC is the one way of managing data that it knows.",
    ),
    Row(
        "mllint", "env-packages",
        ("dependency-management/use 100%: yes", "dependency-management/use 0%: no", "otherwise: partial"),
        "Poetry and Pipenv are full marks, `requirements.txt` and `setup.py` a few points.",
    ),
)  # fmt: skip
