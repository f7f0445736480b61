"""The description of explanations: their paths and their schema."""

from __future__ import annotations

from typing import Any

from ordinance.web.api.openapi.shared import ID, answer, operation, ref, text, truth

SCHEMA = "_explanation"

_FOR = text("for", "the name of an account or the id of a role to explain for; wants the right to change accounts")
_NAMED = {
    "step": "passing this step",
    "send_back": "sending back from this step",
    "take": "taking it at this step",
    "close": "closing this step short",
    "lane": "entering this lane",
    "field": "seeing and changing this field",
}
_ALONE = {
    "inbox": "whether it is in the inbox",
    "record": "whether it is seen",
    "set_aside": "setting it aside",
    "resume": "putting it back",
}


def record_paths(name: str, root: str) -> dict[str, Any]:
    """Return the paths that explain records of one entity.

    Args:
        name: The entity.
        root: Its path.
    """
    asked = [text(each, f"about {about}") for each, about in _NAMED.items()]
    asked += [truth(each, f"about {about}") for each, about in _ALONE.items()]
    return {
        f"{root}/{{id}}/explain": {
            "get": operation(
                f"{name}.explain",
                "Why it can or cannot be done or seen; exactly one thing is asked about",
                _answers(),
                tag=name,
                parameters=[ID, *asked, _FOR],
            )
        },
        f"{root}/explain": {
            "get": operation(
                f"{name}.explain_create",
                "Why one can or cannot be made",
                _answers(),
                tag=name,
                parameters=[_FOR],
            )
        },
    }


def inbox_paths() -> dict[str, Any]:
    """Return the path that explains an inbox."""
    made = operation("explain_inbox", "Why the inbox holds what it does", _answers(), parameters=[_FOR])
    return {"/api/inbox/explain": {"get": made}}


def _answers() -> dict[str, Any]:
    return {"200": answer("the explanation", ref(SCHEMA))}


def schemas() -> dict[str, Any]:
    """Return the schemas of an explanation and of its conditions."""
    place = {
        "type": "object",
        "description": "the line of configuration; only for those who may see the configuration",
        "properties": {"file": {"type": "string"}, "line": {"type": "integer"}, "column": {"type": "integer"}},
    }
    condition = {
        "type": "object",
        "properties": {
            "code": {"type": "string"},
            "text": {"type": "string"},
            "holds": {"type": ["boolean", "null"], "description": "null: it cannot be told"},
            "counts": {"type": "boolean", "description": "whether the verdict depends on it"},
            "note": {"type": "string", "description": "what is so now"},
            "place": place,
            "parts": {"type": "array", "items": ref("_condition")},
        },
        "required": ["code", "text", "holds", "counts"],
    }
    change = {
        "type": "object",
        "properties": {"kind": {"type": "string"}, "text": {"type": "string"}, "place": place},
        "required": ["kind", "text"],
    }
    explanation = {
        "type": "object",
        "properties": {
            "entity": {"type": ["string", "null"]},
            "id": {"type": ["string", "null"]},
            "subject": {"type": "string"},
            "title": {"type": "string"},
            "for": {"type": ["string", "null"]},
            "allowed": {"type": "boolean"},
            "verdict": {"type": "string"},
            "conditions": {"type": "array", "items": ref("_condition")},
            "changes": {"type": "array", "items": change, "description": "the least it would take, all of it together"},
            "possible": {"type": "boolean", "description": "whether anything would help"},
            "proved": {"type": ["boolean", "null"], "description": "whether the changes were tried and enough"},
            "still": {"type": "array", "items": {"type": "string"}},
            "place": place,
        },
        "required": ["subject", "allowed", "verdict", "conditions", "changes", "possible"],
    }
    return {SCHEMA: explanation, "_condition": condition}
