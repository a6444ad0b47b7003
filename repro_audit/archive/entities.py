"""What a crate says of things that are no files of it: the project, the program, packages, the image, people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..report.told import sound, texts, words
from ..result import Citation, ProjectInfo, Result
from ..text import clean, one_line

Entity = dict[str, Any]  # with `@id` and `@type`, as JSON-LD takes it

PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
TERMS = "https://w3id.org/ro/terms/workflow-run#"
PROGRAM = f"https://pypi.org/project/repro-audit/{__version__}/"
UNSTATED = "The project states no license."
_EXACT = re.compile(r"([A-Za-z0-9][\w.-]*)==([\w.!+-]+)")


def ref(entity: Entity) -> Entity:
    return {"@id": entity["@id"]}


def profile() -> Entity:
    return {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"}


def program() -> Entity:
    return {
        "@id": PROGRAM, "@type": "SoftwareApplication", "name": "repro-audit", "url": PROGRAM,
        "softwareVersion": __version__,
    }  # fmt: skip


def project(info: ProjectInfo, environment: Mapping[str, Any], needed: Sequence[Entity]) -> Entity:
    """The audited project at its commit, as the software that the runs ran."""
    made: Entity = {
        "@id": info.web or "#project",
        "@type": ["SoftwareApplication", "SoftwareSourceCode"],
        "name": name_of(info),
    }
    if info.web:
        made |= {"url": info.web, "codeRepository": info.web}
    if info.commit:
        made |= {"version": info.commit, "identifier": heritage(info.commit)}
    if info.prefix:
        made["description"] = f"The folder {one_line(info.prefix)} of the repository."
    if words(environment, "system"):
        made["operatingSystem"] = one_line(words(environment, "system"))
    if needed:
        made["softwareRequirements"] = [ref(entity) for entity in needed]
    return made


def name_of(info: ProjectInfo) -> str:
    """What others call it: the folder of a checkout may be called anything."""
    known = info.prefix or info.web or info.name
    return one_line(known.rstrip("/").rpartition("/")[2]) or "project"


def heritage(commit: str) -> str:
    """The commit's name in the Software Heritage archive, which knows SHA-1 only."""
    return f"swh:1:rev:{commit}" if len(commit) == 40 else f"git:{commit}"


def environment_of(result: Result) -> Mapping[str, Any]:
    """The environment that the runs had; empty where none was built."""
    built = [e.get("environment") for e in result.experiments if e.get("kind") in ("repeat", "build")]
    whole = [e for e in built if isinstance(e, Mapping) and e.get("python")]
    return whole[-1] if whole else {}


def packages(environment: Mapping[str, Any]) -> Iterator[Entity]:
    """Python and the packages as they were installed."""
    if words(environment, "python"):
        home = "https://www.python.org/"
        version = one_line(words(environment, "python"))
        yield {"@id": home, "@type": "SoftwareApplication", "name": "Python", "url": home, "softwareVersion": version}
    for found in (_EXACT.fullmatch(text) for text in sorted(set(texts(environment, "packages")))):
        if found is None:
            continue
        page = f"https://pypi.org/project/{quote(found[1])}/{quote(found[2])}/"
        yield {
            "@id": page, "@type": "SoftwareApplication", "name": found[1], "url": page, "softwareVersion": found[2],
        }  # fmt: skip


def image(environment: Mapping[str, Any]) -> Entity | None:
    """The image that the runs had; it was built for them, so no registry has it."""
    digest = words(environment, "image").removeprefix("sha256:")
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        return None
    return {
        "@id": "#image", "@type": "ContainerImage", "name": "The environment of the runs, as it was built",
        "additionalType": {"@id": f"{TERMS}DockerImage"}, "sha256": digest,
    }  # fmt: skip


def license_of(result: Result) -> Entity:
    """The evidence holds what the project's own code wrote, so the project's license is the crate's."""
    stated = result.found.license
    if stated is None:
        return {"@id": "#license", "@type": "CreativeWork", "name": "No license", "description": UNSTATED}
    description = f"As the project says in its file {clean(stated)}."
    return {"@id": "#license", "@type": "CreativeWork", "name": "The project's license", "description": description}


def authors(citation: Citation | None) -> Iterator[Entity]:
    """The people whom the project asks to cite."""
    for number, author in enumerate(citation.authors if citation else (), 1):
        page = f"https://orcid.org/{author.orcid}" if author.orcid else f"#author-{number}"
        yield {"@id": page, "@type": "Person", "name": author.name}


def changes(result: Result) -> Iterator[tuple[str, Entity]]:
    """What an experiment changed, by its id: a parameter and the value that its runs had."""
    for number, told in enumerate(map(sound, result.experiments), 1):
        parameter, value = words(told, "parameter"), words(told, "to")
        if parameter and value:
            yield words(told, "id"), {
                "@id": f"#change-{number}", "@type": "PropertyValue", "name": clean(parameter), "value": clean(value),
            }  # fmt: skip
