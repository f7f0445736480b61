"""Files of records: those that stand in a field (a contract, a picture) and those that are simply put beside it.

Who may read the record may read its files: one in a field if the field may be read, one beside it unless it is for the
company's own people. What is taken away stays in the history. What a file is, is told from its content and its name,
never from what the sender says it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ordinance.access import Projection
from ordinance.acts.beside import looked, may_remark, open_to_remarks, seen, written
from ordinance.acts.desk import Desk, refuse
from ordinance.acts.filed import held_by
from ordinance.acts.house import Call, House
from ordinance.acts.kinds import Kind, kind_of, size_words, tidy_name
from ordinance.acts.outcomes import Refused
from ordinance.acts.seeing import not_allowed
from ordinance.blueprint import Entity, Field
from ordinance.problems import reason
from ordinance.storage.attachments import Kept, TooBigError

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FileView:
    """A file as the actor sees it.

    Attributes:
        id: Its id.
        name: What it is called.
        media_type: What it is, by its content.
        size: Its bytes.
        sha256: The hash of its content, by which it can be told from another.
        by: Who brought it, by name.
        at: When.
        internal: Whether only the company's own people see it.
        field: The field that holds it, or held it.
        removed: Whether it was taken away; then only its name is left to see.
        removed_by: Who took it away.
        removed_at: When.
        may_remove: Whether the actor may take it away.
    """

    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    by: str
    at: datetime
    internal: bool = False
    field: str | None = None
    removed: bool = False
    removed_by: str = ""
    removed_at: datetime | None = None
    may_remove: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether a browser may show it as a picture."""
        return Kind.of(self.media_type).shown


@dataclass(frozen=True, slots=True)
class Content:
    """A file to be handed out: its name, what it is, whether it may be shown in place, and its bytes."""

    name: str
    media_type: str
    size: int
    sha256: str
    shown: bool
    pieces: AsyncIterator[bytes]


async def add_file(
    house: House, call: Call, of: tuple[str, int] | None, name: str, pieces: AsyncIterator[bytes], *,
    internal: bool = False, entity: str = "",
) -> FileView | Refused:  # fmt: skip
    """Keep a file, beside a record or for a field of one that is still being filled in.

    The content is kept before anything is written; a file that is then refused leaves content that nobody can reach.

    Args:
        house: The site.
        call: Who sends it.
        of: The record; None for a file that is to be put into a field.
        name: What the sender calls it.
        pieces: The content, as it comes.
        internal: Whether only the company's own people see it.
        entity: For a file without a record, the kind of record it is for.
    """
    rules, tidy = house.blueprint.company.files, tidy_name(name)
    refused = await _may_send(house, call, of, entity)
    if refused is None and rules.refuses(tidy):
        types = ", ".join(sorted(rules.types))
        refused = Refused("invalid", (reason("file_type", "/file", name=tidy, types=types),))
    if refused is not None:
        return refused
    try:
        kept = await house.force.store.attachments.keep_stream(pieces, rules.largest)
    except TooBigError:
        most = size_words(rules.largest)
        return Refused("invalid", (reason("file_too_large", "/file", name=tidy, most=most),))
    kind = kind_of(tidy, kept.head)
    if not kept.size or kind is None:
        return Refused("invalid", (reason("file_content" if kept.size else "file_empty", "/file", name=tidy),))
    inside = internal and not call.actor.portal

    async def body(desk: Desk) -> FileView:
        return await _kept(desk, of, tidy, kind, kept, inside=inside)

    return await written(house, call, FileView, body)


async def _may_send(house: House, call: Call, of: tuple[str, int] | None, entity: str) -> Refused | None:
    async def body(desk: Desk) -> None:
        if of is not None:
            await open_to_remarks(desk, *of)
            return
        declared = desk.force.blueprint.entities.get(entity)
        if declared is None:
            raise refuse("not_found", reason("not_found"))
        if not may_remark(desk.force, call, declared):
            raise refuse("not_allowed", not_allowed(declared, "create"))

    return await looked(house, call, body)


async def _kept(desk: Desk, of: tuple[str, int] | None, name: str, kind: str, kept: Kept, *, inside: bool) -> FileView:
    """Name content that is kept. The same file sent twice, as a second click does, is one file."""
    attachments, me = desk.force.store.attachments, str(desk.call.actor.id)
    known = await attachments.of(desk.work, *of) if of is not None else []
    same = [
        each for each in known
        if (each["sha256"], each["name"], each["created_by"], each["internal"]) == (kept.digest, name, me, inside)
        and each["removed_at"] is None
    ]  # fmt: skip
    id = same[0]["id"] if same else await attachments.add(
        desk.work, kept.digest, name=name, media_type=kind, size=kept.size, by=me, now=desk.call.now, of=of,
        internal=inside,
    )  # fmt: skip
    found = await attachments.get_many(desk.work, [id])
    (view,) = await _views(desk, [found[id]], {}, may_clear=False)
    return view


