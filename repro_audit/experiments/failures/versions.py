"""The code is written for another Python."""

from __future__ import annotations

import re

from ...facts.distributions import is_stdlib
from ..model import Failure, FailureClass
from .imports import missing_module
from .words import Words

MODULES_OF_2 = frozenset(
    "cPickle urllib2 ConfigParser Queue StringIO cStringIO HTMLParser httplib urlparse Tkinter tkMessageBox commands "
    "__builtin__ copy_reg sets exceptions itertools.izip cookielib SocketServer BaseHTTPServer md5 dummy_thread".split()
)
REMOVED = {  # a module of the standard library, and the last Python that has it
    **dict.fromkeys("parser symbol formatter".split(), "3.9"),
    **dict.fromkeys("distutils imp asynchat asyncore smtpd".split(), "3.11"),
    **dict.fromkeys("cgi cgitb pipes telnetlib imghdr sndhdr crypt audioop chunk nntplib".split(), "3.12"),
    **dict.fromkeys("lib2to3 xdrlib uu mailcap aifc sunau nis ossaudiodev spwd msilib".split(), "3.12"),
    "macpath": "3.7", "binhex": "3.10",
}  # fmt: skip
WORDS_OF_2 = re.compile(
    r"Missing parentheses in call to '(?:print|exec)'|[Nn]o such kernel named python2|"
    r"name '(?:xrange|unicode|raw_input|basestring|unichr|long|reduce|file|cmp|execfile|reload|apply|intern|"
    r"izip)' is not defined|"
    r"'dict' object has no attribute '(?:iter(?:items|keys|values)|has_key|view\w+)'|"
    r"'(?:dict_keys|dict_values|dict_items|map|filter|zip|range)' object (?:is not subscriptable|"
    r"has no attribute '(?:sort|append|extend|copy)'|does not support item)|"
    r"object of type '(?:map|filter|zip)' has no len|multiple exception types must be parenthesized|"
    r"leading zeros in decimal integer literals|inconsistent use of tabs and spaces|"
    r"cannot import name '?(?:izip|imap|ifilter|izip_longest|maketrans|letters|urlencode|urlopen|quote|unquote)'?|"
    r"module 'string' has no attribute|module 'sys' has no attribute '(?:maxint|setdefaultencoding)'|"
    r"module 'os' has no attribute 'getcwdu'|"
    r"module 'itertools' has no attribute 'i\w+'|module 'types' has no attribute '\w+Type'"
)
CODE_OF_2 = re.compile(
    r"^\s*print\s+[^(=\s]|^\s*print$|except [\w.]+, \w+:|^\s*exec [\"'\w]|^\s*raise [\w.]+, |<>|`\w+`|\bur['\"]"
)
# `for`, `n` and `list[...]` were not written like that before.
NEWER = re.compile(
    r"unsupported operand type\(s\) for \|: '(?:type|NoneType|_\w+|\w*Meta)'|'(?:type|ABCMeta|"
    r"builtin_function_or_method)' object is not subscriptable|"
    r"requires a different Python|requires Python|Python (?:version )?[23](?:\.\d+)? (?:or (?:later|newer|above|"
    r"higher)|is required)|"
    r"unsupported pickle protocol"
)
FROM_STANDARD = re.compile(
    r"module '(\w+)(?:\.\w+)*' has no attribute '(\w+)'|cannot import name '?(\w+)'? from '(\w+)"
)


def wrong_python(words: Words) -> Failure | None:
    tb = words.traceback
    module = missing_module(words)
    top = module.partition(".")[0]
    is_syntax = tb is not None and tb.error in ("SyntaxError", "TabError", "IndentationError")
    is_own = top != "" and words.is_own_module(top)
    if (
        (top in MODULES_OF_2 and not is_own)
        or WORDS_OF_2.search(words.last)
        or (is_syntax and CODE_OF_2.search(_line(words)))
    ):
        return words.failure(
            FailureClass.PYTHON_VERSION, "it is written for Python 2",
            "Port it (`2to3` does the most of it), or give an image with the Python that it needs.",
        )  # fmt: skip
    if top in REMOVED and not is_own:
        return _stated(words, f"the module {top} is no longer part of Python", REMOVED[top])
    return _newer_or_older(words, is_syntax)


def _newer_or_older(words: Words, is_syntax: bool) -> Failure | None:
    tb = words.traceback
    gone = FROM_STANDARD.search(words.last)
    module = (gone.group(1) or gone.group(4)) if gone else ""
    if gone and is_stdlib(module) and not words.is_own_module(module) and "circular import" not in words.last:
        return _stated(words, f"Python's own {module} has no {gone.group(2) or gone.group(3)} in this version")
    if (
        tb is not None
        and is_syntax
        and (tb.is_in_a_package or (words.project.sources.get(tb.frames[-1].path) is None and not words.at))
    ):
        return _stated(words, f"an installed package does not run on this Python: {tb.headline}")
    if is_syntax and re.search(r"^\s*(?:match\b.*:|case\b.*:|type \w+)|:=|\basync\b|\bawait\b|\bf['\"]", _line(words)):
        return _stated(words, f"its syntax is that of a newer Python: {words.last[:160]}")
    if NEWER.search(words.last):
        return _stated(words, f"it needs another Python: {words.last[:160]}")
    return None


def _stated(words: Words, message: str, last: str = "") -> Failure:
    state = (
        f"State the Python that it needs ({last} is the last that has it)" if last else "State the Python that it needs"
    )
    return words.failure(FailureClass.PYTHON_VERSION, message, f"{state}, for example in .python-version.", python=last)


def _line(words: Words) -> str:
    """The line that Python could not read."""
    tb = words.traceback
    return tb.frames[-1].code if tb is not None and tb.frames else ""
