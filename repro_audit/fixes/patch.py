"""A unified diff that `git apply` takes, byte for byte: line ends, encodings and odd file names as they are."""

from __future__ import annotations

from difflib import unified_diff

CONTEXT = 3  # lines
_NAMED = {9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\"}


def patch(path: str, old: bytes | None, new: bytes) -> bytes:
    """The difference of one file, as git writes it; `old` is None for a new file."""
    if old == new:
        return b""
    a, b = _quoted("a/" + path), _quoted("b/" + path)
    head = [f"diff --git {a} {b}"]
    head += ["new file mode 100644", "--- /dev/null"] if old is None else [f"--- {_ended(a)}"]
    head.append(f"+++ {_ended(b)}")
    lines = unified_diff(_lines(old or b""), _lines(new), lineterm="\n", n=CONTEXT)
    body = b"".join(_whole(line) for number, line in enumerate(lines) if number > 1)
    return "\n".join(head).encode("ascii") + b"\n" + body


def _lines(data: bytes) -> list[str]:
    """Lines at `\\n` only, as git counts them; one character a byte."""
    return [line + "\n" for line in data.decode("latin-1").split("\n")[:-1]] + (
        [last] if (last := data.decode("latin-1").rpartition("\n")[2]) else []
    )


def _whole(line: str) -> bytes:
    text = line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
    return text.encode("latin-1")


def _quoted(name: str) -> str:
    """As git quotes a path with anything but printable ASCII in it."""
    data = name.encode("utf-8", "surrogateescape")
    if all(32 <= c < 127 and c not in _NAMED for c in data):
        return name
    return '"' + "".join(_NAMED.get(c) or (chr(c) if 32 <= c < 127 else f"\\{c:03o}") for c in data) + '"'


def _ended(name: str) -> str:
    """A name with a blank ends at a tab, or the blank would end it."""
    return name + "\t" if " " in name and not name.startswith('"') else name
