"""Opening what strangers made: no link is followed, nothing is waited for, and every byte arrives as it is.

Windows lacks the flags that say so elsewhere. It has one of its own, without which a byte 26 ends a file and
line ends are translated.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import IO

NOT_THROUGH_LINKS = getattr(os, "O_NOFOLLOW", 0)
ALWAYS = (
    NOT_THROUGH_LINKS
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
)


def open_regular(path: str | os.PathLike[str]) -> IO[bytes]:
    """A regular file, to be read. Raises OSError for anything else, and ValueError for a path that can be none."""
    if not NOT_THROUGH_LINKS and os.path.islink(path):
        raise OSError(errno.ELOOP, "it is a link", os.fspath(path))
    descriptor = os.open(path, os.O_RDONLY | ALWAYS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no regular file", os.fspath(path))
    return os.fdopen(descriptor, "rb")
