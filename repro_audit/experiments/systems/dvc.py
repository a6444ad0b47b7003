"""DVC: what the run left beside what `dvc.lock` says was committed, by hash; and the data that its remotes hold."""

from __future__ import annotations

import configparser
import hashlib
import re
from collections.abc import Iterator
from typing import Any

from ...facts.yamls import Entry, read_yaml
from ...model import Place
from ...project import Project
from ...sandbox.model import Job, Run
from ..job import shown
from ..metrics import in_file
from ..model import FailureClass
from ..parameters.model import CannotSet
from .files import text_of
from .model import Asked, Finding, Plain, Record, Scene, flat_entry

MOST = 50  # pointers or outs that are told
DRIVES = re.compile(r"\bdvc\s+(?:repro|exp\s+run)\b")
LACKS = re.compile(
    r"missing data '?source'?:\s*([^\n]+)|failed to (?:pull|fetch)|does not exist: '?([^\n']+)|"
    r"missing cache files|Checkout failed|not in cache"
)


class Dvc(Plain):
    """Pipelines of `dvc.yaml`, and projects whose data stand behind `.dvc` pointers."""

    name = "dvc"

    def recognises(self, project: Project) -> bool:
        return bool(project.files.named("dvc.yaml", "dvc.lock") or project.files.suffixed(".dvc"))

    def set(self, project: Project, job: Job, key: str, value: Any) -> Job:
        raise CannotSet("DVC takes parameters from its files; there they are changed")

    def kept(self, run: Run) -> Iterator[Record]:
        """Each stage of the `dvc.lock` that the run wrote: its parameters as DVC took them, what it made."""
        for path in sorted(p for p in run.changed if p.rpartition("/")[2] == "dvc.lock"):
            for name, stage in read_yaml(text_of(run.folder / path)).get("stages").values.items():
                parameters = {k: v for file in stage.get("params").values.values() for k, v in flat_entry(file)}
                made = tuple(out.get("path").text for out in stage.get("outs").items)
                yield Record(f"{path.removeprefix('project/')}: {name}", "", parameters, {}, made)

    def findings(self, scene: Scene, asked: Asked | None) -> Iterator[Finding]:
        if scene.reference is None:
            yield from absent_data(scene)
            return
        if DRIVES.search(shown(scene.job.argv)):
            yield from changed_outs(scene.project, scene.reference)
            yield from changed_pointers(scene.project, scene.reference)
        yield from changed_metrics(scene.project, scene.reference)


def absent_data(scene: Scene) -> Iterator[Finding]:
    """Tracked data that the failed run may have missed, each with the remote that it would come from."""
    said = scene.said
    named = {m.strip().strip("'") for found in LACKS.findall(said) for m in found if m}
    is_missing = scene.failure is not None and scene.failure.kind in (
        FailureClass.MISSING_DATA,
        FailureClass.MISSING_FILE,
    )
    if not LACKS.search(said) and not is_missing:
        return
    remotes, default = remotes_of(scene.project)
    for path, at, own in list(tracked(scene.project))[:MOST]:
        if named and not any(path.endswith(n) or n.endswith(path) for n in named):
            continue
        remote = own or default
        where = f"the remote `{remote}` ({remotes[remote]})" if remote in remotes else "a remote that no file names"
        yield Finding(
            f"{path} is tracked by DVC and not in the repository: it comes from {where}, which was not reached", at,
            is_fault=True, failure=FailureClass.MISSING_DATA,
            next_step="Make the remote readable for everyone, or tell in the README where else the data are.",
        )  # fmt: skip


def tracked(project: Project) -> Iterator[tuple[str, Place, str]]:
    """(path, where it is told, its own remote) of tracked data that the tree lacks, and no stage makes."""
    for pointer in project.files.suffixed(".dvc"):
        folder = pointer.rpartition("/")[0]
        for out in read_yaml(project.files.text(pointer)).get("outs").items:
            path = f"{folder}/{out.get('path').text}".strip("/")
            if path not in project.files and path not in project.files.folders:
                yield path, Place(pointer, out.get("path").line or 1), out.get("remote").text


