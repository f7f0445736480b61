"""Lists: filter, sort, search, page by page from where the last one ended."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ordinance.storage.records.reading import Record, among
from ordinance.storage.records.selecting import Condition, Fragment, Path, Rows, Select, read_cursor, write_cursor
from ordinance.storage.records.shape import Row, Shape
from ordinance.storage.records.words import typed_words
from ordinance.storage.records.writing import Writing
from ordinance.storage.sql import like, quoted
from ordinance.storage.work import Work

Args = tuple[Any, ...]
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_WORDS_MAX = 6
_ORDERS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_ALWAYS, _NEVER = "1 = 1", "1 = 0"


@dataclass(frozen=True, slots=True)
class _Sort:
    """One column a list is sorted by; `encode` gives a value of it as it travels."""

    sql: str
    descending: bool
    nullable: bool
    encode: Callable[[Any], Any]


def _without(keys: Sequence[str], row: Record) -> Record:
    for key in keys:
        del row[key]
    return row


class Querying(Writing):
    """Lists the records of one entity. `shape_of` finds the entity behind a reference."""

    shape_of: Callable[[str], Shape | None] = staticmethod(lambda _entity: None)

    async def query(self, work: Work, select: Select) -> Rows:
        """Return one page of a list.

        Raises:
            CursorError: the cursor is not of this list.
            KeyError: a path leads to no field.
        """
        where, args = self._where(select)
        sorts, joins = self._sorts(select.sort)
        signature = ",".join(f"{'-' if desc else ''}{'.'.join(path)}" for path, desc in select.sort)
        page, page_args = where, args
        if select.cursor is not None:
            after, after_args = rows_after(sorts, read_cursor(select.cursor, signature, len(sorts)))
            page, page_args = f"{where} AND {after}", (*args, *after_args)
        narrow = self.shape.narrow(select.only)
        # What a list is sorted by is read once: as the column it is shown in, or else under a name of its own.
        read = {f"t.{quoted(column)}": column for column in narrow.part.columns}
        keys = [read.get(sort.sql, f"sort_{number}") for number, sort in enumerate(sorts[:-1])]
        own = {key: sort.sql for key, sort in zip(keys, sorts, strict=False) if sort.sql not in read}
        beside = "".join(f", {sql} AS {key}" for key, sql in own.items())
        head = narrow.select.replace(" FROM ", f"{beside} FROM ", 1) + joins
        sql = f"{head} WHERE {page} ORDER BY {in_order(sorts)} LIMIT ?"
        rows = await work.fetch(sql, *page_args, select.limit + 1)
        following = None
        if len(rows) > select.limit:
            last = rows[select.limit - 1]
            following = write_cursor(signature, [last[key] for key in (*keys, "id")])
        items = [narrow.part.decode(_without(tuple(own), row)) for row in rows[: select.limit]]
        if select.lines:
            await self.add_lines(work, {item["id"]: item for item in items}, narrow.lines)
        return Rows(items, following, await self._count(work, where, args) if select.count else None)

    async def _count(self, work: Work, where: str, args: Args) -> int:
        row = await work.fetch_one(f"SELECT count(*) AS n FROM {self.shape.table} t WHERE {where}", *args)
        return int(row["n"]) if row else 0

    def _where(self, select: Select) -> tuple[str, Args]:
        parts: list[str] = [_ALWAYS + self.shape.alive]
        args: list[Any] = []
        for each in select.where:
            fragment = each if isinstance(each, Fragment) else self.condition(each)
            parts.append(f"({fragment.sql})")
            args.extend(fragment.args)
        if select.any_of is not None:
            parts.append(f"({' OR '.join(f'({each.sql})' for each in select.any_of) or _NEVER})")
            args.extend(arg for each in select.any_of for arg in each.args)
        for word in typed_words(select.search).split()[:_WORDS_MAX]:
            parts.append("t.search LIKE ? ESCAPE '\\'")
            args.append(f"%{like(word)}%")
        if select.step is not None:
            parts.append('t.id IN (SELECT w.document FROM "wait" w WHERE w.entity = ? AND w.step = ?)')
            args += [self.entity.id, select.step]
        return " AND ".join(parts), tuple(args)

    def condition(self, condition: Condition) -> Fragment:
        """Return a condition as SQL about the rows `t`.

        Raises:
            KeyError: the path leads to no field, or the operator is not known.
        """
        return self._condition(self.shape, "t", condition.path, condition.op, condition.value)

    def _condition(self, row: Row, alias: str, path: Path, op: str, value: Any) -> Fragment:
        name, rest = path[0], path[1:]
        if isinstance(row, Shape) and name in row.lines:
            return self._any_line(row, alias, path, op, value)
        if rest:
            return self._behind(row, alias, path, op, value)
        column = f"{alias}.{quoted(row.columns.get(name, name))}"
        if name in row.fields:
            kind = row.fields[name][1]
            encode = row.encoder(name)
            listed = "contains" in kind.operators and kind.blank == ()
        elif name in (row.system if isinstance(row, Shape) else ("id", "position")):
            encode, listed = _same, False
        else:
            raise KeyError(name)
        return _compare(column, op, value, encode, self.dialect, listed=listed)

    def _any_line(self, row: Shape, alias: str, path: Path, op: str, value: Any) -> Fragment:
        part, inner = row.lines[path[0]], f"{alias}l"
        head = f"EXISTS (SELECT 1 FROM {part.table} {inner} WHERE {inner}.parent = {alias}.id"
        if len(path) == 1:
            there = (op == "exists") == bool(value)
            return Fragment(f"{'' if there else 'NOT '}{head})")
        found = self._condition(part, inner, path[1:], op, value)
        return Fragment(f"{head} AND ({found.sql}))", found.args)

    def _behind(self, row: Row, alias: str, path: Path, op: str, value: Any) -> Fragment:
        """Return the condition on a field of the record that a reference points to; no record counts as empty."""
        target = self._target(row, path[0])
        inner = f"{alias}r"
        found = self._condition(target, inner, path[1:], op, value)
        column = f"{alias}.{quoted(row.columns[path[0]])}"
        sql = f"{column} IN (SELECT {inner}.id FROM {target.table} {inner} WHERE {found.sql})"
        if op in ("neq", "nin") or (op in ("empty", "exists") and (op == "empty") == bool(value)) or value is None:
            sql = f"({column} IS NULL OR {sql})"
        return Fragment(sql, found.args)

    def _target(self, row: Row, name: str) -> Shape:
        field, kind = row.fields[name]
        target = self.shape_of(kind.target(field) or "")
        if target is None:
            raise KeyError(name)
        return target

    def _sorts(self, sort: Sequence[tuple[Path, bool]]) -> tuple[list[_Sort], str]:
        """Return the columns to sort by, the id last, and the joins that reach those behind references."""
        joins: dict[Path, str] = {}
        text = ""
        sorts = []
        for path, descending in sort:
            row, alias = self.shape, "t"
            for depth in range(1, len(path)):
                target = self._target(row, path[depth - 1])
                if path[:depth] not in joins:
                    joined = joins[path[:depth]] = f"j{len(joins)}"
                    column = quoted(row.columns[path[depth - 1]])
                    text += f" LEFT JOIN {target.table} {joined} ON {joined}.id = {alias}.{column}"
                row, alias = target, joins[path[:depth]]
            sorts.append(self._sort(row, alias, path[-1], descending=descending))
        last = sort[-1][1] if sort else True
        return [*sorts, _Sort("t.id", last, nullable=False, encode=_same)], text

    def order_by(self, sort: Sequence[tuple[Path, bool]]) -> tuple[str, str]:
        """Return the ORDER BY of a sort and the joins it needs, about the rows `t`; then the oldest is first."""
        sorts, joins = self._sorts(sort)
        return in_order([*sorts[:-1], _Sort("t.id", descending=False, nullable=False, encode=_same)]), joins

    def _sort(self, row: Shape, alias: str, name: str, *, descending: bool) -> _Sort:
        if name in row.fields:
            return _Sort(f"{alias}.{quoted(row.columns[name])}", descending, nullable=True, encode=row.encoder(name))
        if name not in row.system:
            raise KeyError(name)
        required = alias == "t" and name in ("id", "version", "created_at", "created_by", "updated_at", "updated_by")
        return _Sort(f"{alias}.{quoted(name)}", descending, nullable=not required, encode=_same)


def _same(value: Any) -> Any:
    return value


def _compare(column: str, op: str, value: Any, encode: Callable[[Any], Any], dialect: Any, *, listed: bool) -> Fragment:
    if op in ("empty", "exists"):
        return Fragment(f"{column} IS NULL" if (op == "empty") == bool(value) else f"{column} IS NOT NULL")
    if op in ("eq", "neq") and value is None:
        return Fragment(f"{column} IS NULL" if op == "eq" else f"{column} IS NOT NULL")
    if op == "eq":
        return Fragment(f"{column} = ?", (encode(value),))
    if op == "neq":
        return Fragment(f"({column} <> ? OR {column} IS NULL)", (encode(value),))
    if op in _ORDERS:
        return Fragment(f"{column} {_ORDERS[op]} ?", (encode(value),))
    if op in ("in", "nin"):
        return _one_of(column, list(value), encode, dialect, negative=op == "nin")
    if op == "contains" and listed:
        text = f"CAST({column} AS TEXT)"
        return Fragment(f"{text} LIKE ? ESCAPE '\\'", (f'%"{like(value)}"%',))
    if op in ("contains", "starts_with"):
        # One meaning on both databases: case is ignored for ASCII letters and for those alone.
        pattern = f"{'%' if op == 'contains' else ''}{like(value.translate(_LOWER))}%"
        return Fragment(f"lower({column}) LIKE ? ESCAPE '\\'", (pattern,))
    raise KeyError(op)


def _one_of(column: str, values: list[Any], encode: Callable[[Any], Any], dialect: Any, *, negative: bool) -> Fragment:
    there = [encode(each) for each in values if each is not None]
    sql, args = among(column, there, dialect) if there else (_NEVER, ())
    if len(there) < len(values):
        sql = f"({sql} OR {column} IS NULL)"
    elif negative:
        sql = f"({column} IS NOT NULL AND {sql})"
    return Fragment(f"NOT ({sql})" if negative else sql, args)


def in_order(sorts: list[_Sort]) -> str:
    """Return the ORDER BY: empty values come first going up and last going down, on both databases."""
    return ", ".join(
        f"{sort.sql} {'DESC' if sort.descending else 'ASC'}"
        + ("" if not sort.nullable else " NULLS LAST" if sort.descending else " NULLS FIRST")
        for sort in sorts
    )


def rows_after(sorts: list[_Sort], values: list[Any]) -> tuple[str, Args]:
    """Return the condition that a row comes after the one with these values."""
    sql, args = _NEVER, ()
    for sort, value in zip(reversed(sorts), reversed(values), strict=True):
        sql, args = _beyond(sort, sort.encode(value), sql, args)
    return sql, args


def _beyond(sort: _Sort, value: Any, rest: str, rest_args: Args) -> tuple[str, Args]:
    """Return the condition that a row lies beyond the value in this column, or at it and beyond in the rest."""
    column = sort.sql
    if value is None:
        tie = f"({column} IS NULL AND ({rest}))"
        return (tie if sort.descending else f"({column} IS NOT NULL OR {tie})"), rest_args
    tie = f"({column} = ? AND ({rest}))"
    if not sort.descending:
        # The first part is implied by the second; it lets the index begin where the page does.
        return f"({column} >= ? AND ({column} > ? OR {tie}))", (value, value, value, *rest_args)
    empty = f" OR {column} IS NULL" if sort.nullable else ""
    if not sort.nullable:
        return f"({column} <= ? AND ({column} < ? OR {tie}))", (value, value, value, *rest_args)
    return f"({column} < ? OR {tie}{empty})", (value, value, *rest_args)
