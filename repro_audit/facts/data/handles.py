"""What a user changes to run on other data: an option, a key, a folder, an upload, or code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ...model import Place
from ..documents.model import BlockKind
from ..regex import regex
from ..source import constant
from .descriptions import OWN_DATA
from .evidence import Evidence
from .location import Given
from .model import Handle, Management, Source
from .origins import DATA_OPTION
from .reads import Read, ReadKind

UPLOAD = regex(
    r"file_uploader|request\.files|UploadFile|gr\.(?:Image|File|Textbox|Audio)|gradio\.(?:Image|File|Audio)|"
    r"dcc\.Upload|st\.camera_input",
    needs=("file_uploader", "request.files", "UploadFile", "gr.", "gradio.", "dcc.Upload", "st.camera_input"),
)
PLACE_OWN = regex(
    r"\byour (own )?(\w+ )?(image|audio|video|data|dataset|input|csv|text)s?[ _-]?(path|files?|here)\b|"
    r"\b(?:replace|swap|exchange)\b.{0,80}\b(?:in|under|inside)\b.{0,30}(?:director|folder|/)|"
    r"\b(put|place|copy|store|save|specify|set|add|provide)\b.{0,60}\b(your own|your|own|custom)\b.{0,20}\b(data|"
    r"images?|files?|scenes?|corpus|graphs?|recordings?|videos?)\b|"
    r"\b(?:input|training|source|raw) (?:images?|data|files?|texts?|masks?)\b.{0,80}\b(?:should|must|need to|have to|"
    r"has to) be (?:placed |put |stored |located |saved )?(?:in|under|inside)\b",
    re.IGNORECASE | re.DOTALL,
    needs=("your", "own", "custom", "replace", "swap", "exchange", "input ", "training ", "source ", "raw "),
)
DATA_NAME = regex(r"data|corpus|train|test|input|image|path|root|dir|file|csv|src|source|folder|scene", re.IGNORECASE)
NAMES_PLACE = regex(
    r"(?:^|[\s`'\"(])[\w.-]+/(?:\W|$)|--\w*(?:data|dir|path|input|root|file|image)|\bpath\b|folder|director|"
    r"convert your"
)
NOT_DATA_NAME = regex(
    r"model|adapter|ckpt|checkpoint|out|save|log|config|resume|weight|pretrain|result|tokenizer|cache|vocab|num|"
    r"size|batch|worker",
    re.IGNORECASE,
)
DOCUMENTS = (".md", ".rst", ".txt")
MOST = 30  # handles that are told
CHOICE_NAME = regex(r"data-?_?set|^-*(data|task|corpus)$", re.IGNORECASE)


def find_handles(seen: Evidence, sources: tuple[Source, ...]) -> tuple[tuple[Handle, ...], tuple[Handle, ...]]:
    """The handles, open ones first and what the program itself offers before what a page tells; and the ties."""
    uploads, documented, closed = tuple(_uploads(seen)), tuple(_documented(seen)), tuple(_closed_names(seen))
    found = [*_catalog(seen), *_pipeline_inputs(seen), *uploads, *documented, *_of_reads(seen), *closed]
    unique = {(h.what, h.at, h.is_open): h for h in found}
    handles = sorted(unique.values(), key=lambda h: (not h.is_open, h.at.path.endswith(DOCUMENTS), h.at))
    main = [s for s in sources if s.is_main]
    return tuple(handles[:MOST]), tuple(_ties(seen, main, closed, is_told=bool(documented), is_uploaded=bool(uploads)))


def _catalog(seen: Evidence) -> Iterator[Handle]:
    """The paths of a Kedro catalog."""
    for path in seen.files.named("catalog.yml", "catalog.yaml", "catalog.py"):
        for number, line in enumerate(seen.files.lines(path), 1):
            if re.match(r"\s+filepath\s*[:=]\s*\S", line) and re.search(r"raw|input|data", line):
                yield Handle(line.strip(), Place(path, number), True)
                return


def _pipeline_inputs(seen: Evidence) -> Iterator[Handle]:
    """Configuration keys that a workflow takes its inputs from."""
    if not seen.files.named("snakefile"):
        return
    text = "\n".join(seen.files.text(p) or "" for p in (*seen.files.named("snakefile"), *seen.files.suffixed(".smk")))
    for one in seen.configuration.sets:
        for parameter in one.parameters:
            name = parameter.key.rpartition(".")[2]
            if isinstance(parameter.value, str) and re.search(r"[./]", parameter.value) and name in text:
                yield Handle(parameter.key, parameter.at, True)
                return


def _uploads(seen: Evidence) -> Iterator[Handle]:
    for source in seen.program.sources:
        if not UPLOAD.search(source.text):
            continue
        number = next(
            (i for i, line in enumerate(source.lines, 1) if UPLOAD.search(line) and not line.lstrip().startswith("#")),
            None,
        )
        if number:
            yield Handle("an upload", source.place_of(number), True)


def _documented(seen: Evidence) -> Iterator[Handle]:
    """A passage that tells how to use data of one's own, and names the place."""
    for document in seen.documents.all:
        for block in document.blocks:
            heading = " > ".join(block.headings[-2:])
            if block.kind in (BlockKind.HEADING, BlockKind.TABLE) or document.path.endswith(".ipynb"):
                continue
            is_own = OWN_DATA.search(heading) or PLACE_OWN.search(block.text[:600])
            if is_own and NAMES_PLACE.search(block.text):
                yield Handle(block.text.strip()[:160], block.at, True)
                break


