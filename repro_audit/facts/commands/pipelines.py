"""Pipelines as DVC, MLflow, Guild and Snakemake declare them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ...model import Place
from ..files import Tree
from ..regex import regex
from ..yamls import MISSING, Entry, read_yaml
from .model import Origin
from .recipes import Recipe, folder_of, line_of

MAX_ITEMS = 20  # of a `foreach`; the rest are the same work again

TEMPLATE = regex(r"\$\{\s*([\w.\[\]-]+)\s*\}")
BRACES = regex(r"\{\s*([\w-]+)\s*\}")
WORK = regex(r"^(?:rule|checkpoint)\s*(\w*)\s*:", re.MULTILINE)
DIRECTIVE = regex(
    r"^[ \t]+(input|output|shell|script|notebook|params|run|log|threads|conda|resources|message|wrapper)\s*:",
    re.MULTILINE,
)
STRING = regex(
    r"[rf]?\"\"\"(.*?)\"\"\"|[rf]?'''(.*?)'''|[rf]?\"((?:[^\"\\\n]|\\.)*)\"|[rf]?'((?:[^'\\\n]|\\.)*)'", re.DOTALL
)


def read_dvc(tree: Tree, path: str, text: str) -> Iterator[Recipe]:
    """The stages of dvc.yaml, with values of params.yaml and `vars` filled in."""
    document = read_yaml(text)
    folder = folder_of(path)
    known = [*_variables(tree, folder, document), read_yaml(tree.text(_beside(folder, "params.yaml")))]
    for name, stage in document.get("stages").values.items():
        items: list[tuple[str, Entry]] = [(name, MISSING)]
        body = stage
        if stage.get("foreach"):
            each = _looked_up(stage.get("foreach"), known)
            items = [(f"{name}@{k}", v) for k, v in each.values.items()] or [
                (f"{name}@{i.text}", i) for i in each.items
            ]
            items = items[:MAX_ITEMS] or [(name, MISSING)]
            body = stage.get("do")
        for full_name, item in items:
            yield _stage(tree, path, folder, full_name, stage.line, body, [Entry(0, values={"item": item}), *known])


def _stage(tree: Tree, path: str, folder: str, name: str, line: int, body: Entry, known: list[Entry]) -> Recipe:
    known = [*_variables(tree, folder, body), *known]
    cwd = _beside(folder, _filled(body.get("wdir").text, known)) if body.get("wdir") else folder
    commands = body.get("cmd").items or ((body.get("cmd"),) if body.get("cmd") else ())
    lines = tuple((_filled(c.text, known), Place(path, c.line)) for c in commands)
    outputs = tuple(_filled(o, known) for key in ("outs", "metrics", "plots") for o in _paths(body.get(key)))
    inputs = tuple(_filled(d, known) for d in _paths(body.get("deps")))
    at = Place(path, max(line - 1, 1))
    return Recipe(Origin.DVC, name, at, cwd or ".", lines, (), outputs, inputs, text=f"dvc repro {name}")


def _paths(entry: Entry) -> tuple[str, ...]:
    """The paths of a list whose items are scalars or one-key mappings."""
    return tuple(p for i in entry.items for p in ([i.text] if i.text else list(i.values)))


def _variables(tree: Tree, folder: str, document: Entry) -> list[Entry]:
    found: list[Entry] = []
    for item in document.get("vars").items:
        found.append(item if item.values else read_yaml(tree.text(_beside(folder, item.text.split(":")[0]))))
    return found


def _looked_up(entry: Entry, known: list[Entry]) -> Entry:
    found = TEMPLATE.fullmatch(entry.text.strip()) if entry.text else None
    return _value(found.group(1), known) if found else entry


def _value(key: str, known: list[Entry]) -> Entry:
    for scope in known:
        entry = scope
        for part in re.sub(r"\[(\w+)\]", r".\1", key).split("."):
            is_index = entry.is_list and part.isdigit() and int(part) < len(entry.items)
            entry = entry.items[int(part)] if is_index else entry.get(part)
        if entry:
            return entry
    return MISSING


def _filled(text: str, known: list[Entry]) -> str:
    return TEMPLATE.sub(lambda m: _value(m.group(1), known).text or m.group(), text)


def _beside(folder: str, name: str) -> str:
    from ..files import normalise

    return normalise(name if folder == "." else f"{folder}/{name}")


def read_mlproject(tree: Tree, path: str, text: str) -> Iterator[Recipe]:
    """The entry points of an MLproject, with the defaults of their parameters filled in."""
    document = read_yaml(text)
    for name, entry in document.get("entry_points").values.items():
        defaults = {k: _default(v) for k, v in entry.get("parameters").values.items()}
        command = entry.get("command")
        line = _with_defaults(command.text, defaults)
        required = tuple(k for k, v in defaults.items() if not v)
        at = Place(path, command.line or entry.line)
        call = "mlflow run ." if name == "main" else f"mlflow run . -e {name}"
        yield Recipe(Origin.MLPROJECT, name, at, folder_of(path), ((line, at),), required=required, text=call)


def _with_defaults(command: str, defaults: dict[str, str]) -> str:
    return BRACES.sub(lambda m: defaults.get(m.group(1)) or m.group(), command)


def _default(parameter: Entry) -> str:
    """The default of an MLproject parameter, "" for none; a lone word is its type."""
    return parameter.get("default").text


def read_guild(tree: Tree, path: str, text: str) -> Iterator[Recipe]:
    """The operations of guild.yml, in its short and in its full form."""
    document = read_yaml(text)
    if document.items:
        for item in document.items:
            operations = item.get("operations").values
            for model in item.get("model").text.split("|"):  # a model may have several names
                for name, operation in operations.items():
                    yield _operation(
                        path, f"{model}:{name}" if model else name, operation, model, frozenset(operations)
                    )
        return
    for name, operation in document.values.items():
        if operation.text or operation.values.keys() & {"main", "exec", "notebook", "flags", "steps"}:
            yield _operation(path, name, operation)


def _operation(
    path: str, name: str, operation: Entry, model: str = "", siblings: frozenset[str] = frozenset()
) -> Recipe:
    line = operation.get("main").line or operation.get("exec").line or operation.line
    at = Place(path, line)
    flags = {k: v.text or v.get("default").text for k, v in operation.get("flags").values.items()}
    needs: tuple[str, ...] = ()
    if operation.get("steps"):
        steps = [(s.text or s.get("run").text).split(" ")[0] for s in operation.get("steps").items]
        needs = tuple(dict.fromkeys(f"{model}:{s}" if model and s in siblings else s for s in steps))
        command = ""
    elif operation.get("exec"):
        command = TEMPLATE.sub(lambda m: flags.get(m.group(1)) or m.group(), operation.get("exec").text)
    elif operation.get("notebook"):
        command = f"jupyter nbconvert --execute {operation.get('notebook').text}"
    else:
        command = _guild_main(operation.get("main").text or operation.text or name.rpartition(":")[2])
    lines = ((command, at),) if command else ()
    return Recipe(Origin.GUILD, name, at, folder_of(path), lines, needs, text=f"guild run {name}")


def _guild_main(main: str) -> str:
    """`main` names a module, with or without `.py`, and may pass arguments."""
    word, _, rest = main.partition(" ")
    script = word if word.endswith((".py", ".ipynb", ".R", ".r", ".sh")) else word.replace(".", "/") + ".py"
    return f"python {script} {rest}".strip()


def read_snakefile(tree: Tree, path: str, text: str) -> Iterator[Recipe]:
    """The rules of a Snakefile: their shell lines and scripts; Python between them is not read."""
    starts = list(WORK.finditer(text))
    for i, start in enumerate(starts):
        end = starts[i + 1].start() if i + 1 < len(starts) else len(text)
        yield _snake_rule(path, text, start, end)


def _snake_rule(path: str, text: str, start: re.Match[str], end: int) -> Recipe:
    parts: dict[str, list[tuple[str, int]]] = {}
    found = list(DIRECTIVE.finditer(text, start.end(), end))
    for i, directive in enumerate(found):
        stop = found[i + 1].start() if i + 1 < len(found) else end
        values = [(_unquoted(m), line_of(text, m.start())) for m in STRING.finditer(text, directive.end(), stop)]
        parts.setdefault(directive.group(1), []).extend(values)
    folder = folder_of(path)
    root = folder_of(folder) if folder.rpartition("/")[2] == "rules" else folder
    home = folder_of(root) if root.rpartition("/")[2] == "workflow" else root
    lines: list[tuple[str, Place]] = []
    if parts.get("shell"):
        texts = parts["shell"]
        lines += [(" ".join(t.strip() for t, _ in texts), Place(path, texts[0][1]))]
    lines += [
        (_script_call(_beside(folder, value), home), Place(path, line))
        for key in ("script", "notebook")
        for value, line in parts.get(key, ())
    ]
    outputs = tuple(t for t, _ in parts.get("output", ()))
    inputs = tuple(t for t, _ in parts.get("input", ()))
    at = Place(path, line_of(text, start.start()))
    name = start.group(1) or f"line {at.line}"
    return Recipe(Origin.SNAKEMAKE, name, at, home, tuple(lines), (), outputs, inputs, text=f"snakemake {name}")


def _script_call(script: str, home: str) -> str:
    """A `script:` is relative to its Snakefile; commands are relative to the folder of work."""
    from posixpath import relpath

    path = relpath(script, home)
    ending = path.lower().rpartition(".")[2]
    runner = {"py": "python", "r": "Rscript", "rmd": "Rscript", "jl": "julia", "ipynb": "jupyter nbconvert --execute"}
    return f"{runner.get(ending, 'bash')} {json.dumps(path) if ' ' in path else path}"


def _unquoted(found: re.Match[str]) -> str:
    return next(g for g in found.groups() if g is not None) if any(g is not None for g in found.groups()) else ""
