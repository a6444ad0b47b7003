"""Whatever records runs so that they can be compared: trackers, scripts that set runs side by side, files per run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Place
from ..files import Tree
from .code import Code
from .model import Recorder


def _tracker(
    kind: str, needle: str, made: str, logs: str = ""
) -> tuple[str, str, re.Pattern[str], re.Pattern[str] | None]:
    return kind, needle, re.compile(made), re.compile(logs) if logs else None


TRACKERS = (  # kind, a substring, what makes a run, and what writes into it (None: making it is enough)
    _tracker("mlflow", "mlflow", r"\bmlflow[\w.]*\.(?:log_\w+|autolog|start_run|set_experiment)\(|\bMLFlowLogger\(|\bMlflowClient\(|\bMlflow\w*Callback|kedro_mlflow"),
    _tracker("wandb", "andb", r"\bwandb\.(?:init|log|watch)\b|\bW(?:eights)?andB\w*(?:Logger|Callback|Backend)\b|\bWandb\w*(?:Logger|Callback|Backend)\b", r"\bwandb\.(?:log|run\.log|watch|config\.update)|\.log\(|Logger\b|LogMetrics|Callback\b|report_to"),
    _tracker("tensorboard", "ummary", r"\bSummaryWriter\(|\btf\.(?:compat\.v1\.)?(?:contrib\.)?summary\.\w|\bcreate_file_writer\(|\bFileWriter\("),
    _tracker("tensorboard", "ensor", r"\bTensorBoard(?:Logger|OutputFormat|\w*Callback)?\s*\(|\btensorboard_log\s*=|\btensorboard_logger\b|\bTBLogger\(|\breport_to\s*=\s*\S*(?:tensorboard|wandb|all)"),
    _tracker("lightning", "ightning", r"\bTrainer\((?![^)]*logger\s*=\s*(?:False|None))", r"\bself\.log(?:_dict)?\("),
    _tracker("sacred", "acred", r"\b(?:Mongo|FileStorage|Sql|TinyDb|S3|GoogleCloudStorage|Queued\w*)Observer\b"),
    _tracker("aim", "aim", r"\baim\.Run\(|\bfrom aim import|\bAimLogger\("),
    _tracker("clearml", "lear", r"\bTask\.init\([^)]*project|\bclearml\b"),
    _tracker("neptune", "eptune", r"\bneptune[\w.]*\.init\w*\(|\bNeptuneLogger\("),
    _tracker("comet", "omet", r"\bcomet_ml\b|\bCometLogger\("),
    _tracker("dvclive", "vclive", r"\bLive\(|\bDVCLive\w+\("),
    _tracker("swanlab", "swanlab", r"\bswanlab\.init\("),
    _tracker("visdom", "isdom", r"\bVisdom\("),
    _tracker("hydra-optuna", "ptuna", r"\bcreate_study\([^)]*storage\s*="),
)  # fmt: skip
ANY_TRACKER = re.compile("|".join(sorted({needle for _, needle, _, _ in TRACKERS})))

COMPARES = re.compile(
    r"(?:^|[_\W])(?:compar\w*|leader_?board|aggregate\w*|summari[sz]e_(?:results|runs|experiments|metrics)|collect_(?:results|metrics|runs)|gather_results|"
    r"plot_(?:results|runs|learning_curves|comparison|experiments|metrics|curves|all\w*)|(?:make|gen|generate|print|create|build)_(?:results_)?tables?|results?_(?:table|summary|analysis)|"
    r"analy[sz]e_(?:results|runs|experiments|sweep)|merge_results|parse_(?:results|logs)|read_results|show_results|significance\w*|ranking|visuali[sz]e_results)(?=$|[_\W\d])",
    re.IGNORECASE,
)
READS_RUNS = re.compile(
    r"\bglob\(|\blistdir\(|\bos\.walk\(|\biterdir\(|\bjson\.loads?\(|\bread_(?:csv|json|table|excel|parquet)\(|\bpickle\.load\(|\bguild\.runs|search_runs|"
    r"\bnargs\s*=\s*[\"'][+*]|EventAccumulator|MongoClient|list\.files|\bnp\.load\(|\btorch\.load\(|\bload_model\("
)
OF_RUNS = re.compile(r"result|metric|log|run|experiment|score|accuracy|history|loss|csv|json", re.IGNORECASE)

_RUN = r"(?:time(?:stamp)?|now|date(?:time)?|run(?:_?(?:id|name|dir))?|exp(?:eriment)?(?:_?(?:id|name|dir))?|model(?:_?(?:name|type))?|name|method(?:_?name)?|arch|seed|fold|version|tag|suffix|algo(?:rithm)?|clf_?name|variant|sample)"
_FILE = r"(?:to_csv|to_json|savefig|savetxt|save_image|imsave|imwrite|np\.save|json\.dump|write_text|open|CSVLogger|FileHandler|to_excel|write_csv|write_json|save_results|toimage)"
PER_RUN = re.compile(
    rf"\b{_FILE}\([^\n]*f[\"'][^\"'\n]*\{{[^}}\n]*\b{_RUN}\b[^}}\n]*\}}[^\"'\n]*\.(?:csv|json|txt|png|jpg|pdf|svg|log|tsv|npy|xlsx)"
    rf"|\b{_FILE}\([^\n]*\b(?:args|opt|cfg|config|FLAGS|self|params|hparams|hps)\.\w*(?:name|exp|run|output|out|save|log|result)\w*"
    rf"|\b{_FILE}\([^\n]*\b(?:time_?str|timestamp|run_?name|exp_?name|experiment_?name|run_?id|save_?name|model_?name)\b"
    rf"|\b{_FILE}\([^\n]*\.format\([^\n]*\b{_RUN}\b|\b{_FILE}\([^\n]*%\s*\(?[^\n]*\b{_RUN}\b",
)
RUN_FOLDER = re.compile(
    r"(?:log|out(?:put)?|result|run|exp(?:eriment)?|save)\w*(?:_?(?:dir|path|folder|root))?\s*=[^\n]*(?:strftime|datetime|time\.time\(|timestamp|uuid)"
    r"|makedirs\([^\n]*(?:strftime|timestamp|exp_?name|run_?name|args\.(?:name|exp\w*|run\w*))"
    r"|(?:strftime|timestamp)[^\n]*(?:log|result|run|output)s?/|savefig\([^\n]*time",
    re.IGNORECASE,
)
WRITES_METRICS = re.compile(
    r"\b(?:metric|score|acc|loss|f1|auc|rmse|mae|result|history|report|pred|log)", re.IGNORECASE
)
RESULT_FILE = re.compile(
    r"(^|/)(results?|metrics?|outputs?|reports?|runs?|logs?|evaluation|experiments?|scores?|predictions?)/(?:[^/]+/)*[^/]*\.(json|csv|tsv|txt|log|ya?ml|xlsx|bed|gz)$",
    re.IGNORECASE,
)
DVC_RECORDS = re.compile(r"^\s*(metrics|plots)\s*:", re.MULTILINE)
GUILD_FILES = ("guild.yml", "guild.yaml")
GUILD_OPERATION = re.compile(r"^(?!test\b)[\w-]+\s*:|^-\s+\w|^\s+(?:flags|output-scalars|operations)\s*:", re.MULTILINE)
LEADERBOARD = re.compile(
    r"\bleader_?board\w*\s*=|[\"'/]leader_?board\w*\.(?:csv|json|md|html)|\bleader_?board\w*\.(?:to_|append|sort)|\bdef\s+\w*(?:leader_?board|compare_(?:runs|models|results|experiments|methods))\w*\(",
    re.IGNORECASE,
)
CONFIGURED = re.compile(
    r"^\s*_target_\s*:\s*\S*\b(Wandb|TensorBoard|MLFlow|MLflow|Comet|Neptune|Aim)Logger|^\s*logger\s*:\s*[\"']?(wandb|tensorboard|mlflow|comet|neptune)\b",
    re.MULTILINE,
)
MAX_CONFIGURATIONS = 500
COMPARISON = re.compile(r"\bcompar(?:ison|e|ing)\b[^\n]{0,60}", re.IGNORECASE)
RECORD_FOLDERS = re.compile(
    r"(^|/)(mlruns/[^/]+/[^/]+/metrics/|\.guild/|tensorboard/|lightning_logs/|runs/[^/]+/)|events\.out\.tfevents",
    re.IGNORECASE,
)
SNAKEMAKE_SAMPLES = re.compile(
    r"[\"'][^\"'\n]*\{(?:sample|model|run|method|seed|name|config|experiment)\w*\}[^\"'\n]*\.(?:csv|tsv|bed|txt|json|png|pdf|log)"
)


def find_recorders(files: Tree, code: tuple[Code, ...]) -> Iterator[Recorder]:
    yield from _trackers(code)
    yield from _declared(files)
    yield from _comparing(code)
    yield from _per_run(files, code)
    yield from _committed(files)


def _trackers(code: tuple[Code, ...]) -> Iterator[Recorder]:
    for one in code:
        if not ANY_TRACKER.search(one.text):
            continue
        for kind, needle, made, logs in TRACKERS:
            found = made.search(one.text) if needle in one.text else None
            if found:
                writes = logs is None or any(logs.search(c.text) for c in (one, *code))
                yield Recorder(kind, one.place(found.start()), one.line(found.start()), writes)


def _declared(files: Tree) -> Iterator[Recorder]:
    """Files that tell a tool what to record of every run."""
    for path in files.named("dvc.yaml"):
        text = files.text(path) or ""
        found = DVC_RECORDS.search(text)
        if found:
            yield Recorder("dvc", Place(path, text.count("\n", 0, found.start(1)) + 1), found.group().strip())
    for path in files.named(*GUILD_FILES):
        found = GUILD_OPERATION.search(files.text(path) or "")
        if found:
            yield Recorder("guild", Place(path, 1), files.lines(path)[0].strip())
    yield from _configured(files)
    for path in files.own:
        if RECORD_FOLDERS.search(path):
            yield Recorder(
                "recorded runs", Place(path), path.rpartition("/")[2], "tfevents" in path or "mlruns" in path
            )
            return


def _configured(files: Tree) -> Iterator[Recorder]:
    """Loggers that a configuration makes, as Hydra and Lightning do."""
    for path in files.suffixed(".yaml", ".yml")[:MAX_CONFIGURATIONS]:
        text = (files.text(path) or "") if files.size(path) < 65_536 else ""
        found = CONFIGURED.search(text) if "ogger" in text else None
        if found:
            line = text.count("\n", 0, found.end()) + 1
            yield Recorder((found.group(1) or found.group(2)).lower(), Place(path, line), found.group().strip())
            return


def _comparing(code: tuple[Code, ...]) -> Iterator[Recorder]:
    """Scripts and notebooks named for setting results side by side, which read more than one of them."""
    for one in code:
        stem = one.name.rpartition(".")[0]
        if COMPARES.search(stem) and READS_RUNS.search(one.text) and OF_RUNS.search(one.text):
            found = READS_RUNS.search(one.text)
            offset = found.start() if found else 0
            yield Recorder("script", one.place(offset), one.line(offset))
            continue
        board = LEADERBOARD.search(one.text)
        if board:
            yield Recorder("table", one.place(board.start()), one.line(board.start()))


def _per_run(files: Tree, code: tuple[Code, ...]) -> Iterator[Recorder]:
    for one in code:
        for found in (PER_RUN.search(one.text), RUN_FOLDER.search(one.text)):
            if found:
                yield Recorder("per-run files", one.place(found.start()), one.line(found.start()), False)
                break
    for path in files.named("snakefile"):
        text = files.text(path) or ""
        found = SNAKEMAKE_SAMPLES.search(text)
        if found:
            yield Recorder("per-run files", Place(path, text.count("\n", 0, found.start()) + 1), found.group(), False)


def _committed(files: Tree) -> Iterator[Recorder]:
    """Results of several runs in files of their own, committed."""
    found = [p for p in files.own if RESULT_FILE.search(p)]
    if len({p.rpartition("/")[2] for p in found}) > 1:
        yield Recorder("per-run files", Place(found[0]), found[0].rpartition("/")[2], False)
