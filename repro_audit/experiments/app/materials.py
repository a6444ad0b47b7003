"""What the driver may ask with: a row of the project's table, its small files, requests that its pages show."""

from __future__ import annotations

import csv
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from ...facts.evaluation.model import App
from ..lab import Lab

EXAMPLE = re.compile(r"example|sample|demo|test|input", re.IGNORECASE)
NO_EXAMPLE = re.compile(
    r"logo|banner|figure|fig\d|plot|screenshot|requirements|readme|license|confusion|loss|curve", re.I
)
SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".bmp", ".tif", ".wav", ".mp3", ".flac", ".csv", ".tsv", ".txt", ".json", ".xlsx", ".pdf",
)  # fmt: skip
MOST = 20 * 1024 * 1024  # bytes of a file that an app is given
READS_IMAGE = re.compile(r"Image\.open|imread|imdecode|load_img|PIL|cv2|decode_image")
READS_TABLE = re.compile(r"read_csv|read_excel|DataFrame")
CURL = re.compile(r"\bcurl\b.*(?:localhost|127\.0\.0\.1|0\.0\.0\.0)", re.DOTALL)
ADDRESS = re.compile(r"(?:https?://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?(/[^\s\"']*)?")


def examples(lab: Lab, app: App) -> dict[str, Any]:
    """A row, a file of each kind, and the kind that the app's code reads."""
    text = lab.project.files.text(app.at.path) or ""
    prefers = "image" if READS_IMAGE.search(text) else "table" if READS_TABLE.search(text) else ""
    return {"row": first_row(lab), "files": example_files(lab), "prefers": prefers}


def first_row(lab: Lab) -> dict[str, Any]:
    """The first row of the tables of the project, those of the main experiment first; numbers as numbers."""
    found: dict[str, Any] = {}
    files = lab.project.files
    paths = [t.path for t in lab.project.data.tables if t.path.endswith((".csv", ".tsv"))]
    for path in dict.fromkeys(paths[:5]):
        head = (files.open_bytes(path, 65_536) or b"").decode("utf-8", "replace").splitlines()[:2]
        if len(head) < 2:
            continue
        delimiter = max(",;\t|", key=head[0].count)
        names, cells = (next(csv.reader([line], delimiter=delimiter), []) for line in head)
        for name, cell in zip(names, cells, strict=False):
            found.setdefault(name.strip().strip("\ufeff"), _number(cell.strip()))
    return dict(list(found.items())[:300])


def _number(cell: str) -> Any:
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell


def example_files(lab: Lab) -> dict[str, str]:
    """One file of each kind: one that is called an example before others, a small one before a large one."""
    files = lab.project.files
    tables = {t.path for t in lab.project.data.tables}
    found: dict[str, tuple[Any, str]] = {}
    for path in files.own:
        suffix = PurePosixPath(path).suffix.lower()
        size = files.size(path)
        if suffix not in SUFFIXES or not 0 < size < MOST or NO_EXAMPLE.search(PurePosixPath(path).name):
            continue
        rank = (path not in tables, not EXAMPLE.search(path), size, path)
        if suffix not in found or rank < found[suffix][0]:
            found[suffix] = (rank, path)
    return {suffix: path for suffix, (_, path) in sorted(found.items())}


def requests(lab: Lab) -> Iterator[dict[str, Any]]:
    """What the pages show with curl."""
    for document in lab.project.documents.all:
        for block in document.blocks:
            text = block.text.replace("\\\n", " ")
            for command in re.split(r"\n(?=\s*\$?\s*curl\b)", text):
                if "curl" in command and CURL.search(command[:4000]):
                    request = of_curl(command[:4000])
                    if request:
                        yield {**request, "by": f"{block.at}"}


def of_curl(text: str) -> dict[str, Any]:
    """The request of a curl command; empty where it is none that this reads."""
    try:
        words = shlex.split(text[text.index("curl") :].split("\n\n")[0], comments=True)
    except ValueError:
        return {}
    request: dict[str, Any] = {"method": "", "path": "", "headers": {}}
    at = 1
    while at < len(words):
        word = words[at]
        following = words[at + 1] if at + 1 < len(words) else ""
        at += 1 + _take(request, word, following)
        if request["path"] and word in ("|", ">", "&&"):
            break
    request["method"] = request["method"] or ("POST" if {"json", "form", "files", "body"} & set(request) else "GET")
    takes = {"json", "form", "files", "body"} & set(request) or "?" in request["path"]
    return request if request["path"] and takes else {}


def _take(request: dict[str, Any], word: str, following: str) -> int:
    """Take one word of a curl command; gives how many more belong to it."""
    if word in ("-X", "--request"):
        request["method"] = following.upper()
        return 1
    if word in ("-H", "--header"):
        name, _, value = following.partition(":")
        if name.lower() not in ("content-type", "content-length", "host"):
            request["headers"][name.strip()] = value.strip()
        return 1
    if word in ("-d", "--data", "--data-raw", "--data-binary", "--json"):
        _take_data(request, following)
        return 1
    if word in ("-F", "--form"):
        name, _, value = following.partition("=")
        kind = "files" if value.startswith("@") else "form"
        request.setdefault(kind, {})[name] = value.lstrip("@").partition(";")[0]
        return 1
    found = ADDRESS.match(word)
    if found:
        request["path"] = found.group(1) or "/"
    return 0


def _take_data(request: dict[str, Any], data: str) -> None:
    try:
        request["json"] = json.loads(data)
    except ValueError:
        pairs = [p.partition("=") for p in data.split("&")]
        if all(sign for _, sign, _ in pairs):
            request["form"] = {name: value for name, _, value in pairs}
        elif not data.startswith("@"):
            request["body"] = data