async def files(house: House, call: Call, entity: str, id: int) -> list[FileView] | Refused:
    """Return the files of a record that the actor may see, oldest first; not those that were taken away."""

    async def body(desk: Desk) -> list[FileView]:
        found = await files_of(desk, *await seen(desk, entity, id))
        return [each for each in found if not each.removed]

    return await looked(house, call, body)


async def files_of(desk: Desk, entity: Entity, record: Record, projection: Projection) -> list[FileView]:
    """Return the files of a record that the actor may see, oldest first, the removed ones too."""
    rows = await desk.force.store.attachments.of(desk.work, entity.id, record["id"])
    allowed = [each for each in rows if _may_see(desk, each, projection)]
    may_clear = desk.force.rights.may(desk.call.actor, "update", entity.id)
    return await _views(desk, allowed, held_by(desk.force, entity, record), may_clear=may_clear)


async def open_file(house: House, call: Call, file: int) -> Content | Refused:
    """Return a file that the actor may read, to be handed out."""

    async def body(desk: Desk) -> Content:
        row = await _readable(desk, file)
        pieces = desk.force.store.attachments.stream(row["sha256"])
        kind = Kind.of(row["media_type"])
        return Content(row["name"], row["media_type"], row["size"], row["sha256"], kind.shown, pieces)

    return await looked(house, call, body)


async def remove_file(house: House, call: Call, file: int) -> FileView | Refused:
    """Take a file away from beside a record: its own sender may, and whoever may change the record."""

    async def body(desk: Desk) -> FileView:
        row = await _readable(desk, file)
        if row["document"] is None:
            raise refuse("not_found", reason("no_such_file"))
        entity, record, projection = await open_to_remarks(desk, row["entity"], row["document"])
        mine = row["created_by"] == str(desk.call.actor.id)
        if not mine and not desk.force.rights.may(desk.call.actor, "update", entity.id):
            raise refuse("not_allowed", reason("not_yours"))
        held = held_by(desk.force, entity, record).get(file)
        if held is not None:
            raise refuse("conflict", reason("file_in_field", field=held[1].label))
        await desk.force.store.attachments.remove(desk.work, file, str(desk.call.actor.id), desk.call.now)
        return next(each for each in await files_of(desk, entity, record, projection) if each.id == file)

    return await written(house, call, FileView, body)


async def _readable(desk: Desk, file: int) -> Record:
    """Return a file that the actor may read.

    Raises:
        RefusedSignal: there is none, which is also what is said of one that it may not read.
    """
    row = (await desk.force.store.attachments.get_many(desk.work, [file])).get(file)
    if row is None or row["removed_at"] is not None:
        raise refuse("not_found", reason("no_such_file"))
    if row["document"] is None:
        if row["created_by"] != str(desk.call.actor.id):
            raise refuse("not_found", reason("no_such_file"))
        return row
    _, _, projection = await seen(desk, row["entity"], row["document"])
    if not _may_see(desk, row, projection):
        raise refuse("not_found", reason("no_such_file"))
    return row


def _may_see(desk: Desk, row: Mapping[str, Any], projection: Projection) -> bool:
    if row["field"]:
        return projection.level(row["field"]) in ("read", "write")
    return not row["internal"] or not desk.call.actor.portal


async def _views(
    desk: Desk, rows: list[Record], held: Mapping[int, tuple[str, Field]], *, may_clear: bool
) -> list[FileView]:
    people = {each["created_by"] for each in rows} | {each["removed_by"] for each in rows}
    names = await desk.force.store.inbox.names(desk.work, people)
    me = str(desk.call.actor.id)
    return [
        FileView(
            id=each["id"], name=each["name"], media_type=each["media_type"], size=each["size"], sha256=each["sha256"],
            by=names.get(each["created_by"], ""), at=each["created_at"], internal=each["internal"],
            field=held[each["id"]][0] if each["id"] in held else each["field"], removed=each["removed_at"] is not None,
            removed_by=names.get(each["removed_by"] or "", ""), removed_at=each["removed_at"],
            may_remove=each["id"] not in held and not each["removed_at"] and (may_clear or each["created_by"] == me),
        )
        for each in rows
    ]  # fmt: skip
