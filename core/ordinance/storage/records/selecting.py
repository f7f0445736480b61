"""What a list is asked for, and what comes back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A field compared with a value; `op` is one of eq neq lt lte gt gte in nin contains starts_with empty exists.

    The path may go through references (`customer.tier`) and into lines (`lines.product`: any line). The value is a
    Python value of the field's type, a list of them for `in` and `nin`, a bool for `empty` and `exists`.
    """

    path: Path
    op: str
    value: Any


@dataclass(frozen=True, slots=True)
class Fragment:
    """A condition as SQL about the rows `t`, with its arguments, as an expression lowers to."""

    sql: str
    args: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Select:
    """One page of a list. All conditions must hold, and one of `any_of` unless that is None (empty shows nothing).

    `sort` names paths, with True for descending; the id always decides last. `search` are words that must all be found.
    `only` names the fields to read, with `state` if the documents' states are wanted; None reads all there is.
    """

    where: tuple[Condition | Fragment, ...] = ()
    any_of: tuple[Fragment, ...] | None = None
    sort: tuple[tuple[Path, bool], ...] = ()
    search: str = ""
    step: str | None = None
    limit: int = 50
    cursor: str | None = None
    count: bool = False
    lines: bool = False
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """One page: the records, the cursor of the next page or None, and how many there are in all if that was asked."""

    items: list[dict[str, Any]] = field(default_factory=list)
    next: str | None = None
    count: int | None = None


class CursorError(ValueError):
    """The text is not a cursor of this list."""


def write_cursor(signature: str, values: list[Any]) -> str:
    """Return the cursor behind a row: which sort it belongs to and the values of that row."""
    return base64.urlsafe_b64encode(msgspec.json.encode([signature, *map(_plain, values)])).decode().rstrip("=")


def read_cursor(text: str, signature: str, count: int) -> list[Any]:
    """Return the values in a cursor.

    Raises:
        CursorError: it is damaged, or of another sort.
    """
    try:
        raw = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        given, *values = msgspec.json.decode(raw)
        if given == signature and len(values) == count:
            return [_value(each) for each in values]
    except (ValueError, TypeError, ArithmeticError, binascii.Error, msgspec.DecodeError) as error:
        raise CursorError("not a cursor") from error
    raise CursorError("a cursor of another list")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    return {"d": value.isoformat()} if isinstance(value, date) else value


def _value(plain: Any) -> Any:
    if not isinstance(plain, dict):
        if isinstance(plain, list | float):
            raise CursorError("not a cursor")
        return plain
    kind, text = next(iter(plain.items()))
    return _READERS[kind](text)


_READERS: dict[str, Callable[[str], Any]] = {"n": Decimal, "t": datetime.fromisoformat, "d": date.fromisoformat}
