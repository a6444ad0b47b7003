"""A module, a program or a kernel is not there."""

from __future__ import annotations

import re

from ...facts.distributions import distribution_of, is_known_import, is_stdlib
from ..model import Failure, FailureClass
from .system import PROGRAMS
from .words import INSIDE, Words

NO_MODULE = re.compile(r"No module named ['\"]?([\w.]+)")
NO_R_PACKAGE = re.compile(r"there is no package called [‘'\"]([\w.]+)")
NO_JULIA_PACKAGE = re.compile(r"Package (\w+) (?:not found in current path|is required but does not seem)")
NO_KERNEL = re.compile(r"[Nn]o such kernel named ([^\s'\"]+)")
NO_MODEL = re.compile(r"Can't find model ['\"]([\w.-]+)['\"]")
NO_CLASS = re.compile(r"\bClass '(\w+)(?:\.\w+){2,}' not found")  # Kedro, of a data set's type
NO_PROGRAM = re.compile(
    r"^(?:/bin/)?(?:ba|da|z)?sh: (?:\d+: |line \d+: )?([\w.+/-]+): (?:command )?not found|"
    r"^[^:\n]+: line \d+: ([\w.+/-]+): command not found|"
    r"^make: ([\w.+-]+): No such file or directory|exec: \"?([\w./+-]+)\"?: (?:executable file )?not found|"
    r"execvp ([\w./+-]+): No such file|"
    r"env: [‘'\"]?([\w.+-]+)[’'\"]?: No such file",
    re.MULTILINE,
)
PROGRAM_ERROR = re.compile(r"No such file or directory: ['\"]([\w+-]+)['\"]")
RELATIVE = re.compile(r"attempted relative import (?:with no known parent package|beyond top-level package)")
OWN_NAME = re.compile(
    r"cannot import name ['\"]?(\w+)['\"]? from (?:partially initialized module )?['\"]([\w.]+)['\"](?: \(([^)]+)\))?"
)
NEEDED_BY = re.compile(
    r"(?:pip3?|conda) install (?:--?[\w-]+ )*['\"`]?([A-Za-z][\w.\[\]-]+)|Missing optional dependency ['\"]([\w.-]+)|"
    r"requires? the ['\"`]?([\w.-]+)['\"`]? (?:library|package)|[`'\"]([\w.-]+)[`'\"] (?:is|are) not installed"
)
# Packages that share a top-level name: that one of them is installed says nothing of another.
SHARED = frozenset(
    "google azure mpl_toolkits sphinxcontrib ruamel zope backports jaraco nvidia lightning_fabric".split()
)
SPECIAL = {"pkg_resources": "setuptools<81"}  # the last with it
NOT_FOUND = "but Python does not find it from there"
UNTOLD = (
    "ImportError",
    "ModuleNotFoundError",
    "ValueError",
    "RuntimeError",
    "OSError",
    "ImproperlyConfigured",
    "Exception",
)


def missing_module(words: Words) -> str:
    """The dotted name of the module whose absence ended the run, "" where it was not that."""
    tb = words.traceback
    found = NO_MODULE.findall(tb.text if tb else words.tail)
    return found[-1].rstrip(".") if found else ""


def missing_package(words: Words) -> Failure | None:
    module = missing_module(words)
    top = module.partition(".")[0]
    if (words.is_own_module(top) and not is_known_import(top)) or RELATIVE.search(words.last):
        return _not_found_from_there(words, module)
    if module and not is_stdlib(top):
        # Python names the whole path only where the package itself is there: then it has changed.
        if "." in module and top not in SHARED and not words.is_own_module(top):
            return None
        return _not_installed(words, module if top in SHARED else top)
    return _own_name(words) or _in_other_words(words) or _missing_program(words)


def _not_installed(words: Words, module: str) -> Failure:
    if words.is_own_module(module):
        return _not_found_from_there(words, module)
    if not is_known_import(module) and module not in SPECIAL and "." not in module:
        return words.failure(
            FailureClass.MISSING_PACKAGE, f"the module {module} is not installed, and no package of that name is known",
            f"Commit {module}, or declare what brings it.",
        )  # fmt: skip
    name = SPECIAL.get(module) or distribution_of(module)
    return words.failure(
        FailureClass.MISSING_PACKAGE, f"the module {module} is not installed", f"Declare {name} in the requirements.",
        lacks=name,
    )  # fmt: skip


