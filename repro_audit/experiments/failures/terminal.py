"""The program asks for a terminal, and a run has none: nothing that a user who types the command would meet."""

from __future__ import annotations

import re

from ..model import Failure
from .words import Words

NO_TERMINAL = "it asks for a terminal, and a run has none"
ASKED = re.compile(
    r"^stty: [^\n]*Inappropriate ioctl for device|TERM environment variable not set|tput: No value for \$TERM|"
    r"(?:termios\.error|OSError): [^\n]{0,20}\b25\b[^\n]{0,20}Inappropriate ioctl|"
    r"setupterm: could not find terminal|Error opening terminal: unknown",
    re.MULTILINE,
)
STEP = "Ask for the width with Python's shutil.get_terminal_size(), which has an answer without a terminal."


def without_terminal(words: Words) -> Failure | None:
    return words.of_ours(NO_TERMINAL, STEP) if ASKED.search(words.tail) else None
