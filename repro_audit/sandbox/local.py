"""Runs on this machine, sealed by bubblewrap: no network, no home, no secrets, a fresh copy of the project.

The embedded default where no container engine answers. What it cannot do it says: the kernel, the
processor and the system libraries are the host's, and memory is watched rather than bounded.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import Unavailable
from . import bubblewrap, copying, hook, notes, processors, start, store, taking, unsealed
from .bubblewrap import Bind, Link
from .index import IndexSettings, index_settings
from .layout import ENV, PYTHON, TMP, Layout
from .model import (
    NOTES,
    PROJECT,
    BuildFailed,
    Ending,
    Environment,
    Job,
    Limits,
    Recipe,
    Run,
    Snapshot,
    Surroundings,
    Watch,
)  # fmt: skip
from .own_package import installing, options, why_not_installed
from .pythons import find_python, find_uv, nearest_python, prefix_of, version_of
from .supervise import Ended, end_left, supervise

AS_ALWAYS = Surroundings()
# uv's complaint of a file of its own store.
DAMAGED = re.compile(r"/(?:archive|wheels|sdists|simple)-v\d+/[^\n]*\((?:os error|No such file)")
INSTALLED = "--- installed ---\n"  # what follows in the log is the list of packages
NO_SEAL = (
    "bubblewrap is not here, so a run on this machine would not be sealed off",
    "Install bubblewrap (`apt-get install bubblewrap`), start Docker, or take the risk: --unsafe-local.",
)
NO_SEAL_EVER = (
    "bubblewrap is for Linux, so a run on this machine would not be sealed off",
    "Start Docker, or take the risk: --unsafe-local.",
)


def remove_leftovers(*, all_of_them: bool = False) -> list[str]:
    """End and remove what audits that died left on this machine, or all that there is; gives what was removed."""
    folder = store.scratch_folder()
    left = sorted(folder.iterdir()) if all_of_them and folder.is_dir() else store.leftovers()
    for one in left:
        end_left(one)
        copying.remove(one)
    return [f"scratch {one.name}" for one in left]


class LocalSandbox:
    """The embedded runner."""

    name = "local"

    def __init__(self, *, unsafe: bool = False) -> None:
        bwrap = shutil.which("bwrap")
        self._bwrap = bwrap if bwrap and bubblewrap.works(bwrap) else None
        if self._bwrap is None and not unsafe:
            raise Unavailable(*(NO_SEAL if sys.platform.startswith("linux") else NO_SEAL_EVER))
        self.isolation = (
            "bubblewrap: no network, no home, no secrets; the host's kernel and system libraries"
            if self._bwrap
            else "none: the program ran as the user, with the user's files and network in reach"
        )
        remove_leftovers()

    def build(self, recipe: Recipe, snapshot: Snapshot, limits: Limits, watch: Watch) -> Environment:
        python = find_python(recipe.python) or nearest_python(recipe.python)
        key = _key(recipe, python, snapshot)
        folder = store.environments_folder() / key
        with store.locked(folder):
            is_cached = (folder / "done").is_file()
            if not is_cached:
                self._installed(recipe, python, snapshot, folder, limits.for_build, watch)
        packages = tuple((folder / "done").read_text("utf-8").splitlines())
        log = folder / "build.log"
        return Environment(
            key, self.name, version_of(python), packages, system=_system_name(), log=str(log), was_cached=is_cached,
            has_project=recipe.installs_project, why_not_installed=why_not_installed(log.read_text("utf-8", "replace")),
        )  # fmt: skip

    def _installed(
        self, recipe: Recipe, python: str, snapshot: Snapshot, folder: Path, limits: Limits, watch: Watch
    ) -> None:
        """Make it; once more from nothing where what was kept of earlier downloads is damaged."""
        try:
            self._install(recipe, python, snapshot, folder, limits, watch)
        except BuildFailed as error:
            if not DAMAGED.search(error.log):
                raise
            copying.remove(_downloads())
            self._install(recipe, python, snapshot, folder, limits, watch)

    def _install(
        self, recipe: Recipe, python: str, snapshot: Snapshot, folder: Path, limits: Limits, watch: Watch
    ) -> None:
        """Make the environment in `folder`; it counts when `done` is there, which lists what was installed."""
        copying.remove(folder)
        (folder / "env").mkdir(parents=True)
        log, index = folder / "build.log", index_settings()
        with _scratch("build") as scratch:
            binds = _build_binds(recipe, snapshot, scratch, folder / "env", index)
            command, variables = self._command(
                ["/bin/sh", "-c", _install_script(recipe, self._inside(python))], binds, scratch, python, limits,
                _installer_variables(index), PROJECT, network=True,
            )  # fmt: skip
            ended = supervise(
                command, log, limits, env=variables, cwd=scratch / "project",
                on_line=lambda line: watch("building", index.hidden(line)),
            )  # fmt: skip
        text = index.hidden(log.read_text("utf-8", "replace"))
        log.write_text(text, "utf-8")
        if ended.exit != 0:
            copying.remove(folder)
            how = ended.ending.value if ended.exit is None else f"exit status {ended.exit}"
            raise BuildFailed(f"installing ended with {how}", text, is_of_ours=ended.exit is None)
        (folder / "done").write_text(text.rpartition(INSTALLED)[2].strip(), "utf-8")

    def run(
        self, environment: Environment, snapshot: Snapshot, job: Job, limits: Limits, into: Path, watch: Watch
    ) -> Run:
        env = store.environments_folder() / environment.id / "env"
        python = find_python(environment.python) or sys.executable
        into.mkdir(parents=True, exist_ok=True)
        log = into / "log.txt"
        with _scratch("run") as scratch:
            begin = _begin(snapshot, scratch)
            mounts: list[Bind | Link] = [*_own_folders(scratch, job.surroundings), Bind(env, ENV)]
            mounts += _carried(job, scratch)
            mounts += _project(snapshot, begin.project.folder, job.surroundings, environment.has_project)
            command, variables = self._command(
                list(job.argv), mounts, scratch, python, limits, run_variables(job, limits),
                Layout.of(job.surroundings).inner(job.cwd), network=job.network, around=job.surroundings,
            )  # fmt: skip
            inner = begin.project.folder / job.cwd
            ended = supervise(
                command, log, limits, env=variables, cwd=inner if inner.is_dir() else begin.project.folder,
                on_line=lambda line: watch("running", line), written=begin.written,
                processors=processors.wanted(job, limits),
            )  # fmt: skip
            return _collected(job, ended, begin, into, limits.output)

    def _inside(self, python: str) -> str:
        """Where the sandbox sees a Python of the host."""
        prefix = prefix_of(python)
        return python if self._bwrap is None or prefix.startswith("/usr") else PYTHON + python[len(prefix) :]

    def _command(
        self, argv: list[str], mounts: Sequence[Bind | Link], scratch: Path, python: str, limits: Limits,
        wanted: Mapping[str, str], cwd: str, *, network: bool = False, around: Surroundings = AS_ALWAYS,
    ) -> tuple[list[str], dict[str, str]]:  # fmt: skip
        """The command line of the sandbox and its variables; without bubblewrap the inner paths are the host's."""
        if self._bwrap is None:
            return unsealed.command(argv, mounts, scratch, limits, wanted, around)
        prefix = prefix_of(python)
        if Path(os.path.expanduser("~")).resolve().is_relative_to(prefix):
            raise Unavailable(
                f"the home folder is part of the Python in {prefix}, so a run could read it",
                "Use a Python that is installed in a folder of its own.",
            )
        command = bubblewrap.sealed(
            self._bwrap, argv, mounts, scratch, prefix, limits, variables=wanted, cwd=cwd, network=network,
            around=around,
        )  # fmt: skip
        return command, bubblewrap.variables(wanted, around)


