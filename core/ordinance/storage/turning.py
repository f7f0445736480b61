"""A list read backwards, from the same place in the opposite order: so one pages back without counting."""

from __future__ import annotations

from collections.abc import Sequence

from ordinance.storage.records.selecting import Path, read_cursor, write_cursor

Sort = Sequence[tuple[Path, bool]]

_BY_ID = ((("id",), False),)


def turned(sort: Sort) -> tuple[tuple[Path, bool], ...]:
    """Return the opposite order; a list without one begins with the newest, so its opposite with the oldest."""
    return tuple((path, not down) for path, down in sort) or _BY_ID


def turn(cursor: str, sort: Sort) -> str:
    """Return the cursor of the same place in the opposite order.

    Args:
        cursor: A cursor of a list sorted so.
        sort: The sort of the list.

    Raises:
        CursorError: it is none of that list.
    """
    values = read_cursor(cursor, _signature(sort), len(sort) + 1)
    return write_cursor(_signature(turned(sort)), values if sort else values * 2)


def turn_back(cursor: str, sort: Sort) -> str:
    """Return the cursor, in a list sorted so, of a place in the opposite order.

    Args:
        cursor: A cursor of the list in the opposite order.
        sort: The sort of the list itself.

    Raises:
        CursorError: it is none of the list in the opposite order.
    """
    opposite = turned(sort)
    values = read_cursor(cursor, _signature(opposite), len(opposite) + 1)
    return write_cursor(_signature(sort), values if sort else values[1:])


def _signature(sort: Sort) -> str:
    return ",".join(f"{'-' if down else ''}{'.'.join(path)}" for path, down in sort)
