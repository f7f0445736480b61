"""How many rows stand in the way of a change of the schema, and some of them; nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ordinance.problems import Text
from ordinance.storage.schema.renaming import Moved, as_before
from ordinance.storage.schema.shapes import Step
from ordinance.storage.sql import marks, quoted
from ordinance.storage.work import Work

_SAMPLES = 3
_COUNT = "SELECT count(*) AS n FROM "
_NOTHING = Moved()


async def rows_in_the_way(work: Work, step: Step, moved: Moved = _NOTHING) -> tuple[int, tuple[str, ...]]:
    """Return how many rows would lose something or do not fit, and some of them as `id: value`.

    Args:
        work: A unit of work that reads.
        step: The change.
        moved: What the plan renames before; nothing has been, yet.
    """
    if step.probe is None:
        return 0, ()
    count = await _count(work, as_before(step.probe, step, moved))
    query = _samples(step) if count else None
    return count, () if query is None else _shown(await work.fetch(as_before(query, step, moved)))


async def rows_kept(work: Work, step: Step) -> int:
    """Return how many rows keep a value under another name; before anything is renamed."""
    return await _count(work, step.keeps) if step.keeps is not None else 0


async def rows_filled(work: Work, table: str, column: str) -> tuple[int, tuple[str, ...]]:
    """Return how many rows of a table hold something in a column, and some of them."""
    probe = f"SELECT count({quoted(column)}) AS n FROM {quoted(table)}"
    return await rows_in_the_way(work, Step("drop_column", table, (), Text(), "destructive", column, probe))


async def _count(work: Work, sql: str) -> int:
    row = await work.fetch_one(sql)
    return int(row["n"]) if row else 0


def _samples(step: Step) -> str | None:
    """Return the query for some of the rows that a probe counts, as far as it can be turned into one."""
    probe, table = step.probe or "", quoted(step.table)
    column = quoted(step.column) if step.column else "id"
    if probe.startswith(f"SELECT count({column}) AS n"):
        return f"SELECT id, {column} AS value FROM {table} WHERE {column} IS NOT NULL ORDER BY id LIMIT {_SAMPLES}"
    if step.kind == "create_index":
        return (
            f"SELECT min(id) AS id, {column} AS value FROM {table} WHERE {column} IS NOT NULL GROUP BY {column} "
            f"HAVING count(*) > 1 LIMIT {_SAMPLES}"
        )
    if step.kind == "drop_table" or not probe.startswith(_COUNT + table):
        return None
    shown = "id" if step.kind == "add_column" else column
    return f"SELECT id, {shown} AS value FROM {table}{probe.removeprefix(_COUNT + table)} ORDER BY id LIMIT {_SAMPLES}"


def _shown(rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(f"{row['id']}: {'' if row['value'] is None else row['value']}" for row in rows)


async def rows_that_miss(work: Work, table: str, column: str) -> tuple[int, tuple[str, ...]]:
    """Return how many rows of a table have nothing in a column, and some of them."""
    return await _counted(work, table, column, f"{quoted(column)} IS NULL", ())


async def rows_that_hold(
    work: Work, table: str, column: str, values: Sequence[str]
) -> tuple[int, tuple[str, ...]]:
    """Return how many rows of a table have one of these texts in a column, and some of them."""
    return await _counted(work, table, column, f"{quoted(column)} IN ({marks(len(values))})", values)


async def _counted(
    work: Work, table: str, column: str, where: str, args: Sequence[str]
) -> tuple[int, tuple[str, ...]]:
    row = await work.fetch_one(f"{_COUNT}{quoted(table)} WHERE {where}", *args)
    count = int(row["n"]) if row else 0
    if not count:
        return 0, ()
    query = f"SELECT id, {quoted(column)} AS value FROM {quoted(table)} WHERE {where} ORDER BY id LIMIT {_SAMPLES}"
    return count, _shown(await work.fetch(query, *args))
