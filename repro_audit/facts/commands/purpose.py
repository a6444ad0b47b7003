"""What a command is for: training comes first, installing and looking around are no experiment.

Judged by the program, then by the name of what it runs, then by the words around it.
"""

from __future__ import annotations

import re
from enum import IntEnum

from .invocation import APP_SERVERS, FILE_RUNNERS, SILENT, Invocation, invocation
from .shell import simple_commands


class Purpose(IntEnum):
    """In the order in which a main experiment is looked for."""

    TRAIN = 0  # trains, reproduces, runs the pipeline
    RUN = 1  # runs something whose name does not say what
    EVALUATE = 2
    APP = 3  # serves or demonstrates a model
    PREPARE = 4  # data and features
    ASIDE = 5  # installing, testing the code, looking around

    @property
    def is_experiment(self) -> bool:
        return self <= Purpose.EVALUATE


TRAIN = re.compile(
    r"(?<![a-z])(re)?train(?!s?[-_ ]?(?:set|data|split|csv))|fine-?_?tun|transfer_?learning|pre-?train(?!ed)|reproduc|experiment|benchmark|(?<![a-z])fit(?![a-z])|(?<![a-z])trainer|(?<![a-z])learn(?![a-z])|训练",
    re.I,
)
EVALUATE = re.compile(
    r"(?<![a-z])(eval|evaluat\w*|test|testing|validate?|metrics|score|infer|inference|sampl(?:e|ing)|results?)(?![a-z])",
    re.I,
)
APP = re.compile(
    r"(?<![a-z])(app|demo|serve|server|serving|web\w*|gui|api|predict\w*|streamlit|gradio|flask|dashboard|visuali[sz]e\w*|plot\w*|render\w*|export|convert)(?![a-z])",
    re.I,
)
PREPARE = re.compile(r"(?<![a-z])(pre_?-?process\w*|prepar\w*|process_\w+|(?:make|build|create|generate|gen|get|fetch|load|extract|split|clean|merge|convert|resize|crop|tokeni[sz]e)[-_ ](?:\w*[-_ ])?(?:data\w*|vocab|features?|embeddings?|lmdb|records?|tfrecords?|index|splits?|csvs?|images?|files?|labels?|annotations?|jobs)|data(?:set)?_?(?:prep\w*|gen\w*|processing|creation|download)|download\w*|ingest\w*|setup|install\w*|verify\w*|check\w*|clean|extract_\w+|unzip)(?![a-z])", re.I)  # fmt: skip
EXPLORE = re.compile(r"(?<![a-z])(eda|explor\w*|overview|statistics|inspect\w*|data analysis|sanity)(?![a-z])", re.I)
CHECK = re.compile(
    r"(?<![a-z])(pytest|unittest|tox|nox|lint\w*|format|mypy|coverage|docs?|sphinx|doctest|tests|pre-commit|help|clean)(?![a-z])",
    re.I,
)
HEAD_TRAIN = re.compile(
    r"train(?!ed|ing (?:data|set)|s?[-_ ]?set)|reproduc|experiment|how to run|running|run |usage|getting started|quick ?start|fine-?tun|训练|使用|学習|학습|실행|execut",
    re.I,
)
HEAD_APP = re.compile(
    r"demo|inference|predict|deploy|serv(?:e|ing)|web ?app|application|visuali[sz]|export|api\b", re.I
)
HEAD_PREPARE = re.compile(
    r"pre-?process|data(?:set)?s? prepar|prepar\w+ (?:the )?data|prepar|download|^data(?:sets?)?$|install|requirement|set-?up|environment|depend|prerequisite|dataset",
    re.I,
)
HEAD_EVALUATE = re.compile(r"evaluat|test(?:ing)?\b|validation|metrics|results", re.I)
HEAD_CHECK = re.compile(
    r"contribut|develop(?:ment|er)|unit tests?|lint|troubleshoot|faq|docker hub|ci\b|uninstall|clean", re.I
)
TOY = re.compile(
    r"\btoy|smoke|sanity|baseline|pre-?trained|quick test|debug|minimal|playground|dry.?run|ablation|optional|appendix|legacy|old\b|deprecated|comparison with|other models",
    re.I,
)

