"""PyTorch checkpoints, the zip ones and the legacy ones: the tree of the pickle with the tensors in it."""

from __future__ import annotations

import struct
import zipfile

from .archives import member, members_of
from .content import Content, Unreadable
from .model import Difference
from .opcodes import Call, Machine, Persistent, Stream
from .pickled_arrays import Storage, storage_dtype
from .pickles import compare_trees
from .scope import Scope
from .tally import Tally, named

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C


def is_checkpoint(archive: zipfile.ZipFile) -> bool:
    return any(name.count("/") == 1 and name.endswith("/data.pkl") for name in archive.namelist())


def compare_zip_checkpoints(first: Content, second: Content, scope: Scope) -> Difference:
    """The folder inside is named after the file, and the serialization id is drawn from the content."""
    tally = Tally(scope.tolerance)
    with zipfile.ZipFile(first.stream()) as one, zipfile.ZipFile(second.stream()) as two:
        left, right = _Zip(first, one, scope), _Zip(second, two, scope)
        compare_trees(tally, left.load("data.pkl"), right.load("data.pkl"), (left.storage, right.storage))
        for name in sorted((left.infos.keys() | right.infos.keys()) - {"data.pkl"}):
            _compare_other(tally, scope, name, left, right)
    return tally.result("the same tensors in another layout")


def _compare_other(tally: Tally, scope: Scope, name: str, left: _Zip, right: _Zip) -> None:
    if name.startswith("data/") or name.endswith("serialization_id"):
        return
    if name not in left.infos or name not in right.infos:
        tally.differ(name, f"only in the {'first' if name in left.infos else 'second'}")
        return
    tally.child(named(scope.member(left.open(name), right.open(name)), name))


class _Zip:
    def __init__(self, content: Content, archive: zipfile.ZipFile, scope: Scope) -> None:
        self.content, self.archive, self.scope = content, archive, scope
        self.infos = {name.partition("/")[2]: info for name, info in members_of(archive).items()}

    def open(self, name: str) -> Content:
        if name not in self.infos:
            raise Unreadable(f"a checkpoint without {name}")
        return member(self.content, self.archive, self.infos[name], self.scope)

    def load(self, name: str) -> object:
        return Machine(Stream(self.open(name))).load()

    def storage(self, key: object) -> object:
        return self.open(f"data/{key[2]}") if isinstance(key, tuple) and len(key) > 2 else None


def compare_legacy_checkpoints(first: Content, second: Content, scope: Scope) -> Difference:
    """Storages are named after memory addresses: they are paired by what refers to them."""
    tally = Tally(scope.tolerance)
    (one, left), (two, right) = _legacy(first), _legacy(second)
    compare_trees(tally, one, two, (left, right))
    return tally.result("only the memory addresses that name the tensors differ")


def is_legacy(content: Content) -> bool:
    return content.read(0, 64).startswith(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.")


def _legacy(content: Content) -> tuple[object, Storage]:
    """Five pickles (magic, version, system, object, keys), then each storage behind its length."""
    stream = Stream(content)
    magic, _, _, tree = (Machine(stream).load() for _ in range(4))
    if magic != LEGACY_MAGIC:
        raise Unreadable("not a legacy checkpoint")
    keys = Machine(stream).load()
    sizes = _item_sizes(tree)
    storages: dict[object, Content] = {}
    for key in keys if isinstance(keys, list) else []:
        length = struct.unpack("<q", stream.read(8))[0] * sizes.get(str(key), 1)
        storages[str(key)] = content.window(stream.at, length)
        stream.at += length
    return tree, lambda key: storages.get(str(key[2])) if isinstance(key, tuple) and len(key) > 2 else None


_SIZES = {"<f8": 8, "<i8": 8, "<f4": 4, "<i4": 4, "<f2": 2, "bfloat16": 2, "<i2": 2, "<c8": 8, "<c16": 16}


def _item_sizes(tree: object) -> dict[str, int]:
    """The bytes of one element of every storage that the tree refers to."""
    found: dict[str, int] = {}
    todo, seen = [tree], set()
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Persistent):
            key = node.key
            if isinstance(key, tuple) and len(key) > 2:
                found[str(key[2])] = _SIZES.get(storage_dtype(key) or "", 1)
        elif isinstance(node, Call):
            todo += [node.arguments, node.state, node.items, node.pairs]
        elif isinstance(node, dict):
            todo += list(node.values())
        elif isinstance(node, (list, tuple)):
            todo += list(node)
    return found
