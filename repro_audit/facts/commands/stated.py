"""Commands that documents state: code blocks, inline code, plain lines, and notebooks they send the reader to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import unquote

from ...model import Place
from ..documents.model import Block, BlockKind, Document
from ..files import Tree, normalise
from ..regex import regex
from .invocation import APP_SERVERS, FILE_RUNNERS, SCRIPT_ENDINGS, SILENT, Invocation, invocation
from .model import Command, Origin
from .recipes import folder_of
from .shell import CHANGES_FOLDER, Line, logical_lines, simple_commands
from .vocabulary import CODE_LANGUAGES, OTHER_LANGUAGES, PIPELINE_VERBS, PIPELINES, SHELL_LANGUAGES
from .walk import moved

MAX_COMMANDS = 2_000  # of all documents together


class Form(IntEnum):
    """How plainly a command is stated."""

    BLOCK = 0
    INLINE = 1
    NOTEBOOK = 2  # a notebook that the text sends the reader to
    MENTION = 3  # "run train.py"


@dataclass(frozen=True, slots=True)
class Stated:
    """A command in a document, with the words before it."""

    command: Command
    form: Form
    lead: str = ""
    block: int = 0  # commands of one block have the same number


KNOWN = frozenset(
    "python sh rscript julia make dvc mlflow guild kedro snakemake papermill docker docker-compose podman just jupyter "
    "tox nox th octave conda pip pip3 git wget curl mamba poetry uv tensorboard nextflow npm lakectl".split()
) | FILE_RUNNERS | APP_SERVERS | PIPELINES | frozenset(PIPELINE_VERBS) | {"flask"}  # fmt: skip
NO_COMMAND = regex(
    r"^(?:import|from|def|class|print|return|if|for)\b|^usage:|^[A-Z][A-Za-z]+flow\s|^(?:Guild|Kedro|Snakemake|Docker|Make)\s|"
    r"^[@#]|^\[-|^-|^(?:julia|mysql|sqlite|mongo|ipdb|\(\w+\) pkg)?>"
)
HELP_PAGE = regex(r"^[ \t]*usage:[^\n]*\s\[-[^\n]*", re.IGNORECASE | re.MULTILINE)  # as argparse prints it
TREE = regex(r"[├└│╰]|\|--|\+--")  # of a listing of folders
FILE_ALONE = regex(r"^\s*(?!\./|~?/)[\w\[\]<>{}./ -]*(?:/|[\w\]>}]\.\w{1,5})\s*(?:#.*)?$")
R_CALL = regex(r"^\s*(?:targets::)?tar_make\(|^\s*(?:rmarkdown::render|quarto_render|bookdown::render_book)\(\s*[\"']")
PROSE_COMMAND = regex(
    r"(?:^|(?<=[\s`(:>]))((?:[A-Z_]+=\S+ )*(?:python[\d.]*|bash|sh|torchrun|Rscript|julia|dvc repro|snakemake(?= -)"
    r"|kedro run|mlflow run|guild run|docker compose up|docker-compose up)"
    r"(?: +(?:-{1,2})?[^\s`,;()]+)*)"
)
RUN_WORD = regex(
    r"\b(?:runs?|running|execut\w+|launch|start|use|call|open|train|reproduc\w+|see|follow|실행|运行|実行"
    r"|ejecut\w+|lancer|exécut\w+)\b",
    re.IGNORECASE,
)
ABBREVIATED = regex(r"\b(?:e\.g|i\.e|z\.B|p\. ?ex|etc)\.|[\w\]>}*-]+\.\w{1,5}\b")  # dots that end no sentence
SCRIPT_NAME = regex(r"(?<![\w/.-])([\w./-]+\.(?:py|sh|R|jl|m))\b(?![/(])")
SOURCED = regex(  # R's and Julia's way to run a file
    r"^\s*(?:julia>|>)?\s*(?:source|include|rmarkdown::render|knitr::knit)\(\s*[\"']([^\"'\n]+\.(?:R|Rmd|qmd|jl))[\"']",
    re.IGNORECASE | re.MULTILINE,
)
PROSE_WORDS = ("=", "==", ":", "-", "is", "and", "the", "to", "a", "with")
NOTEBOOK_NAME = regex(r"([\w./() +-]{0,200}[\w)+-]\.ipynb)\b")
COLAB = regex(
    r"colab\.research\.google\.com/github/[^/]+/[^/]+/blob/[^/]+/(.+?\.ipynb)|(?:mybinder\.org|nbviewer)\S*?([\w%./-]+\.ipynb)|github\.com/[^/]+/[^/]+/blob/[^/]+/(.+?\.ipynb)"
)


@dataclass(frozen=True)
class Reader:
    """Reads the commands of documents; `scripts` are the names of the project's console scripts."""

    tree: Tree
    scripts: frozenset[str]

    def read(self, documents: tuple[Document, ...]) -> list[Stated]:
        found: list[Stated] = []
        for document in documents:
            found += self._document(document)
            if len(found) > MAX_COMMANDS:
                break
        return found[:MAX_COMMANDS]

    def _document(self, document: Document) -> Iterator[Stated]:
        lead = ""
        for number, block in enumerate(document.blocks):
            if block.kind is BlockKind.CODE:
                yield from self._code(document, block, lead, number)
                continue
            if block.kind is BlockKind.HEADING:
                lead = ""
                continue
            if not document.path.endswith(".ipynb"):
                yield from self._words(document, block, lead, number)
            lead = block.text

    def _code(self, document: Document, block: Block, lead: str, number: int) -> Iterator[Stated]:
        sourced = SOURCED.search(block.text)
        path = self._script(sourced.group(1), document) if sourced else None
        if sourced and path:
            yield self._mention(path, document, block, lead, number, sourced.group(1), Form.BLOCK)
        if block.language in OTHER_LANGUAGES:
            return
        cwd = folder_of(document.path)
        help_page = HELP_PAGE.search(block.text)
        is_listing = _lists_files(block)
        lines = tuple(
            line
            for line in logical_lines(block.text[: help_page.start()] if help_page else block.text)
            if not (is_listing and FILE_ALONE.match(line.text))
        )
        # Where some lines have a prompt, those without one are mostly what the program says.
        is_shell = block.language in SHELL_LANGUAGES and not any(line.had_prompt for line in lines)
        for line in lines:
            if self._is_command(line, block.language, is_shell):
                at = Place(block.at.path, (block.at.line or 1) + line.offset)
                yield Stated(self._command(line.text, cwd, at, document, block), Form.BLOCK, lead, number)
            for simple in simple_commands(line.text) if CHANGES_FOLDER.search(line.text) else ():
                if simple.changes_folder:
                    cwd = moved(self.tree.has, cwd, simple.words[1])

    def _command(self, text: str, cwd: str, at: Place, document: Document, block: Block) -> Command:
        return Command(
            text, argv_of(text), self._settled(cwd, text, block), at, origin_of(document), " > ".join(block.headings)
        )

    def _settled(self, cwd: str, text: str, block: Block) -> str:
        """The folder in which the file that a command names is found: the document's, one above it, or the root;
        else the one that the heading names."""
        names = [n for s in simple_commands(text) for c in [invocation(s.words)] if c for n in named_files(c)]
        if not names:
            return cwd
        above = [cwd]
        while above[-1] != ".":
            above.append(folder_of(above[-1]))
        for folder in above:
            if self.tree.has(names[0] if folder == "." else f"{folder}/{names[0]}"):
                return folder
        return self._elsewhere(names[0], " ".join(block.headings[-1:])) or cwd

    def _elsewhere(self, name: str, heading: str) -> str | None:
        """The folder from which a file is reached that is found once only; a bare name must be a script's."""
        tail = "/" + normalise(name)
        fits = [p for p in self.tree.by_name.get(tail.rpartition("/")[2].lower(), ()) if ("/" + p).endswith(tail)]
        if len(fits) > 1:
            words = set(re.findall(r"[\w.-]+", heading.lower()))
            fits = [p for p in fits if folder_of(p).rpartition("/")[2].lower() in words]
        if len(fits) != 1 or not name.lower().endswith(SCRIPT_ENDINGS):
            return None
        return ("/" + fits[0])[: -len(tail)].lstrip("/") or "."

    def _is_command(self, line: Line, language: str, is_shell: bool) -> bool:
        if language in ("r", "{r}", "") and R_CALL.match(line.text):
            return True
        calls = [c for s in simple_commands(line.text) for c in [invocation(s.words)] if c]
        if not calls or NO_COMMAND.match(line.text) or TREE.search(line.text):
            return False
        if language in CODE_LANGUAGES and not line.had_prompt:
            return any(c.program in ("python", "sh") and c.script.endswith((".py", ".sh", ".ipynb")) for c in calls)
        if is_shell or (line.had_prompt and not line.text.startswith(("{", "["))):
            return True
        return any(self._is_known(c) for c in calls)

    def _is_known(self, call: Invocation) -> bool:
        """Whether a line without any sign of a shell is a command and no prose or output."""
        program = call.program
        if not call.script and call.arguments[:1] and call.arguments[0] in PROSE_WORDS:
            return False
        if call.script:
            return bool(re.fullmatch(r"[\w./<>{}\[\]$ +@-]+", call.script)) and not call.script.endswith(
                (":", ".", ",")
            )
        if program in ("mlflow", "guild") and call.arguments[:1] == ("run",) and len(call.arguments) == 1:
            return False  # the name of a feature
        if program in self.scripts or program in KNOWN - {"sh", "task"}:
            return program != "python" or bool(call.module or call.code)
        return program in SILENT and program not in (
            "start",
            "open",
            "code",
            "test",
            "date",
            "find",
            "source",
            "set",
            "export",
            "[",
            "read",
            "local",
            "true",
            "false",
            "which",
            "eval",
            ".",
            "touch",
            "exit",
            "return",
            "wait",
            "module",
            "shift",
            "activate",
            "head",
            "sleep",
        )

    def _words(self, document: Document, block: Block, lead: str, number: int) -> Iterator[Stated]:
        """Inline code, commands in plain lines, and the notebooks and scripts that a sentence says to run."""
        taken: set[str] = set()
        for code in block.inline_code:
            for line in logical_lines(code):
                if self._is_inline(line):
                    taken.add(line.text)
                    at = Place(block.at.path, (block.at.line or 1) + max(_row(block, code), 0))
                    yield Stated(
                        self._command(line.text, folder_of(document.path), at, document, block),
                        Form.INLINE,
                        block.text,
                        number,
                    )
        for row, text in enumerate(block.text.split("\n")):
            for found in PROSE_COMMAND.finditer(text) if not taken and len(text) < 2_000 else ():
                plain = found.group(1).rstrip(".:*\"'”")
                if self._is_prose_command(plain):
                    taken.add(plain)
                    at = Place(block.at.path, (block.at.line or 1) + row)
                    yield Stated(
                        self._command(plain, folder_of(document.path), at, document, block),
                        Form.INLINE,
                        block.text,
                        number,
                    )
        if not taken:
            yield from self._mentions(document, block, lead, number)

    def _is_inline(self, line: Line) -> bool:
        simple = simple_commands(line.text)
        call = invocation(simple[0].words) if simple else None
        if call is None or not self._is_known(call) or NO_COMMAND.match(line.text):
            return False
        if call.script and call.program != "sh" and not call.arguments and " " not in line.text:
            return False  # a file's name alone
        return " " in line.text or call.program in PIPELINES or call.script.startswith("./")

    def _is_prose_command(self, text: str) -> bool:
        simple = simple_commands(text)
        call = invocation(simple[0].words) if simple else None
        if call is None or NO_COMMAND.match(text):
            return False
        if call.program in ("python", "sh", "rscript", "julia"):
            return call.script.lower().endswith(SCRIPT_ENDINGS)
        return " " in text and self._is_known(call)

    def _mentions(self, document: Document, block: Block, lead: str, number: int) -> Iterator[Stated]:
        names = [(unquote(t.partition("#")[0]), t) for _, t in block.links if ".ipynb" in t]
        if ".ipynb" in block.text and len(block.text) < 3_000:
            names += [(m.group(1).strip(), m.group(1)) for m in NOTEBOOK_NAME.finditer(block.text)]
        names += [(c.strip(), c) for c in block.inline_code if c.strip().endswith(".ipynb")]
        seen: set[str] = set()
        for name, written in names:
            path = self._notebook(name, document)
            if path and path not in seen and self._sends(block, lead, path):
                seen.add(path)
                yield self._mention(path, document, block, lead, number, written, Form.NOTEBOOK)
        if len(block.text) < 1_500 and not seen and RUN_WORD.search(block.text):
            for found in SCRIPT_NAME.finditer(block.text):
                path = self._script(found.group(1), document)
                before = ABBREVIATED.sub("", block.text[max(0, found.start() - 60) : found.start()])
                if (
                    path
                    and path not in seen
                    and re.search(
                        r"\b(?:run|execute|launch|start|running|executing|运行|실행|実行)\b[^.]*$",
                        before,
                        re.IGNORECASE,
                    )
                ):
                    seen.add(path)
                    yield self._mention(path, document, block, lead, number, found.group(1), Form.MENTION)

    def _sends(self, block: Block, lead: str, path: str) -> bool:
        """A sentence that links a notebook, or says to run it; a listing of the folder does not."""
        return not TREE.search(block.text)

    def _notebook(self, name: str, document: Document) -> str | None:
        hosted = COLAB.search(name)
        if hosted:
            name = next(g for g in hosted.groups() if g)
            return unquote(name) if unquote(name) in self.tree else None
        if "://" in name:
            return None
        return self._script(name, document)

    def _script(self, name: str, document: Document) -> str | None:
        name = name.strip().lstrip("/")
        folder = folder_of(document.path)
        for base in dict.fromkeys((folder, ".")):
            path = normalise(name if base == "." else f"{base}/{name}")
            if path in self.tree:
                return path
        fits = self.tree.by_name.get(posixpath.basename(name).lower(), ())
        fits = tuple(p for p in fits if ("/" + p).endswith("/" + normalise(name)))
        return fits[0] if len(fits) == 1 else None

    def _mention(
        self, path: str, document: Document, block: Block, lead: str, number: int, written: str, form: Form
    ) -> Stated:
        at = Place(block.at.path, (block.at.line or 1) + max(_row(block, written), 0))
        return Stated(run_file(path, at, origin_of(document), " > ".join(block.headings)), form, block.text, number)


