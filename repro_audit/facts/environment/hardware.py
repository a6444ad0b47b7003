"""What is said about hardware, in documents, options, comments and configuration."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...model import Place
from ..documents import BlockKind, Documents
from ..files import Tree
from ..program import Program
from ..regex import regex
from ..source import Source
from .hardware_words import ADVICE, DEVICE, DEVICE_NEEDLES, judge, mentions_device
from .lines import lines_of, squeezed
from .model import Declaration, PackageFile, Statement

MAX_PASSAGE = 5000  # characters of a paragraph
MAX_SETTINGS = 200  # configuration files that are looked at
MAX_SETTING = 64 * 1024  # bytes of one
MAX_PAPERS = 20
MAX_PAPER = 512 * 1024  # bytes
MAX_BESIDE = 1024 * 1024  # bytes of code beside the main experiment
MAX_NOTEBOOK = 32 * 1024 * 1024  # bytes of one that are searched for its accelerator

ON_MACHINE = regex(r"\b(?:trained|training|experiments?|implement\w*|ran|run|performed|conducted)\b", re.IGNORECASE)
_CUDA_PACKAGE = regex(
    r"^(?:cuda(?:toolkit|nn)?(?:-.*)?|cudatoolkit|cudnn|pytorch-cuda|nvidia-.*|cupy-cuda.*|.*-gpu|.*-cu\d+|jax-cuda.*)$"
)
_CUDA_VERSION = regex(r"\+?cu\d{2,3}\b|cuda", re.IGNORECASE)
_SETTING = regex(
    r"^[ \t]*[\"']?(?:[\w.-]{0,40}?[_.-])?"
    r"(?:device|accelerator|gpus?|gpu_ids?|use_gpu|use_cuda|cuda|tpu\w*|n(?:um)?_?gpus?|task_type|tree_method)\w{0,20}[\"']?"
    r"[ \t]*[:=][ \t]*[\"'\[]*(?:cuda\S*|gpu\S*|tpu\S*|true|[1-9]\d*|0\s*,|0\s*\])",
    re.IGNORECASE | re.MULTILINE,
)
_DEVICE_SETTING = regex(r"cuda|gpu|(?<![a-z])tpu", re.IGNORECASE)
_ACCELERATOR = re.compile(
    rb"\"accelerator\"\s*:\s*\"(?:GPU|TPU)\w*\"|\"accelerator\"\s*:\s*\"nvidia\w+\"|NVIDIA-SMI \d"
)
_JOB = regex(
    r"^#(?:SBATCH|PBS|BSUB|\$)[ \t][^\n]{0,300}?"
    r"(?:gres=gpu|--gpus|-gpu\b|gpus?[=:]|\bgpu(?:[avhp]\d+|rtx)|--mem(?:-per-\w{3})?[ =]\d|[\[_:,]mem=\d)[^\n]{0,80}",
    re.MULTILINE,
)
_IMAGE_LINE = regex(
    r"--gpus\b|^[ \t]*FROM[ \t]+\S*(?:cuda|nvidia)\S*|driver:\s*nvidia|runtime:\s*nvidia|nvidia/cuda\S*",
    re.MULTILINE | re.IGNORECASE,
)
_SPEAKING = frozenset("print warn warning error info exit RuntimeError ValueError EnvironmentError SystemExit".split())
_CODE_LIKE = regex(r"[=(]|\.cuda|torch\.|os\.|import |\bif .*:$|\[.*\]|:\d")

_DEVICE_CALL = regex(
    r"\.cuda$|^torch\.cuda\.|^torch\.backends\.cudnn|^jax\.(?:devices|local_device|pmap)|"
    r"TPUClusterResolver|TPUStrategy|MirroredStrategy|set_memory_growth|set_visible_devices|is_gpu_available|"
    r"gpu_device_name|DataParallel$|DistributedDataParallel$|^mxnet\.gpu|set_gpu|allow_growth|"
    r"\.to_fp16$|\bautocast$|\bGradScaler$|mixed_precision\.set_"
)
_DEVICE_TEXT = regex(
    r"[\"']cuda(?::\d+)?[\"']|CUDA_VISIBLE_DEVICES|\.cuda\(|[\"']/?(?:gpu|device:GPU):\d|ToGPU|CUDA\.|\bcu\(|\|> gpu"
)
_IS = r"(?:\\?[\"'])?\s*[=:]\s*\\?[\"']"  # `=` of an argument, `:` of a dictionary, escaped in a notebook's JSON
_ASKS = regex(
    r"^[^#\n]*(?:\btorch\.cuda\.(?!manual_seed)\w+|\.cuda\(\)|[\"']cuda(?::\d)?[\"']|\blist_physical_devices\([\"']GPU)",
    re.MULTILINE,
)
_REQUIRED = regex(
    rf"\btask_type{_IS}GPU|\btree_method{_IS}gpu_hist|\bdevice(?:_type)?{_IS}gpu\b|"
    rf"\baccelerator{_IS}(?:gpu|tpu|cuda)\b|\bgpus\s*=\s*[1-9]"
)
_SHELL_OPTION = regex(
    r"^(?![ \t]*#)[^\n]{0,300}?--(?:gpus?|gpu[-_]ids?|n[-_]?gpus?)[ =]\d[\d,]*|^[^\n#]{0,300}?--device[ =]cuda\S*",
    re.MULTILINE,
)


def find_hardware(
    tree: Tree, documents: Documents, program: Program, packages: Iterable[PackageFile]
) -> tuple[Statement, ...]:
    """Statements first, then mentions, each in the order a reader meets them."""
    found = [
        *_in_documents(documents),
        *(s for source in program.sources for s in _in_source(source)),
        *_required_elsewhere(tree, program),
        *_in_notebooks(tree),
        *_in_settings(tree),
        *_in_jobs(tree),
        *_in_packages(packages),
        *_in_images(tree),
        *_in_papers(tree),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda s: not s.is_concrete))


def find_device_code(tree: Tree, program: Program) -> tuple[Statement, ...]:
    """Reached code that puts work on a device, or asks whether there is one."""
    found: dict[Place, Statement] = {}
    for call in program.calls:
        if _DEVICE_CALL.search(call.name):
            found.setdefault(call.place, Statement("gpu", call.line[:200], call.place))
    for source in program.sources:
        if not any(n in source.text for n in ("uda", "UDA", "GPU", "gpu")):
            continue
        for number, line in enumerate(source.lines, 1):
            if ("uda" in line or "UDA" in line or "GPU" in line or "gpu" in line) and _DEVICE_TEXT.search(
                line.split("#")[0]
            ):
                found.setdefault(source.place_of(number), Statement("gpu", line.strip()[:200], source.place_of(number)))
    for path in tree.suffixed(".jl", ".r")[:100]:
        text = tree.text(path) or ""
        match = _DEVICE_TEXT.search(text)
        if match:
            place = Place(path, text.count("\n", 0, match.start()) + 1)
            found.setdefault(place, Statement("gpu", match.group(), place))
    return tuple(found.values()) or tuple(_device_code_beside(tree, program))


def _device_code_beside(tree: Tree, program: Program) -> Iterator[Statement]:
    """Code in the folders of the main scripts that asks for a device, as what applies the trained model may."""
    folders = {s.path.rpartition("/")[0] for s in program.steps if s.path}
    beside = [p for p in tree.suffixed(".py") if p.rpartition("/")[0] in folders and tree.size(p) <= MAX_BESIDE]
    for path in beside[:MAX_SETTINGS]:
        text = tree.text(path) or ""
        found = _ASKS.search(text) if "cuda" in text or "GPU" in text else None
        if found:
            yield Statement("gpu", found.group().strip()[:200], Place(path, text.count("\n", 0, found.start()) + 1))
            return


def _in_documents(documents: Documents) -> Iterator[Statement]:
    """Prose by the paragraph, code and tables by the line; what a command line names is a mention at most."""
    for document in documents.all:
        for block in document.blocks:
            is_prose = block.kind in (BlockKind.PROSE, BlockKind.HEADING)
            passages = [(block.text, block.at)] if is_prose else list(lines_of(block))
            for text, at in passages:
                found = judge(text[:MAX_PASSAGE], at)
                if found:
                    yield replace(found, is_concrete=found.is_concrete and block.kind is not BlockKind.CODE)


def _in_source(source: Source) -> Iterator[Statement]:
    """Docstrings, comments and help texts that speak of a device; names and calls do not."""
    lower = source.text.lower()
    if not any(n in lower for n in DEVICE_NEEDLES) or not DEVICE.search(source.text):
        return
    for number, line in enumerate(map(squeezed, source.lines), 1):
        comment = re.search(r"(?:^|\s)#+\s*(?!!)(.*)$", line)
        if (
            comment
            and DEVICE.search(comment.group(1))
            and not _CODE_LIKE.search(comment.group(1))
            and " " in comment.group(1)
        ):
            yield Statement("gpu", comment.group(1).strip()[:200], source.place_of(number))
        if _REQUIRED.search(line.split("#")[0]):
            yield Statement("gpu", line.strip()[:200], source.place_of(number))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Expr) or (isinstance(node, ast.keyword) and node.arg in ("help", "description")):
            yield from _words(node.value, source)
        elif isinstance(node, ast.Call) and _called(node).startswith("DEFINE_") and len(node.args) >= 3:
            yield from _words(node.args[2], source)
        elif isinstance(node, ast.Call) and _called(node) in _SPEAKING:
            yield from (s for a in node.args[:1] for s in _words(a, source) if ADVICE.search(s.text))


def _called(node: ast.Call) -> str:
    """The last part of the name of what is called."""
    return getattr(node.func, "attr", "") or getattr(node.func, "id", "")


def _words(node: ast.expr, source: Source) -> Iterator[Statement]:
    """The first line of a text that names a device."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or len(node.value) > 20_000:
        return
    for offset, line in enumerate(node.value.split("\n")):
        if mentions_device(line) and not re.search(r"\.cuda\(|torch\.cuda", line):
            yield Statement("gpu", line.strip()[:200], source.place_of(node.lineno + offset))
            return


