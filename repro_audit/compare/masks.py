"""What changes from run to run without meaning anything: times, durations, addresses, generated ids.

A mask never decides alone. It applies to two pieces of text that stand at the same place and have the
same kind, and the file counts as equivalent only when nothing else in it differs.
"""

from __future__ import annotations

import re

TIMESTAMPS = "timestamps"
DURATIONS = "durations"
SPEEDS = "speeds"
ADDRESSES = "memory addresses"
IDS = "generated ids"
PROCESSES = "process ids"
PORTS = "ports of this machine"
TEMPORARY = "temporary paths"
HOSTS = "host and user names"
SIZES = "sizes of files that are compared themselves"
SPACING = "spacing"
PROGRESS = "progress bars"
SLOW_START = "words of a slow start"
NUMBER = "number"

_ZONE = r"(?:\s?[AP]M\b)?(?:\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_CLOCK = rf"\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d{{1,9}})?)?{_ZONE}"
_PACKED = r"\d{2}[-:._h]?\d{2}[-:._m]?\d{2}(?:s|\.\d{3,9})?"  # as in names of files, behind a date
_DAY = r"(?:19|20)\d{2}[-/.]?(?:0[1-9]|1[0-2])[-/.]?(?:0[1-9]|[12]\d|3[01])"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)"
# `mean 0.5 min 0.1` is a minimum and no half minute.
_UNIT = r"(?:[mµuμn]s|s|secs?|seconds?|mins?(?!\s*[:=]?\s*[-+]?\.?\d)|minutes?|hrs?|hours?)"
_LONG_UNIT = r"(?:d|days?|h|hours?|m|min|minutes?)"
_THING = (
    r"(?:it|iters?|iterations?|samples?|examples?|ex|steps?|imgs?|images?|tok|tokens?|batch|batches|epochs?|[kMGT]?i?B)"
)
_PART_OF_A_RUN = (
    r"(?:wall|cpu|gpu|elapsed|train|training|test|testing|val|validation|eval|evaluation|inference|fit|score|run|running|epoch|"
    r"step|iter|iteration|batch|data|total|load|loading|build|execution|compute|computation|prediction|predict|processing|"
    r"forward|backward|user|sys|real|avg|average)"
)
# A bare `time` behind another word (`survival time`) is what the project measures.
_TIME_WORD = (
    rf"(?:\b{_PART_OF_A_RUN}[ _-]?(?:time|runtime|duration)|(?<![\w-])(?<![a-zA-Z] )(?:time|runtime|duration)|"
    r"\b(?:elapsed|took|fps|throughput))(?:[ _-](?:taken|elapsed|used|cost|s|ms|sec|seconds))?"
)

