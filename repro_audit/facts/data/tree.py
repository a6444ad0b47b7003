"""The data of the tree: committed files and folders, and pointers to data kept elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from ...model import Place
from ..files import Tree, normalise
from ..regex import regex
from . import vocabulary as v
from .annex import annex_key, looseness
from .model import Management
from .pinning import keeps_version
from .submodules import Submodule, find_submodules

POINTER = b"version https://git-lfs.github.com/spec/"
MAX_POINTERS = 200
MAX_ANNEXED = 200  # files of one data set whose keys are looked at
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".7z", ".rar", ".tar.xz", ".tar.bz2")
SKIPPED = regex(
    r"(^|/)(tests?|(\w+_)?tests?_(utils?|helpers?|resources|fixtures|files)|fixtures|docs?|\.\w[^/]*|node_modules|static"
    r"|templates|assets|mlruns|wandb)/",
    re.IGNORECASE,
)
LAKEFS = regex(r"lakefs://[\w.-]+/|\blakectl\b|^\s*(?:branch|ref|commit):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Tracked:
    """Data that are part of the project, or that a file of the project points to."""

    path: str
    management: Management
    at: Place
    text: str = ""


@dataclass(frozen=True)
class DataTree:
    """What of the tree is data."""

    files: Tree

    @cached_property
    def committed(self) -> tuple[str, ...]:
        """Files that look like data, outputs and tests left out."""
        return tuple(p for p in self.files.own if looks_like_data(p))

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of all files, folders left out."""
        return frozenset(p.rpartition("/")[2] for p in self.files.paths)

    @cached_property
    def pointers(self) -> tuple[Tracked, ...]:
        datasets = (_fixed(m) for m in self.submodules if m.is_data)
        return tuple(sorted([*self._dvc(), *self._dud(), *self._stores(), *datasets], key=lambda t: (t.path, t.at)))

    @cached_property
    def submodules(self) -> tuple[Submodule, ...]:
        return find_submodules(self.files)

    @cached_property
    def _elsewhere(self) -> tuple[Tracked, ...]:
        """Pointers, and every submodule: the code may read data of one that holds code as well."""
        return (*self.pointers, *(m for m in map(_fixed, self.submodules) if m not in self.pointers))

    @cached_property
    def lfs_patterns(self) -> tuple[str, ...]:
        lines = [
            line.split()
            for p in self.files.named(".gitattributes")
            for line in self.files.lines(p)
            if "filter=lfs" in line
        ]
        return tuple(words[0] for words in lines if words and not words[0].startswith("#"))

    def tracked(self, path: str) -> Tracked:
        """A committed file, or the pointer that stands in for it."""
        key = annex_key(self.files, path)
        if key:
            why = looseness(key)
            text = f"its git-annex key {key[:80]} {why}" if why else f"git-annex keeps it by the hash in {key[:80]}"
            return Tracked(path, Management.DOWNLOAD if why else Management.DATALAD, Place(path), text)
        is_lfs = any(fnmatchcase(path, g) or fnmatchcase(path.rpartition("/")[2], g) for g in self.lfs_patterns)
        if not is_lfs and self.files.size(path) < 300:
            is_lfs = (self.files.open_bytes(path, 64) or b"").startswith(POINTER)
        return Tracked(path, Management.LFS if is_lfs else Management.GIT, Place(path), "")

    def tracked_all(self, paths: tuple[str, ...]) -> Tracked:
        """How the files of one data set are kept: as the first, but for one whose version nothing fixes."""
        first = self.tracked(paths[0])
        others = map(self.tracked, paths[1:MAX_ANNEXED]) if first.management is Management.DATALAD else ()
        return next((t for t in others if t.management is Management.DOWNLOAD), first)

    def pointer_for(self, pattern: str, near: str = "") -> Tracked | None:
        """The pointer whose data a path leads to, or lies in; looked for from the root and from the script's folder."""
        folder = near.rpartition("/")[0]
        for one in (pattern, normalise(f"{folder}/{pattern}")) if folder else (pattern,):
            for pointer in self._elsewhere:
                inside = fits(one, pointer.path + "/*") or one.startswith(pointer.path + "/")
                if inside or fits(one, pointer.path):
                    return pointer
        return None

    def archive_for(self, pattern: str, near: str = "") -> Tracked | None:
        """A tracked archive that a path may be unpacked from: in a folder above it, or of its folder's name."""
        folder = near.rpartition("/")[0]
        paths = (pattern, normalise(f"{folder}/{pattern}")) if folder else (pattern,)
        parts = {p.lower() for p in pattern.split("/")[:-1]}
        for archive in self._archives:
            above, _, name = archive.path.rpartition("/")
            if any(above and p.startswith(above + "/") for p in paths) or name.partition(".")[0].lower() in parts:
                return archive
        return None

    @cached_property
    def _archives(self) -> tuple[Tracked, ...]:
        packed = [p for p in self.committed if p.lower().endswith(ARCHIVES)][:50]
        return tuple(p for p in self.pointers if p.path.lower().endswith(ARCHIVES)) + tuple(map(self.tracked, packed))

    def match(self, pattern: str, near: str = "") -> tuple[str, ...]:
        """Committed files that a path of the code leads to: from the root or the script, else by its tail."""
        pattern = normalise(pattern.strip())
        while pattern.startswith("../"):
            pattern = pattern[3:]
        if not any(c.isalnum() for c in pattern):
            return ()
        folder = near.rpartition("/")[0]
        bases = [""] + ([folder + "/"] if folder else []) + ([folder.rpartition("/")[0] + "/"] if "/" in folder else [])
        for base in bases:
            found = self._below(base + pattern)
            if found:
                return found
        return self._by_tail(pattern)

    def _below(self, pattern: str) -> tuple[str, ...]:
        if pattern in self.files:
            return (pattern,)
        if "*" not in pattern:
            prefix = pattern.rstrip("/") + "/"
            return tuple(p for p in self.committed_or_soft if p.startswith(prefix))
        found = tuple(p for p in self.committed_or_soft if fits(pattern, p))
        name = pattern.rpartition("/")[2]
        is_telling = sum(c.isalpha() for c in name) > 2 and "." in name
        return found or (tuple(p for p in self._unknown if fits(pattern, p)) if is_telling else ())

    @cached_property
    def _unknown(self) -> tuple[str, ...]:
        """Files of endings that say nothing, in folders that are named for data."""
        known = v.DATA_ENDINGS | v.SOFT_ENDINGS | v.MODEL_ENDINGS | v.CONFIG_ENDINGS | v.CODE_ENDINGS
        return tuple(p for p in self.files.own if _ending(p) not in known and v.DATA_FOLDER.search(p))

    @cached_property
    def committed_or_soft(self) -> tuple[str, ...]:
        """Committed data, and texts and images of folders that are named for data."""
        soft = (
            p
            for p in self.files.own
            if _ending(p) in v.SOFT_ENDINGS | v.MODEL_ENDINGS and v.DATA_FOLDER.search(p.rpartition("/")[0] + "/")
        )
        return tuple(sorted({*self.committed, *(p for p in soft if not v.NOT_DATA.search(p))}))

    def _by_tail(self, pattern: str) -> tuple[str, ...]:
        """`/home/me/project/data/train.csv` leads to `data/train.csv`, if anything does."""
        parts = [p for p in pattern.split("/") if p not in ("*", "", ".")]
        if not parts or ("*" in parts[-1] and not any(c.isalpha() for c in parts[-1].replace("*", ""))):
            return ()
        tail = "/".join(parts[-2:])
        found = tuple(p for p in self.committed if f"/{p}".endswith("/" + tail))
        return found or tuple(
            p for p in self.committed if "." in parts[-1] and "*" not in parts[-1] and f"/{p}".endswith("/" + parts[-1])
        )

    def _dvc(self) -> Iterator[Tracked]:
        for path in self.files.suffixed(".dvc")[:MAX_POINTERS]:
            if path.endswith(".dvc") and not path.rpartition("/")[2].startswith("."):
                line = _line_of(self.files, path, r"^[\s-]*path:") or _line_of(self.files, path, "md5|outs")
                kind = self._kind(path, Management.DVC)
                yield Tracked(path[: -len(".dvc")], kind, Place(path, line), self._text(path, line))
        for path in self.files.named("dvc.lock"):
            folder = path.rpartition("/")[0]
            for line, found in _lock_dependencies(self.files.lines(path)):
                target = normalise(f"{folder}/{found}" if folder else found)
                yield Tracked(target, Management.DVC, Place(path, line), f"path: {found}")

    def _kind(self, pointer: str, kind: Management) -> Management:
        """A pointer without a hash fetches whatever is there."""
        return kind if keeps_version(self.files.text(pointer) or "") else Management.DOWNLOAD

    def _text(self, path: str, line: int | None) -> str:
        lines = self.files.lines(path)
        return lines[line - 1].strip() if line and line <= len(lines) else ""

    def _dud(self) -> Iterator[Tracked]:
        for index in self.files.matching(".dud/index", "*/.dud/index"):
            base = index[: -len(".dud/index")]
            for name in self.files.lines(index):
                if name.strip() and base + name.strip() in self.files:
                    yield from _dud_outputs(self.files, base, base + name.strip())

    def _stores(self) -> Iterator[Tracked]:
        for path in self.files.paths:
            name = path.rpartition("/")[2]
            if name == ".lakefs_ref.yaml":
                kind = self._kind(path, Management.LAKEFS)
                yield Tracked(path.rpartition("/")[0] or ".", kind, Place(path, 1), self._text(path, 1))
            elif path.endswith((".dolt/config.json", ".dolt/repo_state.json")) and "/noms/" not in path:
                yield Tracked(path.partition(".dolt/")[0].rstrip("/") or ".", Management.DOLT, Place(path, 1))
            elif path.endswith(".datalad/config"):
                yield Tracked(path.partition(".datalad/")[0].rstrip("/") or ".", Management.DATALAD, Place(path, 1))
            elif name == "quilt.yml" or name == "quilt_summarize.json":
                kind = Management.QUILT if name != "quilt.yml" else self._kind(path, Management.QUILT)
                yield Tracked(path.rpartition("/")[0] or ".", kind, Place(path, 1))
            elif (
                path.endswith(".terminusdb/config")
                or name == "terminusdb.json"
                or (path == "config.json" and "schema.py" in self.files)
            ):
                if "terminus" in (self.files.text(path) or "").lower():
                    yield Tracked(path.rpartition("/")[0] or ".", Management.TERMINUSDB, Place(path, 1))