def _in_notebooks(tree: Tree) -> Iterator[Statement]:
    """The accelerator that a hosted notebook asks for, or the one whose table it printed."""
    for path in tree.suffixed(".ipynb"):
        data = tree.open_bytes(path, MAX_NOTEBOOK) or b""
        found = _ACCELERATOR.search(data)
        if found:
            yield Statement(
                "gpu", found.group().decode("ascii", "replace"), Place(path, data.count(b"\n", 0, found.start()) + 1)
            )


def _required_elsewhere(tree: Tree, program: Program) -> Iterator[Statement]:
    """Parameters that ask for a GPU in code beside the main experiment, such as its alternatives."""
    reached = {s.path for s in program.sources}
    paths = [p for p in tree.suffixed(".py", ".ipynb") if p not in reached and tree.size(p) <= MAX_BESIDE]
    for path in paths[:MAX_SETTINGS]:
        text = tree.text(path) or ""
        found = _REQUIRED.search(text) if "gpu" in text or "GPU" in text else None
        if found:
            yield Statement("gpu", found.group()[:200], Place(path, text.count("\n", 0, found.start()) + 1))


def _in_settings(tree: Tree) -> Iterator[Statement]:
    """`device: cuda` and the like in configuration files and shell scripts."""
    paths = [
        p
        for p in tree.suffixed(".yaml", ".yml", ".toml", ".ini", ".cfg", ".json", ".gin", ".sh", ".conf")
        if p.count("/") <= 4
    ]
    for path in [p for p in paths if tree.size(p) <= MAX_SETTING][:MAX_SETTINGS]:
        text = tree.text(path) or ""
        for found in _SETTING.finditer(text) if _DEVICE_SETTING.search(text) else ():
            line = " ".join(found.group().split())
            if _DEVICE_SETTING.search(line):
                yield Statement("gpu", line[:200], Place(path, text.count("\n", 0, found.end()) + 1))
                break
        option = _SHELL_OPTION.search(text) if path.endswith(".sh") and "--" in text else None
        if option:
            yield Statement("gpu", squeezed(option.group())[-200:], Place(path, text.count("\n", 0, option.end()) + 1))


