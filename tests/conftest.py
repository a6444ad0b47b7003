"""What all tests stand on."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Programs that tests start shall hear Ctrl-C, though tests that run in the background begin deaf to it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
