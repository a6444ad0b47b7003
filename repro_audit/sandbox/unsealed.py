"""A run without bubblewrap, at the user's risk: what stands inside a sandbox is a folder of the host's.

The host's name and the place of the project stay the host's own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from . import start
from .bubblewrap import Bind, Link, limited
from .layout import ENV, TMP, Layout, named
from .model import CARRIED, PROJECT, Limits, Surroundings


def command(
    argv: Sequence[str], mounts: Iterable[Bind | Link], scratch: Path, limits: Limits, wanted: Mapping[str, str],
    around: Surroundings,
) -> tuple[list[str], dict[str, str]]:  # fmt: skip
    """The command line and its variables."""
    host = {mount.inside: str(mount.host) for mount in mounts if isinstance(mount, Bind)}
    layout = Layout.of(around)
    host |= {PROJECT: host[layout.project]}
    host |= _carried(host, scratch)
    told = {name: _translated(value, {i: h for i, h in host.items() if _is_ours(i)}) for name, value in wanted.items()}
    words = [_translated(word, {i: h for i, h in host.items() if i != TMP}) for word in argv]
    path = f"{host[ENV]}/bin{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    cache = {"UV_CACHE_DIR": host["/uv-cache"]} if "/uv-cache" in host else {}
    own = {**named(around), "PATH": path, "HOME": host[layout.home], "TMPDIR": host[TMP]}
    return limited(words, limits, around.umask), {**told, **cache, **own}


def _is_ours(inside: str) -> bool:
    return inside.startswith(f"{CARRIED}/")


def _translated(text: str, host: Mapping[str, str]) -> str:
    """The text with the inner places, and what lies below them, put as the host's; `/projects` is no such place."""
    if not host:
        return text
    places = "|".join(re.escape(inside) for inside in sorted(host, key=lambda name: (-len(name), name)))
    return re.sub(rf"(?<![\w./-])(?:{places})(?![\w.-])", lambda found: host[found[0]], text)


def _carried(host: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Copies of what travels along, whose settings name the folders of the host."""
    found = {}
    for number, inside in enumerate(sorted(filter(_is_ours, host))):
        files = start.folder_files(Path(host[inside]))
        if not files:
            continue
        copy = start.copied(files, scratch / f"carried-{number}").folder
        for settings in sorted(copy.glob("*.json")):
            settings.write_text(_translated(settings.read_text("utf-8"), host), "utf-8")
        found[inside] = str(copy)
    return found
