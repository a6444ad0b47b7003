"""Where a reader is sent for the data: links of documents, else of comments and texts in code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..documents.model import Block, Documents
from ..files import Tree
from ..program import Program
from ..regex import regex
from .downloads import INSTALLER, MAX_SCRIPTS, MAX_TEXT, Mention

MAX_LINKS = 60

HOST = regex(
    r"kaggle\.com/(?!.*(?:code|notebooks?|kernels)/|[\w.-]+/?$)|drive\.google\.com|docs\.google\.com/uc|dropbox\.com|"
    r"zenodo\.org|doi\.org/10\.5281|figshare\.com|archive\.ics\.uci|uci\.edu|huggingface\.co/datasets|"
    r"hf\.co/datasets|"
    r"onedrive|1drv\.ms|sharepoint\.com|mega\.nz|pan\.baidu|physionet|ieee-dataport|dataverse|mendeley|openneuro|"
    r"surfdrive|osf\.io|data\.world|data\.gov|"
    r"image-net|cocodataset|commoncrawl|s3\.amazonaws|storage\.googleapis|drivendata\.org|"
    r"paperswithcode\.com/dataset|openslr|grouplens|nlp\.stanford\.edu/(?:projects|data)|"
    r"yann\.lecun|cs\.toronto\.edu/~kriz|ufldl|codalab|grand-challenge|synapse\.org|ncbi\.nlm|ebi\.ac\.uk|"
    r"rcsb\.org|opendata|academictorrents|code\.google\.com/p/|"
    r"tianchi|aicrowd|zindi|crowdai|datahub|roboflow|quandl|yahoo\.com/finance|\.(?:zip|tar\.gz|tgz|csv|tsv|h5|"
    r"npz|mat|xlsx|parquet|7z|gz|json)(?:[?#]|$)",
    re.IGNORECASE,
)
DATA_WORD = regex(
    r"\bdata\b|data ?-?sets?|\bcorpus|\bcorpora|\bimages\b|\bbenchmark|\bscenes?\b|数据|données|datos|\bDaten|データ|"
    r"\bword2vec|\bglove\b|\bcompetition|\bsamples?\b",
    re.IGNORECASE,
    needs=(
        "data", "corpus", "corpora", "images", "benchmark", "scene", "sample", "word2vec", "glove", "competition",
        "数据", "données", "datos", "daten", "データ",
    ),
)  # fmt: skip
PAPER = regex(
    r"arxiv\.org|citeseer|jstor\.org|sciencedirect|[=/]pdf(?![a-z])|opensource\.org|creativecommons|licen[sc]e|\.pdf\b|openreview|aclweb|aclanthology|"
    r"doi\.org/(?!10\.5281)|shields\.io|badge|colab\.research|medium\.com|wikipedia|youtube|youtu\.be|"
    r"linkedin|streamlit\.app|stackoverflow|github\.com/[^/]+/[^/]+/?$|mybinder|\.png|\.jpe?g|\.gif|\.svg|/docs?/|"
    r"readthedocs|//docs\.(?!google)|pytorch\.org|tensorflow\.org|scikit-learn\.org|python\.org|dvc\.org|lakefs\.io|mlflow\.org",
    re.IGNORECASE,
)
OTHER_FILE = regex(  # a picture, or code that is read on the web
    r"\.(?:svg|png|jpe?g|gif|ico|ipynb|py|md|rst|R|jl|ya?ml|toml)(?:[?#]|$)", re.IGNORECASE
)
REPOSITORY = regex(r"github\.com/[^/]+/[^/]+/?\.?$", re.IGNORECASE)
FETCHED = regex(  # a repository holds the data where the sentence says that they are got there
    r"(?:download|obtain|get|clone|fetch|find|take)\w*\b[^.\n]{0,60}\b(?:data ?-?sets?|data|corpus|corpora)\b"
    r"|\b(?:data ?-?sets?|data|corpus|corpora)\b[^.\n]{0,60}\b(?:available|download\w*|obtained|found|taken)\b",
    re.IGNORECASE,
)
MODEL_LINK = regex(
    r"pre-?trained|checkpoint|weights|\bmodel files?|\btrained models?|\.pth\b|\.pt\b|\.ckpt", re.IGNORECASE
)
BADGE = regex(r"\[!\[[^\]]*\]\([^)\s]*(?:badge|shields\.io)[^)]*\)\]\([^)]*\)", re.IGNORECASE)
IMAGE = regex(r"\s*:(?:target|alt):")  # what is written below an image in reStructuredText: most are badges
SOFTWARE = regex(r"\binstall(?:s|ed|ing|ation|er)?\b", re.IGNORECASE)
SAMPLE_HEADING = regex(r"\W*(?:(?:sample|example|test) )?inputs?(?: images?)?\W*$", re.IGNORECASE)
TOLD_OF = regex(  # data itself; a book or course on data science is none
    r"data ?-?sets?\b|\bdata\b(?![ -](?:scien|structur|engineer|mining|analy|visuali))|corpus|download", re.IGNORECASE
)
ADDRESS = regex(r"https?://[^\s<>\"'`)\]\\,]+")


def find_links(files: Tree, documents: Documents, program: Program) -> tuple[Mention, ...]:
    """Where a reader is sent for the data: links of documents, then comments and texts of the reached code."""
    found: list[Mention] = []
    for document in documents.all:
        for block in document.blocks:
            found += _block_links(block)
            if len(found) > MAX_LINKS:
                return tuple(found)
    for source in (s for s in program.sources if "http" in s.text):
        for number, line in enumerate(source.lines, 1):
            if "http" in line and len(line) < 2000:
                found += _line_links(line, source.place_of(number))
    return tuple(dict.fromkeys(found[:MAX_LINKS])) or tuple(_links_elsewhere(files))


def _links_elsewhere(files: Tree) -> Iterator[Mention]:
    """Links in the rest of the project's code, for a project whose documents have none."""
    paths = files.suffixed(".py", ".r", ".jl", ".sh", ".yaml", ".yml")[:MAX_SCRIPTS]
    for path in (p for p in paths if not INSTALLER.search(p)):
        text = (files.text(path) or "")[:MAX_TEXT]
        for found in ADDRESS.finditer(text) if "://" in text and HOST.search(text) else ():
            number = text.count("\n", 0, found.start()) + 1
            yield from _line_links(text.split("\n")[number - 1][:500], Place(path, number))


