"""What is said of a cause can be acted on: it names the line, what was called there, and the project's own seed."""

from __future__ import annotations

import pytest

from repro_audit.diagnose.model import Cause, CauseName
from repro_audit.diagnose.notes import Touch
from repro_audit.diagnose.words import AGREES, BECAUSE, SeedKey, fix, sentence
from repro_audit.model import Place

SEED = SeedKey("params.yaml", "train.seed")
MENDS = [
    (CauseName.NUMPY, "train, test = train_test_split(X, y)", "Pass random_state from `train.seed` of params.yaml, or"),
    (CauseName.NUMPY, "rng = np.random.default_rng()", "Give default_rng(...) `train.seed` of params.yaml."),
    (CauseName.NUMPY, "model.fit(X, y)", "where the estimator is made"),
    (CauseName.NUMPY, "np.random.shuffle(rows)", "Call np.random.seed(...) with"),
    (CauseName.NUMPY, "x = np.random.normal()", "np.random.seed(...) with `train.seed` of params.yaml before line 31"),
    (CauseName.PYTHON_RANDOM, "random.shuffle(rows)", "Call random.seed(...) with `train.seed`"),
    (CauseName.PYTHON_RANDOM, "rng = random.Random()", "Give random.Random(...)"),
    (CauseName.TORCH, "layer = nn.Linear(2, 1)", "Call torch.manual_seed(...)"),
    (CauseName.TORCH, "for x in DataLoader(data):", "worker_init_fn"),
    (CauseName.OS_ENTROPY, "name = uuid.uuid4()", "uuid.uuid5"),
    (CauseName.WALL_CLOCK, "random.seed(time.time())", "instead of the clock"),
    (CauseName.FILE_ORDER, "for f in os.listdir(d):", "sorted(os.listdir(...))"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "mend"), MENDS)
def test_a_mend_speaks_of_what_was_called(name: CauseName, text: str, mend: str) -> None:
    assert mend in fix(name, Touch(name, Place("train.py", 31), "", text), SEED)


@pytest.mark.parametrize("name", CauseName)
def test_every_cause_has_a_reason_and_a_mend_even_without_a_line(name: CauseName) -> None:
    assert BECAUSE[name] and fix(name, None, SeedKey()).endswith(".")


def test_where_the_configuration_has_no_seed_it_says_to_add_one() -> None:
    assert "a seed that you add to the configuration" in fix(CauseName.NUMPY, None, SeedKey())


def test_the_sentence_names_output_reason_and_line() -> None:
    cause = Cause(CauseName.NUMPY, True, ("metrics.json",), Place("train.py", 31), "train_test_split(X, y)")
    assert sentence(cause) == "metrics.json differs because NumPy is unseeded: train.py:31 train_test_split(X, y)"


def test_the_sentence_speaks_of_several_outputs_as_of_several_and_names_the_shortest() -> None:
    cause = Cause(CauseName.HASH_SEED, True, ("runs/2026-11-22T00.17.21/model.pkl", "log.txt"))
    assert sentence(cause).startswith("log.txt and 1 more output differ because they follow the order of a set")


def test_the_sentence_counts_outputs_and_joins_causes_that_act_together() -> None:
    cause = Cause(CauseName.NUMPY, True, ("a", "b"), together_with=(CauseName.TORCH,))
    assert sentence(cause) == "a and 1 more output differ because NumPy is unseeded and PyTorch is unseeded"


def test_what_agrees_when_held_is_not_said_to_differ_whatever_is_held() -> None:
    assert sentence(Cause(CauseName.UNKNOWN, False, ("a.json",))) == "a.json differs whatever is held still"
    told = sentence(Cause(CauseName.UNKNOWN, False, ("a.json",), text=AGREES))
    assert told.startswith("a.json differs unless all that is known is held still")
