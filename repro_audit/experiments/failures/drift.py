"""A package changed since the code was written: a call, a name or an argument is gone."""

from __future__ import annotations

import re

from ...facts.distributions import distribution_of, is_stdlib
from ..model import Failure, FailureClass
from ..recipe import TOOLS
from ..traceback import Traceback
from .imports import missing_module
from .removed import still_has
from .words import INSIDE, Words

# Said by packages of their own changes, wherever the call stands.
TOLD = re.compile(
    r"(?:was|is|has been|have been|been) (?:removed|deprecated|renamed|disabled|expired)|no longer (?:supported|"
    r"available|exists|accepts?)|"
    r"allow_pickle=False|inhomogeneous shape|is not a valid package style|[Ww]eights only load failed|"
    r"must be a str among|only 0-dimensional arrays can be|"
    r"parameter of [\w.]+ must be|got an unexpected keyword argument|Argument\(s\) not recognized|eager execution|"
    r"non-static forward|"
    r"invalid index of a 0-dim tensor|must end in `?\.(?:keras|weights\.h5)|Use [\w.]+(?:\(\))? instead|"
    r"[Pp]ass .{1,40} as keyword|only size-1 arrays|"
    r"[Uu]nrecognized (?:keyword )?arg\w*|not compatible with Keras 3|Passing .{1,60} is not supported|"
    r"deprecated alias|is not a supported (?:option|parameter)|"
    r"unexpected keyword|mutable default .{1,60} is not allowed|version_base|np\.\w+_? was removed"
)
NO_ATTRIBUTE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")
NO_NAME = re.compile(r"cannot import name '?(\w+)'? from '?([\w.]+)'?(?: \(([^)]+)\))?")
NO_MEMBER = re.compile(
    r"(?:type object )?'([\w.]+)' object has no attribute '(\w+)'|type object '(\w+)' has no attribute '(\w+)'"
)
NO_ARGUMENT = re.compile(
    r"(?:([\w.<>]+)\(\) )?got an unexpected keyword argument '(\w+)'|"
    r"([\w.]+)\.__init__\(\) got .{0,30}argument '(\w+)'"
)
BAD_CALL = re.compile(
    r"([\w.]+)\(\) (?:takes (?:from )?(?:\d+|no|exactly) .{0,40}?positional arguments? but|missing \d+ required |"
    r"got multiple values for|takes no keyword)"
)
STYLE = re.compile(r"'?([\w-]+)'? is not a valid package style")
CHOICE = re.compile(r"The '(\w+)' parameter of .{1,200}?Got (?:'(\w+)'|\S+) instead", re.DOTALL)
NO_SUBCOMMAND = re.compile(
    r"argument \S+: invalid choice: '([\w-]+)'|[Nn]o such (?:command|option):? ['\"]?(-{0,2}[\w-]+)"
)
USAGE = re.compile(r"^[Uu]sage: ([A-Za-z][\w-]*)(?![\w./-])", re.MULTILINE)
STEP_RESULT = re.compile(r"\benv\w*(?:\.\w+)*\.(?:step|reset)\(|\.step\(\w*action")
OWNERS = {
    **dict.fromkeys(("DataFrame", "Series", "Index", "DataFrameGroupBy"), "pandas"),
    **dict.fromkeys(("Graph", "DiGraph", "MultiGraph"), "networkx"),
    **dict.fromkeys(("TfidfVectorizer", "CountVectorizer", "OneHotEncoder", "ColumnTransformer"), "scikit-learn"),
    **dict.fromkeys(("EagerTensor", "Sequential", "Functional"), "tensorflow"),
    **dict.fromkeys(("Word2Vec", "KeyedVectors"), "gensim"),
    **dict.fromkeys(("FreeTypeFont", "ImageDraw"), "pillow"),
    "ndarray": "numpy", "Tensor": "torch", "Trainer": "pytorch-lightning",
}  # fmt: skip
# Where code that once worked stops within one of these, their defaults or checks became stricter.
STRICTER = frozenset(
    "pandas sklearn numpy seaborn matplotlib scipy keras statsmodels networkx xgboost lightgbm gym gymnasium "
    "imblearn".split()
)
OF_A_CALL = frozenset(
    "TypeError AttributeError ImportError NotImplementedError InvalidParameterError MisconfigurationException".split()
)
OF_A_VALUE = frozenset("ValueError KeyError".split())
READS_DATA = re.compile(r"\b(?:read_\w+|load\w*|loadtxt|genfromtxt|open|fetch_\w+)\(")


def drifted(words: Words) -> Failure | None:
    tb = words.traceback
    if tb is None:
        return _gone_command(words)
    gone = _gone_module(words) or _gone_name(words, tb) or _gone_member(words, tb) or _gone_argument(words, tb)
    if gone is not None:
        return _failure(words, tb, *gone)
    if _is_told(words, tb) or _is_within_a_package(words, tb):
        return _failure(words, tb, tb.package and distribution_of(tb.package), _name_told(tb))
    if tb.error == "ValueError" and "values to unpack" in tb.message and STEP_RESULT.search(words.code):
        return _failure(words, tb, "gym", "step")
    return None


