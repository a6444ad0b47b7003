"""Note what each Sacred run is about to be run with, as Sacred itself has put it together.

`REPRO_AUDIT_SACRED` holds what else is wanted: `ask` runs Sacred's own command `print_config` in place of the
main function; `set` adds config updates (dotted keys) where a runner script leaves no command line to give them;
`record` stands in for observers that need a server, and has runs recorded to that folder instead.
Python 3.7 and every Sacred from 0.7 on must be able to read this.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

NOTES = os.environ.get("REPRO_AUDIT_SYSTEM_NOTES", "/repro-audit/notes")
# What each needs cannot be had without a network. SqlObserver is let be: it may well write to a local file.
REMOTE: Any = {
    "sacred.observers.mongo": ("MongoObserver", "QueuedMongoObserver", "QueueCompatibleMongoObserver"),
    "sacred.observers.s3_observer": ("S3Observer",),
    "sacred.observers.gcs_observer": ("GoogleCloudStorageObserver",),
    "sacred.observers.slack": ("SlackObserver",),
    "sacred.observers.telegram_obs": ("TelegramObserver",),
}
wanted: Any = json.loads(os.environ.get("REPRO_AUDIT_SACRED", "{}"))
drawn: dict[str, bool] = {}  # whether the seed of the run that is being made was drawn, by the path of the scaffold


class Finder:
    """First on sys.meta_path: it finds nothing itself, but has the real loader call us after its work."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in WORK:
            return None
        for finder in list(sys.meta_path):
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find is not None and finder is not self else None
            if spec is not None:
                follow(spec.loader, name)
                return spec
        return None


def follow(loader: Any, name: str) -> None:
    original = loader.exec_module

    def exec_module(module: Any) -> None:
        original(module)
        with suppress(Exception):
            WORK[name](module)

    loader.exec_module = exec_module


def hook_experiment(module: Any) -> None:
    original = module.Experiment._create_run

    def _create_run(
        self: Any,
        command_name: Any = None,
        config_updates: Any = None,
        named_configs: Any = (),
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        drawn.clear()
        command = "print_config" if wanted.get("ask") else command_name
        try:
            run = original(self, command, with_wanted(config_updates), named_configs, *args, **kwargs)
        except Exception as error:  # of several experiments, only some have the entry that is set
            if type(error).__name__ != "ConfigAddedError" or not wanted.get("set"):
                raise
            drawn.clear()
            run = original(self, command, config_updates, named_configs, *args, **kwargs)
        with suppress(Exception):
            note(about(self, run, command_name, named_configs))
        if wanted.get("record") and not run.unobserved:
            record_to(run, wanted["record"])
        return run

    module.Experiment._create_run = _create_run


def with_wanted(updates: Any) -> Any:
    if not wanted.get("set"):
        return updates
    updates = dict(updates or {})
    updates.update(wanted["set"])  # Sacred makes nested dictionaries of dotted keys itself
    return updates


def hook_initialize(module: Any) -> None:
    original = module.Scaffold.set_up_seed

    def set_up_seed(self: Any, *args: Any, **kwargs: Any) -> Any:
        drawn[self.path] = self.config.get("seed") is None
        return original(self, *args, **kwargs)

    module.Scaffold.set_up_seed = set_up_seed


def hook_observers(module: Any) -> None:
    """A class whose objects take whatever they are made with, and are told nothing."""
    if not wanted.get("record"):
        return
    for name in REMOTE[module.__name__]:
        if hasattr(module, name):
            setattr(module, name, stand_in(name))


def stand_in(name: str) -> type:
    RunObserver = import_module("sacred.observers.base").RunObserver

    def made(cls: Any, *args: Any, **kwargs: Any) -> Any:
        return cls()

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        RunObserver.__init__(self)

    ways = ("create", "create_from", "from_config")
    members: Any = {**{way: classmethod(made) for way in ways}, "__init__": init}
    return type(name, (RunObserver,), members)


def record_to(run: Any, folder: str) -> None:
    """Beside observers that work nothing is added."""
    remote = {name for names in REMOTE.values() for name in names}
    left = [o for o in run.observers if type(o).__name__ not in remote]
    if not left:
        files = import_module("sacred.observers").FileStorageObserver
        try:
            left = [files(folder)]
        except TypeError:  # before Sacred 0.8
            left = [files.create(folder)]
    run.observers = left


def about(experiment: Any, run: Any, command: Any, named_configs: Any) -> dict[str, Any]:
    modified = run.config_modifications
    return {
        "note": "sacred",
        "experiment": experiment.path,
        "command": command or experiment.default_command,
        "config": run.config,
        "named": list(named_configs),
        "drawn": sorted(path or "" for path, is_drawn in drawn.items() if is_drawn and not path),
        "added": sorted(modified.added),
        "typechanged": {key: [str(t) for t in types] for key, types in modified.typechanged.items()},
        "captured": [c for i in everything(experiment) for c in captured(i, i is experiment)],
        "observers": [type(o).__name__ for o in run.observers],
        "ingredients": [i.path for i in everything(experiment) if i is not experiment],
    }


def everything(ingredient: Any, seen: list[Any] | None = None) -> list[Any]:
    """The experiment and its ingredients, each once."""
    seen = [] if seen is None else seen
    if ingredient not in seen:
        seen.append(ingredient)
        for inner in ingredient.ingredients:
            everything(inner, seen)
    return seen


def captured(ingredient: Any, is_root: bool) -> Iterator[dict[str, Any]]:
    for function in ingredient.captured_functions:
        signature, code = function.signature, getattr(function, "__code__", None)
        if code is None or str(function.__module__).startswith("sacred."):
            continue  # print_config and its like are captured as well
        prefix = "" if is_root else ingredient.path
        yield {
            "name": function.__name__,
            "prefix": ".".join(p for p in (prefix, function.prefix) if p),
            "arguments": list(signature.arguments),
            "defaults": sorted(signature.kwargs),
            "takes_all": "_config" in signature.arguments
            or ("_run" in signature.arguments and "config" in code.co_names),
            "is_command": function.__name__ in ingredient.commands,
            "file": os.path.realpath(code.co_filename),
            "line": code.co_firstlineno,
        }


def note(told: dict[str, Any]) -> None:
    if not os.path.isdir(NOTES):
        return
    for number in range(1000):
        path = os.path.join(NOTES, f"sacred-{os.getpid()}-{number}.jsonl")
        if not os.path.exists(path):
            with open(path, "w") as file:
                file.write(json.dumps(told, default=plain) + "\n")
            return


def plain(value: Any) -> Any:
    for way in ("tolist", "item"):
        if hasattr(value, way):
            return getattr(value, way)()
    return repr(value)


WORK: Any = {**dict.fromkeys(REMOTE, hook_observers), "sacred.experiment": hook_experiment}
WORK["sacred.initialize"] = hook_initialize
finder: Any = Finder()
sys.meta_path.insert(0, finder)
