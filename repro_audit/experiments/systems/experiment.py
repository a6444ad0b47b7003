"""One experiment a system: it is asked, a parameter is set through it, and what it kept is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from ...facts.configuration.leaf import number
from ...facts.configuration.words import is_descriptive, is_tunable, leaf_name
from ...model import is_number
from ...text import count, shorten
from ..model import Experiment, Failure, Kind, Outcome
from ..parameters.model import CannotSet, is_seed_name
from ..parameters.values import other_numbers
from .model import Asked, CannotAsk, Finding, Record, Scene, System, flat, said

MOST_VALUES, MOST_FINDINGS, MOST_RECORDS, MOST_TRIED = 300, 60, 20, 8


def ask(system: System, scene: Scene) -> Experiment:
    """Ask it all; a question without an answer is told, and the others are asked all the same."""
    silent, asked, set_to = "", None, None
    try:
        asked = _asked(system, scene)
        set_to = _set(system, scene, asked) if asked is not None and not asked.is_read else None
    except CannotAsk as error:
        silent = str(error)
    found = [*(asked.findings if asked else ()), *system.findings(scene, asked)]
    if set_to and not set_to["taken"]:
        found.append(
            Finding(
                f"`{set_to['key']}` was set to {set_to['to']} through {system.name} and was not taken", is_fault=True
            )
        )
    found = list(dict.fromkeys(found))[:MOST_FINDINGS]
    kept = list(islice(system.kept(scene.reference), MOST_RECORDS)) if scene.reference else []
    outcome = _outcome(found, asked, kept, silent)
    return Experiment(
        f"system:{system.name}", Kind.SYSTEM, scene.bench.sandbox.name, outcome,
        _sentence(system, found, asked, set_to, kept, silent), runs=tuple(scene.records), failure=_failure(found),
        details={**_details(system, asked, set_to, found, kept), **scene.told},
    )  # fmt: skip


def _asked(system: System, scene: Scene) -> Asked | None:
    question = system.question(scene.project, scene.job)
    if question is None:
        return system.known(scene.project)
    return system.answer(scene.project, scene.run(f"{system.name}-asked", question))


def _set(system: System, scene: Scene, asked: Asked) -> dict[str, Any] | None:
    """Set the first parameter that lends itself to it through the system, and ask again whether it was taken."""
    for key, value, other in islice(_settable(asked.parameters), MOST_TRIED):
        try:
            question = system.question(scene.project, system.set(scene.project, scene.job, key, other))
        except CannotSet:
            continue
        if question is None:
            return None
        again = system.answer(scene.project, scene.run(f"{system.name}-set", question))
        return {"key": key, "from": value, "to": other, "taken": _is_taken(again.parameters.get(key), other)}
    return None


def _is_taken(found: Any, wanted: Any) -> bool:
    """Whether the value has arrived, be it as text."""
    return bool(found == wanted or (isinstance(found, str) and number(found) == wanted))


def _settable(parameters: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(key, value, another one), what one tunes first, nested keys before others since they are harder to set."""
    numbers = [(k, v) for k, v in parameters.items() if is_number(v)]
    numbers.sort(key=lambda kv: (is_descriptive(leaf_name(kv[0])), not is_tunable(kv[0]), -kv[0].count("."), kv[0]))
    for key, value in numbers:
        other = next((v for v in other_numbers(leaf_name(key).lower(), value) if v != value), None)
        if other is not None and not is_seed_name(leaf_name(key)):
            yield key, value, other


def _outcome(found: list[Finding], asked: Asked | None, kept: list[Record], silent: str) -> Outcome:
    if any(f.is_fault for f in found):
        return Outcome.FAILED
    if silent or ((asked is None or asked.is_read) and not kept and not found):
        return Outcome.INCONCLUSIVE
    return Outcome.WORKS


def _failure(found: list[Finding]) -> Failure | None:
    return next((Failure(f.failure, f.text, f.next_step, f.at) for f in found if f.failure is not None), None)


def _sentence(
    system: System, found: list[Finding], asked: Asked | None, set_to: Mapping[str, Any] | None, kept: list[Record],
    silent: str,
) -> str:  # fmt: skip
    """The first fault and how many more there are; else what was asked and answered."""
    faults = [f for f in found if f.is_fault]
    if faults:
        more = f"; and {count(len(faults) - 1, 'more fault')}" if len(faults) > 1 else ""
        return shorten(f"{_told(faults[0])}{more}", 400)
    told = [silent] if silent else []
    if asked is not None:
        who = "its code tells" if asked.is_read else "it tells"
        steps = f" and {count(len(asked.details['steps']), 'step')}" if asked.details.get("steps") else ""
        told.append(f"{who} {count(len(asked.parameters), 'parameter')}{steps}")
    if set_to is not None:
        told.append(f"`{set_to['key']}` set through it to {set_to['to']} is taken")
    if kept:
        told.append(f"it kept {count(len(kept), 'record')} of the run")
    told += [_told(f) for f in found[:1]]
    return shorten("; ".join(told) or "nothing could be asked of it here", 400)


def _told(finding: Finding) -> str:
    return f"{finding.text} ({finding.at})" if finding.at and str(finding.at) not in finding.text else finding.text


def _details(
    system: System, asked: Asked | None, set_to: Mapping[str, Any] | None, found: list[Finding], kept: list[Record]
) -> dict[str, Any]:
    values = {k: said(v) for k, v in islice(flat(dict(asked.parameters)), MOST_VALUES)} if asked else {}
    return {
        "system": system.name,
        "parameters": {"count": len(asked.parameters) if asked else 0, "values": values},
        "findings": [f.to_dict() for f in found],
        "records": [r.to_dict() for r in kept],
        **({"set": {**set_to, "from": said(set_to["from"]), "to": said(set_to["to"])}} if set_to else {}),
        **(asked.details if asked else {}),
    }  # fmt: skip
