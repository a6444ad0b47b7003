"""Names that tell configuration from everything else that is written in the same formats."""

from __future__ import annotations

import re

SUFFIXES = (".yaml", ".yml", ".json", ".json5", ".jsonc", ".toml", ".ini", ".cfg", ".conf", ".gin", ".env", ".properties", ".config")

# Tools, services, packaging, locks, metadata: about the work, but not the parameters of an experiment.
OTHER_NAMES = re.compile(
    r"""(^|/)(
    \.[^/]*(?<!\.env) | pyproject\.toml | setup\.cfg | tox\.ini | pytest\.ini | mypy\.ini | (un)?logging[^/]* | mkdocs[^/]* | readthedocs[^/]*
  | _config\.ya?ml | docker-?compose[^/]* | compose\.ya?ml | (conda|environment|env|meta|recipe)[^/]*\.ya?ml | package(-lock)?\.json
  | tsconfig[^/]*\.json | bower\.json | renovate\.json | codecov\.ya?ml | [^/]*\.lock | [^/]*lock\.(json|ya?ml|toml) | pipfile[^/]*
  | project\.toml | manifest\.(toml|json) | citation\.cff | codemeta\.json | app\.(ya?ml|json) | appveyor\.yml | cloudbuild\.ya?ml | dvc\.(yaml|lock)
  | mlproject | guild\.ya?ml | catalog[^/]*\.ya?ml | credentials[^/]* | taskfile\.ya?ml | skaffold\.ya?ml | chart\.ya?ml | cog\.ya?ml | bentofile\.ya?ml
  | dataset(_?infos?|_?card|-metadata)[^/]*\.json | kernel-metadata\.json | vercel\.json | angular\.json | jsconfig\.json | babel[^/]*\.json
  | [^/]*eslint[^/]*\.json | [^/]*(schema|swagger|openapi)[^/]*\.(json|ya?ml) | pre-commit[^/]* | tokenizer[^/]*\.json | vocab[^/]*\.json
  | special_tokens_map\.json | added_tokens\.json | (gunicorn|uwsgi|supervisord|nginx)[^/]* | streamlit[^/]*\.toml | netlify\.toml | runtime\.ya?ml
  )$""",
    re.IGNORECASE | re.VERBOSE,
)
OTHER_FOLDERS = re.compile(
    r"(^|/)(\.[^/]+|tests?|docs?|node_modules|kubernetes|k8s|helm|charts?|deploy(ment)?s?|infra|terraform|frontend|renv|results?|outputs?"
    r"|logs?|wandb|mlruns|outputs?|reports?|figures?|annotations?|assets|docker|ci|checkpoints?|runs|locales?|i18n|static|public)/",
    re.IGNORECASE,
)
# What a run or a person wrote down, and what describes data.
RECORD_NAME = re.compile(
    r"(summary|stats|statistics|report|metrics?|scores?|results?|history|registry|predictions?|labels?|classes|mapping|vocab|index|manifest)",
    re.IGNORECASE,
)
CONFIG_NAME = re.compile(
    r"(config|conf|cfg|param|setting|hyper|hparam|option|default|setup|args|experiment|sweep|train|model|env)", re.IGNORECASE
)
CONFIG_FOLDER = re.compile(
    r"(^|/)(configs?|conf|confs|cfgs?|configurations?|params?|parameters|settings|hparams|hyperparams|experiments?|exps?|options?|yamls?|recipes|opts?)/",
    re.IGNORECASE,
)
CONFIG_MODULE = re.compile(
    r"(^|/)([a-z0-9]+_)*(configs?|configurations?|settings?|params?|parameters|hparams|hyperparams?|hyper_?parameters|constants?"
    r"|defaults?|conf|cfg|opts?|options|arguments|args)(_[a-z0-9]+)*\.py$",
    re.IGNORECASE,
)
CONFIG_CLASS = re.compile(
    r"(configs?|configuration|settings?|params?|parameters|hparams|hyper_?parameters|args|arguments|options?|opts?|cfg|flags)\d*$",
    re.IGNORECASE,
)
CONFIG_VARIABLE = re.compile(
    r"^_*([a-z0-9]+_)*(configs?|configuration|settings|params|parameters|hparams|hyper_?params|hyper_?parameters|cfg|opts?|options|args|conf)(_[a-z0-9]+)*$",
    re.IGNORECASE,
)

