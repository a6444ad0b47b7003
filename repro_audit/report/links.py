"""Links from `path:line` to the file, for a terminal that understands them (the sequence OSC 8).

The words stay as they are, so that a terminal without links shows what it always did, and one that makes links of
`path:line` by itself goes on doing so.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath, PureWindowsPath
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.style import Style
from rich.text import Text

from ..model import Place
from ..result import Result
from ..text import nearest, one_line
from .escape import url as web_url

EDITOR = "REPRO_AUDIT_EDITOR"
EDITORS = {
    "cursor": "cursor://file{path}:{line}",
    "file": "file://{host}{path}",
    "idea": "idea://open?file={path}&line={line}",
    "kitty": "file://{host}{path}#{line}",
    "macvim": "mvim://open?url=file://{path}&line={line}",
    "none": "",
    "pycharm": "pycharm://open?file={path}&line={line}",
    "textmate": "txmt://open?url=file://{path}&line={line}",
    "vscode": "vscode://file{path}:{line}",
    "vscode-insiders": "vscode-insiders://file{path}:{line}",
    "vscodium": "vscodium://file{path}:{line}",
    "zed": "zed://file{path}:{line}",
}
PROGRAMS = frozenset({"ghostty", "Hyper", "iTerm.app", "mintty", "rio", "Tabby", "WezTerm"})
TERMINALS = frozenset({"alacritty", "contour", "foot", "foot-extra", "xterm-ghostty", "xterm-kitty"})
SIGNS = ("ALACRITTY_WINDOW_ID", "DOMTERM", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WEZTERM_PANE", "WT_SESSION")
OLDEST_VTE, OLDEST_TMUX = 5002, (3, 4)


@dataclass(frozen=True, slots=True)
class Links:
    """The places of a result that can be opened, by the words that stand for them."""

    urls: Mapping[str, str]
    pattern: re.Pattern[str]

    def apply(self, text: Text) -> Text:
        """The same text; what names a place opens it."""
        for found in self.pattern.finditer(text.plain):
            text.stylize(Style(link=self.urls[found.group()]), *found.span())
        return text


def links_of(result: Result, folder: PurePath | None, console: Console, env: Mapping[str, str]) -> Links | None:
    """The links of one result; `folder` is where its files lie, None where they are on a forge only."""
    form = form_of(env)
    is_terminal = console.file.isatty() and not (console.is_dumb_terminal or console.legacy_windows)
    if not (form and is_terminal and understands(env)):
        return None
    places = [place for place in _places(result) if place.line is not None]
    if folder is None:
        urls = {one_line(str(p)): web_url(result.project.files, p) for p in places if result.project.files}
    else:
        urls = {one_line(str(p)): file_url(form, folder, p) for p in places}
    if not urls:
        return None
    words = "|".join(re.escape(word) for word in sorted(urls, key=len, reverse=True))
    return Links(urls, re.compile(rf"(?<![\w./\\-])(?:{words})(?!\d)"))


def file_url(form: str, folder: PurePath, place: Place) -> str:
    """The address of a line of a file, in the form that an editor takes; the folder is an absolute one."""
    parts = urlsplit(folder.joinpath(*place.path.split("/")).as_uri())
    host = parts.netloc or ("" if isinstance(folder, PureWindowsPath) else socket.gethostname())
    return form.replace("{host}", host).replace("{path}", parts.path).replace("{line}", str(place.line))


def form_of(env: Mapping[str, str]) -> str:
    """The form of links that the environment asks for: an editor's name, or a form of one's own."""
    wanted = env.get(EDITOR) or ("kitty" if "KITTY_WINDOW_ID" in env else "file")
    return EDITORS.get(wanted, wanted if "{path}" in wanted else "")


def complaint(env: Mapping[str, str]) -> str:
    """What is wrong with the variable that names the editor, and the nearest right word; nothing where all is well."""
    wanted = env.get(EDITOR) or "file"
    if wanted in EDITORS or ("{path}" in wanted and "://" in wanted):
        return ""
    return f"{EDITOR} names no editor that is known: {wanted}. {nearest(wanted, sorted(EDITORS))}"


def understands(env: Mapping[str, str]) -> bool:
    """Whether the terminal is known to take links. FORCE_HYPERLINK decides, where it is set, as for other programs.

    VS Code opens `path:line` by itself, in the right window also when it is connected to another machine; a link would
    stand in the way of that, so there it takes the name of an editor.
    """
    forced = env.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    if env.get(EDITOR):
        return True
    program, term = env.get("TERM_PROGRAM", ""), env.get("TERM", "")
    if program == "vscode" or term.startswith("screen"):
        return program == "tmux" and _version(env.get("TERM_PROGRAM_VERSION", "")) >= OLDEST_TMUX
    if program == "tmux" or term.startswith("tmux"):
        return _version(env.get("TERM_PROGRAM_VERSION", "")) >= OLDEST_TMUX
    vte = env.get("VTE_VERSION", "")
    is_new_vte = vte.isdecimal() and int(vte) >= OLDEST_VTE
    return program in PROGRAMS or term in TERMINALS or is_new_vte or any(name in env for name in SIGNS)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:2])


def _places(result: Result) -> Iterable[Place]:
    """Every place that the result names."""
    for criterion in result.criteria:
        yield from (e.at for e in criterion.evidence if e.at)
    for experiment in result.experiments:
        yield from _told([experiment, *(experiment.get("causes") or ()), experiment.get("failure") or {}])
    for changed in (result.baseline or {}).get("criteria", ()):
        yield from _told([b for b in changed["because"] if b["side"] == "now"])
    yield from _told([*(result.baseline or {}).get("causes", ()), *(result.baseline or {}).get("dead", ())])


def _told(tables: Sequence[Mapping[str, Any]]) -> Iterable[Place]:
    for table in tables:
        path, line = table.get("path"), table.get("line")
        if isinstance(path, str) and isinstance(line, int) and ".." not in path.split("/") and path[:1] != "/":
            yield Place(path, line)
