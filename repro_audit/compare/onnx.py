"""ONNX models: the graph field by field, with the weights as arrays."""

from __future__ import annotations

from .arrays import Array
from .content import Content, Unreadable, in_memory
from .model import Difference
from .protobuf import Value, grouped, text_of, varint
from .scope import Scope
from .tally import Tally
from .values import Values

LARGEST = 1 << 30
MODEL = dict(enumerate("ir_version producer_name producer_version domain model_version doc graph".split(), 1))
GRAPH, NODES, INITIALIZERS = 7, 1, 5
DIMS, DATA_TYPE, TENSOR_NAME, RAW = 1, 2, 8, 9
DTYPES = {1: "<f4", 2: "|u1", 3: "|i1", 5: "<i2", 6: "<i4", 7: "<i8", 9: "|b1", 10: "<f2", 11: "<f8", 16: "bfloat16"}


def compare_onnx(first: Content, second: Content, scope: Scope) -> Difference:
    tally = Tally(scope.tolerance)
    Values(tally).compare("", _read(first), _read(second))
    return tally.result("the same graph in another layout")


def _read(content: Content) -> dict[str, object]:
    model = grouped(content.whole(LARGEST))
    if GRAPH not in model:
        raise Unreadable("not an ONNX model")
    tree: dict[str, object] = {MODEL.get(number, f"field {number}"): values for number, values in sorted(model.items())}
    tree["graph"] = _graph(model[GRAPH][0])
    return tree


def _graph(value: Value) -> dict[str, object]:
    graph = grouped(value if isinstance(value, bytes) else b"")
    tree: dict[str, object] = {f"field {number}": values for number, values in sorted(graph.items())}
    tree.pop(f"field {INITIALIZERS}", None)
    tree["nodes"] = tree.pop(f"field {NODES}", [])
    tree["weights"] = dict(_tensor(value) for value in graph.get(INITIALIZERS, []))
    return tree


def _tensor(value: Value) -> tuple[str, object]:
    """By name; weights that are not stored as raw bytes are compared as they lie there."""
    tensor = grouped(value if isinstance(value, bytes) else b"")
    name = text_of(tensor.get(TENSOR_NAME, [b"?"])[0])
    raw, dtype = tensor.get(RAW, [None])[0], DTYPES.get(_whole(tensor.get(DATA_TYPE, [0])[0]))
    if not isinstance(raw, bytes) or dtype is None:
        return name, tensor
    return name, Array(dtype, tuple(_dims(tensor.get(DIMS, []))), in_memory(name, raw))


def _whole(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _dims(values: list[Value]) -> list[int]:
    """Packed or one by one."""
    found = []
    for value in values:
        at = 0
        while isinstance(value, bytes) and at < len(value):
            number, at = varint(value, at)
            found.append(number)
        if isinstance(value, int):
            found.append(value)
    return found
