"""A prediction asked of a web service: as its pages tell, as its OpenAPI says, or through the form of its page."""

from __future__ import annotations

import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any

from .examples import Examples
from .forms import Form, filled, forms_of
from .schema import example, resolved
from .server import LOCAL, Server

TIME = 60  # seconds for one answer
MOST = 1 << 20  # bytes of an answer that are looked at
PREDICTS = re.compile(r"predict|infer|classif|score|generate|detect|recogni|translat|estimat|forecast|recommend", re.I)
NO_PREDICTION = re.compile(r"health|ready|live|metrics|docs|openapi|static|login|train|upload_model|reload", re.I)
SHORT = 300


def ask(plan: dict[str, Any], server: Server) -> dict[str, Any]:
    """Every way in turn until one answers; a failure of ours to guess a body is no failure of the app."""
    tried = []
    for request in requests(plan, server):
        status, kind, body = send(server.address, request)
        tried.append((request, status, body))
        if 200 <= status < 300 and is_answer(request, kind, body):
            told = {"outcome": "works", "asked": told_of(request), "answered": short(body)}
            return dict(told, said=f"{request['path']} answered {status}", by=request["by"])
        if server.has_ended:
            return {"outcome": "failed", "said": "the app ended when it was asked", "asked": told_of(request)}
    crashed = next((t for t in tried if t[1] >= 500 and t[0]["sure"]), None)
    if crashed:
        said = f"{crashed[0]['path']} answered {crashed[1]}"
        return {"outcome": "failed", "said": said, "asked": told_of(crashed[0]), "answered": short(crashed[2])}
    if not tried:
        return {"outcome": "inconclusive", "said": "it starts, and nothing was found that could be asked of it"}
    request, status, body = tried[0]
    said = "{} answered {} to an example that may not fit".format(request["path"], status or "nothing")
    return {"outcome": "inconclusive", "said": said, "asked": told_of(request), "answered": short(body)}


def requests(plan: dict[str, Any], server: Server) -> list[dict[str, Any]]:
    """What could be asked, best first."""
    given = plan.get("examples", {})
    found = [dict(r, sure=True) for r in plan.get("requests", ())]
    found += from_openapi(server.address, given)
    found += [r for route in plan.get("routes", ()) for r in from_route(route, given)]
    pages = ["/"] + [r["path"] for r in plan.get("routes", ()) if "GET" in r["methods"] and "<" not in r["path"]]
    for path in list(dict.fromkeys(pages))[:5]:
        status, kind, body = send(server.address, {"method": "GET", "path": path})
        if status == 200 and "html" in kind:
            found += [from_form(form, path, given) for form in forms_of(body)]
    return found[:20]


