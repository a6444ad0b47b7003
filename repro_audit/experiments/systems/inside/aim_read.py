"""Have Aim itself read what it kept of the runs, and write that down beside its stores, as plain text.

Aim's index of its runs is made later, by its server. Without an index it looks through the runs themselves: so what is
read is a copy without one.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from typing import Any

OURS = "repro-audit"  # the folder in each repository of Aim
LARGEST = 512 * 1024 * 1024  # bytes of a repository
MOST_FOLDERS, MOST_RUNS, MOST_VALUES = 20_000, 50, 200_000
KINDS = ("texts", "distributions", "images", "audios")  # a figure holds ids that are drawn anew
SYSTEM = "__system"  # how Aim begins the names of what it measures of the machine


def repositories(root: str) -> Iterator[str]:
    """The folders of the project that hold an `.aim` with runs."""
    for seen, (folder, names, _) in enumerate(os.walk(root)):
        if seen >= MOST_FOLDERS:
            return
        if os.path.isdir(os.path.join(folder, ".aim", "meta", "chunks")):
            yield folder
        names[:] = sorted(n for n in names if n != ".aim")


def read(folder: str) -> None:
    source = os.path.join(folder, ".aim")
    files = [os.path.join(at, n) for at, _, names in os.walk(source) for n in names]
    if sum(os.lstat(f).st_size for f in files) > LARGEST:
        return
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(source, os.path.join(place, ".aim"), symlinks=True)
        shutil.rmtree(os.path.join(place, ".aim", "meta", "index"), ignore_errors=True)
        for number, run in enumerate(runs(place)[:MOST_RUNS], 1):
            target = os.path.join(source, OURS, str(number))
            os.makedirs(target, exist_ok=True)
            for name, told in documents(run).items():
                with open(os.path.join(target, name), "w") as file:
                    json.dump(told, file, indent=1, sort_keys=True)


def runs(place: str) -> list[Any]:
    """Runs that were made side by side began in any order: what they were given comes first."""
    repo = import_module("aim.sdk.repo").Repo(place)
    run = import_module("aim.sdk.run").Run
    found = [run(name, repo=repo, read_only=True) for name in sorted(repo.list_all_runs())]
    return sorted(found, key=lambda r: (str(r.experiment), json.dumps(parameters(r), sort_keys=True), r.creation_time))


def documents(run: Any) -> dict[str, Any]:
    about = {"experiment": run.experiment, "tags": sorted(run.tags), "is_finished": run.end_time is not None}
    others: dict[str, Any] = {}
    for kind in KINDS:
        others.update(sequences(run, kind))
    told = {"run.json": {**about, "parameters": parameters(run)}, "metrics.json": sequences(run, "metric")}
    return {**told, **({"sequences.json": others} if others else {})}


def parameters(run: Any) -> dict[str, Any]:
    try:
        given = run[...]
    except KeyError:
        return {}
    return {str(k): plain(v) for k, v in given.items() if not str(k).startswith(SYSTEM)}


def sequences(run: Any, kind: str) -> dict[str, Any]:
    """Steps and values by name, and by context where there is one; the longest are cut off."""
    found = {}
    context_of = import_module("aim.storage.context").Context
    of_kind = import_module("aim.sdk.sequence").Sequence.registry.get(kind)
    for told in run.collect_sequence_info(kind, skip_last_value=True)[kind] if of_kind else ():
        name, context = str(told["name"]), dict(told["context"])
        if name.startswith(SYSTEM):
            continue
        steps, columns = of_kind(name, context_of(context), run).data.view(("val",)).items_list()
        pairs = sorted(zip(steps, columns[0]), key=lambda pair: pair[0])[:MOST_VALUES]
        label = " ".join(f"{k}={v}" for k, v in sorted(context.items()))
        found[f"{name} [{label}]" if label else name] = {
            "steps": [s for s, _ in pairs],
            "values": [plain(v) for _, v in pairs],
        }
    return found


def plain(value: Any) -> Any:
    """A value as JSON has it; the bytes of an image or sound by their digest."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if hasattr(value, "storage"):
        return held(value)
    return hashlib.sha256(value if isinstance(value, bytes) else repr(value).encode()).hexdigest()


def held(thing: Any) -> Any:
    """A text, a distribution, an image or a sound, as Aim's own objects are."""
    data = thing.storage["data"].load()
    if isinstance(data, str):
        return data
    weights = getattr(thing, "weights", None)
    return {**plain(thing.json()), "data": plain(data if weights is None else weights)}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home
        for one in list(repositories(sys.argv[1])):
            read(one)
