"""The HTML report: what it shows, what it never shows, and that a stranger's text stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

from repro_audit.report.html import Sources, render
from repro_audit.report.html.page import figure
from repro_audit.report.html.pictures import EMBEDDED, Room, pair
from repro_audit.report.html.textdiff import side_by_side
from repro_audit.report.told import number
from repro_audit.result import Rank, Result

from .page_case import EVIL, hostile_case, plain_case

ELEMENTS = frozenset(
    "html head meta title style body header main footer nav section article h1 h2 h3 h4 h5 p ol ul li a span strong "
    "code pre mark details summary table caption thead tbody tr th td dl dt dd div figure figcaption img svg rect "
    "polyline br".split()
)
ATTRIBUTES = frozenset(
    "lang charset http-equiv content name class id href rel scope colspan open src width height alt aria-hidden "
    "aria-label aria-labelledby viewBox preserveAspectRatio role points x".split()
)
MAKERS = {"plain": plain_case, "hostile": hostile_case}


def tree_of(page: str) -> Element:
    found: Any = html5lib.parse(page, namespaceHTMLElements=False)
    assert isinstance(found, Element)
    return found


def name_of(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def text_of(page: str) -> str:
    return " ".join("".join(tree_of(page).itertext()).split())


@pytest.fixture
def plain(tmp_path: Path) -> tuple[Result, Sources]:
    return plain_case(tmp_path)


@pytest.fixture
def plain_page(plain: tuple[Result, Sources]) -> str:
    return render([plain[0]], [plain[1]])


def test_the_verdict_the_stars_and_what_is_refuted_come_first(plain_page: str) -> None:
    text = text_of(plain_page.partition("</header>")[0])
    assert "demo earns 2 of the five stars, and a run verified 1 of them." in text
    assert "Two equal runs differ in 5 of 5 outputs because of unseeded numpy at train.py:4." in text
    assert "★ 1 Code verified ☆ 2 Configuration declared" in text
    assert "Refuted: params.yaml:rate:3 states params.yaml:rate params.yaml:rate; this run gave" in text


def test_a_star_above_a_gap_is_told_apart(plain: tuple[Result, Sources]) -> None:
    result = plain[0]
    lacking = replace(result, rank=Rank(0, 0), stars=(replace(result.stars[0], earned=False), *result.stars[1:]))
    told = text_of(render([lacking]))
    assert "demo earns none of the five stars. Configuration is met too, and counts once the stars below are." in told


def test_a_criterion_shows_its_line_with_the_neighbours(plain_page: str) -> None:
    assert "<mark>order = np.random.permutation(10)</mark>" in plain_page
    assert "2 import json 3 4 order = np.random.permutation(10) 5 print(order)" in re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", plain_page)
    )


@pytest.mark.parametrize(
    "told",
    [
        "loss from", "The runs part at point 1", "slope 1.5 of the line", "slope 2.5 of the line", "unseeded numpy",
        "Call np.random.seed(...) before line 4.", "1 package",
        "crashed: it broke train.py:4", "Boom: 1", "answered nothing", "params.yaml:rate", "not reproduced",
        "standard output in both runs", "7.5 seconds of runs in all", ".repro-audit/runs/repeat-1/project/out/fit.png",
    ],
)  # fmt: skip
def test_an_experiment_shows_what_can_be_looked_at(plain_page: str, told: str) -> None:
    assert told in text_of(plain_page)


def test_both_pictures_their_difference_and_the_app_are_in_the_page(plain_page: str) -> None:
    assert [i.get("alt") for i in tree_of(plain_page).iter() if name_of(i) == "img"] == [
        "out/fit.png as the first run left it", "out/fit.png as the second run left it",
        "where the pixels of out/fit.png differ: bright on black",
        "The app after it was asked, as a browser in the sandbox showed it",
    ]  # fmt: skip


def test_only_series_that_differ_are_drawn(plain_page: str) -> None:
    titles = [t.text or "" for t in tree_of(plain_page).iter() if name_of(t) == "title"][1:]
    assert [t.split()[0] for t in titles] == ["loss", "loss", "nested.acc"]


def test_the_same_result_gives_the_same_bytes(plain: tuple[Result, Sources]) -> None:
    assert render([plain[0]], [plain[1]]) == render([plain[0]], [plain[1]])


def test_a_result_without_runs_or_files_is_a_page_too(plain: tuple[Result, Sources]) -> None:
    text = text_of(render([replace(plain[0], experiments=())]))
    assert "nothing was run, so none is verified." in text
    assert "The experiments" not in text


@pytest.mark.parametrize("maker", MAKERS)
def test_nothing_of_a_stranger_becomes_markup(tmp_path: Path, maker: str) -> None:
    result, sources = MAKERS[maker](tmp_path)
    pages = [render([result], [sources]), render([result, result], [sources, sources]), render([result])]
    for page in pages:
        for element in tree_of(page).iter():
            if isinstance(element.tag, str):
                check(element)


def check(element: Element) -> None:
    name, attributes = name_of(element), {str(k): v for k, v in element.attrib.items()}
    assert name in ELEMENTS | {"title"}
    assert set(attributes) <= ATTRIBUTES
    assert attributes.get("src", "data:image/png;base64,").startswith("data:image/png;base64,")
    assert re.match(r"#[\w-]+$|https://", attributes.get("href", "#x"))
    assert "ran=" not in attributes.get("class", "") + attributes.get("id", "")


def test_hostile_words_are_still_there_to_be_read(tmp_path: Path) -> None:
    page = render(*([one] for one in hostile_case(tmp_path)))
    assert "<script>window.ran=1</script>" in text_of(page)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", page)
    assert "\\u202e" in page
    page.encode("utf-8")


def test_files_outside_the_project_or_not_of_it_are_never_shown(tmp_path: Path) -> None:
    assert "TOP-SECRET" not in render(*([one] for one in hostile_case(tmp_path)))


def test_a_page_stays_small_whatever_a_run_left(tmp_path: Path) -> None:
    result, sources = hostile_case(tmp_path)
    assert len(render([result], [sources])) < 1_000_000


def test_pictures_beyond_the_room_of_a_page_are_named_and_not_embedded(plain: tuple[Result, Sources]) -> None:
    data = plain[1].output("repeat-1", "out/fit.png") or b""
    assert Room().left == EMBEDDED
    found = pair(data, data, Room(3))
    assert found.first is None
    assert "no more room" in found.note


ODD = (None, 5, -1.5, True, "x", [], {}, [None], [[]], {"a": 1}, float("nan"), "a/" * 99)


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_kept_result_of_another_form_is_a_page_all_the_same(plain: tuple[Result, Sources], odd: Any) -> None:
    """The findings of a run are a file in the project's folder, and anybody may have written it."""
    result, sources = plain
    fixed = ("id", "kind", "outcome")
    for place, one in enumerate(result.experiments):
        others = list(result.experiments)
        others[place] = {key: value if key in fixed else odd for key, value in one.items()}
        assert "What the experiments found" in render([replace(result, experiments=tuple(others))], [sources])


