"""Downloads outside the reached Python code: stated commands, Makefiles, shell and download scripts, R and Julia."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...model import Place
from ..commands.model import Commands
from ..documents.model import BlockKind, Documents
from ..files import Tree
from ..regex import regex
from . import vocabulary as v

MAX_SCRIPTS = 80  # shell scripts and Makefiles that are read
MAX_TEXT = 200_000  # characters of each

FETCH = regex(
    r"(?:^|[\s;&|(`!@-])(?:wget|curl|aria2c|axel|gdown|kaggle\s+(?:datasets|competitions)\s+download|"
    r"aws\s+s3\s+(?:cp|sync)|gsutil\s+(?:-m\s+)?(?:cp|rsync)|"
    r"zenodo_get|huggingface-cli\s+download|hf\s+download|rsync|scp|azcopy|dvc\s+(?:get|import)(?:-url)?|"
    r"opendatasets|od\s+download|svn\s+export|"
    r"synapse\s+get|megadl|osf\s+(?:-p\s+\w+\s+)?(?:clone|fetch)|spacy\s+download|fasterq-dump|prefetch|ncbi-\w+|"
    r"dataverse_\w+|bypy)\s+(?P<rest>\S.*)"
)
PLAIN = regex(r"\s*[$!>]*\s*(?:wget|curl|gdown|kaggle\s+(?:datasets|competitions)|aws\s+s3|gsutil)\s+\S")
SENT = regex(  # from here to a store
    r"(?:s3\s+(?:cp|sync)|gsutil\s.*?(?:cp|rsync))\s+(?:-\S+\s+)*"
    r"(?!-|s3:|gs:|http|['\"]?\$)\S+\s+['\"]?(?:s3|gs):"
)
ACCOUNT = regex(r"\bkaggle\s+(?:datasets|competitions)\s+download|\bsynapse\s+get")  # asks for a registered reader
POINTED = regex(
    r"(?:^|[\s;&|(`!])(?P<tool>dvc\s+(?:pull|fetch|checkout|repro)|git\s+lfs\s+(?:pull|fetch)|git[- ]annex\s+get|"
    r"datalad\s+(?:get|install|clone)|dud\s+(?:fetch|pull|checkout)|"
    r"dolt\s+(?:clone|pull|checkout)|lakectl\s+(?:fs|local|branch|commit|tag)\b|quilt3?\s+install|terminusdb\s+clone)"
)
NOT_DATA = regex(
    r"get-?pip|miniconda|anaconda|miniforge|mambaforge|install|poetry|pyenv|\bcuda|nvidia|\.deb\b|\.whl\b|docker|"
    r"nodesource|apt|\.pth\b|\.pt\b|\.ckpt\b|pretrain|"
    r"weights|checkpoint|\bmodels?[/_. -]|localhost|127\.0\.0\.1|0\.0\.0\.0|invocations|predict|astral\.sh|rustup|"
    r"\.git\b|-X\s*POST|application/json|-d\s+['\"{@]|"
    r"resnet|vgg|bert-base|\.h5\b|\.onnx\b|sdkman|/api/|ngrok|\.jar\b|codecov|ninja|\.py\b|homebrew|\.sh\b|spacy",
    re.IGNORECASE,
)
SCRIPT = regex(
    r"(?:^|/)(?:[^/]*[_-])?(?:download|fetch|pull|get|acquire|scrape|crawl|import)(?![a-z])[^/]*\.(?:py|R|r|jl|m|"
    r"ipynb)$"
)
MODEL_SCRIPT = regex(
    r"meta_?data|model|weight|checkpoint|ckpt|pretrain|prediction|metric|result|config|feature|api|logger|util|log",
    re.IGNORECASE,
)
INSTALLER = regex(r"(?:^|/)[^/]*(?:install|setup|bootstrap)[^/]*\.(?:sh|bash)$", re.IGNORECASE)
FETCHER = regex(
    r"urlretrieve|urlopen|requests\.get|wget|curl|gdown|kagglehub|kaggle|get_file|download_file|snapshot_download|"
    r"load_dataset|fetch_\w+|boto3|download\.file|Downloads|torchvision\.datasets|load_data\(|load_iris|ftplib|"
    r"opendatasets"
)
# The line that fetches says more than the one that imports what fetches.
CALLS_FETCHER = regex(rf"^(?![ \t\"]*(?:import|from|#)\b)[^\n]{{0,200}}?(?:{FETCHER.pattern})", re.MULTILINE)
BY_HAND = regex(
    r"print\([^\n]{0,20}\b(?:move|copy|put|place|unzip|extract|rename)\b[^\n]{0,40}\b(?:to|in|into|the)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A download or link outside the reached code."""

    what: str
    at: Place
    text: str
    is_pinned: bool = False
    is_command: bool = False  # stated for the reader to run, or run by a stated script
    needs_hand: bool = False  # the reader has to move or unpack what comes


def find_downloads(files: Tree, documents: Documents, commands: Commands) -> tuple[Mention, ...]:
    """Download commands of documents, Makefiles and scripts, and download scripts of the project."""
    found = [*_stated(documents), *_scripted(files, commands), *_scripts(files, commands, documents), *_foreign(files)]
    return tuple(
        sorted({(m.what, m.at): m for m in found}.values(), key=lambda m: (not m.is_pinned, m.at.path, m.at.line or 0))
    )


