"""How a user obtains the model's output for input of their own, and compares runs."""

from __future__ import annotations

from dataclasses import dataclass

from ...model import Place


@dataclass(frozen=True, slots=True)
class App:
    """A way to get predictions: an app, API, notebook, or script with an input option."""

    kind: (
        str  # the framework ("streamlit", ...), or "colab", "notebook", "script", "command", "snippet", "function", ...
    )
    at: Place
    text: str = ""
    start: str = ""  # the documented command that starts it, "" where none is stated
    documented_at: Place | None = None
    takes_own_input: bool = True  # False where it is tied to fixed files
    missing: tuple[str, ...] = ()  # weights and files it loads that the project does not have


@dataclass(frozen=True, slots=True)
class Recorder:
    """Something that records runs side by side, or compares them."""

    kind: str  # "mlflow", "wandb", "tensorboard", "dvc", "sacred", "guild", "script", "table", "per-run files", ...
    at: Place
    text: str = ""
    compares: bool = True  # False for files per run that the reader has to compare


@dataclass(frozen=True)
class Evaluation:
    apps: tuple[App, ...]
    recorders: tuple[Recorder, ...]
    has_model: bool  # the project's output is a model or method that takes input