def _not_found_from_there(words: Words, module: str) -> Failure:
    if not module:
        return words.failure(
            FailureClass.MISSING_PACKAGE, "a module of a package is run as if it were a script",
            "Run it with `python -m`, from the folder above the package.",
        )  # fmt: skip
    return words.failure(
        FailureClass.MISSING_PACKAGE, f"{module} is the project's own, {NOT_FOUND}",
        "Make it installable, or say from which folder the command is run.",
    )  # fmt: skip


def _own_name(words: Words) -> Failure | None:
    """A name that the project imports from itself and does not have."""
    found = OWN_NAME.search(words.last)
    if not found or "circular import" in words.last:
        return None
    name, module, file = found.groups()
    is_own = (
        file.startswith(INSIDE)
        if file
        else words.is_own_module(module) and not is_known_import(module.partition(".")[0])
    )
    if not is_own:
        return None
    return words.failure(
        FailureClass.MISSING_PACKAGE, f"{module} is the project's own, and has no {name}",
        f"Commit the {module} that has {name}, or mend the import.",
    )  # fmt: skip


def _in_other_words(words: Words) -> Failure | None:
    """What R, Julia, Jupyter, spaCy and packages with optional parts say."""
    told = NO_R_PACKAGE.search(words.tail) or NO_JULIA_PACKAGE.search(words.tail)
    if told:
        return words.failure(
            FailureClass.MISSING_PACKAGE, f"the package {told.group(1)} is not installed",
            f"Declare {told.group(1)} in renv.lock, DESCRIPTION or Project.toml.",
        )  # fmt: skip
    kernel = NO_KERNEL.search(words.last)
    if kernel:
        name = kernel.group(1)
        return words.failure(
            FailureClass.MISSING_PACKAGE, f"the notebook asks for the Jupyter kernel {name}, which is not installed",
            "Save the notebook with the kernel python3, or say how the kernel is made.",
        )  # fmt: skip
    model = NO_MODEL.search(words.last)
    if model:
        return words.failure(
            FailureClass.MISSING_PACKAGE, f"the model {model.group(1)} is not installed",
            f"State the command that installs it: `python -m spacy download {model.group(1)}`.",
        )  # fmt: skip
    kind = NO_CLASS.search(words.last)
    if kind and is_known_import(kind.group(1)) and not words.is_own_module(kind.group(1)):
        return _not_installed(words, kind.group(1))
    return _optional(words)


def _optional(words: Words) -> Failure | None:
    tb = words.traceback
    needed = NEEDED_BY.search(tb.message) if tb is not None and tb.error in UNTOLD else None
    if needed is None:
        return None
    name = next(g for g in needed.groups() if g)
    return words.failure(
        FailureClass.MISSING_PACKAGE, f"{name} is not installed, which another package needs for this",
        f"Declare {name} in the requirements.", lacks=name,
    )  # fmt: skip


def _missing_program(words: Words) -> Failure | None:
    tb = words.traceback
    if tb is not None:
        by_name = PROGRAM_ERROR.search(tb.message) if any("subprocess" in f.path for f in tb.frames) else None
        name = by_name.group(1) if by_name else ""
    else:
        told = list(NO_PROGRAM.finditer("\n".join(words.log.splitlines()[-30:])))
        name = next(g for g in told[-1].groups() if g) if told else ""
    if not name or name in ("nvidia-smi", "nvcc"):
        return None
    if "/" in name:
        return words.failure(
            FailureClass.MISSING_FILE, f"{name} is not there", "Commit the file, or say how it is made."
        )
    return words.failure(
        FailureClass.MISSING_PACKAGE, no_program(name), f"Declare what brings {name}, or install it in the image.",
        brings=PROGRAMS.get(name, ""),
    )  # fmt: skip


def no_program(name: str) -> str:
    """What is said of a program that is not there."""
    return f"the program {name} is not installed"
