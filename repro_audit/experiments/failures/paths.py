"""A file or folder is not where the run looks for it."""

from __future__ import annotations

import posixpath
import re

from ...project import Project
from ...sandbox.layout import USUAL
from ..model import Failure, FailureClass
from .words import INSIDE, Words, below_project

DATA_FILE = re.compile(
    r"\.(?:csv|tsv|txt|npy|npz|h5|hdf5|mat|parquet|pkl|pickle|joblib|pt|pth|ckpt|safetensors|onnx|bin|jpe?g|png|"
    r"bmp|gif|tiff?|wav|flac|mp3|"
    r"mp4|avi|zip|tar|t?gz|bz2|xz|7z|rar|xml|xlsx?|jsonl?|ndjson|arff|arrow|feather|db|sqlite3?|bam|fasta|fa|fastq|"
    r"vcf|nii|dcm|"
    r"edf|rds|rdata|rda|dta|sav|geojson|shp|nc|root|las|ply|vec|model|dat|data|tfrecords?|lmdb|idx\d?-ubyte|gml|"
    r"graphml|mtx|sdf|smi|pdb)$",
    re.IGNORECASE,
)
DATA_FOLDER = re.compile(
    r"(?:^|/)(?:data|datas?ets?|inputs?|images?|imgs?|raw|processed|corpus|corpora|train|test|val|valid|validation|"
    r"checkpoints?|ckpts?|weights|"
    r"pretrained|models?|saved_models?|embeddings?|samples|videos?|audio)(?:/|$)|(?:^|/)\w*_?(?:data|dataset)/?$",
    re.IGNORECASE,
)
FILE_ERRORS = ("FileNotFoundError", "NotADirectoryError", "NotFoundError", "NoSuchFileError", "PathNotFound")
OTHER_FILE_ERRORS = ("PermissionError", "OSError", "IOError", "IsADirectoryError")
NOT_THERE = re.compile(
    r"No such file|does(?:n't| not) exist|can't open file|[Cc]annot open|[Uu]nable to open|Couldn't find any|"
    r"missing data|not found[ .:]|not found$|"
    r"cannot find the|[Cc]ould not find|missing-files|does not contain|is not a (?:file|directory|dir|folder|"
    r"valid (?:path|directory))|No rule to make target|"
    r"Is a directory|non-existent directory|Permission denied|Read-only file system|Missing input files|"
    r"no such directory|[Pp]ath .{1,80} not|cannot stat",
)
# What libraries say when they looked into a folder and found nothing, or into a file that is only a pointer.
NOTHING_THERE = re.compile(
    r"Found 0 (?:files|images|validated|samples)|Couldn't find any class folder|"
    r"num_samples should be a positive integer|No objects to concatenate|"
    r"need at least one array to (?:concatenate|stack)|n_samples=0|Dataset not found(?: or corrupted)?|"
    r"You can use download=True|!_?(?:src|img|image)\.empty\(\)|"
    r"missing data source|missing data '|missing-files|Found array with 0 (?:sample|feature)|invalid load key, 'v'|"
    r"git-lfs\.github\.com|"
    r"No (?:images?|data|files?|samples?|input files?) (?:were |was )?found|[Ee]mpty (?:dataset|data set|"
    r"training set)|No columns to parse from file|"
    r"Unable to find .{0,60}(?:data|in cache)|is only a Git LFS pointer"
)
WRITES = re.compile(
    r"\.(?:to_(?:csv|json|pickle|parquet|excel|hdf|feather)|savefig|save\w*|dump|write\w*|imwrite|imsave|mkdir|"
    r"export)\(|"
    r"\b(?:savetxt|savez?|imsave|imwrite|dump|makedirs|mkdir)\(|open\([^)]*['\"][wax]b?\+?['\"]|FileHandler\(|"
    r"SummaryWriter\("
)
QUOTED = re.compile(r"['\"‘`]([^'\"’`\n]{1,400})['\"’`]")
NAMED = re.compile(
    r"(?:No such file or directory|non-existent directory|Permission denied|Not a directory|"
    r"Read-only file system): b?"
    r"['\"]([^'\"]+)['\"]"
)
HDF5_NAME = re.compile(r"name = '([^']+)'")
UNQUOTED = re.compile(
    r"(?:class folder|subfolders of|files?|images?) (?:in|of|from):? ([^\s'\",;:]+)|"
    r"(?:No such file or directory|does(?:n't| not) exist|not found|can't open file|Unable to open file|"
    r"missing data source|cannot stat)[:,]? ?\(?['\"‘]?([^\s'\"’,;)]+)|"
    r"(?:File|Path|[Dd]irectory|[Ff]older|OSError:|Error:) ([^\s'\",;:]*[/.][^\s'\",;:]*)(?: does| not|;|:)|"
    r"([^\s'\";:,(]+[/.][^\s'\";:,]*)[;:]? (?:No such file|not found|does not exist)"
)
OF_THE_SANDBOX = (
    *INSIDE,
    "/tmp",
    "/var/tmp",
    "/env",
    "/python",
    "/usr/",
    "/bin/",
    "/proc",
    "/dev/",
    "/sys/",
    "/etc/",
    f"{USUAL.home}/.",
)
HOME = f"{USUAL.home}/"
ASKS_FOR_HOME = re.compile(r"\bexpanduser\b|\bhome\(\)|['\"\s=:]~/|\bHOME\b")
MOST_READ = 2000  # files in which a path is looked for as it stands
FORBIDDEN = re.compile(r"Permission denied|Read-only file system")  # of the project's own folders it is no absence
WINDOWS = re.compile(r"^[A-Za-z]:[\\/]")


