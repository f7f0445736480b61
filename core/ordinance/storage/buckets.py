"""The day, week, month, quarter or year that a day or an instant belongs to, in SQL.

PostgreSQL knows time zones; SQLite is told by how much the company's clock differed from UTC, and when that changed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=21)
_SECOND = timedelta(seconds=1)


def bucket_sql(text: str, kind: str, bucket: str, zone: ZoneInfo, *, sqlite: bool) -> tuple[str, tuple[Any, ...]]:
    """Return the first day of the bucket of a value, and the arguments it takes behind those of the value.

    Args:
        text: The SQL of the value, which is repeated nowhere.
        kind: `date` or `datetime`.
        bucket: What days are gathered into.
        zone: The zone to which days belong.
        sqlite: Which SQL to write.
    """
    if sqlite:
        day = text if kind == "date" else f"(SELECT {_local('d.v', zone)} FROM (SELECT {text} AS v) d)"
        return (day if bucket == "day" else f"(SELECT {_SQLITE[bucket]} FROM (SELECT {day} AS v) b)"), ()
    day, args = (text, ()) if kind == "date" else (f"({text} AT TIME ZONE CAST(? AS text))", (zone.key,))
    if bucket == "day":
        return f"CAST({day} AS date)", args
    return f"CAST(date_trunc('{bucket}', CAST({day} AS timestamp)) AS date)", args


_SQLITE = {
    "week": "date(b.v, '-' || ((strftime('%w', b.v) + 6) % 7) || ' days')",
    "month": "substr(b.v, 1, 7) || '-01'",
    "quarter": "substr(b.v, 1, 5) || printf('%02d', (CAST(substr(b.v, 6, 2) AS INTEGER) - 1) / 3 * 3 + 1) || '-01'",
    "year": "substr(b.v, 1, 4) || '-01-01'",
}


def _local(name: str, zone: ZoneInfo) -> str:
    """Return the day of an instant on the company's clock."""
    first, *changes = offsets(zone)
    if not changes:
        return f"date({name}, '{first[1]:+d} seconds')"
    parts = [
        f"WHEN {name} < '{until:%Y-%m-%d %H:%M:%S}+00:00' THEN '{seconds:+d} seconds'"
        for (_, seconds), (until, _) in zip([first, *changes], changes, strict=False)
    ]
    return f"date({name}, CASE {' '.join(parts)} ELSE '{changes[-1][1]:+d} seconds' END)"


@lru_cache(maxsize=64)
def offsets(zone: ZoneInfo) -> tuple[tuple[datetime, int], ...]:
    """Return since when the clock of a zone differs by how many seconds from UTC; the first holds for all before."""
    found = [(_FIRST, _offset(zone, _FIRST))]
    at = _FIRST
    while at < _LAST:
        after = at + _STEP
        if _offset(zone, after) != found[-1][1]:
            change = _change(zone, at, after)
            found.append((change, _offset(zone, change)))
        at = after
    return tuple(found)


def _change(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """Return the second at which the clock is changed, between two moments."""
    before = _offset(zone, early)
    while late - early > _SECOND:
        middle = (early + (late - early) / 2).replace(microsecond=0)
        early, late = (middle, late) if _offset(zone, middle) == before else (early, middle)
    return late


def _offset(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
