"""What the tests that run fixtures share: one cache of environments."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The cache that the caller names, else one for this session; for tests that build environments."""
    given = os.environ.get("REPRO_AUDIT_CACHE")
    os.environ["REPRO_AUDIT_CACHE"] = given or str(tmp_path_factory.mktemp("cache"))
    yield
    if given is None:
        del os.environ["REPRO_AUDIT_CACHE"]
