"""Small matters of SQL text: placeholders, quoted names, statements put together into one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

ARGUMENTS_MAX = 30_000
"""Arguments of one statement: PostgreSQL takes 32,767, SQLite 32,766."""

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)


class Statement(NamedTuple):
    """One SQL text with `?` for its arguments.

    `table` is the table it writes, so that two statements on one table are not put together by mistake; `expects` is
    how many rows it must write, or None.
    """

    sql: str
    args: tuple[Any, ...] = ()
    table: str = ""
    expects: int | None = None


@lru_cache(maxsize=4096)
def numbered(sql: str) -> str:
    """Return the text with `?` written as `$1`, `$2` …, as PostgreSQL wants it."""
    parts = sql.split("?")
    return parts[0] + "".join(f"${number}{part}" for number, part in enumerate(parts[1:], start=1))


@lru_cache(maxsize=1024)
def combined(texts: tuple[str, ...]) -> str:
    """Return one statement for PostgreSQL that runs all of these at once and gives the count of each.

    They see the same snapshot, so none may depend on what another of them writes.
    """
    parts = ", ".join(f"s{number} AS ({text} RETURNING 1)" for number, text in enumerate(texts))
    counts = ", ".join(f"(SELECT count(*) FROM s{number})" for number in range(len(texts)))
    return numbered(f"WITH {parts} SELECT {counts}")


@lru_cache(maxsize=4096)
def quoted(name: str) -> str:
    """Return an identifier in quotes.

    Raises:
        ValueError: it is no plain identifier of at most 63 characters.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of a table or column")
    return f'"{name}"'


def marks(count: int) -> str:
    """Return `?, ?, ?` for so many arguments."""
    return ", ".join("?" * count)


def chunks(values: Sequence[Any], columns: int = 1) -> Iterator[Sequence[Any]]:
    """Return the values in runs that fit into one statement when each takes `columns` arguments."""
    size = max(ARGUMENTS_MAX // max(columns, 1), 1)
    for start in range(0, len(values), size):
        yield values[start : start + size]


def like(text: str) -> str:
    """Return the text with the wildcards of LIKE made plain; its escape is the backslash."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
