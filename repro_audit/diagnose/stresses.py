"""What should not matter to a run, each with the change that shows whether it does."""

from __future__ import annotations

from dataclasses import dataclass

from .interventions import THREAD_VARIABLES, held, shaken
from .model import CauseName, Hold

FOLDER = "/srv/elsewhere/project"  # a clone keeps its own name, with which some tools greet
HOST, USER = "other-host", "somebody"
LATER = 34_000_000  # seconds, a bit more than a year: another date in every part
SESSION = {"TERM": "xterm-256color", "SHELL": "/bin/bash", "EDITOR": "vi", "PAGER": "less"}
WORDS = {
    CauseName.HASH_SEED: "another hash seed",
    CauseName.WALL_CLOCK: "another date",
    CauseName.FILE_ORDER: "folders listed in another order",
    CauseName.WORKING_DIRECTORY: "another folder",
    CauseName.HOSTNAME: "another host name",
    CauseName.USER: "another user",
    CauseName.LOCALE: "another locale",
    CauseName.TIMEZONE: "another time zone",
    CauseName.CPU_COUNT: "another number of processors",
    CauseName.THREAD_COUNT: "another number of threads",
    CauseName.PROCESS_ID: "another process id",
    CauseName.ENVIRONMENT_VARIABLE: "another session's variables",
    CauseName.MEMORY_ADDRESS: "other addresses in memory",
}


@dataclass(frozen=True, slots=True)
class Stress:
    """One change of a run's surroundings."""

    name: CauseName
    hold: Hold


def stresses(cpus: int) -> tuple[Stress, ...]:
    """All of them, the likeliest to matter side by side, so that splitting finds them with few runs."""
    threads = dict.fromkeys(THREAD_VARIABLES, "1" if cpus > 1 else "2")
    usual = dict.fromkeys(THREAD_VARIABLES, str(cpus))
    one_cpu = held(cpu_count=1) | Hold(variables=usual, surroundings={"cpus": 1})
    return (
        Stress(CauseName.THREAD_COUNT, Hold(variables=threads)),
        Stress(CauseName.CPU_COUNT, one_cpu if cpus > 1 else held(cpu_count=3)),
        Stress(CauseName.WORKING_DIRECTORY, Hold(surroundings={"folder": FOLDER})),
        Stress(CauseName.FILE_ORDER, shaken(file_order="reversed")),
        Stress(CauseName.WALL_CLOCK, shaken(clock=LATER)),
        Stress(CauseName.HASH_SEED, Hold(variables={"PYTHONHASHSEED": "4242"})),
        Stress(CauseName.HOSTNAME, Hold(surroundings={"hostname": HOST})),
        Stress(CauseName.USER, Hold(surroundings={"user": USER, "umask": 0o077})),
        Stress(CauseName.TIMEZONE, Hold(variables={"TZ": "Asia/Kathmandu"})),
        Stress(CauseName.LOCALE, Hold(variables={"LANG": "C", "LC_ALL": "C"})),
        Stress(CauseName.PROCESS_ID, shaken(process_id=54321)),
        Stress(CauseName.ENVIRONMENT_VARIABLE, Hold(variables=SESSION)),
    )


# What nobody reads: it moves nothing but where things lie in memory, as any other change does by the way.
PLACEBO = Stress(
    CauseName.MEMORY_ADDRESS, Hold(variables={"PYTHONMALLOC": "malloc", "REPRO_AUDIT_PADDING": "x" * 3000})
)


def all_of(changes: tuple[Stress, ...]) -> Hold:
    """At once; the number of threads comes last, since that of the processors keeps it as it was."""
    hold = Hold()
    for change in sorted(changes, key=lambda c: c.name is CauseName.THREAD_COUNT):
        hold |= change.hold
    return hold


def already_held(change: Stress, steady: Hold) -> bool:
    """Whether the runs differ in it as it is, so that it has to stay still."""
    probe = steady.probe.get("hold", {})
    moved = change.hold.probe.get("shake", {})
    return any(name in probe for name in moved) or any(
        name in steady.variables and name == "PYTHONHASHSEED" for name in change.hold.variables
    )