def _lists_files(block: Block) -> bool:
    """Whether a block shows what lies in a folder: several names of files or folders, each alone in its line."""
    alone = [line for line in block.text.split("\n") if FILE_ALONE.match(line)]
    return len(alone) > 1 and any(line.split("#")[0].rstrip().endswith("/") for line in alone)


def _row(block: Block, text: str) -> int:
    """The line of a block in which a text begins, -1 for none."""
    offset = block.text.find(text)
    return block.text.count("\n", 0, offset) if offset >= 0 else -1


def origin_of(document: Document) -> Origin:
    if document.is_readme:
        return Origin.README
    return Origin.REPORT if document.path.lower().rpartition("/")[2].startswith("reproducib") else Origin.DOCS


def argv_of(text: str) -> tuple[str, ...] | None:
    """The words, where the line is one simple command that needs no shell."""
    simple = simple_commands(text)
    if len(simple) != 1 or simple[0].assigned or simple[0].written or any(c in text for c in "$*`~"):
        return None
    return simple[0].words or None


def run_file(path: str, at: Place, origin: Origin, heading: str = "") -> Command:
    """The command that runs a file, from the root."""
    import shlex

    name = path.rpartition("/")[2]
    ending = name.lower().rpartition(".")[2]
    if ending == "ipynb":
        argv: tuple[str, ...] = ("jupyter", "nbconvert", "--to", "notebook", "--execute", path)
    else:
        argv = (
            {"r": "Rscript", "rmd": "Rscript", "jl": "julia", "sh": "bash", "m": "octave", "lua": "th"}.get(
                ending, "python"
            ),
            path,
        )
    return Command(shlex.join(argv), argv, ".", at, origin, heading)


def named_files(call: Invocation) -> list[str]:
    """The script that a call runs, or the notebooks and scripts among its words."""
    if call.script:
        return [call.script]
    return [a for a in call.arguments if a.lower().endswith((".py", ".ipynb", ".sh")) and "://" not in a][:1]
