"""What dvc.lock keeps of the data that the first steps of a pipeline fetch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model import Place
from ..files import Tree, normalise
from ..regex import regex
from ..yamls import Entry, read_yaml
from .model import Management, Source
from .tree import Tracked

CODE = (".py", ".sh", ".ipynb", ".r", ".yaml", ".yml", ".toml", ".json", ".cfg", ".ini")
HASHES = frozenset(("md5", "etag", "checksum"))
FETCHES = regex(r"data|download|ingest|fetch|raw|corpus")
OTHER = regex(r"model|metric|score|plot|weights|report")


def as_locked(sources: Iterable[Source], files: Tree) -> list[Source]:
    """A download that a step of the pipeline makes has the version of what dvc.lock says it made."""
    found = list(sources)
    locked = next(_fetched(files), None)
    if locked is None:
        return found
    kept = Source(locked.path, Management.DVC, locked.at, locked.text)
    return [kept if s.management is Management.DOWNLOAD and s.is_main and not s.needs_hand else s for s in found]


def _fetched(files: Tree) -> Iterator[Tracked]:
    """The outputs of steps that start from code and configuration alone, by names that speak of data."""
    for path in files.named("dvc.lock"):
        for name, stage in read_yaml(files.text(path)).get("stages").values.items():
            if not all(d.lower().endswith(CODE) for d in _paths(stage, "deps")):
                continue
            folder = path.rpartition("/")[0]
            for out in (o for o in stage.get("outs").items if HASHES & o.values.keys()):
                made = out.get("path").text
                if FETCHES.search(f"{name} {made}".lower()) and not OTHER.search(made.lower()):
                    target = normalise(f"{folder}/{made}" if folder else made)
                    yield Tracked(target, Management.DVC, Place(path, out.get("path").line), f"path: {made}")


def _paths(stage: Entry, key: str) -> list[str]:
    return [i.get("path").text for i in stage.get(key).items]
