"""Star 1, Code: it runs, with an example input, and runs the same again."""

from __future__ import annotations

from typing import Any

from repro_audit.rule import Project, Verdict, at, main_experiment, na, no, partial, rule, unknown, yes

SHOWN = 5  # places that a verdict lists; the rest is counted


@rule(
    "code-runs",
    star=1,
    criterion="A stated command, pipeline or notebook runs the main experiment, and every file it names is there.",
    article="Runnable code is the base of the pyramid: without it nothing above can be checked.",
    fix="State in the README the one command that runs the main experiment, and commit every file that it names.",
)
def code_runs(project: Project) -> Verdict:
    """Someone who wants to repeat the work begins by looking for a command to type. If there is
    none they guess, and what they run may not be what the results came from.

    Commands are read from the README and the documentation, from pipelines (dvc.yaml, guild.yml,
    MLproject, Snakefile, Kedro, Makefile), shell scripts, notebooks and container files; one is
    chosen as the main experiment, and the reason is given. Every file that it names is looked for,
    and so are values that a reader would have to invent: placeholders, and required options that
    the command leaves out. A script that only defines functions does nothing when it is run.

    A complete command is a yes. A command with a gap, or a script whose name says what it does but
    which nothing tells how to run, is partial. With `--run` the command is run, and what happens
    overrides what the files promise.

    To fix it, write the command into the README in a fenced block, as it is typed on a fresh clone.
    """
    commands = project.commands
    if not commands.chosen:
        return no("nothing says how to run it, and no script or notebook names itself", fix=code_runs.fix)
    shown = [at(c.at, c.text) for c in commands.chosen[:SHOWN]]
    if not commands.is_stated:
        script = commands.chosen[0]
        return partial(
            f"nothing states how to run it; {script.at.path} is the likeliest script",
            shown,
            f"Write `{script.text}` with its arguments into the README.",
        )
    if commands.gaps:
        gap = commands.gaps[0]
        return partial(
            f"the stated command has a gap: {_gap_words(gap.kind.value, gap.what)}",
            [*shown, *(at(g.at, _gap_words(g.kind.value, g.what)) for g in commands.gaps[:SHOWN])],
            _gap_fix(gap),
        )
    return yes(f"{commands.chosen[0].text} ({commands.why})", shown)


def _gap_fix(gap: Any) -> str:
    if gap.kind.value == "no-effect":
        return f'{gap.what}: call its functions under `if __name__ == "__main__":`.'
    return f"{gap.at}: Commit the file or state the value, so that the command runs as it is written."


def _gap_words(kind: str, what: str) -> str:
    if kind == "no-effect":
        return f"{what} only defines functions, and running it calls none of them"
    return f"{what} is not in the repository" if kind == "missing-file" else f"the reader must invent {what}"


@rule(
    "code-example-input",
    star=1,
    criterion="The input that the command needs comes with the project.",
    article="Runnable code needs an example input, best tracked with the project, that reproduces the stated results.",
    fix="Commit the input, track it with a pointer (DVC, Git LFS), or give the full command that downloads it.",
)
def code_example_input(project: Project) -> Verdict:
    """A command that stops at a missing file reproduces nothing. The input may be committed, stand
    behind a tracked pointer, ship with a library, be downloaded by the code, or by a command that
    is given in full.

    A data set that is named and linked but has to be placed by hand is partial. One that is only
    named, or whose path the code reads while nothing tells where it comes from, is a no. A project
    that makes its own data, or needs none, is not judged.

    To fix it, commit a small real sample, or add the download command to the README or Makefile.
    """
    judged = project.data.example_input
    evidence = judged.evidence
    if judged.answer.value == "na":
        return na(judged.message, evidence or main_experiment(project))
    return Verdict(judged.answer, judged.message, tuple(evidence), judged.fix)


@rule(
    "code-repeatable",
    star=1,
    criterion="Every source of randomness that the main experiment uses is seeded on its way, or it uses none.",
    article="A run with the example input gives the stated results; a second run has to give them again.",
    fix="Seed every library that draws random numbers before its first draw.",
)
def code_repeatable(project: Project) -> Verdict:
    """Two runs of one command should give one result. Wherever numbers are drawn at random, a seed
    must be set first: Python's `random`, NumPy, PyTorch, TensorFlow, JAX, scikit-learn's
    `random_state`, the generators that the code makes for itself, and the estimators that Hydra makes
    of the chosen configuration files (`_target_`).

    The code that the chosen command reaches is followed through the project's own files. Each draw
    is matched with the seeds that govern it; a seed that is None, an option that the command leaves
    unset, and Sacred's automatic seed of a run do not fix the result and count as missing. Seeds
    in functions that nothing calls do not count. Whether the seed comes before the draw, and what
    threads and devices add, only a run can tell: `--run` does.

    Some sources seeded is partial, none is a no. To fix it, seed each source named in the evidence,
    from the configuration and before the first draw.
    """
    randomness = project.randomness
    if not randomness.can_tell:
        return unknown("the main experiment is in no language whose randomness is read here; run it to know")
    if not randomness.draws:
        return yes("the main experiment draws no random numbers", main_experiment(project))
    unseeded = randomness.unseeded
    seeds = [s for s in randomness.seeds if s.is_set]
    if not unseeded:
        return yes(
            f"every random source is seeded: {', '.join(randomness.sources)}", [at(s.at, s.text) for s in seeds[:SHOWN]]
        )
    first = unseeded[0]
    missing = ", ".join(sorted({d.source for d in unseeded}))
    evidence = [*(at(d.at, d.text) for d in unseeded[:SHOWN]), *(at(s.at, s.text) for s in seeds[:SHOWN])]
    fix = f"Seed {first.source} before {first.at} ({first.what})."
    if first.is_configured:
        fix = f"Write random_state, with a number, below {first.at} ({first.what})."
    if any(d.is_seeded for d in randomness.draws) or any(not s.is_set for s in randomness.seeds):
        return partial(f"unseeded: {missing}; other sources are seeded", evidence, fix)
    return no(f"unseeded: {missing}", evidence, fix)
