"""Exact requirements, from what a run that worked really had installed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..facts.distributions import names_of
from ..facts.environment.model import Needed, PackageFile
from ..project import Project
from .model import Case, Declined, Installed, Proposal, exact_text, normalise_name, with_lines

FILE = "requirements.txt"
LOCK = "requirements.lock.txt"
LOCK_HEAD = "# Everything that was installed when repro-audit ran the main experiment"
INSTALLERS = frozenset({"pip", "setuptools", "wheel", "uv"})
NEEDS_A_RUN = (
    "the exact versions are known only from a run that works: `repro-audit score --run` keeps one, as long as the "
    "files stay"
)
_LINE = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]*)(?P<extras>\[[^\]\n]*\])?(?P<spec>[ \t]*(?:[<>=!~][^;#\n]*?)?)"
    r"(?P<rest>[ \t]*(?:;[^\n]*|[ \t]#[^\n]*)?)"
)


def propose(case: Case) -> Proposal | Declined:
    """Loose lines made exact and missing ones added; where another kind of file declares, a lock beside it."""
    installed, project = case.installed, case.project
    if installed is None or not installed.versions:
        return Declined(case.criterion, NEEDS_A_RUN)
    needed = [n for n in project.environment.needed if n.at.path.endswith((".py", ".ipynb"))]
    versions = {d for n in needed if (d := _distribution(n, installed))}
    if not versions:
        return Declined(case.criterion, "the kept run had none of the imported packages installed")
    lock = {LOCK: _lock(installed)} if set(_locked(installed)) > set(versions) else {}
    path = _requirements(project)
    if path is None:
        lock = {LOCK: _lock(installed)}
        return Proposal(case.criterion, lock, f"{LOCK} holds the {len(_locked(installed))} packages that the run had")
    old = exact_text(project, path) or ""
    new = _with_missing(_pinned(old, installed), needed, installed)
    why = f"{path} names the versions that the run had installed"
    return Proposal(
        case.criterion, {path: new, **lock}, why + (f", {LOCK} everything that came with them" * bool(lock))
    )


def _distribution(needed: Needed, installed: Installed) -> str:
    """What provides a module, among what was installed."""
    names = {normalise_name(n) for n in (*names_of(needed.module), needed.distribution)}
    return next((n for n in sorted(names) if n in installed.versions), "")


def _requirements(project: Project) -> str | None:
    """The requirement file that people install from, a new one where nothing is declared, None where
    another kind of file declares the packages."""
    main = [f for f in project.environment.packages if f.is_main and not is_lock(f) and f.declarations]
    plain = [f.path for f in main if f.kind == "requirements" and f.path.endswith(".txt")]
    if plain:
        return plain[0]
    others = [f for f in main if not _is_spoken(f)]
    return None if others or FILE in project.files else FILE


def is_lock(file: PackageFile) -> bool:
    """Ours is one by its name, however few packages it holds."""
    return file.is_lock or file.path.endswith(".lock.txt")


def _is_spoken(file: PackageFile) -> bool:
    """Whether packages are only named in prose or in a command, where nobody would look for versions."""
    return file.kind in ("readme", "install script", "notebook")


def _pinned(text: str, installed: Installed) -> str:
    lines = text.split("\n")
    return "\n".join(_pinned_line(line.removesuffix("\r"), installed) + "\r" * line.endswith("\r") for line in lines)


def _pinned_line(line: str, installed: Installed) -> str:
    """`name[extra] >=1 ; marker # why` with `==` in place of the range; any other line as it is."""
    found = _LINE.fullmatch(line)
    if not found or line.endswith("\\"):
        return line
    version = installed.versions.get(normalise_name(found["name"]))
    if version is None or re.fullmatch(r"[ \t]*===?[ \t]*[^,*]+", found["spec"]):
        return line
    return f"{found['name']}{found['extras'] or ''}=={version}{found['rest']}"


def _with_missing(text: str, needed: Iterable[Needed], installed: Installed) -> str:
    names = sorted({d for n in needed if n.declared is None and (d := _distribution(n, installed))})
    return with_lines(text, [f"{n}=={installed.versions[n]}" for n in names]) if names else text


def _locked(installed: Installed) -> dict[str, str]:
    """What is locked: all but the tools that install."""
    return {name: version for name, version in sorted(installed.versions.items()) if name not in INSTALLERS}


def _lock(installed: Installed) -> str:
    python = f", with Python {installed.python}" if installed.python else ""
    lines = (f"{name}=={version}\n" for name, version in _locked(installed).items())
    return f"{LOCK_HEAD}{python}.\n" + "".join(lines)


def declared_too(project: Project, name: str, version: str) -> dict[str, str] | None:
    """The files that declare one more package, none where it is declared already; None where that cannot be done."""
    main = [f for f in project.environment.packages if f.is_main and not _is_spoken(f)]
    if any(normalise_name(d.name) == name for f in main for d in f.declarations):
        return {}
    path = _requirements(project)
    if path is None or (path not in project.files and project.environment.missing):
        return None  # a new file with this one package would look as if it held all of them
    text = exact_text(project, path) or ""
    if "--hash" in text or text.rstrip().endswith("\\"):
        return None
    lock = exact_text(project, LOCK)
    locked = re.search(rf"^{re.escape(name)}==(\S+)$", lock or "", re.MULTILINE)
    line = f"{name}=={locked[1] if locked else version}"
    files = {path: with_lines(text, [line])}
    return files if lock is None or locked else {**files, LOCK: _in_order(with_lines(lock, [line]))}


def _in_order(lock: str) -> str:
    """A lock with its remarks first and its packages by their names."""
    lines = lock.splitlines(keepends=True)
    return "".join(sorted(lines, key=lambda line: (not line.startswith("#"), line.partition("==")[0])))
