"""A Streamlit app used through its own AppTest: fields are filled, buttons pressed, what it shows is compared."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from typing import Any

from .examples import Examples
from .streamlit_session import as_python

MARK = "repro-audit-streamlit: "
TIME = 60  # seconds for one pass of the script
SHOWS = (
    "markdown", "text", "metric", "success", "info", "warning", "error", "title", "header", "subheader", "caption",
    "code", "json", "dataframe", "table", "latex",
)  # fmt: skip
PREDICTS = re.compile(r"predict|submit|run|classif|generate|go|calculate|analy|detect|recommend|estimat|check", re.I)
SHORT = 300


def main() -> None:
    given = json.load(sys.stdin)
    examples = Examples(given["examples"])
    try:
        result = use(given["script"], examples)
    except ImportError as error:
        result = {"said": f"its Streamlit has no AppTest: {error}"}
    except Exception as error:
        result = {"said": f"AppTest failed: {type(error).__name__}: {str(error)[:SHORT]}"}
    result["is_sure"] = examples.is_sure
    sys.stdout.write("\n" + MARK + json.dumps(result) + "\n")


def use(script: str, examples: Examples) -> dict[str, Any]:
    """Open the page, then set and press until what it shows has changed."""
    from streamlit.testing.v1 import AppTest  # type: ignore[import-not-found, unused-ignore]

    sys.path.insert(0, os.path.dirname(os.path.abspath(script)))
    uploads: list[str] = []
    page = AppTest.from_file(os.path.abspath(script), default_timeout=TIME).run()
    if page.exception:
        examples.is_sure = True
        return of_exception(page)
    before = shown(page)
    asked = fill(page, examples) + upload(examples, uploads)
    page.run()
    if page.exception:
        return dict(of_exception(page), asked=", ".join(asked + uploads))
    asked += uploads
    for button in buttons(page):
        changed = difference(before, shown(page))
        if changed and not PREDICTS.search(str(button.label)):
            break
        before = shown(page) if changed else before
        button.click()
        asked.append(f"pressed {str(button.label)!r}")
        page.run()
        if page.exception:
            return dict(of_exception(page), asked=", ".join(asked))
        if difference(before, shown(page)):
            break
    changed = difference(before, shown(page))
    said = "nothing could be set" if not asked else "what was set changed nothing that it shows"
    return {"asked": ", ".join(asked)[:SHORT], "answered": " / ".join(changed)[:SHORT], "said": said}


def of_exception(page: Any) -> dict[str, Any]:
    shown_one = page.exception[0]
    kind = getattr(shown_one.proto, "type", "") or "Error"
    said = f"{kind}: {shown_one.message}"
    trace = getattr(shown_one, "stack_trace", None) or list(getattr(shown_one.proto, "stack_trace", ()))
    return {"exception": said[:SHORT], "traceback": as_python(list(trace), said)}


def shown(page: Any) -> list[str]:
    found = []
    for kind in SHOWS:
        for element in page.get(kind):
            found.append(" ".join(str(getattr(element, "value", "")).split()))
    for element in page.get("metric"):
        found.append(f"{element.label}: {element.value}")
    return found


def difference(before: list[str], after: list[str]) -> list[str]:
    return [text for text in after if text and text not in before]


def buttons(page: Any) -> list[Any]:
    """Those named for predicting first; not those that sign in or clear."""
    found = [
        b for b in page.button if not re.search(r"log ?(in|out)|sign|clear|reset|delete|train|save", str(b.label), re.I)
    ]
    return sorted(found, key=lambda b: not PREDICTS.search(str(b.label)))[:4]


def fill(page: Any, examples: Examples) -> list[str]:
    """Give every field another valid value; what was set, in words."""
    asked = []
    for kind in ("text_input", "text_area", "number_input", "slider", "selectbox", "radio"):
        for widget in page.get(kind)[:20]:
            if getattr(widget, "disabled", False):
                continue
            value = other(kind, widget, examples)
            if value is not None:
                widget.set_value(value)
                asked.append(f"{widget.label or kind} = {value!r}")
    return asked


def other(kind: str, widget: Any, examples: Examples) -> Any:
    """Another value that the widget allows, None to leave it."""
    if kind in ("text_input", "text_area"):
        if widget.value:
            return None
        found = examples.named(str(widget.label))
        if found is None:
            examples.is_sure = False
        return str(found) if found is not None else examples.text(str(widget.label))
    if kind in ("selectbox", "radio"):
        options = list(widget.options)
        return None if len(options) < 2 else pick(options, widget)
    if not isinstance(widget.value, (int, float)) or isinstance(widget.value, bool):
        return None
    step = getattr(widget, "step", None) or 1
    for value in (widget.value + step, widget.value - step):
        if (widget.min is None or value >= widget.min) and (widget.max is None or value <= widget.max):
            return type(widget.value)(value)
    return None


def pick(options: list[Any], widget: Any) -> Any:
    """AppTest gives options as they are shown; only texts are set as they are shown."""
    value = widget.value
    if not isinstance(value, str) or value not in options:
        return None
    return options[(options.index(value) + 1) % len(options)]


def upload(examples: Examples, done: list[str]) -> list[str]:
    """AppTest cannot upload: every uploader gets a file of the kind that it takes."""
    from streamlit.delta_generator import DeltaGenerator  # type: ignore[import-not-found, unused-ignore]

    def file_uploader(self: Any, label: str, type: Any = None, accept_multiple_files: Any = False, **_: Any) -> Any:
        kinds = [type] if isinstance(type, str) else list(type or ())
        suffixes = tuple("." + str(k).lower().lstrip(".") for k in kinds)
        path = examples.file(str(label), suffixes)
        said = f"{label} = {os.path.basename(path)}"
        if said not in done:
            done.append(said)
        return [Uploaded(path)] if accept_multiple_files else Uploaded(path)

    def bound(label: str = "", *words: Any, **named: Any) -> Any:
        return file_uploader(None, label, *words, **named)

    import streamlit  # type: ignore[import-not-found, unused-ignore]

    DeltaGenerator.file_uploader = file_uploader
    streamlit.file_uploader = bound
    return []


class Uploaded(io.BytesIO):
    """What `st.file_uploader` gives."""

    def __init__(self, path: str) -> None:
        with open(path, "rb") as file:
            super().__init__(file.read())
        import mimetypes

        self.name = os.path.basename(path)
        self.type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        self.size = len(self.getvalue())
        self.file_id = "example"
