"""The words by which a name, a heading or a program tells what a command is for."""

from __future__ import annotations

import re

from ..regex import regex


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


def _whole(*alternatives: str) -> re.Pattern[str]:
    """Finds an alternative that is not part of a longer word; `_`, `-` and digits end a word."""
    return re.compile(rf"(?<![a-z])(?:{'|'.join(alternatives)})(?![a-z])", re.IGNORECASE)


# In names of scripts, targets, stages and notebooks.
TRAIN = _any(
    r"(?<![a-z])(?:re)?train(?!s?[-_ ]?(?:set|data|split|csv))",
    r"fine-?_?tun|transfer_?learning|pre-?train(?!ed)|reproduc|experiment|benchmark|训练",
    r"(?<![a-z])(?:fit|learn)(?![a-z])",
)
EVALUATE = _whole(
    r"eval|evaluat\w*|test|testing|validate?|metrics|score|infer|inference|sampl(?:e|ing)|results?",
)
APP = _whole(
    r"app|demo|serve|server|serving|web\w*|gui|api|predict\w*|streamlit|gradio|flask|dashboard",
    r"visuali[sz]e\w*|plot\w*|render\w*|export|convert",
)
DATA_VERB = (
    r"(?:make|build|create|generate|gen|get|fetch|load|extract|split|clean|merge|convert|resize|crop|tokeni[sz]e)"
)
DATA_NOUN = (
    r"(?:data\w*|vocab|features?|embeddings?|lmdb|records?|tfrecords?|index|splits?|csvs?|images?|files?|labels?"
    r"|annotations?|jobs)"
)
PREPARE = _whole(
    r"pre_?-?process\w*|prepar\w*|process_\w+|extract_\w+|download\w*|ingest\w*|unzip",
    rf"{DATA_VERB}(?:[-_ ](?:\w*[-_ ])?)?{DATA_NOUN}",
    r"data(?:set)?_?(?:prep\w*|gen\w*|processing|creation|download|load(?:er|ing))",
    r"feat(?:ure)?s?[-_ ]?(?:eng\w*|extraction|selection|building)|imput(?:e|ation)",
    r"setup|install\w*|verify\w*|check\w*",
)
EXPLORE = _whole(r"eda|explor\w*|overview|statistics|inspect\w*|data analysis|sanity")
CHECK = regex(
    r"(?<![a-z])(?:pytest|unittest|tox|nox|lint\w*|format|mypy|coverage|docs?|sphinx|doctest|tests|pre-commit|help|"
    r"readme|changelog)"
    r"(?![a-z0-9])|^clean\w*$|^(?:dir|single|live)?html$|^latex(?:pdf)?$|^epub$|^linkcheck$",
    re.IGNORECASE,
)

# In headings, and in the sentence before a command.
HEAD_TRAINING = _any(r"train(?!ed)", "reproduc", "experiment", "训练")
HEAD_RUN = _any(
    r"train(?!ed|ing (?:data|set)|s?[-_ ]?set)|reproduc|experiment|fine-?tun|execut",
    r"how to run|running|run |usage|getting started|quick ?start|训练|使用|学習|학습|실행",
)
HEAD_APP = _any(r"demo|inference|predict|deploy|serv(?:e|ing)|web ?app|application|visuali[sz]|export|api\b")
HEAD_PREPARE = _any(
    r"pre-?process|prepar|download|dataset|^data$",
    r"install|requirement|set-?up|environment|depend|prerequisite",
)
HEAD_EVALUATE = _any(r"evaluat|test(?:ing)?\b|validation|metrics|results")
HEAD_CHECK = _any(r"contribut|develop(?:ment|er)|unit tests?|lint|troubleshoot|faq|docker hub|ci\b|uninstall|clean")
TOY = _any(
    r"\btoy|smoke|sanity|baseline|pre-?trained|quick test|debug|minimal|playground|dry.?run|ablation",
    r"optional|appendix|legacy|old\b|deprecated|comparison with|other models",
)

# Programs, and what they are told to do.
PIPELINE_VERBS = {
    "dvc": {"repro", "exp"},
    "mlflow": {"run"},
    "guild": {"run"},
    "kedro": {"run"},
    "ploomber": {"build"},
    "zenml": {"run"},
    "prefect": {"run", "deployment"},  # `deploy` only registers a flow
    "pyflyte": {"run"},
    "modal": {"run"},
    "sky": {"launch"},
    "flytectl": {"create"},
    "dagster": {"job", "asset"},
    "luigi": {""},
    "sos": {"run"},
    "nextflow": {"run"},
    "renku": {"rerun", "run"},
    "allennlp": {"train"},
    "ludwig": {"train", "experiment"},
    "fairseq-train": {""},
    "spacy": {"train"},
    "rasa": {"train"},
    "wandb": {"sweep", "agent"},
    "ray": {"submit"},
    "cog": {"train"},
    "tune": {"run"},
    "llamafactory-cli": {"train"},
    "axolotl": {"train"},
    "yolo": {"train", "detect", "task=detect"},
}
PIPELINES = frozenset("snakemake cylc nextflow targets::tar_make".split())
DRY_RUN = regex(r"\s(-n|-np|--dry-?run|--dry|--dag|--rulegraph|--lint|--list|--unlock|--print-trials)\b")
ASIDE_PROGRAMS = frozenset(
    "tensorboard visdom jupyter-lab pytest poetry uv pipenv hatch pdm rye pixi databricks".split()
)
ASIDE_VERBS = frozenset(
    "list show info ui server status diff dag version init config login params plots metrics viz ls pull push add "
    "checkout remote fetch install help build up ps logs compare view".split()
)
ASIDE_MODULES = regex(
    r"^(pip|venv|virtualenv|ensurepip|pytest|unittest|nltk\.downloader|spacy|http\.server|ipykernel|black|isort|flake8"
    r"|mypy|tensorboard\S*|visdom\S*|pylint|build|twine|notebook|jupyter\w*)$"
)
EVALUATING = regex(
    r"--?(?:do_)?(?:eval|evaluate|test|test_only|eval_only|inference|predict)(?:_only|-only)?(?:\s+(?:True|1)|\s+-|\s*$)"
    r"|(?:mode|phase|split|stage|action)[= ](?:eval|test|infer|predict|val)",
    re.IGNORECASE,
)
TRAINING = regex(
    r"--(?:do_)?train\b(?!\S)|(?:mode|phase|stage|action|task)[= ]train|(?:^|\s)train(?:\s|$)", re.IGNORECASE
)

# Languages of code blocks.
SHELL_LANGUAGES = frozenset(
    "bash sh shell zsh console shell-session shellsession terminal powershell ps1 ps cmd bat batch dos fish cli "
    "shellscript sh-session commandline bash-session".split()
)
OTHER_LANGUAGES = frozenset(
    "json yaml yml toml xml html css js javascript typescript c cpp c++ java bibtex latex tex diff ini csv sql "
    "dockerfile docker makefile markdown md text-output output go rust scala matlab mermaid dot http graphql "
    "properties env".split()
)
CODE_LANGUAGES = frozenset("python py python3 pycon ipython r julia jl rmd {r}".split())
