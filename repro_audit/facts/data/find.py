"""Everything about the data of the main experiment, put together."""

from __future__ import annotations

from dataclasses import replace

from ...model import Hints
from ..commands.model import Commands
from ..configuration.model import Configuration
from ..documents.model import Documents
from ..files import Tree
from ..program import Program, trace
from ..sources import Sources
from .descriptions import find_descriptions
from .downloads import find_downloads, find_pointed
from .evidence import Evidence
from .foreign import foreign_reads
from .handles import find_handles
from .judge import judge_input
from .light import is_light
from .links import find_links
from .locations import Locations
from .model import Data, Management, Source
from .origins import find_sources
from .pipelines import declared_stages
from .reads import Read, find_reads, find_writes
from .simulation import is_generated, is_simulated
from .stages import find_stages
from .tables import find_tables
from .tree import DataTree
from .upstream import upstream_program


def find_data(
    files: Tree,
    sources: Sources,
    documents: Documents,
    commands: Commands,
    program: Program,
    configuration: Configuration,
    hints: Hints,
) -> Data:
    """The data of the main experiment: where they are, how they are managed, described and passed on."""
    tree = DataTree(files)
    reads, writes, locations = _traffic(program, configuration)
    reads += tuple(foreign_reads(files, program))
    upstream = upstream_program(sources, program, reads, tree.names)
    if upstream is not None:
        earlier_reads, earlier_writes, _ = _traffic(upstream.program, configuration)
        reads, writes = reads + earlier_reads, writes + earlier_writes
    seen = Evidence(
        files=files,
        tree=tree,
        documents=documents,
        commands=commands,
        program=program,
        configuration=configuration,
        hints=hints,
        locations=locations,
        reads=reads,
        writes=writes,
        downloads=find_downloads(files, documents, commands),
        pointed=find_pointed(files, documents),
        links=find_links(files, documents, program),
        declared=tuple(declared_stages(files)),
        upstream=upstream,
    )
    return _judged(*_wider(seen, find_sources(seen), sources))


def _traffic(program: Program, configuration: Configuration) -> tuple[tuple[Read, ...], tuple[Read, ...], Locations]:
    locations = Locations(program, configuration)
    return find_reads(program, locations), find_writes(program, locations), locations


def _wider(seen: Evidence, found: tuple[Source, ...], sources: Sources) -> tuple[Evidence, tuple[Source, ...]]:
    """Where the main experiment seems to read nothing: what the project's other code reads, as other code may call it.

    A simulation makes its data; nothing else shows that there are none.
    """
    if found or seen.program.is_whole_project or not seen.program.sources:
        return seen, found
    if is_simulated(seen.program) or is_generated(seen.program):
        return seen, found
    reads, writes, locations = _traffic(trace(sources, ()), seen.configuration)
    wide = replace(seen, reads=reads, writes=writes, locations=locations)
    return wide, find_sources(wide)


def _judged(seen: Evidence, found: tuple[Source, ...]) -> Data:
    light = is_light(seen, found)
    uses_data = any(s.is_main and s.management is not Management.GENERATED for s in found)
    tables = find_tables(seen, found)
    handles, ties = find_handles(seen, found)
    return Data(
        sources=found,
        tables=tables,
        descriptions=find_descriptions(seen, found, tables),
        handles=handles,
        stages=find_stages(seen, light),
        uses_data=uses_data,
        is_light=light,
        example_input=judge_input(found, uses_data),
        tied_to=ties,
    )
