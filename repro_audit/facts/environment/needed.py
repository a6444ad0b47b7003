"""The third-party packages of the main experiment, each with the declaration that provides it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ..distributions import EVERYDAY_MODULES, distribution_of, is_known_import, is_stdlib, meanings_of, names_of
from ..files import Tree
from ..program import Import, Program
from ..sources import Sources
from .model import Declaration, Exactness, Needed, PackageFile

# Come with every installation, or with the service that a notebook runs on.
GIVEN = frozenset(
    "pip setuptools pkg_resources wheel google.colab kaggle_secrets kaggle_datasets IPython ipykernel".split()
)

# Modules of packages that always come with another one.
BROUGHT = {
    "pandas": frozenset(("dateutil", "pytz", "six")),
    "matplotlib": frozenset(("dateutil", "six", "pylab", "mpl_toolkits")),
    "torch": frozenset(("torchgen",)),
    "pytorch_lightning": frozenset(("lightning_fabric",)),
}

# Installed as a part of another distribution that is always declared in its place.
BUNDLES = {
    "anaconda": frozenset(
        "numpy scipy pandas matplotlib scikit-learn scikit-image seaborn statsmodels sympy tables h5py pillow tqdm "
        "joblib pyyaml requests networkx nltk numba cython bokeh jupyter ipython notebook beautifulsoup4 lxml "
        "sqlalchemy".split()
    ),
    "tidyverse": frozenset("dplyr ggplot2 tidyr readr purrr tibble stringr forcats lubridate".split()),
}

_RANK = {Exactness.BARE: 0, Exactness.RANGE: 1, Exactness.EXACT: 2, Exactness.LOCKED: 3}


def needed_modules(program: Program, sources: Sources) -> tuple[Needed, ...]:
    """One entry for each third-party top-level module that reached code imports unconditionally."""
    found: dict[str, Needed] = {}
    for one in _asked(program):
        name = ".".join(one.module.split(".")[:3]) if one.top == "google" else one.top
        if _is_third_party(one.module, sources):
            found.setdefault(name, Needed(name, distribution_of(name), one.place, None))
    brought = {m for parent, modules in BROUGHT.items() if parent in found for m in modules}
    return tuple(found[name] for name in sorted(found) if name not in brought)


def _asked(program: Program) -> list[Import]:
    """Where no step names a program, scripts stand for it, and notebooks only where there are no scripts."""
    asked = [i for i in program.imports if not i.is_optional]
    scripts = [i for i in asked if not i.place.path.endswith(".ipynb")]
    return scripts if program.is_whole_project and scripts else asked


def _is_third_party(module: str, sources: Sources) -> bool:
    top = module.split(".")[0]
    if not top or top.startswith("_") or is_stdlib(top) or _is_given(module):
        return False
    return not (_is_own(top, sources) or _is_below_root(module, sources))


def _is_given(module: str) -> bool:
    return module.split(".")[0] in GIVEN or ".".join(module.split(".")[:2]) in GIVEN


def _is_own(top: str, sources: Sources) -> bool:
    """A module of the project that could not be followed to its file, or one that is missing from it."""
    if top.lower() in EVERYDAY_MODULES or top in _submodules(sources.tree):
        return True
    return not is_known_import(top) and (top in sources.packages or top in sources.by_module)


def _is_below_root(module: str, sources: Sources) -> bool:
    """`project.core.run` where the repository's own folder is the package, so that `core/run.py` is what is meant."""
    top, _, rest = module.partition(".")
    return bool(rest) and rest in sources.by_module and not is_known_import(top)


def _submodules(tree: Tree) -> frozenset[str]:
    """The names of git submodules, whose code is fixed by a commit but not here to be followed."""
    paths = re.findall(r"^[ \t]*path[ \t]*=[ \t]*(\S+)", tree.text(".gitmodules") or "", re.MULTILINE)
    return frozenset(p.rstrip("/").rpartition("/")[2].replace("-", "_") for p in paths)


def with_declarations(needed: Iterable[Needed], packages: Iterable[PackageFile]) -> tuple[Needed, ...]:
    """Each needed package with its most exact declaration among the files that speak for the main experiment."""
    best: dict[str, Declaration] = {}
    for file in packages:
        for declaration in file.declarations if file.is_main else ():
            for name in _provided(declaration):
                if name not in best or _RANK[declaration.exactness] > _RANK[best[name].exactness]:
                    best[name] = declaration
    return tuple(replace(n, declared=_best(n, best)) for n in needed)


def _provided(declaration: Declaration) -> frozenset[str]:
    if declaration.ecosystem in ("r", "julia"):
        return frozenset({declaration.name}) | BUNDLES.get(declaration.name, frozenset())
    return meanings_of(declaration.name) | BUNDLES.get(declaration.name, frozenset())


def _best(needed: Needed, best: dict[str, Declaration]) -> Declaration | None:
    is_python = needed.at.path.endswith((".py", ".ipynb", ".pyx"))
    names = names_of(needed.module) if is_python else (needed.module,)
    found = [best[n] for n in sorted(names) if n in best]
    return max(found, key=lambda d: _RANK[d.exactness], default=None)
