"""A repository's own .git can name programs that git would start, and places outside that it would read."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .building import README, TRAIN, executable, hostile, write


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


def repository(root: Path) -> None:
    """A repository with one commit and, after it, a changed file: asking whether it changed has to look."""
    write(root, README_md=README, train_py=TRAIN, data_csv="a,b\n1,2\n")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "begin")
    write(root, data_csv="a,b\n1,3\n")


def configure(root: Path, text: str) -> None:
    with (root / ".git" / "config").open("a", encoding="utf-8") as file:
        file.write(text)


@hostile
def git_fsmonitor(root: Path, trap: str) -> None:
    repository(root)
    configure(root, f"[core]\n\tfsmonitor = {executable(root / 'monitor.sh', trap)}\n")


@hostile
def git_filters(root: Path, trap: str) -> None:
    repository(root)
    script = executable(root / "filter.sh", trap)
    write(root, _gitattributes="* filter=evil diff=evil merge=evil\n")
    configure(root, f'[filter "evil"]\n\tclean = {script}\n\tsmudge = {script}\n\tprocess = {script}\n\trequired\n')


@hostile
def git_external_diff(root: Path, trap: str) -> None:
    repository(root)
    script = executable(root / "diff.sh", trap)
    write(root, _gitattributes="* diff=evil\n")
    configure(root, f'[diff]\n\texternal = {script}\n[diff "evil"]\n\tcommand = {script}\n\ttextconv = {script}\n')


@hostile
def git_hooks(root: Path, trap: str) -> None:
    repository(root)
    for folder in (root / ".git" / "hooks", root / "hooks"):
        for hook in (
            "post-checkout",
            "post-index-change",
            "pre-auto-gc",
            "reference-transaction",
            "fsmonitor-watchman",
        ):
            executable(folder / hook, trap)
    configure(root, "[core]\n\thooksPath = hooks\n")


@hostile
def git_included_configuration(root: Path, trap: str) -> None:
    repository(root)
    write(root, evil_inc=f"[core]\n\tfsmonitor = {executable(root / 'monitor.sh', trap)}\n")
    configure(root, '[include]\n\tpath = ../evil.inc\n[includeIf "gitdir:**"]\n\tpath = ../evil.inc\n')


@hostile
def git_programs(root: Path, trap: str) -> None:
    repository(root)
    script = executable(root / "program.sh", trap)
    configure(
        root,
        f"[core]\n\tpager = {script}\n\teditor = {script}\n\tsshCommand = {script}\n\taskPass = {script}\n"
        f"\tgitProxy = {script}\n\talternateRefsCommand = {script}\n[credential]\n\thelper = {script}\n"
        f"[gpg]\n\tprogram = {script}\n[alias]\n\tstatus = !{script}\n\tls-files = !{script}\n\trev-parse = !{script}\n"
        f"[log]\n\tshowSignature = true\n[sequence]\n\teditor = {script}\n[uploadpack]\n\tpackObjectsHook = {script}\n",
    )


@hostile
def git_lazy_fetch_from_a_remote(root: Path, trap: str) -> None:
    """A partial clone fetches a missing object through a command that its own configuration names."""
    repository(root)
    script = executable(root / "upload.sh", trap)
    configure(
        root,
        "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tpartialClone = origin\n"
        f'[remote "origin"]\n\turl = .\n\tpromisor = true\n\tuploadpack = {script}\n\tpartialclonefilter = blob:none\n',
    )
    for kept in (root / ".git" / "objects").glob("??/*"):
        kind = subprocess.run(
            ["git", "cat-file", "-t", kept.parent.name + kept.name], cwd=root, capture_output=True, text=True
        )
        if kind.stdout.strip() != "commit":
            kept.unlink()


@hostile
def git_remote_that_is_a_command(root: Path, trap: str) -> None:
    repository(root)
    write(
        root,
        _gitmodules=f'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c {trap.replace(" ", "% ")}\n\tupdate = !{trap}\n',
    )
    configure(root, f'[remote "origin"]\n\turl = ext::sh -c {trap}\n[protocol "ext"]\n\tallow = always\n')


@hostile
def git_folder_elsewhere(root: Path, trap: str) -> None:
    """`.git` is a file that sends git to a folder in the tree with its own configuration."""
    repository(root)
    configure(root, f"[core]\n\tfsmonitor = {executable(root / 'monitor.sh', trap)}\n\tworktree = ..\n")
    (root / ".git").rename(root / "inner")
    (root / ".git").write_text("gitdir: inner\n")


@hostile
def git_folder_that_is_broken(root: Path, trap: str) -> None:
    repository(root)
    (root / ".git" / "HEAD").write_text("ref: ../../../../etc/passwd\n")
    (root / ".git" / "index").write_bytes(b"DIRC\0\0\0\2\xff\xff\xff\xff" + b"\0" * 100)


@hostile
def git_bare_repository_in_the_tree(root: Path, trap: str) -> None:
    write(root, README_md=README, train_py=TRAIN)
    git(root, "init", "-q", "--bare", ".")
    with (root / "config").open("a") as file:
        file.write(f"[core]\n\tfsmonitor = {executable(root / 'monitor.sh', trap)}\n\tworktree = .\n\tbare = false\n")
