"""Which argument of a call is the path that it reads or writes, and whether that may be data."""

from __future__ import annotations

import ast
import re

from ..program import Call
from ..regex import regex
from ..source import constant
from . import vocabulary as v

MODEL_FOLDER = regex(r"(?:^|[/_-])(?:models?|weights|checkpoints?)$", re.IGNORECASE)
# Downloads that are told the file to write, and which argument that is.
SAVED_AS = {"urlretrieve": 1, "download_url_to_file": 1, "download_file": 2}
FILE_OPENERS = frozenset({"open", "io.open", "codecs.open", "smart_open.open"})
PATHS = tuple(
    "filepath_or_buffer path filename file fname root directory io filenames data_dir dir pathname name fp".split()
)


def path_argument(call: Call) -> ast.expr | None:
    """The expression of the path that a call reads; None where it reads none."""
    if call.last in v.OPENERS:
        if call.name in FILE_OPENERS or call.last in ("FileIO", "smart_open", "GFile"):
            return _first(call) if not _is_write_mode(call, 1) else None
        if call.last == "open" and (call.name in v.EXACT_READERS or call.name == "Image.open"):
            return _first(call) if not _is_write_mode(call, 1) else None
        is_file = not _is_write_mode(call, 0) and not call.name.startswith(("os.", "webbrowser."))
        return _owner(call) if is_file else None
    if call.last in v.LISTERS:
        if call.name.startswith(("os.", "glob.")):
            return _first(call)
        return _owner(call) if call.last in ("glob", "rglob", "iterdir") else None
    if call.name in v.EXACT_READERS or ".".join(call.name.split(".")[-2:]) in v.EXACT_READERS:
        return _first(call) if not _is_write_mode(call, 1) else None
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
        return _first(call) if call.node.func.value.attr == "read" else None
    return _first(call) if call.last in v.READERS else None


def _owner(call: Call) -> ast.expr | None:
    """The expression of what a method is called on."""
    return call.node.func.value if isinstance(call.node.func, ast.Attribute) else None


def _first(call: Call) -> ast.expr | None:
    """The first argument, or the one that is given as a path."""
    return call.argument(0, *PATHS)


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
    if text.startswith(("/proc", "/sys", "/dev", "/etc")) or name.startswith(".") or v.ENCODING.fullmatch(text):
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
        folder, _, name = text.rpartition("/")
        return bool(v.MODEL_WORD.search(name)) or (ending != ".json" and bool(MODEL_FOLDER.search(folder)))
    return (
        not text.strip("*/. ") and call.last in ("open", "load") and (call.argument(0) is None or "model" in call.line)
    )


def written_paths(call: Call) -> list[ast.expr]:
    owner = call.node.func.value if isinstance(call.node.func, ast.Attribute) else None
    if call.last in v.OPENERS:
        is_method = call.name not in ("open", "io.open", "codecs.open", "gzip.open") and owner is not None
        if call.last == "write_text" or _is_write_mode(call, 0 if is_method else 1):
            node = owner if is_method else call.argument(0, "file")
            return [node] if node is not None else []
        return []
    if call.last in SAVED_AS:
        target = call.argument(SAVED_AS[call.last], "filename", "out", "output", "dst", "Filename")
        return [target] if target is not None else []
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
