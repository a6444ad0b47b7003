"""A small Gradio app for a scikit-learn model that the main script saves, where the columns it takes are known."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..facts.data.model import Column
from ..facts.program import Call
from ..facts.program.nodes import dotted
from ..facts.source import constant
from ..project import Project
from .model import Case, Declined, Proposal, exact_text, with_lines
from .script import Script, main_script

APP = "app.py"
GRADIO = "5.49.1"
PLAIN = re.compile(r"[\w][\w./-]*")  # a path that reads the same in code, Markdown and a shell
NUMBERS = ("integer", "number")
MAX_FIELDS = 40
UNKNOWN = "no scikit-learn model is seen to be fitted to named columns of a committed table and saved by its name"


@dataclass(frozen=True, slots=True)
class Saved:
    path: str
    loader: str  # "joblib" or "pickle"
    columns: tuple[Column, ...]


def propose(case: Case) -> Proposal | Declined:
    """Only where both the saved file and the columns that the model was fitted to stand in the code."""
    project = case.project
    script = main_script(project)
    if isinstance(script, str):
        return Declined(case.criterion, script)
    saved = _saved(project, script)
    readme = project.documents.readme
    text = exact_text(project, readme.path) if readme and readme.path.lower().endswith(".md") else None
    if saved is None or script.cwd != ".":
        return Declined(case.criterion, UNKNOWN)
    if APP in project.files or readme is None or text is None:
        return Declined(case.criterion, f"there is an {APP} already, or no README.md that could tell of it")
    told = [
        "",
        "## Predict",
        "",
        f"The training writes `{saved.path}`; this opens a page that asks it about values of your own:",
        "",
    ]
    told += ["```bash", f"pip install gradio=={GRADIO}", f"python {APP}", "```"]
    files = {APP: _app(saved), readme.path: with_lines(text, told)}
    return Proposal(case.criterion, files, f"{APP} asks {saved.path} for its output on values that somebody types")


def _saved(project: Project, script: Script) -> Saved | None:
    calls = [c for c in project.program.calls if c.unit.source.path == script.path]
    for dump in (c for c in calls if c.name in ("joblib.dump", "pickle.dump")):
        model, path = _name(dump.argument(0, "value", "obj")), _target(dump)
        fit = next((c for c in calls if c.name == f"{model}.fit" and c.receiver.startswith("sklearn.")), None)
        columns = _fitted(project, script, fit) if model and fit else None
        if PLAIN.fullmatch(path) and columns and len(columns) <= MAX_FIELDS:
            return Saved(path, dump.name.partition(".")[0], columns)
    return None


def _name(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _target(dump: Call) -> str:
    """The file that a model is dumped to: a text, or what a `with open` around it names."""
    node = dump.argument(1, "filename", "file")
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    for block in dump.unit.of(ast.With):
        for item in block.items:
            opened = item.context_expr
            if isinstance(opened, ast.Call) and opened.args and _name(item.optional_vars) == _name(node) != "":
                path = constant(opened.args[0])
                return path if isinstance(path, str) and dump.node in ast.walk(block) else ""
    return ""


def _fitted(project: Project, script: Script, fit: Call) -> tuple[Column, ...] | None:
    """The columns of the first argument: `table[["a", "b"]]`, or a table without those that are dropped."""
    node = _value(fit.argument(0, "X"), fit)
    if isinstance(node, ast.Subscript):
        names = constant(node.slice)
        table = _table(project, node.value, fit)
        return _chosen(table, names) if table and isinstance(names, list) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "drop":
        dropped = next((constant(k.value) for k in node.keywords if k.arg == "columns"), ...)
        table = _table(project, node.func.value, fit)
        gone = [dropped] if isinstance(dropped, str) else dropped
        if table and isinstance(gone, list):
            return _chosen(table, [n for n in table if n not in gone])
    return None


def _chosen(table: dict[str, Column], names: list[object]) -> tuple[Column, ...] | None:
    found = [table[n] for n in names if isinstance(n, str) and n in table]
    return tuple(found) if found and len(found) == len(names) else None


def _value(node: ast.expr | None, call: Call) -> ast.expr | None:
    """An expression, or what a name was assigned, where that happened once."""
    if not isinstance(node, ast.Name):
        return node
    values = list(_assigned(call, node.id))
    return values[0] if len(values) == 1 else None


def _assigned(call: Call, name: str) -> Iterator[ast.expr]:
    for node in call.unit.of(ast.Assign):
        if any(isinstance(n, ast.Name) and n.id == name for t in node.targets for n in ast.walk(t)):
            yield node.value


def _table(project: Project, node: ast.expr, call: Call) -> dict[str, Column] | None:
    """The columns of the committed table that a name was read from."""
    read = _value(node, call)
    if not isinstance(read, ast.Call) or (dotted(read.func) or "").rpartition(".")[2] != "read_csv" or not read.args:
        return None
    path = constant(read.args[0])
    table = next((t for t in project.data.tables if t.path == path), None)
    return {c.name: c for c in table.columns} if table else None


def _app(saved: Saved) -> str:
    fields = [f"    gr.{'Number' if c.kind in NUMBERS else 'Textbox'}(label={c.name!r})," for c in saved.columns]
    opened = f'with open({saved.path!r}, "rb") as file:\n    model = pickle.load(file)'
    loading = f"model = joblib.load({saved.path!r})" if saved.loader == "joblib" else opened
    names = "".join(f"    {c.name!r},\n" for c in saved.columns)
    imports = ["import gradio as gr", "import joblib", "import pandas as pd"]
    if saved.loader == "pickle":
        imports = ["import pickle", "", "import gradio as gr", "import pandas as pd"]
    return "\n".join(
        [
            '"""A page that asks the trained model for its output on values of your own."""', "", *imports, "",
            loading, f"COLUMNS = [\n{names}]", "FIELDS = [", *fields, "]", "", "",
            "def predict(*values):",
            "    return str(model.predict(pd.DataFrame([values], columns=COLUMNS))[0])", "", "",
            'if __name__ == "__main__":', '    gr.Interface(fn=predict, inputs=FIELDS, outputs="text").launch()', "",
        ]
    )  # fmt: skip
