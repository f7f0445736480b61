"""What stands beside records over HTTP: notes, files, related records; and what the caller was told."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, patch, post
from litestar.response import Stream

from ordinance import acts
from ordinance.acts import FileView, NoteView, Relation
from ordinance.problems import reason
from ordinance.web.api.halt import Halt
from ordinance.web.api.inquiry import (
    AnyRequest,
    GivenHouse,
    InPath,
    Member,
    body_of,
    call_about,
    call_of,
    id_of,
    members_of,
)
from ordinance.web.api.parameters import flag, read_parameters
from ordinance.web.api.replies import checked, reply
from ordinance.web.uploads import Sent, hand_out, read_sent

_NOTE = {"text": Member(str), "visibility": Member(str, ("internal", "partner"))}
_TEXT = {"text": Member(str)}
_READ = {"ids": Member(list)}


@get("/{entity:str}/{id:str}/notes", name="api.notes")
async def list_notes(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Answer the notes on a record, newest first; `before` goes on from the last one."""
    call = call_about(request, house, entity)
    found = read_parameters(request.scope["query_string"], ("before",))
    before = id_of(found["before"]) if found.get("before") else None
    notes = checked(await acts.notes(house, call, entity, id_of(id), before=before))
    return reply({"items": [_note(each) for each in notes]})


