"""The badge: SVG, the JSON that shields.io reads, or a Markdown line."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import quote

from ..result import Result
from ..text import one_line
from .words import rank_words

LABEL = "reproducibility"
COLORS = ("#9f9f9f", "#d6603b", "#c9862b", "#9a9b16", "#64a11d", "#2f8f36")  # by number of stars
SIGN_WIDTH, CHARACTER_WIDTH, PADDING = 12.0, 6.6, 10  # pixels, at 11 px


def message(result: Result) -> str:
    """`★★☆☆☆`-like: verified stars filled, declared ones outlined, and the number."""
    rank = result.rank
    signs = "★" * rank.verified + "☆" * (rank.declared - rank.verified) + "·" * (5 - rank.declared)
    return f"{signs} {rank.declared}/5"


def color(result: Result) -> str:
    return COLORS[result.rank.declared]


def endpoint(result: Result) -> str:
    """The document that https://shields.io/badges/endpoint-badge reads."""
    shown = {"schemaVersion": 1, "label": LABEL, "message": message(result), "color": color(result)[1:]}
    return json.dumps(shown, ensure_ascii=False) + "\n"


def markdown(result: Result) -> str:
    """An image and a link to the report, as one line."""
    parts = "-".join(quote(part.replace("-", "--").replace("_", "__"), safe="") for part in (LABEL, message(result)))
    image = f"https://img.shields.io/badge/{parts}-{color(result)[1:]}"
    return f"[![{LABEL}: {result.rank.declared} of 5 stars]({image})](REPRODUCIBILITY.md)\n"


def svg(result: Result) -> str:
    """A flat badge; its title tells a screen reader the rank and the project."""
    text = message(result)
    left = round(len(LABEL) * CHARACTER_WIDTH + PADDING)
    right = round(5 * SIGN_WIDTH + (len(text) - 5) * CHARACTER_WIDTH + PADDING)
    title = escape(one_line(f"{LABEL} of {result.project.name}: {rank_words(result)}"))
    width = left + right
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{title}">
  <title>{title}</title>
  <clipPath id="round"><rect width="{width}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#round)">
    <rect width="{left}" height="20" fill="#444"/>
    <rect x="{left}" width="{right}" height="20" fill="{color(result)}"/>
  </g>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
    <text x="{left / 2:g}" y="14">{LABEL}</text>
    <text x="{left + right / 2:g}" y="14">{escape(text)}</text>
  </g>
</svg>
"""
