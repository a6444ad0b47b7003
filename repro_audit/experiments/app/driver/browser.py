"""A picture of the app in a browser without a window, where the environment has one."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import threading
import time
from typing import Any

# The programs themselves first: what stands on the path may be a script that wants the system's settings.
PLACES = (
    "/usr/lib/chromium/chromium", "/usr/lib/chromium-browser/chromium-browser", "/opt/google/chrome/chrome",
    "/usr/lib64/chromium-browser/chromium-browser", "chromium", "chromium-browser", "google-chrome", "chrome",
)  # fmt: skip
PICTURE = "/tmp/app.png"
OPTIONS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio",
    "--disable-background-networking", "--disable-component-update", "--no-first-run", "--window-size=1280,1400",
    "--user-data-dir=/var/tmp/repro-audit-browser", "--screenshot=" + PICTURE,
]  # fmt: skip
SETTLES = 12.0  # seconds that a page has to draw itself
FRAME = '<body style="margin:0"><iframe src="{}" style="border:0;width:100vw;height:100vh"></iframe><img src="/late">'


def picture(address: str, deadline: float) -> dict[str, Any]:
    """`screenshot` where one was taken, else `remark` says why there is none."""
    found = next((path for path in map(shutil.which, PLACES) if path), None)
    if found is None:
        return {"remark": "no browser is in the environment, so there is no screenshot"}
    if deadline - time.monotonic() < SETTLES + 5:
        return {"remark": "no time was left for a screenshot"}
    frame = Frame(address)
    try:
        subprocess.run(
            [found, *OPTIONS, frame.address], env=variables(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=deadline - time.monotonic(), check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return {"remark": "the browser took no picture in time"}
    finally:
        frame.end()
    if os.path.isfile(PICTURE) and os.path.getsize(PICTURE) > 0:
        return {"screenshot": "tmp/app.png"}
    return {"remark": "the browser took no picture"}


def variables() -> dict[str, str]:
    """The browser is no part of the environment, and its files are none of the run's."""
    kept = {name: value for name, value in os.environ.items() if name not in ("LD_LIBRARY_PATH", "PYTHONPATH")}
    return dict(kept, HOME="/var/tmp", XDG_CONFIG_HOME="/var/tmp", XDG_CACHE_HOME="/var/tmp")


class Frame:
    """A page around the app with a part that comes late: the picture is taken when all has come, and an app draws
    itself only after it has.
    """

    def __init__(self, inner: str) -> None:
        page = FRAME.format(inner).encode("ascii")

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/late":
                    time.sleep(SETTLES)
                self.send_response(200 if self.path == "/" else 404)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page if self.path == "/" else b"")

            def log_message(self, format: str, *words: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/"

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()