def find_pointed(files: Tree, documents: Documents) -> tuple[Mention, ...]:
    """Stated commands of data version control, which fetch what is tracked."""
    found = [
        Mention(" ".join(m.group("tool").split()), at, line.strip())
        for line, at in _code_lines(documents)
        for m in [POINTED.search(line)]
        if m
    ]
    return tuple(found)


def _code_lines(documents: Documents) -> Iterator[tuple[str, Place]]:
    for document in documents.all:
        for block in document.blocks:
            if block.kind is BlockKind.CODE:
                for i, line in enumerate(block.text.split("\n")):
                    yield line, Place(block.at.path, (block.at.line or 1) + i)
            elif block.kind is BlockKind.PROSE and PLAIN.match(block.text):
                yield block.text, block.at
            for code in block.inline_code:
                yield code, block.at


def _stated(documents: Documents) -> Iterator[Mention]:
    for line, at in _code_lines(documents):
        yield from _fetches(line, at, is_command=True)


def _fetches(line: str, at: Place, *, is_command: bool, near: str = "") -> Iterator[Mention]:
    found = FETCH.search(line) if len(line) < 2000 else None
    if found is None or line.lstrip().startswith("#") or SENT.search(line):
        return
    rest = found.group("rest")
    is_tool = not re.search(r"\b(?:wget|curl|rsync|scp|aria2c|axel)\b", found.group())
    if NOT_DATA.search(rest) and not re.search(
        r"data|corpus|mnist|cifar|\.csv|\.zip", NOT_DATA.sub("", rest), re.IGNORECASE
    ):
        return
    if not is_tool and not re.search(r"https?://|ftp://|\$|\{|\w+@\w+", rest):
        return
    is_pinned = bool(v.PINNED_ADDRESS.search(rest)) or bool(
        re.search(r"--checksum|sha256sum|md5sum|--rev\b|--revision", line + near)
    )
    needs_hand = bool(ACCOUNT.search(line))
    yield Mention(rest.strip()[:120], at, line.strip()[:200], is_pinned, is_command, needs_hand)


def _scripted(files: Tree, commands: Commands) -> Iterator[Mention]:
    """Downloads in Makefiles, shell scripts, Snakemake rules and Dockerfiles."""
    named = files.named(
        "makefile", "gnumakefile", "snakefile", "taskfile.yml", "justfile", "dvc.yaml", "dockerfile", "guild.yml"
    )
    paths = [*named, *files.suffixed(".sh", ".bash", ".smk", ".mk")][:MAX_SCRIPTS]
    for path in dict.fromkeys(p for p in paths if not INSTALLER.search(p)):
        text = (files.text(path) or "")[:MAX_TEXT]
        if not re.search(r"wget|curl|gdown|kaggle|aws|gsutil|download|zenodo|dvc|rsync|scp", text):
            continue
        is_checked = "sha256sum" in text or "md5sum" in text or "shasum" in text
        for number, line in enumerate(text.split("\n"), 1):
            yield from _fetches(line, Place(path, number), is_command=True, near="md5sum" if is_checked else "")


def _scripts(files: Tree, commands: Commands, documents: Documents) -> Iterator[Mention]:
    """A script of the project that is named for downloading, and does."""
    stated = " ".join(c.text for c in commands.all)
    for path in files.own:
        if not SCRIPT.search(path) or MODEL_SCRIPT.search(path.rpartition("/")[2]):
            continue
        text = (files.text(path) or "")[:MAX_TEXT]
        found = CALLS_FETCHER.search(text) or FETCHER.search(text)
        if not found or path.endswith((".sh", ".bash")):
            continue
        line = text.count("\n", 0, found.start()) + 1
        is_pinned = bool(v.CHECKED.search(text) or v.PINNED_ADDRESS.search(text)) or bool(
            re.search(r"sklearn\.datasets|torchvision\.datasets|revision\s*=", text)
        )
        line_text = text.split("\n")[line - 1].strip()[:200]
        is_stated = path.rpartition("/")[2] in stated
        yield Mention(path, Place(path, line), line_text, is_pinned, is_stated, bool(BY_HAND.search(text)))


def _foreign(files: Tree) -> Iterator[Mention]:
    """Downloads of R and Julia code."""
    for path in files.suffixed(".r", ".rmd", ".qmd", ".jl")[:MAX_SCRIPTS]:
        if re.search(r"(^|/)(renv|packrat|tests?)/", path):
            continue
        text = (files.text(path) or "")[:MAX_TEXT]
        for found in re.finditer(
            r"\b(download\.file|curl_download|Downloads\.download|GET|piggyback::pb_download|download_\w+|"
            r"tidytuesdayR?::\w+|read_csv\(\s*[\"']https?)\b",
            text,
        ):
            line = text.count("\n", 0, found.start()) + 1
            written = text.split("\n")[line - 1].strip()
            if not written.startswith("#"):
                yield Mention(found.group(1), Place(path, line), written[:200], bool(v.CHECKED.search(text)), True)
                break
