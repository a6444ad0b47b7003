"""Whether a pointer to data that are kept elsewhere names their content."""

from __future__ import annotations

from ..regex import regex

HASHED = regex(
    r"\b(?:md5|sha1|sha256|etag|checksum|rev_lock|version_id|oid|at_head|hash|tag|version|files)\s*:\s*['\"]?\S|\bdatalad-id\b"
)


def keeps_version(text: str) -> bool:
    """Whether a pointer holds a hash, tag or version; one that was never filled in fetches whatever is there."""
    return HASHED.search(text) is not None
