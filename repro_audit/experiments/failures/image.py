"""The project's own image cannot be built: its Dockerfile is wrong, or the engine lacks a registry, a builder, room."""

from __future__ import annotations

import re

from ...model import Place
from ...sandbox.dockerfile import instructions
from ..model import Failure, FailureClass
from ..traceback import ANSI
from .installing import FULL, MAKE_ROOM, NO_IMAGE, of_ours
from .network import UNREACHABLE
from .words import last_lines

STEP = re.compile(r"^(?:Step \d+/\d+ : |STEP \d+/\d+: |\[(?:\S+ )?\d+/\d+\] )(\S.*)$", re.MULTILINE)
NO_SERVER = re.compile(  # what installers in a step say, beside what Python's do
    r"Could not resolve '|Temporary failure resolving|CERTIFICATE_VERIFY_FAILED|certificate verify failed|"
    r"Could not resolve host|wget: unable to resolve|Connection timed out"
)


def image_failure(log: str, message: str, file: str, text: str, *, is_of_ours: bool = False) -> Failure:
    """The image of a Dockerfile, whose text is given, could not be built."""
    plain = ANSI.sub("", log)
    steps = list(STEP.finditer(plain))
    last = plain[steps[-1].start() :] if steps else plain
    if is_of_ours:
        return of_ours(message, f"Build {file} on an engine that can, then run it again.", log)
    if NO_IMAGE.search(last):
        return of_ours(
            f"an image that {file} begins from could not be fetched: {message}",
            "Give the engine a way to the registry, or load the image into it, then run it again.", log,
        )  # fmt: skip
    if UNREACHABLE.search(last) or NO_SERVER.search(last):
        return of_ours(
            f"a step of {file} could not reach a server: {message}", "Check the engine's network, then run it again.",
            log,
        )  # fmt: skip
    if FULL.search(last):
        return of_ours("the disk is full", MAKE_ROOM, log)
    at = Place(file, _line(steps[-1].group(1) if steps else "", text))
    return Failure(
        FailureClass.INSTALL_FAILED, f"{file} cannot be built: {message}",
        f"Mend {at}, and try it with `docker build`." , at, last_lines(log),
    )  # fmt: skip


def _line(step: str, text: str) -> int | None:
    """Where the instruction stands that the builder was at."""
    wanted = " ".join(step.split())
    return next((n for n, found in instructions(text) if wanted and " ".join(found.split()) == wanted), None)