def run_variables(job: Job, limits: Limits) -> dict[str, str]:
    """The variables that every run gets: repeatable, quiet, and no more threads than processors.

    None chooses a backend of matplotlib: without a display it draws into memory anyway, and a notebook
    would lose its figures.
    """
    threads = str(processors.wanted(job, limits))
    plain = {
        "TZ": "UTC", "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "MKL_NUM_THREADS": threads,
        "NUMEXPR_NUM_THREADS": threads, "WANDB_MODE": "offline", "GIT_PYTHON_REFRESH": "quiet",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1", "CUDA_VISIBLE_DEVICES": "",
    }  # fmt: skip
    return {**plain, **job.variables}


def _key(recipe: Recipe, python: str, snapshot: Snapshot) -> str:
    """The name of the environment: equal for equal wishes."""
    wanted = [recipe.python, python, recipe.requirements, recipe.constraints, recipe.tools, recipe.newest]
    own = [_digest_of(snapshot), installing(recipe)] if recipe.installs_project else [False]
    return store.digest([*wanted, hook.LINE, *own])


def _digest_of(snapshot: Snapshot) -> str:
    """What an installation of the project depends on: its metadata, and which modules there are."""
    metadata = [p for p in snapshot.paths if p in ("pyproject.toml", "setup.py", "setup.cfg")]
    modules = [p for p in snapshot.paths if p.endswith(".py")]
    return store.digest([modules, *(store.file_digest(snapshot.root / p) for p in metadata)])


def _build_binds(recipe: Recipe, snapshot: Snapshot, scratch: Path, env: Path, index: IndexSettings) -> list[Bind]:
    """What the installer sees; the project only where it is installed itself."""
    project, cache = scratch / "project", _downloads()
    if recipe.installs_project:
        start.copied(start.project_files(snapshot), project)
    project.mkdir(exist_ok=True)
    cache.mkdir(parents=True, exist_ok=True)
    wanted, locked, line = scratch / "requirements.txt", scratch / "constraints.txt", scratch / hook.FILE
    wanted.write_text("\n".join([*recipe.requirements, *recipe.tools]) + "\n", "utf-8")
    locked.write_text("\n".join(recipe.constraints) + "\n", "utf-8")
    line.write_text(hook.LINE, "utf-8")
    return [
        Bind(env, ENV, True), Bind(cache, "/uv-cache", True), Bind(project, PROJECT, True),
        *_own_folders(scratch, AS_ALWAYS), Bind(wanted, "/requirements.txt"), Bind(locked, "/constraints.txt"),
        Bind(line, hook.SOURCE), Bind(Path(find_uv()), "/uv"),
        *(Bind(Path(f), f) for f in _outside(index)),
    ]  # fmt: skip