def missing_path(words: Words) -> Failure | None:
    tb = words.traceback
    if NOTHING_THERE.search(words.last):
        return _no_data(words, _path(words.last))
    is_file_error = tb is not None and tb.error in FILE_ERRORS
    may_be_one = (
        tb is None
        or is_file_error
        or tb.error in OTHER_FILE_ERRORS
        or tb.error.endswith(("DatasetError", "DataSetError"))
    )
    if not is_file_error and not NOT_THERE.search(words.last):
        return None
    path = _path(words.last)
    if (not path and not is_file_error) or (not may_be_one and not _looks_like_path(path)):
        return None
    return _classified(words, path)


def _classified(words: Words, path: str) -> Failure | None:
    if _is_at_home(words.project, path):
        return _at_home(words, path[len(HOME) :])
    if WINDOWS.match(path) or (path.startswith(("/", "~")) and not path.startswith(OF_THE_SANDBOX)):
        return words.failure(
            FailureClass.ABSOLUTE_PATH, f"it wants {path}, a path of another machine",
            "Make the path relative to the project, or an option.",
        )  # fmt: skip
    if FORBIDDEN.search(words.last):
        return _beside(words, path)
    plain = below_project(path)
    elsewhere = _elsewhere(words.project, plain)
    if elsewhere:
        return words.failure(
            FailureClass.MISSING_FILE, f"{plain} is not there; the project has {elsewhere}",
            f"Spell it as {elsewhere}, or say from which folder the command is run.",
        )  # fmt: skip
    if WRITES.search(words.code) and not DATA_FILE.search(plain.rpartition("/")[0]):
        folder = plain.rpartition("/")[0] or plain
        return words.failure(
            FailureClass.MISSING_FILE, f"it writes to {folder}, a folder that nothing makes",
            "Make the folder before writing to it: `os.makedirs(folder, exist_ok=True)`.",
        )  # fmt: skip
    if DATA_FILE.search(plain) or DATA_FOLDER.search(plain):
        return _no_data(words, plain)
    return words.failure(
        FailureClass.MISSING_FILE, f"{plain or 'a file'} is not there", "Commit the file, or say how it is made."
    )


def _is_at_home(project: Project, path: str) -> bool:
    """Whether the project asks for the home folder of whoever runs it, and does not spell out that of its author."""
    if not path.startswith(HOME) or path.startswith(OF_THE_SANDBOX):
        return False
    spelled = HOME + path[len(HOME) :].partition("/")[0]
    texts = [project.files.text(p) or "" for p in project.files.own[:MOST_READ]]
    return any(ASKS_FOR_HOME.search(t) for t in texts) and not any(spelled in t for t in texts)


