"""Apps and APIs: the files that are one, the command that starts them, and the weights that they lack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...model import Place
from ..files import Tree
from ..regex import regex
from .code import Code
from .frameworks import FRAMEWORKS, Framework
from .model import App
from .pages import Pages, Said
from .words import (
    GETS_WEIGHTS,
    HOSTED,
    SERVERS,
    SERVES,
    SHINY,
    STARTS_SERVICE,
    WEIGHTS,
)

PORT = regex(r"\bport\s*=\s*(?:int\()?\D{0,40}(\d{4,5})\b")
ROUTE = regex(r"\.(?:route|post|get)\(\s*[\"'](/\w[\w/-]*)")
ADDRESS = regex(r"\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::(\d{4,5}))?(/\w[\w/-]*\w)?")
CONTAINERS = ("dockerfile", "docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml")


@dataclass(frozen=True)
class AppFinder:
    files: Tree
    code: tuple[Code, ...]
    pages: Pages

    def find(self) -> Iterator[App]:
        """Every app, its entry file first; a project's app may take its requests in another file than it starts in."""
        for code in self.code:
            if code.path.lower().endswith((".r", ".rmd", ".qmd")):
                yield from self._shiny(code)
                continue
            for framework in FRAMEWORKS:
                app = self._app(framework, code) if code.has(framework.needle) else None
                if app:
                    yield app
                    break
        yield from self._served()

    def _app(self, framework: Framework, code: Code) -> App | None:
        entry = framework.entry.search(code.text)
        if entry is None or not any(framework.takes.search(c.text) for c in self._beside(code)):
            return None
        said = self._documented(framework, code)
        return App(
            framework.kind,
            code.place(entry.end() - 1),
            code.line(entry.end() - 1),
            start=said.text if said else "",
            documented_at=said.at if said else None,
            missing=self._missing(code),
        )

    def _shiny(self, code: Code) -> Iterator[App]:
        entry = SHINY.search(code.text)
        if entry:
            said = self.pages.telling_of(code.path)
            yield App(
                "shiny",
                code.place(entry.start()),
                code.line(entry.start()),
                said.text if said else "",
                said.at if said else None,
            )

    def _beside(self, code: Code) -> tuple[Code, ...]:
        """The file itself first, then those of its folder and below, where an app keeps its routes and pages."""
        if not code.folder:
            return (code,)
        return (code, *(c for c in self.code if c.path.startswith(code.folder + "/")))

    def _documented(self, framework: Framework, code: Code) -> Said | None:
        return (
            self.pages.telling_of(code.path)
            or self.pages.starting(framework.start, code.folder)
            or self._in_container(code)
            or self._at_address(code)
            or self.pages.starting(HOSTED, code.folder)
        )

    def _in_container(self, code: Code) -> Said | None:
        """`docker compose up` and `docker run` start the app where a container of the project holds it."""
        said = self.pages.starting(STARTS_SERVICE, code.folder)
        if said is None or not self.files.named(*CONTAINERS):
            return None
        held = re.compile(rf"{re.escape(code.name)}|{re.escape(code.stem)}:\w+|uvicorn|gunicorn|streamlit|flask")
        texts = (self.files.text(p) or "" for p in self.files.named(*CONTAINERS))
        return said if any(held.search(t) for t in texts) else None

    def _at_address(self, code: Code) -> Said | None:
        """A page that gives the address at which the app answers, by its port or one of its routes."""
        ports = {m.group(1) for m in PORT.finditer(code.text)}
        routes = {m.group(1) for m in ROUTE.finditer(code.text)}
        for said in self.pages.lines:
            found = ADDRESS.search(said.text)
            if found and (found.group(1) in ports or found.group(2) in routes):
                return said
        return None

    def _missing(self, code: Code) -> tuple[str, ...]:
        """Weights that the app loads by a fixed path, and that the project neither has nor makes nor gets."""
        if GETS_WEIGHTS.search(code.text):
            return ()
        wanted = sorted({m.group(1) for m in WEIGHTS.finditer(code.text)})
        lacking = [w for w in wanted if not self._is_at_hand(w)]
        return tuple(lacking) if len(lacking) == len(wanted) else ()

    def _is_at_hand(self, path: str) -> bool:
        name = path.replace("\\", "/").rpartition("/")[2]
        if any(p.rpartition("/")[2] in (name, name + ".dvc") for p in self.files.paths):
            return True
        if any(name in said.text for said in self.pages.lines):
            return True
        return any(
            name in c.text and re.search(r"\bsave|dump|checkpoint", c.text, re.IGNORECASE)
            for c in self.code
            if not _is_app(c)
        )

    def _served(self) -> Iterator[App]:
        """Documented commands of model servers."""
        for said in self.pages.lines:
            found = SERVES.search(said.text) if any(needle in said.text for needle in SERVERS) else None
            if found:
                yield App(found.group().split()[0], said.at, said.text, said.text, said.at)


def _is_app(code: Code) -> bool:
    return any(code.has(f.needle) and f.entry.search(code.text) for f in FRAMEWORKS)


def hosted(pages: Pages) -> Iterator[App]:
    """Links to a running app, which anybody may use as it stands."""
    for text, target, block in pages.links:
        if re.search(r"huggingface\.co/spaces/(?!docs)|replicate\.com/[\w-]+/", target):
            yield App("hosted app", Place(block.at.path, block.at.line), text or target, target, block.at)
