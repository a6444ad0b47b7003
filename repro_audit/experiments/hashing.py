"""Which two hash seeds the two runs get.

Python orders sets of strings by a hash that is salted anew for every process. Two runs under two fixed
seeds agree by luck in half of all sets of two. So the second seed is chosen, among a few, as the one
under which most of the sets that stand in the project's code come in another order than in the first.
"""

from __future__ import annotations

import ast
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from ..project import Project
from ..sandbox.model import Environment, Job, Limits, Sandbox, Snapshot, Watch

FIRST, SECOND = "1", "2"
CANDIDATES = range(1, 13)
MOST_FILES, MOST_SETS, MOST_BYTES = 3000, 100, 40_000
_WORD = r"(?:'[^'\\\n]{0,80}'|\"[^\"\\\n]{0,80}\")"
_WORDS = rf"{_WORD}(?:\s{{0,80}},\s{{0,80}}{_WORD}){{1,30}}"
SETS = re.compile(
    rf"\{{\s{{0,80}}({_WORDS}),?\s{{0,80}}\}}|\bset\(\s{{0,80}}[\[(]\s{{0,80}}({_WORDS}),?\s{{0,80}}[\])]"
)
ASK = (
    "import json, os, subprocess, sys\n"
    "show = 'import json, os; print(json.dumps([list(set(s)) for s in json.loads(os.environ[\"SETS\"])]))'\n"
    "for seed in os.environ['SEEDS'].split():\n"
    "    told = subprocess.run([sys.executable, '-c', show], env={**os.environ, 'PYTHONHASHSEED': seed}, stdout=-1)\n"
    "    print('order', seed, told.stdout.decode().strip())\n"
)
COMMAND = 'exec "$(command -v python || command -v python3)" -I -c "$ASK"'


def hash_seeds(sandbox: Sandbox, environment: Environment, project: Project, watch: Watch) -> tuple[str, str]:
    """One seed for each run; the environment's own Python is asked, since the hash differs between versions."""
    sets = sorted(_sets(project))[:MOST_SETS]
    wanted = json.dumps(sets)
    if not sets or len(wanted) > MOST_BYTES:
        return FIRST, SECOND
    variables = {"ASK": ASK, "SETS": wanted, "SEEDS": " ".join(map(str, CANDIDATES))}
    job = Job(("sh", "-c", COMMAND), variables=variables)
    with tempfile.TemporaryDirectory(prefix="repro-audit-") as place:
        run = sandbox.run(environment, Snapshot(project.root, ()), job, Limits(seconds=30), Path(place), watch)
        return FIRST, _most_unlike(dict(_orders(run.log.read_text("utf-8", "replace"))))


def _sets(project: Project) -> Iterator[tuple[str, ...]]:
    """The sets of strings that are written out in the project's code."""
    paths = (*project.sources.python, *project.sources.notebooks)[:MOST_FILES]
    found: set[tuple[str, ...]] = set()
    for path in paths:
        text = (project.files.text(path) or "").replace('\\"', '"')
        for match in SETS.finditer(text):
            words = _literal(match.group(1) or match.group(2))
            if len(set(words)) > 1:
                found.add(words)
    yield from found


def _literal(text: str) -> tuple[str, ...]:
    try:
        value = ast.literal_eval(f"({text},)")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ()
    return tuple(w for w in value if isinstance(w, str))


def _orders(log: str) -> Iterator[tuple[str, list[list[str]]]]:
    for line in log.splitlines():
        found = re.match(r"order (\d+) (\[.*\])$", line)
        if found:
            with suppress(ValueError, RecursionError):
                yield found.group(1), json.loads(found.group(2))


def _most_unlike(orders: dict[str, list[list[str]]]) -> str:
    first = orders.get(FIRST)
    others: Iterable[str] = [seed for seed in orders if seed != FIRST]
    if first is None or not others:
        return SECOND
    return max(others, key=lambda seed: (sum(a != b for a, b in zip(first, orders[seed])), -int(seed)))