def _at_home(words: Words, path: str) -> Failure:
    """The code looks below the home folder of whoever runs it, where only its author has that file."""
    if WRITES.search(words.code):
        folder = path.rpartition("/")[0] if DATA_FILE.search(path) else path
        return words.failure(
            FailureClass.MISSING_FILE, f"it writes to ~/{folder}, a folder of the home folder that nothing makes",
            "Write below the project, and make the folder before: `os.makedirs(folder, exist_ok=True)`.",
        )  # fmt: skip
    is_data = bool(DATA_FILE.search(path) or DATA_FOLDER.search(path))
    return words.failure(
        FailureClass.MISSING_DATA if is_data else FailureClass.MISSING_FILE,
        f"~/{path} is not there: it looks in the home folder of whoever runs it",
        "Keep it below the project, or make the place an option, and say where it comes from.",
    )  # fmt: skip


def _beside(words: Words, path: str) -> Failure | None:
    """A run may not write just anywhere above its project; on its author's machine the project may."""
    if not posixpath.normpath(posixpath.join(words.cwd, path)).startswith("../"):
        return None
    return words.of_ours(f"it writes to {path}, outside of the project's folder", "Write below the project's folder.")


def _no_data(words: Words, path: str) -> Failure | None:
    if path.startswith("/") and not path.startswith(OF_THE_SANDBOX):
        return _classified(words, path)
    what = below_project(path) or "its data"
    return words.failure(
        FailureClass.MISSING_DATA, f"{what} is not there{_where_from(words.project, what)}",
        "Commit the data, track them with a pointer, or state the command that fetches them.",
    )  # fmt: skip


def _path(text: str) -> str:
    """The path that a message names, the last one where there are several; "" without one."""
    source = re.search(r"missing data 'source': ([^\s,]+)", text)
    if source:
        return source.group(1)
    named = HDF5_NAME.findall(text)
    quoted = [q for q in QUOTED.findall(text) if _looks_like_path(q)]
    after_errno = NAMED.search(text)
    bare = [g for m in UNQUOTED.findall(text) for g in m if g and _looks_like_path(g)]
    found = [after_errno.group(1)] if after_errno else named or quoted or bare
    return found[-1].strip().rstrip(".,:") if found else ""


def _looks_like_path(text: str) -> bool:
    return bool(re.search(r"[/\\]|\.\w{1,8}$", text)) and "://" not in text and not re.search(r"[<>{}|]|\s{2}", text)


def _elsewhere(project: Project, path: str) -> str:
    """A file of the project that differs only in how its path is written or where it is seen from."""
    wanted = path.replace("\\", "/").removeprefix("./").lower()
    while wanted.startswith("../"):
        wanted = wanted[3:]
    if not wanted or ("/" not in wanted and "." not in wanted):
        return ""
    alike = [
        p for p in project.files.paths if p.lower() == wanted or ("/" in wanted and p.lower().endswith("/" + wanted))
    ]
    return min(alike, key=lambda p: (len(p), p)) if alike else _seen_from_above(project, wanted)


def _seen_from_above(project: Project, wanted: str) -> str:
    """A file whose path begins with the folder that its author keeps the project in."""
    below = wanted.partition("/")[2]
    return next((p for p in project.files.paths if "/" in below and p.lower() == below), "")


def _where_from(project: Project, path: str) -> str:
    """Where the documentation says that the data come from; best the place that names this very path."""
    linked = [s for s in project.data.sources if "://" in s.what + s.text and s.at.path]
    name = path.rstrip("/").rpartition("/")[2]
    best = next((s for s in linked if name and name in s.what + s.text), linked[0] if linked else None)
    address = re.search(r"\w+://[^\s)>\]\"'`]+", f"{best.what} {best.text}") if best else None
    return f"; {best.at} says it comes from {address.group(0)}" if best and address else ""
