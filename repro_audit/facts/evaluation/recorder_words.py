"""The words by which trackers, scripts that compare runs and files per run are known."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..regex import regex


@dataclass(frozen=True, slots=True)
class Tracker:
    """Something that code writes a run into."""

    kind: str
    needle: str  # a substring without which nothing else is looked for
    made: re.Pattern[str]
    logs: re.Pattern[str] | None = None  # what writes into it; None where making it is enough


def _tracker(kind: str, needle: str, made: str, logs: str = "") -> Tracker:
    return Tracker(kind, needle, regex(made), regex(logs) if logs else None)


_WANDB = r"\b[Ww](?:eights)?[Aa]nd[Bb]\w*(?:Logger|Callback|Backend|Tracker)\b"
TRACKERS = (
    _tracker(
        "mlflow",
        "lflow",
        r"\bmlflow[\w.]*\.(?:log_\w+|autolog|start_run|set_experiment)\(|\bkedro_mlflow|"
        r"\bM[Ll]f?[Ff]low\w*(?:Client|Callback|Logger\w*|Hook)\(",
    ),
    _tracker("mlflow", "MLFlow", r"\bMLFlow\w*(?:Client|Callback|Logger\w*|Hook)\("),
    _tracker(
        "wandb",
        "andb",
        rf"\bwandb\.(?:init|log|watch)\b|{_WANDB}|\breport_to\s*=\s*\S*wandb",
        r"\bwandb\.(?:log|run\.log|watch|config\.update)|\.log\(|Logger\b|LogMetrics|Callback\b|report_to",
    ),
    _tracker(
        "tensorboard",
        "ummary",
        r"\bSummaryWriter\(|\bcreate_(?:summary_)?file_writer\(|\bFileWriter\(|\bSummarySaverHook\(",
    ),
    _tracker(
        "tensorboard",
        "ensor",
        r"\bTensorBoard(?:Logger|OutputFormat|\w*Callback)?\s*\(|\btensorboard_log\s*=|\btensorboard_logger\b|"
        r"\breport_to\s*=\s*\S*tensorboard",
    ),
    _tracker("tensorboard", "logging_dir", r"\blogging_dir\s*=\s*(?!None)"),
    _tracker(
        "tensorboard", "stimator", r"\btf\.(?:compat\.v1\.)?estimator\.(?:RunConfig|train_and_evaluate|Estimator)\("
    ),
    _tracker("lightning", "ightning", r"\bTrainer\((?![^)]*logger\s*=\s*(?:False|None))", r"\bself\.log(?:_dict)?\("),
    _tracker("sacred", "Observer", r"\b(?:Mongo|FileStorage|Sql|TinyDb|S3|GoogleCloudStorage|Queued\w*)Observer\b"),
    _tracker("aim", "aim", r"\baim\.Run\(|\bfrom aim import|\bAimLogger\("),
    _tracker("clearml", "lear", r"\bTask\.init\([^)]*project|\bfrom clearml import|\bClearML\w*Logger\("),
    _tracker("neptune", "eptune", r"\bneptune[\w.]*\.init\w*\(|\bNeptuneLogger\("),
    _tracker("comet", "omet", r"\bcomet_ml\.(?:Experiment|start|init)|\bfrom comet_ml import|\bCometLogger\("),
    _tracker("dvclive", "vclive", r"\bLive\(|\bDVCLive\w+\("),
    _tracker("swanlab", "swanlab", r"\bswanlab\.init\("),
    _tracker("visdom", "isdom", r"\bVisdom\("),
    _tracker(
        "zenml",
        "zenml",
        r"\bfrom zenml\b[^\n]*\b(?:step|pipeline)\b",
        r"\blog_(?:model_|artifact_|step_|run_)?metadata\(|experiment_tracker\s*=",
    ),
    _tracker("metaflow", "FlowSpec", r"\bclass\s+\w+\(\s*FlowSpec\b", r"@card\b|\bcurrent\.card\b"),
    _tracker(
        "dagster",
        "dagster",
        r"\bfrom dagster\b[^\n]*\b(?:asset|op|job|materialize)\b",
        r"\bMaterializeResult\(|\badd_output_metadata\(|\bMetadataValue\b",
    ),
    _tracker("kubeflow", "kfp", r"\b(?:from|import) kfp\b", r"\bOutput\[(?:Classification)?Metrics\]|\.log_metric\("),
    _tracker("optuna", "ptuna", r"\bcreate_study\([^)]*storage\s*="),
)
TRACKER_NEEDLES = tuple(tracker.needle for tracker in TRACKERS)

_RESULTS = "results|runs|experiments|metrics|scores|performances?"
COMPARES = regex(  # the name of a script or notebook
    rf"(?:^|[_\W])(?:compar\w*|leader_?board|aggregate\w*|significance\w*|ranking|read_results|show_results|"
    rf"(?:summari[sz]e|collect|gather|plot|analy[sz]e|parse|visuali[sz]e|combine|merge)_(?:all_|model_)?(?:{_RESULTS}|logs|sweeps?)|"
    rf"plot_(?:learning_curves?|comparison|curves|all)|(?:make|gen|generate|print|create|build)_(?:results_)?tables?|"
    rf"results?_(?:table|summary|analysis|comparison))(?=$|[_\W\d])",
    re.IGNORECASE,
)
READS_RUNS = regex(
    r"\bglob\(|\blistdir\(|\bos\.walk\(|\biterdir\(|\bjson\.loads?\(|\bread_(?:csv|json|table|excel|parquet)\(|"
    r"\bpickle\.load\(|"
    r"\bguild\.runs|search_runs|\bnargs\s*=\s*[\"'][+*]|EventAccumulator|MongoClient|list\.files|\bnp\.load\(|"
    r"\btorch\.load\(|"
    r"\bload_model\("
)
LEADERBOARD = regex(
    r"\bleader_?board\w*\s*=|[\"'/]leader_?board\w*\.(?:csv|json|md|html)|\bleader_?board\w*\.(?:to_|append|sort)|"
    r"\bdef\s+\w*(?:leader_?board|compare_(?:runs|models|results|experiments|methods))\w*\(|"
    r"\bdef\s+(?:plot|visuali[sz]e|draw|show)_(?:\w+_)?(?:both|comparisons?|compare)\w*\(|"
    r"\bdef\s+(?:plot|visuali[sz]e|draw)_(?:\w+_)?(?:models|runs|methods|algorithms|seeds)\w*\(",
    re.IGNORECASE,
)
_RUN_FOLDER = r"[\"'](?:\./)?(?:\w+/)*(?:runs?|logs?|results?|experiments?|exps?|outputs?)/[\w./*-]+[\"']"
TWO_RUNS = regex(rf"\b\w*(?:plot|compar|curves|runs)\w*\(\s*{_RUN_FOLDER}\s*,\s*{_RUN_FOLDER}", re.IGNORECASE)
_OF = r"(?:models?|algorithms?|classifiers?|regressors?|methods?|estimators?|architectures?)(?:[ _]names?)?"
SIDE_BY_SIDE = regex(  # a table with a row for each model
    rf"[\"']{_OF}[\"']\s*:\s*\[\s*(?:$|[^\]\n]*,)|columns\s*=\s*\[[^\]\n]*[\"']{_OF}[\"']|"
    r"\b(?:columns|index)\s*=\s*(?:list\()?(?:\w+_)?(?:model|classifier|algorithm|method)s?(?:_base)?_names\b|"
    r"\bcompare_models\(|\bLazy(?:Classifier|Regressor)\(|\bresamples\(\s*list|"
    r"\bdata\.frame\((?:[^()\n]*=\s*\w*(?:acc|auc|rmse|f1|score)\w*[^()\n]*){2}",
    re.IGNORECASE | re.MULTILINE,
)
OF_MODELS = ("odel", "lgorithm", "lassifier", "egressor", "ethod", "stimator", "rchitecture", "resamples", "data.frame")
NAMES_A_MODEL = regex(_OF, re.IGNORECASE)
SCORE_COLUMN = regex(  # the name of a column, or of its key in a row
    r"accuracy|\bacc\b|score|rmse|\bmae\b|\bmse\b|\br2\b|\bauc|\bf1|precision|recall|perplexity|\bbleu|\biou\b|\bmap\b",
    re.IGNORECASE,
)
SCORES = regex(
    r"accuracy|score|rmse|\bmae\b|\br2\b|\bauc\b|\bf1\b|precision|\bmse\b|loss|(?:dot|bw)plot|summary\(", re.IGNORECASE
)
COMPARISON = regex(r"^(?:\W|\d)*(?:\w+\s+){0,3}(?:comparisons?|comparing|compare)\b", re.IGNORECASE)  # a heading

_RUN = (
    r"(?:time(?:stamp)?|now|date(?:time)?|run(?:_?(?:id|name|dir))?|exp(?:eriment)?(?:_?(?:id|name|dir))?|"
    r"model(?:_?(?:name|type))?|"
    r"name|method(?:_?name)?|arch|seed|fold|version|tag|suffix|algo(?:rithm)?|clf_?name|variant|sample)"
)
_WRITERS = (
    "to_csv to_json savefig savetxt save_image imsave imwrite np.save json.dump write_text open CSVLogger FileHandler "
    "to_excel write_csv write_json save_results toimage"
).split()
WRITERS = tuple(f"{name}(" for name in _WRITERS)
_TO_WRITE = r"(?<!\bopen)\(|(?<=\bopen)\((?=[^\n]*[\"'][wax]t?\+?[\"'])"  # `open` mostly reads; bytes are a model
_WRITES = r"\b(?:" + "|".join(re.escape(name) for name in _WRITERS) + rf")(?:{_TO_WRITE})[^\n]*"
_FOLDER = r"(?:results?|outputs?|runs?|logs?|experiments?|exps?)"
_NAMED_AFTER = (
    r"(?:args|opt|cfg|config|FLAGS|params)\.\w*(?:name|exp|run|tag|id)\b|(?:exp|run|experiment)_?(?:name|id)|"
    r"timestamp|time_?str"
)
_ENDING = r"\.(?:csv|json|txt|png|jpg|pdf|svg|log|tsv|npy|xlsx)"
PER_RUN = regex(
    rf"{_WRITES}f[\"'][^\"'\n]*\{{[^}}\n]*\b{_RUN}\b[^}}\n]*\}}[^\"'\n]*{_ENDING}"
    rf"|{_WRITES}\b(?:args|opt|cfg|config|FLAGS|self|params|hparams|hps)\.\w*(?:name|exp|run|output|out|save|"
    rf"log|result)\w*"
    rf"|{_WRITES}\b(?:time_?str|timestamp|run_?name|exp_?name|experiment_?name|run_?id|save_?name|model_?name)\b"
    rf"|{_WRITES}\.format\([^\n]*\b{_RUN}\b|{_WRITES}%\s*\(?[^\n]*\b{_RUN}\b",
)
FRAMEWORK_FOLDER = regex(  # a folder for each run, which the framework makes by itself
    r"^[ \t]*@hydra\.main\(|\bYOLO\([\s\S]{0,2000}\.train\(", re.MULTILINE
)
RUN_NAMES = (
    "strftime datetime time.time( timestamp uuid makedirs( savefig( join( {dt} {now} {date} {time {run".split()
)  # what a match of the next pattern holds, for `Code.find`
RUN_FOLDER = regex(
    r"(?:log|out(?:put)?|result|run|exp(?:eriment)?|save)\w*\s*=[^\n]*"
    r"(?:strftime|datetime|timestamp|uuid|[^\s=][^\n]*time\.time\()"  # a time alone measures
    r"|makedirs\([^\n]*(?:strftime|timestamp|exp_?name|run_?name|args\.(?:name|exp\w*|run\w*))"
    r"|(?:strftime|timestamp)[^\n]*(?:log|result|run|output)s?/|savefig\([^\n]*time"
    r"|f[\"'][^\"'\n]*\{(?:dt|now|date|time\w*|run_?\w*)\}[^\"'\n]*\.(?:csv|json|txt|png|log)"
    r"|join\([^\n]*(?:log|result|out|exp)\w*,[^\n]*\b(?:log|run|exp|version)_?(?:num|id|number|idx|no)\b",
    re.IGNORECASE,
)
JOINED_FOLDER = regex(rf"[\"']{_FOLDER}[\w/]*[\"']\)?\s*(?:/|,|\+)\s*\(?(?:str\()?(?:f[\"']\{{)?(?:{_NAMED_AFTER})")
RESULT_FILE = regex(
    r"(^|/)(results?|metrics?|outputs?|reports?|runs?|logs?|evaluation|experiments?|scores?|predictions?)/(?:[^/]+/)*"
    r"[^/]*\.(json|csv|tsv|txt|log|ya?ml|xlsx|bed|gz)$",
    re.IGNORECASE,
)
CURVES = regex(
    r"(^|/)(?=[^/]*(?:training|learning|loss|accuracy|acc|roc)[_ -]?(?:and[_ -]?\w+[_ -]?)?"
    r"(?:curves?|plots?|history))[^/]*\.(?:png|jpe?g|svg|pdf)$",
    re.IGNORECASE,
)
OF_ONE_RUN = regex(  # the same name in a folder of its own for each run or model
    r"(^|/)(?=[^/]*(?:result|metric|score|eval|accuracy|loss|report|confusion|history))[^/]*\.(?:json|csv|tsv|txt|png|jpe?g)$",
    re.IGNORECASE,
)
PART_OF_DATA = regex(r"(^|/)(?:train|test|val|valid\w*|dev|data|raw|docs?|images?|fold_?\d*)$", re.IGNORECASE)
RECORD_FOLDERS = regex(
    r"(^|/)(mlruns/[^/]+/[^/]+/metrics/|\.guild/|tensorboard/|lightning_logs/|runs/[^/]+/)|events\.out\.tfevents",
    re.IGNORECASE,
)

SACRED_RECORDS = regex(r"\b_run\.(?:info\b|log_scalar\()|\b(?:ex|exp|experiment)\.(?:log_scalar\(|info\[)")
COMPARING_COMMAND = regex(
    r"\bnbdiff(?:-web)?\s+\S|\bdvc\s+(?:metrics|plots|exp)\s+(?:diff|show)\b|\bguild\s+compare\b|\bomniboard\s+-|"
    r"\btensorboard\s+--?\w*logdir|\bmlflow\s+(?:ui|server)\b|\baim\s+up\b"
)
DRAWS_FIGURES = regex(  # said of a script on a page
    r"\b(?:figures?|tables?|plots)\b[^.\n]{0,60}\b(?:paper|article|manuscript|thesis)",
    re.IGNORECASE,
)
OF_FIGURES = regex(r"fig(?:ure)?s?(?![a-z])|plots?(?![a-z])|tables?(?![a-z])", re.IGNORECASE)  # the script's name
NAMES_SEVERAL = regex(r"\blegend\(|\blabels?\s*=")
READS_RESULTS = regex(r"[\"'][\w./{}-]*(?:results?|logs?|outputs?|runs)/")
NOTEBOOK_DIFF = regex(r"^[^#\n]*=jupyternotebook\b", re.MULTILINE)
DVC_RECORDS = regex(r"^[ \t]*(metrics|plots)\s*:", re.MULTILINE)
GUILD_OPERATION = regex(  # one that does more than test
    r"^(?!test\b)[\w-]+\s*:|^-\s+\w|^[ \t]+(?:flags|output-scalars|operations)\s*:", re.MULTILINE
)
CONFIGURED = regex(
    r"^[ \t]*_target_\s*:\s*\S*\b(Wandb|TensorBoard|ML[Ff]low|Comet|Neptune|Aim)Logger|"
    r"^[ \t]*logger\s*:\s*[\"']?(wandb|tensorboard|mlflow|comet|neptune)\b",
    re.MULTILINE,
)
SNAKEMAKE_SAMPLES = regex(
    r"[\"'][^\"'\n]*\{(?:sample|model|run|method|seed|name|config|experiment)\w*\}[^\"'\n]*\.(?:csv|tsv|bed|"
    r"txt|json|png|pdf|log)"
)
