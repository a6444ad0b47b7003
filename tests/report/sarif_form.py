"""The parts of SARIF 2.1.0 that we write, held more strictly than the standard does: nothing else may be there."""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string", "minLength": 1}
LEVEL = {"enum": ["error", "warning", "note"]}
INDEX = {"type": "integer", "minimum": 0}


def exactly(needed: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object with these properties and no others."""
    return {
        "type": "object", "properties": {**needed, **(optional or {})}, "required": list(needed),
        "additionalProperties": False,
    }  # fmt: skip


def listing(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


MESSAGE = exactly({"text": TEXT}, {"markdown": TEXT})
BAG = {"type": "object", "properties": {"tags": {**listing({"type": "string"}), "uniqueItems": True}}}
PLACE = exactly(
    {
        # Relative: no scheme, no slash at the front, nothing that an address has to quote.
        "artifactLocation": exactly(
            {
                "uri": {"type": "string", "pattern": r"^(?!/)(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+$"},
                "uriBaseId": {"const": "%SRCROOT%"},
            }
        )
    },
    {"region": exactly({"startLine": {"type": "integer", "minimum": 1}}, {"snippet": exactly({"text": TEXT})})},
)
RULE = exactly(
    {
        "id": {"type": "string", "pattern": "^[a-z0-9-]+$"}, "name": {"type": "string", "pattern": "^[A-Za-z0-9]+$"},
        "shortDescription": MESSAGE, "fullDescription": MESSAGE, "help": MESSAGE,
        "defaultConfiguration": exactly({"level": LEVEL}), "properties": BAG,
    }
)  # fmt: skip
RESULT = exactly(
    {
        "ruleId": TEXT, "ruleIndex": INDEX, "level": LEVEL, "message": MESSAGE,
        "locations": {**listing(exactly({"physicalLocation": PLACE})), "minItems": 1},
        "partialFingerprints": exactly({"reproAudit/v1": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}),
        "properties": BAG,
    },
    {
        "relatedLocations": listing(exactly({"id": INDEX, "physicalLocation": PLACE, "message": MESSAGE})),
        "suppressions": listing(
            exactly({"kind": {"const": "external"}, "justification": TEXT})
        ),
    },
)  # fmt: skip
RUN = exactly(
    {
        "tool": exactly(
            {"driver": exactly({"name": TEXT, "version": TEXT, "language": {"const": "en"}, "rules": listing(RULE)})}
        ),
        "automationDetails": exactly({"id": TEXT}),
        "columnKind": {"const": "unicodeCodePoints"},
        "originalUriBaseIds": exactly({"%SRCROOT%": exactly({"description": MESSAGE})}),
        "invocations": listing(
            exactly(
                {
                    "executionSuccessful": {"type": "boolean"},
                    "toolExecutionNotifications": listing(exactly({"level": LEVEL, "message": MESSAGE})),
                }
            )
        ),
        "results": {**listing(RESULT), "uniqueItems": True},
        "properties": BAG,
    },
    {
        "versionControlProvenance": listing(
            exactly({"repositoryUri": TEXT, "revisionId": TEXT, "mappedTo": exactly({"uriBaseId": TEXT})})
        )
    },
)
FORM = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **exactly({"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": listing(RUN)}),
}
