"""Which files of configuration the main experiment reads, and the line of code or of a command that does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...model import Hints, Place
from ..commands.gaps import CONFIGURATION_FOLDER, CONFIGURATION_OPTION
from ..commands.model import Commands
from ..files import Tree, normalise
from ..program import Program
from ..regex import regex
from . import pipelines
from .file_names import Candidates
from .hydra import hydra_folders
from .model import Holder
from .uses import FileName, Uses

STEM = regex(r"(--?[\w-]+)[ =]+[\"']?([\w-]+)[\"']?(?=\s|$)")


@dataclass(frozen=True)
class Readers:
    """What may read a file: settings, frameworks, commands, then literals in code."""

    tree: Tree
    commands: Commands
    program: Program
    hints: Hints
    uses: Uses
    candidates: tuple[str, ...]
    rules: Mapping[str, str]  # text of Snakemake files
    scripts: Mapping[str, str]  # text of R and Julia

    def all(self) -> dict[str, tuple[Place | None, Holder]]:
        """The configuration files that the main experiment reads, with the line that does."""
        found: dict[str, tuple[Place | None, Holder]] = {}
        for path in self.hints.configuration:
            found.setdefault(normalise(path), (None, Holder.FILE))
        for folder in hydra_folders(self.tree, self.program, self.commands):
            found.update((p, (folder.reader, Holder.HYDRA)) for p in folder.composed if p not in found)
        for path, at in pipelines.dvc_files(self.tree, self.commands).items():
            found.setdefault(path, (at, Holder.DVC))
        for path in pipelines.kedro_files(self.tree, self.commands):
            found.setdefault(path, (None, Holder.FILE))
        for path, at in pipelines.snakemake_files(self.tree, dict(self.rules)).items():
            found.setdefault(path, (at, Holder.FILE))
        for path, at in self._named_in_commands():
            found.setdefault(path, (at, Holder.FILE))
        for path, at in self._named_by_stem():
            found.setdefault(path, (at, Holder.FILE))
        for path, at in self._environment_files():
            found.setdefault(path, (at, Holder.FILE))
        for path, at in self._named_in_code():
            found.setdefault(path, (at, Holder.FILE))
        return found

    def words(self) -> list[str]:
        return [w.strip("\"'") for w in re.split(r"[\s=,]+", pipelines.words_of(self.commands)) if "." in w or "/" in w]

    def named(self, word: str) -> str | None:
        """The file that a word of a command means, from the root or from where the command runs."""
        homes = [c.cwd for c in self.commands.chosen] + [s.cwd for s in self.commands.steps] + ["."]
        for home in dict.fromkeys(homes):
            path = normalise(f"{home}/{word}")
            if path in self.tree:
                return path
        return None

    def _named_in_commands(self) -> Iterator[tuple[str, Place]]:
        places = [c.at for c in self.commands.chosen] or [Place(".")]
        candidates = set(self.candidates)
        for word in self.words():
            path = self.named(word)
            if path in candidates:
                yield path, places[0]
            elif path is None and "/" in word and word.endswith((".yaml", ".yml", ".json", ".toml")):
                tail = word.rpartition("/")[2]
                same = [c for c in self.candidates if c.endswith("/" + tail)]
                if len(same) == 1:
                    yield same[0], places[0]

    def _named_by_stem(self) -> Iterator[tuple[str, Place]]:
        """`--config small` where the program adds the folder and the ending: `configs/small.yaml`."""
        places = [c.at for c in self.commands.chosen] or [Place(".")]
        for option, word in STEM.findall(pipelines.words_of(self.commands)):
            if CONFIGURATION_OPTION.search(option):
                same = [c for c in self.candidates if CONFIGURATION_FOLDER.search(c) and _stem(c) == word.lower()]
                if len(same) == 1:
                    yield same[0], places[0]

    def _environment_files(self) -> Iterator[tuple[str, Place]]:
        """`load_dotenv()` names no file: it looks for `.env` beside the code and in the folders above."""
        for call in self.program.called(".load_dotenv", ".dotenv_values", ".find_dotenv", ".read_env"):
            folder = call.place.path.rpartition("/")[0]
            while True:
                path = normalise(f"{folder}/.env") if folder else ".env"
                if path in self.tree:
                    yield path, call.place
                if path in self.tree or not folder:
                    break
                folder = folder.rpartition("/")[0]

    def _named_in_code(self) -> Iterator[tuple[str, Place]]:
        candidates = Candidates(self.candidates)
        for name in {n.pattern: n for n in reversed(self.uses.files)}.values():
            for path in candidates.meant_by(name):
                yield path, name.at
        for path, text in self.scripts.items():
            for number, line in enumerate(text.split("\n"), 1):
                for literal in re.findall(r"""["']([\w./\-]+\.(?:ya?ml|json|toml|ini|cfg))["']""", line):
                    for match in candidates.meant_by(FileName(literal, Place(path, number), line)):
                        yield match, Place(path, number)


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0].lower()