def _fixed(module: Submodule) -> Tracked:
    """A submodule is another repository at one commit; a copy without git's index has lost which."""
    if not module.commit:
        return Tracked(module.path, Management.DOWNLOAD, module.at, "a submodule whose commit is not told")
    kind = Management.DATALAD if module.is_dataset else Management.GIT
    return Tracked(module.path, kind, module.at, f"a submodule at commit {module.commit[:12]}")


def _line_of(files: Tree, path: str, pattern: str) -> int | None:
    return next((i for i, line in enumerate(files.lines(path), 1) if re.search(pattern, line)), None)


def _lock_dependencies(lines: list[str]) -> Iterator[tuple[int, str]]:
    """(line, path) of what dvc.lock says a stage depends on and no stage makes."""
    section, found, made = "", [], set()
    for number, line in enumerate(lines[:20_000], 1):
        word = line.strip()
        if word in ("deps:", "outs:", "params:"):
            section = word
        elif word.startswith("- path:"):
            path = word[len("- path:") :].strip().strip("'\"")
            if section == "deps:":
                found.append((number, path))
            else:
                made.add(path)
    for number, path in found:
        if (
            path not in made
            and not path.endswith((".py", ".sh", ".yaml", ".yml", ".ipynb", ".R", ".toml"))
            and looks_like_data(path) | ("." not in path)
        ):
            yield number, path


