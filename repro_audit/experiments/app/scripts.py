"""A prediction script, called as its page tells; a file that the reader would bring is one of the project's."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from ...facts.evaluation.model import App
from ..lab import Lab
from ..model import Experiment, Failure, Kind, Outcome
from .materials import example_files
from .serving import from_artifacts

SECONDS = 300.0
OUTPUT = re.compile(r"^--?(?:o|out\w*|save\w*|dest\w*|result\w*|log\w*|pred\w*|write\w*)", re.IGNORECASE)
WEIGHTS = re.compile(r"model|weight|ckpt|checkpoint", re.IGNORECASE)
PATH = re.compile(r"^[\w./~-]*\w\.[A-Za-z]\w{1,6}$")
PLACEHOLDER = re.compile(r"^<.*>$|^\[.*\]$|^\{.*\}$|^(?:/?path/to/\S+|[A-Z_]{4,}|your\S*)$")
KINDS = (
    (("image", "img", "photo", "picture"), (".png", ".jpg", ".jpeg")), (("audio", "wav"), (".wav", ".mp3")),
    (("csv", "table", "data", "input", "file"), (".csv", ".tsv", ".json", ".txt", ".png", ".jpg")),
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """The command as it is run, and what of it is ours; `lacks` is a word that nothing could stand for."""

    text: str
    brought: tuple[tuple[str, str], ...] = ()  # (as the page has it, what stands there now)
    lacks: str = ""


def script_of(app: App) -> str:
    """The script that the page calls, for the experiment's name."""
    words = app.start.split()
    return next((w.removeprefix("./") for w in words if w.endswith((".py", ".sh", ".R", ".jl"))), app.at.path)


def ask_script(lab: Lab, app: App) -> Experiment:
    """Call it where the first run's artifacts are."""
    id = f"app:{script_of(app)}"
    call = call_of(lab, app)
    details: dict[str, Any] = {"app": app.kind, "path": app.at.path, "line": app.at.line, "asked": call.text}
    if call.lacks:
        reason = (
            f"{call.lacks} in `{app.start}` is the reader's to fill in, and nothing of the project could stand there"
        )
        return lab.tell(id, Kind.APP, Outcome.SKIPPED, reason, details=details)
    job = replace(lab.job, argv=("sh", "-c", call.text), cwd=_folder(lab, app))
    run, record = lab.run(id, replace(from_artifacts(lab), job=job, seconds=SECONDS), steadied=False)
    failure = lab.failure(run)
    if failure is not None:
        return _failed(lab, id, failure, call, runs=(record,), details=details)
    wrote = sorted(p.removeprefix("project/") for p in run.changed if p.startswith("project/"))
    said = run.log.read_bytes()[:2000].decode("utf-8", "replace").strip()
    if not said and not wrote:
        reason = f"`{call.text}` ended well and gave nothing"
        return lab.tell(id, Kind.APP, Outcome.INCONCLUSIVE, reason, runs=(record,), details=details)
    details["answered"] = wrote[0] if wrote else said.splitlines()[-1][:200]
    what = f"wrote {wrote[0]}" if wrote else f"said {details['answered'][:80]!r}"
    return lab.tell(id, Kind.APP, Outcome.WORKS, f"`{call.text}` {what}", runs=(record,), details=details)


def _failed(lab: Lab, id: str, failure: Failure, call: Call, **more: object) -> Experiment:
    """What fails on an input that we chose may want another one."""
    guessed = [new for _, new in call.brought if new not in {s.what for s in lab.project.data.sources}]
    is_open = failure.is_the_sandbox or (guessed and failure.at is not None)
    outcome = Outcome.INCONCLUSIVE if is_open else Outcome.FAILED
    reason = f"`{call.text}`: {failure.message}"
    return lab.tell(id, Kind.APP, outcome, reason, failure=failure, **more)


def call_of(lab: Lab, app: App) -> Call:
    """The page's command with files of the project in the place of those that the reader would bring."""
    text = app.start.partition(" #")[0].strip().lstrip("$ ").strip()
    brought: list[tuple[str, str]] = []
    for option, word in _words(text):
        if not _is_wanting(lab, app, option, word):
            continue
        found = _stand_in(lab, option, word)
        if found is None:
            return Call(text, lacks=word)
        brought.append((word, found))
        text = re.sub(rf"(?<![\w./]){re.escape(word)}(?![\w./])", lambda _, new=found: shlex.quote(new), text, count=1)  # type: ignore[misc]
    return Call(text, tuple(brought))


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Each word with the option before it."""
    option = ""
    for word in text.split():
        if word.startswith("-") and "=" in word:
            yield word.partition("=")[0], word.partition("=")[2].strip("'\"")
        elif word.startswith("-"):
            option = word
            continue
        else:
            yield option, word.strip("'\"")
        option = ""


def _is_wanting(lab: Lab, app: App, option: str, word: str) -> bool:
    """Whether a word stands for something that the reader brings."""
    if OUTPUT.match(option) or word.startswith("http"):
        return False
    if PLACEHOLDER.match(word):
        return True
    return bool(PATH.match(word)) and not word.replace(".", "").isdigit() and not _is_there(lab, app, word)


def _is_there(lab: Lab, app: App, word: str) -> bool:
    folder = _folder(lab, app)
    plain = word.removeprefix("./")
    path = plain if folder == "." else f"{folder}/{plain}"
    made = {p.removeprefix("project/") for p in lab.reference.changed}
    return path in lab.project.files or path in made or lab.project.files.has(path)


def _stand_in(lab: Lab, option: str, word: str) -> str | None:
    """A file of the same kind: the example input first."""
    suffix = PurePosixPath(word).suffix.lower() if PATH.match(word) else ""
    made = sorted(p.removeprefix("project/") for p in lab.reference.changed if p.startswith("project/"))
    if WEIGHTS.search(option) or (WEIGHTS.search(word) and suffix not in (".csv", ".png", ".jpg")):
        return next((p for p in made if suffix and p.endswith(suffix)), None)
    inputs = [s.what for s in lab.project.data.sources if s.is_main and s.what in lab.project.files]
    files = example_files(lab)
    about = f"{option} {word}".lower()
    wanted = (suffix,) if suffix else next((s for words, s in KINDS if any(w in about for w in words)), ())
    for one in wanted:
        found = next((p for p in inputs if p.lower().endswith(one)), None) or files.get(one)
        if found:
            return found
    return None


def _folder(lab: Lab, app: App) -> str:
    """Where the page types the command: at the root, or beside the script."""
    script = script_of(app)
    if lab.project.files.has(script):
        return "."
    folder = str(PurePosixPath(app.at.path).parent)
    return folder if lab.project.files.has(f"{folder}/{script}") else "."
