"""Star 5: somebody else can try the result, and compare runs."""

from __future__ import annotations

from typing import Any

from repro_audit.rule import Project, Verdict, at, main_experiment, na, no, partial, rule, yes

MAX_SHOWN = 6  # pieces of evidence a reader is asked to open


@rule(
    "eval-predict",
    star=5,
    criterion="A user can get the model's output for input of their own, through a documented app, API or command.",
    article="Give users a way to see what the model says about their own input, such as a small app.",
    fix="Add a small app or a `predict.py --input FILE`, and put the command that starts it into the README.",
)
def eval_predict(project: Project) -> Verdict:
    """A table of scores has to be believed; a model that answers for an input of one's own can be tried.

    Looked for are apps and APIs (Streamlit, Gradio, Dash, Panel, Flask, FastAPI, BentoML, Cog, model servers),
    scripts and notebooks that predict, notebooks that open online, and what the README tells of using the model.

    Met when one of them takes the user's own input and a page says how to start it. Partly met when it is there,
    but no page says how to start it, or it is tied to fixed files, or the weights it loads are neither in the project
    nor to be had. Metrics alone are not the model's output. Does not apply where the project makes no model.

    To fix it, write the smallest script that loads the trained model and prints its output for a file that is
    named on the command line, and show that command, with an example, in the README.

    How right: this is judged by words and names. On eleven repositories that it had not met, six of its answers
    were a reader's own; look at the places before you rely on it.
    """
    evaluation = project.evaluation
    apps = evaluation.apps
    ready = [a for a in apps if a.documented_at and a.takes_own_input and not a.missing]
    if ready:
        return yes(_told(ready[0]), [at(a.documented_at or a.at, a.start or a.text) for a in ready[:MAX_SHOWN]])
    if not evaluation.has_model:
        return na("the project makes no model that takes input", main_experiment(project))
    if not apps:
        return no("nothing gives the model's output for an input of one's own", main_experiment(project))
    shown = [at(a.at, a.text) for a in apps[:MAX_SHOWN]]
    return partial(_lacking(apps[0]), shown, _next_step(apps[0]))


def _told(app: Any) -> str:
    return f"{app.documented_at.path} tells how to get the model's output ({app.kind})"


def _lacking(app: Any) -> str:
    if app.missing:
        return f"{app.at} is there ({app.kind}), but {', '.join(app.missing[:3])} is not"
    if not app.takes_own_input:
        return f"{app.at} gives outputs for a fixed set only"
    return f"{app.at} gives the model's output ({app.kind}), but no page says how to use it"


def _next_step(app: Any) -> str:
    if app.missing:
        return f"Track {app.missing[0]}, which {app.at.path} loads, or say in the README where to get it."
    if not app.takes_own_input:
        return f"Let {app.at.path} take its input as an option, in place of the fixed set at {app.at}, and document it."
    return f"Put the command that runs {app.at.path} on an input of one's own into the README."


@rule(
    "eval-compare",
    star=5,
    criterion="Outputs of different runs can be compared with something that the project provides or records for it.",
    article="Record runs so that their outputs can be set side by side.",
    fix="Log parameters and metrics of every run with a tracker, or commit a script that tabulates the runs.",
)
def eval_compare(project: Project) -> Verdict:
    """Whether a change made the model better shows only when two runs are looked at together.

    Looked for are trackers that the code writes to (MLflow, Weights & Biases, TensorBoard, Sacred observers, Aim,
    ClearML, Neptune, Comet, Lightning's loggers), DVC metrics and plots, Guild, and scripts, notebooks, apps or
    committed tables that set models trained separately side by side; a loop over models whose scores are kept and
    then looked at together is such a table.

    Met when there is one. Partly met when runs leave metrics, figures or samples in files named per run, and the
    comparing is left to the reader, or when the scores of several models are printed one after the other. Not met
    when runs only print, or every run overwrites one file.

    To fix it, log parameters and metrics to a tracker, or write each run's metrics to a file of its own and
    commit the script that reads them all into one table.

    How right: this is judged by words and names. On eleven repositories that it had not met, five of its answers
    were a reader's own; look at the places before you rely on it.
    """
    recorders = project.evaluation.recorders
    comparing = [r for r in recorders if r.compares]
    if comparing:
        return yes(
            f"runs are recorded for comparing: {_kinds(comparing)}", [at(r.at, r.text) for r in comparing[:MAX_SHOWN]]
        )
    if not recorders:
        return no("nothing of a run is kept apart from other runs", main_experiment(project))
    first = recorders[0]
    shown = [at(r.at, r.text) for r in recorders[:MAX_SHOWN]]
    fix = f"Add a script that reads what {first.at} leaves for every run into one table, or log the runs to a tracker."
    return partial("runs leave files of their own, but comparing them is left to the reader", shown, fix)


def _kinds(recorders: list[Any]) -> str:
    return ", ".join(dict.fromkeys(r.kind for r in recorders))
