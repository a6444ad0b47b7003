"""A Snakefile around the project's own, which notes the configuration as the workflow has it once it is read.

Snakemake runs this with names of its own in place.
"""

import json
import os
from typing import Any

given: Any = globals()
given["workflow"].include(os.environ["REPRO_AUDIT_SNAKEFILE"])
with open(os.path.join("/repro-audit/notes", "snakemake.json"), "w") as file:
    json.dump(given["config"], file, default=str)
