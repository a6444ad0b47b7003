"""What a project's own Dockerfile asks of the builder: words that only BuildKit knows, and images to begin from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .buildkit import TAKES_NO_FILES

DIRECTIVE = re.compile(r"\A(?:#[ \t]*escape[ \t]*=.*\n)?(#[ \t]*syntax[ \t]*=[ \t]*(\S+))", re.IGNORECASE)
COPIES = "link|chmod|parents|exclude|checksum|keep-git-dir|unpack"
NEWER = (
    (re.compile(r"RUN\s+(?:--\S+\s+)*--(?:mount|network|security)\b", re.IGNORECASE), "an option of RUN"),
    (re.compile(rf"(?:COPY|ADD)\s+(?:--\S+\s+)*--(?:{COPIES})\b", re.IGNORECASE), "an option of COPY or ADD"),
    (re.compile(r"(?:RUN|COPY|ADD)\s.*(?<!<)<<-?[\"']?[A-Za-z_]", re.IGNORECASE), "a here-document"),
    (re.compile(r".*\$\{?(?:BUILD|TARGET)(?:PLATFORM|ARCH|OS|VARIANT)\b"), "the platform that is built for"),
)
SECRET = re.compile(r"--mount=\S*\btype=(?:secret|ssh)\b")
OPTIONS = re.compile(r"\ARUN\s+(?:--\S+\s+)*", re.IGNORECASE)
SHOWN = 40  # characters of a command by which it is known in a complaint
FROM = re.compile(r"FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)
FROM_ELSEWHERE = re.compile(r"\s--from=(\S+)|--mount=\S*\bfrom=([^\s,]+)", re.IGNORECASE)
ARG = re.compile(r"ARG\s+(\w+)=[\"']?([^\s\"']*)", re.IGNORECASE)
VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}|\$(\w+)")


@dataclass(frozen=True, slots=True)
class Newer:
    """Something that only BuildKit knows, and the line where it is asked for."""

    what: str
    line: int
    command: str = ""  # what is run with a secret, which a build is given none of

    def explained(self, file: str, error: str) -> str:
        """Why this is the reason of the builder's complaint, in one line; empty where it is not."""
        is_bare = bool(self.command) and self.command[:SHOWN] in error
        if is_bare or "no active session" in error or SECRET.search(error):
            return f"{file}:{self.line} asks the builder for a secret or a key ({self.what}), and a build is given none"
        if TAKES_NO_FILES in error:
            return (
                f"{file}:{self.line} asks for the newer builder ({self.what}), which this engine gives files only by "
                "`docker buildx`"
            )
        if re.search(
            r"unknown (?:instruction|flag)|parse error|failed to parse|only supports the .{5,90} flags",
            error,
            re.IGNORECASE,
        ):
            return f"{file}:{self.line} needs a newer builder than this engine's ({self.what}): {error}"
        return ""


def newer(text: str) -> Newer | None:
    """The first thing in a Dockerfile that the engine's older builder does not know."""
    for line, instruction in instructions(text):
        for pattern, what in NEWER:
            if pattern.match(instruction):
                return Newer(what, line, OPTIONS.sub("", instruction) if SECRET.search(instruction) else "")
    return None


def frontend(text: str) -> str | None:
    """The image that a `# syntax=` line wants the Dockerfile to be read by."""
    found = DIRECTIVE.match(text)
    return found.group(2) if found else None


def without_frontend(text: str) -> str:
    """To be read by the engine's own builder; every other line stays where it is."""
    found = DIRECTIVE.match(text)
    return f"{text[: found.start(1)]}#{text[found.end(1) :]}" if found else text


def images(text: str) -> list[str]:
    """The images that it begins from or copies out of, as far as they are written out."""
    known: dict[str, str] = {}
    stages: set[str] = {"scratch"}
    found: list[str] = []
    for _, instruction in instructions(text):
        if (given := ARG.match(instruction)) and not found:
            known[given.group(1)] = given.group(2)
        begins = FROM.match(instruction)
        named = [begins.group(1)] if begins else [a or b for a, b in FROM_ELSEWHERE.findall(instruction)]
        found += [n for name in named if (n := _filled(name, known)).lower() not in stages and not n.isdigit()]
        if begins and begins.group(2):
            stages.add(begins.group(2).lower())
    return [name for name in dict.fromkeys(found) if name and "$" not in name]


def _filled(text: str, known: dict[str, str]) -> str:
    return VARIABLE.sub(lambda m: known.get(m[1] or m[3]) or m[2] or m[0], text)


def instructions(text: str) -> Iterator[tuple[int, str]]:
    """(line, instruction on one line), without comments."""
    parts: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or (parts and not line.strip()):
            continue
        first = first if parts else number
        parts.append(line.strip().removesuffix("\\"))
        if not line.rstrip().endswith("\\"):
            yield first, " ".join(parts).strip()
            parts = []
    if parts:
        yield first, " ".join(parts).strip()
