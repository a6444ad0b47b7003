"""What the reached code reads and writes: files, folders, data sets of libraries, downloads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ...model import Place
from ..files import normalise
from ..program import Call, Program
from ..program.nodes import dotted
from ..regex import regex
from ..source import constant
from . import vocabulary as v
from .location import Location
from .locations import Locations
from .openings import is_input_path, path_argument, written_paths


class ReadKind(Enum):
    FILE = "file"
    LIBRARY = "library"  # a data set that a library ships or fetches
    HUB = "hub"  # a data set of the Hugging Face hub
    DOWNLOAD = "download"
    STORE = "store"  # a versioned store: lakeFS, Dolt, TerminusDB, Quilt, DVC's API


@dataclass(frozen=True, slots=True)
class Read:
    """A call that brings data in (or, for a write, out)."""

    kind: ReadKind
    what: str  # normalised path, with `*` for unknown parts; or the loader's name, or the address
    location: Location | None
    at: Place
    text: str
    path: str  # of the file that the call is in
    is_pinned: bool = False
    is_inside: bool = False  # in a function, not at a module's top level

    is_partly_literal: bool = False  # a name is joined to what is given from outside


TORCH_SETS = frozenset(
    "MNIST FashionMNIST KMNIST EMNIST QMNIST CIFAR10 CIFAR100 SVHN STL10 CelebA Omniglot USPS Places365 "
    "Flowers102 Food101 OxfordIIITPet "
    "VOCSegmentation VOCDetection GTSRB Caltech101 Caltech256 EuroSAT LFWPeople SEMEION SBDataset DTD PCAM "
    "SPEECHCOMMANDS Planetoid TUDataset".split()
)
CONFIGURATION = regex(r"\b(?:yaml|toml|tomllib|tomli|OmegaConf)\.\w*(?:load|create|parse)|\.read_file\(|YAML\(")
WORD_LISTS = regex(
    r"^(punkt\w*|stopwords|wordnet|omw\S*|averaged_perceptron\w*|vader_lexicon|tagsets|words|all|popular)$"
)


def find_reads(program: Program, locations: Locations) -> tuple[Read, ...]:
    """Everything that the program reads, in the order of the source."""
    extended = list(_extended_sets(program))
    found = [
        r
        for call in program.calls
        for r in [
            _library(call, locations)
            or _placed(call, program, locations)
            or _store(call)
            or _download(call, locations)
            or _file(call, locations)
        ]
        if r
    ]
    return tuple({(r.kind, r.what, r.at): r for r in (*found, *extended)}.values())


def _extended_sets(program: Program) -> Iterator[Read]:
    """Classes of the project that are made from a library's data set."""
    if not program.modules & {"torchvision", "torchaudio", "torch_geometric"}:
        return
    for unit in program.units:
        for node in unit.of(ast.ClassDef) if unit.is_top_level else ():
            bases = [dotted(b) or "" for b in node.bases]
            base = next((b for b in bases if b.rpartition(".")[2] in TORCH_SETS), None)
            if base:
                source = unit.source
                kind = ReadKind.FILE if _is_placed_by_hand(program, node.name) else ReadKind.LIBRARY
                yield Read(kind, base, None, source.place(node), source.evidence(node).text, source.path)


def _placed(call: Call, program: Program, locations: Locations) -> Read | None:
    """A library's data set in a folder that somebody has to fill, since no reached call downloads it."""
    if not v.LIBRARY.match(call.name) or not _is_placed_by_hand(program, call.last):
        return None
    return _read(ReadKind.FILE, call.name, call, locations.of(call.argument(0, "root"), call.unit))


def _is_placed_by_hand(program: Program, name: str) -> bool:
    """Whether every reached call of a data set's class turns its download off."""
    calls = [c for c in program.calls if c.last == name]
    return bool(calls) and all(_given(c, "download") is False for c in calls)


def _given(call: Call, keyword: str) -> object:
    value = call.argument(None, keyword)
    return ... if value is None else constant(value)


def find_writes(program: Program, locations: Locations) -> tuple[Read, ...]:
    """Paths that the program writes, so that reading them again is no input."""
    return tuple(r for call in program.calls for r in _writes(call, locations))


def _read(kind: ReadKind, what: str, call: Call, location: Location | None = None, is_pinned: bool = False) -> Read:
    is_mixed = location is not None and location.is_mixed
    return Read(
        kind,
        what,
        location,
        call.place,
        call.line,
        call.unit.source.path,
        is_pinned,
        not call.unit.is_top_level,
        is_mixed,
    )


