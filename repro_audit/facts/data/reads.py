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
from ..program.index import dotted
from ..source import constant
from . import vocabulary as v
from .locations import Location, Locations


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
    "MNIST FashionMNIST KMNIST EMNIST QMNIST CIFAR10 CIFAR100 SVHN STL10 CelebA Omniglot USPS Places365 Flowers102 Food101 OxfordIIITPet "
    "VOCSegmentation VOCDetection GTSRB Caltech101 Caltech256 EuroSAT LFWPeople SEMEION SBDataset DTD PCAM SPEECHCOMMANDS Planetoid TUDataset".split()
)
WORD_LISTS = re.compile(
    r"^(punkt\w*|stopwords|wordnet|omw\S*|averaged_perceptron\w*|vader_lexicon|tagsets|words|all|popular)$"
)


def find_reads(program: Program, locations: Locations) -> tuple[Read, ...]:
    """Everything that the program reads, in the order of the source."""
    extended = list(_extended_sets(program))
    found = [
        r
        for call in program.calls
        for r in [_library(call) or _store(call) or _download(call, locations) or _file(call, locations)]
        if r
    ]
    return tuple({(r.kind, r.what, r.at): r for r in (*found, *extended)}.values())


def _extended_sets(program: Program) -> Iterator[Read]:
    """Classes of the project that are made from a library's data set."""
    if not program.modules & {"torchvision", "torchaudio", "torch_geometric"}:
        return
    for unit in program.units:
        for node in unit.nodes if unit.is_top_level else ():
            bases = [dotted(b) or "" for b in node.bases] if isinstance(node, ast.ClassDef) else []
            base = next((b for b in bases if b.rpartition(".")[2] in TORCH_SETS), None)
            if base:
                source = unit.source
                yield Read(ReadKind.LIBRARY, base, None, source.place(node), source.evidence(node).text, source.path)


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


def _library(call: Call) -> Read | None:
    if v.HUB.match(call.name):
        return _hub(call)
    if not v.LIBRARY.match(call.name) or v.SIMULATED.match(call.name):
        return None
    if call.name == "nltk.download" and WORD_LISTS.match(str(constant(call.argument(0, "info_or_id")))):
        return None
    download = call.argument(None, "download")
    if download is not None and constant(download) is False:
        return None
    return _read(ReadKind.LIBRARY, call.name, call)


def _hub(call: Call) -> Read | None:
    if not call.name.startswith("datasets."):
        repo_type = call.argument(None, "repo_type")
        if repo_type is None or constant(repo_type) != "dataset":
            return None
    name = constant(call.argument(0, "path", "repo_id"))
    if name in ("csv", "json", "parquet", "text", "imagefolder", "audiofolder", "arrow"):
        return None
    is_pinned = call.argument(None, "revision") is not None
    return _read(
        ReadKind.HUB, name if isinstance(name, str) else "a data set of the Hugging Face hub", call, None, is_pinned
    )


