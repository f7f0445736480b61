"""Write records with their lines."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from ordinance.storage.errors import InUse
from ordinance.storage.records.reading import Reading, Record, among
from ordinance.storage.records.shape import Lines, ordered
from ordinance.storage.records.words import search_words, searched
from ordinance.storage.sql import Statement, chunks, quoted
from ordinance.storage.work import Work

NewId = Callable[[], int]
Referrer = tuple[str, str, str, str]
"""A field that refers to an entity: entity, field path, table, column; quoted."""


class Writing(Reading):
    """Writes the records of one entity. `referrers` are the fields elsewhere that refer to it."""

    referrers: tuple[Referrer, ...] = ()

    def insert_statements(
        self,
        id: int,
        values: Mapping[str, Any],
        *,
        now: datetime,
        by: str,
        new_id: NewId,
        system: Mapping[str, Any] | None = None,
        given: Container[int] = frozenset(),
    ) -> list[Statement]:
        """Return the statements that add a record with its lines, for one `work.batch`.

        Args:
            id: Its id.
            values: Python values by field id; lines as a list of dicts, each of which gets its `id` in place.
            now: The moment of the act.
            by: Who does it.
            new_id: Gives the ids of lines.
            system: A document's own values: number, workflow, revision, phase, ended, waits_at, state.
            given: Ids that this unit of work gave to new lines and that they keep.
        """
        shape, own = self.shape, system or {}
        words = search_words(shape, {**own, **values})
        head = (id, 1, now, by, now, by, *shape.system_args(own), words)
        statements = [Statement(shape.insert, (*head, *shape.args(values, shape.fields)), shape.name, 1)]
        for part in shape.lines.values():
            rows = []
            for position, line in enumerate(values.get(part.id) or ()):
                if line.get("id") not in given:
                    line["id"] = new_id()
                rows.append((line["id"], position, line))
            statements.extend(_line_statements(part, id, rows))
        return statements

    async def insert(
        self,
        work: Work,
        values: Mapping[str, Any],
        *,
        now: datetime,
        by: str,
        id: int | None = None,
        system: Mapping[str, Any] | None = None,
    ) -> int:
        """Add a record with its lines and return its id; the arguments are as in `insert_statements`."""
        fresh = work.new_id(now) if id is None else id
        statements = self.insert_statements(
            fresh, values, now=now, by=by, new_id=lambda: work.new_id(now), system=system
        )
        await work.batch(*statements)
        return fresh

    async def insert_many(self, work: Work, rows: Iterable[Mapping[str, Any]], *, now: datetime, by: str) -> list[int]:
        """Add many records without documents' values and return their ids in order; one trip for each table."""
        shape = self.shape
        given = [(work.new_id(now), row) for row in rows]
        blank = shape.system_args({})
        await work.execute_many(
            shape.insert,
            [
                (id, 1, now, by, now, by, *blank, search_words(shape, row), *shape.args(row, shape.fields))
                for id, row in given
            ],
        )
        for part in shape.lines.values():
            lines = [
                (work.new_id(now), id, position, *part.args(line, part.fields))
                for id, row in given
                for position, line in enumerate(row.get(part.id) or ())
            ]
            await work.execute_many(part.insert(1), lines)
        return [id for id, _ in given]

    def update_statements(
        self,
        before: Record,
        values: Mapping[str, Any],
        *,
        now: datetime,
        by: str,
        new_id: NewId,
        system: Mapping[str, Any] | None = None,
        given: Container[int] = frozenset(),
    ) -> list[Statement]:
        """Return the statements that change a record, for one `work.batch`; the first must write exactly one row.

        Args:
            before: The record as it was read under its lock, with its lines if `values` has lines.
            values: What changes, by field id. Lines given replace the lines there are; a line with the id of one of
                them keeps that id, any other gets a new one in place.
            now: The moment of the act.
            by: Who does it.
            new_id: Gives the ids of new lines.
            system: What changes of a document's own values.
            given: Ids that this unit of work gave to new lines and that they keep.
        """
        statements = [self._update(before, values, system or {}, now, by)]
        for part in self.shape.lines.values():
            if part.id in values:
                statements.extend(self._replace(part, before, values[part.id] or (), new_id, given))
        return statements

    def _update(
        self, before: Record, values: Mapping[str, Any], own: Mapping[str, Any], now: datetime, by: str
    ) -> Statement:
        shape = self.shape
        fields = ordered(values, shape.fields)
        system = ordered(own, shape.system)
        parts = [f"{quoted(shape.columns[name])} = ?" for name in fields] + [f"{quoted(name)} = ?" for name in system]
        args = [*shape.args(values, fields), *(own[name] for name in system)]
        if "number" in own or any(name in values for name in searched(shape)):
            parts.append("search = ?")
            args.append(search_words(shape, {**before, **own, **values}))
        sets = ", ".join((*parts, "version = version + 1", "updated_at = ?", "updated_by = ?"))
        sql = f"UPDATE {shape.table} SET {sets} WHERE id = ? AND version = ?"
        return Statement(sql, (*args, now, by, before["id"], before["version"]), shape.name, 1)

    def _replace(
        self, part: Lines, before: Record, lines: Iterable[dict[str, Any]], new_id: NewId, issued: Container[int]
    ) -> list[Statement]:
        there = {line["id"]: (position, line) for position, line in enumerate(before.get(part.id) or ())}
        kept: set[int] = set()
        written: list[tuple[int, int, Mapping[str, Any]]] = []
        for position, line in enumerate(lines):
            given: Any = line.get("id")
            # An id of another document's line, or one sent twice, must not take that line over: it is a new line.
            if given in there and given not in kept:
                old_position, old = there[given]
                kept.add(given)
                whole = {**old, **line}
                if position != old_position or any(whole.get(name) != old.get(name) for name in part.fields):
                    written.append((given, position, whole))
            else:
                if given not in issued or given in kept:
                    line["id"] = new_id()
                kept.add(line["id"])
                written.append((line["id"], position, line))
        statements = []
        for run in chunks(sorted(there.keys() - kept)):
            where, args = among("id", run, self.dialect)
            statements.append(Statement(f"DELETE FROM {part.table} WHERE {where}", args, part.name))
        return [*statements, *_line_statements(part, before["id"], written, merge=True)]

    async def update(
        self,
        work: Work,
        id: int,
        version: int,
        values: Mapping[str, Any],
        *,
        now: datetime,
        by: str,
        system: Mapping[str, Any] | None = None,
    ) -> int | None:
        """Change a record and return its new version; None, and nothing changed, if it is not at `version` any more."""
        before = (await self.lock(work, (id,), lines=any(name in values for name in self.shape.lines))).get(id)
        if before is None or before["version"] != version:
            return None
        statements = self.update_statements(
            before, values, now=now, by=by, new_id=lambda: work.new_id(now), system=system
        )
        await work.batch(*statements)
        return version + 1

    async def add(
        self,
        work: Work,
        id: int,
        field: str,
        amount: Decimal | int,
        *,
        now: datetime | None = None,
        at_least: Any = None,
    ) -> bool:
        """Add to a number in one conditional statement; return False if it would fall below `at_least`.

        This is how stock and balances are changed: reading, checking and then writing would sell the last piece twice.
        """
        column = quoted(self.shape.columns[field])
        by = self.shape.encode(field, amount)
        condition, args = "", []
        if at_least is not None:
            condition = f" AND COALESCE({column}, 0) + ? >= ?"
            args = [by, self.shape.encode(field, at_least)]
        sets = f"{column} = COALESCE({column}, 0) + ?, version = version + 1, updated_at = COALESCE(?, updated_at)"
        sql = f"UPDATE {self.shape.table} SET {sets}"
        return await work.execute(f"{sql} WHERE id = ?{condition}", by, now, id, *args) == 1

    async def delete(self, work: Work, id: int, version: int | None = None, *, now: datetime | None, by: str) -> bool:
        """Delete a record; return False if it is not there or not at `version` any more.

        A soft entity keeps the row and hides it, unless no moment is given.

        Raises:
            InUse: other records refer to it.
        """
        before = (await self.lock(work, (id,), lines=False)).get(id)
        if before is None or version not in (None, before["version"]):
            return False
        used = await self.references(work, id)
        if used:
            raise InUse(self.entity.id, id, used)
        if self.shape.soft and now is not None:
            sql = f"UPDATE {self.shape.table} SET deleted_at = ?, updated_at = ?, updated_by = ?, version = version + 1"
            return await work.execute(f"{sql} WHERE id = ?", now, now, by, id) == 1
        return await work.execute(f"DELETE FROM {self.shape.table} WHERE id = ?", id) == 1

    async def references(self, work: Work, id: int) -> tuple[tuple[str, str, int], ...]:
        """Return which fields of which entities refer to a record, with how many records do."""
        if not self.referrers:
            return ()
        parts = [
            f"SELECT CAST({number} AS BIGINT) AS part, count(*) AS n FROM {table} WHERE {column} = ?"
            for number, (_, _, table, column) in enumerate(self.referrers)
        ]
        rows = await work.fetch(" UNION ALL ".join(parts), *([id] * len(parts)))
        return tuple((*self.referrers[int(row["part"])][:2], int(row["n"])) for row in rows if row["n"])


def _line_statements(
    part: Lines, parent: int, rows: list[tuple[int, int, Mapping[str, Any]]], *, merge: bool = False
) -> list[Statement]:
    statements = []
    for run in chunks(rows, part.width):
        args = [value for id, position, line in run for value in (id, parent, position, *part.args(line, part.fields))]
        statements.append(Statement(part.insert(len(run), merge=merge), tuple(args), part.name))
    return statements