def _downloads() -> Path:
    """What uv keeps of the packages that it fetched and built."""
    return store.cache_folder() / "uv"


def _own_folders(scratch: Path, around: Surroundings) -> list[Bind]:
    for name in ("home", "tmp"):
        (scratch / name).mkdir(exist_ok=True)
    return [Bind(scratch / "home", Layout.of(around).home, True), Bind(scratch / "tmp", TMP, True)]


def _carried(job: Job, scratch: Path) -> list[Bind]:
    """What travels into the run, and with it a folder for notes."""
    if not job.carried:
        return []
    (scratch / "notes").mkdir()
    return [*(Bind(here, inside) for here, inside in job.carried), Bind(scratch / "notes", NOTES, True)]


def _project(snapshot: Snapshot, copy: Path, around: Surroundings, has_project: bool) -> list[Bind | Link]:
    """The project, and what is attached to it, where the run finds them.

    An environment with the project installed in it leads to `PROJECT`: where it stands elsewhere, a link does so too.
    """
    folder = Layout.of(around).project
    link = [Link(PROJECT, folder)] if around.has_room or (has_project and folder != PROJECT) else []
    return [Bind(copy, folder, True), *(Bind(host, f"{folder}/{inside}") for host, inside in snapshot.attached), *link]


def _outside(index: IndexSettings) -> list[str]:
    """Files and folders of the host that the installer has to see, and that the system folders do not hold."""
    found = [*index.folders, *([index.bundle] if index.bundle else [])]
    return [f for f in found if not f.startswith("/usr/")]


def _installer_variables(index: IndexSettings) -> dict[str, str]:
    own = {
        "UV_CACHE_DIR": "/uv-cache", "UV_LINK_MODE": "copy", "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1",
    }  # fmt: skip
    return {**index.variables, **own, **({"SSL_CERT_FILE": index.bundle} if index.bundle else {})}


def _install_script(recipe: Recipe, python: str) -> str:
    """What is typed in the build: an environment, the packages, and a list of what came of it."""
    lines = ["set -e", f"/uv venv --quiet --allow-existing --python {python} {ENV}"]
    install = f"/uv pip install --python {ENV}/bin/python{options(recipe)}"
    if recipe.requirements or recipe.tools:
        lines.append(f"{install} -r /requirements.txt")
    if recipe.installs_project:
        lines.append(installing(recipe, "/uv"))
    lines += [
        hook.laying(ENV),
        f"echo '{INSTALLED.strip()}'",
        f"/uv pip freeze --python {ENV}/bin/python 2>/dev/null",
    ]
    return "\n".join(lines)


def _system_name() -> str:
    try:
        import platform

        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return sys.platform


@dataclass(frozen=True, slots=True)
class _Begin:
    """The folders of a run as it begins."""

    scratch: Path
    project: start.Copy
    home: start.Copy

    def written(self) -> int:
        """The bytes that the run has written to files so far."""
        others = [s for name in ("tmp", "notes") for _, s in copying.stamps(self.scratch / name)]
        return self.project.written + self.home.written + sum(size for size, _, _ in others)


def _begin(snapshot: Snapshot, scratch: Path) -> _Begin:
    project = start.copied(start.project_files(snapshot), scratch / "project")
    return _Begin(scratch, project, start.copied(start.home_files(snapshot), scratch / "home"))


def _collected(job: Job, ended: Ended, begin: _Begin, into: Path, budget: int) -> Run:
    """The run with what it changed moved into its folder."""
    changed, deleted = begin.project.changes()
    tmp = tuple(p for p, _ in copying.stamps(begin.scratch / "tmp") if not copying.is_noise(p))
    left = {"project": changed, "home": begin.home.changes()[0], "tmp": tmp}
    for name, paths in left.items():
        copying.remove(into / name)
        try:
            budget -= taking.take(begin.scratch / name, into / name, paths, budget)
        except taking.TooMuch:
            ended = replace(ended, ending=_worse(ended.ending), exit=None)
    if job.carried:
        notes.take(begin.scratch / "notes", into)
    found = [f"{name}/{p}" for name in left for p, _ in copying.stamps(into / name)]
    log = into / "log.txt"
    return Run(
        job.argv, ended.ending, ended.exit, ended.seconds, ended.peak_memory, into, log, tuple(sorted(found)), deleted
    )


def _worse(ending: Ending) -> Ending:
    return Ending.TOO_MUCH_OUTPUT if ending is Ending.EXITED else ending


@contextmanager
def _scratch(kind: str) -> Iterator[Path]:
    """A folder of this process's own; it is removed whatever happens, or by the next run."""
    store.scratch_folder().mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", suffix=f"-{os.getpid()}", dir=store.scratch_folder()))
    try:
        yield folder
    finally:
        copying.remove(folder)