def from_openapi(address: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    """One request for each operation that takes something, those named for predicting first."""
    status, _, body = send(address, {"method": "GET", "path": "/openapi.json"}, 64 * MOST)
    try:
        document = json.loads(body) if status == 200 else {}
    except ValueError:
        return []
    found = []
    for path, operations in (document.get("paths") or {}).items():
        for method, operation in operations.items():
            if method.upper() in ("GET", "POST", "PUT") and isinstance(operation, dict):
                request = of_operation(path, method.upper(), operation, document, Examples(given))
                if request:
                    found.append(request)
    return sorted(found, key=lambda r: (not PREDICTS.search(r["path"]), r["method"] == "GET", r["path"]))


def of_operation(
    path: str, method: str, operation: dict[str, Any], document: dict[str, Any], examples: Examples
) -> dict[str, Any]:
    """Empty where the operation takes nothing, so that it cannot predict for anybody's own input."""
    content = resolved(operation.get("requestBody") or {}, document).get("content") or {}
    query = {}
    for one in operation.get("parameters") or ():
        one = resolved(one, document)
        if one.get("in") == "path":
            value = example(one.get("schema") or {}, document, examples, one["name"])
            path = path.replace("{{{}}}".format(one["name"]), urllib.parse.quote(str(value), safe=""))
        elif one.get("in") == "query":
            query[one["name"]] = example(one.get("schema") or {}, document, examples, one["name"])
    if (not content and not query and "{" not in path and method == "GET") or NO_PREDICTION.search(path):
        return {}
    request: dict[str, Any] = {"method": method, "path": path, "query": query, "by": "its OpenAPI"}
    if "application/json" in content:
        request["json"] = example(content["application/json"].get("schema") or {}, document, examples)
    else:
        for kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
            if kind in content:
                request["form"], request["files"] = parts(content[kind].get("schema") or {}, document, examples)
    return dict(request, sure=examples.is_sure)


def parts(
    schema: dict[str, Any], document: dict[str, Any], examples: Examples
) -> tuple[dict[str, str], dict[str, str]]:
    """(values, files) of a form's schema."""
    values, files = {}, {}
    for name, one in (resolved(schema, document).get("properties") or {}).items():
        one = resolved(one, document)
        items = resolved(one.get("items") or {}, document)
        if any(s.get("format") == "binary" or "contentMediaType" in s for s in (one, items)):
            files[name] = examples.file(name)
        else:
            values[name] = str(example(one, document, examples, name))
    return values, files


def from_route(route: dict[str, Any], given: dict[str, Any]) -> list[dict[str, Any]]:
    """What a Flask route reads of its request, filled in."""
    examples = Examples(given)
    request: dict[str, Any] = {"method": "POST" if "POST" in route["methods"] else "GET", "path": route["path"]}
    reads = route.get("reads", {})
    if "<" in route["path"] or NO_PREDICTION.search(route["path"]) or not reads:
        return []
    for where, names in sorted(reads.items()):
        if where == "files":
            request["files"] = {name: examples.file(name + " " + route["path"]) for name in names}
        elif where == "args":
            request["query"] = {name: plain_value(name, examples) for name in names}
        else:
            request[where] = {name: plain_value(name, examples) for name in names}
    # No schema says what kinds of values these are.
    return [dict(request, by="what its code reads", sure=all(examples.named(n) is not None for n in all_names(reads)))]


def all_names(reads: dict[str, list[str]]) -> list[str]:
    return [name for where, names in reads.items() for name in names]


def plain_value(name: str, examples: Examples) -> Any:
    found = examples.named(name)
    if found is not None:
        return found
    if re.search(r"features|values|inputs?$|data|array|instances", name, re.I) and examples.row:
        return examples.numbers()
    is_number = re.search(r"age|year|num|count|amount|income|size|width|height|length|weight|price|rate", name, re.I)
    return 1 if is_number else examples.text(name)


def from_form(form: Form, page: str, given: dict[str, Any]) -> dict[str, Any]:
    examples = Examples(given)
    values, files = filled(form, examples)
    path = urllib.parse.urlsplit(urllib.parse.urljoin("http://x" + page, form.action)).path or page
    request: dict[str, Any] = {"method": form.method, "path": path, "by": "the form of its page"}
    if form.method == "GET":
        request["query"] = values
    else:
        request["form"], request["files"] = values, files
    return dict(request, sure=examples.is_sure)


def is_answer(request: dict[str, Any], kind: str, body: str) -> bool:
    """Whether something came back: an error in a polite body is none."""
    text = body.strip()
    if not text or text in ("{}", "[]", "null"):
        return False
    if "json" in kind:
        try:
            document = json.loads(text)
        except ValueError:
            return False
        names = {str(k).lower() for k in document} if isinstance(document, dict) else set()
        return not names & {"error", "errors", "exception", "traceback"}
    return True


def send(address: str, request: dict[str, Any], most: int = MOST) -> tuple[int, str, str]:
    """(status, content type, text); status 0 where nothing came back."""
    url = address + request["path"]
    if request.get("query"):
        url += "?" + urllib.parse.urlencode(request["query"], doseq=True)
    headers = {str(k): str(v) for k, v in request.get("headers", {}).items()}
    data = None
    if request.get("files"):
        data, headers["Content-Type"] = multipart(request.get("form") or {}, request["files"])
    elif "json" in request:
        data, headers["Content-Type"] = json.dumps(request["json"]).encode("utf-8"), "application/json"
    elif "form" in request:
        data = urllib.parse.urlencode(request["form"]).encode("ascii")
    elif "body" in request:
        data = str(request["body"]).encode("utf-8")
    try:
        made = urllib.request.Request(url, data=data, headers=headers, method=request["method"])
        with LOCAL.open(made, timeout=TIME) as answer:
            return answer.status, answer.headers.get("Content-Type", ""), answer.read(most).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Content-Type", ""), error.read(most).decode("utf-8", "replace")
    except Exception as error:
        return 0, "", f"{type(error).__name__}: {error}"


def multipart(values: dict[str, Any], files: dict[str, str]) -> tuple[bytes, str]:
    border = uuid.uuid5(uuid.NAMESPACE_URL, "repro-audit").hex
    body = b""
    for name, value in values.items():
        body += (f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n').encode()
    for name, path in files.items():
        with open(path, "rb") as file:
            content = file.read(64 * MOST)
        head = '--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s\r\n\r\n'
        body += (head % (border, name, os.path.basename(path), media_type(path))).encode() + content + b"\r\n"
    return body + (f"--{border}--\r\n").encode(), "multipart/form-data; boundary=" + border


def media_type(path: str) -> str:
    import mimetypes

    return mimetypes.guess_type(path)[0] or "application/octet-stream"


def told_of(request: dict[str, Any]) -> str:
    """The request as one would tell it."""
    given = next((request[k] for k in ("json", "files", "form", "query", "body") if request.get(k)), "")
    return short("{} {} {}".format(request["method"], request["path"], json.dumps(given) if given else "")).strip()


def short(text: str) -> str:
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text, flags=re.S | re.I)
    text = " ".join(text.split())
    return text if len(text) <= SHORT else text[:SHORT] + " ..."
