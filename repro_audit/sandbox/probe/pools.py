"""Threads and pools: results in the order of completion, made results in the order of submission."""

from __future__ import annotations

import sys
from typing import Any

from . import settings, stack
from .replacing import Watched
from .touches import flush, touch

CAUSE = "thread-order"
_PATIENCE = 2.0  # seconds that a thread is given to end before the program goes on beside it
_submitted = [0]


class _Marker:
    """Something that lives as long as the process: multiprocessing keeps only weak hold of it."""


_IN_CHILD = _Marker()
_IS_HELD = bool(settings.held(CAUSE))


def replace_completion(module: Any) -> None:
    original = module.as_completed

    def in_order(fs: Any, timeout: Any = None) -> Any:
        for future in sorted(set(fs), key=lambda f: getattr(f, "_repro_audit_number", 0)):
            module.wait([future], timeout)
            if not future.done():
                raise module.TimeoutError()
            yield future

    instead = in_order if _IS_HELD else None
    module.as_completed = Watched("concurrent.futures", "as_completed", original, CAUSE, instead)
    if _IS_HELD:
        _number_futures(module.Future)


def _number_futures(cls: Any) -> None:
    original = cls.__init__

    def __init__(self: Any) -> None:
        original(self)
        _submitted[0] += 1
        self._repro_audit_number = _submitted[0]

    cls.__init__ = __init__


def replace_threads(module: Any) -> None:
    _replace_executor(module.ThreadPoolExecutor)


def replace_processes(module: Any) -> None:
    _replace_executor(module.ProcessPoolExecutor)


def _replace_executor(cls: Any) -> None:
    """One worker does its tasks in the order in which it got them; for pools that the project makes itself."""
    original = cls.__init__

    def __init__(self: Any, max_workers: Any = None, *args: Any, **kwargs: Any) -> None:
        frame = sys._getframe(1)
        if stack.is_project(frame):
            touch(CAUSE, f"concurrent.futures.{type(self).__name__}", frame)
            max_workers = 1 if _IS_HELD else max_workers
        original(self, max_workers, *args, **kwargs)

    __init__.__doc__ = original.__doc__
    __init__.__wrapped__ = original  # type: ignore[attr-defined]
    cls.__init__ = __init__


def replace_pool(module: Any) -> None:
    cls = module.Pool
    _replace_workers(cls)
    original = cls.imap_unordered

    def imap_unordered(self: Any, *args: Any, **kwargs: Any) -> Any:
        touch(CAUSE, "multiprocessing.Pool.imap_unordered", sys._getframe(1))
        return (self.imap if _IS_HELD else original.__get__(self))(*args, **kwargs)

    cls.imap_unordered = imap_unordered


def _replace_workers(cls: Any) -> None:
    """Which worker gets which task is chance; `multiprocessing.Pool` is a function of a context, one frame up."""
    original = cls.__init__

    def __init__(self: Any, processes: Any = None, *args: Any, **kwargs: Any) -> None:
        frame: Any = sys._getframe(1)
        frame = frame.f_back if frame.f_code.co_filename.endswith(("context.py", "pool.py")) else frame
        if frame is not None and stack.is_project(frame):
            touch(CAUSE, f"multiprocessing.{type(self).__name__}", frame)
            processes = 1 if _IS_HELD else processes
        original(self, processes, *args, **kwargs)

    __init__.__doc__ = original.__doc__
    __init__.__wrapped__ = original  # type: ignore[attr-defined]
    cls.__init__ = __init__


def replace_joblib(module: Any) -> None:
    """Its workers draw from generators of their own: with one job, the tasks draw in their order."""
    if not _IS_HELD:
        return
    cls = module.Parallel
    original = cls.__init__

    def __init__(self: Any, n_jobs: Any = None, *args: Any, **kwargs: Any) -> None:
        original(self, 1, *args, **kwargs)

    __init__.__doc__ = original.__doc__
    __init__.__wrapped__ = original  # type: ignore[attr-defined]
    cls.__init__ = __init__


def replace_util(module: Any) -> None:
    """A worker ends without what is registered with atexit; it is forked with an empty list of its own."""
    module.register_after_fork(_IN_CHILD, lambda _: module.Finalize(None, flush, exitpriority=1))


def replace_start(module: Any) -> None:
    """A thread that the project starts may end before the next begins; one that waits for another goes on beside it."""
    cls = module.Thread
    original = cls.start

    def start(self: Any) -> None:
        frame = sys._getframe(1)
        is_own = stack.is_project(frame)
        if is_own:
            touch(CAUSE, "threading.Thread.start", frame)
        original(self)
        if is_own and _IS_HELD and not self.daemon:
            self.join(_PATIENCE)

    start.__doc__ = original.__doc__
    cls.start = start
