"""A Streamlit app, twice: a session with its server, which renders the page, and its own AppTest, which uses it.

The server's health answers even where the script crashes, so that it alone says nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from .server import Server

MARK = "repro-audit-streamlit: "
CODE = "import sys; sys.path.insert(0, %r); from %s.%s import main; main(); sys.stdout.flush()"
RENDER, USE = 45.0, 90.0  # seconds


def ask(plan: dict[str, Any], server: Server) -> dict[str, Any]:
    rendered = beside(plan, "streamlit_session", {"port": server.port}, RENDER, server)
    used = beside(plan, "streamlit_test", {"script": plan["script"], "examples": plan.get("examples", {})}, USE, server)
    if rendered.get("exception") or used.get("exception"):
        return failed(rendered, used)
    told = {"rendered": bool(rendered.get("finished")), "elements": rendered.get("elements", 0)}
    if used.get("answered"):
        said = "it renders, and what was set changed what it shows" if told["rendered"] else "AppTest got an answer"
        return dict(told, outcome="works", said=said, asked=used["asked"], answered=used["answered"], by="AppTest")
    said = used.get("said") or "it could not be asked"
    return dict(told, outcome="inconclusive", said="it starts; " + said, asked=used.get("asked", ""))


def failed(rendered: dict[str, Any], used: dict[str, Any]) -> dict[str, Any]:
    """The script crashed at once, or on an example: then only one that surely fits is held against it."""
    is_sure = bool(rendered.get("exception")) or bool(used.get("is_sure", True))
    exception = used.get("exception") or rendered["exception"]
    # What the project's own traceback says is looked at last.
    sys.stdout.write("\n" + (used.get("traceback") or rendered.get("traceback") or "") + "\n")
    said = "its script fails: " + exception
    return {"outcome": "failed" if is_sure else "inconclusive", "said": said, "asked": used.get("asked", "")}


def beside(plan: dict[str, Any], module: str, given: dict[str, Any], most: float, server: Server) -> dict[str, Any]:
    """Run one of the modules that import the app's framework, in a process of its own."""
    code = CODE % (plan["driver"], __name__.partition(".")[0], module)
    seconds = max(10.0, min(most, server.deadline - time.monotonic()))
    try:
        done = subprocess.run([sys.executable, "-c", code], input=json.dumps(given), stdout=subprocess.PIPE,
                              timeout=seconds, text=True, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"said": f"it was not done in {seconds:.0f} s"}
    line = next((text for text in reversed(done.stdout.splitlines()) if text.startswith(MARK)), "")
    result: dict[str, Any] = json.loads(line[len(MARK) :]) if line else {"said": "it cannot be used from outside"}
    return result
