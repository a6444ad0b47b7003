"""Which outputs differ, and where in them: the sets that a diagnosis reckons with."""

from __future__ import annotations

from collections.abc import Set

Unlike = frozenset[tuple[str, str]]  # (output, place in it); an empty place stands for the whole output
NOTHING: Unlike = frozenset()


def explained(wanted: Unlike, shown: Unlike) -> Unlike:
    """What of `wanted` differs in `shown` as well, at the same place where both name one."""
    whole = {path for path, place in shown if not place}
    paths = {path for path, _ in shown}
    return frozenset(
        (path, place)
        for path, place in wanted
        if (path, place) in shown or path in whole or (not place and path in paths)
    )


def without(wanted: Unlike, noise: Unlike) -> Unlike:
    """What of `wanted` is left beside the noise; an output that is noise as a whole cannot be judged."""
    return wanted - explained(wanted, noise)


def outputs(unlike: Set[tuple[str, str]]) -> frozenset[str]:
    return frozenset(path for path, _ in unlike)
