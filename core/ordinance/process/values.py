"""The fields of a document as nested values: put input in, find what changed, find what is missing, make them plain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from ordinance.process.model import Path

_EMPTY: tuple[Any, ...] = (None, "", (), [], {})
_PLAIN = frozenset({type(None), bool, int, str})
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def is_empty(value: Any) -> bool:
    """Return whether a field counts as not filled in; `False` and zero are answers."""
    return not value and value is not False and any(value == each for each in _EMPTY)


def merge(fields: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with the patch put in: a field of a reference joins that reference, all else replaces."""
    merged = dict(fields)
    for name, value in patch.items():
        known = merged.get(name)
        same = (
            isinstance(value, Mapping)
            and isinstance(known, Mapping)
            and value.get("id", known.get("id")) == known.get("id")
        )
        merged[name] = {**known, **value} if same else value  # type: ignore[dict-item]
    return merged


def changed_paths(fields: Mapping[str, Any], patch: Mapping[str, Any]) -> set[Path]:
    """Return what the patch would change; lines are told apart by column, unless rows come or go."""
    found: set[Path] = set()
    for name, value in patch.items():
        known = fields.get(name)
        if value == known and type(value) is type(known):
            continue
        if isinstance(value, (list, tuple)) and isinstance(known, (list, tuple)):
            found |= _changed_rows(name, known, value)
        elif isinstance(value, Mapping) and isinstance(known, Mapping):
            found |= _changed_record(name, known, value)
        elif value != known:
            found.add((name,))
    return found


def _changed_rows(name: str, known: Iterable[Any], rows: Iterable[Any]) -> set[Path]:
    old, new = list(known), list(rows)
    rowed = all(isinstance(each, Mapping) for each in (*old, *new))
    if len(old) != len(new) or not rowed:
        return {(name,)} if old != new else set()
    pairs = zip(old, new, strict=True)
    return {(name, key) for a, b in pairs for key in {*a, *b} if a.get(key) != b.get(key)}


def _changed_record(name: str, known: Mapping[str, Any], value: Mapping[str, Any]) -> set[Path]:
    if value.get("id", known.get("id")) != known.get("id"):
        return {(name,)}
    return {(name, key) for key in value if value[key] != known.get(key)}


def overlap(reads: Iterable[Path], changed: Iterable[Path]) -> bool:
    """Return whether something read lies within something changed, or the other way round."""
    changed = tuple(changed)
    return any(_related(one, other) for one in reads for other in changed)


def within(path: Path, allowed: Iterable[Path], value: Any) -> bool:
    """Return whether a changed path belongs to a form that has these fields.

    Rows may come and go where one of their columns is asked; a reference may not change where only a field of it is.
    """
    if len(path) == 1 and isinstance(value, (list, tuple)):
        return any(each[0] == path[0] for each in allowed)
    return any(path[: len(each)] == each for each in allowed)


def _related(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def missing(value: Any, path: Path, pointer: str = "") -> Iterator[str]:
    """Yield a JSON pointer for each place where the path is not filled in (`/lines/2/product`)."""
    if not path or value is None:
        if is_empty(value):
            yield pointer
    elif isinstance(value, Mapping):
        yield from missing(value.get(path[0]), path[1:], f"{pointer}/{path[0]}")
    elif isinstance(value, (list, tuple)):
        if not value:
            yield pointer
        for row, each in enumerate(value):
            yield from missing(each, path, f"{pointer}/{row}")
    else:
        yield f"{pointer}/{path[0]}"


def person_in(value: Any) -> str | None:
    """Return the id of the person a field refers to."""
    if isinstance(value, Mapping):
        value = value.get("id")
    return None if value is None else str(value)


def at_path(fields: Mapping[str, Any], path: Path) -> Any:
    """Return the value at a path through references, or None."""
    value: Any = fields
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def plain(value: Any) -> Any:
    """Return a value as JSON has it: decimals and moments as text, a reference as its id alone, rows whole."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (dict, Mapping)):
        return {"id": value["id"]} if "id" in value else {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        rows = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return [_row(each) if isinstance(each, (dict, Mapping)) else plain(each) for each in rows]
    return str(value)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line whole, but of a record that lines refer to its id alone: only records have a version."""
    if "version" in row and "id" in row:
        return {"id": row["id"]}
    return {str(name): plain(each) for name, each in row.items()}


def digest(value: Any) -> str:
    """Return a short name for a plain value: equal values have equal names."""
    return blake2b(_ENCODER.encode(value).encode(), digest_size=12).hexdigest()
