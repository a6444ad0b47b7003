"""Whatever records runs so that they can be compared: trackers, scripts that set runs side by side, files per run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...model import Place
from ..documents.model import BlockKind, Documents
from ..files import Tree
from .code import Code
from .model import Recorder
from .named_runs import named_runs
from .recorder_words import (
    COMPARES,
    COMPARING_COMMAND,
    COMPARISON,
    CONFIGURED,
    CURVES,
    DRAWS_FIGURES,
    DVC_RECORDS,
    FRAMEWORK_FOLDER,
    GUILD_OPERATION,
    JOINED_FOLDER,
    LEADERBOARD,
    NAMES_SEVERAL,
    NOTEBOOK_DIFF,
    OF_FIGURES,
    OF_MODELS,
    OF_ONE_RUN,
    PART_OF_DATA,
    PER_RUN,
    READS_RESULTS,
    READS_RUNS,
    RECORD_FOLDERS,
    RESULT_FILE,
    RUN_FOLDER,
    RUN_NAMES,
    SACRED_RECORDS,
    SCORES,
    SIDE_BY_SIDE,
    SNAKEMAKE_SAMPLES,
    TRACKER_NEEDLES,
    TRACKERS,
    TWO_RUNS,
    WRITERS,
)
from .side_by_side import committed_tables, gathering_rules, row_of_model
from .trials import tried_models

NEAR = 600  # characters around a table in which its scores stand
MAX_CONFIGURATIONS = 500
MAX_CONFIGURATION = 64 * 1024  # bytes


def find_recorders(files: Tree, documents: Documents, code: tuple[Code, ...]) -> Iterator[Recorder]:
    yield from _trackers(code)
    yield from _declared(files)
    yield from _configured(files)
    yield from _recorded(files)
    yield from _comparing(code)
    for one in code:
        yield from tried_models(one)
    yield from gathering_rules(files)
    yield from committed_tables(files)
    yield from _into_sacred(code)
    yield from _documented(documents)
    yield from _figures(documents, code)
    yield from _compared_by_hand(documents)
    yield from _per_run(files, code)
    yield from named_runs(code)
    yield from _committed(files)


def _trackers(code: tuple[Code, ...]) -> Iterator[Recorder]:
    """Trackers that the code makes; one that nothing is written into compares nothing."""
    for one in code:
        for tracker in TRACKERS if one.has(*TRACKER_NEEDLES) else ():
            found = tracker.made.search(one.text) if one.has(tracker.needle) else None
            if found:
                writes = tracker.logs is None or any(tracker.logs.search(c.text) for c in (one, *code))
                yield Recorder(tracker.kind, one.place(found.start()), one.line(found.start()), writes)


def _declared(files: Tree) -> Iterator[Recorder]:
    """Files that tell DVC and Guild what to record of every run, and git how to compare notebooks."""
    for path in files.named(".gitattributes"):
        diff = NOTEBOOK_DIFF.search(files.text(path) or "")
        if diff:
            yield Recorder(
                "nbdime", Place(path, (files.text(path) or "").count("\n", 0, diff.start()) + 1), diff.group()
            )
    for path in files.named("dvc.yaml"):
        text = files.text(path) or ""
        found = DVC_RECORDS.search(text)
        if found:
            yield Recorder("dvc", Place(path, text.count("\n", 0, found.start(1)) + 1), found.group().strip())
    for path in files.named("guild.yml", "guild.yaml"):
        if GUILD_OPERATION.search(files.text(path) or ""):
            yield Recorder("guild", Place(path, 1), files.lines(path)[0].strip())


def _configured(files: Tree) -> Iterator[Recorder]:
    """Loggers that a configuration makes, as Hydra and Lightning do."""
    for path in files.suffixed(".yaml", ".yml")[:MAX_CONFIGURATIONS]:
        text = (files.text(path) or "") if files.size(path) < MAX_CONFIGURATION else ""
        found = CONFIGURED.search(text) if "ogger" in text else None
        if found:
            line = text.count("\n", 0, found.end()) + 1
            kind = (found.group(1) or found.group(2)).lower()
            yield Recorder(kind, Place(path, line), found.group().strip().rpartition("\n")[2].strip())
            return


def _recorded(files: Tree) -> Iterator[Recorder]:
    """What a tracker left of earlier runs, committed."""
    path = next((p for p in files.own if RECORD_FOLDERS.search(p)), None)
    if path is not None:
        yield Recorder("recorded runs", Place(path), path.rpartition("/")[2], "tfevents" in path or "mlruns" in path)


def _comparing(code: tuple[Code, ...]) -> Iterator[Recorder]:
    """Scripts and notebooks named for setting results side by side, which read what runs have left."""
    for one in code:
        found = READS_RUNS.search(one.text) if COMPARES.search(one.stem) else None
        if found:
            yield Recorder("script", one.place(found.start()), one.line(found.start()))
            continue
        table = one.find(SIDE_BY_SIDE, *OF_MODELS)
        if table is not None and SCORES.search(one.text, max(0, table - NEAR), table + NEAR):
            yield Recorder("table", one.place(table), one.line(table))
            continue
        row = row_of_model(one)
        if row is not None:
            yield Recorder("table", one.place(row), one.line(row))
            continue
        board = one.find(LEADERBOARD, "eader", "EADER", "compar", "_both", "def plot", "def visuali", "def draw")
        if board is not None:
            yield Recorder("table", one.place(board), one.line(board))
            continue
        runs = one.find(TWO_RUNS, "lot", "ompar", "urves", "runs")
        if runs is not None:
            yield Recorder("script", one.place(runs), one.line(runs))


def _into_sacred(code: tuple[Code, ...]) -> Iterator[Recorder]:
    """What code tells Sacred of a run is kept only where whoever runs it adds an observer."""
    for one in code:
        found = SACRED_RECORDS.search(one.text) if one.has("_run", "log_scalar") else None
        if found and any("sacred" in c.text for c in (one, *code)):
            yield Recorder("sacred", one.place(found.start()), one.line(found.start()), False)


def _documented(documents: Documents) -> Iterator[Recorder]:
    """Commands on a page that show runs side by side."""
    for document in documents.all:
        for block in document.blocks:
            found = COMPARING_COMMAND.search(block.text) if block.kind is not BlockKind.HEADING else None
            if found:
                line = (block.at.line or 1) + block.text.count("\n", 0, found.start())
                yield Recorder(
                    found.group().split()[0], Place(document.path, line), _line_around(block.text, found.start())
                )


def _figures(documents: Documents, code: tuple[Code, ...]) -> Iterator[Recorder]:
    """A script that, as a page says, draws the figures or tables of what the runs have left, several in one."""
    drawing = [c for c in code if OF_FIGURES.search(c.stem) and NAMES_SEVERAL.search(c.text)]
    drawing = [c for c in drawing if READS_RUNS.search(c.text) or READS_RESULTS.search(c.text)]
    for document in documents.all if drawing else ():
        before = ""
        for block in document.blocks:
            said = DRAWS_FIGURES.search(before if block.kind is BlockKind.CODE else block.text)
            called = block.text if block.kind is BlockKind.CODE else "\n".join(c for c in block.inline_code if " " in c)
            shown = next((c for c in drawing if c.stem in called), None) if said else None
            if shown is not None:
                line = (block.at.line or 1) + block.text.count("\n", 0, block.text.index(shown.stem))
                text = _line_around(block.text, block.text.index(shown.stem))
                yield Recorder("script", Place(document.path, line), text)
            before = block.text


def _line_around(text: str, offset: int) -> str:
    return text[text.rfind("\n", 0, offset) + 1 :].partition("\n")[0].strip()


def _compared_by_hand(documents: Documents) -> Iterator[Recorder]:
    """Sections of notebooks that compare models in words."""
    for document in documents.all:
        if not document.path.endswith(".ipynb"):
            continue
        for block in document.blocks:
            if block.kind is BlockKind.HEADING and COMPARISON.search(block.text):
                yield Recorder("comparison by hand", block.at, block.text, False)


def _per_run(files: Tree, code: tuple[Code, ...]) -> Iterator[Recorder]:
    """Code that names what it writes after the run."""
    for one in code:
        found = one.find(PER_RUN, *WRITERS)
        found = one.find(RUN_FOLDER, *RUN_NAMES) if found is None else found
        found = one.find(JOINED_FOLDER, "result", "output", "run", "log", "exp") if found is None else found
        framework = FRAMEWORK_FOLDER.search(one.text) if one.has("@hydra.main", "YOLO(") else None
        found = framework.start() if framework and found is None else found
        if found is not None:
            yield Recorder("per-run files", one.place(found), one.line(found), False)
    for path in files.named("snakefile"):
        text = files.text(path) or ""
        samples = SNAKEMAKE_SAMPLES.search(text)
        if samples:
            line = text.count("\n", 0, samples.start()) + 1
            yield Recorder("per-run files", Place(path, line), samples.group(), False)


def _committed(files: Tree) -> Iterator[Recorder]:
    """Results of several runs in files of their own, committed."""
    found = [p for p in files.own if RESULT_FILE.search(p)]
    curves = [p for p in files.own if CURVES.search(p)]
    if len({p.rpartition("/")[2] for p in found}) <= 1:
        found = curves if len(curves) > 1 else _one_for_each_run(files)
    if len({p.rpartition("/")[2] for p in found}) > 1 or len({p.rpartition("/")[0] for p in found}) > 1:
        yield Recorder("per-run files", Place(found[0]), found[0].rpartition("/")[2], False)


def _one_for_each_run(files: Tree) -> list[str]:
    """Results of one name that lie in several folders, side by side."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in (p for p in files.own if OF_ONE_RUN.search(p)):
        folder, _, name = path.rpartition("/")
        if folder and not PART_OF_DATA.search(folder):
            groups[folder.rpartition("/")[0], name].append(path)
    return max(groups.values(), key=len, default=[])
