"""What the built-in functions compute. An empty argument gives an empty result unless the function says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ordinance.expressions.env import Env
from ordinance.expressions.operations import CONTEXT, is_filled, rounded
from ordinance.expressions.spans import day_end


def _day(env: Env, value: date | None) -> date | None:
    return value.astimezone(env.zone).date() if isinstance(value, datetime) else value


def _day_end(env: Env, value: date | None) -> datetime | None:
    day = _day(env, value)
    return None if day is None else day_end(day, env.zone)


def _round(_: Env, value: Decimal | None, places: Decimal) -> Decimal | None:
    return None if value is None else rounded(value, int(places))


def _extreme(pick: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _, *values: pick((each for each in values if each is not None), default=None)


def _default(_: Env, *values: Any) -> Any:
    return next((each for each in values if is_filled(each)), None)


def _contains(_: Env, text: str | None, part: str | None) -> bool:
    return text is not None and part is not None and part in text


def _starts_with(_: Env, text: str | None, part: str | None) -> bool:
    return text is not None and part is not None and text.startswith(part)


INVOKED: Mapping[str, Callable[..., Any]] = {
    "today": Env.today,
    "now": Env.moment,
    "day": _day,
    "day_end": _day_end,
    "round": _round,
    "abs": lambda _, value: None if value is None else CONTEXT.abs(value),
    "min": _extreme(min),
    "max": _extreme(max),
    "default": _default,
    "length": lambda _, value: 0 if value is None else len(value),
    "contains": _contains,
    "starts_with": _starts_with,
}
"""Function name to what computes it, from the values and the arguments."""
