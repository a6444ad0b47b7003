"""Arrays inside of pickles: NumPy's, joblib's (raw bytes behind an object) and PyTorch's (a view of a storage)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeGuard

from .arrays import Array
from .content import Content, Unreadable, in_memory
from .opcodes import Call, Persistent, Stream, Symbol

Storage = Callable[[object], object]  # from a tensor's persistent key to its bytes
Dtype = str | dict[str, object]
STORAGES = {
    "Double": "<f8",
    "Float": "<f4",
    "Half": "<f2",
    "BFloat16": "bfloat16",
    "Long": "<i8",
    "Int": "<i4",
    "Short": "<i2",
    "Char": "|i1",
    "Byte": "|u1",
    "Bool": "|b1",
    "ComplexFloat": "<c8",
    "ComplexDouble": "<c16",
    "Untyped": "|u1",
}


def array_of(node: Call, storage: Storage | None) -> Array | None:
    """The array that a call would rebuild, None where it rebuilds something else."""
    name = node.name.replace("numpy._core.", "numpy.core.")
    if name == "numpy.core.multiarray._reconstruct":
        return _reconstructed(node)
    if name == "numpy.core.numeric._frombuffer" and len(node.arguments) == 4:
        data, dtype, shape, order = node.arguments
        return _array(dtype, shape, data, order == "F")
    if name == "numpy.core.multiarray.scalar" and len(node.arguments) == 2:
        return _array(node.arguments[0], (), node.arguments[1], False)
    if name in ("torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor") and storage:
        return _tensor(node, storage)
    return None


def _reconstructed(node: Call) -> Array | None:
    if not isinstance(node.state, tuple) or len(node.state) != 5:
        return None
    _, shape, dtype, is_fortran, data = node.state
    return _array(dtype, shape, data, bool(is_fortran))


def _array(dtype: object, shape: object, data: object, is_fortran: bool) -> Array | None:
    """None for arrays of objects, whose elements stand in the tree like any others."""
    found = dtype_of(dtype)
    if isinstance(data, Call) and data.name == "_codecs.encode" and data.arguments:  # protocol 2 has no bytes
        text = data.arguments[0]
        data = text.encode("latin1") if isinstance(text, str) else text
    if found is None or not is_shape(shape) or not isinstance(data, (bytes, bytearray)):
        return None
    return Array(found, tuple(shape), in_memory("", bytes(data)), is_fortran)


def is_shape(shape: object) -> TypeGuard[tuple[int, ...]]:
    return isinstance(shape, tuple) and all(isinstance(length, int) and length >= 0 for length in shape)


def dtype_of(node: object) -> Dtype | None:
    """`<f8` from `numpy.dtype('f8')` and its state, which holds the byte order; None for Python objects."""
    if not isinstance(node, Call) or node.name != "numpy.dtype" or not node.arguments:
        return None
    code, state = node.arguments[0], node.state if isinstance(node.state, tuple) else ()
    if not isinstance(code, str) or code.startswith("O"):
        return None
    if code.startswith("V"):
        return _record_dtype(state)
    order = state[1] if len(state) > 1 else "|"
    return f"{order}{code}" if isinstance(order, str) else None


def _record_dtype(state: tuple[object, ...]) -> Dtype | None:
    """Named fields, each with its own type and offset, as NumPy takes them."""
    if len(state) < 6 or not isinstance(state[3], tuple) or not isinstance(state[4], dict):
        return None
    fields = [state[4].get(name) for name in state[3]]
    formats = [dtype_of(field[0]) if isinstance(field, tuple) and len(field) > 1 else None for field in fields]
    if None in formats or not isinstance(state[5], int):
        return None
    offsets = [field[1] for field in fields if isinstance(field, tuple)]
    return {"names": list(state[3]), "formats": formats, "offsets": offsets, "itemsize": state[5]}


def joblib_array(node: Call, stream: Stream, nested: Callable[[], object]) -> object:
    """joblib writes an array's bytes right behind the object that describes it."""
    if not node.name.startswith("joblib.numpy_pickle.NumpyArrayWrapper") or not isinstance(node.state, dict):
        return node
    state = node.state
    dtype, shape = dtype_of(state.get("dtype")), state.get("shape")
    if not is_shape(shape):
        raise Unreadable("a joblib array without a shape")
    if dtype is None:
        return nested()
    if state.get("numpy_array_alignment_bytes") is not None:
        stream.read(stream.read(1)[0])
    size = math.prod(shape) * _itemsize(dtype)
    content = stream.content.window(stream.at, size)
    stream.at += size
    return Array(dtype, shape, content, state.get("order") == "F")


def _itemsize(dtype: Dtype) -> int:
    if isinstance(dtype, dict):
        size = dtype["itemsize"]
        return size if isinstance(size, int) else 0
    digits = dtype.lstrip("<>|=").lstrip("biufcmMSU")
    size = int(digits) if digits.isdigit() else 0
    return 4 * size if "U" in dtype else size


def _tensor(node: Call, storage: Storage) -> Array | None:
    """A tensor that lies in one piece in its storage; others are compared as the storage and its strides."""
    if len(node.arguments) < 4 or not isinstance(node.arguments[0], Persistent):
        return None
    key, offset, shape, stride = node.arguments[0].key, node.arguments[1], node.arguments[2], node.arguments[3]
    dtype, content = storage_dtype(key), storage(key)
    if dtype is None or not isinstance(content, Content) or not isinstance(offset, int) or not is_shape(shape):
        return None
    size = 2 if dtype == "bfloat16" else _itemsize(dtype)
    if stride != _contiguous(shape):
        return Array(dtype, (content.size // size,), content)
    return Array(dtype, shape, content.window(offset * size, math.prod(shape) * size))


def storage_dtype(key: object) -> str | None:
    if not isinstance(key, tuple) or len(key) < 5 or not isinstance(key[1], Symbol):
        return None
    return STORAGES.get(key[1].name.rpartition(".")[2].removesuffix("Storage"))


def _contiguous(shape: tuple[int, ...]) -> tuple[int, ...]:
    strides, step = [], 1
    for length in reversed(shape):
        strides.append(step)
        step *= length
    return tuple(reversed(strides))
