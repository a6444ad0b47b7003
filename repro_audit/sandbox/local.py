"""Runs on this machine, sealed by bubblewrap: no network, no home, no secrets, a fresh copy of the project.

The embedded default where no container engine answers. What it cannot do it says: the kernel, the
processor and the system libraries are the host's, and memory is watched rather than bounded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from ..errors import Unavailable
from . import copying, store
from .index import IndexSettings, index_settings
from .model import BuildFailed, Environment, Job, Limits, Recipe, RecipeKind, Run, Snapshot, Watch
from .supervise import supervise

PROJECT, HOME, ENV, PYTHON = "/project", "/home/user", "/env", "/python"
SYSTEM_FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
ETC_FILES = (
    "alternatives", "ca-certificates", "ssl", "pki", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime",
    "mime.types", "nsswitch.conf", "R", "magic",
)  # fmt: skip


class LocalSandbox:
    """The embedded runner."""

    name = "local"

    def __init__(self, *, unsafe: bool = False) -> None:
        self._bwrap = shutil.which("bwrap")
        self._unsafe = unsafe
        if self._bwrap and not _bwrap_works(self._bwrap):
            self._bwrap = None
        if self._bwrap is None and not unsafe:
            raise Unavailable(
                "bubblewrap is not here, so a run on this machine would not be sealed off",
                "Install bubblewrap (`apt-get install bubblewrap`), start Docker, or accept the risk with --unsafe-local.",
            )
        self.isolation = (
            "bubblewrap: no network, no home, no secrets; the host's kernel and system libraries"
            if self._bwrap
            else "none: the program ran as the user, with the user's files and network in reach"
        )

    def build(self, recipe: Recipe, snapshot: Snapshot, limits: Limits, watch: Watch) -> Environment:
        python = find_python(recipe.python) or nearest_python(recipe.python)
        key = store.digest(
            [
                recipe.python,
                python,
                recipe.requirements,
                recipe.constraints,
                recipe.tools,
                recipe.newest,
                recipe.installs_project and _digest_of(snapshot),
            ]
        )
        folder = store.environments_folder() / key
        is_cached = (folder / "done").is_file()
        log = folder / "build.log"
        if not is_cached:
            self._install(recipe, python, snapshot, folder, log, limits, watch)
        packages = tuple((folder / "done").read_text("utf-8").split("\n")) if (folder / "done").stat().st_size else ()
        return Environment(
            key, self.name, _version(python), packages, system=_system_name(), log=str(log), was_cached=is_cached
        )

    def _install(
        self, recipe: Recipe, python: str, snapshot: Snapshot, folder: Path, log: Path, limits: Limits, watch: Watch
    ) -> None:
        uv = find_uv()
        copying.remove(folder)
        folder.mkdir(parents=True)
        (store.cache_folder() / "uv").mkdir(parents=True, exist_ok=True)
        env = folder / "env"
        env.mkdir()
        with _scratch("build") as scratch:
            copy = scratch / "project"
            if recipe.installs_project:
                copying.copy_tree(snapshot, copy)
            else:
                copy.mkdir()
            wanted = scratch / "requirements.txt"
            wanted.write_text("\n".join([*recipe.requirements, *recipe.tools]) + "\n", "utf-8")
            locked = scratch / "constraints.txt"
            locked.write_text("\n".join(recipe.constraints) + "\n", "utf-8")
            script = _install_script(recipe, self._inside(python), bool(recipe.requirements or recipe.tools))
            index = index_settings()
            variables = {
                **index.variables,
                "UV_CACHE_DIR": "/uv-cache",
                "UV_LINK_MODE": "copy",
                "UV_PYTHON_DOWNLOADS": "never",
                "UV_NO_PROGRESS": "1",
            }
            if index.bundle:
                variables["SSL_CERT_FILE"] = index.bundle
            binds = [
                (env, ENV, True), (store.cache_folder() / "uv", "/uv-cache", True), (copy, PROJECT, True),
                (wanted, "/requirements.txt", False), (locked, "/constraints.txt", False), (Path(uv), "/uv", False), *((Path(f), f, False) for f in _outside(index)),
            ]  # fmt: skip
            command = self._sealed(
                python, binds, scratch, network=True, cwd=PROJECT, argv=["/bin/sh", "-c", script], variables=variables
            )
            ended = supervise(
                command,
                log,
                limits,
                env=self._outer_environment(variables),
                cwd=copy,
                on_line=lambda line: watch("building", line),
            )
        text = log.read_text("utf-8", "replace")
        if ended.exit != 0:
            raise BuildFailed(
                f"installing ended with {ended.ending.value if ended.exit is None else f'exit status {ended.exit}'}",
                text,
            )
        freeze = text.rpartition("--- installed ---\n")[2].strip()
        (folder / "done").write_text(freeze, "utf-8")

    def run(
        self, environment: Environment, snapshot: Snapshot, job: Job, limits: Limits, into: Path, watch: Watch
    ) -> Run:
        env = store.environments_folder() / environment.id / "env"
        python = find_python(environment.python) or sys.executable
        into.mkdir(parents=True, exist_ok=True)
        log = into / "log.txt"
        with _scratch("run") as scratch:
            copy = copying.copy_tree(snapshot, scratch / "project")
            (scratch / "home").mkdir()
            (scratch / "tmp").mkdir()
            binds = [
                (copy.folder, PROJECT, True),
                (scratch / "home", HOME, True),
                (scratch / "tmp", "/tmp", True),
                (env, ENV, False),
            ]
            binds += [(host, f"{PROJECT}/{inside}", False) for host, inside in snapshot.attached]
            cwd = PROJECT if job.cwd in ("", ".") else f"{PROJECT}/{job.cwd}"
            variables = run_variables(job, limits)
            command = self._sealed(
                python, binds, scratch, network=job.network, cwd=cwd, argv=list(job.argv), variables=variables
            )
            outer = self._outer_environment(variables, scratch, env)
            ended = supervise(
                command, log, limits, env=outer, cwd=copy.folder / job.cwd if (copy.folder / job.cwd).is_dir() else copy.folder,
                on_line=lambda line: watch("running", line), written=lambda: _written(scratch),
            )  # fmt: skip
            changed, deleted = _collect(copy, scratch, into)
        return Run(job.argv, ended.ending, ended.exit, ended.seconds, ended.peak_memory, into, log, changed, deleted)

    def _inside(self, python: str) -> str:
        """Where the sandbox sees a Python of the host."""
        prefix = _prefix(python)
        return python if self._bwrap is None or prefix.startswith("/usr") else PYTHON + python[len(prefix) :]

    def _outer_environment(
        self, variables: dict[str, str], scratch: Path | None = None, env: Path | None = None
    ) -> dict[str, str]:
        """What bubblewrap itself sees; without it, what the program sees."""
        if self._bwrap or scratch is None or env is None:
            return {"PATH": os.environ.get("PATH", os.defpath), **({} if self._bwrap else variables)}
        path = f"{env / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return {**variables, "PATH": path, "HOME": str(scratch / "home"), "TMPDIR": str(scratch / "tmp")}

    def _sealed(
        self, python: str, binds: list[tuple[Path, str, bool]], scratch: Path, *, network: bool, cwd: str,
        argv: list[str], variables: dict[str, str],
    ) -> list[str]:  # fmt: skip
        """The bubblewrap command line; without bubblewrap, the plain one with the inner paths replaced."""
        if self._bwrap is None:
            return _unsealed(argv, binds, python)
        words = [
            self._bwrap,
            "--unshare-all",
            "--die-with-parent",
            "--new-session",
            "--clearenv",
            "--hostname",
            "sandbox",
        ]
        words += ["--uid", "1000", "--gid", "1000", "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev"]
        words += ["--share-net"] if network else []
        for folder in SYSTEM_FOLDERS:
            if os.path.islink(folder):
                words += ["--symlink", os.readlink(folder), folder]
            elif os.path.isdir(folder):
                words += ["--ro-bind", folder, folder]
        for name in ETC_FILES + (("resolv.conf", "hosts") if network else ()):
            words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
        words += ["--tmpfs", "/tmp", "--tmpfs", "/var/tmp", "--tmpfs", "/run", "--dir", HOME]
        passwd = scratch / "passwd"
        passwd.write_text(f"user:x:1000:1000:user:{HOME}:/bin/sh\n", "utf-8")
        words += ["--ro-bind", str(passwd), "/etc/passwd"]
        prefix = _prefix(python)
        if not prefix.startswith("/usr"):
            words += ["--ro-bind", prefix, PYTHON]
            variables = {"LD_LIBRARY_PATH": f"{PYTHON}/lib", **variables}  # its own libpython, when it has one
        for host, inside, is_writable in binds:
            words += ["--bind" if is_writable else "--ro-bind", str(host), inside]
        inner = {
            "PATH": f"{ENV}/bin:{PYTHON}/bin:/usr/local/bin:/usr/bin:/bin",
            "HOME": HOME,
            "USER": "user",
            "LANG": "C.UTF-8",
            **variables,
        }
        for name, value in sorted(inner.items()):
            words += ["--setenv", name, value]
        return [*words, "--chdir", cwd, "--", *argv]


def run_variables(job: Job, limits: Limits) -> dict[str, str]:
    """The variables that every run gets: repeatable, quiet, and no more threads than processors."""
    threads = str(limits.cpus)
    plain = {
        "TZ": "UTC", "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", "MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "NUMEXPR_NUM_THREADS": threads,
        "WANDB_MODE": "offline", "GIT_PYTHON_REFRESH": "quiet", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "CUDA_VISIBLE_DEVICES": "",
    }  # fmt: skip
    return {**plain, **job.variables}


def _install_script(recipe: Recipe, python: str, has_requirements: bool) -> str:
    """What is typed in the build: an environment, the packages, and a list of what came of it."""
    newest = f" --exclude-newer {recipe.newest}" if recipe.newest else ""
    lines = ["set -e", f"/uv venv --quiet --allow-existing --python {python} {ENV}"]
    constraints = " -c /constraints.txt" if recipe.constraints else ""
    install = f"/uv pip install --python {ENV}/bin/python{newest}{constraints}"
    if has_requirements:
        lines.append(f"{install} -r /requirements.txt")
    if recipe.installs_project:
        lines.append(f"{install} --no-deps -e {PROJECT} || echo 'the project itself could not be installed'")
    lines += ["echo '--- installed ---'", f"/uv pip freeze --python {ENV}/bin/python 2>/dev/null"]
    return "\n".join(lines)


def _unsealed(argv: list[str], binds: list[tuple[Path, str, bool]], python: str) -> list[str]:
    """Without bubblewrap the inner paths are the host's."""
    inner = sorted(((inside, str(host)) for host, inside, _ in binds), key=lambda p: -len(p[0]))
    words = []
    for word in argv:
        for inside, host in inner:
            word = word.replace(inside, host)
        words.append(word)
    return words