def _block_links(block: Block) -> Iterator[Mention]:
    if IMAGE.match(block.text):
        return
    heading = " ".join(block.headings[-2:])
    context = f"{heading} {block.text}"
    words = BADGE.sub(" ", block.text)
    targets = [t for t in block.links if t[1] in words] + [("", a) for a in ADDRESS.findall(words)]
    if re.search(r"related work|acknowledg|citation|reference", heading, re.IGNORECASE):
        targets = [t for t in targets if HOST.search(t[1])]
    # A sample that is shown as an image is an input that a reader can save.
    is_sample = bool(block.headings) and bool(SAMPLE_HEADING.match(block.headings[-1]))
    for text, target in targets:
        if is_sample and "![" in block.text and target.startswith("http"):
            yield Mention(target, block.at, block.text.strip()[:200])
        elif is_data_link(target, f"{text} {context}") or _is_data_repository(target, block.text):
            yield Mention(target, block.at, block.text.strip()[:200])


def _is_data_repository(target: str, text: str) -> bool:
    """Whether the sentence with the link to a repository sends the reader there for the data."""
    if not REPOSITORY.search(target):
        return False
    before, _, after = text.partition(target.rstrip("."))
    return bool(FETCHED.search(f"{before.rpartition('. ')[2]} {after.partition('. ')[0]}"))


def _line_links(line: str, at: Place) -> Iterator[Mention]:
    for target in ADDRESS.findall(line):
        if HOST.search(target) and not PAPER.search(target):
            yield Mention(target, at, line.strip()[:200])


def is_data_link(target: str, context: str) -> bool:
    """Whether a reader finds the data behind it, judged by the host and the words around."""
    if OTHER_FILE.search(target):
        return False
    if not target.startswith("http") or PAPER.search(target):
        return (
            bool(HOST.search(target))
            and bool(re.search(r"zenodo|figshare|uci\.edu|kaggle", target))
            and target.startswith("http")
            and "badge" not in target
        )
    if MODEL_LINK.search(context) and not DATA_WORD.search(context):
        return False
    if HOST.search(target):
        return True
    if MODEL_LINK.search(context[:300]) or SOFTWARE.search(context[:300]):
        return False
    return bool(TOLD_OF.search(context[:1500]))
