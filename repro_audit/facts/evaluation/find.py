"""Put together what gives predictions to a user, and what records runs."""

from __future__ import annotations

from collections.abc import Iterable

from ..carried import carried_folders
from ..commands.model import Commands
from ..documents.model import Documents
from ..files import Tree
from ..program.model import Program
from ..sources import Sources
from .apps import AppFinder, hosted
from .code import Code, own_code
from .model import App, Evaluation, Recorder
from .pages import Pages
from .recorders import find_recorders
from .scripts import ScriptFinder, fixed_outputs, shown_outputs
from .told import told
from .upload_pages import upload_pages
from .words import GIVES_MODEL, MODEL_SIGNS


def find_evaluation(
    files: Tree, sources: Sources, documents: Documents, commands: Commands, program: Program
) -> Evaluation:
    """Every way to a prediction, the best documented first, and every recorder, those that compare first."""
    code = own_code(files, sources)
    pages = Pages(documents, carried_folders(files))
    apps = _best_first(
        [
            *AppFinder(files, code, pages).find(),
            *hosted(pages),
            *upload_pages(files, pages),
            *ScriptFinder(code, pages).find(),
            *told(pages, code),
            *fixed_outputs(code),
            *shown_outputs(code),
        ]
    )
    recorders = sorted(_without_repeats(find_recorders(files, documents, code)), key=lambda r: not r.compares)
    return Evaluation(apps, tuple(recorders), _gives_model(code))


def _best_first(apps: Iterable[App]) -> tuple[App, ...]:
    """Documented ones for the user's own input before the rest; otherwise as they were found."""
    unique = list(dict.fromkeys(apps))
    return tuple(sorted(unique, key=lambda a: (a.documented_at is None, not a.takes_own_input, bool(a.missing))))


def _without_repeats(recorders: Iterable[Recorder]) -> list[Recorder]:
    """One recorder of a kind for each file."""
    found: dict[tuple[str, str], Recorder] = {}
    for recorder in recorders:
        found.setdefault((recorder.kind, recorder.at.path), recorder)
    return list(found.values())


def _gives_model(code: tuple[Code, ...]) -> bool:
    """Whether the project trains, loads or applies a model; without code it is given the benefit of the doubt."""
    return not code or any(c.find(GIVES_MODEL, *MODEL_SIGNS) is not None for c in code)
