"""A small Gradio app for a scikit-learn model that the main script saves, where the columns it takes are known."""

from __future__ import annotations

import csv
import math
import re

from ..facts.data.model import Column
from ..project import Project
from .model import Case, Declined, Proposal, exact_text
from .packages import declared_too
from .saved import Saved, saved_model
from .script import main_script
from .sections import with_section

APP = "app.py"
GRADIO = "5.49.1"
OLDEST = (3, 10)  # Python, for that Gradio
NUMBERS = ("integer", "number")
UNKNOWN = "no scikit-learn model is seen to be fitted to named columns of a committed table and saved by its name"


def propose(case: Case) -> Proposal | Declined:
    """The page asks for the columns that the model was fitted to, and begins with the first row of their table."""
    project = case.project
    script = main_script(project)
    if isinstance(script, str):
        return Declined(case.criterion, script)
    saved = saved_model(project, script.path)
    if saved is None or script.cwd != ".":
        return Declined(case.criterion, UNKNOWN)
    readme = project.documents.readme
    text = exact_text(project, readme.path) if readme and readme.path.lower().endswith(".md") else None
    if APP in project.files or readme is None or text is None:
        return Declined(case.criterion, f"there is an {APP} already, or no README.md that could tell of it")
    if case.installed and _numbers(case.installed.python) < OLDEST:
        return Declined(case.criterion, f"Gradio {GRADIO} wants a Python that is newer than {case.installed.python}")
    declared = declared_too(project, "gradio", GRADIO)
    install = [] if declared else [f"pip install gradio=={GRADIO}"]
    told = [f"The training writes `{saved.path}`; this opens a page that asks it about values of your own:", ""]
    told += ["```bash", *install, f"python {APP}", "```"]
    files = {**(declared or {}), APP: _app(saved, _first_row(project, saved.table))}
    files[readme.path] = with_section(text, "Predict", told)
    return Proposal(case.criterion, files, f"{APP} asks {saved.path} for its output on values that somebody types")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version)) or OLDEST


def _first_row(project: Project, path: str) -> dict[str, str]:
    """The cells of a table's first row, by their columns."""
    head = (exact_text(project, path) or "").lstrip("\ufeff").splitlines()[:2]
    if len(head) < 2 or max(map(len, head)) > 20_000:
        return {}
    delimiter = max(",;\t|", key=head[0].count)
    names, cells = (next(csv.reader([line], delimiter=delimiter), []) for line in head)
    return {name.strip(): cell.strip() for name, cell in zip(names, cells, strict=False)}


def _field(column: Column, row: dict[str, str]) -> str:
    cell = row.get(column.name, "")
    if column.kind not in NUMBERS:
        return f"    gr.Textbox(label={column.name!r}, value={cell!r}),"
    number = _number(cell)
    return f"    gr.Number(label={column.name!r}{'' if number is None else f', value={number!r}'}),"


def _number(cell: str) -> int | float | None:
    if len(cell) > 30 or not re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", cell):
        return None
    number = float(cell)
    return (number if set(cell) & set(".eE") else int(cell)) if math.isfinite(number) else None


def _app(saved: Saved, row: dict[str, str]) -> str:
    opened = f'with open({saved.path!r}, "rb") as file:\n    model = pickle.load(file)'
    loading = f"model = joblib.load({saved.path!r})" if saved.loader == "joblib" else opened
    names = "".join(f"    {c.name!r},\n" for c in saved.columns)
    imports = ["import gradio as gr", "import joblib", "import pandas as pd"]
    if saved.loader == "pickle":
        imports = ["import pickle", "", "import gradio as gr", "import pandas as pd"]
    return "\n".join(
        [
            '"""A page that asks the trained model for its output on values of your own."""', "", *imports, "",
            loading, f"COLUMNS = [\n{names}]", f"FIELDS = [  # with the first row of {saved.table}",
            *(_field(c, row) for c in saved.columns), "]", "", "",
            "def predict(*values):",
            "    return str(model.predict(pd.DataFrame([values], columns=COLUMNS))[0])", "", "",
            'if __name__ == "__main__":', '    gr.Interface(fn=predict, inputs=FIELDS, outputs="text").launch()', "",
        ]
    )  # fmt: skip
