"""The search for causes, on a project that is only pretended: what differs is a function of what is held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from repro_audit.diagnose.interventions import interventions, last_resorts
from repro_audit.diagnose.model import CauseName, Hold
from repro_audit.diagnose.notes import Notes, Touch
from repro_audit.diagnose.search import Exhausted, Found, Search
from repro_audit.diagnose.suspects import Suspect, suspects
from repro_audit.diagnose.unlike import Unlike
from repro_audit.model import Place

TABLE = interventions(("1", "2"), 1_700_000_000)
Outputs = Mapping[str, Any]


@dataclass
class World:
    """A project: `made` gives its outputs from the state of each source; what is not held is new in every run."""

    made: Callable[[Callable[[str], Any]], Outputs]
    most: int = 40
    breaks: Callable[[Hold], bool] = lambda hold: False
    names: list[str] = field(default_factory=list)

    def run(self, name: str, hold: Hold) -> Outputs | None:
        if len(self.names) >= self.most:
            raise Exhausted
        self.names.append(name)
        if self.breaks(hold):
            return None
        held = dict(hold.probe.get("hold", {})) | dict(hold.variables) | {"before": hold.before or None}
        fresh = len(self.names) * 1000

        def state(source: str) -> Any:
            value = held.get(source)
            return fresh if value is None else value

        return self.made(state)

    def unlike(self, first: Outputs, second: Outputs) -> Unlike:
        keys = first.keys() | second.keys()
        return frozenset((k.partition("#")[0], k.partition("#")[2]) for k in keys if first.get(k) != second.get(k))


def seen(*names: CauseName) -> list[Suspect]:
    """All suspects, of which these were touched by a line."""
    touches = tuple(Touch(n, Place("train.py", i), "", "draw()") for i, n in enumerate(names, 1))
    return suspects([Notes(touches, is_there=True)], TABLE)


def found(world: World, *names: CauseName, before: Unlike | None = None) -> Found[Outputs]:
    one, two = world.run("repeat-1", Hold()), world.run("repeat-2", Hold())
    assert one is not None and two is not None
    return Search(world, world.unlike(one, two) if before is None else before, seen(*names)).go(last_resorts())


def told(result: Found[Outputs]) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {tuple(s.name.value for s in a.suspects): a.outputs for a in result.attributions}


def test_each_output_gets_the_cause_whose_release_changes_it() -> None:
    world = World(lambda s: {"a": s("numpy"), "b": s("clock"), "c": 1})
    result = found(world, CauseName.NUMPY, CauseName.WALL_CLOCK)
    assert told(result) == {("unseeded-numpy",): ("a",), ("wall-clock",): ("b",)}
    assert not result.left and not result.unexplained and not result.is_cut
    assert set(result.hold.probe["hold"]) == {"numpy", "clock"}


def test_an_output_may_have_two_causes() -> None:
    world = World(lambda s: {"a": (s("numpy"), s("torch"))})
    assert set(told(found(world, CauseName.NUMPY, CauseName.TORCH))) == {("unseeded-numpy",), ("unseeded-torch",)}


def test_a_suspect_that_changes_nothing_is_not_blamed_and_need_not_be_held() -> None:
    result = found(World(lambda s: {"a": s("numpy")}), CauseName.NUMPY, CauseName.WALL_CLOCK, CauseName.PROCESS_ID)
    assert told(result) == {("unseeded-numpy",): ("a",)}
    assert set(result.hold.probe["hold"]) == {"numpy"}


def test_it_takes_two_runs_and_one_for_each_suspect_and_two_to_see_that_it_is_so_and_enough() -> None:
    world = World(lambda s: {"a": s("numpy")})
    found(world, CauseName.NUMPY, CauseName.WALL_CLOCK)
    assert len(world.names) - 2 == 2 + 3 + 2  # the hash seed is always a suspect


def test_where_the_held_runs_agreed_by_luck_the_first_release_is_not_blamed() -> None:
    """The order of a set of objects may come out alike twice, and then with another seed not."""
    lucky = {"held-1", "held-2"}
    world = World(lambda s: {})
    world.made = lambda s: {"a": 0 if world.names[-1] in lucky or s("object-hash") is True else len(world.names)}
    assert told(found(world, CauseName.NUMPY)) == {("memory-address",): ("a",)}


def test_what_differs_whatever_is_held_is_left() -> None:
    result = found(World(lambda s: {"a": s("numpy"), "b": s("the weather")}), CauseName.NUMPY)
    assert told(result) == {("unseeded-numpy",): ("a",)}
    assert {path for path, _ in result.left} == {"b"}


def test_a_place_that_always_differs_does_not_hide_the_others_of_its_output() -> None:
    world = World(lambda s: {"nb#cell 1": s("the weather"), "nb#cell 6": s("numpy")})
    assert told(found(world, CauseName.NUMPY)) == {("unseeded-numpy",): ("nb",)}


def test_another_change_of_the_same_output_is_not_the_cause_of_this_difference() -> None:
    """A date that both runs had in common is not why they differ."""
    world = World(lambda s: {"a#date": s("clock"), "a#score": s("numpy")})
    result = found(world, CauseName.NUMPY, CauseName.WALL_CLOCK, before=frozenset({("a", "score")}))
    assert told(result) == {("unseeded-numpy",): ("a",)}


def test_sources_that_act_only_together_are_told_together() -> None:
    def made(state: Callable[[str], Any]) -> Outputs:
        moved = state("numpy") != 1 and state("os-entropy") != 1
        return {"a": state("numpy") if moved else 0}

    result = found(World(made), CauseName.NUMPY, CauseName.OS_ENTROPY, CauseName.WALL_CLOCK)
    assert told(result) == {("os-entropy", "unseeded-numpy"): ("a",)} or told(result) == {
        ("unseeded-numpy", "os-entropy"): ("a",)
    }


def test_a_release_that_agrees_by_luck_is_tried_in_another_state() -> None:
    world = World(lambda s: {"a": int(str(s("PYTHONHASHSEED"))) > 30})
    result = found(world, before=frozenset({("a", "")}))
    assert told(result) == {("hash-seed",): ("a",)}


def test_a_hold_that_breaks_the_run_is_dropped_and_told() -> None:
    world = World(lambda s: {"a": s("numpy")}, breaks=lambda h: "clock" in h.probe.get("hold", {}))
    result = found(world, CauseName.NUMPY, CauseName.WALL_CLOCK)
    assert told(result) == {("unseeded-numpy",): ("a",)}
    assert result.dropped == (CauseName.WALL_CLOCK,)


def test_where_every_held_run_fails_nothing_is_said() -> None:
    world = World(lambda s: {"a": s("numpy")}, breaks=lambda h: bool(h.probe))
    result = found(world, CauseName.NUMPY)
    assert not result.attributions and result.reference is None and result.left == {("a", "")}


def test_the_order_of_threads_is_tried_only_where_all_else_does_not_help() -> None:
    world = World(lambda s: {"a": s("thread-order")})
    assert told(found(world)) == {("thread-order",): ("a",)}
    quiet = World(lambda s: {"a": s("numpy")})
    found(quiet, CauseName.NUMPY)
    assert not [n for n in quiet.names if n.startswith("thread")]


def test_a_difference_that_shows_once_and_never_again_is_not_blamed_on_threads() -> None:
    world = World(lambda s: {"a": s("numpy")})
    world.made = lambda s: {"a": s("numpy"), "b": "slow" if len(world.names) == 3 else "quick"}
    result = found(world, CauseName.NUMPY, before=frozenset({("a", ""), ("b", "")}))
    assert told(result) == {("unseeded-numpy",): ("a",)}
    assert {path for path, _ in result.left} == {"b"}


@pytest.mark.parametrize("lucky", [{"held-1", "held-2"}, {"held-1", "held-2", "free-wall-clock-1-held"}])
def test_what_only_seemed_to_follow_the_clock_is_not_laid_to_it(lucky: set[str]) -> None:
    world = World(lambda s: {})
    world.made = lambda s: {"a": 0 if world.names[-1] in lucky or s("object-hash") is True else len(world.names)}
    assert told(found(world, CauseName.WALL_CLOCK)) == {("memory-address",): ("a",)}


def test_a_flicker_in_one_release_is_no_cause() -> None:
    world = World(lambda s: {"a": s("numpy")})
    world.made = lambda s: {"a": "slow" if world.names[-1] == "free-wall-clock-1" else s("numpy")}
    assert told(found(world, CauseName.NUMPY, CauseName.WALL_CLOCK)) == {("unseeded-numpy",): ("a",)}


def test_addresses_in_memory_are_blamed_alone() -> None:
    """Whatever is released moves them by the way."""
    result = found(World(lambda s: {"a": s("before") if isinstance(s("before"), int) else 0}), CauseName.WALL_CLOCK)
    assert told(result) == {("memory-address",): ("a",)}


@pytest.mark.parametrize("most", range(2, 12))
def test_a_search_that_is_cut_short_tells_what_it_knows(most: int) -> None:
    world = World(lambda s: {"a": s("numpy"), "b": s("clock")}, most=most)
    result = found(world, CauseName.NUMPY, CauseName.WALL_CLOCK)
    assert set(told(result)) <= {("unseeded-numpy",), ("wall-clock",)}
    assert result.is_cut is (most < 11)


def test_without_a_probe_only_the_hash_seed_is_a_suspect() -> None:
    assert [s.name for s in suspects([Notes()], TABLE)] == [CauseName.HASH_SEED]


def test_a_library_that_was_never_imported_is_no_suspect() -> None:
    notes = Notes(raw=({"note": "import", "module": "numpy"},), is_there=True)
    names = {s.name for s in suspects([notes], TABLE)}
    assert CauseName.NUMPY in names and CauseName.TORCH not in names


def test_what_a_hold_explains_is_told_before_last_resorts_take_the_runs() -> None:
    world = World(lambda s: {"a": s("numpy"), "b": s("the weather")}, most=6)
    result = found(world, CauseName.NUMPY)
    assert told(result) == {("unseeded-numpy",): ("a",)} and result.is_cut


def test_an_output_that_needs_a_last_resort_may_have_another_cause_as_well() -> None:
    world = World(lambda s: {"a": s("numpy"), "b": (s("numpy"), s("thread-order"))})
    result = found(world, CauseName.NUMPY)
    assert [(a.suspects[0].name.value, a.outputs) for a in result.attributions] == [
        ("unseeded-numpy", ("a",)), ("thread-order", ("b",)), ("unseeded-numpy", ("b",)),
    ]  # fmt: skip
