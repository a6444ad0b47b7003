"""Runs in containers of a Docker engine, or of anything that speaks its protocol (Podman, a remote engine).

Nothing of the host is mounted: the project goes in and what it changed comes out as archives, so an
engine on another machine works as well. A run has no network, no capabilities, no way to gain any,
a user that is not root, and limits of memory, processors, processes and time.
"""

from __future__ import annotations

import io
import json
import os
import socket
import tarfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import Unavailable
from . import copying, image, store
from .image import ENV, HOME, PROJECT
from .index import index_settings
from .local import run_variables
from .model import BuildFailed, Ending, Environment, Job, Limits, Recipe, RecipeKind, Run, Snapshot, Watch

CAPTURED = {PROJECT: "project", HOME: "home", "/tmp": "tmp"}
MODIFIED, ADDED, DELETED = 0, 1, 2  # kinds in the engine's record of changes


class DockerSandbox:
    """Runs in containers."""

    name = "docker"
    isolation = "container: no network, no capabilities, no host folder, not root; the host's kernel"

    def __init__(self) -> None:
        self._client = connect()
        self._prepared: dict[str, str] = {}  # environment and snapshot -> image with the project in it
        remove_leftovers(self._client)

    def build(self, recipe: Recipe, snapshot: Snapshot, limits: Limits, watch: Watch) -> Environment:
        from docker.errors import ImageNotFound

        version = self._client.version()
        if recipe.kind is RecipeKind.IMAGE:
            context = image.own(recipe, snapshot)
        else:
            uv = image.uv_for(version.get("Os", ""), version.get("Arch", ""))
            context = image.generated(recipe, snapshot, index_settings(), uv, image.base_image(recipe.python))
        log = ""
        try:
            found = self._client.images.get(context.tag)
            is_cached = True
        except ImageNotFound:
            log = self._build(context, limits, watch)
            found, is_cached = self._client.images.get(context.tag), False
        python, packages, system = self._look_inside(found.id)
        return Environment(context.tag, self.name, python or recipe.python, packages, found.id, system, log, is_cached)

    def _build(self, context: image.Context, limits: Limits, watch: Watch) -> str:
        """Build an image; gives the log, and raises it where the build fails."""
        lines: list[str] = []
        stream = self._client.api.build(
            fileobj=context.archive, custom_context=True, dockerfile=context.dockerfile, tag=context.tag,
            buildargs=context.arguments, labels={store.LABEL: "environment"}, rm=True, forcerm=True, decode=True,
            timeout=int(max(limits.seconds, 1800)),
        )  # fmt: skip
        for message in stream:
            line = str(message.get("stream") or message.get("error") or "")
            if line.strip():
                lines.append(line)
                watch("building", line.strip().rpartition("\n")[2])
            if "error" in message:
                raise BuildFailed(line.strip().rpartition("\n")[2], "".join(lines))
        return "".join(lines)

    def _look_inside(self, image_id: str) -> tuple[str, tuple[str, ...], str]:
        """(Python's version, what is installed, the operating system) of an image."""
        script = (
            "cat /etc/os-release 2>/dev/null; echo ---; (python --version || python3 --version) 2>&1; echo ---; "
            f"cat {ENV}/installed.txt 2>/dev/null || python -m pip freeze 2>/dev/null || python3 -m pip freeze 2>/dev/null"
        )
        try:
            said = self._client.containers.run(
                image_id,
                entrypoint=["/bin/sh", "-c"],
                command=[script],
                remove=True,
                network_mode="none",
                labels=self._labels(),
            )
        except Exception:  # an image without a shell still runs the project
            return "", (), ""
        system, python, packages = (said.decode("utf-8", "replace").split("---\n") + ["", ""])[:3]
        names = [
            line.partition("=")[2].strip().strip('"') for line in system.split("\n") if line.startswith("PRETTY_NAME=")
        ]
        return (
            python.strip().removeprefix("Python ").strip(),
            tuple(packages.split("\n")[:-1]) if packages else (),
            names[0] if names else "",
        )

    def _labels(self) -> dict[str, str]:
        return {
            store.LABEL: "run",
            f"{store.LABEL}.process": str(os.getpid()),
            f"{store.LABEL}.host": store.digest(socket.gethostname()),
        }

    def _with_project(self, environment: Environment, snapshot: Snapshot) -> str:
        """An image that has the project in it, so that the engine's record of changes is the run's own."""
        key = store.digest([environment.image, str(snapshot.root), len(snapshot.paths)])
        if key not in self._prepared:
            container = self._client.containers.create(
                environment.image, command=["true"], labels=self._labels(), network_mode="none", user="root"
            )
            try:
                folders = sorted(
                    {f"{PROJECT}/{parent}".strip("/") for p in snapshot.paths for parent in PurePosixPath(p).parents}
                    | {HOME.strip("/")}
                )
                files: list[tuple[str, bytes | Path]] = [
                    (f"{PROJECT}/{p}".strip("/"), snapshot.root / p) for p in snapshot.paths
                ]
                container.put_archive("/", image.archive(files, owner=1000, folders=folders))
                for host, inside in snapshot.attached:
                    found = [(f"{PROJECT}/{inside}/{p}".strip("/"), host / p) for p, _ in copying.stamps(host)]
                    container.put_archive("/", image.archive(found, owner=0))
                made = container.commit(
                    changes=[
                        f'LABEL {store.LABEL}.process="{os.getpid()}"',
                        f'LABEL {store.LABEL}="run"',
                        "ENTRYPOINT []",
                    ]
                )
                self._prepared[key] = str(made.id)
            finally:
                container.remove(force=True)
        return self._prepared[key]

    def run(
        self, environment: Environment, snapshot: Snapshot, job: Job, limits: Limits, into: Path, watch: Watch
    ) -> Run:
        into.mkdir(parents=True, exist_ok=True)
        log = into / "log.txt"
        prepared = self._with_project(environment, snapshot)
        cwd = PROJECT if job.cwd in ("", ".") else f"{PROJECT}/{job.cwd}"
        container = self._client.containers.create(
            prepared, command=list(job.argv), working_dir=cwd, user="1000:1000", hostname="sandbox", init=True, tty=False,
            environment={"HOME": HOME, "USER": "user", **run_variables(job, limits)}, labels=self._labels(),
            network_mode="bridge" if job.network else "none", cap_drop=["ALL"], security_opt=["no-new-privileges"],
            mem_limit=limits.memory, memswap_limit=limits.memory, pids_limit=limits.processes, nano_cpus=limits.cpus * 10**9,
            log_config={"type": "none"},
        )  # fmt: skip
        try:
            ending, code, seconds, peak = self._supervise(container, log, limits, watch)
            changed, deleted = self._collect(container, into, limits)
        finally:
            with suppress(Exception):  # the next run removes what a dead engine keeps
                container.remove(force=True, v=True)
        return Run(job.argv, ending, code, seconds, peak, into, log, changed, deleted)

    def _supervise(
        self, container: Any, log: Path, limits: Limits, watch: Watch
    ) -> tuple[Ending, int | None, float, int | None]:
        """Start the container and wait for its end."""
        stream = container.attach(stdout=True, stderr=True, stream=True, logs=False)
        container.start()
        begun = time.monotonic()
        reader = threading.Thread(target=_keep_log, args=(stream, log, limits.log, watch), daemon=True)
        reader.start()
        meter = _Meter(container)
        ending, code = Ending.EXITED, None
        try:
            code = int(container.wait(timeout=limits.seconds)["StatusCode"])
        except Exception as error:
            if "timed out" not in str(error).lower():
                raise
            ending = Ending.TIMED_OUT
            with suppress(Exception):
                container.kill()
        seconds = time.monotonic() - begun
        reader.join(timeout=5)
        container.reload()
        if ending is Ending.EXITED and (container.attrs["State"].get("OOMKilled") or code == 137):
            ending, code = Ending.OUT_OF_MEMORY, None
        return ending, code, seconds, meter.peak or None

    def _collect(self, container: Any, into: Path, limits: Limits) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Copy out what the engine says was changed."""
        record = container.diff() or []
        deleted = [
            r["Path"][len(PROJECT) + 1 :]
            for r in record
            if r["Kind"] == DELETED and r["Path"].startswith(PROJECT + "/")
        ]
        for name in CAPTURED.values():
            copying.remove(into / name)
            (into / name).mkdir()
        budget = limits.output
        for path in _archives_to_take(record):
            base = next(b for b in CAPTURED if path == b or path.startswith(b + "/"))
            inside = PurePosixPath(path).relative_to(base).parent
            with suppress(_not_found()):
                chunks, _ = container.get_archive(path)
                budget -= unpack(chunks, into / CAPTURED[base] / inside, budget)
        found = [p for name in CAPTURED.values() for p in (f"{name}/{q}" for q, _ in copying.stamps(into / name))]
        return tuple(sorted(p for p in found if not copying.is_noise(p))), tuple(
            sorted(p for p in deleted if not copying.is_noise(p))
        )

    def close(self) -> None:
        """Remove the images with the project in them; environments stay."""
        for made in self._prepared.values():
            with suppress(Exception):
                self._client.images.remove(made, force=True)
        self._prepared.clear()


class _Meter:
    """The most memory that the engine reported for a container, in bytes."""

    def __init__(self, container: Any) -> None:
        self.peak = 0
        self._container = container
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with suppress(Exception):  # the container is gone: the figure so far stands
            for raw in self._container.stats(stream=True):
                memory = (json.loads(raw) if isinstance(raw, bytes) else raw).get("memory_stats", {})
                self.peak = max(self.peak, memory.get("max_usage", 0), memory.get("usage", 0))
                if not memory:
                    return


def connect() -> Any:
    """A client of the engine that `DOCKER_HOST` names, or of the local one."""
    import docker

    try:
        client = docker.from_env(timeout=120)
        client.ping()
    except Exception as error:
        raise Unavailable(
            "no Docker engine answers", "Start Docker, set DOCKER_HOST, or use --runner local."
        ) from error
    return client


def remove_leftovers(client: Any, *, all_of_them: bool = False) -> list[str]:
    """Remove containers and project images of audits that died on this machine; gives what was removed."""
    here = store.digest(socket.gethostname())
    removed = []
    for container in client.containers.list(all=True, filters={"label": f"{store.LABEL}=run"}):
        labels = container.labels
        pid = labels.get(f"{store.LABEL}.process", "")
        is_ours = labels.get(f"{store.LABEL}.host", here) == here
        if all_of_them or (is_ours and pid.isdigit() and int(pid) != os.getpid() and not store.is_alive(int(pid))):
            container.remove(force=True, v=True)
            removed.append(f"container {container.short_id}")
    for found in client.images.list(filters={"label": f"{store.LABEL}=run"}):
        pid = (found.labels or {}).get(f"{store.LABEL}.process", "")
        if all_of_them or (pid.isdigit() and int(pid) != os.getpid() and not store.is_alive(int(pid))):
            with suppress(Exception):
                client.images.remove(found.id, force=True)
                removed.append(f"image {found.short_id}")
    return removed


def _keep_log(stream: Iterable[bytes], log: Path, limit: int, watch: Watch) -> None:
    kept = 0
    with log.open("wb") as file, suppress(Exception):
        for chunk in stream:
            if kept < limit:
                file.write(chunk[: limit - kept])
                file.flush()
                kept += len(chunk)
            watch("running", chunk.decode("utf-8", "replace").replace("\r", "\n").rstrip().rpartition("\n")[2])


def _archives_to_take(record: list[dict[str, Any]]) -> Iterator[str]:
    """The fewest paths that cover what was added or modified: a new folder stands for all that is in it."""
    kinds = {r["Path"]: r["Kind"] for r in record}
    taken: set[str] = set()
    for path in sorted(kinds):
        if kinds[path] == DELETED or path in CAPTURED or not path.startswith(tuple(f"{b}/" for b in CAPTURED)):
            continue
        if any(str(parent) in taken for parent in PurePosixPath(path).parents):
            continue
        is_parent = any(other.startswith(path + "/") for other in kinds)
        if kinds[path] == MODIFIED and is_parent:
            continue
        taken.add(path)
        yield path


def unpack(chunks: Iterable[bytes], target: Path, budget: int) -> int:
    """Unpack an archive's regular files below `target`, whatever names it claims; gives the bytes written.

    Links, devices and names that lead out are left out; past the budget it stops.
    """
    written = 0
    with tarfile.open(fileobj=_Stream(chunks), mode="r|") as tar:
        for member in tar:
            parts = PurePosixPath(member.name).parts
            if not member.isreg() or not parts or ".." in parts or parts[0] == "/" or any("\0" in p for p in parts):
                continue
            if written + member.size > budget:
                break
            source = tar.extractfile(member)
            if source is None:
                continue
            path = target.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                while block := source.read(1 << 20):
                    file.write(block)
            written += member.size
    return written


class _Stream(io.RawIOBase):
    """Chunks as a file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._rest) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._rest += chunk
        found, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return found


def _not_found() -> type[Exception]:
    from docker.errors import NotFound

    found: type[Exception] = NotFound
    return found


@contextmanager
def docker_sandbox() -> Iterator[DockerSandbox]:
    sandbox = DockerSandbox()
    try:
        yield sandbox
    finally:
        sandbox.close()
