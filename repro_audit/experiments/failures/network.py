"""The run wants to reach a server."""

from __future__ import annotations

import re

from ..model import Failure, FailureClass
from .words import Words

UNREACHABLE = re.compile(
    r"Temporary failure in name resolution|Network is unreachable|Name or service not known|getaddrinfo failed|"
    r"[Cc]ould ?n[o']t resolve host|NameResolutionError|Max retries exceeded with url|"
    r"Failed to establish a new connection|"
    r"nodename nor servname|LocalEntryNotFoundError|OfflineModeIsEnabled|[Cc]ouldn't (?:connect to|reach)|"
    r"\bConnectError\b|unable to resolve host|No route to host|URL fetch failure on|Cannot connect to host|"
    r"Could not connect to the endpoint URL|Error loading \w+: <urlopen|Failed to (?:download|"
    r"fetch) .{0,80}https?://|"
    r"dns error|EAI_AGAIN|error trying to connect|Failed to resolve '|Could not contact DNS servers|"
    r"Please use the NLTK Downloader|nltk\.download\("
)
HOST = re.compile(
    r"host='([\w.-]+)'|resolve (?:host:? ?|host address )?[‘'\"]?([\w-]+(?:\.[\w-]+)+)|https?://([\w.-]+)|"
    r"Cannot connect to host ([\w.-]+)|host: ([\w.-]+)"
)
A_HOST = re.compile(r"(?=[\w.-]{4,253}$)[\w-]+(?:\.[\w-]+)*\.[A-Za-z][\w-]+")
# Such errors have another cause, even where an attempt to download something is told further up.
UNRELATED = ("TypeError", "AttributeError", "NameError", "SyntaxError", "ImportError", "KeyError", "IndexError")
CORPUS = re.compile(r"Resource .{0,20}?(\w+).{0,20} not found\.\s+Please use the NLTK", re.DOTALL)


def needs_network(words: Words) -> Failure | None:
    tb = words.traceback
    chain = "\n".join(t.text for t in words.chain)
    text = chain if tb is not None and (tb.error in UNRELATED or UNREACHABLE.search(chain)) else words.tail
    if not UNREACHABLE.search(text):
        return None
    hosts = [next(g for g in m.groups() if g) for m in HOST.finditer(f"{text}\n{words.code}")]
    host = hosts[0] if hosts else _last_asked(words) or "a server"
    corpus = CORPUS.search(text)
    return words.failure(
        FailureClass.NETWORK_NEEDED,
        f"it wants to download {corpus.group(1)}, and a run has no network"
        if corpus
        else f"it wants to reach {host}, and a run has no network",
        "Commit or track what it fetches, or open the network with --network.",
    )


def _last_asked(words: Words) -> str:
    """The last host that the probe saw the run ask for, where the log names none."""
    asked = [str(n.get("host", "")) for n in words.noted if n.get("note") == "connect"]
    return next((h for h in reversed(asked) if A_HOST.fullmatch(h)), "")