def _gone_command(words: Words) -> Failure | None:
    """A tool's command line no longer takes what the project gives it."""
    found = list(NO_SUBCOMMAND.finditer(words.tail))
    usage = USAGE.search(words.tail)
    if not found or usage is None or usage.group(1) not in TOOLS:
        return None
    tool, name = usage.group(1), next(g for g in found[-1].groups() if g)
    known = still_has(TOOLS[tool], name.lstrip("-"))
    step = f"Pin {known}, which still has it, or adapt the command." if known else f"Write it for the {tool} of today."
    kind = "option" if name.startswith("-") else "command"
    return words.failure(FailureClass.API_DRIFT, f"this version of {tool} has no {kind} {name}", step)


Gone = tuple[str, str]  # the distribution and the name that it no longer has


def _gone_module(words: Words) -> Gone | None:
    """A part of a package that is there: Python names the whole path only then."""
    module = missing_module(words)
    top, _, rest = module.partition(".")
    if not rest or is_stdlib(top) or words.is_own_module(top):
        return None
    last = rest.rpartition(".")[2]
    distribution = distribution_of(top)
    return distribution, next((n for n in (last, *rest.split(".")) if still_has(distribution, n)), rest)


def _gone_name(words: Words, tb: Traceback) -> Gone | None:
    told = NO_ATTRIBUTE.search(tb.message)
    module, name, file = (told.group(1), told.group(2), "") if told else ("", "", "")
    imported = NO_NAME.search(tb.message)
    if imported and not told:
        name, module, file = imported.group(1), imported.group(2), imported.group(3) or ""
    top = module.partition(".")[0]
    if not top or is_stdlib(top) or "circular import" in tb.message or "partially initialized" in tb.message:
        return None
    is_own = file.startswith(INSIDE) or (not file and words.is_own_module(top))
    return None if is_own else (distribution_of(top), name)


def _gone_member(words: Words, tb: Traceback) -> Gone | None:
    found = NO_MEMBER.search(tb.message) if tb.error == "AttributeError" else None
    if found is None:
        return None
    whole, name = (g for g in found.groups() if g)
    module, _, kind = whole.rpartition(".")
    if module and not words.is_own_module(module.partition(".")[0]):  # compiled classes tell where they are from
        return distribution_of(module), name
    if (words.defines(kind) and not tb.is_in_a_package) or kind in ("NoneType", "function", "module", "method"):
        return None
    return OWNERS.get(kind) or (distribution_of(tb.package) if tb.package else ""), name


def _gone_argument(words: Words, tb: Traceback) -> Gone | None:
    """A function that the project does not define no longer takes what it is given."""
    if tb.error != "TypeError":
        return None
    argument, call = NO_ARGUMENT.search(tb.message), BAD_CALL.search(tb.message)
    if argument:
        function, name = (
            g or "" for g in (argument.group(1) or argument.group(3), argument.group(2) or argument.group(4))
        )
    elif call:
        function, name = call.group(1), "positional"
    else:
        return None
    bare = function.removesuffix(".__init__").rpartition(".")[2]
    if function and bare not in ("__init__", "<lambda>", "forward") and words.defines(bare) and not tb.is_in_a_package:
        return None
    if bare in ("__init__", "forward", "<lambda>", "") and not tb.is_in_a_package and _calls_own(words):
        return None
    return _imported_from(words, bare) or OWNERS.get(bare) or (distribution_of(tb.package) if tb.package else ""), name


def _calls_own(words: Words) -> bool:
    """Whether what the line calls is the project's own."""
    called = re.findall(r"\b([A-Za-z_]\w*)\(", words.code)
    return any(words.defines(name) for name in called)


def _imported_from(words: Words, function: str) -> str:
    """The distribution that the failing line takes the function from, by the usual short names."""
    usual = {
        "pd": "pandas",
        "np": "numpy",
        "sns": "seaborn",
        "plt": "matplotlib",
        "tf": "tensorflow",
        "nx": "networkx",
        "torch": "torch",
    }
    through = re.search(rf"\b(\w+)\.(?:\w+\.)*{re.escape(function)}\(", words.code) if function else None
    return usual.get(through.group(1), "") if through else ""


def _is_told(words: Words, tb: Traceback) -> bool:
    if not TOLD.search(tb.text):
        return False
    return tb.is_in_a_package or tb.error not in (
        "TypeError",
        "AttributeError",
        "AssertionError",
        "RuntimeError",
        "Exception",
    )


def _is_within_a_package(words: Words, tb: Traceback) -> bool:
    """An error deep in an installed package that has no other explanation."""
    if not tb.is_in_a_package:
        return False
    if tb.error in OF_A_CALL:
        return True
    return tb.error in OF_A_VALUE and tb.package in STRICTER


def _name_told(tb: Traceback) -> str:
    style, choice = STYLE.search(tb.message), CHOICE.search(tb.message)
    if style:
        return style.group(1)
    if choice:
        return choice.group(2) or choice.group(1)
    if "eights only load failed" in tb.message:
        return "weights_only"
    return "numeric_only" if tb.package == "pandas" and "could not convert string to float" in tb.message else ""


def _failure(words: Words, tb: Traceback, distribution: str, name: str) -> Failure:
    who = distribution or "a package"
    known = still_has(distribution, name)
    what = f"{who} changed since: {tb.headline}"
    step = (
        f"Pin {known}, which still has it, or adapt the call."
        if known
        else f"Pin {who} to the version that it was written for."
    )
    return words.failure(FailureClass.API_DRIFT, what, step)
