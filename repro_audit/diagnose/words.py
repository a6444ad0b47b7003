"""Causes in plain words: why something differs, and what a person can do about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..text import count
from .model import Cause, CauseName
from .notes import Touch

BECAUSE = {
    CauseName.PYTHON_RANDOM: "Python's random is unseeded",
    CauseName.NUMPY: "NumPy is unseeded",
    CauseName.TORCH: "PyTorch is unseeded",
    CauseName.TENSORFLOW: "TensorFlow is unseeded",
    CauseName.JAX: "the JAX key is another one each time",
    CauseName.OS_ENTROPY: "it takes the system's entropy, which no seed reaches",
    CauseName.HASH_SEED: "it follows the order of a set or of hashes, which Python salts anew for every process",
    CauseName.WALL_CLOCK: "the time of the run goes into it",
    CauseName.FILE_ORDER: "it follows the order in which the system lists files",
    CauseName.THREAD_ORDER: "it follows the order in which threads or workers finish",
    CauseName.THREAD_COUNT: "it depends on the number of threads",
    CauseName.CPU_COUNT: "it depends on the number of processors",
    CauseName.MEMORY_ADDRESS: "it follows addresses in memory",
    CauseName.PROCESS_ID: "the process id goes into it",
    CauseName.HOSTNAME: "the name of the host goes into it",
    CauseName.USER: "it depends on who runs it",
    CauseName.WORKING_DIRECTORY: "it depends on the folder that the project stands in",
    CauseName.LOCALE: "it depends on the locale",
    CauseName.TIMEZONE: "it depends on the time zone",
    CauseName.ENVIRONMENT_VARIABLE: "it depends on environment variables",
    CauseName.NETWORK: "it depends on what the network answers",
    CauseName.LEFTOVER_STATE: "it depends on what an earlier run left behind",
    CauseName.UNKNOWN: "of something that no hold reaches",
}


@dataclass(frozen=True, slots=True)
class SeedKey:
    """Where the project keeps its seed: a file and a key; both empty where it keeps none."""

    file: str = ""
    key: str = ""

    @property
    def words(self) -> str:
        if self.file:
            return f"`{self.key}` of {self.file}"
        return "a seed that you add to the configuration"


AGREES = "unless all that is known is held still; which of it matters was not found out"
GO_ON = (
    "Look for longer with `--depth deep --budget 1h`, or see what differs with `repro-audit compare repeat-1 repeat-2`."
)


def sentence(cause: Cause) -> str:
    """Why outputs differ, and the line behind it: `metrics.json differs because NumPy is unseeded: train.py:31 ...`."""
    first, *more = sorted(cause.outputs, key=len) or ("an output",)  # a run's own folders have long names
    subject = f"{first} and {count(len(more), 'more output')} differ" if more else f"{first} differs"
    if cause.name is CauseName.UNKNOWN:
        return f"{subject} {cause.text or 'whatever is held still'}"
    why = " and ".join(dict.fromkeys(BECAUSE[name] for name in (cause.name, *cause.together_with)))
    why = _of_several(why) if more else why
    where = f": {cause.at} {cause.text}".rstrip() if cause.at else ""
    because = "because" if cause.confirmed else "whatever is held still, perhaps because"
    return f"{subject} {because} {why}{where}"


def _of_several(why: str) -> str:
    """The reason, told of more than one output."""
    return re.sub(r"\bit (follow|depend)s\b", r"they \1", why).replace("goes into it", "goes into them")


def fix(name: CauseName, touch: Touch | None, seed: SeedKey) -> str:
    """What to do, as specific as the line that was seen allows."""
    made = _MAKERS.get(name)
    if made is not None:
        return made(touch, seed)
    return _PLAIN[name]


def _before(touch: Touch | None) -> str:
    at = touch.at if touch else None
    return f" before line {at.line}" if at and at.line else " at the start"


_TAKES_RANDOM_STATE = re.compile(
    r"\b(?<!random\.)(train_test_split|\w*KFold|\w*ShuffleSplit|shuffle|resample|make_\w+|cross_val\w*|KMeans|MiniBatchKMeans|TSNE|PCA|"
    r"TruncatedSVD|NMF|UMAP|GaussianMixture|\w*SearchCV|permutation_importance|\w+Forest\w*|\w*(?:Classifier|Regressor)|"
    r"SGD\w*|LogisticRegression|LinearSVC|SVC|\w*Boost\w*|IterativeImputer|sample)\s*\("
)
_FRESH = re.compile(r"\b(default_rng|RandomState|Generator|SeedSequence|Random)\s*\(")


def _numpy(touch: Touch | None, seed: SeedKey) -> str:
    text = touch.text if touch else ""
    fresh = _FRESH.search(text)
    if fresh and fresh.group(1) != "Random":
        return f"Give {fresh.group(1)}(...) {seed.words}."
    call = f"call np.random.seed(...) with {seed.words}{_before(touch)}"
    if _TAKES_RANDOM_STATE.search(text):
        return f"Pass random_state from {seed.words}, or {call}."
    if ".fit(" in text:
        return f"Pass random_state from {seed.words} where the estimator is made, or {call}."
    return f"{call[0].upper()}{call[1:]}."


def _python(touch: Touch | None, seed: SeedKey) -> str:
    if touch and _FRESH.search(touch.text) and "Random(" in touch.text:
        return f"Give random.Random(...) {seed.words}."
    return f"Call random.seed(...) with {seed.words}{_before(touch)}."


def _torch(touch: Touch | None, seed: SeedKey) -> str:
    call = f"Call torch.manual_seed(...) with {seed.words}{_before(touch)}"
    if touch and re.search(r"DataLoader|_loader\b|loader\)", touch.text):
        return f"{call}, and give the DataLoader a seeded `generator` and a `worker_init_fn`."
    return f"{call}."


def _tensorflow(touch: Touch | None, seed: SeedKey) -> str:
    return f"Call tf.keras.utils.set_random_seed(...) with {seed.words}{_before(touch)}."


def _jax(touch: Touch | None, seed: SeedKey) -> str:
    return f"Make the key with jax.random.key(...) of {seed.words}."


def _entropy(touch: Touch | None, seed: SeedKey) -> str:
    text = f"{touch.what} {touch.text}" if touch else ""
    if "uuid" in text:
        return "Keep generated ids out of results, or derive them from the content: uuid.uuid5(namespace, name)."
    return f"Draw from random.Random(...) or np.random.default_rng(...) with {seed.words} instead."


def _hashes(touch: Touch | None, seed: SeedKey) -> str:
    return "Sort what a set or hash orders: sorted(...) instead of list(set(...)), hashlib instead of hash()."


def _clock(touch: Touch | None, seed: SeedKey) -> str:
    if touch and "seed" in touch.text.lower():
        return f"Seed with {seed.words} instead of the clock."
    return "Write the time into a log or into metadata of its own, not into results; never compute with it."


def _listing(touch: Touch | None, seed: SeedKey) -> str:
    call = re.search(
        r"\b((?:os|glob|Path)\.\w+|\w+\.(?:iterdir|r?glob)|listdir|scandir)\s*\(", touch.text if touch else ""
    )
    return f"Sort it: sorted({call.group(1)}(...))." if call else "Sort the listing: sorted(os.listdir(...))."


_MAKERS: dict[CauseName, Callable[[Touch | None, SeedKey], str]] = {
    CauseName.PYTHON_RANDOM: _python,
    CauseName.NUMPY: _numpy,
    CauseName.TORCH: _torch,
    CauseName.TENSORFLOW: _tensorflow,
    CauseName.JAX: _jax,
    CauseName.OS_ENTROPY: _entropy,
    CauseName.HASH_SEED: _hashes,
    CauseName.WALL_CLOCK: _clock,
    CauseName.FILE_ORDER: _listing,
}
_PLAIN = {
    CauseName.THREAD_ORDER: "Gather results in the order of submission (executor.map, not as_completed); sort what "
    "workers append.",
    CauseName.THREAD_COUNT: "Fix the number of threads where results have to match to the last digit "
    "(OMP_NUM_THREADS, torch.set_num_threads), or state a tolerance.",
    CauseName.CPU_COUNT: "Take the number of workers or chunks from the configuration, not from os.cpu_count().",
    CauseName.MEMORY_ADDRESS: "Order objects by a name or number of their own, not by id() or as a set of them does; "
    "keep their default repr out of results.",
    CauseName.PROCESS_ID: "Keep the process id out of results; name files after the configuration or content.",
    CauseName.HOSTNAME: "Keep the host's name out of results; log it beside them.",
    CauseName.USER: "Keep user names and the home folder out of results; take paths from the configuration.",
    CauseName.WORKING_DIRECTORY: "Write paths relative to the project, and find files from Path(__file__).",
    CauseName.LOCALE: 'Name the encoding (open(..., encoding="utf-8")) and sort without the locale.',
    CauseName.TIMEZONE: "Use aware times in UTC: datetime.now(timezone.utc), pd.to_datetime(..., utc=True).",
    CauseName.ENVIRONMENT_VARIABLE: "Read it once into the configuration, with a default that is written down.",
    CauseName.NETWORK: "Pin what is fetched by version or checksum, and keep a copy.",
    CauseName.LEFTOVER_STATE: "Write to a fresh folder, or clear what an earlier run left before the work begins.",
    CauseName.UNKNOWN: "See what differs with `repro-audit compare repeat-1 repeat-2`.",
}
