"""Business numbers: counted in the transaction that uses them, so none is missing and none is given twice."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date

from ordinance.storage.work import Work

_PART = re.compile(r"\{(?P<name>[a-z_][a-z0-9_.]*)(?::(?P<width>0?[0-9]{1,2}))?\}", re.ASCII)
_COUNT = (
    "INSERT INTO numbering (series, taken) VALUES (?, 1) "
    "ON CONFLICT (series) DO UPDATE SET taken = numbering.taken + 1 RETURNING taken"
)
_TURN = (
    "INSERT INTO numbering (series, taken) VALUES (?, 0) "
    "ON CONFLICT (series) DO UPDATE SET taken = numbering.taken RETURNING taken"
)
_SET = "UPDATE numbering SET taken = ? WHERE series = ?"
_SOME = 500
"""Codes that are looked up at once where many were given by hand."""

Used = Callable[[list[str]], Awaitable[set[str]]]
"""Tells which of some codes are taken."""


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

    async def code(
        self, work: Work, series: str, pattern: str, day: date, values: Mapping[str, str], used: Used
    ) -> str:
        """Return the next code of a pattern that nobody has yet; codes that were given by hand are passed over.

        Args:
            work: The unit of work; if it is rolled back, the code is free again.
            series: Which codes these are.
            pattern: As in `filled`.
            day: The company's day.
            values: Other names the pattern may use.
            used: Tells which of some codes are taken.
        """
        text, width = filled(pattern, day, values)
        name, some = f"{series}:{text}", 1
        while True:
            row = await work.fetch_one(_COUNT, name)
            assert row is not None
            first = int(row["taken"])
            codes = {n: text.replace("{n}", f"{n:0{width}}" if width else str(n)) for n in range(first, first + some)}
            taken = await used(list(codes.values()))
            free = next((n for n, code in codes.items() if code not in taken), None)
            if (free or first + some - 1) != first:
                await work.execute(_SET, free or first + some - 1, name)
            if free is not None:
                return codes[free]
            some = _SOME

    async def turn(self, work: Work, series: str, people: Iterable[int]) -> int | None:
        """Return whose turn it is among some people, and remember it; None if there is nobody.

        They take turns in the order of their ids. Who had the last turn is locked until the transaction ends, so two
        at once never get the same answer; who comes or goes in between takes or leaves only their own place.

        Args:
            work: The unit of work; if it is rolled back, the turn is still to be had.
            series: Whose turns these are.
            people: Who may have one.
        """
        order = sorted(set(people))
        if not order:
            return None
        row = await work.fetch_one(_TURN, series)
        last = int(row["taken"]) if row is not None else 0
        chosen = next((each for each in order if each > last), order[0])
        await work.execute(_SET, chosen, series)
        return chosen
