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
        return cls(around.folder.rstrip("/"), f"/home/{around.user}")

    @property
    def captured(self) -> dict[str, str]:
        """Each folder and the name under which what was changed in it is kept."""
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