def remotes_of(project: Project) -> tuple[dict[str, str], str]:
    """The addresses by name, and the name of the default one."""
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        lines = (project.files.text(".dvc/config") or "").splitlines()
        parser.read_string("\n".join(line.strip() for line in lines))
    except configparser.Error:
        return {}, ""
    named = ((re.fullmatch(r"'?remote \"(.+)\"'?", s), s) for s in parser.sections())
    remotes = {m.group(1): str(parser.get(s, "url", fallback="")) for m, s in named if m}
    return remotes, str(parser.get("core", "remote", fallback="") or next(iter(remotes), ""))


def changed_outs(project: Project, run: Run) -> Iterator[Finding]:
    """Outs whose hash in the `dvc.lock` of the run is another than in the committed one."""
    for lock in project.files.named("dvc.lock"):
        committed = read_yaml(project.files.text(lock)).get("stages")
        made = (
            read_yaml(text_of(run.folder / "project" / lock)).get("stages")
            if f"project/{lock}" in run.changed
            else None
        )
        if made is None:
            continue
        for name, stage in sorted(committed.values.items()):
            yield from _changed(lock, name, stage, made.get(name), project)


def _changed(lock: str, name: str, stage: Entry, made: Entry, project: Project) -> Iterator[Finding]:
    after = {out.get("path").text: out.get("md5").text for out in made.get("outs").items}
    unlike = [o for o in stage.get("outs").items if after.get(o.get("path").text, "") not in ("", o.get("md5").text)]
    stale = stale_dependencies(lock, stage, project) if unlike else []
    for out in unlike[:MOST]:
        path, before = out.get("path").text, out.get("md5").text
        why = f"; the lock was made with another {stale[0]}" if stale else ""
        told = (
            f"`{path}` of stage `{name}` is no longer what was committed: md5 {before[:8]}… is now {after[path][:8]}…"
        )
        yield Finding(told + why, Place(lock, out.line), is_fault=True)


def stale_dependencies(lock: str, stage: Entry, project: Project) -> list[str]:
    """Committed dependencies that are not those which the committed lock was made with."""
    folder, found = lock.rpartition("/")[0], []
    for dep in stage.get("deps").items:
        path, stated = f"{folder}/{dep.get('path').text}".strip("/"), dep.get("md5").text
        data = project.files.open_bytes(path) if path in project.files and not stated.endswith(".dir") else None
        if data is None or not stated:
            continue
        digests = {_md5(data), _md5(data.replace(b"\r\n", b"\n"))}  # before DVC 3, texts were hashed without \r
        if stated not in digests:
            found.append(path)
    return found


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def changed_pointers(project: Project, run: Run) -> Iterator[Finding]:
    """`dvc repro` takes whatever data it finds, and writes their hash into the pointer."""
    for pointer in project.files.suffixed(".dvc"):
        if f"project/{pointer}" not in run.changed:
            continue
        before = read_yaml(project.files.text(pointer)).get("outs").items
        after = read_yaml(text_of(run.folder / "project" / pointer)).get("outs").items
        for one, two in zip(before, after, strict=False):
            if one.get("md5").text and two.get("md5").text not in ("", one.get("md5").text):
                told = f"the run used a `{one.get('path').text}` that is not the one which {pointer} tracks"
                yield Finding(told, Place(pointer, one.get("md5").line), is_fault=True)


def changed_metrics(project: Project, run: Run) -> Iterator[Finding]:
    """What `dvc metrics diff` would show: the numbers of the declared metrics files, committed and now."""
    for path in sorted(metric_files(project)):
        if f"project/{path}" not in run.changed or path not in project.files:
            continue
        before = {m.where: m.value for m in in_file(project.root / path, path)}
        for measured in in_file(run.folder / "project" / path, path):
            old = before.get(measured.where)
            if old is not None and old != measured.value:
                change = measured.value - old
                yield Finding(
                    f"{path}: {measured.where} was {old:g} as committed and came out {measured.value:g} ({change:+.3g})"
                )


def metric_files(project: Project) -> set[str]:
    """Those that the pipelines declare as metrics."""
    found = set()
    for path in project.files.named("dvc.yaml"):
        folder = path.rpartition("/")[0]
        whole = read_yaml(project.files.text(path))
        lists = [whole.get("metrics"), *(s.get("metrics") for s in whole.get("stages").values.values())]
        names = [n for one in lists for item in one.items for n in (item.text, *item.values) if n]
        found |= {f"{folder}/{name}".strip("/") for name in names}
    return found
