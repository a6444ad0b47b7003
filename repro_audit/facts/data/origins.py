"""Where each data set of the main experiment comes from, and how its version is kept.

A path that the code reads is looked for among pointers and committed files; a path that the code
writes itself is no input; what is left is explained by a download, else by a link, else by nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from ...model import Place
from ..commands.model import StepKind
from ..documents.model import BlockKind
from ..regex import regex
from . import vocabulary as v
from .downloads import Mention
from .evidence import Evidence
from .forms import with_forms
from .links import DATA_WORD
from .location import Given
from .locked import as_locked
from .model import Management, Source
from .reads import Read, ReadKind
from .simulation import is_simulated
from .tree import Tracked
from .versions import loose_command, loose_reference

MAX_SOURCES = 40
COMMON_FOLDER = regex(
    r"(\w*data\w*|scripts?|src|tools?|utils?|bin|examples?|docs?|notebooks?|workflow|preprocess\w*|prep\w*|R|code)$"
)
# Many notebooks read a committed file by its address on the server; the path after the branch tells.
OWN_ADDRESS = regex(
    r"(?:raw\.githubusercontent\.com/[^/\s]+/[^/\s]+|github\.com/[^/\s]+/[^/\s]+/(?:raw|blob)|gitlab\.com/\S+/-/raw)"
    r"/(?:refs/heads/)?[^/\s]+/([^?#\s]+)"
)
MODEL_PATH = regex(r"model|weights|checkpoint", re.IGNORECASE)
TABLE_PATH = regex(r"\.(?:csv|tsv|txt|parquet|h5|hdf5|npz|fasta|fastq|bam|vcf|bed|zip|gz)$", re.IGNORECASE)
OUTPUT_PATH = regex(
    r"(^|/)(results?|outputs?|logs?|runs?|figures?|checkpoints?|predictions?|submissions?|mlruns|wandb|models?|"
    r"weights)/",
    re.IGNORECASE,
)
DATA_OPTION = regex(
    r"data|dir|path|root|input|file|image|mask|corpus|train|folder|src|source|csv|argument", re.IGNORECASE
)
OTHER_OPTION = regex(
    r"config|cfg|model|ckpt|checkpoint|weight|adapter|out|save|log|resume|result|cache|pretrain|vocab|tokenizer|param",
    re.IGNORECASE,
)
MANAGED = frozenset(
    {
        Management.GIT, Management.LFS, Management.DVC, Management.LAKEFS, Management.DUD, Management.DOLT,
        Management.TERMINUSDB, Management.DATALAD, Management.QUILT, Management.LIBRARY, Management.PINNED_DOWNLOAD,
    }
)  # fmt: skip

FEW_SAMPLES = 3
MEDIA = regex(r"\.(?:wav|mp3|flac|ogg|mp4|avi|mov|png|jpe?g|gif|bmp)$", re.IGNORECASE)


def find_sources(seen: Evidence) -> tuple[Source, ...]:
    """The data sets, those of the main experiment first."""
    found = list(_from_hints(seen)) or list(_from_reads(seen))
    main = [s for s in found if s.is_main]
    if not main or (_is_workflow(seen) and all(s.management is Management.ABSENT for s in main)):
        found += _without_reads(seen)
    unique = {(s.what, s.management): s for s in reversed(as_locked(with_forms(found, seen), seen.files))}
    return tuple(
        sorted(unique.values(), key=lambda s: (not s.is_main, s.management not in MANAGED, s.at))[:MAX_SOURCES]
    )


def _from_hints(seen: Evidence) -> Iterator[Source]:
    """What the project's settings call its data."""
    for path in seen.hints.data:
        pointer = seen.tree.pointer_for(path)
        if pointer:
            yield Source(path, pointer.management, pointer.at, "named by the settings")
        elif seen.files.has(path):
            yield Source(path, Management.GIT, Place(path), "named by the settings")


def _from_reads(seen: Evidence) -> Iterator[Source]:
    for read in seen.reads:
        found = _explain(read, seen)
        if found is not None:
            yield found
    if _is_workflow(seen):
        yield from _configured(seen)
    if seen.pointed and not seen.tree.pointers:
        yield from _stores_named(seen)


def _is_workflow(seen: Evidence) -> bool:
    """Whether a workflow runs the code and passes its inputs."""
    return seen.program.is_whole_project and bool(seen.files.named("snakefile"))


