"""Read the parameters of a request's address: each known, each once, all faults together.

Nothing unknown is passed over: a misspelt filter that is ignored shows more rows than were asked for.
Source: peers.md §4, REST reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote_to_bytes

from ordinance.acts import Figure, Filter, Joint, Query
from ordinance.problems import Reason, reason
from ordinance.web.api.halt import Halt
from ordinance.web.api.nested import OPERATORS, read_nested

LIMIT_MAX = 200
LIMIT_DEFAULT = 50
FUNCTIONS = ("count", "sum", "avg", "min", "max")
"""What may be worked out of the records of a list."""

_FILTER = re.compile(r"filter\[([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)\](?:\[([a-z_]+)\])?")
_AGGREGATE = re.compile(r"aggregate\[([a-z_]+)\]")
_SHARED = ("filter", "search", "limit", "cursor", "step")
_LIST = (*_SHARED, "sort", "fields", "count")
_TOTALS = (*_SHARED, "groupBy")
_TRUTH = {"true": True, "false": False}
_RANGE_SIDES = 2


def read_parameters(raw: bytes, known: Iterable[str]) -> dict[str, str]:
    """Return the parameters by name.

    Args:
        raw: The query string as it came.
        known: Names that are taken.

    Raises:
        Halt: some are unknown, repeated or no text; every one of them is named.
    """
    faults: list[Reason] = []
    found = _known(_pairs(raw, faults), known, (), faults)
    if faults:
        raise Halt("bad_request", faults)
    return found


def _pairs(raw: bytes, faults: list[Reason]) -> dict[str, str]:
    """Return the parameters by name, whatever they are called."""
    found: dict[str, str] = {}
    for part in raw.split(b"&") if raw else ():
        name_raw, _, value_raw = part.partition(b"=")
        name, value = _text(name_raw), _text(value_raw)
        if name is None or value is None:
            faults.append(reason("bad_parameter", name=name or "?", detail="UTF-8"))
        elif name in found:
            faults.append(reason("duplicate_parameter", name, name=name[:100]))
        else:
            found[name] = value
    return found


def _known(
    found: Mapping[str, str], names: Iterable[str], forms: Iterable[re.Pattern[str]], faults: list[Reason]
) -> dict[str, str]:
    """Return the parameters that are called as they may be; the others are named as faults."""
    allowed = frozenset(names)
    taken = {name for name in found if name in allowed or any(form.fullmatch(name) for form in forms)}
    faults += [reason("unknown_parameter", name[:100], name=name[:100]) for name in found if name not in taken]
    return {name: value for name, value in found.items() if name in taken}


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
    """Return what a list is asked for; with `aggregate[…]` or `groupBy` in it, the figures of a list.

    Raises:
        Halt: parameters are wrong, all of them told; what needs the entity to judge (fields, operators, values) is left
            to the act.
    """
    faults: list[Reason] = []
    pairs = _pairs(raw, faults)
    adds = any(name == "groupBy" or _AGGREGATE.fullmatch(name) for name in pairs)
    forms = (_FILTER, _AGGREGATE) if adds else (_FILTER,)
    found = _known(pairs, _TOTALS if adds else _LIST, forms, faults)
    query = Query(
        filter=tuple(_filters(found, faults)),
        sort=tuple(_sort(found.get("sort", ""))),
        fields=_names(found.get("fields", "")),
        search=found.get("search", ""),
        limit=_limit(found.get("limit"), faults),
        cursor=found.get("cursor"),
        count=found.get("count") == "true",
        step=found.get("step"),
        figures=tuple(_figures(found, faults)),
        group=tuple(tuple(each.split(".")) for each in _names(found.get("groupBy", ""))),
    )
    if found.get("count", "true") not in _TRUTH:
        faults.append(reason("bad_parameter", "count", name="count", detail="true, false"))
    if adds and not query.figures and not faults:
        faults.append(reason("bad_parameter", "groupBy", name="groupBy", detail=f"aggregate[{', '.join(FUNCTIONS)}]"))
    if faults:
        raise Halt("bad_request", faults)
    return query


def read_page(raw: bytes) -> tuple[int, str | None]:
    """Return (limit, cursor) of a list that takes nothing else."""
    faults: list[Reason] = []
    found = _known(_pairs(raw, faults), ("limit", "cursor"), (), faults)
    limit = _limit(found.get("limit"), faults)
    if faults:
        raise Halt("bad_request", faults)
    return limit, found.get("cursor")


def _filters(found: Mapping[str, str], faults: list[Reason]) -> Iterator[Filter | Joint]:
    for name, value in found.items():
        if name == "filter":
            yield from read_nested(value, faults)
        elif name.startswith("filter["):
            yield from _filter(name, value, faults)


def _figures(found: Mapping[str, str], faults: list[Reason]) -> Iterator[Figure]:
    """Yield what `aggregate[sum]=total,freight` asks; `aggregate[count]=*` counts the records."""
    for name, value in found.items():
        matched = _AGGREGATE.fullmatch(name)
        if matched is None:
            continue
        if matched[1] not in FUNCTIONS:
            faults.append(reason("unknown_parameter", name, name=name[:100], wanted=FUNCTIONS))
        elif not value:
            faults.append(reason("bad_parameter", name, name=name, detail="field,field"))
        else:
            yield from (_figure(matched[1], each) for each in _names(value))


def _figure(of: str, name: str) -> Figure:
    return Figure(of) if of == "count" and name == "*" else Figure(of, tuple(name.split(".")))


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
