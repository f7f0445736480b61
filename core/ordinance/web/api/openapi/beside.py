"""The description of notes, files, related records and notices: their paths and their schemas."""

from __future__ import annotations

from typing import Any

from ordinance.web.api.openapi.shared import ID, IDEMPOTENCY_KEY, answer, operation, ref, text, truth

_NOTE_ID = {"name": "note", "in": "path", "required": True, "schema": {"type": "string"}}
_FILE_ID = {"name": "file", "in": "path", "required": True, "schema": {"type": "string"}}
_VISIBILITY = {"enum": ["internal", "partner"], "description": "the company's own people alone, or its partner too"}
_TEXT = {"type": "string", "minLength": 1, "maxLength": 4000}


def record_paths(name: str, one: str, root: str) -> dict[str, Any]:
    """Return the paths of what stands beside records of one entity.

    Args:
        name: The entity.
        one: The path of one record.
        root: The path of them all.
    """
    listed = {"200": answer("them", ref("_items"))}
    note, file = {"200": answer("the note", ref("_note"))}, {"201": answer("the file", ref("_file"))}
    written = {"201": answer("the note", ref("_note"))}
    said = {"text": _TEXT, "visibility": _VISIBILITY}
    says = {"type": "object", "properties": said, "required": ["text"], "additionalProperties": False}
    older = text("before", "only what is older than this one")
    changed = {"type": "object", "properties": {"text": _TEXT}, "required": ["text"], "additionalProperties": False}

    def of(act: str, words: str, answers: dict[str, Any], *more: dict[str, Any], **body: Any) -> dict[str, Any]:
        return operation(f"{name}.{act}", words, answers, tag=name, parameters=list(more), **body)

    return {
        f"{one}/notes": {
            "get": of("notes", "What was written on it", listed, ID, older),
            "post": of("note", "Write a note", written, ID, IDEMPOTENCY_KEY, body=says),
        },
        f"{one}/notes/{{note}}": {
            "patch": of("note_change", "Change a fresh note of one's own", note, ID, _NOTE_ID, body=changed),
            "delete": of("note_remove", "Take back a note", {"204": answer("taken back")}, ID, _NOTE_ID),
        },
        f"{one}/people": {"get": of("people", "Whom a note may name", listed, ID, text("search", "a few letters"))},
        f"{one}/files": {
            "get": of("files", "Its files", listed, ID),
            "post": _with_file(of("file", "Put a file beside it", file, ID)),
        },
        f"{root}/files": {"post": _with_file(of("file_loose", "Send a file that is to be put into a field", file))},
        f"{one}/related": {"get": of("related", "What it came from and what came of it", listed, ID)},
    }  # fmt: skip


def _with_file(described: dict[str, Any]) -> dict[str, Any]:
    properties = {"file": {"type": "string", "format": "binary"}, "visibility": _VISIBILITY}
    schema = {"type": "object", "properties": properties, "required": ["file"]}
    return described | {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def fixed_paths() -> dict[str, Any]:
    """Return the paths that do not depend on the configuration."""
    ids = {"type": "object", "properties": {"ids": {"type": "array", "items": {"type": "string"}}}}
    content = {"description": "the content", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
    listed = {"200": answer("them", ref("_items"))}
    saved = truth("save", "a picture, too, is to be saved and not shown")
    return {
        "/api/files/{file}": {
            "get": operation("file_read", "The content of a file", {"200": content}, parameters=[_FILE_ID, saved]),
            "delete": operation("file_remove", "Take a file away", {"204": answer("gone")}, parameters=[_FILE_ID]),
        },
        "/api/notifications": {"get": operation("notifications", "What I was told", listed)},
        "/api/notifications/read": {
            "post": operation(
                "notifications_read", "I have read these, or all", {"204": answer("noted")}, body=ids, optional=True
            )
        },
    }  # fmt: skip


def schemas() -> dict[str, Any]:
    """Return the schemas of a note and of a file."""
    texts = {each: {"type": "string"} for each in ("id", "by", "text")}
    note = {
        **texts, "at": {"type": "string", "format": "date-time"}, "visibility": _VISIBILITY,
        "edited": {"type": "boolean"}, "removed": {"type": "boolean"},
        "mentions": {"type": "array", "items": {"type": "object"}},
    }  # fmt: skip
    file = {
        **{each: {"type": "string"} for each in ("id", "name", "media_type", "sha256", "by", "href")},
        "size": {"type": "integer"}, "at": {"type": "string", "format": "date-time"}, "visibility": _VISIBILITY,
        "field": {"type": ["string", "null"]},
    }  # fmt: skip
    return {
        "_note": {"type": "object", "properties": note, "required": ["id", "by", "at", "text"]},
        "_file": {"type": "object", "properties": file, "required": ["id", "name", "media_type", "size", "sha256"]},
    }
