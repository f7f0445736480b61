"""The documents that a person may export, each with what happened to it, read in portions: a log may be large.

What is written is what a list shows this person: fields by the one projection, records by the right to export. Personal
data and free text stay out, and people are told by their ids, unless they are asked for and this person may read them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ordinance.acts import Call, Filter, House, Page, Query, Refused, listing
from ordinance.acts.seeing import not_allowed
from ordinance.blueprint import Entity, Field
from ordinance.drawing import Names
from ordinance.exchange.eventlog.happenings import Happening, happenings
from ordinance.exchange.exporting import exportable
from ordinance.storage import load
from ordinance.storage.work import Work

_PORTION = 200
_ACCOUNT = "account"
_KINDS: Mapping[str, str] = {
    "number": "float",
    "boolean": "boolean",
    "datetime": "time",
    "date": "string",
    "choice": "string",
}
"""The types of a log for the kinds of value that are told; free text is told only with names."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment on, and up to another, which is not in it; open where None."""

    since: datetime | None = None
    until: datetime | None = None

    def condition(self) -> tuple[str, list[datetime]]:
        """Return the condition on the events as SQL, with its arguments."""
        parts = [("at >= ?", self.since), ("at < ?", self.until)]
        given = [(sql, moment) for sql, moment in parts if moment is not None]
        return "".join(f" AND {sql}" for sql, _ in given), [moment for _, moment in given]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A value of a document that is told: its field, and its type in a log."""

    field: Field
    kind: str

    @property
    def id(self) -> str:
        """The field's id."""
        return self.field.id


@dataclass(frozen=True, slots=True)
class Reference:
    """A record that a document refers to: the field (`lines.product`), the kind of record, its id and its key."""

    field: str
    entity: str
    id: str
    key: str


