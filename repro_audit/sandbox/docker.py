"""Runs in containers of a Docker engine, or of anything that speaks its protocol (Podman, a remote engine).

Nothing of the host is mounted: the project goes in and what it changed comes out as archives, so an
engine on another machine works as well. A run has no network, no capabilities, no way to gain any,
a user that is not root, and limits of memory, processors, processes and time.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import image, processors, start
from .building import NAME, Builder
from .collecting import collect, collect_notes
from .engine import Meter, connect, engine_errors, gone, is_patience, labels, remove_leftovers
from .layout import UID, Layout, named
from .local import run_variables
from .log import KeptLog
from .model import CARRIED, NOTES, Ending, Environment, Job, Limits, Recipe, Run, Snapshot, Watch
from .preparing import Prepared

SIZES_EVERY = 2.0  # seconds
LAST_WORDS_WITHIN = 30.0  # seconds after the end: an engine that is busy is behind with what it passes on
NO_SUCH_PROGRAM = 127  # the exit status that shells give
MISSING = re.compile(
    rb"(?:\[FATAL tini [^\n]*\] exec [^\n]+ failed|ERROR \(catatonit:\d+\): [^\n]*): No such file [^\n]*\s*"
)
USUAL_UMASK = 0o022  # a container's own


class DockerSandbox:
    """Runs in containers."""

    name = NAME
    isolation = "container: no network, no capabilities, no host folder, not root; the host's kernel"

    def __init__(self) -> None:
        self._client = connect()
        self._prepared = Prepared(self._client)
        self._cpus = int(self._client.info().get("NCPU") or os.cpu_count() or 1)
        remove_leftovers(self._client)

    def build(self, recipe: Recipe, snapshot: Snapshot, limits: Limits, watch: Watch) -> Environment:
        try:
            return Builder(self._client).build(recipe, snapshot, limits, watch)
        except engine_errors() as error:
            raise gone(error) from error

    def run(
        self, environment: Environment, snapshot: Snapshot, job: Job, limits: Limits, into: Path, watch: Watch
    ) -> Run:
        into.mkdir(parents=True, exist_ok=True)
        try:
            prepared = self._prepared.image(environment, snapshot, job.surroundings)
            return self._run(prepared, snapshot, job, limits, into, watch, image.is_own(environment.id))
        except engine_errors() as error:
            raise gone(error) from error

    def _run(
        self, prepared: str, snapshot: Snapshot, job: Job, limits: Limits, into: Path, watch: Watch, is_own_image: bool
    ) -> Run:
        container = self._container(prepared, job, limits)
        log, layout = into / "log.txt", Layout.of(job.surroundings)
        try:
            _carry_in(container, job)
            ending, code, seconds, peak = self._supervise(container, job, log, limits, watch)
            changed, deleted, is_whole = collect(
                container, snapshot, layout, into, limits.output, is_large=is_own_image
            )  # fmt: skip
            if job.carried:
                collect_notes(container, into)
        finally:
            with suppress(Exception):  # the next run removes what a dead engine keeps
                container.remove(force=True, v=True)
        if not is_whole and ending is Ending.EXITED:
            ending, code = Ending.TOO_MUCH_OUTPUT, None
        return Run(job.argv, ending, code, seconds, peak, into, log, changed, deleted)

    def _container(self, prepared: str, job: Job, limits: Limits) -> Any:
        around = job.surroundings
        number = processors.wanted(job, limits)
        return self._client.containers.create(
            prepared, command=_with_umask(job), working_dir=Layout.of(around).inner(job.cwd),
            environment={**named(around), **run_variables(job, limits)}, labels=labels(), init=True,
            tty=False, user=f"{UID}:{UID}", hostname=around.hostname,
            network_mode="bridge" if job.network else "none", cap_drop=["ALL"], security_opt=["no-new-privileges"],
            pids_limit=limits.processes, mem_limit=limits.memory, memswap_limit=limits.memory,
            shm_size=limits.memory // 2, nano_cpus=min(number, self._cpus) * 10**9,
            cpuset_cpus=",".join(map(str, processors.chosen(range(self._cpus), number))), log_config={"type": "none"},
        )  # fmt: skip

    def _supervise(
        self, container: Any, job: Job, log: Path, limits: Limits, watch: Watch
    ) -> tuple[Ending, int | None, float, int | None]:
        """Start the container and wait for its end."""
        stream = container.attach(stdout=True, stderr=True, stream=True, logs=False)
        reader = threading.Thread(target=_keep_log, args=(stream, log, limits.log, watch), daemon=True)
        refused = _start(container)
        begun = time.monotonic()
        if refused:
            log.write_text(refused + "\n", "utf-8")
            return Ending.EXITED, NO_SUCH_PROGRAM, 0.0, None
        reader.start()
        with Meter(container) as meter:
            ending, code = self._wait(container, begun, limits)
        seconds = time.monotonic() - begun
        reader.join(LAST_WORDS_WITHIN)
        if code and _is_missing(log):
            code = NO_SUCH_PROGRAM
            log.write_text(f"sh: {job.argv[0]}: not found\n", "utf-8", "surrogateescape")
        container.reload()
        if ending is Ending.EXITED and (container.attrs["State"].get("OOMKilled") or code == 137):
            ending, code = Ending.OUT_OF_MEMORY, None
        return ending, code, seconds, meter.peak or None

    def _wait(self, container: Any, begun: float, limits: Limits) -> tuple[Ending, int | None]:
        """Wait for the end of a container, and look at the clock and at what it writes meanwhile."""
        while True:
            left = begun + limits.seconds - time.monotonic()
            try:
                return Ending.EXITED, int(container.wait(timeout=max(0.05, min(SIZES_EVERY, left)))["StatusCode"])
            except engine_errors() as error:
                if not is_patience(error):
                    raise
            ending = Ending.TIMED_OUT if time.monotonic() - begun >= limits.seconds else Ending.EXITED
            if ending is Ending.EXITED and self._written(container) > limits.output:
                ending = Ending.TOO_MUCH_OUTPUT
            if ending is not Ending.EXITED:
                with suppress(Exception):
                    container.kill()
                return ending, None

    def _written(self, container: Any) -> int:
        """Bytes that a container has written to its file system."""
        found = self._client.api.containers(all=True, size=True, filters={"id": container.id})
        return int(found[0].get("SizeRw", 0)) if found else 0

    def close(self) -> None:
        """Remove the images with the project in them; environments stay."""
        self._prepared.close()


def _with_umask(job: Job) -> list[str]:
    """The command; another umask than a container's own takes a shell in the image."""
    umask = job.surroundings.umask
    return (
        list(job.argv) if umask == USUAL_UMASK else ["/bin/sh", "-c", f'umask {umask:04o}; exec "$@"', "sh", *job.argv]
    )


def _carry_in(container: Any, job: Job) -> None:
    """Put what travels along into a container that has not begun, read-only for the run, and a folder for notes."""
    if not job.carried:
        return
    files = start.placed({inside: start.folder_files(here) for here, inside in job.carried})
    folders = [CARRIED, *(inside for _, inside in job.carried)]
    packed = image.archive(files, folders=[f.strip("/") for f in folders], given=[NOTES.strip("/")])
    container.put_archive("/", packed)


def _start(container: Any) -> str:
    """Start it; gives the engine's words where there is no such program, as a shell would."""
    from docker.errors import APIError

    try:
        container.start()
    except APIError as error:
        said = str(error.explanation or error)
        if error.status_code is not None and error.status_code < 500 and "exec" in said:
            return said
        raise
    return ""


def _is_missing(log: Path) -> bool:
    """Whether all that was said is that there is no such program, which a container's first process says in its own
    words and with a status of its own.
    """
    with log.open("rb") as file:
        return MISSING.fullmatch(file.read(1000)) is not None


def _keep_log(stream: Iterable[bytes], log: Path, limit: int, watch: Watch) -> None:
    with KeptLog(log, limit) as kept, suppress(Exception):
        for chunk in stream:
            watch("running", kept.write(chunk))
