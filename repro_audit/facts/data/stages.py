"""The steps of the work that can be run alone, and whether what passes between them is declared.

Declared by a pipeline (dvc.yaml, Snakemake, targets, Kedro, MLproject, Guild, Make), or by being tracked
or documented: a file that one script writes and another reads, which is committed or named in a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...model import Place
from ..files import Tree
from ..sources import Sources
from .model import Stage
from .origins import Evidence

MAX_YAML = 1024 * 1024
MAX_SCRIPTS = 150
STEP_WORD = re.compile(
    r"(^|[/_ .-]|\d)(train(?:ing|er)?|test(?:ing)?|eval(?:uat\w*)?|pre-?process\w*|prepare\w*|prep|predict\w*|infer\w*|download\w*|export\w*|clean\w*|cleansing|"
    r"featur\w*|extract\w*|split\w*|submi\w*|visuali[sz]e\w*|plot\w*|fine-?tune\w*|pretrain\w*|generate\w*|make_\w+|convert\w*|build_\w+|process_\w*|render\w*|valid\w*|"
    r"run_\w+|analy[sz]\w*|regression|classification|score|make|create\w*|aggregate\w*|transform\w*|get_data|load_data|embedding\w*|modell?ing|fit|eda|calculate\w*|collect\w*|spawn\w*)"
    r"([/_ .-]|$|\d)",
    re.IGNORECASE,
)
SCRIPT_ENDINGS = (".py", ".ipynb", ".r", ".rmd", ".jl", ".sh", ".scala", ".m", ".sc")
LIBRARY_FILE = re.compile(
    r"(^|/)(__init__|utils?|helpers?|config\w*|settings|setup|conftest|constants|test_\w+|\w+_test|models?|layers|losses|modules?|app|api|logger)\.\w+$|(^|/)(tests?|docs?|\.\w+)/",
    re.IGNORECASE,
)


def find_stages(seen: Evidence, sources: Sources) -> tuple[Stage, ...]:
    """Declared stages first; then separate scripts and notebooks."""
    declared = [
        *_dvc(seen.files),
        *_snakemake(seen.files),
        *_targets(seen.files),
        *_kedro(seen.files),
        *_mlproject(seen.files),
        *_guild(seen.files),
        *_make(seen.files),
        *_dud(seen.files),
    ]
    found = declared + list(_scripts(seen, sources))
    unique = {(s.name, s.at): s for s in found}
    return tuple(sorted(unique.values(), key=lambda s: not s.is_declared)[:60])


def _yaml(files: Tree, path: str) -> Any:
    """The value of a YAML file, None for what is too large, broken or malicious."""
    text = files.text(path)
    if (
        not text
        or len(text) > MAX_YAML
        or text.count("*") > 5000
        or re.search(r"(\[\s*){200}|(\{\s*){200}", text[:100_000])
    ):
        return None
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, Loader=loader)
    except (yaml.YAMLError, RecursionError, MemoryError, ValueError, TypeError, AttributeError):
        return None


def _line(files: Tree, path: str, pattern: str) -> Place:
    number = next((i for i, line in enumerate(files.lines(path), 1) if re.search(pattern, line)), 1)
    return Place(path, number)


def _names(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return tuple(str(i) if isinstance(i, str) else str(next(iter(i), "")) for i in items if isinstance(i, (str, dict)))[
        :50
    ]


def _dvc(files: Tree) -> Iterator[Stage]:
    for path in files.named("dvc.yaml"):
        data = _yaml(files, path)
        stages = data.get("stages") if isinstance(data, dict) else None
        for name, stage in stages.items() if isinstance(stages, dict) else ():
            body = stage.get("do", stage) if isinstance(stage, dict) else {}
            outputs = _names(body.get("outs")) + _names(body.get("metrics")) if isinstance(body, dict) else ()
            yield Stage(
                str(name),
                str(body.get("cmd", ""))[:200],
                _line(files, path, rf"^\s+{re.escape(str(name))}:"),
                outputs,
                True,
            )


def _snakemake(files: Tree) -> Iterator[Stage]:
    for path in (*files.named("snakefile"), *files.suffixed(".smk")):
        lines = files.lines(path)
        for number, line in enumerate(lines, 1):
            found = re.match(r"\s*(?:rule|checkpoint)\s+(\w+)\s*:", line)
            if found and found.group(1) != "all":
                yield Stage(found.group(1), f"snakemake {found.group(1)}", Place(path, number), (), True)


def _targets(files: Tree) -> Iterator[Stage]:
    for path in files.named("_targets.r", "_drake.r"):
        for number, line in enumerate(files.lines(path), 1):
            found = re.search(r"\btar_(?:target|\w+)\(\s*(?:name\s*=\s*)?(\w+)", line)
            if found and "tar_option" not in line and "tar_source" not in line:
                yield Stage(found.group(1), "targets::tar_make()", Place(path, number), (), True)
            elif re.search(r"\btar_target\($", line.strip()):
                yield Stage(f"target at {number}", "targets::tar_make()", Place(path, number), (), True)


def _kedro(files: Tree) -> Iterator[Stage]:
    """Nodes of Kedro pipelines; declared where the catalog keeps what passes between them."""
    catalogs = files.named("catalog.yml", "catalog.yaml")
    if not catalogs:
        return
    entries = {
        m.group(1): Place(p, i)
        for p in catalogs
        for i, line in enumerate(files.lines(p), 1)
        for m in [re.match(r"([\w.{}-]+):\s*$", line)]
        if m
    }
    for path in files.own:
        if not path.endswith((".py",)) or not re.search(r"(^|/)(pipeline\w*|nodes)\.py$|/pipelines/", path):
            continue
        text = files.text(path) or ""
        if "node(" not in text.lower():
            continue
        outputs = {
            w
            for block in re.findall(r"outputs\s*=\s*(\[[^\]]*\]|[\"'][^\"']+[\"'])", text)
            for w in re.findall(r"[\"']([\w.@:-]+)[\"']", block)
        }
        inputs = {
            w
            for block in re.findall(r"inputs\s*=\s*(\[[^\]]*\]|[\"'][^\"']+[\"'])", text)
            for w in re.findall(r"[\"']([\w.@:-]+)[\"']", block)
        }
        kept = sorted(outputs & set(entries))
        line = next((i for i, t in enumerate(text.split("\n"), 1) if "node(" in t), 1)
        name = path.split("/")[-2] if "/" in path else path
        if outputs or inputs:
            yield Stage(
                name, f"kedro run --pipeline {name}", Place(path, line), tuple(kept), len(kept) * 2 >= len(outputs) > 0
            )


def _mlproject(files: Tree) -> Iterator[Stage]:
    for path in files.named("mlproject"):
        data = _yaml(files, path)
        entries = data.get("entry_points") if isinstance(data, dict) else None
        if isinstance(entries, dict) and len(entries) > 1:
            for name in entries:
                yield Stage(
                    str(name),
                    f"mlflow run . -e {name}",
                    _line(files, path, rf"^\s+[\"']?{re.escape(str(name))}[\"']?:"),
                    (),
                    True,
                )


def _guild(files: Tree) -> Iterator[Stage]:
    for path in files.named("guild.yml"):
        data = _yaml(files, path)
        models = data if isinstance(data, list) else [{"operations": data}]
        for model in models:
            operations = model.get("operations", model) if isinstance(model, dict) else None
            for name, body in operations.items() if isinstance(operations, dict) else ():
                if isinstance(body, dict) and (
                    ("main" in body)
                    or ("requires" in body)
                    or ("steps" in body)
                    or ("exec" in body)
                    or ("notebook" in body)
                ):
                    yield Stage(
                        str(name), f"guild run {name}", _line(files, path, rf"^\s*{re.escape(str(name))}:"), (), True
                    )


def _make(files: Tree) -> Iterator[Stage]:
    """Make targets that are files, which declare what they write; phony ones declare nothing."""
    for path in files.named("makefile", "gnumakefile"):
        text = files.text(path) or ""
        phony = set(re.findall(r"[\w./-]+", " ".join(re.findall(r"^\.PHONY\s*:\s*(.*)$", text, re.MULTILINE))))
        for found in re.finditer(r"^([\w./$(){}%-]+)\s*:(?!=)([^=\n]*)\n((?:\t[^\n]*\n?)+)", text, re.MULTILINE):
            name, needs, recipe = found.groups()
            if re.search(
                r"^(all|clean\w*|help|install\w*|lint|format|test\w*|requirements|venv|env\w*|setup\w*|docker\w*|build\w*|dev\w*|sync\w*|create_environment|docs?|style|push|update)$",
                name,
            ):
                continue
            is_file = name not in phony and ("/" in name or "." in name)
            if re.search(r"python|Rscript|julia|guild|jupyter|dvc|curl|wget|\$\(PY\w*\)|bash|sh ", recipe):
                yield Stage(
                    name,
                    f"make {name}",
                    Place(path, text.count("\n", 0, found.start()) + 1),
                    (name,) if is_file else (),
                    is_file,
                )


def _dud(files: Tree) -> Iterator[Stage]:
    for path in files.matching(".dud/index", "*/.dud/index"):
        base = path[: -len(".dud/index")]
        for name in files.lines(path):
            stage = base + name.strip()
            if name.strip() and re.search(r"^command:", files.text(stage) or "", re.MULTILINE):
                yield Stage(stage, f"dud run {name.strip()}", Place(stage, 1), (), True)


def _scripts(seen: Evidence, sources: Sources) -> Iterator[Stage]:
    """Scripts and notebooks that are steps by their names; declared where what they write is tracked or documented."""
    kept = _kept_intermediates(seen)
    for path in _step_paths(seen):
        mine = tuple(sorted(k for k, writer in kept.items() if writer == path))
        yield Stage(path, _command_of(path), Place(path, 1), mine, bool(mine))


def _step_paths(seen: Evidence) -> list[str]:
    main = {s.path for s in seen.program.steps if s.path}
    found = []
    for path in seen.files.own:
        if not path.lower().endswith(SCRIPT_ENDINGS):
            continue
        name = path.rpartition("/")[2]
        if path in main or (
            STEP_WORD.search(name.rpartition(".")[0]) and not LIBRARY_FILE.search(path) and _is_script(path, seen.files)
        ):
            found.append(path)
    return found[:MAX_SCRIPTS]


def _is_script(path: str, files: Tree) -> bool:
    """Whether a file does something when it is run."""
    if not path.endswith(".py"):
        return files.size(path) > 0
    text = files.text(path) or ""
    if "__main__" in text:
        return True
    return bool(
        re.search(
            r"^(?!import|from|def|class|@|#|[\"'\s)\]}]|if|else|elif|try|except|[A-Z_]+\s*=)\w[\w., ]*(?:\(|\s*=\s*\w[\w.]*\()",
            text,
            re.MULTILINE,
        )
    )


def _command_of(path: str) -> str:
    tool = {".py": "python", ".ipynb": "jupyter execute", ".r": "Rscript", ".jl": "julia", ".sh": "bash"}
    return f"{tool.get('.' + path.rpartition('.')[2].lower(), 'run')} {path}"


WRITE_CALL = re.compile(
    r"(?:to_csv|to_pickle|to_parquet|to_json|to_feather|to_hdf|np\.save\w*|savetxt|\.save|torch\.save|joblib\.dump|dump|write_csv|saveRDS|save_weights|imwrite|write\.csv|open)\s*\([^\n]{0,200}?[\"']([\w ./{}*-]+\.\w{1,8})[\"']"
)
PATH_LITERAL = re.compile(
    r"[\"']([\w ./{}*-]*[\w}]\.(?:csv|tsv|pkl|pickle|p|parquet|npy|npz|h5|hdf5|pt|pth|json|jsonl|joblib|feather|keras|txt|rds|ckpt|db))[\"']"
)


def _kept_intermediates(seen: Evidence) -> dict[str, str]:
    """Files that one script writes and another reads, and that git tracks or a document names: file -> writer."""
    steps = [
        p
        for p in seen.files.own
        if p.endswith((".py", ".ipynb", ".R", ".r", ".jl"))
        and seen.files.size(p) < 4_000_000
        and not LIBRARY_FILE.search(p)
    ][:MAX_SCRIPTS]
    if len(steps) < 2:
        return {}
    texts = {p: _code(seen, p) for p in steps}
    named = {p: {m.group(1).rpartition("/")[2] for m in PATH_LITERAL.finditer(t)} for p, t in texts.items()}
    documents = "\n".join(b.text for d in seen.documents.all if not d.path.endswith(".ipynb") for b in d.blocks)
    tracked = {p.rpartition("/")[2] for p in seen.files.own}
    found: dict[str, str] = {}
    for path, text in texts.items():
        for written in WRITE_CALL.finditer(text):
            name = written.group(1).rpartition("/")[2]
            if not re.search(r"[A-Za-z]{2}", name) or (
                re.search(r"\bopen\s*\(", written.group())
                and not re.search(r"[\"'][wax]b?[\"']", text[written.start() : written.end() + 12])
            ):
                continue
            is_read = any(name in others for other, others in named.items() if other != path)
            if is_read and (name in tracked or name in documents):
                found.setdefault(name, path)
    return found


def _code(seen: Evidence, path: str) -> str:
    text = seen.files.text(path) or ""
    return text.replace('\\"', '"') if path.endswith(".ipynb") else text
