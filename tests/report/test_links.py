"""Links open the place that the words name, on a terminal that understands them and nowhere else."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import PurePath, PurePosixPath, PureWindowsPath

import pytest
from rich.console import Console

from repro_audit.model import Evidence, Place
from repro_audit.report.links import EDITORS, complaint, file_url, form_of, links_of, understands
from repro_audit.report.terminal import View
from repro_audit.result import ProjectInfo, Result

KITTY = {"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}
HERE = PurePosixPath("/home/me/my project")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(
    result: Result, env: dict[str, str], folder: PurePath | None = HERE, screen: io.StringIO | None = None
) -> str:
    screen = Screen() if screen is None else screen
    target = Console(file=screen, width=100, force_terminal=True, color_system="standard", legacy_windows=False)
    View(target, verbose=True, links=links_of(result, folder, target, env)).show(result)
    return screen.getvalue()


@pytest.mark.parametrize(
    ("editor", "folder", "place", "expected"),
    [
        ("vscode", HERE, Place("a b/train.py", 3), "vscode://file/home/me/my%20project/a%20b/train.py:3"),
        ("kitty", HERE, Place("train.py", 3), "file://HOST/home/me/my%20project/train.py#3"),
        ("pycharm", HERE, Place("a&line=1.py", 3), "pycharm://open?file=/home/me/my%20project/a%26line%3D1.py&line=3"),
        ("vscode", PureWindowsPath("C:\\my work"), Place("src/a.py", 3), "vscode://file/C:/my%20work/src/a.py:3"),
        ("file", PureWindowsPath("C:\\my work"), Place("src/a.py", 3), "file:///C:/my%20work/src/a.py"),
        ("file", PureWindowsPath("\\\\nas\\share"), Place("a.py", 3), "file://nas/share/a.py"),
        ("file", HERE, Place("\x1b]8;;x\n\udcff", 3), "file://HOST/home/me/my%20project/%1B%5D8%3B%3Bx%0A%FF"),
    ],
)
def test_a_place_has_an_address_that_an_editor_takes(
    monkeypatch: pytest.MonkeyPatch, editor: str, folder: PurePath, place: Place, expected: str
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "HOST")
    assert file_url(EDITORS[editor], folder, place) == expected


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        (KITTY, True),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"WT_SESSION": "x"}, True),
        ({"VTE_VERSION": "7600"}, True),
        ({"VTE_VERSION": "4205"}, False),
        ({"TERM_PROGRAM": "tmux", "TERM": "screen-256color", "TERM_PROGRAM_VERSION": "3.4a"}, True),
        ({"TERM_PROGRAM": "tmux", "TERM": "tmux-256color", "TERM_PROGRAM_VERSION": "3.2"}, False),
        ({"TERM": "screen", **{"VTE_VERSION": "7600"}}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM_PROGRAM": "vscode", "VTE_VERSION": "7600"}, False),
        ({"TERM_PROGRAM": "vscode", "REPRO_AUDIT_EDITOR": "vscode"}, True),
        ({"TERM": "xterm-256color", "FORCE_HYPERLINK": "1"}, True),
        ({**KITTY, "FORCE_HYPERLINK": "0"}, False),
    ],
)
def test_a_terminal_gets_links_where_it_is_known_to_take_them(env: dict[str, str], expected: bool) -> None:
    assert understands(env) is expected


@pytest.mark.parametrize(
    ("wanted", "form", "words"),
    [
        ("", "file://{host}{path}", ""),
        ("vscode", EDITORS["vscode"], ""),
        ("none", "", ""),
        ("edit://{path}?{line}", "edit://{path}?{line}", ""),
        ("vscod", "", "Did you mean vscode?"),
    ],
)
def test_an_editor_is_named_or_told_how_to_open(wanted: str, form: str, words: str) -> None:
    env = {"REPRO_AUDIT_EDITOR": wanted}
    assert form_of(env) == form
    assert words in complaint(env) if words else complaint(env) == ""


def test_words_stay_and_open_their_line(plain: Result) -> None:
    with_link, without = shown(plain, KITTY), shown(plain, {})
    assert ";file://" in with_link and "/home/me/my%20project/a.py#1\x1b\\" in with_link
    assert "\x1b]8" not in without
    assert "a.py:1" in without


@pytest.mark.parametrize("env", [KITTY, {**KITTY, "REPRO_AUDIT_EDITOR": "none"}, {**KITTY, "REPRO_AUDIT_EDITOR": "x"}])
def test_a_pipe_gets_no_links(plain: Result, env: dict[str, str]) -> None:
    screen = Screen() if "REPRO_AUDIT_EDITOR" in env else io.StringIO()
    assert "\x1b]8" not in shown(plain, env, screen=screen)


def test_a_link_ends_where_the_place_ends(plain: Result) -> None:
    """`a.py:1` is neither in `a.py:12` nor in `data.py:1`."""
    evidence = (Evidence("see a.py:12 data.py:1 x/a.py:1", Place("a.py", 1)),)
    result = replace(plain, criteria=tuple(replace(c, evidence=evidence) for c in plain.criteria[:1]))
    assert shown(result, KITTY).count("]8;id=") == 1


def test_the_files_of_a_clone_open_on_the_forge(plain: Result) -> None:
    forge = replace(plain, project=ProjectInfo("https://x.org/a/b", "b", files="https://x.org/a/b/blob/5af87e7/"))
    assert ";https://x.org/a/b/blob/5af87e7/a.py#L1\x1b\\" in shown(forge, KITTY, None)
    assert "]8;" not in shown(plain, KITTY, None)


def test_hostile_names_stay_harmless(evil: Result) -> None:
    for part in shown(evil, KITTY).split("\x1b]8;")[1:]:
        assert part.partition("\x1b\\")[0].isascii() and part.partition("\x1b\\")[0].isprintable()


def test_what_changed_is_linked_where_it_is_still_there(plain: Result) -> None:
    from repro_audit.report import changes

    because = [
        {"path": "a.py", "line": 7, "text": "x", "side": "now"},
        {"path": "a.py", "line": 9, "text": "y", "side": "before"},
    ]
    changed = {"id": "x", "star": 1, "from": "yes", "to": "no", "change": "worse", "message": "m", "fix": "f",
               "because": because}  # fmt: skip
    told = {"source": "main", "commit": None, "compared": "reading", "stars": {"lost": [], "won": []},
            "criteria": [changed], "causes": [], "dead": [], "notes": [], "regression": True}  # fmt: skip
    result, screen = replace(plain, baseline=told), Screen()
    target = Console(file=screen, width=100, force_terminal=True, color_system="standard", legacy_windows=False)
    changes.show(target, [result], [links_of(result, HERE, target, KITTY)])
    assert screen.getvalue().count("a.py#7") == 1
    assert "a.py#9" not in screen.getvalue()
