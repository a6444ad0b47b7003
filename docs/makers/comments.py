"""What the comments beside the members of a class say of them."""

from __future__ import annotations

import inspect
import re

MEMBER = re.compile(r"^    (?P<name>\w+)\s*[:=][^#]*(?:#\s*(?P<said>.*))?$")


def beside(members: type) -> dict[str, str]:
    """The comment on the line of each field or enum member, "" where there is none."""
    found = (MEMBER.match(line) for line in inspect.getsource(members).splitlines())
    return {f["name"]: (f["said"] or "").strip() for f in found if f}
