"""What a reader has to find or invent before a stated command runs: absent files and placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...model import Place
from ..files import Tree, normalise
from ..regex import regex
from .model import Gap, GapKind

PLACEHOLDER = regex(
    r"<[^<>]+>|(?:^|[\s/=_:])(?:path|dir|folder)[ _-]?(?:to|of)(?:$|[\s/_-])|(?:^|[^a-z])your[_-]|\byour\w"
    r"|x{3,}(?![a-z])|\.\.\.|…|\[[A-Za-z_][\w /.-]*\]|^\{[A-Za-z_][\w ]*\}$|/\{[A-Za-z_][\w ]*\}|={[A-Za-z_][\w ]*\}",
    re.IGNORECASE,
)
BLANK_NAME = regex(
    r"^(?:my[_-]?(?:data(?:[_-]?set)?|corpus|images?|files?|folder|dir)|path|file|filename|filepath|dir|directory|folder|value|dataset_?(?:path|dir|root|name)|data_?(?:path|dir|root)|"
    r"model_?(?:path|name|file)|config_?(?:path|file)|checkpoint_?path|image_?path|input_?(?:path|file|dir)|"
    r"(?:[A-Z]+_)*(?:PATH|DIR|FILE|FOLDER|NAME|ROOT|TOKEN|KEY)(?:_[A-Z]+)*)$"
)
VARIABLE = regex(r"\$\{?([A-Za-z_]\w*)\}?")
CHOICE = regex(r"^(?:\./)?([\w./-]+)/[<{\[][^<>{}\[\]/]*?(?:\.\w+)?[>}\]](?:\.\w+)?$")
ENDING = regex(r"\.\w+(?=[>}\]]?$)")
OPTIONAL = regex(r"^\[-|^\[.*\]$")
SHELL_NAMES = frozenset(
    "HOME USER PWD PATH HOSTNAME TMPDIR PYTHONPATH CUDA_VISIBLE_DEVICES RANDOM @ # ? CONDA_PREFIX SLURM_JOB_ID".split()
)
OUTPUT_OPTION = regex(
    r"out|save|log|result|dest|export|writ|report|dump|tmp|cache|predictions?\b|-o\b"
    r"|(?:ckpt|checkpoint|work|run|model)_?dir",
    re.IGNORECASE,
)
CONFIGURATION_OPTION = regex(r"^-{1,2}\w*(?:conf|cfg|exp|setting|param)", re.IGNORECASE)
CONFIGURATION_FOLDER = regex(r"(?:^|/)(?:conf\w*|cfgs?|settings?|exp\w*|params?|hparams)/[^/]+$", re.IGNORECASE)
CODE_FILE = regex(
    r"\.(?:py|sh|bash|ipynb|r|jl|ya?ml|json|toml|cfg|ini|conf|gin|jsonnet|libsonnet|prototxt|lua|hocon|slurm|sbatch)$",
    re.IGNORECASE,
)
DATA_FILE = regex(
    r"\.(?:csv|tsv|txt|npz|npy|h5|hdf5|pt|pth|ckpt|pkl|pickle|bin|parquet|feather|arff|mat|wav|mp3|mp4|avi|jpe?g|png|bmp|tiff?|"
    r"fasta|fa|jsonl|xlsx?|zip|gz|tar|tgz|onnx|safetensors|nii|dcm|bam|vcf|xml|html|db|sqlite|lst|model|joblib|weights)$",
    re.IGNORECASE,
)
NETWORK = regex(r"^[a-z][a-z0-9+.-]*://|^git@|^s3:", re.IGNORECASE)
FOREIGN = regex(r"^(?:/(?!tmp\b|dev\b|usr/bin|bin/|opt/conda)[\w.-]+/|[A-Za-z]:[\\/]|~/)")


@dataclass(frozen=True)
class Surroundings:
    """What is known where a command is stated, so that not every unknown word counts as a gap."""

    tree: Tree
    words: str = ""  # the text of the documents, in which a value may be given
    folders: tuple[str, ...] = (".",)  # where a file may be looked for, after the working directory

    def find(self, name: str, cwd: str) -> str | None:
        """The tracked file or folder that a word names, looked for from the working directory outwards."""
        name = name.strip("'\"").removeprefix("file://")
        for folder in dict.fromkeys((cwd, *self.folders)):
            path = normalise(name if folder == "." else f"{folder}/{name}")
            if self.tree.has(path):
                return path
        return None


def word_gaps(words: Iterable[str], cwd: str, at: Place, around: Surroundings) -> Iterator[Gap]:
    """The gaps in the words after a program or script."""
    option = ""
    for word in words:
        name, sign, value = word.partition("=")
        has_value = bool(sign) and bool(re.match(r"^(?:--?)?[+~]?[\w.@/-]+$", name))
        if has_value:
            yield from _value_gaps(value, name, cwd, at, around)
        elif word.startswith("-") and not re.match(r"^-\d", word):
            option = word
            continue
        elif not OPTIONAL.match(word) or PLACEHOLDER.search(word):
            yield from _value_gaps(word, option, cwd, at, around)
        option = ""


def _value_gaps(value: str, option: str, cwd: str, at: Place, around: Surroundings) -> Iterator[Gap]:
    plain = value.strip("'\"")
    if not plain or plain.startswith("[-"):
        return
    if is_placeholder(plain, around) or _repeats_option(plain, option):
        yield Gap(GapKind.INVENTED_VALUE, value if not option else f"{option} {value}", at)
    elif _is_configuration(plain, option, around):
        return
    elif not OUTPUT_OPTION.search(option) and is_absent(plain, cwd, around):
        yield Gap(GapKind.MISSING_FILE, plain, at)
    elif FOREIGN.match(plain) and not OUTPUT_OPTION.search(option) and not around.find(plain.lstrip("/"), cwd):
        yield Gap(GapKind.INVENTED_VALUE, f"{option} {value}".strip(), at)


def _is_configuration(value: str, option: str, around: Surroundings) -> bool:
    """Whether a bare name is that of a committed configuration, whose folder the program adds by itself."""
    if "/" in value or not CONFIGURATION_OPTION.search(option):
        return False
    return any(CONFIGURATION_FOLDER.search(p) for p in around.tree.named(value))


def _repeats_option(value: str, option: str) -> bool:
    """Whether a value is the option's own name in capitals, as usage lines have it: `--dataset DATASET`."""
    name = option.strip("-").replace("-", "_").lower()
    return len(name) > 2 and value.isupper() and (value.lower() == name or value.lower().startswith(name + "_"))