_KINDS = {
    TIMESTAMPS: (
        rf"(?<![\d.]){_DAY}(?:[T @_-]{_CLOCK}|[T@_-]{_PACKED})(?!\d|\.\d)"
        rf"|(?<![\d.]){_DAY}/\d{{2}}[-_]\d{{2}}[-_]\d{{2}}(?![\d.])"  # a folder for the day, in it one for the run
        rf"|\b{_WEEKDAY}?{_MONTH}\s+\d{{1,2}},?(?:\s+\d{{4}})?,?\s+{_CLOCK}(?:\s+[A-Z]{{3,4}})?(?:\s+\d{{4}})?\b"
        rf"|\b{_WEEKDAY}?\d{{1,2}}\s+{_MONTH}\s+\d{{4}},?\s+{_CLOCK}\b"
        rf"|(?<!\d)\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})[ ,T]\s?{_CLOCK}"
        r"|(?<![\w.])[IWEF]\d{4} \d{2}:\d{2}:\d{2}\.\d{6}\s+\d+(?= )"  # glog: process or thread id behind the time
        r"|(?<![\w.])1[4-9]\d{8}(?:\.\d{3,9}|\d{3}|\d{6}|\d{9})(?![\w.])"  # the epoch in s, ms, µs or ns
        r"|(?i:(?:time|stamp|started|finished)\W{1,3})1[4-9]\d{8}(?![\w.])"
    ),
    PORTS: r"(?<=//127\.0\.0\.1:)\d{4,5}\b|(?<=//localhost:)\d{4,5}\b",
    PROCESSES: r"(?:(?i:\bpid|\bprocess(?: id)?|\bthread(?: id)?|\btid)[ =:#]{1,3})\d+\b",
    SPEEDS: rf"(?<![\w.])(?:\d+(?:\.\d+)?|\?)\s?(?:{_THING}\s?/\s?(?:s|sec|second)|s\s?/\s?{_THING})(?![\w/])",
    DURATIONS: (
        rf"(?<![\w.])(?:\d+\s?{_LONG_UNIT},?\s?)*\d+(?:\.\d+)?(?:e[+-]?\d+)?\s?{_UNIT}"
        r"(?:\s\d+(?:\.\d+)?[mun]?s)?(?:\s?/\s?(?:step|epoch|batch|sample|it))?(?![\w/])"
        r"|(?<=[\[<(])\d{1,3}:\d{2}(?![\d:])"  # a progress bar's; elsewhere it may be a ratio
        r"|(?<![\d.:])\d{1,3}:\d{2}:\d{2}(?:[.,]\d+)?(?![\d:])"
        r"|(?i:\beta\W{1,3})(?:\d+:)?\d{1,2}:\d{2}(?![\d:])"  # a bare number behind it is a learning rate
        rf"|(?i:{_TIME_WORD}\W{{1,4}}(?:\(\w{{1,8}}\)\W{{1,3}})?)\d+(?::\d{{2}}){{0,2}}(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])"
    ),
    ADDRESSES: r"\b0x[0-9a-fA-F]{9,16}\b|(?<=\bat )0x[0-9a-fA-F]{5,16}\b",
    IDS: (
        r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"
        r"|(?<![\w-])[0-9a-f]{4,8}(?:-[0-9a-f]{4,8}){3}(?![\w-])"  # CatBoost's own form
        r"|\bT_[0-9a-f]{5}(?=_|\b)"  # a styled table of pandas
        r"|(?<=\bPYTHONHASHSEED)\W{1,4}\d+"  # where a run notes down its environment
        # 32 digits alone may be a checksum, and then they mean something.
        r"|(?i:\b(?:(?:run|trial|session|experiment)(?:[ _-]?u?u?id)?|u?u?id)[ :=/'\"]{1,4})[0-9a-f]{32}(?!\w)"
        r"|/[0-9a-f]{32}(?=/)|(?<=/runs/)[0-9a-f]{32}(?!\w)"
        r"|(?<=\b[Ff]low run )'[a-z]+-[a-z]+'|(?<=-)[0-9a-f]{3}(?=' - )"  # as Prefect names a flow and its tasks
        r"|(?<=_\d{6}-)[a-z0-9]{8}(?!\w)"  # behind the time, in the name of a run of W&B
        r"|(?<![\w-])(?:m|tr)-[0-9a-f]{32}(?!\w)"  # a model or trace of MLflow 3
    ),
    TEMPORARY: r"/(?:var/)?tmp/[\w.-]+",
    SIZES: r"(?<=\bWriting )\d+ bytes(?= to )",  # nbconvert's, of a notebook that holds times
}
_NUMBER = r"(?<![\w.])[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w])|(?<!\w)[-+]?(?:nan|inf|NaN|Infinity)\b|\d+"
_NAMES = {f"k{position}": kind for position, kind in enumerate([*_KINDS, NUMBER])}
_TOKEN = re.compile(
    "|".join(f"(?P<k{position}>{pattern})" for position, pattern in enumerate([*_KINDS.values(), _NUMBER]))
)

