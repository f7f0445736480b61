"""Read a JSON body strictly: every fault at once, each with its JSON pointer.

The standard decoder takes `NaN`, keeps the last of two equal keys and recurses without limit; here none of that does.
Numbers stay exact: a whole number is an int, any other a Decimal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from ordinance.problems import Reason, reason

DEPTH_MAX = 32
INTEGER_MAX = 2**63 - 1
DIGITS_MAX = 40  # more than any decimal column holds; longer ones only cost time

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_MARK = "\ufeff"
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))


class _Repeated(dict[str, Any]):
    """An object in which some keys stood twice."""

    repeated: tuple[str, ...] = ()


class _Bad:
    """A number that stands for nothing we can keep."""

    def __init__(self, text: str) -> None:
        self.text = text if len(text) <= DIGITS_MAX else text[:DIGITS_MAX] + "…"


def read_json(body: bytes) -> tuple[Any, tuple[Reason, ...], bool]:
    """Return the value, its faults, and whether it is readable at all (a fault of form, else one of content).

    Args:
        body: The body as it came; UTF-8, a byte order mark is let pass.

    Returns:
        The value is meaningful only without faults. The last item is False when the text is not JSON.
    """
    try:
        text = body.decode().removeprefix(_MARK)
    except UnicodeDecodeError as fault:
        return None, (reason("bad_json", "", detail=f"byte {fault.start} is not UTF-8"),), False
    if _depth(body) > DEPTH_MAX:
        return None, (reason("too_deep", "", most=DEPTH_MAX),), False
    try:
        value = _decoder.decode(text)
    except ValueError as fault:
        return None, (reason("bad_json", "", detail=str(fault)),), False
    return value, tuple(_faults(value, "")), True


def pointer(path: tuple[str | int, ...]) -> str:
    """Return the JSON pointer of a path. Source: RFC 6901."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _depth(body: bytes) -> int:
    """The deepest nesting, counted over the brackets alone so that no deep document is ever built."""
    if body.count(b"[") + body.count(b"{") <= DEPTH_MAX:
        return 0
    deepest = depth = 0
    for byte in _STRING.sub(b"", body).translate(None, _NO_BRACKET):
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    marked = _Repeated(found)
    marked.repeated = tuple(dict.fromkeys(name for name in names if names.count(name) > 1))
    return marked


def _integer(text: str) -> Any:
    if len(text) > DIGITS_MAX:
        return _Bad(text)
    number = int(text)
    return number if -INTEGER_MAX - 1 <= number <= INTEGER_MAX else _Bad(text)


def _decimal(text: str) -> Any:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return _Bad(text)
    if not number.is_finite() or abs(number.adjusted()) > DIGITS_MAX or len(text) > DIGITS_MAX:
        return _Bad(text)
    return number


_decoder = json.JSONDecoder(parse_int=_integer, parse_float=_decimal, parse_constant=_Bad, object_pairs_hook=_object)


def _faults(value: Any, where: str) -> Iterator[Reason]:
    if isinstance(value, _Bad):
        yield reason("json_number", where, got=value.text)
    elif isinstance(value, str):
        if any("\ud800" <= each <= "\udfff" for each in value) or "\x00" in value:
            yield reason("bad_json", where, detail="a character that is no text")
    elif isinstance(value, dict):
        yield from _faults_of_object(value, where)
    elif isinstance(value, list):
        for position, each in enumerate(value):
            yield from _faults(each, f"{where}/{position}")


def _faults_of_object(value: dict[str, Any], where: str) -> Iterator[Reason]:
    for name in value.repeated if isinstance(value, _Repeated) else ():
        yield reason("json_duplicate", where + pointer((name,)), name=name)
    for name, each in value.items():
        yield from _faults(name, where + pointer((name,)))
        yield from _faults(each, where + pointer((name,)))