def find_uv() -> str:
    """The uv program that is installed with this package."""
    try:
        from uv import find_uv_bin

        return os.path.realpath(find_uv_bin())
    except (ImportError, FileNotFoundError) as error:
        raise Unavailable("uv is not installed", "Install it with `pip install uv`.") from error


@lru_cache(maxsize=64)
def find_python(version: str) -> str | None:
    """A Python of that minor version on this machine, None without one."""
    minor = ".".join(version.split(".")[:2])
    if minor == f"{sys.version_info.major}.{sys.version_info.minor}":
        return os.path.realpath(sys.executable)
    candidates = [shutil.which(f"python{minor}") or ""]
    pyenv = Path(os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))) / "versions"
    candidates += sorted(str(p) for p in pyenv.glob(f"{minor}.*/bin/python{minor}"))
    for candidate in candidates:
        if candidate and os.path.isfile(candidate) and _version(candidate).startswith(minor):
            return os.path.realpath(candidate)
    with_uv = subprocess.run(
        [find_uv(), "python", "find", "--no-project", minor], capture_output=True, text=True, check=False
    )
    return os.path.realpath(with_uv.stdout.strip()) if with_uv.returncode == 0 else None


def nearest_python(version: str) -> str:
    """The Python of this machine that is nearest to the wanted one: a newer one before an older one."""
    wanted = int(version.split(".")[1])
    for minor in sorted(range(7, 20), key=lambda m: (abs(m - wanted), m < wanted)):
        found = find_python(f"3.{minor}")
        if found:
            return found
    return os.path.realpath(sys.executable)


