"""Read the parameters of a request's address: each known, each once, all faults together.

Nothing unknown is passed over: a misspelt filter that is ignored shows more rows than were asked for.
Source: peers.md §4, REST reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote_to_bytes

from ordinance.acts import Filter, Query
from ordinance.problems import Reason, reason
from ordinance.web.api.halt import Halt

LIMIT_MAX = 200
LIMIT_DEFAULT = 50
OPERATORS = ("eq", "neq", "lt", "lte", "gt", "gte", "in", "nin", "contains", "starts_with", "empty", "exists")

_FILTER = re.compile(r"filter\[([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)\](?:\[([a-z_]+)\])?")
_LIST = ("sort", "fields", "search", "limit", "cursor", "count", "step")
_TRUTH = {"true": True, "false": False}
_RANGE_SIDES = 2


def read_parameters(raw: bytes, known: Iterable[str], *, filters: bool = False) -> dict[str, str]:
    """Return the parameters by name.

    Args:
        raw: The query string as it came.
        known: Names that are taken.
        filters: Whether `filter[…]` is taken as well.

    Raises:
        Halt: some are unknown, repeated or no text; every one of them is named.
    """
    allowed = frozenset(known)
    found: dict[str, str] = {}
    reasons: list[Reason] = []
    for part in raw.split(b"&") if raw else ():
        name_raw, _, value_raw = part.partition(b"=")
        name, value = _text(name_raw), _text(value_raw)
        if name is None or value is None:
            reasons.append(reason("bad_parameter", name=name or "?", detail="UTF-8"))
        elif name in found:
            reasons.append(reason("duplicate_parameter", name, name=name[:100]))
        elif name in allowed or (filters and _FILTER.fullmatch(name)):
            found[name] = value
        else:
            reasons.append(reason("unknown_parameter", name[:100], name=name[:100]))
    if reasons:
        raise Halt("bad_request", reasons)
    return found


def flag(parameters: Mapping[str, str], name: str) -> bool:
    """Return a parameter that is `true` or `false`; false when it is left out.

    Raises:
        Halt: it is anything else.
    """
    value = parameters.get(name, "false")
    if value not in _TRUTH:
        raise Halt("bad_request", (reason("bad_parameter", name, name=name, detail="true, false"),))
    return _TRUTH[value]


def read_query(raw: bytes) -> Query:
    """Return what a list is asked for.

    Raises:
        Halt: parameters are wrong; what needs the entity to judge (fields, operators, values) is left to the act.
    """
    found = read_parameters(raw, _LIST, filters=True)
    faults: list[Reason] = []
    filters = [
        each for name, value in found.items() if name.startswith("filter[") for each in _filter(name, value, faults)
    ]
    query = Query(
        filter=tuple(filters),
        sort=tuple(_sort(found.get("sort", ""))),
        fields=_names(found.get("fields", "")),
        search=found.get("search", ""),
        limit=_limit(found.get("limit"), faults),
        cursor=found.get("cursor"),
        count=found.get("count") == "true",
        step=found.get("step"),
    )
    if found.get("count", "true") not in _TRUTH:
        faults.append(reason("bad_parameter", "count", name="count", detail="true, false"))
    if faults:
        raise Halt("bad_request", faults)
    return query


def read_page(raw: bytes) -> tuple[int, str | None]:
    """Return (limit, cursor) of a list that takes nothing else."""
    found = read_parameters(raw, ("limit", "cursor"))
    faults: list[Reason] = []
    limit = _limit(found.get("limit"), faults)
    if faults:
        raise Halt("bad_request", faults)
    return limit, found.get("cursor")


def _filter(name: str, value: str, faults: list[Reason]) -> list[Filter]:
    """One parameter: with an operator as it stands; without one a comma makes a list and `a..b` a range."""
    matched = _FILTER.fullmatch(name)
    assert matched is not None
    path, op = tuple(matched[1].split(".")), matched[2]
    if op is not None and op not in OPERATORS:
        faults.append(reason("unknown_parameter", name, name=name[:100], wanted=OPERATORS))
        return []
    if op in ("in", "nin"):
        return [Filter(path, op, tuple(value.split(",")))]
    if op is not None:
        return [Filter(path, op, value)]
    sides = value.split("..")
    if len(sides) == _RANGE_SIDES and any(sides):
        return [Filter(path, each, side) for each, side in zip(("gte", "lte"), sides, strict=True) if side]
    return [Filter(path, "in", tuple(value.split(",")))] if "," in value else [Filter(path, "eq", value)]


def _sort(text: str) -> list[tuple[tuple[str, ...], bool]]:
    return [(tuple(each.removeprefix("-").split(".")), each.startswith("-")) for each in _names(text)]


def _names(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",")) if text else ()


def _limit(text: str | None, faults: list[Reason]) -> int:
    if text is None:
        return LIMIT_DEFAULT
    if text.isascii() and text.isdigit() and len(text) <= len(str(LIMIT_MAX)) and 1 <= int(text) <= LIMIT_MAX:
        return int(text)
    faults.append(reason("bad_parameter", "limit", name="limit", detail=f"1…{LIMIT_MAX}"))
    return LIMIT_DEFAULT


def _text(raw: bytes) -> str | None:
    try:
        text = unquote_to_bytes(raw.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text
