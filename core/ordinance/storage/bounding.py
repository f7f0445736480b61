"""Count the records of a list, but no further than a number nobody reads anyway, so that a million are cheap."""

from __future__ import annotations

from ordinance.storage.records import Records, Select
from ordinance.storage.work import Work


async def newest(work: Work, records: Records, among: int) -> int | None:
    """Return the id before the newest records, so many of them; None if there are no more than that."""
    sql = f"SELECT t.id FROM {records.shape.table} t ORDER BY t.id DESC LIMIT 1 OFFSET ?"
    row = await work.fetch_one(sql, among)
    return int(row["id"]) if row is not None else None


async def count_up_to(
    work: Work, records: Records, select: Select, most: int, *, after: int | None = None
) -> int:
    """Return how many records a list has, or `most` if there are at least so many.

    Args:
        work: The unit of work.
        records: The entity's records.
        select: The list; its sort and its page mean nothing here.
        most: Where to stop.
        after: Look only at records with a greater id.

    Raises:
        KeyError: a path leads to no field.
    """
    where, args = records._where(select)
    if after is not None:
        where, args = f"t.id > ? AND {where}", (after, *args)
    sql = f"SELECT count(*) AS n FROM (SELECT 1 FROM {records.shape.table} t WHERE {where} LIMIT ?) AS counted"
    row = await work.fetch_one(sql, *args, most)
    return int(row["n"]) if row is not None else 0
