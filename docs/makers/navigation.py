"""Where each page stands in the site; Sphinx complains about a page that has no place."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]
PLACES = {
    "Tutorial": ["tutorial/README", "tutorial/verified"],
    "How to": [
        "how-to/README", "how-to/publish-a-paper", "how-to/review-artifacts", "how-to/guard-pull-requests",
        "ci/README", "how-to/mend-a-project", "how-to/keep-the-report-true", "how-to/waive-a-criterion",
        "how-to/private-data", "how-to/long-experiments", "how-to/gpu-code", "how-to/docker-or-local",
        "how-to/read-the-evidence", "report", "terminal", "editors", "python", "archives", "how-to/write-a-rule",
    ],
    "Reference": [
        "reference/commands", "reference/criteria", "reference/settings", "reference/result", "causes/README",
        "systems", "reference/fixtures", "reference/python",
    ],
    "Explanation": [
        "explanation/scale", "explanation/how-it-decides", "explanation/accuracy", "explanation/safety",
    ],
}  # fmt: skip


def trees() -> str:
    """The directives that make the navigation; the pages of the causes are listed by their own."""
    return "".join(tree(pages, caption) for caption, pages in PLACES.items())


def causes() -> str:
    """The pages of the causes, below the one that lists them."""
    return tree(sorted(f"causes/{path.stem}" for path in (DOCS / "causes").glob("*.md") if path.stem != "README"))


def tree(pages: list[str], caption: str = "") -> str:
    head = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    there = [f"/{page}" for page in pages if (DOCS / f"{page}.md").is_file()]
    return "\n\n```{toctree}\n" + "\n".join([*head, "", *there]) + "\n```\n"
