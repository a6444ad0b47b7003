"""What passes between scripts: files that one writes and another reads, by the names in their code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ..files import Tree
from ..regex import regex
from .evidence import Evidence

MAX_SCRIPTS = 150
MAX_CODE = 4 * 1024 * 1024  # bytes; a larger notebook is mostly output
CODE_ENDINGS = (".py", ".ipynb", ".R", ".r", ".Rmd", ".jl")
ENDINGS = (
    "csv tsv pkl pickle p parquet npy npz h5 hdf5 pt pth json jsonl joblib feather keras txt rds ckpt db fasta xlsx"
)
ENDING = f"(?:{ENDINGS.replace(' ', '|')})"
WRITE_CALL = regex(
    r"(?:to_csv|to_pickle|to_parquet|to_json|to_feather|to_hdf|save\w*|dump|write_csv|"
    r"saveRDS|write\.csv|open)"
    rf"\s*\([^\n]{{0,200}}?[\"']([^\"'\n]{{0,160}}\.{ENDING})[\"']"
)
LOGS_ARTIFACT = regex(r"\b(?:mlflow[\w.]*\.log_(?:model|artifacts?)|(?:run|wandb)\.log_artifact)\(")
LOADS_ARTIFACT = regex(r"\bmlflow[\w.]*\.(?:load_model|download_artifacts)\(|[\"'](?:models|runs):/|\.use_artifact\(")
PATH_LITERAL = regex(rf"[\"']([^\"'\n]{{0,160}}\.{ENDING})[\"']")
MODE = regex(r"[\"'],\s*(?:mode=)?[\"'][wax]")  # behind the name of a file that is opened to be written
KEPT_IN = regex(
    r"\b(?:sav(?:es?|ed|ing)|stor(?:es?|ed)|writ(?:es?|ten)|outputs?|produc\w+|reads?|loads?)\b[^.`\n]{0,80}`(?:\./)?"
    r"([\w-]{4,60})/?`",
    re.IGNORECASE,
)
UNKNOWN_PART = regex(r"\{[^{}]*\}|\[[^\[\]]*\]|<[^<>]*>|%\d*[sd]")


@dataclass(frozen=True)
class _Named:
    """The files that a script names, and the lines on which it does."""

    text: str
    names: tuple[str, ...]
    lines: tuple[tuple[int, int], ...]  # where each begins and ends in the text

    @classmethod
    def of(cls, text: str) -> _Named:
        found = list(PATH_LITERAL.finditer(text))
        return cls(text, tuple(_plain(m.group(1)) for m in found), tuple(dict.fromkeys(map(_line_of, found))))

    @cached_property
    def only_written(self) -> frozenset[str]:
        """Names of files that the script writes and does not read itself."""
        calls = (m for line in self.lines for m in WRITE_CALL.finditer(self.text, *line))
        written = [_plain(m.group(1)) for m in calls if not m.group().startswith("open") or self._is_to_write(m)]
        named = (n for n in written if re.search(r"[A-Za-z]{2}", n.rpartition(".")[0]))
        return frozenset(n for n in named if self.names.count(n) <= written.count(n))

    def _is_to_write(self, opened: re.Match[str]) -> bool:
        """Whether a file is opened to be written."""
        return bool(MODE.match(self.text[opened.end() - 1 : opened.end() + 12]))


def _line_of(found: re.Match[str]) -> tuple[int, int]:
    end = found.string.find("\n", found.end())
    return found.string.rfind("\n", 0, found.start()) + 1, end if end >= 0 else len(found.string)


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that one script writes and another reads."""

    name: str
    writer: str
    reader: str
    is_kept: bool  # git tracks it, or a document names it


def passed_files(seen: Evidence) -> list[Passed]:
    """What passes between scripts, by the names of files that stand in their code."""
    paths = [p for p in seen.files.own if p.endswith(CODE_ENDINGS) and seen.files.size(p) < MAX_CODE]
    texts = {p: _code(seen.files, p) for p in paths[:MAX_SCRIPTS] if not re.search(r"(^|/)(tests?|docs?)/", p)}
    named = {p: _Named.of(t) for p, t in texts.items()}
    tracked = {p.rpartition("/")[2] for p in seen.files.own}
    words = _documented_names(seen)
    folders = _documented_folders(seen)
    found = []
    for writer, text in texts.items():
        for name in named[writer].only_written:
            readers = [p for p, n in named.items() if p != writer and name in n.names and name not in n.only_written]
            is_kept = name in tracked or name in words
            found += [
                Passed(name, writer, reader, is_kept or _share_folder(text, texts[reader], folders))
                for reader in readers[:1]
            ]
    return [*found, *_artifacts(texts)]


def _artifacts(texts: dict[str, str]) -> list[Passed]:
    """What one script logs to an experiment tracker and another loads from there; the tracker keeps it."""
    tracking = {p: text for p, text in texts.items() if "mlflow" in text or "artifact(" in text}
    writers = [p for p, text in tracking.items() if LOGS_ARTIFACT.search(text)]
    readers = [p for p, text in tracking.items() if LOADS_ARTIFACT.search(text)]
    pairs = [(w, r) for w in writers for r in readers if w != r]
    return [Passed("tracked artifact", writer, reader, True) for writer, reader in pairs[:1]]


def _plain(name: str) -> str:
    """A file's name without folders, `*` for what is filled in."""
    return UNKNOWN_PART.sub("*", name.replace("\\", "/")).rpartition("/")[2]


def _documented_names(seen: Evidence) -> set[str]:
    texts = (
        UNKNOWN_PART.sub("*", b.text) for d in seen.documents.all if not d.path.endswith(".ipynb") for b in d.blocks
    )
    return {w for t in texts for w in re.findall(rf"(?<![\w*.-])[\w*.-]{{1,200}}\.{ENDING}\b", t)}


def _documented_folders(seen: Evidence) -> set[str]:
    """Names of folders that a document says are written to or read from."""
    texts = (b.text for d in seen.documents.all if not d.path.endswith(".ipynb") for b in d.blocks)
    return {m.group(1) for t in texts if "`" in t for m in KEPT_IN.finditer(t)}


def _share_folder(writer: str, reader: str, folders: set[str]) -> bool:
    """Whether both scripts name a folder that is documented."""
    quoted = [re.compile(rf"[\"'/]{re.escape(f)}[\"'/]") for f in folders if f in writer and f in reader]
    return any(q.search(writer) and q.search(reader) for q in quoted)


def _code(files: Tree, path: str) -> str:
    text = files.text(path) or ""
    return text.replace('\\"', '"') if path.endswith(".ipynb") else text


def written_files(seen: Evidence, path: str) -> tuple[str, ...]:
    """Files that a script writes and git tracks, whoever reads them."""
    if not path.endswith(CODE_ENDINGS) or seen.files.size(path) >= MAX_CODE:
        return ()
    text = _code(seen.files, path)
    return tuple(sorted(_Named.of(text).only_written & seen.tree.names))
