"""The numbers as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from agreement import ORDER, Pair, command_match


def overview(summary: dict[str, Any], with_confusion: bool = True) -> str:
    """One line per criterion, then the systems, the command and what went wrong."""
    parts = [
        f"{summary['repositories']} repositories, {summary['absent']} absent; "
        f"{summary['seconds']} s; slowest {summary['slowest']}",
        "",
        criteria_table(summary),
        "",
        uses_and_command(summary),
    ]
    if with_confusion:
        parts += ["", "Confusion (rows: readers; columns: program)", "", confusion_tables(summary)]
    if summary["errors"]:
        parts += ["", "Errors", *error_lines(summary["errors"])]
    return "\n".join(parts)


def criteria_table(summary: dict[str, Any]) -> str:
    head = f"{'criterion':<20} {'exact':>7} {'±1 step':>8} {'kappa':>6} | {'readers':>7} {'kappa':>6} {'constant':>9}"
    rows = [row(name, values) for name, values in summary["criteria"].items()]
    return "\n".join([head, "-" * len(head), *rows, "-" * len(head), row("all", summary["total"])])


def row(name: str, v: dict[str, Any]) -> str:
    return (
        f"{name:<20} {v['exact']:>7.1%} {v['within_one']:>8.1%} {v['kappa']:>6.2f} | "
        f"{v['readers_exact']:>7.1%} {v['readers_kappa']:>6.2f} {v['constant']:>9.1%}"
    )


def uses_and_command(summary: dict[str, Any]) -> str:
    uses, command = summary["uses"], summary["command"]
    return "\n".join(
        [
            f"uses      precision {uses['precision']:.3f}   recall {uses['recall']:.3f}",
            f"          only the program: {counts(uses['extra'])}",
            f"          only the readers: {counts(uses['missed'])}",
            f"command   among the key's: {command_line(command)} that state one",
            f"          among the key's: {command_line(command['wider'])} where readers name any file to run",
        ]
    )


def command_line(command: dict[str, Any]) -> str:
    shares = f"{command['same_command']:.1%}   same program: {command['same_program']:.1%}"
    return f"{shares}   of {command['stated']} repositories"


def counts(found: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(found.items(), key=lambda i: (-i[1], i[0]))) or "-"


def confusion_tables(summary: dict[str, Any]) -> str:
    values = {**summary["criteria"], "all": summary["total"]}
    return "\n\n".join(confusion(name, v["confusion"]) for name, v in values.items())


def confusion(name: str, cells: dict[str, int]) -> str:
    count = Counter({tuple(key.split(">")): n for key, n in cells.items()})
    rows = [a for a in ORDER if any(k[0] == a for k in count)]
    columns = [b for b in ORDER if any(k[1] == b for k in count)]
    lines = [f"{name:<20}" + "".join(f"{b:>9}" for b in columns)]
    lines += [f"{a:>20}" + "".join(f"{count[a, b] or '.':>9}" for b in columns) for a in rows]
    return "\n".join(lines)


def error_lines(errors: dict[str, dict[str, str]]) -> list[str]:
    """Each distinct error once, with how often and where first."""
    repos: dict[tuple[str, str], list[str]] = {}
    for repo, found in errors.items():
        for what, why in found.items():
            repos.setdefault((what, why), []).append(repo)
    return [f"{what}: {why}  ({len(rs)}x, first {rs[0]})" for (what, why), rs in sorted(repos.items())]


def disagreements(pairs: Sequence[Pair], criterion: str) -> str:
    if criterion == "uses":
        return wrong_uses(pairs)
    if criterion == "command":
        return wrong_commands(pairs)
    wrong = [p for p in pairs if p.expected(criterion) != p.given(criterion)]
    wrong.sort(key=lambda p: (p.expected(criterion), p.given(criterion), p.repo))
    blocks = [disagreement(p, criterion) for p in wrong]
    return "\n\n".join([f"{criterion}: {len(wrong)} of {len(pairs)} differ", *blocks])


def disagreement(pair: Pair, criterion: str) -> str:
    label = pair.label["answers"][criterion]
    nothing = {"message": pair.scored.errors.get(criterion, "no such rule"), "evidence": []}
    ours = pair.scored.answers.get(criterion, nothing)
    readers = f"{pair.expected(criterion)} ({' / '.join(label.get('readings', ()))})"
    lines = [
        f"{pair.repo}: readers {readers}, program {pair.given(criterion)}",
        f"  readers: {label['evidence']}",
        f"  program: {ours['message']}",
        *(f"           {text[:160]}" for text in ours["evidence"][:6]),
        f"  command: {'; '.join(pair.scored.commands) or '-'}",
    ]
    return "\n".join(lines)


def wrong_uses(pairs: Sequence[Pair]) -> str:
    lines = []
    for pair in pairs:
        extra, missed = pair.wrong_uses
        if extra or missed:
            found = ", ".join(f"{u} ({pair.scored.uses[u]})" for u in extra)
            lines += [
                pair.repo,
                f"  only the program: {found or '-'}",
                f"  only the readers: {', '.join(missed) or '-'}",
            ]
    return "\n".join(lines)


def wrong_commands(pairs: Sequence[Pair]) -> str:
    lines = []
    for pair in pairs:
        if pair.key_commands and not command_match(pair)[0]:
            near = "same program" if command_match(pair)[1] else "another program"
            key = pair.label["command"]
            lines += [
                f"{pair.repo} ({near})",
                f"  readers: {' | '.join(pair.key_commands)}  ({key.get('at', '')})",
                f"  program: {' | '.join(pair.scored.commands) or '-'}  ({pair.scored.command_at})",
            ]
    return "\n".join(lines)


def changes(old: dict[str, Any], new: dict[str, Any]) -> str:
    """What a change of the program did: answers that became right, that became wrong, and the shares."""
    lines = [f"all: {old['total']['exact']:.1%} -> {new['total']['exact']:.1%}"]
    for repo, answers in new["answers"].items():
        for criterion, answer in answers.items():
            before, right = old["answers"].get(repo, {}).get(criterion), new["expected"][repo][criterion]
            if before in (None, answer):
                continue
            mark = "+" if answer == right else "-" if before == right else " "
            lines.append(f"{mark} {criterion:<20} {repo}: {before} -> {answer} (readers: {right})")
    return "\n".join([lines[0], *sorted(lines[1:])])