def _library(call: Call, locations: Locations) -> Read | None:
    if v.HUB.match(call.name):
        return _hub(call, locations)
    if not v.LIBRARY.match(call.name) or v.SIMULATED.match(call.name):
        return None
    if call.name == "nltk.download" and WORD_LISTS.match(str(constant(call.argument(0, "info_or_id")))):
        return None
    if _given(call, "download") is False:
        return None
    return _read(ReadKind.LIBRARY, call.name, call)


def _hub(call: Call, locations: Locations) -> Read | None:
    if not call.name.startswith("datasets."):
        repo_type = call.argument(None, "repo_type")
        if repo_type is None or constant(repo_type) != "dataset":
            return None
    name = constant(call.argument(0, "path", "repo_id"))
    if name in ("csv", "json", "parquet", "text", "imagefolder", "audiofolder", "arrow"):
        return None
    is_pinned = call.argument(None, "revision") is not None
    location = None if isinstance(name, str) else locations.of(call.argument(0, "path", "repo_id"), call.unit)
    what = name if isinstance(name, str) else "a data set of the Hugging Face hub"
    return _read(ReadKind.HUB, what, call, location, is_pinned)


STORES = regex(
    r"^(?:lakefs\w*|dolt\w*|doltcli|terminusdb_client|quilt3?|datalad)(?:\.\w+)*\.(?:Dolt|Client|WOQLClient|"
    r"LakeFSClient|repository|Repository|get|clone|Package|browse|"
    r"install|read_pandas_sql|connect|load|LakeFSFileSystem)$|^dvc\.api\.(?:open|read|get_url|DVCFileSystem)$"
)


def _store(call: Call) -> Read | None:
    return _read(ReadKind.STORE, call.name.split(".")[0], call, None, True) if STORES.match(call.name) else None


def _download(call: Call, locations: Locations) -> Read | None:
    if not v.DOWNLOADERS.match(call.name):
        return None
    found = locations.of(call.argument(0, "url", "origin", "id", "urls", "handle"), call.unit)
    if call.name.endswith(("get_file", "cached_download")):
        found = locations.of(call.argument(1, "origin", "url"), call.unit) or found
    address = found.text if found else call.name
    if (
        not call.name.startswith(
            ("gdown", "kagglehub", "kaggle", "opendatasets", "od.", "yf", "yfinance", "wfdb", "ee.")
        )
        and found
        and "://" not in address
        and "*" not in address
    ):
        return None
    if re.search(
        r"(?:localhost|127\.0\.0\.1|/api/(?!records)|api\.openai|invocations|predict|\.(?:pth?|ckpt|onnx|weights)\b)",
        address,
    ):
        return None
    is_pinned = bool(v.PINNED_ADDRESS.search(address)) or _is_checked(call)
    return _read(ReadKind.DOWNLOAD, address, call, None, is_pinned)


def _is_checked(call: Call) -> bool:
    """A checksum is given to the call, or computed beside it."""
    for keyword in call.node.keywords:
        if keyword.arg and v.CHECKED.search(keyword.arg) and constant(keyword.value) is not None:
            return True
    words = {n.id for n in call.unit.of(ast.Name)} | {n.attr for n in call.unit.of(ast.Attribute)}
    return any(v.CHECKED.search(w) for w in words)


def _is_configuration(call: Call) -> bool:
    """Whether what is opened goes to a reader of configuration at once."""
    if call.last != "open":
        return False
    lines = call.unit.source.lines[call.node.lineno - 1 : call.node.lineno + 3]
    return any(CONFIGURATION.search(line[:500]) for line in lines)


def _file(call: Call, locations: Locations) -> Read | None:
    argument = path_argument(call)
    if argument is None or _is_configuration(call):
        return None
    location = locations.of(argument, call.unit)
    if location is None:
        return None
    if (
        call.last in ("glob", "rglob")
        and isinstance(call.node.func, ast.Attribute)
        and not call.name.startswith("glob.")
    ):
        pattern = constant(call.argument(0, "pattern"))
        location = Location(
            f"{location.text}/{pattern if isinstance(pattern, str) else '*'}",
            location.given,
            location.at,
            location.name,
        )
    text = location.text.strip()
    if "://" in text:
        if not text.startswith(("http", "s3:", "gs:", "lakefs:", "ftp:")):
            return None
        if text.startswith("lakefs:"):
            return _read(ReadKind.STORE, text, call, location, True)
        return _read(ReadKind.DOWNLOAD, text, call, location, bool(v.PINNED_ADDRESS.search(text)))
    return _read(ReadKind.FILE, normalise(text), call, location) if is_input_path(text, call) else None


def _writes(call: Call, locations: Locations) -> Iterator[Read]:
    for node in written_paths(call):
        location = locations.of(node, call.unit)
        if location is not None and location.is_known:
            yield _read(ReadKind.FILE, normalise(location.text), call, location)