# Names of keys, columns and files whose values tell of the run itself and not of its result.
_KEY_KINDS = (
    (
        TIMESTAMPS,
        r"(?:\w*_)?(?:timestamp(?:_[munμ]?s)?|date_?saved)|(?:logged|run|saved|recorded|written|exported|generated)_at|(?:start|stop|end|creation|created|finish|started|stopped|finished|modified|"
        r"submitted|heartbeat|last_update|updated|train_finish)(?:_?(?:time|at|on|date|timestamp|utc))?|(?:creation|start|end)date|dc:date",
    ),
    (
        DURATIONS,
        r"(?:wall_?)?time|(?:mean_|std_|avg_)?"
        + _PART_OF_A_RUN
        + r"_?(?:time|runtime|duration|secs?|seconds)(?:_?(?:s|ms|sec|seconds))?|"
        r"(?:passed|remaining|elapsed)_?time|time_(?:this_iter|total|since_restore|elapsed)(?:_?s)?|"
        r"duration|elapsed|runtime|latency|(?:duration|elapsed|runtime|latency)_(?:s|ms|secs?|seconds)|secs?|seconds|_runtime",
    ),
    (
        SPEEDS,
        r"(?:\w*_)?(?:samples|steps|examples|tokens|it|images|batches|iterations)_per_(?:s|sec|second)|fps|throughput|it/s",
    ),
    (
        IDS,
        r"(?:run|experiment|job|trial|session|execution|cell|trace|request)_?(?:uu|gu)?id|(?:\w+_)?[gu]uid|_id|id_|run_name|artifact_uri|"
        r"artifact_location|artifact_path|serialization_id",
    ),
    (PROCESSES, r"(?:process_?id|pid|ppid|thread_?id|tid)"),
    (HOSTS, r"(?:host|host_?name|node_?name|node_?ip|machine)"),
)
_HEX_ID = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(r"(?:\w+[._])?(?:run_?|display_?)?name", re.IGNORECASE)
_DRAWN_NAME = re.compile(r"[a-z]+-[a-z]+-\d{1,4}")  # `bedecked-fox-898`, as MLflow and W&B name a run that nobody named
_KEYS = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KEY_KINDS]


def tokens(text: str) -> list[tuple[str, str]]:
    """Pieces of a line as (kind, text); the kind is empty for what stands between them."""
    pieces: list[tuple[str, str]] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() > end:
            pieces.append(("", text[end : match.start()]))
        pieces.append((_NAMES[match.lastgroup or ""], match[0]))
        end = match.end()
    if end < len(text):
        pieces.append(("", text[end:]))
    return pieces


def kind_of_key(key: str) -> str | None:
    """What a key or column is named after, such as `timestamps` for `started_at`."""
    name = key.rpartition(".")[2].rpartition("/")[2].strip().replace("-", "_").replace(" ", "_")
    return next((kind for kind, pattern in _KEYS if pattern.fullmatch(name)), None)


def _digits(value: str | float) -> int:
    if isinstance(value, str):
        return sum(map(str.isdigit, value[:80]))
    return 17  # a number as such


def kind_under_key(key: str, one: str | float, two: str | float) -> str | None:
    """The kind that a key gives to two values, when both look like it: `user_id: 7` and `date: none` do not."""
    kind = kind_of_key(key)
    if kind is None and key.lower().endswith("_id") and all(_HEX_ID.fullmatch(str(v)) for v in (one, two)):
        return IDS
    if _NAME.fullmatch(key) and all(_DRAWN_NAME.fullmatch(str(v)) for v in (one, two)):
        return IDS
    if kind in (TIMESTAMPS, IDS):
        return kind if min(_digits(one), _digits(two)) >= (4 if kind == TIMESTAMPS else 2) else None
    if kind in (DURATIONS, SPEEDS, PROCESSES):
        return kind if min(_digits(one), _digits(two)) else None
    return kind if isinstance(one, str) and isinstance(two, str) else None


def kind_of_pair(one: str, two: str) -> str | None:
    """The kind of two values when each is wholly of it, as a cell or a string of its own."""
    if max(len(one), len(two)) > 200:
        return None
    first, second = tokens(one.strip()), tokens(two.strip())
    if len(first) == len(second) == 1 and first[0][0] == second[0][0] and first[0][0] not in ("", NUMBER):
        return first[0][0]
    return None
