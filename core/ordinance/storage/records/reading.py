"""Read records: one, several, under a lock, by key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ordinance.fields import Dialect, Types
from ordinance.storage.records.shape import Lines, Shape
from ordinance.storage.schema.entities import Entity
from ordinance.storage.sql import chunks, marks, quoted
from ordinance.storage.work import Work

Record = dict[str, Any]


FEW = 50
"""So many records are looked up by their keys at once; more are a query like any other."""


def among(column: str, values: Sequence[Any], dialect: Dialect) -> tuple[str, tuple[Any, ...]]:
    """Return the condition that a column is one of the values, which may not be none at all.

    PostgreSQL gets them as one array, so that the text and its plan stay the same however many there are.
    """
    if len(values) == 1:
        return f"{column} = ?", (values[0],)
    if dialect == "postgresql":
        return f"{column} = ANY(?)", (list(values),)
    return f"{column} IN ({marks(len(values))})", tuple(values)


class Reading:
    """Reads the records of one entity."""

    def __init__(self, entity: Entity, types: Types, dialect: Dialect) -> None:
        self.entity = entity
        self.dialect: Dialect = dialect
        self.shape = Shape(entity, types, dialect)

    async def get(self, work: Work, id: int, *, lines: bool = True) -> Record | None:
        """Return a record, or None."""
        return (await self.get_many(work, (id,), lines=lines)).get(id)

    async def get_many(
        self, work: Work, ids: Iterable[int], *, lines: bool = False, only: frozenset[str] | None = None
    ) -> dict[int, Record]:
        """Return the records that are there, by id, in the order of the ids.

        Args:
            work: The unit of work.
            ids: Which.
            lines: Whether with their lines.
            only: Fields, lists of lines among them, to read no more than these.
        """
        return await self._load(work, ids, lines=lines, lock=False, only=only)

    async def lock(self, work: Work, ids: Iterable[int], *, lines: bool = True) -> dict[int, Record]:
        """Return the records and keep others from changing them until the transaction ends.

        The rows are locked in the order of their ids, whatever the order asked: two acts can never wait for each other.
        """
        return await self._load(work, ids, lines=lines, lock=True)

    async def _load(
        self, work: Work, ids: Iterable[int], *, lines: bool, lock: bool, only: frozenset[str] | None = None
    ) -> dict[int, Record]:
        wanted = sorted(set(ids))
        if len(wanted) == 1 and lines and self.shape.lines and only is None:
            return await self._load_one(work, wanted[0], lock=lock)
        tail = " ORDER BY t.id" + (" FOR UPDATE" if lock and self.dialect == "postgresql" else "")
        narrow = self.shape.narrow(only)
        found: dict[int, Record] = {}
        for run in chunks(wanted):
            where, args = among("t.id", run, self.dialect)
            sql = f"{narrow.select} WHERE {where}{self.shape.alive}{tail}"
            if len(run) <= FEW:
                rows = await work.look_up(sql, *args, table=self.shape.name)
            else:
                rows = await work.fetch(sql, *args)
            found.update((row["id"], narrow.part.decode(row)) for row in rows)
        if lines:
            await self.add_lines(work, found, narrow.lines)
        return found

    async def _load_one(self, work: Work, id: int, *, lock: bool) -> dict[int, Record]:
        main, *parts = await work.fetch_each(*self.queries(id, lock=lock))
        return {id: self.put_together(main[0], parts)} if main else {}

    def queries(self, id: int, *, lock: bool) -> list[tuple[str, tuple[Any, ...]]]:
        """Return the queries for one record and its lines, to be put together afterwards."""
        tail = " FOR UPDATE" if lock and self.dialect == "postgresql" else ""
        return [
            (f"{self.shape.select} WHERE t.id = ?{self.shape.alive}{tail}", (id,)),
            *((f"{part.select} WHERE t.parent = ? ORDER BY t.position", (id,)) for part in self.shape.lines.values()),
        ]

    def put_together(self, row: Record, parts: Sequence[list[Record]]) -> Record:
        """Return the record of a row and the rows of its lines, as `queries` found them."""
        record = self.shape.record(row)
        for part, rows in zip(self.shape.lines.values(), parts, strict=True):
            record[part.id] = [_line(part, each) for each in rows]
        return record

    async def add_lines(self, work: Work, records: dict[int, Record], parts: Iterable[Lines] | None = None) -> None:
        """Put the lines into records, each list in its order; only these lists, if some are given."""
        for part in self.shape.lines.values() if parts is None else parts:
            for record in records.values():
                record[part.id] = []
            for run in chunks(list(records)):
                await self._add_part(work, part, run, records)

    async def _add_part(self, work: Work, part: Lines, ids: Sequence[int], records: dict[int, Record]) -> None:
        where, args = among("t.parent", ids, self.dialect)
        sql = f"{part.select} WHERE {where} ORDER BY t.parent, t.position"
        for row in await work.fetch(sql, *args):
            records[row["parent"]][part.id].append(_line(part, row))

    async def existing(self, work: Work, ids: Iterable[int]) -> set[int]:
        """Return which of the ids are records, and keep PostgreSQL from deleting them meanwhile."""
        found: set[int] = set()
        lock = " FOR KEY SHARE" if work.write and self.dialect == "postgresql" else ""
        for run in chunks(sorted(set(ids))):
            where, args = among("t.id", run, self.dialect)
            sql = f"SELECT t.id FROM {self.shape.table} t WHERE {where}{self.shape.alive}{lock}"
            found.update(row["id"] for row in await work.fetch(sql, *args))
        return found

    async def by_key(self, work: Work, keys: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """Return the ids that each key stands for: one, or several where the key is not unique, or none.

        The key is the entity's key field; a document that no key names is also known by its number.
        """
        names = [self.shape.columns[self.entity.key]] if self.entity.key in self.shape.columns else []
        names += ["number"] if self.entity.workflows else []
        found: dict[str, tuple[int, ...]] = {}
        for name in names:
            for run in chunks(sorted(set(keys) - found.keys())):
                where, args = among(f"t.{quoted(name)}", self._keys(name, run), self.dialect)
                sql = f"SELECT t.id, t.{quoted(name)} AS key FROM {self.shape.table} t WHERE {where}{self.shape.alive}"
                fetch = work.look_up if len(run) <= FEW else work.fetch
                for row in await fetch(f"{sql} ORDER BY t.id", *args):
                    key = str(row["key"])
                    found[key] = tuple(dict.fromkeys((*found.get(key, ()), row["id"])))
        return found

    def _keys(self, name: str, keys: Sequence[str]) -> Sequence[Any]:
        """Return the keys as they travel: a key may be a number."""
        if name == "number" or self.entity.key is None:
            return keys
        field, kind = self.shape.fields[self.entity.key]
        parsed = (kind.parse(key, field) for key in keys)
        return [kind.encode(value, field, self.dialect) for value in parsed if not isinstance(value, tuple)]

    async def find(self, work: Work, equals: dict[str, Any], *, limit: int = 1000, lines: bool = False) -> list[Record]:
        """Return the records whose fields have these values, oldest first; None means empty, a tuple any of it."""
        where, args = self.equal(equals)
        sql = f"{self.shape.select} WHERE {where}{self.shape.alive} ORDER BY t.id LIMIT ?"
        found = {row["id"]: self.shape.record(row) for row in await work.fetch(sql, *args, limit)}
        if lines:
            await self.add_lines(work, found)
        return list(found.values())

    async def count(self, work: Work, equals: dict[str, Any]) -> int:
        """Return how many records have these values."""
        where, args = self.equal(equals)
        row = await work.fetch_one(
            f"SELECT count(*) AS n FROM {self.shape.table} t WHERE {where}{self.shape.alive}", *args
        )
        return int(row["n"]) if row else 0

    def equal(self, equals: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """Return the condition that fields have these values."""
        parts: list[str] = ["1 = 1"]
        args: list[Any] = []
        for name, value in equals.items():
            column = f"t.{quoted(self.shape.columns.get(name, name))}"
            if value is None:
                parts.append(f"{column} IS NULL")
            elif isinstance(value, list | tuple | set | frozenset):
                travelling = [self.travelling(name, each) for each in value]
                condition, more = among(column, travelling, self.dialect) if travelling else ("1 = 0", ())
                parts.append(condition)
                args.extend(more)
            else:
                parts.append(f"{column} = ?")
                args.append(self.travelling(name, value))
        return " AND ".join(parts), tuple(args)

    def travelling(self, name: str, value: Any) -> Any:
        """Return a value of a field, or of one of the record's own names, as it travels.

        Raises:
            KeyError: there is no such field.
        """
        if name in self.shape.fields:
            return self.shape.encode(name, value)
        if name not in self.shape.system:
            raise KeyError(name)
        return value


def _line(part: Lines, row: Record) -> Record:
    del row["parent"], row["position"]
    return part.whole.decode(row)