def test_a_whole_number_beyond_every_float_is_no_time_and_is_shown_as_it_is() -> None:
    assert number({"seconds": 10**400}, "seconds") == 0.0
    assert figure(10**400) == str(10**400) and figure(0.1234567) == "0.123457"


def test_every_anchor_leads_somewhere_and_is_there_once(plain: tuple[Result, Sources]) -> None:
    elements = list(tree_of(render([plain[0], plain[0]], [plain[1], plain[1]])).iter())
    ids = [i for e in elements if (i := e.get("id"))]
    assert len(ids) == len(set(ids))
    assert {h[1:] for e in elements if (h := e.get("href", "")).startswith("#")} <= set(ids)


def test_headings_go_down_one_level_at_a_time(plain: tuple[Result, Sources]) -> None:
    for page in (render([plain[0]], [plain[1]]), render([plain[0], plain[0]], [plain[1], plain[1]])):
        levels = [int(name_of(e)[1]) for e in tree_of(page).iter() if re.fullmatch("h[1-6]", name_of(e))]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(below <= above + 1 for above, below in pairwise(levels))


def test_a_long_line_is_shown_where_it_differs() -> None:
    found = side_by_side("x" * 5000 + "left" + "y" * 5000, "x" * 5000 + "right" + "y" * 5000)
    assert found is not None
    shown = "".join(text for text, _ in found.rows[0].first)
    assert "left" in shown
    assert len(shown) < 300


def test_words_that_differ_are_marked() -> None:
    found = side_by_side("a\nloss 0.5 here\nz", "a\nloss 0.7 here\nz")
    assert found is not None
    assert [text for text, differs in found.rows[1].second if differs] == ["7"]


def test_the_policy_allows_nothing_but_this_style_and_pictures_of_the_page(plain_page: str) -> None:
    policies = [e.get("content") for e in tree_of(plain_page).iter() if e.get("http-equiv")]
    assert len(policies) == 1
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src data:; base-uri 'none'; form-action 'none'",
        policies[0] or "",
    )
    assert EVIL not in plain_page
