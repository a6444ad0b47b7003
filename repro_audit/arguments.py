"""What the commands take: the choices, and the arguments and options that several of them share."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Optional

import typer

from . import completing
from .options import RUN, Names, Word

JUDGED = "What is judged"
GATES = "When it fails"


class Format(str, Enum):
    terminal = "terminal"
    json = "json"
    markdown = "markdown"
    sarif = "sarif"
    junit = "junit"
    github = "github"
    codequality = "codequality"
    lines = "lines"
    html = "html"
    ro_crate = "ro-crate"
    codecheck = "codecheck"


class ListFormat(str, Enum):
    terminal = "terminal"
    json = "json"
    markdown = "markdown"


class FailOn(str, Enum):
    regression = "regression"


class BadgeFormat(str, Enum):
    svg = "svg"
    endpoint = "endpoint"
    markdown = "markdown"


class Shell(str, Enum):
    bash = "bash"
    zsh = "zsh"
    fish = "fish"
    powershell = "powershell"


TARGET_HELP = "A folder, or a Git address (https, ssh, file) with @BRANCH, @TAG or @COMMIT, and #SUBFOLDER."
Target = Annotated[str, typer.Argument(metavar="PATH_OR_URL", help=TARGET_HELP, show_default=".")]
Targets = Annotated[
    Optional[list[str]],  # noqa: UP045  (older typers read it at run time on Python 3.10)
    typer.Argument(metavar="PATH_OR_URL", help=TARGET_HELP + " Several give a comparison table."),
]
FormatOption = Annotated[
    Format,
    typer.Option("--format", "-f", metavar="FORMAT", help=f"How to show it: {', '.join(f.value for f in Format)}."),
]
ListFormatOption = Annotated[ListFormat, typer.Option("--format", "-f", help="How to show it.")]
Output = Annotated[Word, typer.Option("-o", "--output", metavar="FILE", help="Write to FILE.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colors; NO_COLOR=1 does the same.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show all evidence and every fix.")]
ShowDiff = Annotated[
    bool, typer.Option("--show-diff", help="Show the values that differ, side by side.", rich_help_panel=RUN)
]
Also = Annotated[
    Names, typer.Option(metavar="FORMAT=FILE", help="Write this too: a format, badge or endpoint. Repeatable.")
]
Select = Annotated[
    Names,
    typer.Option(
        metavar="NAME", help="Judge only this criterion or star. Repeatable.", rich_help_panel=JUDGED,
        autocompletion=completing.criteria_and_stars,
    ),
]  # fmt: skip
Ignore = Annotated[
    Names,
    typer.Option(
        metavar="NAME", help="Leave out this criterion or star. Repeatable.", rich_help_panel=JUDGED,
        autocompletion=completing.criteria_and_stars,
    ),
]  # fmt: skip
Baseline = Annotated[
    Word,
    typer.Option(
        metavar="REF_OR_FILE", help="Tell what changed since a commit or a result.", rich_help_panel=JUDGED,
        autocompletion=completing.references,
    ),
]  # fmt: skip
FailUnder = Annotated[
    int,
    typer.Option(
        min=0, max=5, metavar="N", help="Exit 1 below N stars; waived criteria are set aside.", rich_help_panel=GATES
    ),
]
Require = Annotated[
    Names,
    typer.Option(
        metavar="NAME", help="Exit 1 unless it is met, waived or not applicable. Repeatable.", rich_help_panel=GATES,
        autocompletion=completing.criteria_and_stars,
    ),
]  # fmt: skip
FailOnOption = Annotated[
    Optional[FailOn],  # noqa: UP045
    typer.Option(help="Exit 1 if the baseline was better.", rich_help_panel=GATES),
]
Verify = Annotated[Word, typer.Option(metavar="STATEMENT", help="Tell whether it holds for what is here.")]
Evidence = Annotated[Word, typer.Option(metavar="DIR", help="Where the run is kept, if not in .repro-audit.")]
Only = Annotated[
    Names,
    typer.Option(
        metavar="NAME", help="Mend only this criterion or star, or `report`. Repeatable.",
        autocompletion=completing.fixes,
    ),
]  # fmt: skip
Page = Annotated[
    str, typer.Argument(metavar="NAME", help="A criterion, or a cause of differences.", autocompletion=completing.pages)
]
Recorded = Annotated[
    str,
    typer.Argument(
        metavar="A", help="A folder, a file, or a run of .repro-audit/runs.", autocompletion=completing.runs
    ),
]
OtherOne = Annotated[str, typer.Argument(metavar="B", help="The other one.", autocompletion=completing.runs)]
