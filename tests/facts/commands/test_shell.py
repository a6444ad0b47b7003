"""Strangers' shell text is taken apart as a shell would, and never refused."""

from __future__ import annotations

import pytest

from repro_audit.facts.commands.invocation import invocation
from repro_audit.facts.commands.shell import logical_lines, simple_commands
from repro_audit.facts.commands.shell_variables import spelled_out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$ python train.py", ["python train.py"]),
        ("(base) user@host:~/x$ python train.py", ["python train.py"]),
        ("> python train.py", ["python train.py"]),
        ("!python train.py", ["python train.py"]),
        ("%run train.py --lr 1", ["python train.py --lr 1"]),
        ("# a comment\npython train.py", ["python train.py"]),
        ("python train.py \\\n  --lr 1 \\\n  --epochs 2", ["python train.py --lr 1 --epochs 2"]),
        ("python train.py\n  --lr 1", ["python train.py --lr 1"]),
        ("cat <<EOF > x\npython no.py\nEOF\npython yes.py", ["cat <<EOF > x", "python yes.py"]),
    ],
)
def test_lines_lose_prompts_and_comments_and_are_joined(text: str, expected: list[str]) -> None:
    assert [line.text for line in logical_lines(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "cd x && python a.py; python b.py | tee log",
            [("cd", "x"), ("python", "a.py"), ("python", "b.py"), ("tee", "log")],
        ),
        ("python a.py --data <path to data>", [("python", "a.py", "--data", "<path to data>")]),
        ("python a.py > out.txt 2>&1", [("python", "a.py")]),
        ("for s in 1 2; do python a.py; done", [("python", "a.py")]),
        ("python a.py 'an odd quote", [("python", "a.py", "'an", "odd", "quote")]),
        ("python a.py  # why", [("python", "a.py")]),
    ],
)
def test_simple_commands(text: str, expected: list[tuple[str, ...]]) -> None:
    assert [s.words for s in simple_commands(text)] == expected


@pytest.mark.parametrize(
    ("line", "script"),
    [
        ("CUDA_VISIBLE_DEVICES=0 python3 train.py", "train.py"),
        ("poetry run python train.py", "train.py"),
        ("uv run --frozen train.py", "train.py"),
        ("conda run -n env --no-capture-output python train.py", "train.py"),
        ("torchrun --nproc_per_node 2 --standalone train.py --lr 1", "train.py"),
        ("torchrun --nproc_per_node=2 train.py", "train.py"),
        ("accelerate launch --config_file a.yaml train.py", "train.py"),
        ("python -m torch.distributed.launch --nproc_per_node=4 --use_env train.py", "train.py"),
        ("nohup python -u train.py", "train.py"),
        ("srun -n 4 python train.py", "train.py"),
        ("bash scripts/run.sh", "scripts/run.sh"),
        ("./run.sh", "./run.sh"),
        ("Rscript analysis.R", "analysis.R"),
    ],
)
def test_launchers_are_taken_off(line: str, script: str) -> None:
    call = invocation(simple_commands(line)[0].words)
    assert call is not None
    assert call.script == script


def test_modules_are_named_with_joined_flags() -> None:
    call = invocation(("python", "-um", "pkg.train", "--lr", "1"))
    assert call is not None
    assert (call.module, call.arguments) == ("pkg.train", ("--lr", "1"))


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ('CMD="python train.py"\neval $CMD\n', "python train.py"),
        ('RUN="python -m"\nCMD="$RUN kit.train"\nCMD="$CMD --lr 1"\neval "$CMD"\n', "python -m kit.train --lr 1"),
        ('CMD="python train.py"\n${CMD} --seed 2\n', "python train.py --seed 2"),
        ("DATA=data\n$PYTHON train.py\n", "$PYTHON train.py"),
        ('A="$A $A"\nA="$A $A"\n$A x\n', "$A $A $A $A x"),
    ],
)
def test_a_command_that_a_script_keeps_in_a_variable_is_spelled_out(text: str, called: str) -> None:
    assert list(spelled_out(logical_lines(text)))[-1].text == called
