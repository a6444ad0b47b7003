"""A pickle machine that builds a tree of inert values: it follows the opcodes and never imports a name."""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field

from .content import Content, Unreadable

MOST = 2_000_000  # opcodes of one pickle, about two seconds


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name that a pickle would import."""

    name: str


@dataclass(frozen=True, slots=True)
class Persistent:
    """Something that is kept outside of the pickle, such as a tensor's storage."""

    key: object


@dataclass(eq=False, slots=True)
class Call:
    """An object that a pickle would make: by calling `function`, then filling in what follows."""

    function: object
    arguments: list[object]
    state: object = None
    items: list[object] = field(default_factory=list)
    pairs: dict[object, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.function.name if isinstance(self.function, Symbol) else "an object"


class Stream:
    """A file as `pickletools` wants it; a length that the pickle claims is never allocated beyond the file."""

    def __init__(self, content: Content, start: int = 0) -> None:
        self.content, self.at = content, start

    def read(self, length: int) -> bytes:
        data = self.content.read(self.at, length)
        self.at += len(data)
        return data

    def readline(self) -> bytes:
        data = self.content.read(self.at, 1 << 16)
        end = data.find(b"\n") + 1
        if not end:
            raise Unreadable("a pickle with an endless line")
        self.at += end
        return data[:end]

    def tell(self) -> int:
        return self.at


class _Mark:
    pass


_MARK = _Mark()
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_LITERALS = frozenset(
    "INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT STRING BINSTRING SHORT_BINSTRING UNICODE BINUNICODE "
    "SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES BINBYTES8 BYTEARRAY8".split()
)
_IGNORED = frozenset({"PROTO", "FRAME", "READONLY_BUFFER"})
Raw = Callable[[Call, Stream, Callable[[], object]], object]


class Machine:
    """Loads one pickle. `raw` reads what joblib writes behind an object, outside of the opcodes."""

    def __init__(self, stream: Stream, raw: Raw | None = None) -> None:
        self.stream, self.raw = stream, raw
        self.stack: list[object] = []
        self.memo: dict[int, object] = {}

    def load(self) -> object:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(self.stream)):  # type: ignore[arg-type]
            if count > MOST:
                raise Unreadable(f"a pickle of more than {MOST} opcodes")
            try:
                self._follow(opcode.name, argument)
            except (IndexError, KeyError, TypeError) as error:
                raise Unreadable("a pickle that does not fit together") from error
        return self.stack.pop()

    def _follow(self, name: str, argument: object) -> None:
        if name in _LITERALS:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name not in _IGNORED:
            _ACTIONS[name](self, argument)

    def pop(self) -> object:
        return self.stack.pop()

    def drop(self) -> None:
        self.stack.pop()

    def drop_marked(self) -> None:
        self.popped()

    def popped(self) -> list[object]:
        """Everything down to the last mark."""
        items = []
        while (item := self.stack.pop()) is not _MARK:
            items.append(item)
        return items[::-1]

    def mark(self, _: object) -> None:
        self.stack.append(_MARK)

    def stop(self, _: object) -> None:
        pass

    def push_list(self, _: object) -> None:
        self.stack.append([])

    def push_dict(self, _: object) -> None:
        self.stack.append({})

    def push_set(self, _: object) -> None:
        self.stack.append(Call(Symbol("builtins.set"), [[]]))

    def list_of(self, _: object) -> None:
        self.stack.append(self.popped())

    def set_of(self, _: object) -> None:
        self.stack.append(Call(Symbol("builtins.frozenset"), [self.popped()]))

    def tuple_of(self, count: int) -> None:
        items = [self.pop() for _ in range(count)][::-1]
        self.stack.append(tuple(items))

    def dict_of(self, _: object) -> None:
        items = self.popped()
        self.stack.append({})
        self.fill(items)

    def append(self, _: object) -> None:
        item = self.pop()
        self.extend([item])

    def extend(self, items: list[object]) -> None:
        target = self.stack[-1]
        if isinstance(target, list):
            target.extend(items)
        elif isinstance(target, Call):
            target.items.extend(items)

    def add(self, _: object) -> None:
        items, target = self.popped(), self.stack[-1]
        if isinstance(target, Call) and target.arguments and isinstance(target.arguments[0], list):
            target.arguments[0].extend(items)

    def set_item(self, _: object) -> None:
        value, key = self.pop(), self.pop()
        self.fill([key, value])

    def fill(self, items: list[object]) -> None:
        target = self.stack[-1]
        pairs = target.pairs if isinstance(target, Call) else target
        if isinstance(pairs, dict):
            for key, value in zip(items[::2], items[1::2], strict=True):
                pairs[_key(key, len(pairs))] = value

    def symbol(self, argument: object) -> None:
        self.stack.append(Symbol(str(argument).replace(" ", ".")))

    def stack_symbol(self, _: object) -> None:
        name, module = self.pop(), self.pop()
        self.stack.append(Symbol(f"{module}.{name}" if isinstance(name, str) and isinstance(module, str) else "?"))

    def call(self, _: object) -> None:
        arguments, function = self.pop(), self.pop()
        self.stack.append(Call(function, list(arguments) if isinstance(arguments, tuple) else [arguments]))

    def call_with_names(self, _: object) -> None:
        names, arguments, function = self.pop(), self.pop(), self.pop()
        self.stack.append(Call(function, [arguments, names]))

    def object_of(self, _: object) -> None:
        function, *arguments = self.popped()
        self.stack.append(Call(function, arguments))

    def instance(self, argument: object) -> None:
        self.stack.append(Call(Symbol(str(argument).replace(" ", ".")), self.popped()))

    def build(self, _: object) -> None:
        state, target = self.pop(), self.stack[-1]
        if not isinstance(target, Call):
            return
        target.state = state
        if self.raw:
            self.stack[-1] = self.raw(target, self.stream, self._nested)

    def _nested(self) -> object:
        return Machine(self.stream).load()

    def persistent(self, _: object) -> None:
        self.stack.append(Persistent(self.pop()))

    def get(self, argument: int) -> None:
        self.stack.append(self.memo[int(argument)])

    def put(self, argument: int) -> None:
        self.memo[int(argument)] = self.stack[-1]


