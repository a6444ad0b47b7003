"""What is started beside the audit: asks the clients of stores whether references have the form that they take.

It runs by itself with `python -I`, in an empty home folder: no module of a project, no settings and no credentials
are near, and a client that would open a connection or start a program is refused. References come as JSON on the
standard input, `[[store, text, package or nothing], ...]`; an answer for each goes to the standard output,
`[[client and version, why it was refused or nothing], ...]`, null where the client could not tell.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

LONGEST = 300  # characters of a client's words
REFUSED = ("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendto", "subprocess.", "os.system",
           "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile", "webbrowser.")  # fmt: skip


def refuse(event: str, arguments: object) -> None:
    """To look at the form of a text takes neither a connection nor another program."""
    if event.startswith(REFUSED):
        raise PermissionError(event)


def lakefs(text: str, package: str) -> str:
    try:
        importlib.import_module("lakefs_spec.util").parse(text)
    except ValueError as error:
        return str(error)
    return ""


def quilt(text: str, package: str) -> str:
    """A package's name, or a hash, which is looked up in an empty folder: only a hash of the right form is missed."""
    failure = importlib.import_module("quilt3.util").QuiltException
    try:
        if not package:
            importlib.import_module("quilt3.util").validate_package_name(text)
            return ""
        backends = importlib.import_module("quilt3.backends")
        backends.get_package_registry(Path.cwd().as_uri()).resolve_top_hash(package, text)
    except failure as error:
        return "" if "matches" in str(error) else str(error)
    return ""


def lfs(text: str, package: str) -> str:
    pointer = importlib.import_module("dulwich.lfs").LFSPointer.from_bytes(text.encode())
    if pointer is None:
        return "not a pointer"
    return "" if pointer.is_valid_oid() else "not a SHA-256"


CLIENTS: dict[str, tuple[str, Callable[[str, str], str]]] = {
    "lakefs": ("lakefs-spec", lakefs),
    "quilt": ("quilt3", quilt),
    "git-lfs": ("dulwich", lfs),
}


def answer(store: str, text: str, package: str) -> list[str] | None:
    """Whatever a client stumbles over, it is no word on the form."""
    try:
        name, ask = CLIENTS[store]
        said = ask(text, package)
        return [f"{name} {importlib.metadata.version(name)}", said[:LONGEST]]
    except Exception:
        return None


def main() -> None:
    asked = json.loads(sys.stdin.buffer.read().decode())
    sys.addaudithook(refuse)
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        told = [answer(*one) for one in asked]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
