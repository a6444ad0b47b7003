"""How the documentation site is built: `sphinx-build -W --keep-going docs site`. Nothing is loaded from elsewhere.

The pages of `reference/` and `explanation/accuracy.md` are short notes in the repository. When the site is built, what
they stand for is made in their place from the code, the rules, the fixtures and the benchmarks, so that it cannot go
stale.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from makers import commands, criteria, fixtures, navigation, python, result, settings  # noqa: E402

import repro_audit  # noqa: E402

project = "repro-audit"
release = repro_audit.__version__
author = "the authors of repro-audit"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
root_doc = "index"
exclude_patterns = ["example", "makers", "tutorial/project"]
smartquotes = False  # what is typed stays what is typed
default_role = "code"  # of docstrings, which are written with single backticks
autodoc_member_order = "bysource"

html_theme = "furo"
html_title = "repro-audit"
html_static_path: list[str] = []
html_copy_source = False
html_show_copyright = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1f7a2a", "color-brand-content": "#1f7a2a"},
    "dark_css_variables": {"color-brand-primary": "#7ccf87", "color-brand-content": "#7ccf87"},
}
pygments_dark_style = "github-dark"

myst_heading_anchors = 4  # headings that a link may name, as the forges name them
copybutton_prompt_text = "$ "
copybutton_exclude = ".linenos, .gp, .go"

MADE: Mapping[str, Callable[[], str]] = {
    "reference/commands": commands.page,
    "reference/criteria": criteria.page,
    "reference/settings": settings.page,
    "reference/result": result.page,
    "reference/fixtures": fixtures.page,
    "reference/python": python.page,
    "explanation/accuracy": lambda: (HERE.parent / "benchmarks" / "README.md").read_text("utf-8"),
}


def setup(app: Any) -> None:
    app.connect("source-read", on_source)


def on_source(app: Any, page: str, content: list[str]) -> None:
    """Put what is made in the place of the note that stands for it, and the navigation where pages are listed."""
    if page in MADE:
        content[0] = MADE[page]()
    elif page == root_doc:
        content[0] += navigation.trees()
    elif page == "causes/README":
        content[0] += navigation.causes()
