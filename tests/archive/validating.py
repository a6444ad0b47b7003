"""Holds a crate against the Process Run Crate profile with roc-validator, without the network.

Run in an environment of its own: the validator asks for an older rich than we do. The profiles come with it; the
JSON-LD context it would fetch, so the one that ships with rocrate answers in its place, in which the terms of a crate
of ours are the same.

    python validating.py CRATE CONTEXT_FILE
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import requests
from rocrate_validator import models, services
from rocrate_validator.utils.http import HttpRequester

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


def main(crate: str, context: str) -> int:
    def answer(self: Any, address: str, *words: Any, **more: Any) -> requests.Response:
        response = requests.Response()
        response.status_code = 200 if address == CONTEXT else 404
        response._content = Path(context).read_bytes()
        response.headers["Content-Type"] = "application/ld+json"
        return response

    HttpRequester.get = HttpRequester.head = answer
    settings = models.ValidationSettings(
        rocrate_uri=crate, profile_identifier="process-run-crate-0.5", skip_availability_check=True,
        requirement_severity=models.Severity.RECOMMENDED,
    )  # fmt: skip
    found = services.validate(settings).get_issues()
    for issue in found:
        print(issue.severity.name, issue.check.identifier, issue.message, issue.violatingEntity)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
