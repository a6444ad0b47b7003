"""What travels into a run, so that a system can be asked without the project being edited."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...sandbox.model import Job

FOLDER = Path(__file__).parent / "inside"
INSIDE = "/repro-audit/systems"


def with_ours(job: Job) -> Job:
    """The job with what asks the systems beside it, below `INSIDE`."""
    return replace(job, carried=(*(c for c in job.carried if c[1] != INSIDE), (FOLDER, INSIDE)))


def hooked(job: Job, settings: Mapping[str, Any]) -> Job:
    """The job with the hook for Sacred, told what is wanted of it; what an earlier call wanted stays."""
    before = json.loads(job.variables.get("REPRO_AUDIT_SACRED", "{}"))
    told = {**before, **settings, "set": {**before.get("set", {}), **settings.get("set", {})}}
    paths = [p for p in job.variables.get("PYTHONPATH", "").split(":") if p and p != INSIDE]
    variables = {
        **job.variables,
        "REPRO_AUDIT_SACRED": json.dumps(told, sort_keys=True),
        "PYTHONPATH": ":".join([INSIDE, *paths]),
    }
    return with_ours(replace(job, variables=variables))
