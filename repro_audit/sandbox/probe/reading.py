"""Which keys of the project's configuration files are read: what is loaded notes it, and is otherwise the same.

Only what the project's own line loads is watched. A library that loads for it may ask for the exact type: then the
file is said to be unknown, and no key of it may be called dead.
"""

from __future__ import annotations

import _thread
import os
import sys
from contextlib import suppress
from typing import Any

from . import events, settings, stack
from .notes import busy, write
from .touches import note_at

_LARGEST = 1_000_000  # bytes
_unknown: set[str] = set()
_noted: set[tuple[str, str]] = set()


class _Loading(_thread._local):
    now = False


_loading = _Loading()


class Keys(dict):  # type: ignore[type-arg]
    """A dictionary that notes reads. Pickled or copied into another dictionary, it is a plain one."""

    __slots__ = ("_file", "_prefix")
    _file: str
    _prefix: str  # of the keys here: "train."

    def _tell(self, key: Any) -> None:
        name = f"{self._prefix}{key}"
        if (self._file, name) in _noted or len(_noted) > 5_000:
            return
        _noted.add((self._file, name))
        note_at({"note": "read-key", "file": self._file, "key": name}, sys._getframe(2))

    def _tell_all(self) -> None:
        for key in dict.__iter__(self):
            self._tell(key)

    def __getitem__(self, key: Any) -> Any:
        self._tell(key)
        return dict.__getitem__(self, key)

    def __contains__(self, key: Any) -> bool:
        self._tell(key)
        return dict.__contains__(self, key)

    def __iter__(self) -> Any:  # being there makes `dict(x)` and `f(**x)` ask for each key
        return dict.__iter__(self)

    def get(self, key: Any, default: Any = None) -> Any:
        self._tell(key)
        return dict.get(self, key, default)

    def pop(self, key: Any, *default: Any) -> Any:
        self._tell(key)
        return dict.pop(self, key, *default)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        self._tell(key)
        return dict.setdefault(self, key, default)

    def items(self) -> Any:
        self._tell_all()
        return dict.items(self)

    def values(self) -> Any:
        self._tell_all()
        return dict.values(self)

    def copy(self) -> Any:
        return _dressed(dict(dict.items(self)), self._file, self._prefix)

    __copy__ = copy

    def __deepcopy__(self, memo: Any) -> Any:
        import copy

        plain = {key: copy.deepcopy(value, memo) for key, value in dict.items(self)}
        return _dressed(plain, self._file, self._prefix)

    def __reduce_ex__(self, protocol: Any) -> Any:
        self._tell_all()
        return dict, (dict(dict.items(self)),)


def _dressed(value: Any, file: str, prefix: str) -> Any:
    """The same value, its exact dictionaries (those below it too) replaced by ones that note."""
    if type(value) is dict:
        keys = Keys((key, _dressed(below, file, f"{prefix}{key}.")) for key, below in value.items())
        keys._file, keys._prefix = file, prefix
        return keys
    if type(value) is list:
        value[:] = [_dressed(below, file, f"{prefix}{number}.") for number, below in enumerate(value)]
    return value


def _watch(module: Any, name: str) -> None:
    original = getattr(module, name, None)
    if original is None:
        return

    def load(*args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(1)
        source = args[0] if args else next(iter(kwargs.values()), None)
        if _loading.now:  # one loader that calls another
            return original(*args, **kwargs)
        _loading.now = True
        try:
            found = original(*args, **kwargs)
        finally:
            _loading.now = False
        return found if busy.now else _noting(found, source, frame, kwargs)

    for attribute in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(load, attribute, getattr(original, attribute, None))
    load.__wrapped__ = original  # type: ignore[attr-defined]
    setattr(module, name, load)


def _noting(found: Any, source: Any, frame: Any, kwargs: dict[str, Any]) -> Any:
    if type(found) is not dict:
        return found
    with suppress(Exception), busy:
        file = _file_of(source)
        if file is None:
            return found
        if stack.is_project(frame) and not {"object_hook", "object_pairs_hook", "cls"} & set(kwargs):
            return _dressed(found, file, "")
        if file not in _unknown:
            _unknown.add(file)
            write({"note": "keys-unknown", "file": file})
    return found


def _file_of(source: Any) -> str | None:
    """The project's file: the stream's own name, or a file that was opened and has this very text."""
    name = getattr(source, "name", None) if not isinstance(source, (str, bytes)) else None
    if isinstance(name, str):
        return stack.below_project(os.path.abspath(name))
    text = source if isinstance(source, bytes) else source.encode("utf-8") if isinstance(source, str) else None
    if not text:
        return None
    for path, _mode in sorted(events.opened()):
        absolute = os.path.join(settings.PROJECT, path)
        if path.endswith((".json", ".yaml", ".yml", ".toml")) and os.path.isfile(absolute):
            if os.path.getsize(absolute) <= _LARGEST:
                with open(absolute, "rb") as file:
                    if file.read().replace(b"\r\n", b"\n") == text.replace(b"\r\n", b"\n"):
                        return path
    return None


def replace_json(json: Any) -> None:
    for name in ("load", "loads"):
        _watch(json, name)


def replace_toml(module: Any) -> None:
    for name in ("load", "loads"):
        _watch(module, name)


def replace_yaml(yaml: Any) -> None:
    for name in ("load", "safe_load", "full_load", "unsafe_load"):
        _watch(yaml, name)
    for dumper in ("SafeDumper", "Dumper", "CSafeDumper", "CDumper"):  # they choose by the exact type
        cls = getattr(yaml, dumper, None)
        if cls is not None:
            cls.add_representer(Keys, lambda self, data: self.represent_dict(dict(data)))


def _plain(value: Any) -> Any:
    """The exact dictionaries again, for whoever asks for the type; all keys count as read."""
    if isinstance(value, Keys):
        return {key: _plain(below) for key, below in value.items()}
    return [_plain(below) for below in value] if type(value) is list else value


def replace_omegaconf_create(module: Any) -> None:
    original = module.OmegaConf.create

    def create(*args: Any, **kwargs: Any) -> Any:
        return original(*(_plain(each) for each in args), **{name: _plain(each) for name, each in kwargs.items()})

    create.__doc__ = original.__doc__
    module.OmegaConf.create = staticmethod(create)


def replace_omegaconf(module: Any) -> None:
    """It has a class of its own: nothing is replaced, its reads are noted; from which file they come it cannot say."""
    original = module.DictConfig._get_impl

    def _get_impl(self: Any, key: Any, *args: Any, **kwargs: Any) -> Any:
        frame: Any = sys._getframe(1)
        while frame is not None and "/omegaconf/" in frame.f_code.co_filename:
            frame = frame.f_back
        if frame is not None and stack.is_project(frame) and not busy.now:
            note_at({"note": "read-key", "file": None, "key": str(self._get_full_key(key))}, frame)
        return original(self, key, *args, **kwargs)

    module.DictConfig._get_impl = _get_impl