def _dud_outputs(files: Tree, base: str, stage: str) -> Iterator[Tracked]:
    """Outputs of a Dud stage that has no command: data that were added."""
    text = files.text(stage) or ""
    if re.search(r"^command:", text, re.MULTILINE):
        return
    section, kind = "", Management.DUD if keeps_version(text) else Management.DOWNLOAD
    for number, line in enumerate(text.split("\n"), 1):
        if line and not line[0].isspace():
            section = line.strip()
        elif section == "outputs:" and re.match(r"^ {1,4}\S+:", line):
            path = normalise(base + line.strip().partition(":")[0])
            yield Tracked(path, kind, Place(stage, number), line.strip())


def _ending(path: str) -> str:
    name = path.rpartition("/")[2]
    return "." + name.rpartition(".")[2].lower() if "." in name else ""


def looks_like_data(path: str) -> bool:
    """By its name alone: an ending of data, or a text or image in a folder that is named for data."""
    ending = _ending(path)
    folder = path.rpartition("/")[0]
    if v.NOT_DATA.search(path) or SKIPPED.search(path):
        return False
    is_hard = ending in v.DATA_ENDINGS
    if not is_hard and ending not in v.SOFT_ENDINGS:
        return False
    has_data_folder = bool(v.DATA_FOLDER.search(folder + "/")) if folder else False
    if v.OUTPUT_FOLDER.search(folder + "/") and not re.search(
        r"(^|/)\w*data\w*(/|$)|(^|/)(inputs?|uploads?|datasets?)(/|$)", folder, re.IGNORECASE
    ):
        return False
    if v.OUTPUT_WORD.search(path.rpartition("/")[2]) and not has_data_folder:
        return False
    if ending in (".pkl", ".pickle", ".p", ".h5", ".bin") and v.MODEL_WORD.search(path):
        return False
    if not is_hard:
        return (
            has_data_folder
            and ending not in (".md", ".html", ".log", ".yaml", ".yml", ".svg", ".pdf")
            and not re.search(r"readme|license", path, re.IGNORECASE)
        )
    return True


def fits(pattern: str, path: str) -> bool:
    return fnmatchcase(path, pattern.replace("[", "[[]")) if "*" in pattern else path == pattern