def _configured(seen: Evidence) -> Iterator[Source]:
    """Data that a workflow takes from its configuration: paths of the tree, and addresses."""
    for one in seen.configuration.sets:
        for parameter in one.parameters:
            value = parameter.value
            if not isinstance(value, str) or len(value) > 300 or MODEL_PATH.search(parameter.key + value):
                continue
            if "://" in value and v.PINNED_ADDRESS.search(value):
                yield Source(value, Management.PINNED_DOWNLOAD, parameter.at, parameter.key)
            elif value.startswith(("http://", "https://", "ftp://")):
                yield Source(value, Management.DOWNLOAD, parameter.at, parameter.key)
            elif "/" in value and not OUTPUT_PATH.search(_folder(value) + "/"):
                committed = seen.tree.match(value)
                if committed:
                    tracked = seen.tree.tracked(committed[0])
                    yield Source(value, tracked.management, parameter.at, parameter.key)
                elif value.startswith("../") and TABLE_PATH.search(value):
                    yield Source(value, Management.ABSENT, parameter.at, parameter.key)


STATED_STORES = {
    "dolt": Management.DOLT,
    "datalad": Management.DATALAD,
    "quilt": Management.QUILT,
    "lakectl": Management.LAKEFS,
    "terminusdb": Management.TERMINUSDB,
}


def _stores_named(seen: Evidence) -> Iterator[Source]:
    """A stated `dolt clone`, `datalad get` or the like, of a store that leaves no file in the tree."""
    yield from (found for m in seen.pointed if (found := _fetched(m, seen)))


def _fetched(mention: Mention, seen: Evidence) -> Source | None:
    """What a stated command fetches; without a version it is whatever the store holds that day."""
    kind = STATED_STORES.get(mention.what.split()[0].rstrip("3"))
    if kind is None:
        return None
    loose = loose_command(kind, mention.text, [m.text for m in seen.pointed])
    if loose is None:
        return Source(mention.text, kind, mention.at, mention.text)
    return Source(loose, Management.DOWNLOAD, mention.at, mention.text)


def _explain(read: Read, seen: Evidence) -> Source | None:
    """The source that a read comes to, None for what the project makes itself or reading cannot tell."""
    if read.kind is ReadKind.LIBRARY:
        return Source(read.what, Management.LIBRARY, read.at, read.text)
    if read.kind is ReadKind.STORE:
        return _stored(read, _store(read), seen)
    own = OWN_ADDRESS.search(read.what) if read.kind is ReadKind.DOWNLOAD else None
    committed = ([own.group(1)] if seen.files.has(own.group(1)) else seen.tree.match(own.group(1))) if own else ()
    if committed:
        tracked = seen.tree.tracked(committed[0])
        return Source(tracked.path, tracked.management, read.at, read.text)
    if read.kind in (ReadKind.HUB, ReadKind.DOWNLOAD):
        management = Management.PINNED_DOWNLOAD if read.is_pinned else Management.DOWNLOAD
        return Source(read.what, management, read.at, read.text)
    return _explain_file(read, seen)


def _stored(read: Read, kind: Management, seen: Evidence) -> Source:
    """What a branch holds is another thing next week, though the store itself keeps every version of it."""
    loose = loose_reference(kind, seen)
    if loose is None:
        return Source(read.what, kind, read.at, read.text)
    what = f"{loose.ref} of {kind.value}" if loose.ref.startswith("its ") else f"the branch {loose.ref} of {kind.value}"
    return Source(what, Management.DOWNLOAD, loose.at, f"{kind.value}: {loose.ref}")


def _store(read: Read) -> Management:
    word = read.what.lower()
    for name in ("lakefs", "dolt", "terminusdb", "quilt", "datalad"):
        if name in word:
            return Management(name)
    return Management.DVC


def _explain_file(read: Read, seen: Evidence) -> Source | None:
    if read.location is not None and MODEL_PATH.search(read.location.name):
        return None
    pointer = seen.tree.pointer_for(read.what, read.path)
    if pointer:
        return Source(pointer.path, pointer.management, pointer.at, pointer.text or read.text)
    committed = seen.tree.match(read.what, read.path)
    if committed:
        what = committed[0] if len(committed) == 1 else common_folder(committed)
        return _kept(what, seen.tree.tracked_all(committed), read)
    archive = seen.tree.archive_for(read.what, read.path)
    if archive:
        return Source(archive.path, archive.management, archive.at, archive.text or read.text)
    if seen.is_made_here(read) or OUTPUT_PATH.search(_folder(read.what) + "/"):
        return None
    if not any(c.isalnum() for c in read.what):
        return _explain_unknown(read, seen)
    return _unexplained(read, seen)


def _kept(what: str, tracked: Tracked, read: Read) -> Source:
    """What the tree holds, where it is read; where it holds a key that fits any content, the key is the evidence."""
    if tracked.management is Management.DOWNLOAD:
        return Source(tracked.path, tracked.management, tracked.at, tracked.text)
    return Source(what, tracked.management, read.at, f"{read.text}; {tracked.text}" if tracked.text else read.text)


