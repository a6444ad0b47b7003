"""A server of the project as a process of ours: started, waited for, ended with all that it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from typing import Any

LISTENS = "0A"  # a state in /proc/net/tcp
EVERY = 0.2  # seconds
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # nothing of it leaves the machine


class Server:
    """The app; `{port}` in its command and variables stands for a port that was free."""

    def __init__(self, command: list[str], variables: dict[str, str], deadline: float) -> None:
        self.port = free_port()
        self.deadline = deadline
        self.command = [word.replace("{port}", str(self.port)) for word in command]
        self.variables = {name: value.replace("{port}", str(self.port)) for name, value in variables.items()}
        self.process: Any = None

    def __enter__(self) -> Server:
        environment = dict(os.environ, **self.variables)
        try:
            self.process = subprocess.Popen(
                self.command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
            )
        except OSError as error:
            print_line(f"{self.command[0]}: {error.strerror}")
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, and what it started in its session."""
        if self.process is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
            except OSError:
                return
            try:
                self.process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                continue

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def wait(self) -> str:
        """Wait until it answers; says why it does not, empty where it does."""
        while time.monotonic() < self.deadline:
            if self.has_ended:
                status = self.process.returncode if self.process is not None else 127
                return f"it ended with status {status} and did not serve"
            for port in [self.port, *listening(self.process.pid)]:
                if answers(port):
                    self.port = port
                    return ""
            time.sleep(EVERY)
        return "it did not answer in time"


def print_line(text: str) -> None:
    os.write(2, (text + "\n").encode("utf-8", "replace"))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether something there speaks HTTP, whatever it says."""
    try:
        LOCAL.open(f"http://127.0.0.1:{port}/", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False
    except Exception:
        return False  # another protocol
    return True


def listening(pid: int) -> list[int]:
    """The ports that a process or one that it started listens on: some apps choose theirs themselves."""
    sockets = set()
    for one in family(pid):
        try:
            names = os.listdir(f"/proc/{one}/fd")
        except OSError:
            continue
        for name in names:
            try:
                sockets.add(os.readlink(f"/proc/{one}/fd/{name}"))
            except OSError:
                continue
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for fields in rows(table):
            if len(fields) > 9 and fields[3] == LISTENS and f"socket:[{fields[9]}]" in sockets:
                found.append(int(fields[1].rpartition(":")[2], 16))
    return sorted(set(found))


def rows(table: str) -> list[list[str]]:
    try:
        with open(table, encoding="ascii", errors="replace") as file:
            return [line.split() for line in file][1:]
    except OSError:
        return []


def family(pid: int) -> list[int]:
    """The process and everything it started."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        children.setdefault(parent, []).append(int(name))
    found, stack = [], [pid]
    while stack:
        one = stack.pop()
        found.append(one)
        stack += children.get(one, [])
    return found
