"""The HTML report in a browser: on a phone, in the dark, on paper, by keyboard and screen reader, and under attack."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from repro_audit.report.html import render

from .page_case import hostile_case, plain_case

pytestmark = pytest.mark.slow
MAKERS = {"plain": plain_case, "hostile": hostile_case, "several": plain_case}
VIEWS = {
    "light": {"width": 1100, "scheme": "light"}, "dark": {"width": 1100, "scheme": "dark"},
    "phone": {"width": 320, "scheme": "light"}, "dark phone": {"width": 320, "scheme": "dark"},
}  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium; `.ci/engine` installs it."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "there is no Chromium"
    with sync_playwright() as started:
        found = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module", params=MAKERS)
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(tmp_path_factory.mktemp("page"), request.param)


@pytest.fixture(scope="module")
def plain_address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(tmp_path_factory.mktemp("page"), "plain")


def write(folder: Path, maker: str) -> str:
    result, sources = MAKERS[maker](folder)
    number = 2 if maker == "several" else 1
    (folder / "report.html").write_text(render([result] * number, [sources] * number), "utf-8")
    return (folder / "report.html").as_uri()


def opened(browser: Any, address: str, width: int = 1100, scheme: str = "light", **more: Any) -> Any:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, **more)
    page.goto(address)
    return page


def test_nothing_is_asked_for_and_nothing_runs(browser: Any, address: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.mouse.wheel(0, 100_000)
    page.wait_for_timeout(300)
    assert [a for a in asked if not a.startswith("data:image/png")] == [address]
    assert said == []
    assert page.evaluate("window.ran === undefined && document.scripts.length === 0")


def test_the_browser_would_stop_a_script_that_slipped_through(browser: Any, plain_address: str) -> None:
    path = Path(plain_address.removeprefix("file://"))
    trap = "<script>window.ran=1</script><img src='https://example.org/x.png' onerror='window.ran=2'>"
    broken = path.with_name("broken.html")
    broken.write_text(path.read_text("utf-8").replace("<main>", f"<main>{trap}"), "utf-8")
    page = browser.new_page()
    stopped: dict[str, str] = {}
    page.on("requestfailed", lambda request: stopped.update({request.url: request.failure}))
    page.goto(broken.as_uri(), wait_until="networkidle")
    assert page.evaluate("window.ran === undefined && document.scripts.length === 1")
    assert stopped == {"https://example.org/x.png": "csp"}


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_wrong(browser: Any, address: str, view: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, address, **VIEWS[view])
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page)
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found.response["violations"]] == []


@pytest.mark.parametrize("width", [320, 360, 768, 1600])
def test_no_width_makes_it_scroll_sideways(browser: Any, address: str, width: int) -> None:
    page = opened(browser, address, width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark_is_dark(browser: Any, plain_address: str) -> None:
    colors = {
        scheme: opened(browser, plain_address, scheme=scheme).evaluate(
            "getComputedStyle(document.documentElement).backgroundColor"
        )
        for scheme in ("light", "dark")
    }
    assert colors == {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}


def test_print_shows_what_is_folded_on_the_screen(browser: Any, plain_address: str) -> None:
    page = opened(browser, plain_address, scheme="dark")
    page.emulate_media(media="print")
    folded = "[...document.querySelectorAll('details:not([open]) > :not(summary)')]"
    heights = page.evaluate(f"{folded}.map(e => e.getBoundingClientRect().height)")
    assert heights
    assert all(h > 0 for h in heights)
    assert page.pdf().startswith(b"%PDF")


def test_it_is_read_without_scripts(browser: Any, plain_address: str) -> None:
    page = opened(browser, plain_address, java_script_enabled=False)
    assert page.get_by_text("slope 1.5 of the line").is_visible()
    assert page.get_by_role("heading", name="The same twice").is_visible()


def test_the_keyboard_reaches_and_opens_what_is_folded(browser: Any, plain_address: str) -> None:
    page = opened(browser, plain_address)
    folded = page.locator("details.criterion:not([open])").first
    name = folded.get_attribute("id")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.parentElement.id") == name:
            break
    page.keyboard.press("Enter")
    assert page.locator(f"#{name}").get_attribute("open") is not None


def test_a_screen_reader_hears_landmarks_and_pictures(browser: Any, plain_address: str) -> None:
    page = opened(browser, plain_address)
    for role in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(role).count() >= 1
    assert page.get_by_role("img", name="out/fit.png as the first run left it").count() == 1
    assert page.get_by_role("img", name="loss of both runs").count() == 2
