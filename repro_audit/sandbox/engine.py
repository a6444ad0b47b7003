"""The container engine: finding one, its labels on what is ours, and removing what dead audits left in it."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from typing import Any

from ..errors import Unavailable
from . import store

PATIENCE = 120  # seconds that the engine may take to answer
ASK_EVERY = 0.2  # seconds
PROCESS, HOST = f"{store.LABEL}.process", f"{store.LABEL}.host"


def connect() -> Any:
    """A client of the engine that `DOCKER_HOST` or Docker's current context names, or of the local one.

    One behind ssh is reached by the user's own ssh, with its keys and settings.
    """
    import docker

    try:
        client = docker.from_env(timeout=PATIENCE, use_ssh_client=True)
        client.ping()
    except Exception as error:
        raise Unavailable("no Docker engine answers", _advice(str(error))) from error
    return client


def _advice(said: str) -> str:
    if "paramiko" in said:  # the SDK wants it there although it is not what connects
        return "An engine behind ssh:// takes `pip install 'repro-audit[ssh]'`."
    return "Start Docker, set DOCKER_HOST, or use --runner local."


def labels() -> dict[str, str]:
    """What a container or image of a run is marked with: whose it is, so that nobody else's is ever removed."""
    return {store.LABEL: "run", PROCESS: str(os.getpid()), HOST: store.digest(socket.gethostname())}


def remove_leftovers(client: Any, *, all_of_them: bool = False) -> list[str]:
    """Remove containers and project images of audits that died on this machine; gives what was removed.

    With `all_of_them` also those of audits under way or of other machines, and the environments that were built.
    """
    removed = []
    ours = {"label": f"{store.LABEL}=run"}
    for container in client.containers.list(all=True, filters=ours, ignore_removed=True):
        if all_of_them or _is_orphan(container.labels):
            with suppress(Exception):  # somebody else may be at it
                container.remove(force=True, v=True)
                removed.append(f"container {container.short_id}")
    kept = {"label": store.LABEL} if all_of_them else ours
    for image in client.api.images(filters=kept):  # as listed: another audit may remove one before it is looked into
        if all_of_them or _is_orphan(image.get("Labels") or {}):
            with suppress(Exception):
                client.images.remove(image["Id"], force=True)
                removed.append(f"image {image['Id'].removeprefix('sha256:')[:12]}")
    return removed


def _is_orphan(marks: dict[str, str]) -> bool:
    pid = marks.get(PROCESS, "")
    is_from_here = marks.get(HOST) == store.digest(socket.gethostname())
    return is_from_here and pid.isdigit() and not store.is_alive(int(pid))


def is_patience(error: Exception) -> bool:
    """Whether a call ended because the engine had not answered yet."""
    return "timed out" in str(error).lower()


class Meter:
    """The most memory that the engine reported for a container, in bytes; it asks until the end of the `with`.

    A stream of figures would come once a second from some engines, and every five seconds from others.
    """

    def __init__(self, container: Any) -> None:
        self.peak = 0
        self._container = container
        self._is_over = threading.Event()

    def __enter__(self) -> Meter:
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()

    def _read(self) -> None:
        api, name = self._container.client.api, self._container.id
        with suppress(Exception):  # the container is gone: the figure so far stands
            while not self._is_over.wait(ASK_EVERY):
                memory = api.stats(name, stream=False, one_shot=True).get("memory_stats", {})
                self.peak = max(self.peak, memory.get("max_usage", 0), memory.get("usage", 0))


def engine_errors() -> tuple[type[Exception], ...]:
    """Of a stream that breaks off, the lowest of the three libraries speaks itself."""
    from docker.errors import DockerException
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    return DockerException, RequestException, HTTPError


def engine_refusal() -> type[Exception]:
    from docker.errors import APIError

    found: type[Exception] = APIError
    return found


def engine_not_found() -> type[Exception]:
    from docker.errors import NotFound

    found: type[Exception] = NotFound
    return found


def gone(error: Exception) -> Unavailable:
    """What to tell where a call failed: the engine's own words where it spoke, else that it does not."""
    from docker.errors import APIError

    if isinstance(error, APIError) and error.response is not None:
        said = " ".join(str(error.explanation or error).split())
        return Unavailable(f"the engine could not do it: {said}", "See whether it has room, then try again.")
    return Unavailable(
        "the engine went away in the middle of it",
        "See whether it answers (`docker version`), then try again: the next audit removes what this one left in it.",
    )
