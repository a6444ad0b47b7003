"""What runs beside a Gradio app, with gradio_client."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from .examples import Examples
from .schema import example

MARK = "repro-audit-client: "
PREDICTS = re.compile(r"predict|infer|classif|generate|run|submit|detect|translat|greet|process|call", re.I)
FILES = {"Image": "image", "ImageEditor": "image", "Audio": "audio", "Video": "video", "File": "file",
         "UploadButton": "file", "Filepath": "file", "Imageslider": "image"}  # fmt: skip
SHORT = 300


def main() -> None:
    given = json.load(sys.stdin)
    try:
        result = use(given["address"], Examples(given["examples"]))
    except ImportError as error:
        result = {"outcome": "inconclusive", "said": f"the app starts; no client is there: {error}"}
    sys.stdout.write("\n" + MARK + json.dumps(result) + "\n")


def use(address: str, examples: Examples) -> dict[str, Any]:
    from gradio_client import Client  # type: ignore[import-not-found, unused-ignore]

    client = Client(address)
    name, parameters = endpoint(client.view_api(return_format="dict", print_info=False))
    if not name:
        return {"outcome": "inconclusive", "said": "the app starts; it has no endpoint that takes an input"}
    values = [value(one, examples) for one in parameters]
    asked = short("{}({})".format(name, ", ".join(map(repr, values))))
    try:
        answer = client.predict(*values, api_name=name)
    except Exception as error:
        outcome = "failed" if examples.is_sure else "inconclusive"
        return {"outcome": outcome, "asked": asked, "said": f"{name} failed: {short(str(error))}"}
    if answer is None or answer == "":
        return {"outcome": "inconclusive", "asked": asked, "said": f"{name} gave nothing back"}
    return {"outcome": "works", "asked": asked, "answered": short(repr(answer)), "said": f"{name} answered",
            "by": "gradio_client"}  # fmt: skip


def endpoint(described: Any) -> tuple[str, list[dict[str, Any]]]:
    """The endpoint to ask: one named for predicting that takes something, else the first that takes something."""
    named = (described or {}).get("named_endpoints") or {}
    taking = [(name, one["parameters"]) for name, one in named.items() if one.get("parameters")]
    taking.sort(key=lambda pair: not PREDICTS.search(pair[0]))
    return taking[0] if taking else ("", [])


def value(parameter: dict[str, Any], examples: Examples) -> Any:
    """An example for one component."""
    component, label = parameter.get("component", ""), str(parameter.get("label") or "")
    if component.capitalize() in FILES or component in FILES:
        return sent(examples.file(FILES.get(component, "file") + " " + label), component)
    found = examples.named(label)
    if component in ("Number", "Slider") and isinstance(found, (int, float)):
        return found
    if parameter.get("parameter_has_default") and parameter.get("parameter_default") is not None:
        return parameter["parameter_default"]
    schema = parameter.get("type") or {}
    if schema.get("enum"):
        return schema["enum"][0]
    if component in ("Textbox", "Text", "TextArea") or schema.get("type") == "string":
        return str(found) if found is not None else examples.text(label)
    if parameter.get("example_input") is not None:
        return parameter["example_input"]
    return example(schema, {}, examples, label)


def sent(path: str, component: str) -> Any:
    """How this version of the client takes a file."""
    try:
        from gradio_client import handle_file
    except ImportError:
        try:
            from gradio_client import file as handle_file
        except ImportError:
            return path
    handled = handle_file(path)
    return {"video": handled} if component == "Video" else handled


def short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHORT else text[:SHORT] + " ..."
