"""What a project's own Dockerfile asks of the builder, read without an engine."""

from __future__ import annotations

import base64
import json

import pytest

from repro_audit.sandbox import buildkit
from repro_audit.sandbox.dockerfile import Newer, frontend, images, newer, without_frontend


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("FROM x\nRUN --mount=type=cache,target=/c pip install y\n", 2),
        ("FROM x\nRUN \\\n  --network=none \\\n  true\n", 2),
        ("FROM x\n# a comment\nrun --security=insecure --mount=type=tmpfs,target=/t true\n", 3),
        ("FROM x\nCOPY --chown=a --link . .\n", 2),
        ("FROM x\nADD --checksum=sha256:0 http://a/b /c\n", 2),
        ("FROM x\nRUN <<EOF\ntrue\nEOF\n", 2),
        ("FROM x\nCOPY <<-'END' /a.txt\nhello\nEND\n", 2),
        ("FROM --platform=$BUILDPLATFORM x\n", 1),
        ("# syntax=docker/dockerfile:1\nFROM x\nRUN true\n", None),
        ("FROM x\nRUN mount --bind a b && tool --mount=x\nCOPY --chown=1:1 --from=y /a /b\n", None),
        ("FROM x\nRUN cat <<< words && echo $((1<<2))\n# RUN --mount=type=cache true\n", None),
        ("", None),
        ("\\\n\\\n", None),
    ],
)
def test_only_what_the_older_builder_does_not_know_calls_for_the_newer(text: str, line: int | None) -> None:
    found = newer(text)
    assert (found and found.line) == line


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("no active sessions", "Dockerfile:3 asks the builder for a secret"),
        ("dockerfile parse error line 4: unknown instruction: ECHO", "Dockerfile:3 needs a newer builder"),
        ("COPY only supports the --chown=<uid:gid> and the --from=<image|stage> flags", "Dockerfile:3 needs a newer"),
        ("failed to read downloaded context: failed to load cache key: x", "Dockerfile:3 asks for the newer builder"),
        ("executor failed running [false]: exit code: 1", ""),
    ],
)
def test_a_builder_that_is_too_old_is_named_as_the_reason(error: str, words: str) -> None:
    said = Newer("a here-document", 3).explained("Dockerfile", error)
    assert said.startswith(words) and bool(said) is bool(words) and "\n" not in said


def test_images_that_it_begins_from_are_those_of_no_stage() -> None:
    text = (
        "ARG VERSION=3.11\nFROM python:${VERSION}-slim AS base\nFROM --platform=linux/amd64 base as next\n"
        "FROM $UNKNOWN\nFROM ${OTHER:-debian:12}\nFROM scratch\nCOPY --from=base /a /a\nCOPY --from=0 /a /a\n"
        "COPY --from=busybox:1 /a /a\nRUN --mount=type=bind,from=alpine:3,target=/x true\n"
    )
    assert images(text) == ["python:3.11-slim", "debian:12", "busybox:1", "alpine:3"]


def test_the_reader_of_a_dockerfile_is_told_and_taken_away_line_by_line() -> None:
    text = "# syntax=docker/dockerfile:1.7\nFROM x\n"
    assert frontend(text) == "docker/dockerfile:1.7" and frontend("FROM x\n# syntax=y\n") is None
    plain = without_frontend(text)
    assert frontend(plain) is None and plain.splitlines()[1:] == ["FROM x"]
    assert without_frontend("FROM x\n") == "FROM x\n"


def record(*fields: tuple[int, bytes]) -> bytes:
    return b"".join(bytes([number << 3 | 2, len(content)]) + content for number, content in fields)


class Answer:
    """An engine that says some lines."""

    base_url, api_version = "http://engine", "1.41"

    def __init__(self, *lines: bytes) -> None:
        self.lines = lines
        self.is_closed = False

    def post(self, url: str, **_: object) -> Answer:
        assert url == "http://engine/v1.41/build"
        return self

    def iter_lines(self) -> tuple[bytes, ...]:
        return self.lines

    def close(self) -> None:
        self.is_closed = True


def test_steps_and_words_of_a_build_are_read_once_and_nonsense_is_passed_over() -> None:
    step = record((1, record((1, b"id"), (3, b"[1/2] RUN x"))))
    words = record((3, record((1, b"id"), (4, b"said \xff\n"))), (2, b"status"))
    odd = [b"\xff" * 30, b"\x0a\x7fshort", b"\x08\x01\x0d1234\x11", b""]
    traces = [
        json.dumps({"id": buildkit.TRACE, "aux": base64.b64encode(r).decode()}) for r in (step, step, words, *odd)
    ]
    lines = [*traces, '{"id": "moby.buildkit.trace", "aux": "?"}', "{", "[]", '{"error": "no"}']
    answer = Answer(*(line.encode() for line in lines))
    found = list(buildkit.build(answer, None, {}, 1))  # type: ignore[arg-type]
    assert [m for m in found if m != {"stream": "\n"}] == [
        {"stream": "[1/2] RUN x\n"}, {"stream": "said \ufffd\n"}, {"error": "no"},
    ]  # fmt: skip
    assert answer.is_closed
