"""Everything about the data of the main experiment, put together."""

from __future__ import annotations

from ...model import Hints
from ..commands.model import Commands
from ..configuration.model import Configuration
from ..documents.model import Documents
from ..files import Tree
from ..program import Program
from ..sources import Sources
from .descriptions import find_descriptions
from .downloads import find_downloads, find_pointed
from .evidence import Evidence
from .foreign import foreign_reads
from .handles import find_handles, find_ties
from .judge import judge_input
from .light import is_light
from .links import find_links
from .locations import Locations
from .model import Data, Management
from .origins import find_sources
from .pipelines import declared_stages
from .reads import find_reads, find_writes
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
    locations = Locations(program, configuration)
    reads = (*find_reads(program, locations), *foreign_reads(files, program))
    writes = find_writes(program, locations)
    made: frozenset[str] = frozenset()
    before = upstream_program(sources, program, reads, tree.names)
    if before is not None:
        maker, made = before
        earlier = Locations(maker, configuration)
        reads += find_reads(maker, earlier)
        writes += find_writes(maker, earlier)
    declared = tuple(declared_stages(files))
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
        declared=declared,
        made=made,
    )
    found = find_sources(seen)
    light = is_light(seen, found)
    uses_data = any(s.is_main and s.management is not Management.GENERATED for s in found)
    return Data(
        sources=found,
        tables=find_tables(seen, found),
        descriptions=find_descriptions(seen, found),
        handles=find_handles(seen, found),
        stages=find_stages(seen, light),
        uses_data=uses_data,
        is_light=light,
        example_input=judge_input(found, uses_data),
        tied_to=find_ties(seen, found),
    )
