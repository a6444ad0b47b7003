"""The command line of bubblewrap: what a process inside sees of this machine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .layout import ENV, PYTHON, UID, named, passwd_line
from .model import Limits, Surroundings

SYSTEM_FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
ETC_FILES = (
    "alternatives", "ca-certificates", "ssl/certs", "ssl/openssl.cnf", "pki/tls/certs", "pki/ca-trust/extracted",
    "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf", "R", "magic",
)  # fmt: skip
SEALED = (
    "--unshare-all", "--die-with-parent", "--new-session", "--uid", str(UID), "--gid", str(UID), "--cap-drop", "ALL",
    "--proc", "/proc", "--dev", "/dev",
)  # fmt: skip
IN_MEMORY = ("/var/tmp", "/run", "/dev/shm")  # writable, and forgotten with the run

# dash calls the number of processes -p, bash calls it -u. It holds for those inside only, and not for root's.
LIMITED = 'umask {1:04o}; ulimit -p {0} 2>/dev/null || ulimit -u {0} 2>/dev/null; exec "$@"'


@dataclass(frozen=True, slots=True)
class Bind:
    """A file or folder of the host, and where it is seen inside."""

    host: Path
    inside: str
    is_writable: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link that leads from one place inside to another."""

    inside: str
    leads_to: str


def sealed(
    bwrap: str, argv: Sequence[str], mounts: Iterable[Bind | Link], scratch: Path, python: str, limits: Limits, *,
    variables: Mapping[str, str], cwd: str, network: bool, around: Surroundings,
) -> list[str]:  # fmt: skip
    """The command line. The variables come from the environment of bubblewrap, where no other user can read them,
    but for those that the loader may keep from it.
    """
    words = [bwrap, *SEALED, "--hostname", around.hostname, *(("--share-net",) if network else ()), *_system_folders()]
    for name in ETC_FILES + (("resolv.conf", "hosts") if network else ()):
        words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for folder in IN_MEMORY:
        words += ["--perms", "1777", "--size", str(max(limits.memory // 2, 1 << 20)), "--tmpfs", folder]
    for name, text in _own_files(around).items():
        if not (network and name == "hosts"):
            (scratch / name).write_text(text, "utf-8")
            words += ["--ro-bind", str(scratch / name), f"/etc/{name}"]
    if not python.startswith("/usr"):
        words += ["--ro-bind", python, PYTHON]
        variables = {"LD_LIBRARY_PATH": f"{PYTHON}/lib", **variables}  # its own libpython, when it has one
    for mount in mounts:
        words += _mounted(mount)
    for name in sorted(n for n in variables if n.startswith("LD_")):
        words += ["--setenv", name, variables[name]]
    return [*words, "--remount-ro", "/", "--chdir", cwd, "--", *limited(argv, limits, around.umask)]


def _own_files(around: Surroundings) -> dict[str, str]:
    return {
        "passwd": passwd_line(around.user),
        "group": f"{around.user}:x:{UID}:\n",
        "hosts": f"127.0.0.1 localhost {around.hostname}\n",
    }


def _mounted(mount: Bind | Link) -> list[str]:
    if isinstance(mount, Link):
        return ["--symlink", mount.leads_to, mount.inside]
    return ["--bind" if mount.is_writable else "--ro-bind", str(mount.host), mount.inside]


def limited(argv: Sequence[str], limits: Limits, umask: int) -> list[str]:
    """The command below a shell that bounds the number of processes, and says what is missing as shells do."""
    return ["/bin/sh", "-c", LIMITED.format(limits.processes, umask), "sh", *argv]


def variables(wanted: Mapping[str, str], around: Surroundings) -> dict[str, str]:
    """The variables inside."""
    own = {"PATH": f"{ENV}/bin:{PYTHON}/bin:/usr/local/bin:/usr/bin:/bin", **named(around)}
    return {**own, "LANG": "C.UTF-8", **{n: v for n, v in wanted.items() if not n.startswith("LD_")}}


def _system_folders() -> list[str]:
    words: list[str] = []
    for folder in SYSTEM_FOLDERS:
        if os.path.islink(folder):
            words += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            words += ["--ro-bind", folder, folder]
    return words


def works(bwrap: str) -> bool:
    """User namespaces may be switched off, and a container may not allow a /proc of one's own."""
    command = [bwrap, "--ro-bind", "/", "/", "--unshare-all", "--proc", "/proc", "--dev", "/dev", "true"]
    try:
        return subprocess.run(command, capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
