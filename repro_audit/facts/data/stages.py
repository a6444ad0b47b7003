"""The steps of the work that can be run alone, and whether what passes between them is declared.

Beside the steps of a pipeline these are scripts and notebooks that are steps by their names, or that
write what another one reads. What passes counts as declared where git tracks it or a document names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...model import Place
from ..files import Tree
from .evidence import Evidence
from .model import Stage

MAX_SCRIPTS = 150
MAX_CODE = 4 * 1024 * 1024  # bytes; a larger notebook is mostly output
MAX_STAGES = 60

STEP_WORD = re.compile(
    r"(^|[/_ .-]|\d)(train(?:ing|er)?|test(?:ing)?|eval(?:uat\w*)?|pre-?process\w*|prepare\w*|prep|predict\w*|infer\w*|"
    r"download\w*|export\w*|clean\w*|featur\w*|extract\w*|split\w*|submi\w*|visuali[sz]e\w*|plot\w*|fine-?tune\w*|"
    r"pretrain\w*|"
    r"generate\w*|make_\w+|convert\w*|build_\w+|process_\w*|render\w*|valid\w*|run_\w+|analy[sz]\w*|regression|"
    r"classification|"
    r"score|make|create\w*|aggregate\w*|transform\w*|get_data|load_data|modell?ing|fit|eda|calculate\w*|"
    r"collect\w*|spawn\w*)"
    r"([/_ .-]|$|\d)",
    re.IGNORECASE,
)
SCRIPT_ENDINGS = (".py", ".ipynb", ".r", ".rmd", ".jl", ".sh", ".scala", ".m", ".sc")
CODE_ENDINGS = (".py", ".ipynb", ".R", ".r", ".Rmd", ".jl")
LIBRARY_FILE = re.compile(
    r"(^|/)(__init__|utils?|helpers?|config\w*|settings|setup|conftest|constants|test_\w+|\w+_test|models?|layers|"
    r"losses|"
    r"modules?|app|api|logger|runtests|precompile\w*)\.\w+$|(^|/)(tests?|docs?|\.\w+)/",
    re.IGNORECASE,
)
RUNS = re.compile(
    r"^(?!import|from|def|class|@|#|[\"'\s)\]}]|if|else|elif|try|except|[A-Z_]+\s*=)\w[\w., ]{0,200}(?:\(|"
    r"\s*=\s*\w[\w.]*\()",
    re.MULTILINE,
)
ENDINGS = (
    "csv tsv pkl pickle p parquet npy npz h5 hdf5 pt pth json jsonl joblib feather keras txt rds ckpt db fasta xlsx"
)
ENDING = f"(?:{ENDINGS.replace(' ', '|')})"
WRITE_CALL = re.compile(
    r"(?:to_csv|to_pickle|to_parquet|to_json|to_feather|to_hdf|np\.save\w*|savetxt|\.save\w*|dump|write_csv|"
    r"saveRDS|write\.csv|open)"
    rf"\s*\([^\n]{{0,200}}?[\"']([^\"'\n]{{0,80}}\.{ENDING})[\"']"
)
PATH_LITERAL = re.compile(rf"[\"']([^\"'\n]{{0,80}}\.{ENDING})[\"']")
UNKNOWN_PART = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]|<[^<>]*>|%\d*[sd]")


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that one script writes and another reads."""

    name: str
    writer: str
    reader: str
    is_kept: bool  # git tracks it, or a document names it


def find_stages(seen: Evidence) -> tuple[Stage, ...]:
    """Declared stages first; then separate scripts and notebooks."""
    found = [*seen.declared, *_scripts(seen)]
    found.sort(key=lambda s: not s.is_declared)
    return tuple({s.name: s for s in reversed(found)}.values())[::-1][:MAX_STAGES]


