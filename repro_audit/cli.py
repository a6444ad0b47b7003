"""The command line. Only typer is imported here: everything else is loaded by the command that needs it."""

from __future__ import annotations

import gc
import signal
import sys
from enum import Enum
from typing import Annotated, NoReturn, Optional

import typer

from . import __version__
from .options import RUN, RunChoices, with_run_options

app = typer.Typer(
    name="repro-audit",
    help="Does a machine-learning project earn the five stars of the ML Reproducibility Scale? Read it and see.",
    epilog="Start with: repro-audit score PATH   |   Exit status: 0; 1 a gate is not met; 2 bad usage or unreadable.",
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(str, Enum):
    terminal = "terminal"
    json = "json"
    markdown = "markdown"
    sarif = "sarif"
    junit = "junit"
    github = "github"
    codequality = "codequality"
    html = "html"


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


TARGET_HELP = "A folder, or a Git address (https, ssh, file) with @BRANCH, @TAG or @COMMIT, and #SUBFOLDER."
Target = Annotated[str, typer.Argument(metavar="PATH_OR_URL", help=TARGET_HELP, show_default=".")]
Targets = Annotated[
    Optional[list[str]],  # noqa: UP045  (older typers read it at run time on Python 3.10)
    typer.Argument(metavar="PATH_OR_URL", help=TARGET_HELP + " Several give a comparison table."),
]
Output = Annotated[Optional[str], typer.Option("-o", "--output", metavar="FILE", help="Write to FILE.")]  # noqa: UP045
NoColor = Annotated[bool, typer.Option("--no-color", help="No colors; NO_COLOR=1 does the same.")]
ShowDiff = Annotated[
    bool, typer.Option("--show-diff", help="Show the values that differ, side by side.", rich_help_panel=RUN)
]
Names = Optional[list[str]]  # noqa: UP045
Word = Optional[str]  # noqa: UP045
Also = Annotated[
    Names, typer.Option(metavar="FORMAT=FILE", help="Write this too: a format, badge or endpoint. Repeatable.")
]
Baseline = Annotated[Word, typer.Option(metavar="REF_OR_FILE", help="Tell what changed since a commit or a result.")]
FailOnOption = Annotated[Optional[FailOn], typer.Option(help="Exit 1 if the baseline was better.")]  # noqa: UP045


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(f"repro-audit {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(short_help="Five stars, each criterion with its answer and its fix.")
@with_run_options
def score(
    paths: Targets = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to show it.")] = Format.terminal,
    output: Output = None,
    also: Also = None,
    fail_under: Annotated[
        int, typer.Option(min=0, max=5, metavar="N", help="Exit 1 below N stars; waived criteria are set aside.")
    ] = 0,
    require: Annotated[
        Names, typer.Option(metavar="CRITERION", help="Exit 1 unless it is met, waived or not applicable. Repeatable.")
    ] = None,
    baseline: Baseline = None,
    fail_on: FailOnOption = None,
    select: Annotated[Names, typer.Option(metavar="NAME", help="Judge only this criterion or star.")] = None,
    ignore: Annotated[Names, typer.Option(metavar="NAME", help="Leave out this criterion or star.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show all evidence and every fix.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="One line per project.")] = False,
    no_color: NoColor = False,
    run: Annotated[bool, typer.Option("--run", help="Run it in a sealed sandbox.", rich_help_panel=RUN)] = False,
    show_diff: ShowDiff = False,
    *,
    choices: RunChoices,
) -> None:
    """Five stars, each criterion with its answer, its evidence (path:line) and its fix.

    Without --run, nothing of the project is run. With it, its environment is built from its own files,
    the main experiment runs twice in two fresh sandboxes, and what came out is compared by meaning;
    then experiments ask why the runs differ, and whether seeds, configuration, data and app do what they say.
    A filled star is verified by runs, an outlined one declared by files.

    \b
    repro-audit score
    repro-audit score --run
    repro-audit score --run --depth deep --budget 1h
    repro-audit score experiments/mnist --verbose
    repro-audit score https://github.com/OWNER/NAME@v1.2 --format json
    repro-audit score . --fail-under 3 --require code-repeatable
    repro-audit score . --baseline origin/main --fail-on regression
    repro-audit score --run --also sarif=audit.sarif --also json=audit.json
    repro-audit score --format html -o report.html      a page, with what the last run found
    repro-audit score projects/*      a comparison table
    """
    from .commands import baseline as baselines
    from .commands import gate, score_all, show
    from .commands.whereabouts import Whereabouts
    from .flow import Selection

    selection, targets = Selection(tuple(select or ()), tuple(ignore or ())), paths or ["."]
    gate.check_options(fail_under, require or [], selection)
    files = show.further(also or [], [f.value for f in Format], len(targets))
    baselines.check(targets, baseline, fail_on.value if fail_on else None)
    if run:
        from .commands import running

        options = running.run_options(choices)
        results = running.score_run(targets, selection, options)
    else:
        kept = format is Format.html or any(name == "html" for name, _ in files)
        results = score_all(targets, selection, kept, choices.evidence)
    if baseline is not None:
        results = [baselines.against(r, target, baseline, selection) for r, target in zip(results, targets)]
    origin = Whereabouts(targets, choices.evidence)
    show.also(results, files, origin)
    show.scores(
        results, format.value, verbose=verbose, quiet=quiet, no_color=no_color, show_diff=show_diff, output=output,
        origin=origin,
    )  # fmt: skip
    raise typer.Exit(gate.status(results, fail_under, require or [], fail_on is not None))


@app.command(short_help="REPRODUCIBILITY.md, filled from what was found.")
def report(
    path: Target = ".",
    output: Output = None,
    check: Annotated[bool, typer.Option("--check", help="Exit 1, with the differences, if it is not true.")] = False,
) -> None:
    """REPRODUCIBILITY.md, filled from what was found; -o writes it.

    What people write around the generated blocks is kept, and a second run changes nothing. A file
    without our markers is never overwritten.

    \b
    repro-audit report
    repro-audit report -o REPRODUCIBILITY.md
    repro-audit report --check
    """
    from .commands import reporting

    raise typer.Exit(reporting.check(path, output) if check else reporting.write(path, output))


@app.command(short_help="What would meet the unmet criteria, as a patch.")
def fix(
    path: Target = ".",
    write: Annotated[bool, typer.Option("--write", help="Apply it, whole or not at all.")] = False,
    only: Annotated[
        Names, typer.Option(metavar="CRITERION", help="Mend only this criterion or star, or `report`. Repeatable.")
    ] = None,
) -> None:
    """For each unmet criterion what a careful colleague would commit, as a patch to read first.

    Versions come from the run that is kept (`score --run`). Nothing is guessed: where more would have to be
    known than the files and that run tell, standard error says so.

    \b
    repro-audit fix
    repro-audit fix --only code-repeatable | git apply
    repro-audit fix --write
    """
    from .commands import fixing

    raise typer.Exit(fixing.fix(path, write, only or []))


@app.command()
def badge(
    path: Target = ".",
    form: Annotated[BadgeFormat, typer.Option("--as", help="SVG, JSON for shields.io, or a line.")] = BadgeFormat.svg,
    output: Output = None,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 if the badge in FILE is not true.")] = False,
) -> None:
    """A badge with the stars. It says so where files have changed since the commit, or since the run that is kept.

    \b
    repro-audit badge -o badge.svg
    repro-audit badge --as endpoint -o badge.json     for https://img.shields.io/endpoint
    repro-audit badge --as markdown                   a line for the README
    repro-audit badge -o badge.svg --check            for CI
    """
    from .commands import badge as badges

    raise typer.Exit(badges.check(path, form.value, output) if check else badges.write(path, form.value, output))


@app.command(short_help="What a criterion asks, why, and how to meet it.")
def explain(criterion: Annotated[str, typer.Argument(help="An id as in `repro-audit rules`.")]) -> None:
    """What a criterion asks, why, how it is judged, and how to meet it.

    \b
    repro-audit explain env-packages
    """
    from .commands import pages, show

    show.text(pages.page(criterion))


@app.command()
def rules(
    format: Annotated[ListFormat, typer.Option("--format", "-f", help="How to show it.")] = ListFormat.terminal,
    no_color: NoColor = False,
) -> None:
    """Every criterion in a table."""
    from .commands import pages

    pages.show_rules(format.value, no_color)


@app.command(short_help="Write commented settings with what was discovered.")
def init(
    path: Annotated[str, typer.Argument(metavar="PATH", help="The project's folder.", show_default=".")] = ".",
    dry_run: Annotated[bool, typer.Option("--print", help="Show it, write nothing.")] = False,
) -> None:
    """Write commented settings with what was discovered: into pyproject.toml, or a new repro-audit.toml.

    \b
    repro-audit init
    repro-audit init --print
    """
    from .commands import initial, show

    show.text(initial.preview(path) if dry_run else initial.write(path))


@app.command(short_help="Run a given command twice in a sealed sandbox.")
@with_run_options
def run(
    words: Annotated[
        list[str], typer.Argument(metavar="[PATH_OR_URL] -- COMMAND...", help="The project, and what to run in it.")
    ],
    format: Annotated[Format, typer.Option("--format", "-f", help="How to show it.")] = Format.terminal,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show all evidence and every fix.")] = False,
    no_color: NoColor = False,
    show_diff: ShowDiff = False,
    *,
    choices: RunChoices,
) -> None:
    """Run a given command twice in a sealed sandbox, and compare what came out.

    \b
    repro-audit run . -- python train.py --epochs 1
    repro-audit run experiments/mnist --timeout 30m -- make results
    """
    from .commands import running, show
    from .commands.whereabouts import Whereabouts

    target, command = (words[0], words[1:]) if len(words) > 1 else (".", words)
    options = running.run_options(choices)
    result = running.run_command(target, command, options)
    show.scores(
        [result], format.value, verbose=verbose, quiet=False, no_color=no_color, show_diff=show_diff,
        origin=Whereabouts((target,), choices.evidence),
    )  # fmt: skip


@app.command(short_help="What differs between two folders, files or recorded runs.")
def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="A folder, a file, or a run of .repro-audit/runs.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The other one.")],
    rtol: Annotated[float, typer.Option(min=0, help="Numbers this close (relative) count as equal.")] = 0.0,
    atol: Annotated[float, typer.Option(min=0, help="Numbers this close (absolute) count as equal.")] = 0.0,
    all: Annotated[bool, typer.Option("--all", help="Show what is identical too.")] = False,
    no_color: NoColor = False,
) -> None:
    """What differs between two folders, files or recorded runs, by meaning. Exit status 1 where they differ.

    \b
    repro-audit compare results-monday results-tuesday
    repro-audit compare repeat-1 repeat-2
    """
    from .commands import running

    raise typer.Exit(running.compare_paths(first, second, rtol, atol, all, no_color))


@app.command(short_help="Remove what runs left behind.")
def clean(
    everything: Annotated[bool, typer.Option("--all", help="Also built environments and downloads.")] = False,
) -> None:
    """List and remove what runs left behind: scratch folders, containers, images.

    \b
    repro-audit clean
    repro-audit clean --all     built environments and downloads as well
    """
    from .commands import running

    running.clean(everything)


@app.command()
def schema() -> None:
    """The JSON Schema of `score --format json`."""
    from .commands import show
    from .result import schema as text

    show.text(text())


def main() -> None:
    """The program: whatever happens, one line that says what and one that says what next."""
    from .errors import ReproAuditError

    signal.signal(signal.SIGTERM, _stop)
    gc.set_threshold(100_000, 20, 100)  # syntax trees are many objects without circles; looking for some takes a while
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        sys.exit(app(standalone_mode=False))
    except ReproAuditError as error:
        _fail(str(error), error.hint, error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        _quit_quietly()
    except OSError as error:
        _fail(_system_words(error), "Make room, or see to the permissions, and run it again; nothing was lost.", 2)
    except Exception as error:
        _usage(error)
        _unexpected(error)


def _system_words(error: OSError) -> str:
    """What the system refused, and of which file."""
    what = error.strerror or type(error).__name__
    return f"{error.filename}: {what}" if error.filename else what


def _stop(signal_number: int, frame: object) -> NoReturn:
    """End as after an error, so that temporary folders are removed."""
    sys.exit(128 + signal_number)


def _usage(error: Exception) -> None:
    """Typer's own complaint about the command line, told by its method: its class has moved between releases."""
    if hasattr(error, "format_message"):
        context = getattr(error, "ctx", None)
        _fail(error.format_message(), f"Try {context.command_path if context else 'repro-audit'} --help.", 2)


def _unexpected(error: Exception) -> NoReturn:
    import os

    if os.environ.get("REPRO_AUDIT_DEBUG"):
        raise error
    _fail(f"{type(error).__name__}: {error}", "This is a bug: please report it; REPRO_AUDIT_DEBUG=1 shows where.", 2)


def _fail(message: str, hint: str, status: int) -> NoReturn:
    from .text import one_line

    typer.echo(f"error: {one_line(message)}", err=True)
    if hint:
        typer.echo(f"hint: {one_line(hint)}", err=True)
    sys.exit(status)


def _quit_quietly() -> NoReturn:
    """The reader of our output has gone; a second error while closing it helps nobody."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)
