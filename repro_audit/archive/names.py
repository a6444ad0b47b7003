"""Names of files in an archive: any file that a run may leave, under a name that every system can unpack."""

from __future__ import annotations

import os
import re
from urllib.parse import quote

# What a zip or Windows cannot hold, what no reader of paths expects, and `%`, so that the quoted are told apart.
_UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f"*:<>?\\\\|%\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]')
_ENDING = re.compile(r"[. ]$")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def stored(path: str) -> str:
    """The name under which a file is kept: the same one, or with what is unsafe in it written as `%FF`.

    Different paths stay different, since a `%` of the path itself is written as `%25`.
    """
    return "/".join(_part(name) for name in path.split("/"))


def _part(name: str) -> str:
    safe = _UNSAFE.sub(lambda found: _hex(found.group()), name)
    if _DEVICE.fullmatch(safe):
        return _hex(safe[0]) + safe[1:]
    return safe[:-1] + _hex(safe[-1]) if _ENDING.search(safe) else safe


def _hex(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "surrogateescape"))


def address(path: str) -> str:
    """A path as a relative URI."""
    return quote(os.fsencode(path), safe="/")
