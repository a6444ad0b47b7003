"""Images with the project in them, so that the engine's record of a container's changes is the run's own."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from typing import IO, Any

from . import copying, image, start, store, taking
from .engine import engine_refusal, labels
from .layout import UID, Layout, passwd_line
from .model import MIB, PROJECT, Environment, Snapshot, Surroundings

MOST = 4  # images of a kind that are kept at once
LARGEST_PASSWD = MIB  # bytes
USUAL_USER = Surroundings().user


class Prepared:
    """Makes them, and finds them again as long as the files are the same.

    A base holds a copy of the project; what differs from it in one run is laid over it in a layer of its own.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._bases: dict[str, str] = {}
        self._laid: dict[str, str] = {}

    def image(self, environment: Environment, snapshot: Snapshot, around: Surroundings) -> str:
        """The image from which a run starts."""
        tracked = start.project_files(replace(snapshot, overlays=()))
        upper = {p: s for p, s in start.project_files(snapshot).items() if tracked.get(p) != s}
        home, layout = start.home_files(snapshot), Layout.of(around)
        key, base = self._base(environment, snapshot, tracked, around)
        if not upper and not home:
            return base
        key = store.digest([key, *map(list, (start.states(upper), start.states(home)))])
        if key not in self._laid:
            if len(self._laid) >= MOST:
                self._remove(self._laid, next(iter(self._laid)))
            self._laid[key] = self._made(base, [_archive({layout.project: upper, layout.home: home})])
        return self._laid[key]

    def _base(
        self, environment: Environment, snapshot: Snapshot, files: start.Files, around: Surroundings
    ) -> tuple[str, str]:
        """(what it is known by, the image) with the project's own files, and what is attached to it."""
        attached = [(str(host), inside) for host, inside in snapshot.attached]
        layout = Layout.of(around)
        where = [environment.image, layout.project, around.user]
        key = store.digest([where, str(snapshot.root), list(start.states(files)), attached])
        if key not in self._bases:
            if len(self._bases) >= MOST:
                self.close()
            archives = [_archive({layout.project: files, layout.home: {}}), *_attached(snapshot, layout)]
            if around.has_room or (environment.has_project and layout.project != PROJECT):
                archives.append(image.archive([], links={PROJECT.strip("/"): layout.project}))
            is_named = around.user == USUAL_USER and not image.is_own(environment.id)
            self._bases[key] = self._made(environment.image, archives, "" if is_named else around.user)
        return key, self._bases[key]

    def _made(self, begin: str, archives: Iterable[IO[bytes]], user: str = "") -> str:
        """An image with the archives unpacked in it, and a name for the user where one is wanted."""
        container = self._client.containers.create(
            begin, command=["true"], labels=labels(), network_mode="none", user="root"
        )
        try:
            for archive in archives:
                container.put_archive("/", archive)
            if user:
                container.put_archive("/", image.archive([("etc/passwd", _passwd(container, user))]))
            marks = [f'LABEL {name}="{value}"' for name, value in labels().items()]
            return str(container.commit(changes=[*marks, "ENTRYPOINT []"]).id)
        finally:
            container.remove(force=True)

    def _remove(self, images: dict[str, str], key: str) -> None:
        with suppress(Exception):  # the next audit removes what stays
            self._client.images.remove(images[key], force=True, noprune=True)  # its base is still in use
        del images[key]

    def close(self) -> None:
        """Remove the images; environments stay."""
        for images in (self._laid, self._bases):
            for key in list(images):
                self._remove(images, key)


def _archive(below: Mapping[str, start.Files]) -> IO[bytes]:
    """Files by the folder that they go below, as the run's user has them, with the folders that they are in."""
    folders = [f"{folder}/{parent}".strip("/") for folder, files in below.items() for parent in start.parents(files)]
    return image.archive(start.placed(below), owner=UID, folders=folders)


def _attached(snapshot: Snapshot, layout: Layout) -> Iterable[IO[bytes]]:
    for host, inside in snapshot.attached:
        below = f"{layout.project}/{inside}".strip("/")
        yield image.archive([(f"{below}/{path}", host / path) for path, _ in copying.stamps(host)])


def _passwd(container: Any, user: str) -> bytes:
    """The image's users, ours before any other of its name or number; what else the image has of them stays."""
    own = passwd_line(user).encode()
    others = [line for line in _read(container, "/etc/passwd").splitlines() if line.split(b":")[0] != user.encode()]
    return own + b"".join(line + b"\n" for line in others)


def _read(container: Any, path: str) -> bytes:
    """A small file of a stranger's image, empty where it is none."""
    with suppress(engine_refusal(), tarfile.TarError):
        chunks, _ = container.get_archive(path)
        with closing(chunks), tarfile.open(fileobj=taking.Stream(chunks), mode="r|") as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() and member.size <= LARGEST_PASSWD else None
                return file.read() if file else b""
    return b""