def _folder(path: str) -> str:
    """The folder of a file; a path without an ending is one."""
    return path.rpartition("/")[0] if "." in path.rpartition("/")[2] else path


def _explain_unknown(read: Read, seen: Evidence) -> Source | None:
    """A path of which reading knows nothing: an option without value counts, a variable does not."""
    if _is_workflow(seen):
        return None  # what the workflow passes is found in its configuration
    if (
        read.location is None
        or read.location.given is not Given.OPTION
        or not read.location.name.startswith(("-", "argument"))
    ):
        return None
    if not DATA_OPTION.search(read.location.name) or OTHER_OPTION.search(read.location.name):
        return None
    return _unexplained(read, seen)


def _unexplained(read: Read, seen: Evidence) -> Source:
    """Nothing in the tree: a download fetches it, a link leads to it, it is named, or it is just absent."""
    what = read.what if any(c.isalnum() for c in read.what) else (read.location.name if read.location else read.what)
    fetched = next((m for m in seen.pointed if _is_fetched_to(read.what, m)), None)
    store = _fetched(fetched, seen) if fetched and not seen.tree.pointers else None
    if store:
        return store
    near = [d for d in seen.downloads if _is_near(d.at.path, read.path)]
    if near:
        return _as_source(what, near[0])
    if seen.links:
        return Source(what, Management.LINK, seen.links[0].at, seen.links[0].text)
    named = _named(seen)
    if named:
        return Source(what, Management.NAMED, named.at, named.text)
    return Source(what, Management.ABSENT, read.at, read.text)


def _is_fetched_to(what: str, mention: Mention) -> bool:
    """Whether a command names the folder that a path lies in."""
    top = what.strip().removeprefix("./").partition("/")[0]
    words = [w.rpartition("=")[2].removeprefix("./").rstrip("/") for w in mention.text.split()]
    return "/" in what and top in words[2:]


def _is_near(download: str, reader: str) -> bool:
    """Whether a download belongs to the same part of the project as the code that reads."""
    top = download.partition("/")[0]
    return "/" not in download or top == reader.partition("/")[0] or bool(COMMON_FOLDER.match(top))


def _named(seen: Evidence) -> Mention | None:
    """A document's passage that speaks of the data set."""
    for document in seen.documents.all:
        if document.path.endswith(".ipynb"):
            continue
        for block in document.blocks:
            if block.kind in (BlockKind.PROSE, BlockKind.TABLE) and DATA_WORD.search(block.text):
                return Mention(block.text[:80], block.at, block.text[:200])
    return None


def common_folder(paths: tuple[str, ...]) -> str:
    first, last = min(paths).split("/")[:-1], max(paths).split("/")[:-1]
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last))
    return "/".join(a for a, _ in same) or "."


def _without_reads(seen: Evidence) -> Iterator[Source]:
    """Where no read could be followed: pointers, committed data, downloads and links are candidates.

    What lies beside a simulation is what came out of it, and what is downloaded for it is the simulator.
    """
    if is_simulated(seen.program):
        return
    pointers = [p for p in seen.tree.pointers if not MODEL_PATH.search(p.path)]
    yield from (Source(p.path, p.management, p.at, p.text) for p in pointers)
    if not seen.program.sources and not _has_other_code(seen):
        return
    committed = () if pointers or _are_samples(seen) else seen.tree.committed
    downloads = [d for d in seen.downloads if d.is_command] if pointers or committed else list(seen.downloads)
    yield from (_as_source(d.what, d) for d in downloads[:1])
    if committed:
        tracked, folder = seen.tree.tracked_all(committed), common_folder(committed)
        text = tracked.text or committed[0]
        yield Source(folder if folder != "." else committed[0], tracked.management, tracked.at, text)
    elif not pointers and not downloads and seen.links:
        yield Source(seen.links[0].what, Management.LINK, seen.links[0].at, seen.links[0].text)


def _are_samples(seen: Evidence) -> bool:
    """Whether the committed files are a few recordings or pictures, while the reader is sent elsewhere for the data."""
    files = seen.tree.committed
    return len(files) <= FEW_SAMPLES and bool(seen.links) and all(MEDIA.search(f) for f in files)


def _as_source(what: str, download: Mention) -> Source:
    management = Management.PINNED_DOWNLOAD if download.is_pinned else Management.DOWNLOAD
    return Source(what, management, download.at, download.text, needs_hand=download.needs_hand)


def _has_other_code(seen: Evidence) -> bool:
    return any(s.kind in (StepKind.OTHER, StepKind.SHELL) for s in seen.program.steps) or bool(
        seen.files.suffixed(".r", ".jl", ".rmd", ".m", ".scala", ".cpp", ".java")
    )
