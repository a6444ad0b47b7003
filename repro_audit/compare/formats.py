"""Which format a file has: by its first bytes, then by its name, then by whether it is text at all."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from .archives import compare_compressed, compare_tar, compare_zip
from .boosters import CATBOOST_MAGIC, UBJSON_MAGIC, compare_catboost, compare_ubjson
from .checkpoints import compare_legacy_checkpoints, compare_zip_checkpoints, is_checkpoint, is_legacy
from .columns import compare_arrow, compare_excel, compare_parquet
from .content import Content
from .databases import compare_sqlite
from .documents import compare_ini, compare_json, compare_json_lines, compare_toml, compare_yaml
from .events import compare_events
from .hdf5 import compare_hdf5
from .images import compare_images
from .model import Difference
from .notebooks import compare_notebooks
from .npy import MAGIC as NPY_MAGIC
from .npy import compare_npy
from .onnx import compare_onnx
from .pickles import compare_pickles
from .safetensors import compare_safetensors
from .scope import Scope
from .tables import compare_csv, compare_tsv
from .text import compare_text
from .vector import compare_pdf, compare_svg
from .wandb_log import MAGIC as WANDB_MAGIC
from .wandb_log import compare_wandb

Compare = Callable[[Content, Content, Scope], Difference]


@dataclass(frozen=True, slots=True)
class Format:
    """`title` reads on in `could not be read as …`; magics are first bytes, suffixes are lower case."""

    title: str
    compare: Compare
    suffixes: tuple[str, ...] = ()
    magics: tuple[bytes, ...] = ()


TEXT = Format("text", compare_text)
PICKLE = Format("a pickle", compare_pickles, (".pkl", ".pickle", ".p", ".joblib", ".sav", ".dill"))
CHECKPOINT = Format("a checkpoint", compare_zip_checkpoints)
LEGACY = Format("a legacy checkpoint", compare_legacy_checkpoints)
EXCEL = Format("a workbook", compare_excel)
ZIP = Format("a zip file", compare_zip, magics=(b"PK\x03\x04", b"PK\x05\x06"))
TAR = Format("a tar file", compare_tar, (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"))
EVENTS = Format("an event file", compare_events)
IMAGE_MAGICS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")

FORMATS = (
    ZIP,
    TAR,
    PICKLE,
    Format("an npy file", compare_npy, (".npy",), (NPY_MAGIC,)),
    Format("an HDF5 file", compare_hdf5, (), (b"\x89HDF\r\n\x1a\n",)),
    Format("a Parquet file", compare_parquet, (), (b"PAR1",)),
    Format("an Arrow file", compare_arrow, (), (b"ARROW1", b"FEA1")),
    Format("an SQLite database", compare_sqlite, (), (b"SQLite format 3\0",)),
    Format("a picture", compare_images, (".bmp", ".webp", ".ppm", ".pgm"), IMAGE_MAGICS),
    Format("a PDF", compare_pdf, (), (b"%PDF-",)),
    Format("a CatBoost model", compare_catboost, (), (CATBOOST_MAGIC,)),
    Format("a log of Weights & Biases", compare_wandb, (), (WANDB_MAGIC,)),
    Format("a compressed file", compare_compressed, (), (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")),
    Format("a UBJSON model", compare_ubjson, (".ubj",), (UBJSON_MAGIC, b"{i\x07learner")),
    Format("a notebook", compare_notebooks, (".ipynb",)),
    Format("an SVG", compare_svg, (".svg",)),
    Format("JSON", compare_json, (".json", ".geojson")),
    Format("JSON lines", compare_json_lines, (".jsonl", ".ndjson")),
    Format("YAML", compare_yaml, (".yaml", ".yml", "mlmodel")),
    Format("TOML", compare_toml, (".toml",)),
    Format("an INI file", compare_ini, (".ini", ".cfg")),
    Format("CSV", compare_csv, (".csv",)),
    Format("TSV", compare_tsv, (".tsv",)),
    Format("a safetensors file", compare_safetensors, (".safetensors",)),
    Format("an ONNX model", compare_onnx, (".onnx",)),
)


def format_of(content: Content) -> Format | None:
    """None for bytes of no format that is known here."""
    head, name = content.read(0, 64), content.name.lower()
    if "tfevents" in name:
        return EVENTS
    if name.endswith(TAR.suffixes) or content.read(257, 5) == b"ustar":
        return TAR
    if head.startswith(ZIP.magics):
        return _zipped(content)
    if is_legacy(content):
        return LEGACY
    if name.endswith(PICKLE.suffixes) or _is_pickle(content, head):
        return PICKLE
    for known in FORMATS:
        if known.magics and head.startswith(known.magics):
            return known
    for known in FORMATS:
        if known.suffixes and name.endswith(known.suffixes):
            return known
    return TEXT if is_text(content) else None


def _zipped(content: Content) -> Format:
    try:
        with content.stream() as file, zipfile.ZipFile(file) as archive:
            if is_checkpoint(archive):
                return CHECKPOINT
            return EXCEL if "xl/workbook.xml" in archive.NameToInfo else ZIP
    except Exception:  # whatever is wrong with it is told when it is compared
        return ZIP


def _is_pickle(content: Content, head: bytes) -> bool:
    return len(head) > 2 and head[0] == 0x80 and 2 <= head[1] <= 5 and content.read(content.size - 1, 1) == b"."


def is_text(content: Content) -> bool:
    """No zero bytes and few control characters at its start, or a mark of UTF-16."""
    head = content.read(0, 8192)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    control = sum(head.count(bytes([code])) for code in (*range(1, 7), *range(14, 27), 127))
    return b"\0" not in head and control * 50 <= len(head)
