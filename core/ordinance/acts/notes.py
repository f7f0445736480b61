"""Notes that people write on a record, and those they name in them with `@`.

A note is internal, for the company's own people, or also for the partner whose record it is. It may be changed for a
few minutes by whoever wrote it, and taken back by them at any time; what it said before stays with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from ordinance.access import ACCOUNT, Actor
from ordinance.accounts import from_values
from ordinance.acts.beside import looked, open_to_remarks, seen, written
from ordinance.acts.desk import Desk, refuse
from ordinance.acts.house import Call, House
from ordinance.acts.outcomes import Choice, Refused
from ordinance.acts.seeing import projection_of
from ordinance.blueprint import Entity
from ordinance.problems import reason

Record = dict[str, Any]

NOTE_LONGEST = 4000
"""Characters of a note."""

CHANGEABLE = timedelta(minutes=15)
"""So long after it was written a note may be changed."""

MENTIONED = "mentioned"
"""The message of the notice to somebody who was named."""

_AT = re.compile(r"@([^\s@]{1,40})")
_NUL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_ASKED_MAX = 40
_EXCERPT = 80


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as the actor sees it.

    Attributes:
        id: Its id.
        entity: The kind of record it is on.
        document: The record.
        by: Who wrote it, by name.
        at: When.
        text: What it says; nothing if it was taken back.
        internal: Whether only the company's own people see it.
        edited: Whether it said something else before.
        removed: Whether it was taken back.
        mentions: The people it names: id and name.
        may_change: Whether the actor may still change it.
        may_remove: Whether the actor may take it back.
    """

    id: int
    entity: str
    document: int
    by: str
    at: datetime
    text: str
    internal: bool = False
    edited: bool = False
    removed: bool = False
    mentions: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    may_change: bool = False
    may_remove: bool = False


async def add_note(
    house: House, call: Call, entity: str, id: int, text: str, *, internal: bool = True
) -> NoteView | Refused:
    """Write a note on a record; whoever is named in it and may read it there is told.

    Args:
        house: The site.
        call: Who writes.
        entity: The kind of record.
        id: The record.
        text: What it says; `@name` names somebody.
        internal: Whether only the company's own people see it; what a partner writes never is.
    """

    async def body(desk: Desk) -> NoteView:
        declared, record, _ = await open_to_remarks(desk, entity, id)
        said, inside = _sound(text), internal and not call.actor.portal
        named = await _named(desk, declared, record, said, inside=inside)
        note = await desk.force.store.notes.add(
            desk.work, entity, id, author=str(call.actor.id), text=said, internal=inside,
            mentions=[str(each.id) for each in named], now=call.now,
        )  # fmt: skip
        await _tell(desk, entity, record, named, said)
        return await _view(desk, note)

    return await written(house, call, NoteView, body)


