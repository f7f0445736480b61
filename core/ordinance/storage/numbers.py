"""Business numbers: counted in the transaction that uses them, so none is missing and none is given twice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from ordinance.storage.work import Work

_PART = re.compile(r"\{(?P<name>[a-z_][a-z0-9_.]*)(?::(?P<width>0?[0-9]{1,2}))?\}", re.ASCII)
_COUNT = (
    "INSERT INTO numbering (series, taken) VALUES (?, 1) "
    "ON CONFLICT (series) DO UPDATE SET taken = numbering.taken + 1 RETURNING taken"
)


def filled(pattern: str, day: date, values: Mapping[str, str]) -> tuple[str, int]:
    """Return a pattern with everything but the counter filled in, and the width of the counter.

    Args:
        pattern: Text with `{yyyy} {yy} {mm} {dd} {n} {n:04}` and names of `values`.
        day: The company's day.
        values: Other names the pattern may use.

    Returns:
        The text with `{n}` where the counter goes. It is also what the counter is kept by, so a pattern with the day in
        it starts at one every day, one with a branch counts each branch by itself.
    """
    width = 0
    known = {"yyyy": f"{day.year:04}", "yy": f"{day.year % 100:02}", "mm": f"{day.month:02}", "dd": f"{day.day:02}"}

    def part(found: re.Match[str]) -> str:
        nonlocal width
        if found["name"] == "n":
            width = int(found["width"] or 0)
            return "{n}"
        return known.get(found["name"], values.get(found["name"], ""))

    text = _PART.sub(part, pattern)
    return (text if "{n}" in text else text + "{n}"), width


class Numbers:
    """The counters."""

    async def take(
        self, work: Work, series: str, pattern: str, day: date, values: Mapping[str, str] | None = None
    ) -> str:
        """Return the next number. To be called as the last thing in a transaction: its counter is locked from here on.

        Args:
            work: The unit of work; if it is rolled back, the number is free again.
            series: Which numbers these are, usually the workflow.
            pattern: As in `filled`.
            day: The company's day.
            values: Other names the pattern may use.
        """
        text, width = filled(pattern, day, values or {})
        row = await work.fetch_one(_COUNT, f"{series}:{text}")
        assert row is not None
        return text.replace("{n}", f"{row['taken']:0{width}}" if width else str(row["taken"]))
