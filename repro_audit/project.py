"""Project: every fact that a rule may ask for, read on first use and kept.

Read it from top to bottom as the flow of data: files, then documents and source, then the
commands and the program that they run, then what that program needs and leaves behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .facts.files import Tree
from .facts.git import Repository
from .facts.sources import Sources
from .model import Hints

if TYPE_CHECKING:
    from .facts.claims import Claims
    from .facts.commands.model import Commands
    from .facts.configuration.model import Configuration
    from .facts.data.model import Data
    from .facts.documents import Documents
    from .facts.environment.model import Environment
    from .facts.evaluation.model import Evaluation
    from .facts.program import Program
    from .facts.randomness import Randomness
    from .facts.systems import Systems


@dataclass(frozen=True)
class Project:
    """A folder under audit; nothing in it is run."""

    root: Path
    hints: Hints = Hints()

    @cached_property
    def repository(self) -> Repository | None:
        """The git repository around the root, None without one."""
        return Repository.around(self.root)

    @cached_property
    def files(self) -> Tree:
        return Tree(self.root, self.repository, self.hints.ignored)

    @cached_property
    def sources(self) -> Sources:
        """Python files and notebooks, parsed on first use."""
        return Sources(self.files)

    @cached_property
    def documents(self) -> Documents:
        """README and documentation: headings, prose, code, links."""
        from .facts.documents import read_documents

        return read_documents(self.files)

    @cached_property
    def commands(self) -> Commands:
        """Every command the project states, and the main experiment among them."""
        from .facts.commands.choose import find_commands

        return find_commands(self.files, self.sources, self.documents, self.hints)

    @cached_property
    def program(self) -> Program:
        """The Python code that the main experiment reaches."""
        from .facts.program import trace

        return trace(self.sources, self.commands.steps)

    @cached_property
    def randomness(self) -> Randomness:
        """The random sources that the main experiment draws from, and the seeds it sets."""
        from .facts.program import trace_apart
        from .facts.randomness import find_randomness

        steps = (*self.commands.preparation_steps, *self.commands.steps)
        apart = trace_apart(self.sources, steps)
        is_one = not apart or self.program.is_whole_project
        return find_randomness((self.program,) if is_one else apart, self.files, self.commands)

    @cached_property
    def configuration(self) -> Configuration:
        """Configuration files and options, their parameters, and which of them code reads."""
        from .facts.configuration.find import find_configuration

        return find_configuration(self.files, self.sources, self.documents, self.commands, self.program, self.hints)

    @cached_property
    def environment(self) -> Environment:
        """Declared packages, images, language versions and hardware."""
        from .facts.environment.find import find_environment

        return find_environment(self.files, self.sources, self.documents, self.commands, self.program)

    @cached_property
    def data(self) -> Data:
        """The data that the main experiment reads: where it is, how it is managed and described."""
        from .facts.data.find import find_data

        return find_data(
            self.files, self.sources, self.documents, self.commands, self.program, self.configuration, self.hints
        )

    @cached_property
    def evaluation(self) -> Evaluation:
        """Apps, prediction scripts and whatever records or compares runs."""
        from .facts.evaluation.find import find_evaluation

        return find_evaluation(self.files, self.sources, self.documents, self.commands, self.program)

    @cached_property
    def systems(self) -> Systems:
        """The systems that the project really uses, each with its place."""
        from .facts.systems import find_systems

        return find_systems(self.files, self.sources, self.documents, self.commands)

    @cached_property
    def claims(self) -> Claims:
        """What an existing REPRODUCIBILITY.md says, each claim compared with the tree."""
        from .facts.claims import read_claims

        return read_claims(self.files)