_CORE = r"(base_?|init(ial)?_?)?(lr|learning_?rate|lrate)|((n|num|max|total|train|nb|training)_?)*(epochs?|iters?|iterations?|steps)|((train|training|mini|global)_?)*batch_?(size|sz)?|bs"
CORE_TUNABLE = re.compile(rf"^({_CORE})$", re.IGNORECASE)
TUNABLE = re.compile(
    rf"""^({_CORE}
    | lr_\w+ | \w+_lr | \w*learning_?rate\w* | \w*epochs? | \w*batch_?size | \w*hidden\w* | \w*dim(s|ension)? | \w*layers?\w* | \w*depth | \w*width
    | \w*units | \w*filters? | \w*kernel\w* | \w*channels? | \w*heads? | \w*dropout\w* | dropouts? | \w*decay | \w*momentum | \w*optimi[sz]er\w*
    | alpha\w* | beta\w* | gamma | lambda\w* | \w*_?lambda | lam | l1\w* | l2\w* | eps(ilon)? | tau | c | n_estimators | num_trees | max_\w+ | min_\w+
    | n_\w+ | num_\w+ | \w*neighbou?rs | k | \w*test_?size | \w*split\w* | \w*ratio | \w*threshold | \w*temperature | \w*margin | \w*window\w*
    | \w*length | \w*seq_?len\w* | \w*(image|img|input|crop|patch)_?size | \w*resolution | \w*embed\w* | \w*warm_?up\w* | \w*patience | \w*loss\w*
    | model | arch(itecture)? | \w*model(_?(name|type))? | backbone | encoder\w* | criterion | scheduler\w* | algorithm | estimator | features? | noise\w*
    | weight\w* | regulari[sz]\w* | penalty | horizon | \w*folds? | cv | clip\w* | grad\w* | activation | scale | sigma | degree | subsample | colsample\w*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
PATH_LIKE = re.compile(
    r"(^|_)(path|paths|dir|dirs|directory|folder|file|files|filename|root|url|uri|name|names|version|author|project|entity|description|notes?|tags?|output|outputs|log|logs|device|gpu|gpus|verbose|debug)$",
    re.IGNORECASE,
)


def leaf_name(key: str) -> str:
    """The last part of a key, as code would write it: `--batch-size` and `train.batch_size` are `batch_size`."""
    last = key.rpartition(".")[2] if not key.startswith("-") else key.lstrip("-")
    if last.isdigit() and "." in key:  # an item of a list of mappings
        return leaf_name(key.rpartition(".")[0])
    return last.lstrip("-").replace("-", "_")


def is_tunable(key: str) -> bool:
    """Whether a key names what one tunes: rates, sizes, counts, choices of model."""
    return bool(TUNABLE.match(leaf_name(key)))


def core_kind(key: str) -> str:
    """`rate`, `length` or `batch` where a key names the learning rate, the length of training or the batch size."""
    name = leaf_name(key).lower()
    if not CORE_TUNABLE.match(name):
        return ""
    return "batch" if "batch" in name or name == "bs" else "rate" if "lr" in name or "rate" in name else "length"


def is_candidate(path: str) -> bool:
    """Whether a file may, by its name alone, hold parameters of an experiment."""
    name = path.rpartition("/")[2].lower()
    if OTHER_NAMES.search(path) and not name.startswith(".env"):
        return False
    if name.endswith(SUFFIXES) or name.startswith(".env"):
        if RECORD_NAME.search(name) or OTHER_FOLDERS.search(path):
            return False
        return not name.endswith(".json") or bool(CONFIG_NAME.search(name) or CONFIG_FOLDER.search(path))
    return name.endswith(".txt") and bool(re.search(r"(^|[_.-])(config|conf|cfg|args|opts?|params?|hparams)", name))
