"""The project's own lines behind a cause, and where the project keeps its seed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..diagnose.model import CauseName
from ..diagnose.notes import Touch
from ..diagnose.words import SeedKey
from ..facts.source import Source, notebook_cells
from ..model import Place
from ..project import Project

SEEDS = ("seed", "random_seed", "random_state", "rng_seed", "manual_seed", "randomseed")
MOST_LINES = 3
MOST_SOURCES = 500
DRAWS = {  # by the names that reading the code has for them
    CauseName.PYTHON_RANDOM: ("python",), CauseName.NUMPY: ("numpy", "sklearn"), CauseName.TORCH: ("torch",),
    CauseName.TENSORFLOW: ("tensorflow",), CauseName.JAX: ("jax",),
}  # fmt: skip

# What a line looks like that depends on it, surest first; for what no probe sees from inside.
MARKS: dict[CauseName, tuple[str, ...]] = {
    CauseName.HASH_SEED: (
        r"\b(?:list|tuple|enumerate|iter|join|array|Series|DataFrame)\(\s*(?:set|frozenset)\(|in (?:set|frozenset)\(",
        r"(?<![\w.])hash\(", r"\b(?:set|frozenset)\(", r"[=(,:]\s*\{\s*['\"][^'\":{}]*['\"]\s*[,}]", r"\{[^:{}]+ for ",
    ),
    CauseName.MEMORY_ADDRESS: (
        r"(?<![\w.])id\(|object\.__repr__", r"\b(?:set|frozenset)\(", r"\{[^:{}]+ for ", r"(?<![\w.])repr\(",
    ),
    CauseName.THREAD_ORDER: (r"as_completed|imap_unordered", r"\bThread\(|ThreadPool|\bPool\(|Executor\("),
    CauseName.FILE_ORDER: (r"\blistdir\(|\bscandir\(|\bglob\(|\biterdir\(|\bos\.walk\(",),
    CauseName.CPU_COUNT: (r"cpu_count\(|sched_getaffinity|n_jobs\s*=\s*-1|num_workers",),
    CauseName.THREAD_COUNT: (r"set_num_threads|OMP_NUM_THREADS",),
    CauseName.HOSTNAME: (r"gethostname|getfqdn|platform\.node|uname\(|HOSTNAME",),
    CauseName.USER: (
        r"getuser\(|getlogin\(|expanduser|Path\.home\(|['\"](?:USER|LOGNAME|HOME)['\"]|umask|\.st_mode|getpw",
    ),
    CauseName.WORKING_DIRECTORY: (
        r"getcwd\(|Path\.cwd\(|abspath\(|\.resolve\(|realpath\(", r"__file__", r"['\"]/(?!dev|tmp|usr)\w+/",
    ),
    CauseName.LOCALE: (r"\blocale\.|\bstrxfrm|getpreferredencoding|['\"](?:LANG|LC_ALL)['\"]", r"(?<![\w.])open\("),
    CauseName.TIMEZONE: (
        r"tzlocal|tzset|time\.timezone|time\.tzname|astimezone\(|localtime\(|mktime\(|fromtimestamp\(|['\"]TZ['\"]",
        r"\.timestamp\(|strftime\(|datetime\.",
    ),
    CauseName.PROCESS_ID: (r"getpid\(",),
    CauseName.WALL_CLOCK: (r"\btime\.time|\.now\(|\.today\(|utcnow\(",),
    CauseName.ENVIRONMENT_VARIABLE: (r"os\.environ|getenv\(",),
    CauseName.LEFTOVER_STATE: (r"\.exists\(|isfile\(|isdir\(|['\"][ar]b?\+?['\"]",),
}  # fmt: skip


def placed(touch: Touch, project: Project) -> Place | None:
    """The place as an editor opens it: in a notebook, the line of the .ipynb file itself."""
    at = touch.at
    if at is None or touch.cell is None or at.line is None:
        return at
    cells = notebook_cells(project.files.text(at.path) or "") or []
    cell = next((c for c in cells if c.number == touch.cell), None)
    if cell is None or not 0 < at.line <= len(cell.lines):
        return Place(at.path)
    return Place(at.path, cell.lines[at.line - 1])


def lines_of(touches: Iterable[Touch], project: Project) -> list[tuple[Touch, Place]]:
    """The first lines in time; where lines draw themselves, those whose import draws are not told."""
    found = [(t, at) for t in touches if (at := placed(t, project))]
    direct = [(t, at) for t, at in found if not t.is_importing]
    return (direct or found)[:MOST_LINES]


def first_line(name: CauseName, project: Project, opened: frozenset[str] = frozenset()) -> tuple[Place | None, str]:
    """A line that looks like the cause: where to begin looking, for what was shown by other means.

    `opened` are the files that a run was seen to open; where code is among them, that code is what ran.
    """
    ran = [s for p in sorted(opened) if p.endswith((".py", ".ipynb")) and (s := project.sources.get(p))]
    sources = DRAWS.get(name, ())
    drawn = next((d for d in project.randomness.unseeded if d.source in sources), None) if sources else None
    if drawn and (not ran or drawn.at.path in opened):
        return drawn.at, drawn.text
    for mark in MARKS.get(name, ()):
        pattern = re.compile(mark)
        for at, text in _code_lines(ran or project.program.sources):
            if pattern.search(text):
                return at, text
    return None, ""


def _code_lines(sources: Sequence[Source]) -> Iterator[tuple[Place, str]]:
    """Lines of code that are neither empty, imports nor comments, in the order of its files."""
    for source in sources[:MOST_SOURCES]:
        for number, line in enumerate(source.lines, 1):
            text = line.strip()
            if text and not text.startswith(("#", "import ", "from ")):
                yield source.place_of(number), text[:300]


def seed_key(project: Project) -> SeedKey:
    """The parameter that holds the seed: of a configuration file rather than of an option."""
    configuration = project.configuration
    for holder in (*configuration.files, *configuration.main):
        for parameter in holder.parameters:
            if parameter.name.strip("-").replace("-", "_").lower() in SEEDS:
                return SeedKey(holder.path, parameter.key)
    return SeedKey()
