"""A Gradio app asked through its own client: the first endpoint that predicts, with an example for each component."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from .server import Server

MARK = "repro-audit-client: "
CODE = "import sys; sys.path.insert(0, %r); from %s.gradio_client_side import main; main()"
TIME = 90  # seconds for one answer


def ask(plan: dict[str, Any], server: Server) -> dict[str, Any]:
    """The client is one of the app's packages, in a process of its own: it may hang."""
    code = CODE % (plan["driver"], __name__.partition(".")[0])
    given = json.dumps({"address": server.address, "examples": plan.get("examples", {})})
    seconds = max(10, min(TIME, server.deadline - time.monotonic()))
    try:
        done = subprocess.run([sys.executable, "-c", code], input=given, stdout=subprocess.PIPE, timeout=seconds,
                              text=True, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"outcome": "inconclusive", "said": f"no prediction came back in {seconds:.0f} s"}
    line = next((text for text in reversed(done.stdout.splitlines()) if text.startswith(MARK)), "")
    if not line:
        return {"outcome": "inconclusive", "said": "the app starts; its client could not be used"}
    result: dict[str, Any] = json.loads(line[len(MARK) :])
    return result