def is_placeholder(value: str, around: Surroundings) -> bool:
    """Whether a word stands for something that the reader has to fill in."""
    if around.find(value, ".") or _is_choice(value, around):
        return False
    unset = [n for n in VARIABLE.findall(value) if n not in SHELL_NAMES and not _is_given(n, around)]
    if unset and len(value) < 200:
        return True
    plain = VARIABLE.sub("", value)
    if re.match(r"^\[\s*[\w.'\"+-]+\s*(,|\])", plain) and not re.match(r"^\[[A-Za-z_ /-]{3,}\]$", plain):
        return False  # a list of values
    return bool(PLACEHOLDER.search(plain) or BLANK_NAME.match(plain))


def _is_choice(value: str, around: Surroundings) -> bool:
    """Whether a blank stands for one of several committed files: `configs/<name>.yaml`."""
    found = CHOICE.match(value)
    folder = around.find(found.group(1), ".") if found else None
    ending = ENDING.search(value)
    wanted = ending.group() if ending else ""
    return folder is not None and any(p.startswith(f"{folder}/") and p.endswith(wanted) for p in around.tree.paths)


def _is_given(name: str, around: Surroundings) -> bool:
    """Whether the documents assign it a real value, or speak of it as a name."""
    assigned = re.search(rf"(?<![\w$]){re.escape(name)}=(\S+)", around.words)
    if assigned:
        value = assigned.group(1).strip("\"'")
        return not (PLACEHOLDER.search(value) or FOREIGN.match(value))
    return bool(re.search(rf"(?<![$\w{{]){re.escape(name)}(?!\w)", around.words))


def is_absent(value: str, cwd: str, around: Surroundings) -> bool:
    """Whether a word names a file that the project neither has nor is said to obtain."""
    if NETWORK.match(value) or any(c in value for c in "*?$%{}()[]<>|,;:\n ") or value.startswith(("/", "~", "-")):
        return False
    if around.find(value, cwd):
        return False
    if CODE_FILE.search(value):
        return True
    return bool(DATA_FILE.search(value)) and not _is_obtained(value, around)


def _is_obtained(value: str, around: Surroundings) -> bool:
    """Whether the documents speak of the file, or of its folder, elsewhere: a step that makes or fetches it."""
    name = value.rpartition("/")[2]
    folder = value.rpartition("/")[0].rpartition("/")[2]
    return around.words.count(name) > 1 or bool(folder and around.words.count(folder) > around.words.count(value))
