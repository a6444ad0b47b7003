"""Images of environments: built, or found again, and looked into."""

from __future__ import annotations

import json
import re
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from typing import Any

from . import buildkit, dockerfile, image, store
from .engine import engine_errors, engine_not_found, engine_refusal, is_patience, labels
from .index import index_settings
from .layout import ENV
from .model import GIB, MIB, BuildFailed, Environment, Limits, Recipe, RecipeKind, Snapshot, Watch
from .own_package import why_not_installed

NAME = "docker"
LABELS = {store.LABEL: "environment"}
LOOK_WITHIN = 60  # seconds
LOOK = (
    "cat /etc/os-release 2>/dev/null; echo ---; (python --version || python3 --version) 2>&1; echo ---; "
    f"cat {ENV}/installed.txt 2>/dev/null || (python -m pip freeze || python3 -m pip freeze) 2>/dev/null"
)
STEP = re.compile(r" ---> ([0-9a-f]{12})$", re.MULTILINE)  # how the engine's own builder names what a step made
BUILD_LOG = 4 * MIB  # characters of a build's log that are kept


class Builder:
    """Builds in the engine of a client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def build(self, recipe: Recipe, snapshot: Snapshot, limits: Limits, watch: Watch) -> Environment:
        from docker.errors import ImageNotFound

        version, index = self._client.version(), index_settings()
        if recipe.kind is RecipeKind.IMAGE:
            context = self._own(recipe, snapshot)
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
        return Environment(
            context.tag, NAME, python or recipe.python, packages, found.id, system, log, is_cached,
            has_project=recipe.installs_project and recipe.kind is not RecipeKind.IMAGE,
            why_not_installed=why_not_installed(log),
        )  # fmt: skip

    def _build(self, context: image.Context, limits: Limits, watch: Watch, hidden: Callable[[str], str]) -> str:
        """Build an image; gives the log, and raises it where the build fails."""
        lines: list[str] = []
        try:
            for line in self._steps(context, limits):
                lines.append(hidden(line))
                watch("building", lines[-1].strip().rpartition("\n")[2])
        except BuildFailed as error:
            log = "".join([*lines, hidden(error.log)])[-BUILD_LOG:]
            raise BuildFailed(hidden(str(error)), log, is_of_ours=error.is_of_ours) from None
        finally:
            self._remove_stages("".join(lines))
        return "".join(lines)[-BUILD_LOG:]

    def _remove_stages(self, said: str) -> None:
        """Remove what the steps of a build left beside its image: the stages that are only copied from, or a part of
        what failed. They are larger than the image, and without a name or a label nobody would find them again.
        """
        for step in dict.fromkeys(reversed(STEP.findall(said))):  # the last first: it is made of those before
            with suppress(*engine_errors()):
                found = self._client.images.get(step)
                if not found.tags and not found.attrs.get("RepoDigests"):
                    self._client.images.remove(found.id)  # refused where a container or another image needs it

    def _own(self, recipe: Recipe, snapshot: Snapshot) -> image.Context:
        """The context of the project's own Dockerfile, which the engine reads itself where it cannot have the image
        that the Dockerfile names for that.
        """
        context = image.own(recipe, snapshot)
        reader = dockerfile.frontend(context.text)
        if reader is None or dockerfile.newer(context.text) is None or self._has_image(reader):
            return context
        return image.own(recipe, snapshot, dockerfile.without_frontend(context.text))

    def _has_image(self, name: str) -> bool:
        """Whether the engine has an image, or can fetch it."""
        try:
            with suppress(engine_not_found()):
                return bool(self._client.images.get(name))
            return bool(self._client.images.pull(name))
        except engine_errors():
            return False

    def _steps(self, context: image.Context, limits: Limits) -> Iterator[str]:
        """What the engine says while it builds; its log is the last word where it fails."""
        deadline = time.monotonic() + limits.seconds
        late = f"building took longer than {limits.seconds:.0f} s"
        newer = dockerfile.newer(context.text)
        try:
            with closing(self._newer(context, limits) if newer else self._older(context, limits)) as stream:
                for message in stream:
                    line = str(message.get("stream") or message.get("error") or message.get("message") or "")
                    if "error" in message or "message" in message:
                        deque(stream, maxlen=0)  # until the engine has cleared up after itself
                        raise _failed(line, newer, context.dockerfile)
                    if time.monotonic() > deadline:
                        raise BuildFailed(late, late, is_of_ours=True)
                    if line.strip():
                        yield line
        except engine_errors() as error:
            if is_patience(error):
                raise BuildFailed(late, late, is_of_ours=True) from error
            if isinstance(error, engine_refusal()):
                raise _failed(str(getattr(error, "explanation", "") or error), newer, context.dockerfile) from error
            raise

    def _older(self, context: image.Context, limits: Limits) -> Generator[dict[str, Any], None, None]:
        """By the builder that every engine has."""
        yield from self._client.api.build(
            fileobj=context.packed(), custom_context=True, dockerfile=context.dockerfile, tag=context.tag,
            buildargs=context.arguments, labels=LABELS, rm=True, forcerm=True, decode=True,
            timeout=int(limits.seconds), container_limits={"memory": limits.memory},
        )  # fmt: skip

    def _newer(self, context: image.Context, limits: Limits) -> Generator[dict[str, Any], None, None]:
        """By BuildKit. It has nobody to ask for a registry's token, so what it begins from is fetched before."""
        for name in dockerfile.images(context.text):
            self._has_image(name)
        parameters = {"dockerfile": context.dockerfile, "t": context.tag, "labels": json.dumps(LABELS), "rm": "true"}
        packed = context.packed()
        for message in buildkit.build(self._client.api, packed, parameters, limits.seconds):
            if buildkit.TAKES_NO_FILES in str(message) and buildkit.has_client():
                break
            yield message
        else:
            return
        yield from buildkit.build_by_client(packed, context.dockerfile, context.tag, LABELS, limits.seconds)

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


def _failed(said: str, newer: dockerfile.Newer | None, file: str) -> BuildFailed:
    """The last line counts; that a builder is too old, or was to be given a secret, is not the project's fault."""
    last = said.strip().rpartition("\n")[2]
    reason = newer.explained(file, last) if newer else ""
    return BuildFailed(reason or last, said, is_of_ours=bool(reason))