PIPELINE_VERBS = {
    "dvc": {"repro", "exp"}, "mlflow": {"run"}, "guild": {"run"}, "kedro": {"run"}, "ploomber": {"build"}, "flyte": {"run"},
    "zenml": {"run"}, "prefect": {"run"}, "luigi": {""}, "sos": {"run"}, "nextflow": {"run"}, "renku": {"rerun", "run"}, "orchest": {"run"},
    "allennlp": {"train"}, "ludwig": {"train", "experiment"}, "fairseq-train": {""}, "spacy": {"train"}, "rasa": {"train"}, "autogluon": {"fit"},
    "wandb": {"sweep", "agent"}, "ray": {"submit"}, "cog": {"train"}, "tune": {"run"}, "llamafactory-cli": {"train"}, "axolotl": {"train"},
    "yolo": {"train", "detect", "task=detect"}, "lightning": {"run"},
}  # fmt: skip
PIPELINES = frozenset("snakemake cylc nextflow targets::tar_make".split())
DRY_RUN = re.compile(r"\s(-n|-np|--dry-?run|--dry|--dag|--rulegraph|--lint|--list|--unlock|--print-trials)\b")
ASIDE_VERBS = frozenset(
    "list show info ui server status diff dag version init config login params plots metrics viz ls pull push add checkout remote fetch install help build up ps logs compare view".split()
)
ASIDE_MODULES = re.compile(
    r"^(pip|venv|virtualenv|ensurepip|pytest|unittest|nltk\.downloader|spacy|http\.server|ipykernel|black|isort|flake8|mypy|tensorboard\S*|visdom\S*|pylint|build|twine|webdataset|notebook|jupyter\w*)$"
)


def own_purpose(call: Invocation) -> Purpose | None:
    """What the words of the command alone say; None where they say nothing."""
    program = call.program
    if program in SILENT or any(a in ("--help", "-h", "--version", "-V") for a in call.arguments):
        return Purpose.ASIDE
    if DRY_RUN.search(" " + " ".join(call.arguments)) and program in (*PIPELINES, *PIPELINE_VERBS, "make"):
        return Purpose.ASIDE
    if program in PIPELINES or "tar_make" in program or "tar_make" in call.code:
        return Purpose.TRAIN
    if program in PIPELINE_VERBS:
        return _of_pipeline(call)
    if program in FILE_RUNNERS or program in APP_SERVERS or program == "flask":
        return Purpose.APP
    if program in ("docker", "docker-compose", "podman"):
        return Purpose.APP if call.subcommand in ("run", "compose", "up") or "up" in call.arguments else Purpose.ASIDE
    if call.subcommand in ASIDE_VERBS and not call.script and program not in ("make", "just", "task", "npm"):
        return Purpose.ASIDE
    if program in (
        "tensorboard",
        "visdom",
        "jupyter-lab",
        "pytest",
        "poetry",
        "uv",
        "pipenv",
        "hatch",
        "pdm",
        "rye",
        "pixi",
    ):
        return Purpose.ASIDE
    if program in ("jupyter", "papermill"):
        name = next((a for a in call.arguments if a.endswith(".ipynb")), call.script)
        return of_name(name.rpartition("/")[2]) if name else Purpose.ASIDE
    if program == "python" and (call.script.rpartition("/")[2] == "setup.py" or ASIDE_MODULES.match(call.module)):
        return Purpose.ASIDE
    if program == "python" and not call.script and not call.module:
        return Purpose.ASIDE
    return _of_names(call)


