"""What is particular to the machine and to this start: names, processors, process ids, variables, the folder."""

from __future__ import annotations

import os
import sys
from typing import Any

from . import settings, stack
from .modules import after_import
from .replacing import Watched, watch
from .touches import touch

_getpid, _kill, _cpu_count = os.getpid, os.kill, os.cpu_count
_THROUGH = ("os.py", "_collections_abc.py", "posixpath.py", "ntpath.py", "genericpath.py", "pathlib.py", "_local.py")
_FROZEN = ("<frozen os>", "<frozen posixpath>", "<frozen ntpath>", "<frozen genericpath>", "<frozen _collections_abc>")


def install() -> None:
    _replace_processors()
    _replace_process()
    _replace_user()
    _replace_host()
    if settings.WATCH:
        _watch_variables()
        _replace(os, "getcwd", "working-directory", None)


class _OfProject(Watched):
    """Libraries ask these things for their own housekeeping: what counts, and what is changed, is what the project
    asks itself."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        frame = _asker(sys._getframe(1))
        if frame is None:
            return self.__wrapped__(*args, **kwargs)
        touch(self._cause, self._what, frame)
        return self._call(*args, **kwargs)


def _asker(frame: Any) -> Any:
    """The project's frame that asks, be it through the small helpers of the standard library."""
    for _ in range(6):
        if frame is None or stack.is_project(frame):
            return frame
        if not frame.f_code.co_filename.endswith(_THROUGH + _FROZEN):
            return None
        frame = frame.f_back
    return None


def _replace(module: Any, name: str, cause: str, instead: Any) -> None:
    original = getattr(module, name, None)
    if callable(original):
        setattr(module, name, _OfProject(module.__name__, name, original, cause, instead))


def _replace_processors() -> None:
    count = settings.held("cpu-count")
    watch(os, "cpu_count", "cpu-count", count and (lambda: int(count)))
    if hasattr(os, "process_cpu_count"):
        watch(os, "process_cpu_count", "cpu-count", count and (lambda: int(count)))
    if hasattr(os, "sched_getaffinity"):
        watch(os, "sched_getaffinity", "cpu-count", count and (lambda pid: set(range(int(count)))))


def _replace_process() -> None:
    """Only the project's own lines get the other number; where it is used to find the process, it is understood."""
    wanted = settings.held("process-id") or settings.shaken("process-id")
    _replace(os, "getpid", "process-id", wanted and (lambda: int(wanted)))
    if not wanted:
        return
    os.kill = lambda pid, number: _kill(_getpid() if pid == wanted else pid, number)
    after_import("psutil", lambda psutil: _understand(psutil.Process, int(wanted)))


def _understand(cls: Any, wanted: int) -> None:
    original = cls.__init__

    def __init__(self: Any, pid: Any = None) -> None:
        original(self, _getpid() if pid == wanted else pid)

    cls.__init__ = __init__


def _replace_user() -> None:
    user = settings.held("user")
    instead = user and (lambda: str(user))
    watch(os, "getlogin", "user", instead)
    after_import("getpass", lambda module: watch(module, "getuser", "user", instead))


def _replace_host() -> None:
    host = settings.held("hostname")
    instead = host and (lambda: str(host))
    real = os.uname() if hasattr(os, "uname") else None

    def uname() -> Any:
        return os.uname_result((real[0], str(host), *real[2:])) if real is not None else None

    watch(os, "uname", "hostname", host and uname)
    after_import("socket", lambda module: _replace_socket(module, instead, str(host) if host else None))


def _replace_socket(module: Any, instead: Any, host: str | None) -> None:
    real = module.gethostname
    watch(module, "gethostname", "hostname", instead)
    watch(module, "getfqdn", "hostname", host and (lambda name="": name or host))
    if host is None:
        return
    for name in ("gethostbyname", "gethostbyname_ex", "getaddrinfo"):
        _resolve_held(module, name, host, real)


def _resolve_held(module: Any, name: str, host: str, real: Any) -> None:
    """The held name leads where the real one does."""
    original = getattr(module, name)

    def resolve(asked: Any, *args: Any, **kwargs: Any) -> Any:
        return original(real() if asked == host else asked, *args, **kwargs)

    setattr(module, name, Watched(module.__name__, name, original, "hostname", resolve))


def _watch_variables() -> None:
    """Reads of environment variables that the project's own lines make."""
    cls: Any = type(os.environ)
    original = cls.__getitem__

    def __getitem__(self: Any, key: Any) -> Any:
        frame = _asker(sys._getframe(1))
        if frame is not None:
            touch("environment-variable", f"os.environ[{key!r}]", frame, variable=str(key))
        return original(self, key)

    cls.__getitem__ = __getitem__
