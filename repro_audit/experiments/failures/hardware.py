"""The run wants a GPU that is not there."""

from __future__ import annotations

import re

from ..model import Failure, FailureClass
from .words import Words

GPU = re.compile(
    r"No CUDA GPUs are available|Torch not compiled with CUDA|Found no NVIDIA driver|CUDA driver|"
    r"CUDA (?:unknown )?error|"
    r"nvidia-smi:? .{0,30}not found|No such file or directory: '[\w/]*nvidia-smi'|"
    r"nvcc.{0,20}not found|CUDA_HOME|libcuda(?:rt)?\b.{0,20}\.so|"
    r"no CUDA-capable device|cudaErrorNoDevice|"
    r"requires? (?:a |an )?(?:NVIDIA |CUDA )?(?:CUDA|GPU)|No supported gpu backend|invalid device ordinal|"
    r"cudaGetDeviceCount|"
    r"GPU .{0,40}(?:not|n't) (?:available|found|supported)|no GPUs? (?:is |are |was )?(?:found|available)|"
    r"only supported with GPUs|"
    r"on a CUDA device but torch\.cuda\.is_available|without CUDA|CUDA (?:is )?not available|No GPU (?:found|"
    r"available|detected)|"
    r"Expected (?:a )?'?cuda'? device|Cannot access accelerator|needs? (?:a )?GPU|GPU is (?:needed|required)|"
    r"cuda runtime error|"
    r"no NVIDIA GPU|rank \d+ .{0,20}GPU|Unknown CUDA|flash_attn.{0,40}CUDA",
    re.IGNORECASE,
)
# TensorFlow tells at each start that it goes on without one.
CHATTER = re.compile(
    r"^.*(?:GPU will not be used|Cannot dlopen some GPU|failed call to cuInit|rebuild TensorFlow).*$", re.M
)
CHECKED = re.compile(r"^assert\b.*cuda\.is_available\(\)|^assert\b.*(?:num_gpus|device_count|n_gpu|gpus)\b")


def needs_gpu(words: Words) -> Failure | None:
    tb = words.traceback
    text = tb.text if tb is not None else CHATTER.sub("", words.log[-8_000:])
    is_checked = tb is not None and tb.error == "AssertionError" and CHECKED.search(words.code)
    if not is_checked and not GPU.search(text):
        return None
    return words.failure(
        FailureClass.NEEDS_GPU, "it needs a GPU, and none is here",
        "Give it a fallback to the CPU, or run it where there is one.",
    )  # fmt: skip
