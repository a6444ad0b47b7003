"""Why a build or run failed: a class, the project's line behind it, and what to do next.

Most projects fail here, in this order: imports, files, names, drifted interfaces. What the log
says is matched from the most to the least telling.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..facts.distributions import distribution_of, is_stdlib
from ..model import Place
from ..project import Project
from ..sandbox.model import Ending, Run
from .model import Failure, FailureClass
from .traceback import ANSI, Traceback, last_traceback

LAST_LINES = 12
PYTHON2_MODULES = {
    "cPickle",
    "urllib2",
    "ConfigParser",
    "Queue",
    "StringIO",
    "cStringIO",
    "HTMLParser",
    "httplib",
    "urlparse",
    "Tkinter",
    "commands",
    "__builtin__",
}
PYTHON2_NAMES = re.compile(
    r"name '(?:xrange|unicode|raw_input|basestring|unichr|long|reduce|file|cmp|execfile|reload)' is not defined"
)
REMOVED_STDLIB = {
    "distutils",
    "imp",
    "asynchat",
    "asyncore",
    "smtpd",
    "cgi",
    "pipes",
    "telnetlib",
    "imghdr",
    "sndhdr",
    "crypt",
}
NETWORK = re.compile(
    r"Temporary failure in name resolution|Network is unreachable|Name or service not known|getaddrinfo failed|Could not resolve host|"
    r"NameResolutionError|Max retries exceeded with url|Failed to establish a new connection|nodename nor servname|LocalEntryNotFoundError|"
    r"OfflineModeIsEnabled|couldn't connect to|We couldn't connect|ConnectError|unable to resolve host|No route to host",
    re.IGNORECASE,
)
HOST = re.compile(r"https?://([\w.-]+)|host='([\w.-]+)'|host: ([\w.-]+)|unable to resolve host address [‘'\"]([\w.-]+)")
GPU = re.compile(
    r"No CUDA GPUs are available|Torch not compiled with CUDA|Found no NVIDIA driver|CUDA driver|CUDA error|nvidia-smi: (?:command )?not found|"
    r"CUDA_HOME|libcuda\.so|libcudart|no CUDA-capable device|requires? (?:a )?(?:CUDA|GPU)|No supported gpu backend|invalid device ordinal|cudaGetDeviceCount|GPU .{0,40}not available",
    re.IGNORECASE,
)
SECRET = re.compile(
    r"api[_ -]?key|access[_ -]?token|credentials|WANDB_API_KEY|NoCredentials|kaggle\.json|not logged in|login required|\b\w*(?:SECRET|TOKEN|PASSWORD|API_KEY)\w*\b",
    re.IGNORECASE,
)
DATA_FILE = re.compile(
    r"\.(?:csv|tsv|txt|npy|npz|h5|hdf5|mat|parquet|pkl|pickle|pt|pth|ckpt|bin|jpe?g|png|tiff?|wav|mp3|mp4|avi|zip|tar|gz|xml|xlsx?|jsonl?|arff|arrow|feather|db|sqlite|bam|fasta|nii)$",
    re.IGNORECASE,
)
DATA_FOLDER = re.compile(
    r"(?:^|/)(?:data|dataset|datasets|input|inputs|images|raw|corpus|train|test|val|checkpoints?|weights|models?)(?:/|$)",
    re.IGNORECASE,
)
BINARY = re.compile(
    r"undefined symbol|numpy\.dtype size changed|compiled using NumPy 1|torchvision::nms|ABI|binary incompatibility|GLIBCXX|cannot open shared object file"
)
DRIFT = re.compile(
    r"has no attribute|unexpected keyword argument|got multiple values for|cannot import name|was removed in|has been removed|is removed|"
    r"takes \d+ positional arguments?|missing \d+ required (?:positional|keyword)|no longer supported|is deprecated and|must be a str among|"
    r"allow_pickle=False|parameter of \w+ must be|object has no attribute|not a valid (?:option|parameter)|inhomogeneous shape",
)
MISSING_FILE = re.compile(
    r"(?:No such file or directory|does not exist|not found|Couldn't find|Cannot find|Unable to open|can't open file)[^'\"\n]*[:=]?\s*[‘'\"]?([^'\"’\n]*)",
    re.IGNORECASE,
)
QUOTED_PATH = re.compile(r"['\"‘]([^'\"’\n]*[/.][^'\"’\n]*)['\"’]")
COMMAND_MISSING = re.compile(
    r"(?:sh|bash): (?:\d+: |line \d+: )?([\w.+-]+): (?:command )?not found|exec: \"?([\w./+-]+)\"?: (?:executable file )?not found|execvp ([\w./+-]+): No such file"
)


@dataclass(frozen=True)
class Words:
    """What a failed run said."""

    log: str
    traceback: Traceback | None
    project: Project

    @property
    def at(self) -> Place | None:
        return self.traceback.own if self.traceback else None


def install_failure(log: str, message: str) -> Failure:
    """The environment could not be made."""
    lines = _last_lines(log)
    if NETWORK.search(log) and not re.search(r"No solution found|no matching distribution", log, re.IGNORECASE):
        return Failure(
            FailureClass.INSTALL_FAILED,
            "the package index could not be reached",
            "Check the network and the index settings, then run it again.",
            None,
            lines,
        )
    told = re.search(r"(?:Because|because) (.{10,300}?)(?:, we can conclude|\.|$)", " ".join(ANSI.sub("", log).split()))
    reason = told.group(1) if told else message
    return Failure(
        FailureClass.INSTALL_FAILED,
        f"the declared packages cannot be installed: {reason}",
        "Mend the versions named in the log, or commit a lock file that installs.",
        None,
        lines,
    )


def run_failure(run: Run, project: Project) -> Failure | None:
    """Why a run failed; None where it did not."""
    log = ANSI.sub("", run.log.read_bytes()[-2_000_000:].decode("utf-8", "replace"))
    words = Words(log, last_traceback(log), project)
    limits = {
        Ending.TIMED_OUT: (
            FailureClass.TIMED_OUT,
            f"still running after {run.seconds:.0f} s",
            "Give it more time with --timeout, or a shorter form of the run.",
        ),
        Ending.OUT_OF_MEMORY: (
            FailureClass.OUT_OF_MEMORY,
            "it needed more memory than it was given",
            "Give it more with --memory.",
        ),
        Ending.TOO_MUCH_OUTPUT: (
            FailureClass.CRASHED,
            "it wrote more than the limit of output",
            "Raise the limit, or write less.",
        ),
    }
    if run.ending in limits:
        kind, message, step = limits[run.ending]
        return Failure(kind, message, step, None, _last_lines(log))
    if run.exit == 0 and not _lies(run, words):
        return None
    for classify in CLASSIFIERS:
        found = classify(words)
        if found:
            return found
    return _crashed(words, run)


def _lies(run: Run, words: Words) -> bool:
    """A shell script or notebook tool may end with status 0 after an error that nobody handled."""
    runs_others = run.argv[0].rpartition("/")[2] in ("sh", "bash", "make", "zsh") or any(
        a.endswith(".sh") for a in run.argv[:3]
    )
    return runs_others and words.traceback is not None and "Traceback (most recent call last)" in words.log


def _failure(words: Words, kind: FailureClass, message: str, step: str) -> Failure:
    return Failure(kind, message, step, words.at, _last_lines(words.log))


def _python2(words: Words) -> Failure | None:
    tb, log = words.traceback, words.log
    module = _missing_module(words)
    is_old = (
        "Missing parentheses in call to 'print'" in log
        or re.search(r"NoSuchKernel.*python2|No such kernel named python2", log)
        or PYTHON2_NAMES.search(log)
        or module in PYTHON2_MODULES
        or (
            tb is not None
            and tb.error in ("SyntaxError", "TabError")
            and re.search(r"\bprint [\"'\w]|except \w+, \w+:|exec \"", log)
        )
    )
    if is_old:
        return _failure(
            words,
            FailureClass.PYTHON_VERSION,
            "it is written for Python 2",
            "Port it (`2to3`), or give an image with the Python it needs.",
        )
    if module in REMOVED_STDLIB:
        return _failure(
            words,
            FailureClass.PYTHON_VERSION,
            f"the module {module} is no longer part of Python",
            "State the Python version that it needs, for example in .python-version.",
        )
    if tb is not None and tb.error in ("SyntaxError", "TabError") and tb.is_in_a_package:
        return _failure(
            words,
            FailureClass.PYTHON_VERSION,
            f"an installed package does not run on this Python: {tb.message}",
            "State the Python version that it needs.",
        )
    return None


def _missing_module(words: Words) -> str:
    found = (
        re.search(r"No module named '?\"?([\w.]+)", words.log[-20_000:])
        if "No module named" in words.log[-20_000:]
        else None
    )
    last = list(re.finditer(r"No module named '?\"?([\w.]+)", words.log))
    return last[-1].group(1).split(".")[0] if found and last else ""


def _missing_package(words: Words) -> Failure | None:
    module = _missing_module(words)
    tb = words.traceback
    is_last_word = bool(module) and (
        tb is None or tb.error in ("ModuleNotFoundError", "ImportError") or module in tb.message
    )
    if is_last_word and not is_stdlib(module):
        if module in words.project.sources.packages or module in words.project.sources.by_module:
            return _failure(
                words,
                FailureClass.MISSING_PACKAGE,
                f"{module} is the project's own, but Python does not find it from there",
                "Make it installable, or say from which folder the command is run.",
            )
        name = "setuptools<81" if module == "pkg_resources" else distribution_of(module)
        return _failure(
            words,
            FailureClass.MISSING_PACKAGE,
            f"the module {module} is not installed",
            f"Declare {name} in the requirements.",
        )
    missing = COMMAND_MISSING.search(words.log)
    if missing:
        name = next(g for g in missing.groups() if g)
        return _failure(
            words,
            FailureClass.MISSING_PACKAGE,
            f"the program {name} is not installed",
            f"Declare what brings {name}, or install it in the image.",
        )
    return None


def _binary(words: Words) -> Failure | None:
    tb = words.traceback
    if (
        tb
        and BINARY.search(f"{tb.message} {tb.error}")
        and tb.error in ("ImportError", "RuntimeError", "ValueError", "OSError", "AttributeError")
    ):
        return _failure(
            words,
            FailureClass.INSTALL_FAILED,
            f"the installed packages do not fit each other: {tb.message[:200]}",
            "Pin versions that were built for each other.",
        )
    return None


def _network(words: Words) -> Failure | None:
    if not NETWORK.search(words.log[-30_000:]):
        return None
    hosts = [next(g for g in m.groups() if g) for m in HOST.finditer(words.log[-30_000:])]
    host = hosts[-1] if hosts else "a server"
    return _failure(
        words,
        FailureClass.NETWORK_NEEDED,
        f"it wants to reach {host}, and a run has no network",
        "Commit or track the data, or open the network with --network.",
    )


def _gpu(words: Words) -> Failure | None:
    tail = words.log[-8_000:]
    if GPU.search(tail if words.traceback is None else f"{words.traceback.error} {words.traceback.message}"):
        return _failure(
            words,
            FailureClass.NEEDS_GPU,
            "it needs a GPU, and none is here",
            "Give it a fallback to the CPU, or run it where there is one.",
        )
    return None


def _secret(words: Words) -> Failure | None:
    tb = words.traceback
    text = f"{tb.error}: {tb.message}" if tb else "\n".join(_last_lines(words.log))
    if tb and tb.error in ("ModuleNotFoundError", "ImportError", "FileNotFoundError", "SyntaxError"):
        return None
    found = SECRET.search(text)
    if found:
        return _failure(
            words,
            FailureClass.NEEDS_SECRET,
            f"it needs a secret: {found.group(0)}",
            "Pass it with --env NAME, or let the experiment run without it.",
        )
    return None


def _missing_path(words: Words) -> Failure | None:
    tb = words.traceback
    last = tb.message if tb else "\n".join(_last_lines(words.log)[-6:])
    is_file_error = tb is not None and tb.error in (
        "FileNotFoundError",
        "NotADirectoryError",
        "PermissionError",
        "OSError",
        "IOError",
    )
    if not is_file_error and not re.search(
        r"No such file|does not exist|can't open file|Couldn't find any|missing data source|not found in|cannot find the|missing-files|does not contain",
        last,
        re.IGNORECASE,
    ):
        return None
    quoted = [q for q in QUOTED_PATH.findall(last)] or [m.strip() for m in MISSING_FILE.findall(last) if m.strip()]
    path = quoted[-1].strip() if quoted else ""
    if (
        path.startswith("/")
        and not path.startswith(("/project", "/tmp", "/env", "/home/user/.", "/python", "/usr/"))
        or re.match(r"[A-Za-z]:\\", path)
    ):
        return _failure(
            words,
            FailureClass.ABSOLUTE_PATH,
            f"it reads {path}, a path of another machine",
            "Make the path relative to the project, or an option.",
        )
    plain = path.removeprefix("/project/")
    if not plain and not is_file_error:
        return None
    if DATA_FILE.search(plain) or DATA_FOLDER.search(plain) or "missing-files" in last or "data source" in last:
        origin = _where_from(words.project)
        return _failure(
            words,
            FailureClass.MISSING_DATA,
            f"{plain or 'its data'} is not there{origin}",
            "Commit the data, track them with a pointer, or state the command that fetches them.",
        )
    return _failure(
        words, FailureClass.MISSING_FILE, f"{plain or 'a file'} is not there", "Commit the file, or say how it is made."
    )


def _where_from(project: Project) -> str:
    """Where the documentation says that the data come from."""
    linked = [s for s in project.data.sources if "://" in s.what and s.at.path]
    return f"; {linked[0].at} says it comes from {linked[0].what}" if linked else ""


def _drift(words: Words) -> Failure | None:
    tb = words.traceback
    if tb is None:
        return None
    text = f"{tb.error}: {tb.message}"
    is_foreign = (
        tb.is_in_a_package or re.search(r"module '(\w+)", tb.message) is not None or "cannot import name" in text
    )
    if is_foreign and (
        DRIFT.search(text)
        or tb.error in ("TypeError", "AttributeError", "InvalidParameterError", "NotImplementedError")
    ):
        return _drifted(words, tb)
    if (
        tb.error in ("AttributeError", "ImportError")
        and DRIFT.search(text)
        and not tb.is_in_a_package
        and re.search(r"'(?:DataFrame|Series|Index|Tensor|ndarray)'", text)
    ):
        return _drifted(words, tb)
    if (
        tb.is_in_a_package
        and tb.error in ("ValueError", "KeyError")
        and tb.package in ("pandas", "sklearn", "numpy", "seaborn", "matplotlib", "scipy")
    ):
        return _drifted(words, tb)
    return None


def _drifted(words: Words, tb: Traceback) -> Failure:
    package = (
        tb.package or next(iter(re.findall(r"module '(\w+)|from '(\w+)", tb.message)), ("a package",))[0] or "a package"
    )
    return _failure(
        words,
        FailureClass.API_DRIFT,
        f"{package} changed since: {tb.error}: {tb.message[:200]}",
        f"Pin {package} to the version that it was written for.",
    )


def _crashed(words: Words, run: Run) -> Failure:
    tb = words.traceback
    said = (
        f"{tb.error}: {tb.message[:200]}"
        if tb
        else next((line for line in reversed(_last_lines(words.log)) if line.strip()), "it said nothing")
    )
    status = "although its exit status was 0" if run.exit == 0 else f"exit status {run.exit}"
    return _failure(words, FailureClass.CRASHED, f"{said} ({status})", "Mend the line named, then run it again.")


def _last_lines(log: str) -> tuple[str, ...]:
    return tuple(line[:300] for line in ANSI.sub("", log).replace("\r", "\n").rstrip().split("\n")[-LAST_LINES:])


CLASSIFIERS: tuple[Callable[[Words], Failure | None], ...] = (
    _python2, _missing_package, _binary, _network, _gpu, _missing_path, _secret, _drift,
)  # fmt: skip