STORES = re.compile(
    r"^(?:lakefs\w*|dolt\w*|doltcli|terminusdb_client|quilt3?|datalad)(?:\.\w+)*\.(?:Dolt|Client|WOQLClient|LakeFSClient|repository|Repository|get|clone|Package|browse|"
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
    words = {n.id for n in call.unit.nodes if isinstance(n, ast.Name)} | {
        n.attr for n in call.unit.nodes if isinstance(n, ast.Attribute)
    }
    return any(v.CHECKED.search(w) for w in words)


def _file(call: Call, locations: Locations) -> Read | None:
    argument = _path_argument(call)
    if argument is None:
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


def _path_argument(call: Call) -> ast.expr | None:
    """The expression of the path that a call reads; None where it reads none."""
    last_two = ".".join(call.name.split(".")[-2:])
    owner = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
    first = call.argument(
        0,
        "filepath_or_buffer",
        "path",
        "filename",
        "file",
        "fname",
        "root",
        "directory",
        "io",
        "filenames",
        "data_dir",
        "dir",
        "pathname",
        "name",
        "fp",
    )
    if call.last in v.OPENERS:
        if call.name in ("open", "io.open", "codecs.open", "smart_open.open") or call.last in (
            "FileIO",
            "smart_open",
            "GFile",
        ):
            return first if not _is_write_mode(call, 1) else None
        if call.last == "open" and call.name in v.EXACT_READERS | {"Image.open"}:
            return first if not _is_write_mode(call, 1) else None
        return (
            owner
            if owner is not None and not _is_write_mode(call, 0) and not call.name.startswith(("os.", "webbrowser."))
            else None
        )
    if call.last in v.LISTERS:
        if call.name.startswith(("os.", "glob.")):
            return first
        return owner if call.last in ("glob", "rglob", "iterdir") else None
    if call.name in v.EXACT_READERS or last_two in v.EXACT_READERS:
        return first if not _is_write_mode(call, 1) else None
    if call.last == "load_dataset" and call.name.startswith("datasets."):
        return call.argument(None, "data_files", "data_dir")
    if call.last == "flow_from_dataframe":
        return call.argument(1, "directory")
    if (
        call.last == "csv"
        and call.node.args
        and isinstance(call.node.func, ast.Attribute)
        and isinstance(call.node.func.value, ast.Attribute)
    ):
        return first if call.node.func.value.attr == "read" else None
    return first if call.last in v.READERS else None


def _is_write_mode(call: Call, position: int) -> bool:
    mode = call.argument(position, "mode")
    value = constant(mode) if mode is not None else "r"
    return isinstance(value, str) and bool(re.fullmatch(r"[rtb+]*[wax][rtb+]*", value))


def is_input_path(text: str, call: Call | None = None) -> bool:
    """Whether a path may be that of data: no code, configuration, weights or output."""
    plain = text.strip("* ./")
    name = text.rpartition("/")[2]
    ending = "." + name.rpartition(".")[2].lower() if "." in name else ""
    if (
        ending in v.CONFIG_ENDINGS
        or ending in v.MODEL_ENDINGS
        or ending in (".py", ".md", ".html", ".log", ".css", ".js", ".ipynb", ".ttf", ".otf", ".sh", ".toml")
    ):
        return False
    if text.startswith(("/proc", "/sys", "/dev", "/etc")) or name.startswith("."):
        return False
    if v.NOT_DATA.search(text) and not v.DATA_FOLDER.search(text.rpartition("/")[0]):
        return False
    if v.OUTPUT_WORD.search(name) and not v.DATA_FOLDER.search(text.rpartition("/")[0]):
        return False
    if call is not None and _reads_models(call, text, ending):
        return False
    return bool(plain) or text in ("*", ".") or "*" in text


def _reads_models(call: Call, text: str, ending: str) -> bool:
    if call.last == "load" and call.name.startswith(("torch.", "joblib.", "pickle.")):
        return not re.search(r"data|train|test|feature|dataset", text, re.IGNORECASE) or bool(v.MODEL_WORD.search(text))
    if ending in (".pkl", ".pickle", ".p", ".h5", ".hdf5", ".bin", ".json"):
        return bool(v.MODEL_WORD.search(text.rpartition("/")[2]))
    return (
        not text.strip("*/. ") and call.last in ("open", "load") and (call.argument(0) is None or "model" in call.line)
    )


def _writes(call: Call, locations: Locations) -> Iterator[Read]:
    for node in _written(call):
        location = locations.of(node, call.unit)
        if location is not None and location.is_known:
            yield _read(ReadKind.FILE, normalise(location.text), call, location)


def _written(call: Call) -> list[ast.expr]:
    owner = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
    if call.last in v.OPENERS:
        is_method = call.name not in ("open", "io.open", "codecs.open", "gzip.open") and owner is not None
        if call.last == "write_text" or _is_write_mode(call, 0 if is_method else 1):
            node = owner if is_method else call.argument(0, "file")
            return [node] if node is not None else []
        return []
    if call.last not in v.WRITERS and call.name != "h5py.File":
        return []
    if call.last in ("write_text", "write_bytes", "mkdir") and owner is not None and not call.name.startswith("os."):
        return [owner]
    if call.last in ("copy", "copyfile", "move", "imwrite", "imsave"):
        nodes = [call.argument(1 if call.last in ("copy", "copyfile", "move") else 0, "dst", "filename")]
    elif call.last in ("dump", "save") and call.name.startswith(("joblib.", "torch.", "tf.", "dill.", "cloudpickle.")):
        nodes = [call.argument(1, "filename", "f")]
    elif call.name == "h5py.File":
        nodes = [call.argument(0, "name")] if _is_write_mode(call, 1) else []
    else:
        nodes = [
            call.argument(
                0, "path_or_buf", "path", "file", "fname", "excel_writer", "filepath", "save_directory", "name"
            )
        ]
    return [n for n in nodes if n is not None]
