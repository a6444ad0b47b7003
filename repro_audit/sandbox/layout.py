"""Where things stand inside a run, in every backend."""

from __future__ import annotations

from dataclasses import dataclass

from .model import PROJECT, Surroundings

ENV, PYTHON = "/env", "/python"
TMP = "/tmp"
UID = 1000


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders that a run may write to and that are captured."""

    project: str = PROJECT
    home: str = "/home/user"

    @classmethod
    def of(cls, around: Surroundings) -> Layout:
        folder, home = around.folder.rstrip("/"), f"/home/{around.user}"
        return cls(f"{home}/{folder.rpartition('/')[2]}" if around.has_room else folder, home)

    @property
    def captured(self) -> dict[str, str]:
        """Each folder and the name under which what was changed in it is kept; the first one that holds a path counts,
        since the project may stand in the home folder.
        """
        return {self.project: "project", self.home: "home", TMP: "tmp"}

    def inner(self, cwd: str) -> str:
        """A folder of the project as the run sees it."""
        return self.project if cwd in ("", ".") else f"{self.project}/{cwd}"


USUAL = Layout()


def passwd_line(user: str) -> str:
    """The line of /etc/passwd by which a run's user has a name."""
    return f"{user}:x:{UID}:{UID}:{user}:/home/{user}:/bin/sh\n"


def named(around: Surroundings) -> dict[str, str]:
    """The variables that name the user and the home folder."""
    return {"HOME": Layout.of(around).home, "USER": around.user, "LOGNAME": around.user}
