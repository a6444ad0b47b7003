"""Where packages come from: the host's own index settings and certificates, for the installer only.

They are given to a build, never to a run and never into a report: they may hold passwords.
"""

from __future__ import annotations

import configparser
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .. import certificates

PASSED_ON = (
    "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INSECURE_HOST",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)  # fmt: skip
FROM_PIP = {  # a pip setting and the variable by which uv takes the same
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_EXTRA_INDEX_URL",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
}
HIDDEN = "(package index)"


@dataclass(frozen=True)
class IndexSettings:
    """`variables` are for uv; `folders` are local package folders that a sealed build has to see."""

    variables: dict[str, str]
    folders: tuple[str, ...]
    bundle: str | None  # the host's own certificate bundle

    def hidden(self, text: str) -> str:
        """The text of an installer without these settings: addresses, their passwords, folders of the host."""
        for secret in self._secrets():
            text = text.replace(secret, HIDDEN)
        return text

    def _secrets(self) -> list[str]:
        words = [w for v in self.variables.values() for w in v.replace(",", " ").split() if "/" in w or "@" in w]
        parts = [p for w in words for p in (urlsplit(w).netloc, urlsplit(w).password, urlsplit(w).hostname) if p]
        found = {*words, *parts, *self.folders, *([self.bundle] if self.bundle else [])}
        return sorted((w for w in found if len(w) > 3), key=lambda w: (-len(w), w))


def index_settings() -> IndexSettings:
    """What the host says, uv's own variables before pip's variables before pip's files."""
    found = _pip_files()
    for name in FROM_PIP:
        value = os.environ.get("PIP_" + name.upper().replace("-", "_"))
        if value:
            found[name] = value
    variables = {FROM_PIP[name]: " ".join(value.split()) for name, value in found.items() if name in FROM_PIP}
    if variables:
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does with these settings
    variables |= {name: value for name in PASSED_ON if (value := os.environ.get(name))}
    bundle = certificates.bundle() or found.get("cert")
    words = [
        w
        for name in ("UV_FIND_LINKS", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX")
        for w in variables.get(name, "").replace(",", " ").split()
    ]
    return IndexSettings(variables, tuple(sorted({f for w in words if (f := _local_folder(w))})), bundle)


def _pip_files() -> dict[str, str]:
    """The `[global]` and `[install]` settings of pip's configuration files."""
    home = Path(os.path.expanduser("~"))
    files = [Path("/etc/pip.conf"), home / ".pip/pip.conf", home / ".config/pip/pip.conf"]
    own = os.environ.get("PIP_CONFIG_FILE")
    found: dict[str, str] = {}
    for path in [*files, *([Path(own)] if own else [])]:
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, "utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError):
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                found.update({k: v for k, v in parser.items(section) if k in (*FROM_PIP, "cert")})
    return found


def _local_folder(address: str) -> str | None:
    """The folder behind a local index; its files often stand beside its pages, so the one above is meant."""
    parts = urlsplit(address)
    if parts.scheme == "file" and os.path.dirname(parts.path) not in ("", "/"):
        return os.path.dirname(parts.path.rstrip("/"))
    return address if address.startswith("/") and os.path.isdir(address) else None