@dataclass(frozen=True, slots=True)
class Story:
    """One document and what happened to it, the oldest first."""

    entity: str
    id: int
    name: str
    workflow: str
    phase: str
    created_at: str
    values: tuple[tuple[str, str, Any], ...]
    references: tuple[Reference, ...]
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What goes into a log.

    Attributes:
        entities: The kinds of document; none for every one the person may export.
        period: When it happened.
        names: Tell people by name, personal data and free text, as far as the person may read them.
    """

    entities: tuple[str, ...] = ()
    period: Period = field(default_factory=Period)
    names: bool = False


class Stories:
    """Reads the documents of a log."""

    def __init__(self, house: House, call: Call, scope: Scope) -> None:
        self.house, self.call, self.scope = house, call, scope
        self.force = house.force
        self.names = Names(call.locale, self.force.blueprint, self.force.rights.grants)

    def entities(self) -> list[Entity] | Refused:
        """Return the kinds of document that are told; refused if one was asked for by name and may not be."""
        declared = self.force.blueprint.entities
        rights, actor = self.force.rights, self.call.actor
        if not self.scope.entities:
            documents = [each for each in declared.values() if each.workflows]
            return [each for each in documents if rights.may(actor, "export", each.id)]
        found = [declared[id] for id in self.scope.entities]
        barred = [each for each in found if not rights.may(actor, "export", each.id)]
        if barred:
            return Refused("not_allowed", tuple(not_allowed(each, "export") for each in barred))
        return found

    def attributes(self, entity: Entity) -> tuple[Attribute, ...]:
        """Return the values of a kind of document that are told."""
        seen = self.force.rights.projection(self.call.actor, entity.id)
        told = []
        for each in entity.fields.values():
            if each.secret or each.fields or not seen.reads(each.id) or (each.pii and not self.scope.names):
                continue
            kind = self.force.types.of(each).expression_type(each).kind
            if kind in _KINDS or (kind == "text" and self.scope.names):
                told.append(Attribute(each, _KINDS.get(kind, "string")))
        return tuple(told)

    async def count(self, entities: Sequence[Entity]) -> int:
        """Return how many documents there are to read, before rights are looked at."""
        condition, moments = self.scope.period.condition()
        total = 0
        async with self.house.database.work(write=False) as work:
            for each in entities:
                sql = "SELECT count(DISTINCT document) AS documents FROM event WHERE entity = ? AND document > 0"
                row = await work.fetch_one(sql + condition, each.id, *moments)
                total += int(row["documents"]) if row else 0
        return total

    async def read(self, entity: Entity) -> AsyncIterator[tuple[int, list[Story]]]:
        """Yield portions: how many documents were looked at, and the stories of those that are told."""
        after = 0
        while True:
            ids = await self._documents(entity, after)
            if not ids:
                return
            after = ids[-1]
            records = await self._records(entity, ids)
            yield len(ids), await self._stories(entity, records)

    async def _documents(self, entity: Entity, after: int) -> list[int]:
        condition, moments = self.scope.period.condition()
        sql = (
            f"SELECT DISTINCT document FROM event WHERE entity = ? AND document > ?{condition} "  # noqa: S608 - fixed text
            "ORDER BY document LIMIT ?"
        )
        async with self.house.database.work(write=False) as work:
            rows = await work.fetch(sql, entity.id, after, *moments, _PORTION)
        return [int(row["document"]) for row in rows]

    async def _records(self, entity: Entity, ids: Sequence[int]) -> dict[int, Record]:
        query = Query(filter=(Filter(("id",), "in", tuple(str(each) for each in ids)),), limit=len(ids))
        page = await listing(self.house, self.call, entity.id, query)
        found = await exportable(self.house, self.call, entity, page.items) if isinstance(page, Page) else []
        return {int(each["id"]): each for each in found}

    async def _stories(self, entity: Entity, records: Mapping[int, Record]) -> list[Story]:
        attributes = self.attributes(entity)
        rows: dict[int, list[Record]] = {}
        async with self.house.database.work(write=False) as work:
            for row in await self._events(work, records):
                rows.setdefault(int(row["document"]), []).append(row)
            people = await self._people(work, rows)
        return [self._story(entity, records[id], rows[id], attributes, people) for id in sorted(rows)]

    async def _events(self, work: Work, ids: Iterable[int]) -> list[Record]:
        wanted = sorted(ids)
        if not wanted:
            return []
        condition, moments = self.scope.period.condition()
        marks = ", ".join("?" * len(wanted))
        sql = (
            "SELECT id, at, document, name, actor, acting_for, revision, channel, body FROM event "  # noqa: S608 - marks
            f"WHERE document IN ({marks}){condition} ORDER BY document, id"
        )
        return await work.fetch(sql, *wanted, *moments)

    async def _people(self, work: Work, rows: Mapping[int, list[Record]]) -> Mapping[str, str]:
        """The names of people, where they are asked for and may be read; else nobody has one."""
        seen = self.force.rights.projection(self.call.actor, _ACCOUNT)
        if not self.scope.names or not seen.reads("name"):
            return {}
        every = (row for story in rows.values() for row in story)
        return await self.force.store.inbox.names(
            work, {who for row in every for who in (row["actor"], row["acting_for"])}
        )

    def _story(
        self, entity: Entity, record: Record, rows: Sequence[Record], attributes: Sequence[Attribute],
        people: Mapping[str, str],
    ) -> Story:  # fmt: skip
        workflow = self.force.blueprint.workflows.get(str(record.get("workflow") or ""))
        told = [
            _named(each, people)
            for row in rows
            for each in happenings({**row, "body": load(row["body"])}, workflow, self.names)
        ]
        return Story(
            entity=entity.id,
            id=int(record["id"]),
            name=str(record.get("number") or record["id"]),
            workflow=str(record.get("workflow") or ""),
            phase=str(record.get("phase") or ""),
            created_at=str(record.get("created_at") or ""),
            values=tuple(
                (each.id, each.kind, record[each.id]) for each in attributes if record.get(each.id) not in (None, "")
            ),
            references=tuple(self._references(entity, record)),
            happenings=tuple(told),
        )

    def _references(self, entity: Entity, record: Record) -> Iterable[Reference]:
        for each in entity.fields.values():
            value = record.get(each.id)
            if not each.fields:
                yield from _reference(each.id, each, value)
                continue
            seen: dict[tuple[str, str], Reference] = {}
            for below in each.fields.values():
                for line in value or ():
                    for found in _reference(f"{each.id}.{below.id}", below, line.get(below.id)):
                        seen.setdefault((found.field, found.id), found)
            yield from seen.values()


def _reference(name: str, field: Field, value: Any) -> Iterable[Reference]:
    """A reference that a person sees; who has an account is no object of the log."""
    target = str(value.get("entity") or field.to or "") if isinstance(value, Mapping) and "id" in value else ""
    if target and target != _ACCOUNT:
        yield Reference(name, target, str(value["id"]), str(value.get("key") or ""))


def _named(each: Happening, people: Mapping[str, str]) -> Happening:
    if not people:
        return each
    return replace(each, by=people.get(each.by, each.by), acting_for=people.get(each.acting_for, each.acting_for))
