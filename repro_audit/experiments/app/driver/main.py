"""Start the app, ask it as its kind is asked, say what came of it."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from typing import Any

from . import browser, gradio_app, streamlit_app, web
from .server import Server

MARK = "repro-audit-app: "
WEB = ("fastapi", "flask")


def main(path: str) -> int:
    """Follow the plan in this file; the exit status is 1 where the app failed, so that its last words are looked at."""
    with open(path, encoding="utf-8") as file:
        plan = json.load(file)
    try:
        result = follow(plan)
    except Exception:
        result = {"outcome": "inconclusive", "said": "the driver failed: " + traceback.format_exc(limit=-2)[-600:]}
    sys.stdout.flush()
    sys.stderr.flush()
    sys.stdout.write("\n" + MARK + json.dumps(result, sort_keys=True) + "\n")
    sys.stdout.flush()
    return 1 if result["outcome"] == "failed" else 0


def follow(plan: dict[str, Any]) -> dict[str, Any]:
    deadline = time.monotonic() + plan["seconds"]
    with Server(plan["start"], plan.get("variables", {}), deadline) as server:
        problem = server.wait()
        if problem:
            return {"outcome": "failed" if server.has_ended else "inconclusive", "said": problem}
        result = ask(plan, server)
        result["address"] = server.address
        picture = browser.picture(server.address, min(deadline, time.monotonic() + 45))
        result.update(picture)
    return result


def ask(plan: dict[str, Any], server: Server) -> dict[str, Any]:
    kind = plan["kind"]
    if kind == "streamlit":
        return streamlit_app.ask(plan, server)
    if kind == "gradio":
        return gradio_app.ask(plan, server)
    if kind in WEB:
        return web.ask(plan, server)
    return {"outcome": "inconclusive", "said": f"no way to ask a {kind} app is known"}


def folder() -> str:
    """Where files that are made for an example are put."""
    place = "/var/tmp/repro-audit-examples"
    os.makedirs(place, exist_ok=True)
    return place
