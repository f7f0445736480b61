"""Suggestions while somebody types: the few records that fit best, found in milliseconds among a hundred thousand."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from ordinance.storage.records.querying import Querying
from ordinance.storage.records.reading import Record, among
from ordinance.storage.records.selecting import Fragment, Select
from ordinance.storage.records.shape import Shape
from ordinance.storage.records.words import typed_words
from ordinance.storage.sql import chunks, quoted
from ordinance.storage.work import Work

_FITS = 32
"""So many records that fit are looked at to find the few that fit best; a scan ends once it has them."""


_CODE_MIN = 6


class Looking(Querying):
    """Finds the records of one entity by what somebody types or calls them."""

    async def lookup(
        self, work: Work, text: str, *, limit: int = 8, any_of: tuple[Fragment, ...] | None = None,
        where: tuple[Fragment, ...] = (),
    ) -> list[Record]:  # fmt: skip
        """Return the records that best fit what somebody has typed so far.

        Those whose key begins with it come first, then those of which a word begins with it (the name, the initials of
        its pinyin), then those that have it anywhere.

        Args:
            work: The unit of work.
            text: What was typed, in any case and width.
            limit: How many at most.
            any_of: Which records the reader may see.
            where: What else must hold.
        """
        typed = typed_words(text)
        condition, args = self._where(Select(where=where, any_of=any_of))
        head = f"SELECT t.id, t.search FROM {self.shape.table} t WHERE"
        found: dict[int, str] = {}
        if typed:
            sql = f"{head} {condition} AND t.search >= ? AND t.search < ? ORDER BY t.search, t.id LIMIT ?"
            rows = await work.fetch(sql, *args, typed, typed + "\U0010ffff", limit)
            found = {row["id"]: row["search"] for row in rows}
        if len(found) < limit and not _is_whole(typed, found.values()):
            condition, args = self._where(Select(where=where, any_of=any_of, search=typed))
            most = _FITS if typed else limit
            rows = await work.fetch(f"{head} {condition} ORDER BY t.search, t.id LIMIT ?", *args, most)
            for row in sorted(rows, key=lambda each: f" {typed}" not in each["search"]):
                found.setdefault(row["id"], row["search"])
        return await self._in_order(work, list(found)[:limit])

    async def _in_order(self, work: Work, ids: Sequence[int]) -> list[Record]:
        records = await self.get_many(work, ids)
        return [records[each] for each in ids if each in records]

    async def lately_used(
        self, work: Work, shape: Shape, path: tuple[str, ...], by: str, *, among: int, limit: int
    ) -> list[int]:
        """Return which records of this entity somebody referred to last, the last first.

        Args:
            work: The unit of work.
            shape: The entity whose records refer here.
            path: The field that refers, perhaps of its lines.
            by: Who made those records.
            among: Only so many of the newest are looked through, so the answer never takes long.
            limit: How many at most.
        """
        newest = f"SELECT id, created_by FROM {shape.table} ORDER BY id DESC LIMIT ?"
        part = shape.lines[path[0]] if len(path) > 1 else shape
        column = quoted(part.columns[path[-1]])
        way = "l.parent = r.id" if len(path) > 1 else "l.id = r.id"
        rows = await work.fetch(
            f"SELECT l.{column} AS used FROM ({newest}) r JOIN {part.table} l ON {way} "
            f"WHERE r.created_by = ? AND l.{column} IS NOT NULL ORDER BY r.id DESC, l.id LIMIT ?",
            among, by, among,
        )  # fmt: skip
        return list(dict.fromkeys(row["used"] for row in rows))[:limit]

    async def admitted(
        self, work: Work, ids: Sequence[int], *, any_of: tuple[Fragment, ...] | None, where: tuple[Fragment, ...] = ()
    ) -> list[Record]:
        """Return those of some records that meet the conditions, in the order of the ids."""
        if not ids:
            return []
        condition, args = self._where(Select(where=where, any_of=any_of))
        these, values = among("t.id", list(ids), self.dialect)
        rows = await work.fetch(f"{self.shape.select} WHERE {condition} AND {these}", *args, *values)
        found = {row["id"]: self.shape.record(row) for row in rows}
        return [found[each] for each in ids if each in found]

    async def called(
        self, work: Work, field: str, texts: Iterable[str], *, any_of: tuple[Fragment, ...] | None
    ) -> list[Record]:
        """Return the records whose text in a field is one of these; neither width counts nor, mostly, case."""
        forms = {
            form
            for each in texts
            for plain in (each, unicodedata.normalize("NFKC", each).strip())
            for form in (plain, plain.lower(), plain.upper())
        }
        condition, args = self._where(Select(any_of=any_of))
        found: list[Record] = []
        for run in chunks(sorted(forms)):
            these, values = among(f"t.{quoted(self.shape.columns[field])}", run, self.dialect)
            rows = await work.fetch(
                f"{self.shape.select} WHERE {condition} AND {these} ORDER BY t.id LIMIT ?", *args, *values, 5000
            )
            found += [self.shape.record(row) for row in rows]
        return found


def _is_whole(typed: str, found: Iterable[str]) -> bool:
    """Return whether a long code was typed to its end: then nobody looks for anything else that has it in it."""
    is_code = len(typed) >= _CODE_MIN and any(each.isdigit() for each in typed)
    return is_code and any(each.startswith(f"{typed} ") or each == typed for each in found)