@post("/{entity:str}/{id:str}/notes", name="api.note")
async def write_note(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Write a note on a record; `@name` in it tells that person."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    number, body = id_of(id), body_of(request)
    members_of(body, _NOTE)
    internal = body.get("visibility") != "partner"
    note = checked(await acts.add_note(house, call, entity, number, body.get("text") or "", internal=internal))
    return reply(_note(note), 201)


@patch("/{entity:str}/{id:str}/notes/{note:str}", name="api.note_change")
async def change_note(
    request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath, note: InPath
) -> Response[bytes]:
    """Change a note of one's own while it is fresh."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    body = body_of(request)
    members_of(body, _TEXT)
    return reply(_note(checked(await acts.change_note(house, call, id_of(note), body.get("text") or ""))))


@delete("/{entity:str}/{id:str}/notes/{note:str}", name="api.note_remove", status_code=204)
async def remove_note(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath, note: InPath) -> None:
    """Take back a note of one's own; that there was one stays."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    checked(await acts.remove_note(house, call, id_of(note)))


@get("/{entity:str}/{id:str}/people", name="api.people")
async def list_people(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Answer whom a note on a record may name."""
    call = call_about(request, house, entity)
    found = read_parameters(request.scope["query_string"], ("search",))
    people = checked(await acts.people(house, call, entity, id_of(id), found.get("search", "")))
    return reply({"items": [{"id": str(each.id), "label": each.label, "hint": each.hint} for each in people]})


@get("/{entity:str}/{id:str}/files", name="api.files")
async def list_files(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Answer the files of a record."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    return reply({"items": [_file(each) for each in checked(await acts.files(house, call, entity, id_of(id)))]})


@post("/{entity:str}/{id:str}/files", name="api.file", request_max_body_size=None)
async def add_file(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Put a file beside a record: the part `file` of a form; `visibility` is `internal` or `partner`."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    sent = await _sent(request)
    inside = sent.members.get("visibility", "internal") != "partner"
    outcome = await acts.add_file(
        house, call, (entity, id_of(id)), _name(sent), sent.pieces(), internal=inside
    )  # fmt: skip
    return reply(_file(checked(outcome)), 201)


@post("/{entity:str}/files", name="api.file_loose", request_max_body_size=None)
async def add_loose_file(request: AnyRequest, house: GivenHouse, entity: InPath) -> Response[bytes]:
    """Keep a file that is then put into a field of a record, by its id."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    sent = await _sent(request)
    return reply(_file(checked(await acts.add_file(house, call, None, _name(sent), sent.pieces(), entity=entity))), 201)


@get("/files/{file:str}", name="api.file_read")
async def read_file(request: AnyRequest, house: GivenHouse, file: InPath) -> Stream:
    """Answer the content of a file; with `save` a picture, too, is to be saved and not shown."""
    call = call_of(request)
    save = flag(read_parameters(request.scope["query_string"], ("save",)), "save")
    return hand_out(checked(await acts.open_file(house, call, id_of(file))), save=save)


@delete("/files/{file:str}", name="api.file_remove", status_code=204)
async def remove_file(request: AnyRequest, house: GivenHouse, file: InPath) -> None:
    """Take a file away from beside its record; it stays in the history."""
    call = call_of(request)
    read_parameters(request.scope["query_string"], ())
    checked(await acts.remove_file(house, call, id_of(file)))


@get("/{entity:str}/{id:str}/related", name="api.related")
async def list_related(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Answer what a record came from and what came of it."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    found = checked(await acts.related(house, call, entity, id_of(id)))
    return reply({"items": [_relation(each, call.locale) for each in found]})


@get("/notifications", name="api.notifications")
async def list_notifications(request: AnyRequest, house: GivenHouse) -> Response[bytes]:
    """Answer what the caller was told, newest first."""
    call = call_of(request)
    read_parameters(request.scope["query_string"], ())
    found = await acts.notifications(house, call)
    return reply({"items": [_notice(each) for each in found], "unread": await acts.unread(house, call)})


@post("/notifications/read", name="api.notifications_read", status_code=204)
async def read_notifications(request: AnyRequest, house: GivenHouse) -> None:
    """Mark what the caller was told as read: these `ids`, or all."""
    call = call_of(request)
    read_parameters(request.scope["query_string"], ())
    body = body_of(request, optional=True)
    members_of(body, _READ)
    ids = [id_of(each) for each in body["ids"] if isinstance(each, str)] if body.get("ids") is not None else None
    await acts.mark_read(house, call, ids)


async def _sent(request: AnyRequest) -> Sent:
    """Return the form with a file.

    Raises:
        Halt: it is none, or has no file.
    """
    sent = await read_sent(request)
    if sent is None:
        raise Halt(
            "unsupported_media", (reason("unsupported_media", got=request.headers.get("content-type", "")[:100]),)
        )
    if sent.file is None:
        raise Halt("invalid", (reason("file_missing", "/file"),))
    return sent


def _name(sent: Sent) -> str:
    return sent.file.filename if sent.file is not None else ""


def _note(note: NoteView) -> dict[str, Any]:
    return {
        "id": str(note.id),
        "by": note.by,
        "at": note.at,
        "text": note.text,
        "visibility": "internal" if note.internal else "partner",
        "edited": note.edited,
        "removed": note.removed,
        "mentions": [{"id": id, "name": name} for id, name in note.mentions],
    }


def _file(file: FileView) -> dict[str, Any]:
    return {
        "id": str(file.id),
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "by": file.by,
        "at": file.at,
        "visibility": "internal" if file.internal else "partner",
        "field": file.field,
        "href": f"/api/files/{file.id}",
    }


def _relation(relation: Relation, locale: str) -> dict[str, Any]:
    items = [
        {
            "entity": each.entity,
            "id": str(each.id),
            "name": each.name,
            "status": each.status.in_(locale) if each.status is not None else None,
        }
        for each in relation.items
    ]
    return {
        "label": relation.label.in_(locale), "entity": relation.entity, "field": relation.field or None, "items": items,
        "more": relation.more,
    }  # fmt: skip


def _notice(notice: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(notice["id"]),
        "at": notice["at"],
        "text": notice["text"],
        "entity": notice["entity"],
        "document": str(notice["document"]) if notice["document"] else None,
        "read": notice["read_at"] is not None,
    }


HANDLERS = [
    list_notes, write_note, change_note, remove_note, list_people, list_files, add_file, add_loose_file, read_file,
    remove_file, list_related, list_notifications, read_notifications,
]  # fmt: skip
"""Every handler of this module."""
