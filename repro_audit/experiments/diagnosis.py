"""Two equal runs differ: which interventions make them agree, and which of them are needed?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..diagnose.interventions import interventions, last_resorts
from ..diagnose.model import Cause, CauseName
from ..diagnose.notes import Notes, Touch, read_notes
from ..diagnose.search import Found, Search
from ..diagnose.suspects import suspects, touches_by_cause
from ..diagnose.unlike import Unlike, outputs
from ..diagnose.words import AGREES, GO_ON, SeedKey, fix, sentence
from ..sandbox.model import Run
from .bench import Variation
from .fetched import are_kept
from .keys import differing, key_of
from .lab import Lab
from .lines import first_line, lines_of, seed_key
from .model import Experiment, Outcome
from .trials import LabTrials

Touches = dict[CauseName, tuple[Touch, ...]]
MOST_RUNS = 24
SHARE = 0.7  # of the budget that a diagnosis may use up


def diagnose(lab: Lab, repeated: Experiment) -> tuple[Experiment, Lab]:
    """The experiment with its causes, and the lab with what holds its runs steady.

    Where the runs agree, nothing is held but the hash seed, which every run of the lab has in common.
    """
    before = differing(repeated.outputs)
    if repeated.outcome is not Outcome.DIFFERS or not before:
        return repeated, lab
    lab.bench.watch("diagnosing", "which interventions make the runs agree")
    table = interventions(lab.hash_seeds, int(time.time()))
    if not are_kept(lab.bench.answers):
        del table[CauseName.NETWORK]
    found_notes = (lab.notes, _second_notes(lab))
    trials = LabTrials(_within_share(lab), "diagnose", MOST_RUNS)
    touches = touches_by_cause(t for n in found_notes for t in n.touches)
    resorts = last_resorts(has_threads=CauseName.THREAD_ORDER in touches)
    found = Search(trials, before, suspects(found_notes, table, _is_salted(lab))).go(resorts)
    names = {key_of(o.path): o.path for o in repeated.outputs}
    causes = tuple(_causes(found, names, lab, touches))
    told = {"diagnosis": _told(found, trials, names)}
    reason = sentence(causes[0]) if causes else repeated.reason
    twice = replace(repeated, causes=causes, reason=reason, details={**repeated.details, **told})
    return twice, _steadied(lab, found, repeated)


def _second_notes(lab: Lab) -> Notes:
    return read_notes(lab.bench.evidence.folder / "runs" / "repeat-2" / "notes", lab.project.files.paths)


def _is_salted(lab: Lab) -> bool:
    """Whether the two runs had different hash seeds: not where the project's own command fixes it."""
    return lab.job.variables.get("PYTHONHASHSEED") == lab.hash_seeds[0]


def _within_share(lab: Lab) -> Lab:
    budget = lab.budget
    return replace(lab, budget=replace(budget, seconds=budget.seconds - (1 - SHARE) * max(0.0, budget.left)))


def _steadied(lab: Lab, found: Found[Run], repeated: Experiment) -> Lab:
    """The lab under what was confirmed; what differs even so is left out of its comparisons."""
    if found.reference is None:
        return replace(lab, is_steady=False)
    unsteady = outputs(found.left | found.unexplained)
    is_steady = any(key_of(o.path) not in unsteady for o in repeated.outputs)
    return replace(lab, steady=Variation(found.hold), reference=found.reference, unsteady=unsteady, is_steady=is_steady)


def _causes(found: Found[Run], names: dict[str, str], lab: Lab, touches: Touches) -> Iterator[Cause]:
    """Files before what was said; what no hold explains comes last."""
    seed = seed_key(lab.project)
    for one in sorted(found.attributions, key=lambda a: all("/" not in o and "." not in o for o in a.outputs)):
        for suspect in one.suspects:
            cause = _cause(suspect.name, touches.get(suspect.name, ()), lab, seed)
            others = tuple(s.name for s in one.suspects if s is not suspect)
            yield replace(cause, outputs=_named(one.unlike, names), together_with=others)
    rest = _named(found.left | found.unexplained, names)
    asked = touches.get(CauseName.NETWORK, ())
    if rest and found.left and asked and not _has(found, CauseName.NETWORK):  # what came in a way that is not held
        yield replace(_cause(CauseName.NETWORK, asked, lab, seed), confirmed=False, outputs=rest)
    elif found.left:
        yield Cause(CauseName.UNKNOWN, False, rest, fix=fix(CauseName.UNKNOWN, None, seed))
    elif rest:
        yield Cause(CauseName.UNKNOWN, False, rest, text=AGREES, fix=GO_ON)


def _has(found: Found[Run], name: CauseName) -> bool:
    return any(s.name is name for a in found.attributions for s in a.suspects)


def _cause(name: CauseName, touches: Iterable[Touch], lab: Lab, seed: SeedKey) -> Cause:
    """With the line that was seen, else one that looks like it, else what was called below somebody else's line."""
    seen = tuple(touches)
    lines = lines_of(seen, lab.project)
    if lines:
        touch, at = lines[0]
        more = tuple(dict.fromkeys(place for _, place in lines[1:]))
        return Cause(
            name, True, (), at, touch.text or touch.what, fix(name, replace(touch, at=at), seed), touch.cell, more
        )
    place, text = first_line(name, lab.project, lab.notes.opened)
    known = Touch(name, place, "", text) if place else next(iter(seen), None)
    return Cause(name, True, (), place, text or (known.what if known else ""), fix(name, known, seed))


def _named(unlike: Unlike, names: dict[str, str]) -> tuple[str, ...]:
    """The outputs by the names that they have in the first run."""
    return tuple(sorted({names.get(path, path) for path in outputs(unlike)}))


def _told(found: Found[Run], trials: LabTrials, names: dict[str, str]) -> dict[str, object]:
    return {
        "runs": trials.told,
        "held": sorted(n.value for n in {s.name for a in found.attributions for s in a.suspects}),
        "differs_whatever_is_held": list(_named(found.left, names)),
        "agrees_when_held": list(_named(found.unexplained, names)),
        "dropped": [name.value for name in found.dropped],
        "cut_by_budget": found.is_cut,
    }
