"""The environment of the main experiment: what it imports, what declares it, where it runs."""

from __future__ import annotations

from ..commands.model import Commands
from ..documents import Documents
from ..files import Tree
from ..program import Program
from ..sources import Sources
from .hardware import find_device_code, find_hardware
from .images import find_images
from .languages import find_languages
from .model import Environment
from .needed import needed_modules, with_declarations
from .other_languages import needed_elsewhere
from .packages import declared_packages
from .scope import find_scope, is_under


def find_environment(
    files: Tree, sources: Sources, documents: Documents, commands: Commands, program: Program
) -> Environment:
    """Read everything that states packages, images, language versions or hardware; never raises on bad input."""
    scope = find_scope(commands.steps, program)
    wanted = needed_modules(program, sources)
    if not program.entries or program.is_whole_project:
        wanted += needed_elsewhere(files)
    packages = declared_packages(files, sources, documents, frozenset(n.module for n in wanted), scope)
    needed = with_declarations(wanted, packages)
    foreign = scope.foreign_folders(packages)
    told = Documents(tuple(d for d in documents.all if not is_under(d.path, foreign)))
    return Environment(
        packages=packages,
        needed=needed,
        images=find_images(files, told, packages, needed, scope),
        languages=find_languages(files, told, packages),
        hardware=find_hardware(files, told, program, packages),
        device_code=find_device_code(files, program),
    )
