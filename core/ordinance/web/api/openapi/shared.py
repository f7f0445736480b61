"""Parts of the description that are the same in every site: responses, parameters, how to sign in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ordinance.web.api.parameters import LIMIT_DEFAULT, LIMIT_MAX
from ordinance.web.problem_details import MEDIA_TYPE, TITLES

FAILURES = (400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 503)
"""What any request may be answered with when it is not served."""

RESPONSES: dict[str, Any] = {
    f"problem_{status}": {
        "description": TITLES[status][1],
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/_problem"}}},
    }
    for status in FAILURES
}
"""The failures, by name."""

SECURITY_SCHEMES: dict[str, Any] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "`ordinance user token NAME` prints one"},
    "session": {"type": "apiKey", "in": "cookie", "name": "ordinance", "description": "a browser that signed in"},
}
"""How to sign in."""

ID: dict[str, Any] = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[1-9][0-9]{0,18}$"},
}
IF_MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "the `ETag` under which the record was read",
    "schema": {"type": "string", "pattern": '^("[1-9][0-9]{0,17}"|\\*)$'},
}
IF_MATCH_OPTIONAL: dict[str, Any] = {**IF_MATCH, "required": False}
IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "makes a retry safe: the same key and request give the same answer for 72 hours",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}


def truth(name: str, description: str) -> dict[str, Any]:
    """Return a query parameter that is true or false."""
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "string", "enum": ["true", "false"]},
    }


def text(name: str, description: str) -> dict[str, Any]:
    """Return a query parameter of free text."""
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string"}}


LIMIT: dict[str, Any] = {
    "name": "limit",
    "in": "query",
    "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT},
}
CURSOR: dict[str, Any] = text("cursor", "`next` of the page before")


def operation(
    name: str,
    summary: str,
    answers: dict[str, Any],
    *,
    tag: str | None = None,
    parameters: Iterable[dict[str, Any]] = (),
    body: dict[str, Any] | None = None,
    optional: bool = False,
) -> dict[str, Any]:
    """Return one operation: what it is called, takes and answers; every failure is said.

    Args:
        name: Its `operationId`.
        summary: What it does, in a few words.
        answers: Its successes, by status.
        tag: The entity it belongs to.
        parameters: Parameters of path, query and header.
        body: The schema of its JSON body, if it has one.
        optional: Whether the body may be left out.
    """
    made: dict[str, Any] = {"operationId": name, "summary": summary, "parameters": list(parameters)}
    if tag is not None:
        made["tags"] = [tag]
    if body is not None:
        made["requestBody"] = {"required": not optional, "content": {"application/json": {"schema": body}}}
    failures = {str(status): {"$ref": f"#/components/responses/problem_{status}"} for status in FAILURES}
    made["responses"] = {**answers, **failures}
    return made


def answer(description: str, schema: dict[str, Any] | None = None, *, tagged: bool = False) -> dict[str, Any]:
    """Return one success; `tagged` says that it carries an `ETag`."""
    made: dict[str, Any] = {"description": description}
    if schema is not None:
        made["content"] = {"application/json": {"schema": schema}}
    if tagged:
        made["headers"] = {"ETag": {"schema": {"type": "string"}}}
    return made


def ref(name: str) -> dict[str, Any]:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}
