"""What travels into a run makes examples that fit: of schemas, of forms, of what a page shows."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from repro_audit.experiments.app.driver import web
from repro_audit.experiments.app.driver.examples import Examples, made
from repro_audit.experiments.app.driver.forms import filled, forms_of
from repro_audit.experiments.app.driver.main import MARK, follow
from repro_audit.experiments.app.driver.schema import example
from repro_audit.experiments.app.driver.server import LOCAL, Server
from repro_audit.experiments.app.materials import of_curl
from repro_audit.experiments.app.serving import DRIVER

ROW = {"rain": 400, "ph": 6.1, "soil type": "heavy clay"}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("repro_audit.experiments.app.driver.examples.PLACE", str(tmp_path / "made"))


def examples() -> Examples:
    return Examples({"row": ROW})


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "object", "properties": {"rain": {"type": "integer"}, "pH": {"type": "number"}}},
         {"rain": 400, "pH": 6.1}),
        ({"$ref": "#/components/Soil"}, "heavy clay"),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
        ({"type": "number", "minimum": 5, "maximum": 9}, 5),
        ({"type": "array", "items": {"type": "number"}, "minItems": 3}, [400, 6.1, 1.0]),
        ({"type": "string", "enum": ["a", "b"]}, "a"),
        ({"type": "integer", "default": 7}, 7),
    ],
)  # fmt: skip
def test_an_example_fits_its_schema(schema: dict[str, Any], expected: Any) -> None:
    known = {"components": {"Soil": {"type": "string"}}}
    assert example(schema, known, examples(), "soil_type") == expected


def test_a_schema_that_holds_itself_ends() -> None:
    known = {"a": {"type": "object", "properties": {"next": {"$ref": "#/a"}}}, "b": {"$ref": "#/b"}}
    assert example({"$ref": "#/a"}, known, examples())
    example({"$ref": "#/b"}, known, examples())


def test_a_form_is_filled_as_a_visitor_would() -> None:
    page = """<form action="/go" method=POST><input name=rain><input name=age type=number min=3>
    <select name=kind><option value="">-<option value=x>X</select><input type=file name=photo accept=".png">
    <textarea name=review></textarea><input type=submit value=Go></form>"""
    (form,) = forms_of(page)
    values, files = filled(form, examples())
    assert (form.action, form.method) == ("/go", "POST")
    assert values == {"rain": "400", "age": "3", "kind": "x", "review": "heavy clay"}
    assert list(files) == ["photo"] and files["photo"].endswith(".png")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("curl -X POST http://localhost:80/p -H 'Content-Type: application/json' -d '{\"a\": [1]}'",
         {"method": "POST", "path": "/p", "json": {"a": [1]}}),
        ("curl -F file=@cat.jpg 127.0.0.1:5000/look",
         {"method": "POST", "path": "/look", "files": {"file": "cat.jpg"}}),
        ("curl 'http://localhost/say?text=hello'", {"method": "GET", "path": "/say?text=hello"}),
        ("curl http://localhost:8000/health", {}),
        ("curl 'http://localhost", {}),
    ],
)  # fmt: skip
def test_a_request_is_read_from_a_page(text: str, expected: dict[str, Any]) -> None:
    found = of_curl(text)
    found.pop("headers", None)
    assert found == expected


@pytest.mark.parametrize("kind", ["image", "audio", "table", "text"])
def test_an_example_is_made_where_the_project_has_none(kind: str) -> None:
    assert Path(made(kind)).stat().st_size > 10


def test_a_picture_can_be_opened() -> None:
    image = pytest.importorskip("PIL.Image")
    assert image.open(made("image")).size == (64, 64)


@pytest.mark.parametrize(
    ("kind", "body", "is_one"),
    [
        ("application/json", '{"label": "ripe"}', True),
        ("application/json", '{"error": "no model"}', False),
        ("text/html", "", False),
        ("text/plain", "ripe", True),
    ],
)
def test_an_error_in_a_polite_body_is_no_answer(kind: str, body: str, is_one: bool) -> None:
    assert web.is_answer({}, kind, body) is is_one


SERVER = """
import http.server, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(404, {})
    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.answer(int(sys.argv[1]), {"sum": sum(json.loads(self.rfile.read(length))["x"])})
    def answer(self, status, body):
        self.send_response(status); self.send_header("Content-Type", "application/json"); self.end_headers()
        self.wfile.write(json.dumps(body).encode())
    def log_message(self, *words): pass
http.server.HTTPServer(("127.0.0.1", 0), Handler).serve_forever()
"""


@pytest.mark.parametrize(("status", "outcome"), [(200, "works"), (500, "failed"), (422, "inconclusive")])
def test_an_app_on_a_port_of_its_own_is_found_asked_and_ended(
    status: int, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repro_audit.experiments.app.driver.browser.PLACES", ())
    request = {"method": "POST", "path": "/add", "json": {"x": [1, 2]}, "by": "README.md:3"}
    start = [sys.executable, "-c", SERVER, str(status)]
    result = follow({"kind": "flask", "start": start, "seconds": 60, "requests": [request]})
    assert result["outcome"] == outcome, result
    with pytest.raises(OSError):
        LOCAL.open(urllib.request.Request(result["address"]), timeout=5)


def test_an_app_that_ends_at_once_does_not_serve() -> None:
    result = follow({"kind": "flask", "start": [sys.executable, "-c", "raise SystemExit(3)"], "seconds": 30})
    assert result == {"outcome": "failed", "said": "it ended with status 3 and did not serve"}


def test_a_server_that_cannot_be_started_is_told() -> None:
    with Server(["there-is-no-such-program"], {}, 0.0) as server:
        assert server.has_ended


def test_the_driver_speaks_old_python() -> None:
    """It runs in the project's Python, 3.7 or later."""
    for path in sorted(DRIVER.glob("*.py")):
        ast.parse(path.read_text("utf-8"), feature_version=(3, 7))


def test_the_driver_runs_from_the_folder_it_travels_in(tmp_path: Path) -> None:
    from repro_audit.experiments.app.serving import CODE, PACKAGE, pack

    pack(tmp_path, {"kind": "flask", "start": [sys.executable, "-c", ""], "seconds": 30})
    code = CODE.format(str(tmp_path), PACKAGE, str(tmp_path / "plan.json"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    line = done.stdout.splitlines()[-1]
    assert json.loads(line.removeprefix(MARK))["outcome"] == "failed"