def _scripts(seen: Evidence) -> Iterator[Stage]:
    passed = _passed(seen)
    involved = {p.writer for p in passed} | {p.reader for p in passed}
    for path in _step_paths(seen, involved):
        kept = tuple(sorted({p.name for p in passed if p.writer == path and p.is_kept}))
        yield Stage(path, _command_of(path), Place(path, 1), kept, bool(kept))


def _step_paths(seen: Evidence, involved: set[str]) -> list[str]:
    main = {s.path for s in seen.program.steps if s.path}
    scripts = [p for p in seen.files.own if p.lower().endswith(SCRIPT_ENDINGS)]
    return [p for p in scripts if p in main or p in involved or _is_step(p, seen.files)][:MAX_SCRIPTS]


def _is_step(path: str, files: Tree) -> bool:
    name = path.rpartition("/")[2].rpartition(".")[0]
    if LIBRARY_FILE.search(path):
        return path.endswith(".py") and _main_block_writes(files.text(path) or "")
    return bool(STEP_WORD.search(name)) and _is_script(path, files)


def _main_block_writes(text: str) -> bool:
    """A module of helpers that makes a file when it is run."""
    _, sign, block = text.partition("__main__")
    return bool(sign) and bool(re.search(r"\.(?:save\w*|to_\w+|dump)\(|[\"']wb?[\"']", block))


def _is_script(path: str, files: Tree) -> bool:
    """Whether a file does something when it is run."""
    if not path.endswith(".py"):
        return files.size(path) > 0
    text = files.text(path) or ""
    return "__main__" in text or bool(RUNS.search(text))


def _command_of(path: str) -> str:
    tools = {"py": "python", "ipynb": "jupyter execute", "r": "Rscript", "jl": "julia", "sh": "bash"}
    return f"{tools.get(path.rpartition('.')[2].lower(), 'run')} {path}"


def _passed(seen: Evidence) -> list[Passed]:
    """What passes between scripts, by the names of files that stand in their code."""
    paths = [p for p in seen.files.own if p.endswith(CODE_ENDINGS) and seen.files.size(p) < MAX_CODE]
    texts = {p: _code(seen.files, p) for p in paths[:MAX_SCRIPTS] if not re.search(r"(^|/)(tests?|docs?)/", p)}
    named = {p: [_plain(m.group(1)) for m in PATH_LITERAL.finditer(t)] for p, t in texts.items()}
    tracked = {p.rpartition("/")[2] for p in seen.files.own}
    words = _documented_names(seen)
    found = []
    for writer, text in texts.items():
        for name in _written_names(text, named[writer]):
            readers = [
                p
                for p, names in named.items()
                if p != writer and name in names and name not in _written_names(texts[p], names)
            ]
            found += [Passed(name, writer, reader, name in tracked or name in words) for reader in readers[:1]]
    return found


def _written_names(text: str, named: list[str]) -> set[str]:
    """Names of files that a script writes and does not read itself."""
    written = [
        _plain(m.group(1))
        for m in WRITE_CALL.finditer(text)
        if not re.match(r"open", m.group())
        or re.match(r"[\"'],\s*(?:mode=)?[\"'][wax]", text[m.end() - 1 : m.end() + 12])
    ]
    return {
        n for n in written if re.search(r"[A-Za-z]{2}", n.rpartition(".")[0]) and named.count(n) <= written.count(n)
    }


def _plain(name: str) -> str:
    """A file's name without folders, `*` for what is filled in."""
    return UNKNOWN_PART.sub("*", name).rpartition("/")[2]


def _documented_names(seen: Evidence) -> set[str]:
    texts = (
        UNKNOWN_PART.sub("*", b.text) for d in seen.documents.all if not d.path.endswith(".ipynb") for b in d.blocks
    )
    return {w for t in texts for w in re.findall(rf"[\w*.-]+\.{ENDING}\b", t)}


def _code(files: Tree, path: str) -> str:
    text = files.text(path) or ""
    return text.replace('\\"', '"') if path.endswith(".ipynb") else text
