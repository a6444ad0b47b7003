"""The data of the main experiment: where they come from, how they are managed and described."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ...model import Answer, Place, Verdict


class Management(Enum):
    """How the exact version of a data set is kept with the code."""

    GIT = "git"  # committed
    LFS = "git-lfs"
    DVC = "dvc"
    LAKEFS = "lakefs"
    DUD = "dud"
    DOLT = "dolt"
    TERMINUSDB = "terminusdb"
    DATALAD = "datalad"
    QUILT = "quilt"
    LIBRARY = "library"  # bundled with, or downloaded and checked by, a named library
    PINNED_DOWNLOAD = "pinned download"  # scripted, with checksum, revision, version or DOI
    DOWNLOAD = "download"  # scripted, unpinned
    LINK = "link"  # named and linked, to be placed by hand
    NAMED = "named"  # named only
    ABSENT = "absent"  # a path that the code reads, and nothing tells where it comes from
    GENERATED = "generated"  # made by the code itself


@dataclass(frozen=True, slots=True)
class Source:
    """One data set (file, folder, loader, download) that the main experiment reads, or could read."""

    what: str  # path, loader or address
    management: Management
    at: Place  # the file, pointer, line of code or of documentation that shows it
    text: str = ""
    is_main: bool = True  # the main experiment reads it; False for side data
    needs_hand: bool = False  # a download whose files the reader has to put in place


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: str  # "integer", "number", "text", "date", "boolean", "empty"


@dataclass(frozen=True, slots=True)
class Table:
    """The structure of a committed table, from its first rows."""

    path: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """Something that describes (or hints at) the structure of the input."""

    at: Place
    text: str
    is_full: bool  # a reader could build another data set from it


@dataclass(frozen=True, slots=True)
class Handle:
    """What a user would change to use other data: an option, a configuration key, a constant, a folder."""

    what: str
    at: Place
    is_open: bool  # an option, configuration value or documented place; False for a constant in code
    is_buried: bool = False  # a literal inside a function, where it is used


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the work that can be run alone."""

    name: str
    command: str
    at: Place
    outputs: tuple[str, ...] = ()
    is_declared: bool = False  # what it writes is declared or tracked


@dataclass(frozen=True)
class Data:
    sources: tuple[Source, ...]
    tables: tuple[Table, ...]
    descriptions: tuple[Description, ...]
    handles: tuple[Handle, ...]
    stages: tuple[Stage, ...]
    uses_data: bool  # False where the project makes its data itself, or has none
    is_light: bool  # the main experiment is one quick step
    example_input: Verdict = Verdict(Answer.UNKNOWN, "")  # whether the input comes with the command
    tied_to: tuple[Handle, ...] = ()  # what in the code fits one data set only, beside an open handle
