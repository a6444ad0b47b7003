"""Runs in containers of a Docker engine, or of anything that speaks its protocol (Podman, a remote engine).

Nothing of the host is mounted: the project goes in and what it changed comes out as archives, so an
engine on another machine works as well. A run has no network, no capabilities, no way to gain any,
a user that is not root, and limits of memory, processors, processes and time.
"""

from __future__ import annotations

import json
import os
import re
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path, PurePosixPath
from tarfile import TarInfo
from typing import Any

from ..errors import Unavailable
from . import copying, image, store, taking
from .changes import ANY, CAPTURED, Changes, Everything, path_of
from .engine import Meter, connect, is_patience, labels, remove_leftovers
from .image import ENV, HOME, PROJECT
from .index import index_settings
from .local import run_variables
from .log import KeptLog
from .model import GIB, MIB, BuildFailed, Ending, Environment, Job, Limits, Recipe, RecipeKind, Run, Snapshot, Watch

SIZES_EVERY = 2.0  # seconds
LOOK_WITHIN = 60  # seconds
LOOK = (
    "cat /etc/os-release 2>/dev/null; echo ---; (python --version || python3 --version) 2>&1; echo ---; "
    f"cat {ENV}/installed.txt 2>/dev/null || (python -m pip freeze || python3 -m pip freeze) 2>/dev/null"
)
SMALL = 64 * MIB  # bytes of a project that is sooner copied out whole than compared by the engine
NO_SUCH_PROGRAM = 127  # the exit status that shells give
BUILD_LOG = 4 * MIB  # characters of a build's log that are kept


