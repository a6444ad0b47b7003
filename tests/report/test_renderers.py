"""A stranger's text is data in every view."""

from __future__ import annotations

import io
import json
import re
from xml.etree import ElementTree

import pytest

from repro_audit.model import Place
from repro_audit.report import badge, markdown
from repro_audit.report.document import BLOCKS, Stamp, blocks, find_blocks, new_document
from repro_audit.report.escape import cell, code, escape, link, prose, url
from repro_audit.report.terminal import View, console
from repro_audit.result import Result, schema, to_json


def shown(result: Result, width: int = 80, verbose: bool = True, encoding: str = "utf-8") -> str:
    buffer = io.BytesIO()
    file = io.TextIOWrapper(buffer, encoding, errors="strict")
    target = console(file=file)
    target.width = width
    view = View(target, verbose)
    view.show(result)
    view.show_quiet(result)
    view.compare([result, result])
    file.flush()
    return buffer.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [30, 41, 80])
def test_the_terminal_view_keeps_its_width_and_shows_no_control_character(evil: Result, width: int) -> None:
    text = shown(evil, width)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", text)
    assert max(len(line) for line in text.split("\n")) <= width
    assert "[red]" in text.replace("\n", "")


def test_a_terminal_without_the_signs_gets_plain_ones(plain: Result) -> None:
    assert "code-runs" in shown(plain, encoding="ascii")


def test_advice_is_at_most_five_lines_and_names_the_place(plain: Result) -> None:
    text = shown(plain, verbose=False)
    assert "What to do next" in text
    assert "1. a.py:1:" in text


def test_no_html_and_no_marker_comes_out_of_strangers_text(evil: Result) -> None:
    filled = blocks(evil, Stamp(None, None, False))
    text = new_document(filled) + markdown.summary([evil])
    assert [name for name, _, _ in find_blocks(new_document(filled))] == list(BLOCKS)
    html = render(text)
    assert "<img" not in html
    assert "onerror" not in re.sub(r"<code>.*?</code>|&lt;.*?&gt;|href=\"[^\"]*\"", "", html, flags=re.DOTALL)
    assert "\x1b" not in text


def test_tables_keep_their_columns(evil: Result) -> None:
    for line in markdown.summary([evil]).split("\n"):
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 4


def render(text: str) -> str:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").render(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a_b*c", r"a\_b\*c"),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("0.1.0", "0.1.0"),
        ("fixes #12 @you", "fixes &#35;12 &#64;you"),
        ("a\nb", r"a\\nb"),
        ("<b>&", "&lt;b&gt;&amp;"),
    ],
)
def test_words_are_escaped(text: str, expected: str) -> None:
    assert escape(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("x", "`x`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("", ""), ("a\nb", r"`a\nb`"), ("a``b`", "``` a``b` ```")],
)
def test_code_takes_as_many_backticks_as_it_needs(text: str, expected: str) -> None:
    assert code(text) == expected
    assert not text or "<code>" in render(code(text))


def test_a_sentence_keeps_its_code_and_escapes_the_rest() -> None:
    assert prose("Run `a_b <x>` for a_b.") == r"Run `a_b <x>` for a\_b"
    assert cell("a|b") == r"`a\|b`"


@pytest.mark.parametrize(
    ("base", "place", "address"),
    [
        ("", Place("a b(c).py", 3), "a%20b%28c%29.py#L3"),
        ("", Place("README.md", 3), "README.md?plain=1#L3"),
        ("https://h/o/r/blob/c/", Place("x.py"), "https://h/o/r/blob/c/x.py"),
        ("", Place("javascript:alert(1)"), "javascript%3Aalert%281%29"),
        ("", Place("\udcff.py", 1), "%FF.py#L1"),
    ],
)
def test_links_are_quoted(base: str, place: Place, address: str) -> None:
    assert url(base, place) == address
    assert f"]({address})" in link(place, base)


def test_the_badge_is_well_formed_whatever_the_project_is_called(evil: Result) -> None:
    root = ElementTree.fromstring(badge.svg(evil))
    assert [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")] == ["reproducibility", "☆···· 1/5"]
    assert json.loads(badge.endpoint(evil))["message"] == "☆···· 1/5"
    assert "1%2F5" in badge.markdown(evil)


def test_the_json_fits_its_schema_and_has_no_control_characters(evil: Result, plain: Result) -> None:
    from jsonschema import Draft202012Validator

    rules = json.loads(schema())
    Draft202012Validator.check_schema(rules)
    for results in ([evil], [plain], [evil, plain], []):
        text = to_json(results)
        Draft202012Validator(rules).validate(json.loads(text))
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text)
        assert "\\u001b" not in text
        assert to_json(results) == text
