"""The newest Python that pinned packages were built for: with a newer one they would be compiled from source, or fail.

Only packages that are always installed as binaries stand here, from their release notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# package -> (first version that is too new for the row, the last Python of the versions before it), oldest first
LAST_PYTHON: dict[str, tuple[tuple[tuple[int, int], int], ...]] = {
    "numpy": (((1, 19), 8), ((1, 21), 9), ((1, 23), 10), ((1, 26), 11), ((2, 1), 12), ((2, 3), 13)),
    "pandas": (((1, 1), 8), ((1, 3), 9), ((1, 5), 10), ((2, 1), 11), ((2, 2), 12), ((2, 3), 13)),
    "scipy": (((1, 5), 8), ((1, 7), 9), ((1, 9), 10), ((1, 11), 11), ((1, 14), 12), ((1, 16), 13)),
    "scikit-learn": (((0, 23), 8), ((1, 0), 9), ((1, 2), 10), ((1, 3), 11), ((1, 5), 12), ((1, 7), 13)),
    "torch": (((1, 8), 8), ((1, 11), 9), ((2, 0), 10), ((2, 2), 11), ((2, 5), 12), ((2, 9), 13)),
    "tensorflow": (((2, 5), 8), ((2, 8), 9), ((2, 12), 10), ((2, 16), 11), ((2, 20), 12)),
    "matplotlib": (((3, 3), 8), ((3, 5), 9), ((3, 6), 10), ((3, 8), 11), ((3, 9), 12), ((3, 10), 13)),
}
_PIN = re.compile(r"([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*===?\s*v?(\d+)\.(\d+)")


def newest_python(requirements: Iterable[str]) -> int | None:
    """The minor version of the last Python that has wheels of all that is pinned; None where nothing tells."""
    found = [minor for line in requirements if (minor := _last_python(line)) is not None]
    return min(found, default=None)


def _last_python(requirement: str) -> int | None:
    pin = _PIN.match(requirement.strip())
    if pin is None:
        return None
    name, version = pin.group(1).lower().replace("_", "-"), (int(pin.group(2)), int(pin.group(3)))
    return next((minor for too_new, minor in LAST_PYTHON.get(name, ()) if version < too_new), None)
