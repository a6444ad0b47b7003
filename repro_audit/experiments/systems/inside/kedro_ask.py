"""Start Kedro's own command line, and note what a run would be given in place of running it."""

import json
import os
import sys
from importlib import import_module
from typing import Any

NOTES = "/repro-audit/notes"


def told(session: Any, **given: Any) -> dict[str, Any]:
    """The parameters, the files of the catalog, and what each node of the pipeline takes and makes."""
    context = session.load_context()
    pipelines = import_module("kedro.framework.project").pipelines
    names = given.get("pipeline_names") or [given.get("pipeline_name") or "__default__"]
    nodes = [node for name in names for node in pipelines[name].nodes]
    catalog = dict(context.config_loader["catalog"])
    return {
        "parameters": context.params,
        "catalog": {n: str(d.get("filepath", "")) for n, d in catalog.items() if isinstance(d, dict)},
        "nodes": [{"name": n.name, "inputs": list(n.inputs), "outputs": list(n.outputs)} for n in nodes],
    }


def run(session: Any, *positional: Any, **given: Any) -> dict[str, Any]:
    with open(os.path.join(NOTES, "kedro.json"), "w") as file:
        json.dump(told(session, **given), file, default=str)
    return {}


if __name__ == "__main__":
    import_module("kedro.framework.session").KedroSession.run = run
    sys.argv[0] = "kedro"
    import_module("kedro.framework.cli").main()
