"""A tree of differences as text for a terminal."""

from __future__ import annotations

from rich.text import Text

from ..compare.model import Difference, Likeness
from ..text import one_line

STYLES = {
    Likeness.IDENTICAL: "dim",
    Likeness.EQUIVALENT: "green",
    Likeness.CLOSE: "cyan",
    Likeness.DIFFERENT: "bold red",
    Likeness.ONLY_FIRST: "yellow",
    Likeness.ONLY_SECOND: "yellow",
}
INDENT = "  "


def render_differences(difference: Difference, show_identical: bool = False, details: int = 5) -> Text:
    """One line per node, at most `details` places within a file. Names are a stranger's: `Text`, never markup."""
    text = Text()
    _node(text, difference, 0, show_identical, details)
    return text


def _node(text: Text, node: Difference, depth: int, show_identical: bool, details: int) -> None:
    text.append(INDENT * depth + one_line(_title(node)))
    text.append("  ")
    text.append(str(node.likeness), STYLES[node.likeness])
    if node.why and not (node.likeness.value.startswith("only") and node.why == node.likeness.sentence):
        text.append(f"  {one_line(node.why)}")
    text.append("\n")
    for remark in node.remarks:
        text.append(f"{INDENT * (depth + 1)}remark: {one_line(remark)}\n", "italic")
    children = [child for child in node.details if show_identical or child.likeness is not Likeness.IDENTICAL]
    shown = children if node.is_folder else _places(children, details)
    for child in shown:
        _node(text, child, depth + 1, show_identical, details)
    if len(shown) < len(children) and len(children) > 1:
        text.append(f"{INDENT * (depth + 1)}… and {len(children) - len(shown)} more places\n", "dim")


def _places(children: list[Difference], details: int) -> list[Difference]:
    """The only place stands in the sentence of its file already; of several, real differences come first."""
    if len(children) == 1 and not children[0].details:
        return []
    return sorted(children, key=lambda child: child.likeness.is_same)[:details]


def _title(node: Difference) -> str:
    name = node.name + ("/" if node.is_folder and node.name != "." else "")
    return f"{name} ↔ {node.other_name}" if node.other_name else name
