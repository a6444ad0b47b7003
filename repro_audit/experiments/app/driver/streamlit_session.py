"""A visitor's session with a Streamlit server: what its script sends until it has come to its end."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

MARK = "repro-audit-streamlit: "
TIME = 40  # seconds
PATH = "/_stcore/stream"


def main() -> None:
    given = json.load(sys.stdin)
    try:
        result = asyncio.run(asyncio.wait_for(visit(given["port"]), TIME))
    except asyncio.TimeoutError:
        result = {"said": "the script did not come to its end"}
    except Exception as error:
        result = {"said": f"{type(error).__name__}: {error}"}
    sys.stdout.write("\n" + MARK + json.dumps(result) + "\n")


async def visit(port: int) -> dict[str, Any]:
    from streamlit.proto.BackMsg_pb2 import BackMsg  # type: ignore[import-not-found, unused-ignore]
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg  # type: ignore[import-not-found, unused-ignore]
    from tornado.websocket import websocket_connect  # type: ignore[import-not-found, unused-ignore]

    connection = await websocket_connect(f"ws://127.0.0.1:{port}{PATH}", subprotocols=["streamlit"])
    hello = BackMsg()
    hello.rerun_script.query_string = ""
    await connection.write_message(hello.SerializeToString(), binary=True)
    elements = 0
    while True:
        content = await connection.read_message()
        if content is None:
            return {"said": "the server ended the session", "elements": elements}
        message = ForwardMsg()
        message.ParseFromString(content)
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            elements += 1
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception" and not element.exception.is_warning:
                return told(element.exception)
        if kind == "script_finished":
            return {"finished": True, "elements": elements}


def told(exception: Any) -> dict[str, Any]:
    """An exception that the page shows."""
    said = f"{exception.type}: {exception.message}" if exception.type else exception.message
    return {"exception": said[:300], "traceback": as_python(list(exception.stack_trace), said)}


def as_python(stack: list[str], said: str) -> str:
    """The trace as Python itself prints it."""
    lines = [line.strip("\n") for part in stack for line in part.split("\n") if line.strip()]
    indented = ["  " + line.strip() if line.strip().startswith("File ") else "    " + line.strip() for line in lines]
    return "\n".join(["Traceback (most recent call last):", *indented, said])
