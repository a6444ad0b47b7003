"""Web pages that take a user's own input and run a committed model in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..files import Tree
from ..regex import regex
from .model import App
from .pages import Pages

MAX_PAGES = 40
MAX_PAGE = 256 * 1024  # bytes

TAKES = regex(
    r"<input\b[^<>]{0,300}?\btype\s*=\s*[\"']?(?:file|text|number|range)\b|<textarea\b|<canvas\b", re.IGNORECASE
)
RUNS_MODEL = regex(
    r"onnxruntime-web|\bort\.InferenceSession|@tensorflow/tfjs|\btf\.load(?:Layers|Graph)Model\(|@xenova/transformers|"
    r"@huggingface/transformers|\bml5\.\w+\("
)
MODEL = regex(r"(?:^|/)(?:[^/]+\.(?:onnx|tflite|ort)|model[^/]*\.json)$", re.IGNORECASE)
HOSTED_PAGE = regex(r"https?://[\w.-]+\.(?:github\.io|gitlab\.io|netlify\.app|vercel\.app|pages\.dev)\b\S*")


def upload_pages(files: Tree, pages: Pages) -> Iterator[App]:
    """Pages with a field for input beside a script that runs a model; a link to where it is hosted documents one."""
    for path in [p for p in files.suffixed(".html", ".htm") if files.size(p) <= MAX_PAGE][:MAX_PAGES]:
        text = files.text(path) or ""
        field = TAKES.search(text)
        if field is None or not any(RUNS_MODEL.search(t) for t in (text, *_scripts(files, path))):
            continue
        said = pages.telling_of(path) or pages.starting(HOSTED_PAGE, path.rpartition("/")[0])
        yield App(
            "web page",
            Place(path, text.count("\n", 0, field.start()) + 1),
            " ".join(field.group().split()),
            said.text if said else "",
            said.at if said else None,
            missing=() if any(MODEL.search(p) for p in files.own) else ("the model that the page loads",),
        )


def _scripts(files: Tree, page: str) -> Iterator[str]:
    """The texts of the scripts beside a page."""
    folder = page.rpartition("/")[0]
    for path in files.suffixed(".js", ".mjs"):
        if path.rpartition("/")[0].startswith(folder) and files.size(path) <= MAX_PAGE:
            yield files.text(path) or ""
