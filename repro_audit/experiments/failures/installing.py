"""The environment cannot be made, or what was installed does not fit together."""

from __future__ import annotations

import re

from ...facts.distributions import distribution_of, normalise_name
from ..model import Failure, FailureClass
from ..traceback import ANSI
from .network import UNREACHABLE
from .system import LIBRARIES
from .words import Words, last_lines

UNSOLVABLE = re.compile(r"No solution found|no matching distribution", re.IGNORECASE)
BECAUSE = re.compile(r"[Bb]ecause (.{10,300}?)(?:, we can conclude|\. |$)")
NOT_BUILT = re.compile(r"Failed to (?:build|download and build|prepare|resolve)[^`\n]*`([^`\n]+)`")
BUILD_SAYS = re.compile(r"^ *((?:[\w.]*Error|error|fatal error)\b(?!: Failed to )[^\n]{5,})$", re.MULTILINE)
WANTED_BY = re.compile(r"hint: `([^`]+)`[^\n]*was included because `([^`]+)`")
MISFIT = re.compile(
    r"undefined symbol|numpy\.(?:dtype|ufunc) size changed|compiled using NumPy 1|"
    r"numpy\.core\.multiarray failed to import|"
    r"_ARRAY_API not found|operator \w+::\w+ does not exist|binary incompatib|incompatible ABI|"
    r"version `?(?:GLIBC|GLIBCXX|CXXABI)\w*[_\d.]+'? not found|Descriptors cannot (?:not )?be created directly|"
    r"was built with CUDA|Incompatible .{0,40}versions?\b|DLL load failed|"
    r"is required for a normal functioning of this module, but found"
)
NAMED = re.compile(r"\b([A-Za-z][\w.-]*)(?:(?:\[[^\]]*\])?[<>=!~]| (?:cannot be built|was not found))")
LONGEST = 2000  # characters of a message that are searched for names: a log may hold anything
LIBRARY = re.compile(r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object file")
NO_IMAGE = re.compile(  # what engines say where a registry does not answer, or not to us
    r"\bdial tcp\b|(?:pull|requested) access .{0,40}denied|unauthorized: (?:access|authentication)|"
    r"TLS handshake timeout|Client\.Timeout exceeded|toomanyrequests|x509: certificate"
)
FULL = re.compile(r"[Nn]o space left on device|[Dd]isk quota exceeded")
MAKE_ROOM = "Make room (`repro-audit clean --all`), and run it again."
FITTING = "Pin versions that were built for each other."


def install_failure(
    log: str, message: str, what: str = "the declared packages", *, is_of_ours: bool = False
) -> Failure:
    """The environment could not be made."""
    plain = ANSI.sub("", log)
    if NO_IMAGE.search(plain):
        return of_ours(
            "the image to build on could not be fetched",
            "Give the engine a registry, or name an image that it has in REPRO_AUDIT_BASE_IMAGE.", log,
        )  # fmt: skip
    if UNREACHABLE.search(plain) and not UNSOLVABLE.search(plain):
        return of_ours(
            "the package index could not be reached", "Check the network and the index settings, then run it again.",
            log,
        )  # fmt: skip
    if FULL.search(plain):
        return of_ours("the disk is full", MAKE_ROOM, log)
    if is_of_ours:
        return of_ours(message, "See what the log says, then run it again.", log)
    reason = _reason(plain) or message
    return Failure(
        FailureClass.INSTALL_FAILED, f"{what} cannot be installed: {reason}",
        _by_its_name(reason) or "Mend the versions named in the log, or commit a lock file that installs.", None,
        last_lines(log),
    )  # fmt: skip


def _by_its_name(reason: str) -> str:
    """What is imported under one name may be published under another, and a stub stand where it was looked for."""
    for name in named_in(reason):
        known = distribution_of(name)
        if known != normalise_name(name):
            return f"Write {known} for {name}: so the package is called that is imported as {name}."
    return ""


def named_in(message: str) -> list[str]:
    """The packages that an installer's message names, as it writes them."""
    return NAMED.findall(message[:LONGEST])


def of_ours(message: str, step: str, log: str) -> Failure:
    """Something of this machine, its network or its engine was in the way."""
    return Failure(FailureClass.INSTALL_FAILED, message, step, None, last_lines(log), is_of_ours=True)


def _reason(log: str) -> str:
    """Which package, who wants it, and why it cannot be had."""
    not_built = NOT_BUILT.search(log)
    if not_built:
        says = BUILD_SAYS.findall(log)
        wanted = WANTED_BY.search(log)
        by = f" (wanted by {wanted.group(2)})" if wanted and wanted.group(1) in not_built.group(1) else ""
        return f"{not_built.group(1)}{by} cannot be built" + (f": {says[-1].strip()[:200]}" if says else "")
    because = BECAUSE.search(" ".join(log.split()))
    return because.group(1) if because else ""


def misfit(words: Words) -> Failure | None:
    """Installed, but packages, or a package and the system, do not fit each other."""
    tb = words.traceback
    library = LIBRARY.search(words.last)
    if library and not library.group(1).startswith(("libcuda", "libcudart", "libnvidia", "libcudnn")):
        brings = LIBRARIES.get(library.group(1), "")
        return words.failure(
            FailureClass.INSTALL_FAILED, f"the system library {library.group(1)} is not installed",
            f"Install {brings or 'the system package that brings it'}, or name it in an image of the project's own.",
            brings=brings, is_of_ours=True,
        )  # fmt: skip
    if tb is not None and MISFIT.search(" ".join(t.text for t in words.chain)):
        return words.failure(
            FailureClass.INSTALL_FAILED, f"the installed packages do not fit each other: {tb.headline}", FITTING
        )
    return None