def _of_pipeline(call: Invocation) -> Purpose:
    verbs = PIPELINE_VERBS[call.program]
    words = [a for a in call.arguments if not a.startswith("-")]
    if (words[:1] and words[0] in verbs) or "" in verbs:
        named = of_name(words[1]) if len(words) > 1 and call.program in ("dvc", "guild") else None
        return named if named in (Purpose.PREPARE, Purpose.EVALUATE) else Purpose.TRAIN
    return Purpose.ASIDE


def _of_names(call: Invocation) -> Purpose | None:
    """By the script's name, a task's or sub-command's, and the options that say what to do."""
    target = call.script or call.module
    plain = [a for a in call.arguments if re.fullmatch(r"[A-Za-z][\w:.-]*", a)]
    if not target:
        return of_name(" ".join(plain[:1])) if plain else None
    if call.program in ("make", "just", "task", "npm", "tox", "nox"):
        return of_name(plain[0]) if plain else None
    named = of_name(target.rpartition("/")[2] if "/" in target else target)
    words = " ".join(call.arguments)
    if re.search(
        r"--?(do_)?(eval|evaluate|test|test_only|eval_only|inference|predict)(_only|-only)?(\s+(True|1)|\s+-|\s*$)|(mode|phase|split|stage|action)[= ](eval|test|infer|predict|val)",
        words,
        re.I,
    ):
        return Purpose.EVALUATE if not re.search(r"--do_train|mode[= ]train", words) else Purpose.TRAIN
    if re.search(r"--(do_)?train\b(?!\S)|(mode|phase|stage|action|task)[= ]train|(^|\s)train(\s|$)", words, re.I):
        return Purpose.TRAIN
    if named is None and "/" in target:
        folder = of_name(target.rpartition("/")[0].rpartition("/")[2])
        return folder if folder in (Purpose.TRAIN, Purpose.APP, Purpose.PREPARE) else None
    return named


def of_name(name: str) -> Purpose | None:
    """What a file, target or stage name says."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    spaced = re.sub(r"\.(py|sh|ipynb|R|jl)$", "", spaced)
    if CHECK.search(spaced):
        return Purpose.ASIDE
    if PREPARE.search(spaced) or EXPLORE.search(spaced.replace("_", " ")):
        return Purpose.PREPARE
    if TRAIN.search(spaced.replace("_", " ")):
        return Purpose.TRAIN
    if EVALUATE.search(spaced.replace("_", " ")):
        return Purpose.EVALUATE
    return Purpose.APP if APP.search(spaced.replace("_", " ")) else None


def purpose_of(text: str, heading: str = "", lead: str = "") -> Purpose:
    """What a line is for: the most telling of its commands, in the light of the words around it."""
    calls = [c for s in simple_commands(text) for c in [invocation(s.words)] if c]
    found = [own_purpose(c) for c in calls]
    own = min((p for p in found if p is not None), default=None)
    if None not in found and own is not None:
        return own
    told = around(heading, lead)
    if own is not None and own is not Purpose.ASIDE and told is not None:
        return min(own, told)
    return told if told is not None else Purpose.RUN


def around(heading: str, lead: str) -> Purpose | None:
    """What the innermost telling heading, or else the sentence before, says of an unnamed run."""
    for words in (heading.rpartition(" > ")[2], lead[-300:]):
        if HEAD_CHECK.search(words) and not HEAD_TRAIN.search(words):
            return Purpose.ASIDE
        if re.search(r"train(?!ed)|reproduc|experiment|训练", words, re.I):
            return Purpose.TRAIN
        if HEAD_EVALUATE.search(words):
            return Purpose.EVALUATE
        if HEAD_APP.search(words):
            return Purpose.APP
        if HEAD_PREPARE.search(words) and not HEAD_TRAIN.search(words):
            return Purpose.PREPARE
    return None


def is_toy(heading: str, lead: str = "") -> bool:
    """Whether the section is about something smaller than the main result."""
    innermost = heading.rpartition(" > ")[2]
    return bool(TOY.search(innermost))
