"""Which distribution provides an imported module.

The names come from the database of `pyimport2pkg`: the top-level modules of the 15,000 most
downloaded wheels of PyPI. It is opened read-only where it lies; the package itself is not
imported, because that would import an HTTP client.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from .regex import regex

# Modules of Python 2 and of earlier Python 3, which `sys.stdlib_module_names` does not know.
FORMER_STDLIB = frozenset(
    "__builtin__ asynchat asyncore BaseHTTPServer binhex cgi cgitb commands ConfigParser copy_reg cookielib Cookie "
    "cPickle cProfile cStringIO crypt dbm distutils exceptions formatter future_builtins hotshot htmlentitydefs "
    "HTMLParser httplib imghdr imp itertools lib2to3 md5 msilib new nntplib Queue parser pipes repr sets sha "
    "SimpleHTTPServer smtpd sndhdr SocketServer StringIO symbol telnetlib thread Tkinter tkFileDialog tkMessageBox "
    "unicodedata urllib2 urlparse user UserDict uu xdrlib xmlrpclib __future__ __main__ _winreg winreg msvcrt".split()
)

# Words that some distribution installs a module for, but which in a project mean its own file.
EVERYDAY_MODULES = frozenset(
    "app apps args arguments base benchmark benchmarks bin build client common conf config configs constants core "
    "data dataset dataloader datamodule db demo demos dist docs eval evaluate evaluation example examples experiment "
    "experiments features helper helpers inference init layers lib libs loader logger loss losses main metric metrics "
    "misc model models modules net nets network networks nn ops opt option options params pipeline pipelines plot "
    "predict preprocess preprocessing process run runner script scripts server settings setup solver source src task "
    "tasks test testing tests tool tools train trainer training transforms ui util utils version "
    "vis visualize web".split()
)

# Names under which people declare or import what the database knows otherwise.
OTHER_NAMES = {
    "pytorch": "torch",
    "pytorch-cpu": "torch",
    "pytorch-gpu": "torch",
    "torchvision-cpu": "torchvision",
    "opencv": "opencv-python",
    "py-opencv": "opencv-python",
    "libopencv": "opencv-python",
    "pil": "pillow",
    "pytables": "tables",
    "guild": "guildai",
    "pylab": "matplotlib",
    "tensorflow-core": "tensorflow",
    "matplotlib-base": "matplotlib",
    "faiss": "faiss-cpu",
    "faiss-gpu": "faiss-cpu",
    "huggingface-transformers": "transformers",
    "pyg": "torch-geometric",
    "pytorch-geometric": "torch-geometric",
    "py-xgboost": "xgboost",
    "msgpack-python": "msgpack",
    "hydra": "hydra-core",
    "beautiful-soup": "beautifulsoup4",
}

_FLAVOUR = regex(r"-(gpu|cpu|base|core|headless|contrib|nightly|binary|macos|metal|cu\d+|cuda\d*)(?=-|$)")


def normalise_name(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower().strip("-")


def is_stdlib(module: str) -> bool:
    top = module.split(".")[0]
    return top in sys.stdlib_module_names or top in FORMER_STDLIB


@lru_cache(maxsize=1)
def _database() -> sqlite3.Connection | None:
    spec = find_spec("pyimport2pkg")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "data" / "mapping.db"
        if path.is_file():
            return sqlite3.connect(path.as_uri() + "?mode=ro&immutable=1", uri=True, check_same_thread=False)
    return None


def _names(query: str, word: str) -> tuple[str, ...]:
    """The first column of a query's rows; nothing where the database is missing or of another make."""
    database = _database()
    try:
        return tuple(row[0] for row in database.execute(query, (word,))) if database else ()
    except sqlite3.Error:
        return ()


@lru_cache(maxsize=4096)
def distributions_of(module: str) -> tuple[str, ...]:
    """Every distribution that installs this top-level module, the most downloaded first; normalised."""
    query = (
        "SELECT m.package_name FROM mappings m JOIN packages p USING (package_name) "
        "WHERE m.module_name = ? ORDER BY p.download_count DESC, m.package_name"
    )
    return tuple(dict.fromkeys(normalise_name(n) for n in _names(query, module.split(".")[0])))


@lru_cache(maxsize=4096)
def distribution_of(module: str) -> str:
    """The distribution that is meant by importing a module; its own name where nothing else is known."""
    top = module.split(".")[0]
    plain = normalise_name(top)
    if plain in OTHER_NAMES:
        return OTHER_NAMES[plain]
    found = distributions_of(top)
    parts = module.split(".")[:4]
    joined = (
        normalise_name("-".join(parts[:n])) for n in range(len(parts), 1, -1)
    )  # of a namespace: `google.cloud.storage`
    return next((j for j in joined if j in found), found[0] if found else plain)


@lru_cache(maxsize=4096)
def is_known_import(top_level: str) -> bool:
    """Whether this is the name of a well-known package (or of the standard library), not of somebody's own file."""
    if top_level.lower() in EVERYDAY_MODULES:
        return False
    return is_stdlib(top_level) or normalise_name(top_level) in OTHER_NAMES or bool(distributions_of(top_level))


@lru_cache(maxsize=4096)
def is_known_distribution(name: str) -> bool:
    plain = normalise_name(name)
    return plain in OTHER_NAMES or bool(_names("SELECT package_name FROM packages WHERE package_name = ?", plain))


@lru_cache(maxsize=4096)
def names_of(module: str) -> frozenset[str]:
    """Every normalised name whose declaration provides an imported (dotted) module: `google.cloud.storage`
    comes with `google-cloud-storage`, `cv2` with each flavour of OpenCV."""
    parts = module.split(".")
    joined = {normalise_name("-".join(parts[:n])) for n in range(1, min(len(parts), 4) + 1)}
    return frozenset(joined | set(distributions_of(parts[0])) | {distribution_of(module)})


@lru_cache(maxsize=4096)
def meanings_of(declared: str) -> frozenset[str]:
    """The names a declared package may go by: itself, without its flavour (`tensorflow-gpu`), from another channel."""
    plain = normalise_name(declared)
    bare = _FLAVOUR.sub("", plain)
    names = {plain, bare}
    names |= {OTHER_NAMES[n] for n in (plain, bare) if n in OTHER_NAMES}
    if plain == "sklearn" or not is_known_distribution(plain):  # declared by the name it is imported under
        names.add(distribution_of(plain.replace("-", "_")))
    return frozenset(names)
