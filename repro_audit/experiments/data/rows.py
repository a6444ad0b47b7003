"""The rows of a file and the file that some of them make: tables, lines, JSON lists, NumPy arrays, Parquet.

Bytes in, bytes out: what is not understood is carried over as it is. Nothing is unpickled.
"""

from __future__ import annotations

import ast
import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any

MOST = 64 * 1024 * 1024  # bytes of a file that is varied
FEW_VALUES = 20  # distinct values of a column that may be a label
SPARE = 3  # rows that must bear a label before one of them may go: a split may want two of each
BROKEN = (
    ArithmeticError, AttributeError, EOFError, ImportError, LookupError, MemoryError, OSError, RuntimeError,
    SyntaxError, TypeError, ValueError, zlib.error,
)  # fmt: skip
TABLES = (".csv", ".tsv", ".tab", ".data", ".dat")
LINES = (".txt", ".jsonl", ".ndjson", ".json-lines")
FASTA = (".fasta", ".fa", ".faa", ".fna")
PLAIN = (*TABLES, *LINES, *FASTA, ".json", ".npy", ".parquet")
READABLE = (*PLAIN, *(f"{suffix}.gz" for suffix in (*TABLES, *LINES, *FASTA)))


@dataclass(frozen=True)
class Rows:
    """`cells` are the values of a row as far as they tell labels apart; `made_of` gives the file of chosen rows."""

    cells: tuple[tuple[str, ...], ...]
    made_of: Callable[[Sequence[int]], bytes]

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def needed(self) -> frozenset[int]:
        """Rows that bear a label which hardly another row bears."""
        found: set[int] = set()
        for column in zip(*self.cells, strict=False):
            counts = Counter(column)
            if len(counts) <= min(FEW_VALUES, len(column) // 2):
                found |= {i for i, value in enumerate(column) if counts[value] < SPARE}
        return frozenset(found)


def rows_of(path: str, data: bytes) -> Rows | None:
    """The rows of a file; None where its form is not known or it is broken."""
    suffix = PurePosixPath(path).suffix.lower()
    if len(data) > MOST or not data:
        return None
    try:
        if suffix in TABLES:
            return _table(data)
        if suffix in LINES:
            return _lines(data)
        if suffix in FASTA:
            return _fasta(data)
        if suffix == ".gz":
            return _packed(path.removesuffix(".gz"), data)
        if suffix == ".json":
            return _json(data)
        if suffix == ".npy":
            return _npy(data)
        if suffix == ".parquet":
            return _parquet(data)
    except BROKEN:
        return None
    return None


def _records(data: bytes) -> list[bytes]:
    """Lines, those together that a quoted line break joins."""
    found: list[bytes] = []
    is_open = False
    for line in data.splitlines(keepends=True):
        if is_open:
            found[-1] += line
        else:
            found.append(line)
        is_open ^= line.count(b'"') % 2 == 1
    return found


def _table(data: bytes) -> Rows:
    """The first line stays where it is: a header, or one row among many."""
    head, *body = _records(data)
    delimiter = max((b",", b";", b"\t", b"|"), key=head.count)
    cells = tuple(tuple(c.decode("latin1").strip() for c in r.split(delimiter)) for r in body if r.strip())
    width = Counter(map(len, cells)).most_common(1)[0][0] if cells else 0
    even = tuple(row if len(row) == width else ("",) * width for row in cells)
    return Rows(even, _joiner(head, [r for r in body if r.strip()]))


def _lines(data: bytes) -> Rows:
    lines = data.splitlines(keepends=True)
    return Rows(tuple((_label(line),) for line in lines), _joiner(b"", lines))


def _fasta(data: bytes) -> Rows:
    """A record is its line of `>` and the sequence after it; a label is what the line ends with."""
    records = [b">" + part for part in data.split(b">")[1:]]
    heads = (r.splitlines()[0].decode("latin1") for r in records)
    return Rows(tuple((h.rpartition("|")[2],) for h in heads), _joiner(b"", records))


def _packed(path: str, data: bytes) -> Rows | None:
    """What gzip holds, packed again; none that unpacks to more than is varied."""
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        inner = file.read(MOST + 1)
    rows = rows_of(path, inner)
    return Rows(rows.cells, lambda chosen: gzip.compress(rows.made_of(chosen), mtime=0)) if rows else None


def _label(line: bytes) -> str:
    """Where a line of text has a label, it is at its end."""
    return line.decode("latin1").rstrip().rpartition("\t")[2]


def _joiner(head: bytes, rows: list[bytes]) -> Callable[[Sequence[int]], bytes]:
    """The last line of a file may lack its end."""
    end = b"\r\n" if any(r.endswith(b"\r\n") for r in rows[:5]) else b"\n"
    whole = [r if r.endswith((b"\n", b"\r")) else r + end for r in rows]
    return lambda chosen: head + b"".join(whole[i] for i in chosen)


def _json(data: bytes) -> Rows:
    """A list, or the one list of records that a mapping holds."""
    document = json.loads(data)
    if isinstance(document, list):
        return Rows(_json_cells(document), lambda chosen: json.dumps([document[i] for i in chosen]).encode())
    key = max((k for k, v in document.items() if isinstance(v, list)), key=lambda k: len(document[k]))
    held = document[key]
    return Rows(_json_cells(held), lambda chosen: json.dumps({**document, key: [held[i] for i in chosen]}).encode())


def _json_cells(rows: list[object]) -> tuple[tuple[str, ...], ...]:
    if rows and all(isinstance(r, dict) for r in rows):
        names = sorted({str(k) for r in rows if isinstance(r, dict) for k in r})
        return tuple(tuple(str(r.get(n))[:80] for n in names) for r in rows if isinstance(r, dict))
    return tuple((str(r)[:80],) for r in rows)


def _npy(data: bytes) -> Rows:
    """Rows along the first axis, as bytes; the header is a Python literal and is read as nothing more."""
    start = 10 if data[6] == 1 else 12
    begin = start + int.from_bytes(data[8:start], "little")
    header = ast.literal_eval(data[start:begin].decode("latin1").strip())
    count, *rest = header["shape"]
    if (header["fortran_order"] and rest) or "O" in str(header["descr"]) or count < 1:
        raise ValueError("not in rows")
    size, over = divmod(len(data) - begin, count)
    if over:
        raise ValueError("not in rows")
    rows = [data[begin + i * size : begin + (i + 1) * size] for i in range(count)]
    labels = tuple((row.hex() if not rest else str(i),) for i, row in enumerate(rows))

    def made_of(chosen: Sequence[int]) -> bytes:
        text = repr({**header, "shape": (len(chosen), *rest)}).encode("latin1")
        text += b" " * (-(len(text) + 11) % 64) + b"\n"
        return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + b"".join(rows[i] for i in chosen)

    return Rows(labels, made_of)


def _parquet(data: bytes) -> Rows:
    """Needs pyarrow, which the comparison of such files needs as well."""
    parquet: Any = import_module("pyarrow.parquet")

    table = parquet.read_table(io.BytesIO(data))
    table.validate(full=True)  # the offsets of a broken file would lead out of its memory
    few = [c for c in table.columns if len(c.unique()) <= FEW_VALUES] if table.num_rows <= 1_000_000 else []
    columns = [[str(v)[:80] for v in c.to_pylist()] for c in few]
    cells = tuple(zip(*columns, strict=True)) if columns else tuple(() for _ in range(table.num_rows))

    def made_of(chosen: Sequence[int]) -> bytes:
        out = io.BytesIO()
        parquet.write_table(table.take(list(chosen)), out)
        return out.getvalue()

    return Rows(cells, made_of)
