"""Folders that carry somebody else's project along, under a name that does not say so."""

from __future__ import annotations

from .files import Tree

LICENSES = ("license", "license.txt", "license.md", "copying")
OF_A_PROJECT = ("setup.py", "setup.cfg", "pyproject.toml", "hubconf.py", "cmakelists.txt")


def carried_folders(files: Tree) -> tuple[str, ...]:
    """Folders below the root with a license and build files of their own, such as a copied detector.

    Where the root has neither, or every sub-project is licensed, they may be the project's own parts: only a
    folder that is the odd one among its siblings counts.
    """
    licensed = [p.rpartition("/")[0] for p in files.named(*LICENSES) if "/" in p]
    own_parts = [p.rpartition("/")[0] for p in files.named(*OF_A_PROJECT, "requirements.txt", "dockerfile") if "/" in p]
    found = []
    for folder in dict.fromkeys(licensed):
        parent = folder.rpartition("/")[0]
        siblings = {f for f in own_parts if f.rpartition("/")[0] == parent and f != folder}
        is_project = any(_has(files, folder, name) for name in OF_A_PROJECT)
        if is_project and not siblings & set(licensed):
            found.append(folder)
    return tuple(found)


def _has(files: Tree, folder: str, name: str) -> bool:
    return any(p.rpartition("/")[0] == folder for p in files.named(name))


def is_carried(path: str, folders: tuple[str, ...]) -> bool:
    return any(path.startswith(folder + "/") for folder in folders)
