"""Strangers' shell text into words: prompts, continuation lines, comments, pipes and redirections.

Nothing is expanded or run. What a shell would refuse (an odd quote in a README) is split at blanks.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..regex import regex

MAX_LINE = 4_000  # characters of one logical line; more is data
MAX_LINES = 4_000  # of one text

PROMPT = regex(
    r"^\s*(?:\((?:[\w.-]+)\)\s*)?(?:[\w.-]+@[\w.-]+[:\s][^$#%>]{0,60}[$#%]\s+|(?:\.{3}|~|/\S*)?\$\s+|>>?\s+(?=\w)|%\s+(?=\w)|"
    r"PS [^>]{0,60}>\s*|[A-Z]:\\[^>]{0,60}>\s*|In\s*\[\d*\]:\s*|[❯➜▶]\s*)"
)
WINDOWS_PATH = regex(r"(?<=[\w.])\\(?=\w[\w\\.-]*\.(?:py|ipynb|bat|ps1|ya?ml|json|csv)\b)")
COMMENT = regex(r"#|@?rem\b|::", re.IGNORECASE)
NOTEBOOK_SIGN = regex(r"^\s*(?:!|%(?=(?:run|pip|conda|cd|sh|bash)\b)|%%(?=(?:bash|sh)\b))")
PLACEHOLDER = regex(r"<[A-Za-z_/.][^<>|&;\n]{0,80}>")
HERE_DOCUMENT = regex(r"<<-?\s*[\"']?([A-Za-z_]\w*)[\"']?")
ASSIGNMENT = regex(r"^[A-Za-z_]\w*=")
CHANGES_FOLDER = regex(r"\b(?:cd|chdir|pushd|set-location)\s", re.IGNORECASE)
LEADING = frozenset("do then else if elif while until ! { ( time exec command builtin".split())
CLOSING = frozenset("done fi esac } ) ;; for case select function in".split())
SEPARATORS = frozenset("&& || ; | & |& ( ) ;;".split())

_GUARDED = {"<": "\ue000", ">": "\ue001", " ": "\ue002", "'": "\ue003"}
_RESTORED = {ord(value): key for key, value in _GUARDED.items()}
LONG = 2000  # characters of a line that is not kept in mind


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line: continued lines joined, the prompt taken off; `offset` is its first line, from 0."""

    text: str
    offset: int
    had_prompt: bool = False


@dataclass(frozen=True, slots=True)
class Simple:
    """One simple command of a line: what is assigned before it, and its words."""

    words: tuple[str, ...]
    assigned: tuple[tuple[str, str], ...] = ()
    is_piped: bool = False  # it reads what the command before it prints
    written: tuple[str, ...] = ()  # files that its output is redirected to

    @property
    def changes_folder(self) -> bool:
        return len(self.words) > 1 and self.words[0].lower() in ("cd", "chdir", "pushd", "set-location")


def logical_lines(text: str) -> Iterator[Line]:
    """The commands of a text, comments and here documents left out."""
    lines = text.split("\n")[:MAX_LINES]
    at = 0
    while at < len(lines):
        start, joined = at, lines[at]
        at += 1
        while at < len(lines) and _continues(joined, lines[at]):
            joined = joined.rstrip().rstrip("\\^`").rstrip() + " " + PROMPT_CONTINUED.sub("", lines[at]).strip()
            at += 1
        here = HERE_DOCUMENT.search(joined)
        if here and here.group(1) in (line.strip() for line in lines[at : at + 200]):
            at = next(i for i in range(at, len(lines)) if lines[i].strip() == here.group(1)) + 1
        plain, had_prompt = without_prompt(joined)
        if plain and not COMMENT.match(plain) and len(plain) <= MAX_LINE:
            yield Line(plain, start, had_prompt)


PROMPT_CONTINUED = regex(r"^\s*>\s+")


def _continues(line: str, following: str) -> bool:
    """Whether a line goes on in the next: a backslash, or options that stand alone on the next line."""
    end = line.rstrip()
    if end.lstrip().startswith("#") or not following.strip():
        return False
    if end.endswith(("\\", "&&", "||")) or (end.endswith((" ^", " `")) and not end.endswith("``")):
        return True
    is_option = re.match(r"\s*--?[A-Za-z][\w-]*([ =]|$)", following) is not None
    return is_option and bool(re.match(r"\s*(?:\S+\s+)?(?:python\S*|torchrun|bash|sh)\s", end + " "))


def without_prompt(line: str) -> tuple[str, bool]:
    """A line without its prompt or notebook sign, and whether it had one."""
    plain = NOTEBOOK_SIGN.sub("", line, count=1)
    if plain != line:
        return _as_command(line, plain), True
    plain = PROMPT.sub("", line, count=1)
    return plain.strip(), plain != line


def _as_command(line: str, plain: str) -> str:
    """`%run x.py` is `python x.py`."""
    rest = plain.strip()
    return "python " + rest[4:].strip() if re.match(r"\s*%run\b", line) else rest


def simple_commands(text: str) -> tuple[Simple, ...]:
    """The simple commands of a logical line, in its order; a line is asked for many times while one is chosen."""
    return _kept_apart(text) if len(text) <= LONG else _taken_apart(text)


def _taken_apart(text: str) -> tuple[Simple, ...]:
    found: list[Simple] = []
    words: list[str] = []
    is_piped = False
    for token in [*tokens(text), ";"]:
        if token not in SEPARATORS:
            words.append(token)
            continue
        simple = _simple(words, is_piped)
        if simple is not None:
            found.append(simple)
        words, is_piped = [], token in ("|", "|&")
    return tuple(found)


_kept_apart = lru_cache(maxsize=2048)(_taken_apart)


def tokens(text: str) -> list[str]:
    """The words and operators of a line; placeholders like `<path to data>` stay one word."""
    text = WINDOWS_PATH.sub("/", text)
    guarded = PLACEHOLDER.sub(lambda m: "".join(_GUARDED.get(c, c) for c in m.group()), text)
    lexer = shlex.shlex(guarded, posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        raw = list(lexer)
    except ValueError:
        raw = guarded.split()
    kept: list[str] = []
    for word in raw:
        if word.startswith("#"):
            break
        kept.append(word.translate(_RESTORED))
    return kept


def _simple(words: list[str], is_piped: bool) -> Simple | None:
    words, written = _without_redirections(words)
    while words and words[0] in LEADING:
        words = words[1:]
    if not words or words[0] in CLOSING:
        return None
    assigned: list[tuple[str, str]] = []
    if words[0] in ("export", "set", "setx") and len(words) > 1 and "=" in words[1]:
        words = words[1:]
    if words[0] == "env":
        words = words[1:]
    while words and ASSIGNMENT.match(words[0]):
        name, _, value = words[0].partition("=")
        assigned.append((name, value))
        words = words[1:]
    return Simple(tuple(words), tuple(assigned), is_piped, written) if words or assigned else None


def _without_redirections(words: list[str]) -> tuple[list[str], tuple[str, ...]]:
    kept: list[str] = []
    written: list[str] = []
    skip = ""
    for word in words:
        if skip:
            if ">" in skip and not word.startswith("/dev/"):
                written.append(word)
            skip = ""
        elif word and all(c in "<>&" for c in word):
            skip = word
            if kept and kept[-1] in ("1", "2"):
                kept.pop()
        else:
            kept.append(word)
    return kept, tuple(written)