async def change_note(house: House, call: Call, note: int, text: str) -> NoteView | Refused:
    """Change a note of one's own, while it is fresh; who is newly named is told."""

    async def body(desk: Desk) -> NoteView:
        found = await _mine(desk, note)
        declared, record, _ = await open_to_remarks(desk, found["entity"], found["document"])
        if call.now - found["at"] > CHANGEABLE:
            raise refuse("conflict", reason("note_settled", minutes=int(CHANGEABLE.total_seconds() // 60)))
        said = _sound(text)
        named = await _named(desk, declared, record, said, inside=found["internal"])
        if said != found["text"]:
            mentions = [str(each.id) for each in named]
            await desk.force.store.notes.change(desk.work, found, said, mentions, call.now)
            fresh = [each for each in named if str(each.id) not in found["mentions"]]
            await _tell(desk, declared.id, record, fresh, said)
        return await _view(desk, note)

    return await written(house, call, NoteView, body)


async def remove_note(house: House, call: Call, note: int) -> NoteView | Refused:
    """Take back a note of one's own; that there was one stays in the timeline."""

    async def body(desk: Desk) -> NoteView:
        found = await _mine(desk, note)
        await desk.force.store.notes.remove(desk.work, found, call.now)
        return await _view(desk, note)

    return await written(house, call, NoteView, body)


async def own_note(house: House, call: Call, note: int) -> NoteView | Refused:
    """Return a note of one's own, to be changed."""

    async def body(desk: Desk) -> NoteView:
        await _mine(desk, note)
        return await _view(desk, note)

    return await looked(house, call, body)


async def notes(
    house: House, call: Call, entity: str, id: int, *, before: int | None = None, limit: int = 50
) -> list[NoteView] | Refused:
    """Return the notes on a record that the actor may see, newest first."""

    async def body(desk: Desk) -> list[NoteView]:
        await seen(desk, entity, id)
        return await notes_of(desk, entity, id, before=before, limit=limit)

    return await looked(house, call, body)


async def notes_of(desk: Desk, entity: str, id: int, *, before: int | None = None, limit: int = 50) -> list[NoteView]:
    """Return the notes on a record that the actor is known to see."""
    rows = await desk.force.store.notes.of(
        desk.work, entity, id, before=before, limit=limit, inside=not desk.call.actor.portal
    )
    return await _views(desk, rows)


async def people(house: House, call: Call, entity: str, id: int, text: str, limit: int = 8) -> list[Choice] | Refused:
    """Return those whom the actor may name in a note: they fit what was typed and may read the record.

    A partner finds only its own people and those who took part in the matter.
    """

    async def body(desk: Desk) -> list[Choice]:
        declared, record, _ = await open_to_remarks(desk, entity, id)
        found = await _candidates(desk, entity, id, text)
        able = [each for each in found if await _reads(desk, declared, record, each)]
        return [Choice(each.id, each.name, _roles(desk, each)) for each in able[:limit]]

    return await looked(house, call, body)


async def _candidates(desk: Desk, entity: str, id: int, text: str) -> list[Actor]:
    records = desk.force.store.records.get(ACCOUNT)
    if records is None:
        return []
    part = await _took_part(desk, entity, id)
    if text.strip():
        rows = await records.lookup(desk.work, text, limit=_ASKED_MAX)
    else:
        rows = list((await records.get_many(desk.work, [int(each) for each in part])).values())
        rows += [each for each in await records.lookup(desk.work, "", limit=_ASKED_MAX) if str(each["id"]) not in part]
    found = [actor for each in rows if (actor := _actor(desk, each)) is not None and actor.id != desk.call.actor.id]
    of = desk.call.actor.of
    return found if of is None else [each for each in found if each.of == of or str(each.id) in part]


async def _took_part(desk: Desk, entity: str, id: int) -> list[str]:
    """Return who did something with a record or wrote on it, the last first."""
    events = await desk.force.store.events.newest(desk.work, id, limit=50)
    said = await desk.force.store.notes.of(desk.work, entity, id, inside=not desk.call.actor.portal)
    people = [*(each["author"] for each in said), *(each["actor"] for each in events)]
    return [each for each in dict.fromkeys(people) if each.isdigit() and each != "0"]


async def _named(desk: Desk, entity: Entity, record: Record, text: str, *, inside: bool) -> list[Actor]:
    """Return whom a text names: after an `@`, the longest name that is somebody's who may read the note."""
    said = [each[1] for each in _AT.finditer(text)]
    starts = {each[:length] for each in said for length in range(1, len(each) + 1)}
    if not starts or ACCOUNT not in desk.force.store.records:
        return []
    by_name: dict[str, list[Actor]] = {}
    for column in ("display_name", "name"):
        rows = await desk.force.store.find(desk.work, ACCOUNT, {column: sorted(starts)}, limit=_ASKED_MAX)
        for row in rows:
            actor = _actor(desk, row)
            if actor is not None and not (inside and actor.portal):
                by_name.setdefault(row[column], []).append(actor)
    part = set(await _took_part(desk, entity.id, record["id"])) if desk.call.actor.portal else None
    found: dict[int, Actor] = {}
    for each in said:
        longest = next((each[:n] for n in range(len(each), 0, -1) if each[:n] in by_name), None)
        for actor in by_name.get(longest or "", ()):
            known = part is None or actor.of == desk.call.actor.of or str(actor.id) in part
            if known and actor.id != desk.call.actor.id and await _reads(desk, entity, record, actor):
                found[actor.id] = actor
    return list(found.values())


def _actor(desk: Desk, row: Mapping[str, Any]) -> Actor | None:
    account = from_values(row)
    actor = account.actor(desk.force.blueprint.roles)
    return actor if account.active and actor.kind == "person" else None


async def _reads(desk: Desk, entity: Entity, record: Record, actor: Actor) -> bool:
    """Return whether somebody else may read the record, by that person's own rights."""
    theirs = Desk.of(desk.force, desk.work, replace(desk.call, actor=actor, key=None), {})
    return await projection_of(theirs, entity, record) is not None


def _roles(desk: Desk, actor: Actor) -> str:
    return " / ".join(role.label.in_(desk.call.locale) for role in desk.force.rights.roles_of(actor))


async def _tell(desk: Desk, entity: str, record: Record, people: Iterable[Actor], text: str) -> None:
    declared = desk.force.blueprint.entities[entity]
    number = record.get("number") or record.get(declared.key or "") or ""
    body = {
        "who": desk.call.actor.name,
        "what": {"zh": declared.label.zh, "en": declared.label.en},
        "number": str(number),
        "text": text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…",
    }
    notices = [
        {"recipient": str(each.id), "entity": entity, "document": record["id"], "message": MENTIONED, "body": body}
        for each in people
    ]
    await desk.force.store.tell(desk.work, notices, desk.call.now)


def _sound(text: str) -> str:
    """Return what is kept of a text.

    Raises:
        RefusedSignal: there is nothing, or too much.
    """
    said = _NUL.sub("", text.replace("\r\n", "\n")).strip()
    if not said:
        raise refuse("invalid", reason("note_empty", "/text"))
    if len(said) > NOTE_LONGEST:
        raise refuse("invalid", reason("too_long", "/text", most=NOTE_LONGEST))
    return said


async def _mine(desk: Desk, note: int) -> Record:
    """Return a note that the actor wrote and has not taken back, on a record it still sees.

    Raises:
        RefusedSignal: there is none it sees, or it is another's.
    """
    found = await desk.force.store.notes.get(desk.work, note)
    if found is None or found["removed_at"] is not None or (found["internal"] and desk.call.actor.portal):
        raise refuse("not_found", reason("no_such_note"))
    await seen(desk, found["entity"], found["document"])
    if found["author"] != str(desk.call.actor.id):
        raise refuse("not_allowed", reason("not_yours"))
    return found


async def _view(desk: Desk, note: int) -> NoteView:
    found = await desk.force.store.notes.get(desk.work, note)
    assert found is not None
    (view,) = await _views(desk, [found])
    return view


async def _views(desk: Desk, rows: list[Record]) -> list[NoteView]:
    everybody = {each["author"] for each in rows} | {one for each in rows for one in each["mentions"]}
    names = await desk.force.store.inbox.names(desk.work, everybody)
    me = str(desk.call.actor.id)
    return [
        NoteView(
            id=each["id"],
            entity=each["entity"],
            document=each["document"],
            by=names.get(each["author"], ""),
            at=each["at"],
            text=each["text"],
            internal=each["internal"],
            edited=each["edited_at"] is not None,
            removed=each["removed_at"] is not None,
            mentions=tuple((one, names[one]) for one in each["mentions"] if one in names),
            may_change=each["author"] == me and not each["removed_at"] and desk.call.now - each["at"] <= CHANGEABLE,
            may_remove=each["author"] == me and not each["removed_at"],
        )
        for each in rows
    ]
