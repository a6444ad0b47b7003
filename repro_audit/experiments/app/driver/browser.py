"""A picture of the app in a browser without a window, where the environment has one."""

from __future__ import annotations

import os
import shutil
import subprocess
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
    "--virtual-time-budget=15000", "--user-data-dir=/var/tmp/repro-audit-browser", "--screenshot=" + PICTURE,
]  # fmt: skip


def picture(address: str, deadline: float) -> dict[str, Any]:
    """`screenshot` where one was taken, else `remark` says why there is none."""
    found = next((path for path in map(shutil.which, PLACES) if path), None)
    if found is None:
        return {"remark": "no browser is in the environment, so there is no screenshot"}
    environment = dict(os.environ, HOME="/var/tmp", XDG_CONFIG_HOME="/var/tmp", XDG_CACHE_HOME="/var/tmp")
    environment = {name: value for name, value in environment.items() if name not in ("LD_LIBRARY_PATH", "PYTHONPATH")}
    try:
        subprocess.run(
            [found, *OPTIONS, address], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=max(5, deadline - time.monotonic()), check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return {"remark": "the browser took no picture in time"}
    if os.path.isfile(PICTURE) and os.path.getsize(PICTURE) > 0:
        return {"screenshot": "tmp/app.png"}
    return {"remark": "the browser took no picture"}
