"""What the interpreter itself tells, from Python 3.8 on: files opened, connections, processes."""

from __future__ import annotations

import builtins
import io
import os
import sys
from typing import Any

from . import settings, stack
from .notes import busy, write
from .replacing import Watched
from .touches import touch

_MOST = 2_000  # files
_opened: set[tuple[str, str]] = set()
_heard: set[tuple[Any, Any, Any]] = set()  # as they were asked for: the quick way out
_hosts: set[str] = set()
_processes = [0]
_LOCAL = ("127.", "localhost", "::1", "0.0.0.0", "::")
_NOISE = (".pyc", "/__pycache__", "/.git/")


def install() -> None:
    if hasattr(sys, "addaudithook"):
        sys.addaudithook(_hear)
        return
    opening = _Opening("io", "open", builtins.open, "")
    builtins.open = io.open = opening


class _Opening(Watched):
    """Python 3.7 tells nothing: there, only files that Python itself opens by name are heard."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args and not busy.now:
            _hear("open", (args[0], args[1] if len(args) > 1 else kwargs.get("mode", "r"), 0))
        return self.__wrapped__(*args, **kwargs)


def _hear(event: str, args: Any) -> None:
    work: Any = _WORKS.get(event)
    if work is None or busy.now:
        return
    busy.now = 1  # by hand: every file that is opened comes by here, and `with` would be felt
    try:
        found = work(*args)
    except Exception:
        found = None
    finally:
        busy.now = 0
    if found is not None:
        touch("network", found, stack.caller(1))


def _open(path: Any, mode: Any = None, flags: Any = 0) -> None:
    key = (path, mode, flags)
    if not isinstance(path, (str, bytes)) or key in _heard:
        return
    _heard.add(key)
    if len(_heard) > 10 * _MOST:
        _heard.clear()
    name = os.fsdecode(path)
    if any(noise in name for noise in _NOISE) or len(_opened) >= _MOST:
        return
    inside = stack.below_project(os.path.join(os.getcwd(), name))
    if inside is None or any(part in name for part in ("-packages/",)):
        return
    text = _mode(mode, flags)
    if (inside, text) in _opened:
        return
    _opened.add((inside, text))
    write({"note": "open", "path": inside, "mode": text})


def _mode(mode: Any, flags: Any) -> str:
    if isinstance(mode, str):
        return mode
    access = int(flags or 0) & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
    return {os.O_RDONLY: "r", os.O_WRONLY: "w", os.O_RDWR: "r+"}.get(access, "r")


def _connect(_socket: Any, address: Any) -> str | None:
    if not isinstance(address, tuple):  # a socket in the file system
        return None
    return _reach(str(address[0]), "socket.connect")


def _resolve(host: Any, *_rest: Any) -> str | None:
    return _reach(os.fsdecode(host), "socket.getaddrinfo") if host else None


def _reach(host: str, what: str) -> str | None:
    if host.startswith(_LOCAL) or host in _hosts or len(_hosts) > 200:
        return None
    _hosts.add(host)
    write({"note": "connect", "host": host})
    return f"{what}: {host}"


def _process(executable: Any, args: Any = None, *_rest: Any) -> None:
    words = [args] if isinstance(args, (str, bytes)) else list(args or [executable])
    _processes[0] += 1
    if _processes[0] <= 200:
        write({"note": "process", "argv": [os.fsdecode(word)[:500] for word in words[:50]]})


def _system(command: Any) -> None:
    _process(command, command)


def _exec(path: Any, args: Any = None, *_rest: Any) -> None:
    _process(path, args)


_WORKS = {
    "open": _open,
    "socket.connect": _connect,
    "socket.getaddrinfo": _resolve,
    "subprocess.Popen": _process,
    "os.system": _system,
    "os.exec": _exec,
}
if not settings.WATCH:
    _WORKS.clear()


def opened() -> set[tuple[str, str]]:
    """The project's files that were opened so far, each with its mode."""
    return set(_opened)