@lru_cache(maxsize=64)
def _version(python: str) -> str:
    done = subprocess.run(
        [python, "-I", "-c", "import platform; print(platform.python_version())"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def _prefix(python: str) -> str:
    """The installation a Python belongs to; a virtual environment's is that of the Python it was made from."""
    return str(Path(os.path.realpath(python)).parent.parent)


def _outside(index: IndexSettings) -> list[str]:
    """Files and folders of the host that the installer has to see, and that the system folders do not hold."""
    found = [*index.folders, *([index.bundle] if index.bundle else [])]
    return [f for f in found if not f.startswith(("/usr/", "/etc/ssl/"))]


def _digest_of(snapshot: Snapshot) -> str:
    metadata = [p for p in snapshot.paths if p in ("pyproject.toml", "setup.py", "setup.cfg")]
    return store.digest([str(snapshot.root), *(store.file_digest(snapshot.root / p) for p in metadata)])


def _system_name() -> str:
    try:
        import platform

        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return sys.platform


def _written(scratch: Path) -> int:
    return sum(size for _, (size, _, _) in copying.stamps(scratch))


def _collect(copy: copying.Copy, scratch: Path, into: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Move what the run changed into its folder."""
    changed, deleted = copying.changes(copy)
    copying.keep_only(copy.folder, frozenset(changed))
    found = [f"project/{p}" for p in changed]
    for name in ("project", "home", "tmp"):
        target = into / name
        copying.remove(target)
        if name != "project":
            paths = [p for p, _ in copying.stamps(scratch / name) if not copying.is_noise(p)]
            found += [f"{name}/{p}" for p in paths]
        shutil.move(scratch / name, target)
    return tuple(sorted(found)), deleted


@contextmanager
def _scratch(kind: str) -> Iterator[Path]:
    """A folder of this process's own; it is removed whatever happens, or by the next run."""
    for left in store.leftovers():
        copying.remove(left)
    store.scratch_folder().mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", suffix=f"-{os.getpid()}", dir=store.scratch_folder()))
    try:
        yield folder
    finally:
        copying.remove(folder)


def _bwrap_works(bwrap: str) -> bool:
    """User namespaces may be switched off."""
    try:
        return (
            subprocess.run(
                [bwrap, "--ro-bind", "/", "/", "--unshare-all", "true"], capture_output=True, timeout=20, check=False
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