def _in_jobs(tree: Tree) -> Iterator[Statement]:
    """What a job of a cluster asks for: devices and memory are given in numbers."""
    for path in tree.suffixed(".sh", ".slurm", ".sbatch", ".sub", ".job", ".pbs")[:MAX_SETTINGS]:
        text = (tree.text(path) or "")[:MAX_SETTING]
        found = _JOB.search(text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            yield Statement("devices", squeezed(found.group()), Place(path, line), is_concrete=True)


def _in_packages(packages: Iterable[PackageFile]) -> Iterator[Statement]:
    """Packages built for CUDA that somebody asked for; what a lock pulled in says nothing."""
    for file in packages:
        if not file.is_main:
            continue
        for d in file.declarations:
            if _is_for_cuda(d) and not (file.is_lock and not _CUDA_VERSION.search(d.version)):
                yield Statement("cuda", f"{d.name}{d.version}", d.at)


def _is_for_cuda(declaration: Declaration) -> bool:
    return bool(_CUDA_PACKAGE.match(declaration.name) or _CUDA_VERSION.search(declaration.version))


def _in_papers(tree: Tree) -> Iterator[Statement]:
    """What a paper's source states of the machine it was done on; that it mentions GPUs says nothing of the project."""
    for path in [p for p in tree.suffixed(".tex") if tree.size(p) <= MAX_PAPER][:MAX_PAPERS]:
        line = 1
        for passage in (tree.text(path) or "").split("\n\n"):
            found = judge(passage[:MAX_PASSAGE], Place(path, line)) if ON_MACHINE.search(passage) else None
            if found and found.is_concrete:
                yield found
            line += passage.count("\n") + 2


def _in_images(tree: Tree) -> Iterator[Statement]:
    for path in tree.own:
        name = path.rpartition("/")[2].lower()
        if "dockerfile" in name or name == "devcontainer.json" or "compose" in name:
            text = tree.text(path) or ""
            found = _IMAGE_LINE.search(text)
            if found:
                yield Statement("gpu", found.group().strip(), Place(path, text.count("\n", 0, found.start()) + 1))
