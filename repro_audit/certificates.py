"""The certificates that the caller trusts beside the system's: behind many a firewall no others answer."""

from __future__ import annotations

import os

VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "CURL_CA_BUNDLE")


def bundle() -> str | None:
    """The first file of certificates that the environment names and that is there."""
    return next((p for name in VARIABLES if (p := os.environ.get(name)) and os.path.isfile(p)), None)
