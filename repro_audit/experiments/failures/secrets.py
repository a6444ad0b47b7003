"""The run wants a key, a token or a login."""

from __future__ import annotations

import re

from ..model import Failure, FailureClass
from .words import Words

# A variable is in capitals, since `tokenizer` and `n_tokens` are no secrets.
VARIABLE = re.compile(
    r"\b(?!(?:PAD|CLS|SEP|UNK|BOS|EOS|SOS|MASK|START|END|NUM|MAX|SPECIAL)_)[A-Z][A-Z0-9_]*(?:SECRET|TOKEN|PASSWORD|"
    r"PASSWD|API_?KEY|ACCESS_KEY|CREDENTIALS?)[A-Z0-9_]*\b|"
    r"\b(?:TOKEN|PASSWORD|API_?KEY|SECRET_KEY)\b"
)
WANTED = re.compile(
    r"api[_ -]?key.{0,60}(?:not |must|missing|required|invalid|configured|no )|(?:no|missing|invalid|"
    r"provide).{0,30}api[_ -]?key|"
    r"(?:access|auth\w*|bearer|hf|user)[ _-]token|NoCredentials|PartialCredentials|DefaultCredentialsError|"
    r"credentials.{0,40}(?:not|missing|could)|"
    r"[Uu]nable to locate credentials|kaggle\.json|not logged in|login required|[Pp]lease (?:log ?in|authenticate)|"
    r"wandb login|huggingface-cli login|401 (?:Client Error|Unauthorized)|403 Forbidden|gated repo|"
    r"Authentication (?:failed|required)|could not read (?:Username|Password)|AuthenticationError"
)
NOT_ABOUT = ("ModuleNotFoundError", "ImportError", "SyntaxError", "TypeError", "NameError", "IndexError")


def needs_secret(words: Words) -> Failure | None:
    tb = words.traceback
    if tb is not None and tb.error in NOT_ABOUT:
        return None
    found = VARIABLE.search(words.last) or WANTED.search(words.last)
    if not found:
        return None
    variable = VARIABLE.search(words.last)
    how = f"Pass it with --env {variable.group(0)}" if variable else "Pass it with --env NAME"
    return words.failure(
        FailureClass.NEEDS_SECRET,
        f"it needs a secret: {found.group(0)}",
        f"{how}, or let the experiment run without it.",
    )