def _of_reads(seen: Evidence) -> Iterator[Handle]:
    for read in seen.reads:
        if read.kind is ReadKind.LIBRARY:
            yield Handle(read.what, read.at, False)
        elif read.location is not None and _is_telling(read) and not seen.is_made_here(read):
            yield _handle(read)


def _is_telling(read: Read) -> bool:
    """Whether a path is known in part, or its option is named for data."""
    name = read.location.name if read.location else ""
    return any(c.isalnum() for c in read.what) or bool(DATA_OPTION.search(name))


def _handle(read: Read) -> Handle:
    location = read.location
    assert location is not None
    name = location.name or read.what
    is_open = location.given.is_open and not NOT_DATA_NAME.search(name)
    if location.given is Given.INLINE and not read.is_inside:
        name = read.what
    is_buried = location.given is Given.INLINE and read.is_inside
    return Handle(name, location.at if location.given is not Given.INLINE else read.at, is_open, is_buried)


def _closed_names(seen: Evidence) -> Iterator[Handle]:
    """An option that chooses from a closed list of data sets."""
    for call in seen.program.calls:
        if call.last != "add_argument" or not call.node.args:
            continue
        name = constant(call.node.args[0])
        choices = call.argument(None, "choices")
        if isinstance(name, str) and CHOICE_NAME.search(name) and isinstance(choices, (ast.List, ast.Tuple)):
            yield Handle(f"{name}: a closed list", call.place, False)


def _ties(
    seen: Evidence, main: list[Source], closed: tuple[Handle, ...], *, is_told: bool, is_uploaded: bool
) -> Iterator[Handle]:
    """What keeps other data out although a path is open: closed lists, library loaders, names of one data set.

    Where a page tells how to use other data, only a library's own data are out of reach.
    """
    is_bundled = all(s.management is Management.LIBRARY for s in main)
    if is_bundled or not is_told:
        yield from closed
    if is_bundled:
        yield from (Handle(s.what, s.at, False) for s in main)
    if not is_told:
        yield from _named_files(seen)
        if not is_uploaded:
            yield from _constants_beside(seen, main)


def _constants_beside(seen: Evidence, main: list[Source]) -> Iterator[Handle]:
    """Paths of the main data that are constants, beside others that are open."""
    if seen.files.named("catalog.yml", "catalog.yaml", "snakefile"):
        return
    if not any(r.location and r.location.given.is_open for r in seen.reads):
        return
    places = {s.at for s in main}
    for read in seen.reads:
        if read.kind is ReadKind.FILE and read.location and not read.location.given.is_open and read.at in places:
            yield _handle(read)


def _named_files(seen: Evidence) -> Iterator[Handle]:
    """Names of files of one data set, joined to an open path."""
    for read in seen.reads:
        if (
            read.location is None
            or not read.location.given.is_open
            or read.kind is not ReadKind.FILE
            or seen.is_made_here(read)
        ):
            continue
        if read.is_partly_literal:
            yield Handle(read.what, read.at, False)
