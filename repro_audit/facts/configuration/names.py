"""Names of files, classes and variables that hold configuration, told from all else in the same formats."""

from __future__ import annotations

import re

from ..regex import regex

SUFFIXES = tuple(".yaml .yml .json .json5 .jsonc .toml .ini .cfg .conf .gin .env .properties .config".split())
NOUNS = (
    "configs?|configurations?|conf|cfg|settings?|params?|parameters|hparams|hyper_?params?|hyper_?parameters"
    "|opts?|options|args|arguments"
)


def _any(patterns: str) -> str:
    """One alternative per word."""
    return "(" + "|".join(patterns.split()) + ")"


# Tools, services, packaging, locks, metadata: about the work, but not the parameters of an experiment.
OTHER_NAME = regex(
    _any(
        r"""
        \..* pyproject\.toml setup\.cfg tox\.ini pytest\.ini mypy\.ini pylintrc.* logging.* mkdocs.* readthedocs.*
        _config\.ya?ml docker-?compose.* compose\.ya?ml .*conda.*\.ya?ml .*environment.*\.ya?ml env\.ya?ml meta\.ya?ml
        recipe\.ya?ml package(-lock)?\.json tsconfig.*\.json jsconfig\.json bower\.json renovate\.json vercel\.json
        angular\.json babel.*\.json .*eslint.*\.json codecov\.ya?ml .*\.lock .*lock\.(json|ya?ml|toml) pipfile.*
        project\.toml manifest\.(toml|json) citation\.cff codemeta\.json app\.(ya?ml|json) appveyor\.yml
        cloudbuild\.ya?ml pre-commit.* dvc\.(yaml|lock) mlproject guild\.ya?ml catalog.*\.ya?ml credentials.*
        taskfile\.ya?ml skaffold\.ya?ml chart\.ya?ml cog\.ya?ml bentofile\.ya?ml dataset_?infos?\.json
        .*dataset-?metadata.*\.json kernel-metadata\.json .*(schema|swagger|openapi).*\.(json|ya?ml) tokenizer.*\.json
        vocab.*\.json special_tokens_map\.json added_tokens\.json (gunicorn|uwsgi|supervisord|nginx).*
        streamlit.*\.toml netlify\.toml pixi\.toml runtime\.ya?ml
        """
    )
    + "$",
    re.IGNORECASE,
)
OTHER_FOLDER = regex(
    r"(^|/)"
    + _any(
        r"""
        \.[^/]+ tests? docs? node_modules kubernetes k8s helm charts? deploy(ment)?s? infra terraform frontend renv
        ([a-z0-9]+[_-])?results? outputs? ([a-z]+_)?logs? wandb mlruns reports? figures? annotations? assets docker ci
        checkpoints? runs multirun dvclive catboost_info
        locales? i18n static public
        """
    )
    + "/",
    re.IGNORECASE,
)
# What a run or a person wrote down, and what describes data.
RECORD_NAME = regex(
    r"summary|stats|statistics|report|metadata|metric|score|result|history|registry|prediction|label|classes|mapping|vocab"
    r"|index|manifest",
    re.IGNORECASE,
)
CONFIG_NAME = regex(
    r"conf|cfg|param|setting|hyper|option|default|setup|args|experiment|sweep|train|model|env", re.IGNORECASE
)
CONFIG_FOLDER = regex(rf"(^|/)({NOUNS}|confs|cfgs|hyperparams|experiments?|exps?|yamls?|recipes)/", re.IGNORECASE)
CONFIG_MODULE = regex(rf"(^|/)([a-z0-9]+_)*({NOUNS}|constants?|defaults?)(_[a-z0-9]+)*\.py$", re.IGNORECASE)
CONFIG_CLASS = regex(rf"({NOUNS}|flags)\d*$", re.IGNORECASE)
CONFIG_VARIABLE = regex(rf"_*([a-z0-9]+_)*({NOUNS})(_[a-z0-9]+)*$", re.IGNORECASE)
CONFIG_TEXT = regex(r"(^|[_.-])(config|conf|cfg|args|opts?|params?|hparams)", re.IGNORECASE)


def is_candidate(path: str) -> bool:
    """Whether a file may, by its name alone, hold parameters of an experiment."""
    name = path.rpartition("/")[2].lower()
    if len(name) > 100 or OTHER_FOLDER.search(path):
        return False
    if name.startswith(".env"):
        return True
    if name.endswith(".txt"):
        return bool(CONFIG_TEXT.search(name))
    if not name.endswith(SUFFIXES) or OTHER_NAME.match(name) or RECORD_NAME.search(name):
        return False
    return not name.endswith(".json") or bool(CONFIG_NAME.search(name) or CONFIG_FOLDER.search(path))