def _key(key: object, position: int) -> object:
    """Keys that cannot be hashed, or would take forever to, are told by their position."""
    if isinstance(key, (str, int, float, bytes, Symbol, type(None))):
        return key
    if isinstance(key, tuple) and all(isinstance(item, (str, int, float)) for item in key):
        return key
    return f"key {position}"


_ACTIONS: dict[str, Callable[[Machine, object], None]] = {
    "MARK": Machine.mark,
    "STOP": Machine.stop,
    "POP": lambda machine, _: machine.drop(),
    "POP_MARK": lambda machine, _: machine.drop_marked(),
    "DUP": lambda machine, _: machine.stack.append(machine.stack[-1]),
    "EMPTY_LIST": Machine.push_list,
    "EMPTY_DICT": Machine.push_dict,
    "EMPTY_SET": Machine.push_set,
    "EMPTY_TUPLE": lambda machine, _: machine.tuple_of(0),
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "TUPLE": lambda machine, _: machine.stack.append(tuple(machine.popped())),
    "LIST": Machine.list_of,
    "DICT": Machine.dict_of,
    "FROZENSET": Machine.set_of,
    "APPEND": Machine.append,
    "APPENDS": lambda machine, _: machine.extend(machine.popped()),
    "ADDITEMS": Machine.add,
    "SETITEM": Machine.set_item,
    "SETITEMS": lambda machine, _: machine.fill(machine.popped()),
    "GLOBAL": Machine.symbol,
    "STACK_GLOBAL": Machine.stack_symbol,
    "EXT1": Machine.symbol,
    "EXT2": Machine.symbol,
    "EXT4": Machine.symbol,
    "REDUCE": Machine.call,
    "NEWOBJ": Machine.call,
    "NEWOBJ_EX": Machine.call_with_names,
    "OBJ": Machine.object_of,
    "INST": Machine.instance,
    "BUILD": Machine.build,
    "BINPERSID": Machine.persistent,
    "PERSID": lambda machine, argument: machine.stack.append(Persistent(argument)),
    "GET": lambda machine, argument: machine.get(int(str(argument))),
    "BINGET": lambda machine, argument: machine.get(int(str(argument))),
    "LONG_BINGET": lambda machine, argument: machine.get(int(str(argument))),
    "PUT": lambda machine, argument: machine.put(int(str(argument))),
    "BINPUT": lambda machine, argument: machine.put(int(str(argument))),
    "LONG_BINPUT": lambda machine, argument: machine.put(int(str(argument))),
    "MEMOIZE": lambda machine, _: machine.put(len(machine.memo)),
}
