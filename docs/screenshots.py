"""The pictures of the HTML report in the README, from a real run of docs/example; needs Chromium and a sandbox.

    python docs/screenshots.py [--project DIR] [OPTIONS OF score --run]

Without `--project`, the example is copied, committed and run, which takes some minutes; with it, what the last run
of that folder found is shown.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NAME = "tomatoes"
COLORS = 256  # of a picture: text on plain ground needs no more
GIT = ("git", "-c", "user.name=repro-audit", "-c", "user.email=repro-audit@example.org")


def main(words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.html"
        if words[:1] == ["--project"]:
            _score(Path(words[1]), report, words[2:])
        else:
            _score(_copied(Path(place) / NAME), report, ["--run", *words])
        _shoot(report)


def _copied(project: Path) -> Path:
    shutil.copytree(HERE / "example", project)
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Fit tomatoes"]):
        subprocess.run([*GIT, *words], cwd=project, check=True)
    return project


def _score(project: Path, report: Path, options: list[str]) -> None:
    program = [sys.executable, "-m", "repro_audit"]
    subprocess.run([*program, "score", ".", "--format", "html", "-o", str(report), *options], cwd=project, check=True)


def _shoot(report: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        wide = {"viewport": {"width": 1000, "height": 960}}
        _save("report", _opened(browser, report, **wide).screenshot())
        page = _opened(browser, report, **wide)
        _save("report-cause", page.locator(".cause").first.screenshot())
        _save("report-pictures", page.locator(".detail", has=page.locator("img")).first.screenshot())
        phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
        _save("report-phone", _opened(browser, report, **phone).screenshot())
        browser.close()


def _opened(browser: Any, report: Path, **settings: Any) -> Any:
    page = browser.new_page(**settings)
    page.goto(report.as_uri())
    return page


def _save(name: str, data: bytes) -> None:
    from PIL import Image

    folder = HERE / "images"
    folder.mkdir(exist_ok=True)
    picture = Image.open(io.BytesIO(data)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    picture.save(folder / f"{name}.png", optimize=True)
    print(folder / f"{name}.png", (folder / f"{name}.png").stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1:])