class DockerSandbox:
    """Runs in containers."""

    name = "docker"
    isolation = "container: no network, no capabilities, no host folder, not root; the host's kernel"

    def __init__(self) -> None:
        self._client = connect()
        self._prepared: dict[str, str] = {}  # environment and snapshot -> image with the project in it
        self._cpus = int(self._client.info().get("NCPU") or os.cpu_count() or 1)
        remove_leftovers(self._client)

    def build(self, recipe: Recipe, snapshot: Snapshot, limits: Limits, watch: Watch) -> Environment:
        from docker.errors import ImageNotFound

        version, index = self._client.version(), index_settings()
        if recipe.kind is RecipeKind.IMAGE:
            context = image.own(recipe, snapshot)
        else:
            uv = image.uv_for(version.get("Os", ""), version.get("Arch", ""))
            context = image.generated(recipe, snapshot, index, uv, image.base_image(recipe.python))
        log, is_cached = "", True
        try:
            found = self._client.images.get(context.tag)
        except ImageNotFound:
            log, is_cached = self._build(context, limits.for_build, watch, index.hidden), False
            found = self._client.images.get(context.tag)
        python, packages, system = self._look_inside(found.id)
        return Environment(context.tag, self.name, python or recipe.python, packages, found.id, system, log, is_cached)

    def _build(self, context: image.Context, limits: Limits, watch: Watch, hidden: Callable[[str], str]) -> str:
        """Build an image; gives the log, and raises it where the build fails."""
        lines: list[str] = []
        try:
            for line in self._steps(context, limits):
                lines.append(hidden(line))
                watch("building", lines[-1].strip().rpartition("\n")[2])
        except BuildFailed as error:
            raise BuildFailed(hidden(str(error)), "".join([*lines, hidden(error.log)])[-BUILD_LOG:]) from None
        return "".join(lines)[-BUILD_LOG:]

    def _steps(self, context: image.Context, limits: Limits) -> Iterator[str]:
        """What the engine says while it builds; its log is the last word where it fails."""
        deadline = time.monotonic() + limits.seconds
        late = f"building took longer than {limits.seconds:.0f} s"
        try:
            stream = self._client.api.build(
                fileobj=context.archive, custom_context=True, dockerfile=context.dockerfile, tag=context.tag,
                buildargs=context.arguments, labels={store.LABEL: "environment"}, rm=True, forcerm=True, decode=True,
                timeout=int(limits.seconds), container_limits={"memory": limits.memory},
            )  # fmt: skip
            for message in stream:
                line = str(message.get("stream") or message.get("error") or message.get("message") or "")
                if "error" in message or "message" in message:
                    raise BuildFailed(line.strip().rpartition("\n")[2], line)
                if time.monotonic() > deadline:
                    raise BuildFailed(late, late)
                if line.strip():
                    yield line
        except engine_errors() as error:
            said = late if is_patience(error) else f"the engine did not build it: {error}"
            raise BuildFailed(said, said) from error

    def _look_inside(self, image_id: str) -> tuple[str, tuple[str, ...], str]:
        """(Python's version, what is installed, the operating system) of an image: what was seen once stays so."""
        seen = store.images_folder() / f"{image_id.rpartition(':')[2]}.json"
        with suppress(OSError, ValueError, TypeError):
            python, packages, system = json.loads(seen.read_text("utf-8"))
            return str(python), tuple(map(str, packages)), str(system)
        found = self._look(image_id)
        if any(found):
            with suppress(OSError):
                store.write(seen, json.dumps(found))
        return found

    def _look(self, image_id: str) -> tuple[str, tuple[str, ...], str]:
        try:
            said = self._answer(image_id, ["/bin/sh", "-c", LOOK])
        except engine_errors():  # an image without a shell still runs the project
            return "", (), ""
        system, python, packages = [*said.split("---\n"), "", ""][:3]
        name = re.search(r"^PRETTY_NAME=\"?([^\"\n]*)", system, re.MULTILINE)
        version = python.strip().removeprefix("Python ").strip()
        return version, tuple(packages.splitlines()), name.group(1) if name else ""

    def _answer(self, image_id: str, argv: list[str]) -> str:
        """What a short command says in an image, which may be a stranger's."""
        container = self._client.containers.create(
            image_id, entrypoint=argv[:1], command=argv[1:], labels=labels(), network_mode="none", user="1000:1000",
            cap_drop=["ALL"], security_opt=["no-new-privileges"], mem_limit=2 * GIB, pids_limit=64,
        )  # fmt: skip
        try:
            container.start()
            container.wait(timeout=LOOK_WITHIN)
            return container.logs(stdout=True, stderr=False, tail=10_000).decode("utf-8", "replace")  # type: ignore[no-any-return]
        finally:
            container.remove(force=True, v=True)

    def _with_project(self, environment: Environment, snapshot: Snapshot) -> str:
        """An image that has the project in it, so that the engine's record of changes is the run's own."""
        files = list(copying.sources(snapshot))
        stamps = [(path, os.lstat(source).st_mtime_ns, os.lstat(source).st_size) for path, source, _ in files]
        attached = [(str(host), inside) for host, inside in snapshot.attached]
        key = store.digest([environment.image, str(snapshot.root), stamps, attached])
        if key not in self._prepared:
            self._prepared[key] = self._prepare(environment, snapshot, [(path, source) for path, source, _ in files])
        return self._prepared[key]

    def _prepare(self, environment: Environment, snapshot: Snapshot, files: list[tuple[str, Path]]) -> str:
        container = self._client.containers.create(
            environment.image, command=["true"], labels=labels(), network_mode="none", user="root"
        )
        try:
            parents = {parent for path, _ in files for parent in PurePosixPath(path).parents}
            folders = sorted({f"{PROJECT}/{p}".strip("/.") for p in [*parents, ""]} | {HOME.strip("/")})
            project = [(f"{PROJECT}/{path}".strip("/"), source) for path, source in files]
            container.put_archive("/", image.archive(project, owner=1000, folders=folders))
            for host, inside in snapshot.attached:
                found = [(f"{PROJECT}/{inside}/{p}".strip("/"), host / p) for p, _ in copying.stamps(host)]
                container.put_archive("/", image.archive(found, owner=0))
            marks = [f'LABEL {name}="{value}"' for name, value in labels().items()]
            return str(container.commit(changes=[*marks, "ENTRYPOINT []"]).id)
        finally:
            container.remove(force=True)

    def run(
        self, environment: Environment, snapshot: Snapshot, job: Job, limits: Limits, into: Path, watch: Watch
    ) -> Run:
        into.mkdir(parents=True, exist_ok=True)
        try:
            prepared = self._with_project(environment, snapshot)
            return self._run(prepared, snapshot, job, limits, into, watch, image.is_own(environment.id))
        except engine_errors() as error:
            raise Unavailable(f"the engine went away: {error}", "See whether it runs, then try again.") from error

    def _run(
        self, prepared: str, snapshot: Snapshot, job: Job, limits: Limits, into: Path, watch: Watch, is_own_image: bool
    ) -> Run:
        container = self._client.containers.create(
            prepared, command=list(job.argv), working_dir=PROJECT if job.cwd in ("", ".") else f"{PROJECT}/{job.cwd}",
            environment={"HOME": HOME, "USER": "user", **run_variables(job, limits)}, labels=labels(), init=True,
            tty=False, user="1000:1000", hostname="sandbox", network_mode="bridge" if job.network else "none",
            cap_drop=["ALL"], security_opt=["no-new-privileges"], pids_limit=limits.processes,
            mem_limit=limits.memory, memswap_limit=limits.memory, shm_size=limits.memory // 2,
            nano_cpus=min(limits.cpus, self._cpus) * 10**9, log_config={"type": "none"},
        )  # fmt: skip
        log = into / "log.txt"
        try:
            ending, code, seconds, peak = self._supervise(container, log, limits, watch)
            changed, deleted, is_whole = _collect(container, snapshot, into, limits.output, is_own_image)
        finally:
            with suppress(Exception):  # the next run removes what a dead engine keeps
                container.remove(force=True, v=True)
        if not is_whole and ending is Ending.EXITED:
            ending, code = Ending.TOO_MUCH_OUTPUT, None
        return Run(job.argv, ending, code, seconds, peak, into, log, changed, deleted)

    def _supervise(
        self, container: Any, log: Path, limits: Limits, watch: Watch
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
        meter = Meter(container)
        ending, code = self._wait(container, begun, limits)
        seconds = time.monotonic() - begun
        reader.join(timeout=5)
        if code == NO_SUCH_PROGRAM:
            _tell_what_is_missing(log)
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
        for made in self._prepared.values():
            with suppress(Exception):
                self._client.images.remove(made, force=True)
        self._prepared.clear()


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


def _tell_what_is_missing(log: Path) -> None:
    """The container's first process says it in words of its own: put it as shells do."""
    found = re.fullmatch(rb"\[FATAL tini [^\n]*\] exec ([^\n]+) failed: No such file or directory\s*", log.read_bytes())
    if found:
        log.write_bytes(b"sh: " + found.group(1) + b": not found\n")


def _keep_log(stream: Iterable[bytes], log: Path, limit: int, watch: Watch) -> None:
    with KeptLog(log, limit) as kept, suppress(Exception):
        for chunk in stream:
            watch("running", kept.write(chunk))


def _collect(
    container: Any, snapshot: Snapshot, into: Path, budget: int, is_own_image: bool
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Copy out what was changed; gives what that is, what is gone, and whether all of it fitted."""
    known = _known(snapshot)
    is_large = is_own_image or sum(max(size, 0) for size in known.values()) > SMALL
    changes: Changes | Everything = Everything(known)
    try:
        if is_large:
            changes = Changes.of(container.diff() or [])
        is_whole = _fetch(container, changes if changes.is_sayable else (changes := Everything(known)), into, budget)
    except engine_refusal():  # it cannot list what is nested too deep, nor ask for a link that leads to itself
        is_whole = _fetch(container, changes := Everything(known), into, budget)
    taken = [p for name in CAPTURED.values() for p in (f"{name}/{q}" for q, _ in copying.stamps(into / name))]
    deleted = [p for p in snapshot.paths if changes.is_gone(f"{PROJECT}/{p}")]
    return _results(taken), _results(deleted), is_whole


def _fetch(container: Any, changes: Changes | Everything, into: Path, budget: int) -> bool:
    """Unpack the changes into the run's folder; False where they are more than the budget."""
    for name in CAPTURED.values():
        copying.remove(into / name)
        (into / name).mkdir()
    links: dict[str, str] = {}
    is_whole = True
    for path in changes.archives():
        below = str(PurePosixPath(path).parent)
        try:
            chunks, _ = container.get_archive(path)
            with closing(chunks):  # else the engine goes on reading for us
                written, found = taking.unpack(chunks, into, partial(_placed, changes, below), budget)
        except engine_not_found():
            continue
        except taking.TooMuch:
            is_whole = False
            continue
        budget -= written
        links |= found
    taking.link_all(into, links)
    return is_whole


def _placed(changes: Changes | Everything, below: str, member: TarInfo, name: str) -> str | None:
    place = changes.place(below, name)
    return place if changes.is_new(path_of(below, name), member) else None


def _known(snapshot: Snapshot) -> dict[str, int]:
    """What a run finds, as paths in the container, with sizes."""
    found = {
        f"{PROJECT}/{path}": ANY if stat.S_ISLNK(mode) else os.lstat(source).st_size
        for path, source, mode in copying.sources(snapshot)
    }
    for host, inside in snapshot.attached:
        found |= {f"{PROJECT}/{inside}/{path}": size for path, (size, _, _) in copying.stamps(host)}
    return found


def _results(paths: list[str]) -> tuple[str, ...]:
    return tuple(sorted(p for p in paths if not copying.is_noise(p)))


def engine_errors() -> tuple[type[Exception], ...]:
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    return DockerException, RequestException


def engine_refusal() -> type[Exception]:
    from docker.errors import APIError

    found: type[Exception] = APIError
    return found


def engine_not_found() -> type[Exception]:
    from docker.errors import NotFound

    found: type[Exception] = NotFound
    return found
