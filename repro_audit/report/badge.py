"""The badge: SVG, the JSON that shields.io reads, or a Markdown line.

A badge speaks of what was audited. Where files have changed since the commit, or the run that is kept belongs to
another state, it says so and turns gray.
"""

from __future__ import annotations

import json
from enum import Enum
from html import escape
from urllib.parse import quote

from ..result import Result
from ..text import one_line
from .words import rank_words

LABEL = "reproducibility"
# By number of stars: white reads on the first, nearly black on the second, each at 4.5:1 or more.
COLORS = ("#6b6b6b", "#b8461f", "#8f5d10", "#6a6b0b", "#46760f", "#1f7a2a")
DARK_COLORS = ("#8b949e", "#f0883e", "#e3b341", "#d2cf3a", "#7ee787", "#56d364")
SIGN_WIDTH, CHARACTER_WIDTH, PADDING = 12.0, 6.6, 10  # pixels, at 11 px


class Standing(Enum):
    """Whether what the badge says was audited in this state."""

    AUDITED = ""
    CHANGED = "with uncommitted changes"
    OUTDATED = "the run is of another state"


SHORT = {Standing.AUDITED: "", Standing.CHANGED: " uncommitted", Standing.OUTDATED: " run outdated"}


def message(result: Result, standing: Standing = Standing.AUDITED) -> str:
    """`★★☆··`-like: verified stars filled, declared ones outlined, and the number."""
    rank = result.rank
    signs = "★" * rank.verified + "☆" * (rank.declared - rank.verified) + "·" * (5 - rank.declared)
    return f"{signs} {rank.declared}/5{SHORT[standing]}"


def color(result: Result, standing: Standing = Standing.AUDITED) -> str:
    return COLORS[_level(result, standing)]


def _level(result: Result, standing: Standing) -> int:
    return result.rank.declared if standing is Standing.AUDITED else 0


def endpoint(result: Result, standing: Standing = Standing.AUDITED) -> str:
    """The document that https://shields.io/badges/endpoint-badge reads."""
    text, shade = message(result, standing), color(result, standing)[1:]
    return json.dumps({"schemaVersion": 1, "label": LABEL, "message": text, "color": shade}, ensure_ascii=False) + "\n"


def markdown(result: Result, standing: Standing = Standing.AUDITED) -> str:
    """An image and a link to the report, as one line."""
    texts = (LABEL, message(result, standing))
    parts = "-".join(quote(part.replace("-", "--").replace("_", "__"), safe="") for part in texts)
    image = f"https://img.shields.io/badge/{parts}-{color(result, standing)[1:]}"
    return f"[![{LABEL}: {result.rank.declared} of 5 stars]({image})](REPRODUCIBILITY.md)\n"


def svg(result: Result, standing: Standing = Standing.AUDITED) -> str:
    """A flat badge, light and dark; its title tells a screen reader the rank, the project and the standing."""
    text = message(result, standing)
    left = round(len(LABEL) * CHARACTER_WIDTH + PADDING)
    right = round(5 * SIGN_WIDTH + (len(text) - 5) * CHARACTER_WIDTH + PADDING)
    told = f"{LABEL} of {result.project.name}: {rank_words(result)}"
    title = escape(one_line(f"{told}, {standing.value}" if standing.value else told))
    width = left + right
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{title}">
  <title>{title}</title>
  <style>
    .name {{ fill: #444 }} .rank {{ fill: {color(result, standing)} }} text {{ fill: #fff }}
    @media (prefers-color-scheme: dark) {{
      .name {{ fill: #30363d }} .rank {{ fill: {DARK_COLORS[_level(result, standing)]} }}
      .on-rank {{ fill: #0d1117 }}
    }}
  </style>
  <clipPath id="round"><rect width="{width}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#round)">
    <rect class="name" width="{left}" height="20"/>
    <rect class="rank" x="{left}" width="{right}" height="20"/>
  </g>
  <g text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
    <text x="{left / 2:g}" y="14">{LABEL}</text>
    <text class="on-rank" x="{left + right / 2:g}" y="14">{escape(text)}</text>
  </g>
</svg>
"""
