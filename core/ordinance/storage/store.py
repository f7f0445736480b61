"""Everything stored, as one value for one blueprint: records by entity, and the kernel's own tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any

from ordinance.expressions import Env
from ordinance.fields import BUILT_IN, Types
from ordinance.storage.attachments import Attachments
from ordinance.storage.events import Events, Ledger, NewEvent
from ordinance.storage.flight import Flight
from ordinance.storage.idempotency import Earlier, Idempotency
from ordinance.storage.imports import Imports
from ordinance.storage.inbox import Inbox
from ordinance.storage.notes import Notes
from ordinance.storage.numbers import Numbers
from ordinance.storage.outbox import Notices, Outbox
from ordinance.storage.recipients import Recipients
from ordinance.storage.records import Condition, Records
from ordinance.storage.records.words import search_words
from ordinance.storage.reporting import Reporting
from ordinance.storage.retired import Retired
from ordinance.storage.revisions import Revisions
from ordinance.storage.schema import DOCUMENT, KERNEL, Entity, Report, Table, entity_tables, prepare
from ordinance.storage.scope import Asked
from ordinance.storage.sql import quoted
from ordinance.storage.views import Views
from ordinance.storage.waits import NewWait, Waits
from ordinance.storage.work import Database, Work

Record = dict[str, Any]


class Store:
    """The tables of one blueprint in one database; cheap to make, replaced with the blueprint."""

    def __init__(
        self,
        database: Database,
        entities: Mapping[str, Entity],
        types: Types = BUILT_IN,
        *,
        folder: Path | None = None,
        retired: Mapping[str, Entity] | None = None,
    ) -> None:
        self.database = database
        self.entities = entities
        self.types = types
        self.folder = folder
        # Of an entity with retired fields their columns are read, too; that they should be there nobody asks.
        self.records: dict[str, Records] = {
            id: Records(entity, types, database.dialect) for id, entity in {**entities, **(retired or {})}.items()
        }
        self.events = Events()
        self.entries = Ledger()
        self.waits = Waits()
        self.imports = Imports()
        self.inbox = Inbox()
        self.outbox = Outbox()
        self.notices = Notices()
        self.notes = Notes()
        self.numbers = Numbers()
        self.idempotency = Idempotency()
        self.revisions = Revisions()
        self.retired = Retired()
        self.views = Views()
        self.recipients = Recipients(self.records.get("account"))
        self.reporting = Reporting(self.records, database.dialect)
        self.attachments = Attachments(folder or Path("var/attachments"))
        for records in self.records.values():
            records.shape_of = self._shape_of
            records.referrers = tuple(self._referrers(records.entity.id))

    def _shape_of(self, entity: str) -> Any:
        records = self.records.get(entity)
        return records.shape if records is not None else None

    def _referrers(self, target: str) -> Iterable[tuple[str, str, str, str]]:
        for entity, records in self.records.items():
            for part, path in ((records.shape, ""), *((each, f"{each.id}.") for each in records.shape.lines.values())):
                for name, (field, kind) in part.fields.items():
                    if kind.target(field) == target:
                        yield entity, f"{path}{name}", part.table, quoted(part.columns[name])

    def reading(self, retired: Mapping[str, Entity]) -> Store:
        """Return the same tables, those of some entities read with the fields that are retired."""
        return Store(self.database, self.entities, self.types, folder=self.folder, retired=retired)

    # The schema

    def tables(self, extra: Iterable[Table] = ()) -> tuple[Table, ...]:
        """Return all tables there should be: the kernel's, the entities', and those that other rooms declare."""
        return (*KERNEL, *extra, *entity_tables(self.entities, self.types, self.database.dialect))

    async def prepare(self, extra: Iterable[Table] = (), *, anyway: Collection[str] = (), dry: bool = False) -> Report:
        """Make the database fit the blueprint; as `schema.prepare`."""
        return await prepare(self.database, self.tables(extra), anyway=anyway, dry=dry)

    def entity_of(self, table: str) -> str | None:
        """Return the entity whose records, or lines, are in a table; None for the kernel's own."""
        for id, records in self.records.items():
            if table == records.shape.name or any(table == part.name for part in records.shape.lines.values()):
                return id
        return None

    def scope(self, env: Env, alias: str = "t") -> Asked:
        """Return what an expression needs to become SQL about the records of its entity."""
        return Asked(self.database.dialect, self.records, env, alias)

    # Records

    async def lock(self, work: Work, entity: str, id: int) -> Record | None:
        """Return a record with its lines, locked until the act ends, or None."""
        found = (await self.records[entity].lock(work, (id,))).get(id)
        if found is not None:
            work.locked[entity, id] = found
        return dict(found) if found is not None else None

    async def get_many(
        self, work: Work, entity: str, ids: Iterable[int], *, lines: bool = True, only: frozenset[str] | None = None
    ) -> dict[int, Record]:
        """Return the records that are there, by id; with `only`, no more of them than these fields."""
        return await self.records[entity].get_many(work, ids, lines=lines, only=only)

    async def find(
        self, work: Work, entity: str, equals: Mapping[str, Any], *, limit: int = 1000, lines: bool = False
    ) -> list[Record]:
        """Return the records whose fields have these values, oldest first."""
        return await self.records[entity].find(work, dict(equals), limit=limit, lines=lines)

    async def count(self, work: Work, entity: str, equals: Mapping[str, Any]) -> int:
        """Return how many records have these values."""
        return await self.records[entity].count(work, dict(equals))

    async def existing(self, work: Work, entity: str, ids: Iterable[int]) -> set[int]:
        """Return which of the ids are records."""
        return await self.records[entity].existing(work, ids)

    async def ids_by_key(self, work: Work, entity: str, keys: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """Return the ids that each key stands for."""
        return await self.records[entity].by_key(work, keys)

    async def referring(self, work: Work, entity: str, field: str, ids: Iterable[int]) -> list[Record]:
        """Return the records whose reference `field` is one of the ids, oldest first, with their lines."""
        wanted = list(ids)
        return await self.find(work, entity, {field: wanted}, limit=100_000, lines=True) if wanted else []

    async def insert(self, work: Work, entity: str, record: Record, now: datetime, by: str) -> int:
        """Add a record and return its id. Its lines get theirs, in place.

        Args:
            work: The unit of work.
            entity: Its entity.
            record: Fields, lines, and a document's own values; with `id` if it has one already.
            now: The moment of the act.
            by: Who does it.
        """
        records = self.records[entity]
        id = record.get("id") or work.new_id(now)
        statements = records.insert_statements(
            int(id), record, now=now, by=by, new_id=lambda: work.new_id(now), system=record, given=work.rows
        )
        await work.later(*statements)
        work.locked[entity, int(id)] = {**record, "id": int(id), "version": 1}
        return int(id)

    async def update(self, work: Work, entity: str, id: int, changes: Mapping[str, Any], now: datetime, by: str) -> int:
        """Change a record that this act has locked, or locks now, and return its new version.

        Raises:
            KeyError: there is no such record.
        """
        before = work.locked.get((entity, id)) or await self.lock(work, entity, id)
        if before is None:
            raise KeyError(f"{entity} {id}")
        records = self.records[entity]
        statements = records.update_statements(
            before, changes, now=now, by=by, new_id=lambda: work.new_id(now), system=_document_part(changes),
            given=work.rows,
        )  # fmt: skip
        await work.later(*statements)
        version = int(before["version"]) + 1
        work.locked[entity, id] = {**before, **changes, "id": id, "version": version}
        return version

    async def add(
        self,
        work: Work,
        entity: str,
        id: int,
        field: str,
        amount: Any,
        *,
        now: datetime | None = None,
        at_least: Any = None,
    ) -> bool:
        """Add to a number in one statement; return False, and change nothing, if it would fall below `at_least`."""
        work.locked.pop((entity, id), None)
        return await self.records[entity].add(work, id, field, amount, now=now, at_least=at_least)

    async def delete(self, work: Work, entity: str, id: int, *, now: datetime | None = None, by: str = "") -> bool:
        """Delete a record; as `Records.delete`. Without a moment the row goes even where the entity would keep it."""
        work.locked.pop((entity, id), None)
        return await self.records[entity].delete(work, id, now=now, by=by)

    async def people(self, work: Work) -> list[Record]:
        """Return the accounts that are active, each with `of_id`, the record it belongs to."""
        found = await self.find(work, "account", {"active": True}, limit=100_000)
        return [{**each, "of_id": (each.get("of") or {}).get("id")} for each in found]

    # Documents

    def flight(self, entity: str, workflow: str) -> Flight:
        """Return the documents of a workflow that have not ended, to be asked about or moved together."""
        return Flight(self.records[entity].shape.table, entity, workflow)

    async def hold(self, work: Work, entity: str, id: int) -> tuple[Record, list[Record]] | None:
        """Return a document with its lines, locked, and its ledger, in one trip where the database allows; or None."""
        records = self.records[entity]
        sql, document = self.entries.query(id)
        main, *parts, ledger = await work.fetch_each(*records.queries(id, lock=True), (sql, (document,)))
        if not main:
            return None
        found = records.put_together(main[0], parts)
        work.locked[entity, id] = found
        return dict(found), self.entries.read(ledger)

    async def ledger(self, work: Work, document: int) -> list[Record]:
        """Return the ledger of a document."""
        return await self.entries.rows(work, document)

    async def record(
        self,
        work: Work,
        entity: str,
        document: int,
        *,
        ledger: Sequence[Mapping[str, Any]],
        waits: Sequence[NewWait],
        events: Sequence[NewEvent],
        at: datetime,
        fresh: bool,
    ) -> None:
        """Write what an act did to a document beside its row.

        Args:
            work: The unit of work.
            entity: The document's entity.
            document: Its id.
            ledger: The rows that are new or changed.
            waits: Where it waits now, all of them.
            events: What happened, in order.
            at: The moment of the act.
            fresh: Whether the document is new.
        """

        def fresh_id() -> int:
            return work.new_id(at)

        entries = self.entries.save_statement(document, ledger, at, fresh_id)
        statements = [
            *self.waits.set_statements(entity, document, waits, fresh_id, fresh=fresh),
            self.events.append_each_statement(entity, document, events, fresh_id, at),
            *([entries] if entries is not None else []),
        ]
        await work.later(*statements)

    async def queued(
        self, work: Work, entity: str, workflow: str, step: str, order: Sequence[tuple[Sequence[str], bool]]
    ) -> list[tuple[int, str | None]]:
        """Return the first documents of the queue before a step, not taken and not set aside, with their numbers."""
        records = self.records[entity]
        sort, joins = records.order_by([(tuple(path), descending) for path, descending in order])
        rows = await work.fetch(
            f'SELECT t.id, t.number FROM "wait" w JOIN {records.shape.table} t ON t.id = w.document{joins} '
            "WHERE w.entity = ? AND w.workflow = ? AND w.step = ? AND w.taken IS NULL AND NOT w.set_aside "
            f"ORDER BY {sort} LIMIT 100",
            entity,
            workflow,
            step,
        )
        return [(row["id"], row["number"]) for row in rows]

    async def loads(self, work: Work, people: Iterable[int]) -> dict[int, int]:
        """Return how many waiting documents each person has been assigned."""
        found = await self.waits.loads(work, [str(each) for each in people])
        return {int(person): count for person, count in found.items()}

    async def take_number(
        self,
        work: Work,
        series: str,
        pattern: str,
        values: Mapping[str, str],
        now: datetime,
        zone: tzinfo,
        *,
        within: tuple[str, Any] | None = None,
    ) -> str:
        """Return the next number of a pattern, on the company's day; `within` counts for each value by itself."""
        inside = f"{series}/{within[1]}" if within else series
        return await self.numbers.take(work, inside, pattern, now.astimezone(zone).date(), values)

    async def take_code(
        self, work: Work, entity: str, field: str, pattern: str, values: Mapping[str, str], day: date
    ) -> str:
        """Return the next code of a pattern that no record of the entity has in this field, deleted ones included."""
        records = self.records[entity]
        column = quoted(records.shape.columns[field])

        async def used(codes: list[str]) -> set[str]:
            found = records.condition(Condition((field,), "in", codes))
            rows = await work.fetch(
                f"SELECT t.{column} AS code FROM {records.shape.table} t WHERE {found.sql}", *found.args
            )
            return {row["code"] for row in rows}

        return await self.numbers.code(work, f"code/{entity}.{field}", pattern, day, values, used)

    async def turn(self, work: Work, series: str, people: Iterable[int]) -> int | None:
        """Return whose turn it is among some people; as `Numbers.turn`."""
        return await self.numbers.turn(work, series, people)

    async def set_number(
        self, work: Work, entity: str, document: int, number: str, within: tuple[str, Any] | None = None
    ) -> bool:
        """Give a document its number; return False, and change nothing, if another one has it.

        Its version stays: this belongs to the act that has just changed it. With `within`, a field and its value, only
        documents count that have this value there.
        """
        records = self.records[entity]
        before = work.locked.get((entity, document)) or await self.lock(work, entity, document)
        words = search_words(records.shape, {**(before or {}), "number": number})
        where, args = records.equal({"number": number, **({within[0]: within[1]} if within else {})})
        table = records.shape.table
        taken = f"SELECT 1 FROM {table} t WHERE {where} AND t.id <> ?"
        sql = f"UPDATE {table} SET number = ?, search = ? WHERE id = ? AND NOT EXISTS ({taken})"
        if not await work.execute(sql, number, words, document, *args, document):
            return False
        if before is not None:
            work.locked[entity, document] = {**before, "number": number}
        return True

    async def tell(self, work: Work, notices: Sequence[Mapping[str, Any]], now: datetime) -> None:
        """Write notices for people."""
        statement = self.notices.add_statement(notices, now, lambda: work.new_id(now))
        if statement is not None:
            await work.later(statement)

    async def claim(self, work: Work, scope: str, key: str, fingerprint: str, now: datetime) -> Earlier | None:
        """Claim an idempotency key; return the answer it got before, or None if it is ours."""
        return await self.idempotency.claim(work, scope, key, fingerprint, now)

    async def answered(self, work: Work, scope: str, key: str, answer: Any, now: datetime) -> None:
        """Keep the answer of an act under its key."""
        await self.idempotency.answered(work, scope, key, answer)


def _document_part(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if name in DOCUMENT}
