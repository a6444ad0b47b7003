"""The command line. Only typer is imported here: everything else is loaded by the command that needs it."""

from __future__ import annotations

import gc
import signal
import sys
from typing import Annotated

import typer

from . import __version__, completing, ending
from .arguments import (
    Also,
    BadgeFormat,
    Baseline,
    Evidence,
    FailOnOption,
    FailUnder,
    Format,
    FormatOption,
    Ignore,
    ListFormat,
    ListFormatOption,
    NoColor,
    Only,
    OtherOne,
    Output,
    Page,
    Recorded,
    Require,
    Select,
    Shell,
    ShowDiff,
    Target,
    Targets,
    Verbose,
    Verify,
)
from .help import Command, Group
from .options import RUN, RunChoices, with_run_options

JUDGE, WRITE, LOOK_UP = "Judge and compare", "Write", "Look up"
app = typer.Typer(
    name="repro-audit",
    cls=Group,
    help="Does a machine-learning project earn the five stars of the ML Reproducibility Scale? Read it and see.",
    epilog="Start with: repro-audit score PATH   |   Exit status: 0; 1 a gate is not met; 2 bad usage or unreadable.",
    pretty_exceptions_enable=False,
    add_completion=False,  # of `main`, and of the command `completion`
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


@app.command(cls=Command, rich_help_panel=JUDGE, short_help="Five stars, each criterion with its answer and its fix.")
@with_run_options
def score(
    paths: Targets = None,
    format: FormatOption = Format.terminal,
    output: Output = None,
    also: Also = None,
    verbose: Verbose = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="One line per project.")] = False,
    no_color: NoColor = False,
    watch: Annotated[bool, typer.Option("--watch", help="Score again whenever a file changes, until Ctrl-C.")] = False,
    select: Select = None,
    ignore: Ignore = None,
    baseline: Baseline = None,
    fail_under: FailUnder = 0,
    require: Require = None,
    fail_on: FailOnOption = None,
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
    Examples:
      repro-audit score
      repro-audit score --run
      repro-audit score --run --depth deep --budget 1h
      repro-audit score experiments/mnist --verbose
      repro-audit score https://github.com/OWNER/NAME@v1.2 --format json
      repro-audit score . --fail-under 3 --require code-repeatable
      repro-audit score . --baseline origin/main --fail-on regression
      repro-audit score --run --also sarif=audit.sarif --also json=audit.json
      repro-audit score --watch
      repro-audit score --format html -o report.html   # a page, with what the last run found
      repro-audit score --format ro-crate -o audit.zip   # for an archive, with the evidence
      repro-audit score projects/*   # a comparison table
    """
    from .commands import show
    from .commands.scoring import Gates, Look, Scoring
    from .flow import Selection

    targets = paths or ["."]
    files = show.further(also or [], [f.value for f in Format], len(targets))
    scoring = Scoring(
        targets,
        Selection(tuple(select or ()), tuple(ignore or ())),
        Look(format.value, files, output, verbose, quiet, no_color, show_diff),
        Gates(fail_under, require or [], baseline, fail_on.value if fail_on else None),
        choices,
    )
    raise typer.Exit(scoring.watching(run) if watch else scoring.once(run))


@app.command(cls=Command, rich_help_panel=WRITE, short_help="REPRODUCIBILITY.md, filled from what was found.")
def report(
    path: Target = ".",
    output: Output = None,
    check: Annotated[bool, typer.Option("--check", help="Exit 1, with the differences, if it is not true.")] = False,
) -> None:
    """REPRODUCIBILITY.md, filled from what was found; -o writes it.

    What people write around the generated blocks is kept, and a second run changes nothing. A file
    without our markers is never overwritten.

    \b
    Examples:
      repro-audit report
      repro-audit report -o REPRODUCIBILITY.md
      repro-audit report --check
    """
    from .commands import reporting

    raise typer.Exit(reporting.check(path, output) if check else reporting.write(path, output))


@app.command(cls=Command, rich_help_panel=WRITE, short_help="What would meet the unmet criteria, as a patch.")
def fix(
    path: Target = ".",
    write: Annotated[bool, typer.Option("--write", help="Apply it, whole or not at all.")] = False,
    only: Only = None,
) -> None:
    """For each unmet criterion what a careful colleague would commit, as a patch to read first.

    Versions come from the run that is kept (`score --run`). Nothing is guessed: where more would have to be
    known than the files and that run tell, standard error says so.

    \b
    Examples:
      repro-audit fix
      repro-audit fix --only code-repeatable | git apply
      repro-audit fix --write
    """
    from .commands import fixing

    raise typer.Exit(fixing.fix(path, write, only or []))


@app.command(cls=Command, rich_help_panel=WRITE)
def badge(
    path: Target = ".",
    form: Annotated[BadgeFormat, typer.Option("--as", help="SVG, JSON for shields.io, or a line.")] = BadgeFormat.svg,
    output: Output = None,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 if the badge in FILE is not true.")] = False,
) -> None:
    """A badge with the stars. It says so where files have changed since the commit, or since the run that is kept.

    \b
    Examples:
      repro-audit badge -o badge.svg
      repro-audit badge --as endpoint -o badge.json   # for https://img.shields.io/endpoint
      repro-audit badge --as markdown   # a line for the README
      repro-audit badge -o badge.svg --check   # for CI
    """
    from .commands import badge as badges

    raise typer.Exit(badges.check(path, form.value, output) if check else badges.write(path, form.value, output))


@app.command(cls=Command, rich_help_panel=WRITE, short_help="An in-toto statement of the result, to be signed.")
def attest(
    path: Target = ".",
    output: Output = None,
    verify: Verify = None,
    evidence: Evidence = None,
) -> None:
    """An in-toto statement of the result: the commit and the digests of the outputs that the kept run wrote.

    It is not signed: cosign does that. With --verify it tells whether a statement holds for what is here,
    and exits with 1 where it does not.

    \b
    Examples:
      repro-audit attest -o audit.intoto.json
      repro-audit attest --verify audit.intoto.json
    """
    from .commands import attesting

    raise typer.Exit(attesting.verify(verify, path, evidence) if verify else attesting.write(path, output, evidence))


@app.command(cls=Command, rich_help_panel=LOOK_UP, short_help="What a criterion asks, or what a cause is.")
def explain(name: Page) -> None:
    """What a criterion asks, why, how it is judged, and how to meet it; or what a cause of differences is.

    \b
    Examples:
      repro-audit explain env-packages
      repro-audit explain unseeded-numpy
    """
    from .commands import pages, show

    show.text(pages.page(name))


@app.command(cls=Command, rich_help_panel=LOOK_UP)
def rules(
    format: ListFormatOption = ListFormat.terminal,
    no_color: NoColor = False,
) -> None:
    """Every criterion in a table.

    \b
    Examples:
      repro-audit rules
      repro-audit rules --format json
    """
    from .commands import pages

    pages.show_rules(format.value, no_color)


@app.command(cls=Command, rich_help_panel=WRITE, short_help="Write commented settings with what was discovered.")
def init(
    path: Annotated[str, typer.Argument(metavar="PATH", help="The project's folder.", show_default=".")] = ".",
    dry_run: Annotated[bool, typer.Option("--print", help="Show it, write nothing.")] = False,
) -> None:
    """Write commented settings with what was discovered: into pyproject.toml, or a new repro-audit.toml.

    \b
    Examples:
      repro-audit init
      repro-audit init --print
    """
    from .commands import initial, show

    show.text(initial.preview(path) if dry_run else initial.write(path))


@app.command(cls=Command, rich_help_panel=JUDGE, short_help="Run a given command twice in a sealed sandbox.")
@with_run_options
def run(
    words: Annotated[
        list[str], typer.Argument(metavar="[PATH_OR_URL] -- COMMAND...", help="The project, and what to run in it.")
    ],
    format: FormatOption = Format.terminal,
    verbose: Verbose = False,
    no_color: NoColor = False,
    show_diff: ShowDiff = False,
    *,
    choices: RunChoices,
) -> None:
    """Run a given command twice in a sealed sandbox, and compare what came out.

    \b
    Examples:
      repro-audit run . -- python train.py --epochs 1
      repro-audit run experiments/mnist --timeout 30m -- make results
    """
    from .commands import archiving, running, show
    from .commands.whereabouts import Whereabouts

    target, command = (words[0], words[1:]) if len(words) > 1 else (".", words)
    options = running.run_options(choices)
    archiving.check_run(format.value)
    result = running.run_command(target, command, options)
    show.scores(
        [result], format.value, verbose=verbose, quiet=False, no_color=no_color, show_diff=show_diff,
        origin=Whereabouts((target,), choices.evidence),
    )  # fmt: skip


@app.command(cls=Command, rich_help_panel=JUDGE, short_help="What differs between two folders, files or recorded runs.")
def compare(
    first: Recorded,
    second: OtherOne,
    rtol: Annotated[
        float, typer.Option(min=0, metavar="NUMBER", help="Numbers this close (relative) count as equal.")
    ] = 0.0,
    atol: Annotated[
        float, typer.Option(min=0, metavar="NUMBER", help="Numbers this close (absolute) count as equal.")
    ] = 0.0,
    all: Annotated[bool, typer.Option("--all", help="Show what is identical too.")] = False,
    no_color: NoColor = False,
) -> None:
    """What differs between two folders, files or recorded runs, by meaning. Exit status 1 where they differ.

    \b
    Examples:
      repro-audit compare results-monday results-tuesday
      repro-audit compare repeat-1 repeat-2
    """
    from .commands import running

    raise typer.Exit(running.compare_paths(first, second, rtol, atol, all, no_color))


@app.command(cls=Command, rich_help_panel="Tidy up", short_help="Remove what runs left behind.")
def clean(
    everything: Annotated[bool, typer.Option("--all", help="Also built environments and downloads.")] = False,
) -> None:
    """List and remove what runs left behind: scratch folders, containers, images.

    \b
    Examples:
      repro-audit clean
      repro-audit clean --all   # built environments and downloads as well
    """
    from .commands import running

    running.clean(everything)


@app.command(cls=Command, rich_help_panel=LOOK_UP)
def schema() -> None:
    """The JSON Schema of `score --format json`.

    \b
    Examples:
      repro-audit schema > result.schema.json
    """
    from .commands import show
    from .result import schema as text

    show.text(text())


@app.command(cls=Command, rich_help_panel=LOOK_UP, short_help="Words for the shell's Tab key.")
def completion(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")]) -> None:
    """The lines that make a shell complete commands, options, criteria and causes. Its start-up file reads them.

    \b
    Examples:
      eval "$(repro-audit completion bash)"            # in ~/.bashrc
      eval "$(repro-audit completion zsh)"             # in ~/.zshrc, after compinit
      repro-audit completion fish | source             # in ~/.config/fish/config.fish
      repro-audit completion powershell | Out-String | Invoke-Expression   # in $PROFILE
    """
    from .commands import show

    show.text(completing.script(shell.value))


def main() -> None:
    """The program: whatever happens, one line that says what and one that says what next."""
    from .errors import ReproAuditError

    completing.answer_shells()
    signal.signal(signal.SIGTERM, ending.stop)
    gc.set_threshold(100_000, 20, 100)  # syntax trees are many objects without circles; looking for some takes a while
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        sys.exit(app(standalone_mode=False, prog_name="repro-audit"))
    except ReproAuditError as error:
        ending.ours(error)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        ending.quietly()
    except OSError as error:
        ending.system(error)
    except Exception as error:
        ending.other(error)
    finally:
        gc.freeze()  # the system takes the memory back; Python would look for circles in it once more
