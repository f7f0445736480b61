"""Values as logs write them: exact where the format can, moments with their offset, nothing that XML cannot hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def moment(at: datetime | str) -> str:
    """Return an instant as ISO 8601 in UTC, to the millisecond."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def value_of(kind: str, value: Any) -> Any:
    """Return a JSON value in the type it has in the log."""
    if kind == "float":
        return float(value)
    if kind == "boolean":
        return value is True or str(value).lower() == "true"
    if kind == "time":
        return moment(str(value))
    if isinstance(value, Mapping):
        return str(value.get("key") or value.get("id") or "")
    return legal(str(value))


def text_of(kind: str, value: Any) -> str:
    """Return a value as XML writes it."""
    found = value_of(kind, value)
    return ("true" if found else "false") if isinstance(found, bool) else str(found)


def legal(text: str) -> str:
    """Return a text without the characters that no XML may hold."""
    return _ILLEGAL.sub("", text)
