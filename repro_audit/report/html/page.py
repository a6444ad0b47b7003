"""The page itself: templates, the one door for strangers' text, and the policy that the browser holds it to."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ... import __version__
from ...model import Place, is_number
from ...text import clean
from ..escape import url
from ..told import LARGEST
from ..words import LEGEND

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = "repro_audit.templates"
FOLDER = "html"
LONGEST = 3000  # characters of any one text of a stranger


def page(**values: Any) -> str:
    """The whole document; nothing in it but pictures is anything else than text and this style sheet."""
    style = _read("style.css")
    text = (
        environment()
        .get_template("page.html.j2")
        .render(style=style, policy=policy(style), version=__version__, legend=LEGEND, **values)
    )
    return re.sub(r"\n\s*\n+", "\n", text) + "\n"


def policy(style: str) -> str:
    """Nothing is loaded, nothing runs; the style sheet is known by its digest, pictures lie in the page."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Escaping is always on, whatever a template is called."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(_read), autoescape=True, finalize=shown, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {f.__name__: f for f in (prose, figure, link, data_uri, points, slug)}
    return made


def shown(value: object) -> object:
    """Every value that a template shows: cleaned and bounded; Jinja escapes it after this."""
    if hasattr(value, "__html__"):
        return value
    text = "" if value is None else str(value)
    return clean(text) if len(text) <= LONGEST else clean(text[:LONGEST]) + "…"


def prose(value: object) -> Any:
    """A sentence in which words between backticks are code."""
    from markupsafe import Markup, escape

    parts = re.split(r"`([^`]+)`", str(shown(value)))
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(parts))


def figure(value: object) -> str:
    """A number as people read it; anything else as it is."""
    return f"{value:.6g}" if is_number(value) and abs(value) <= LARGEST else str(shown(value))


def link(place: Place, base: str) -> str:
    """The address of a place on a forge; "" where there is none."""
    return url(base, place) if base.startswith(("https://", "http://")) else ""


def points(text: str) -> Any:
    """Points of a line: digits that were written here, of which there are many."""
    from markupsafe import Markup

    return Markup(quote(text, safe=" ,.-"))


def slug(text: object) -> str:
    """A name that is good for an anchor or a class."""
    return re.sub(r"[^A-Za-z0-9]+", "-", str(text)).strip("-")[:60] or "x"


def data_uri(uri: str) -> Any:
    """Pictures that were made here are the only long values, and their alphabet needs no escaping."""
    from markupsafe import Markup

    return Markup(quote(uri, safe=":;,/+="))


def _read(name: str) -> str:
    return files(TEMPLATES).joinpath(FOLDER).joinpath(name).read_text("utf-8")
