"""The methods of lists: sum, all, any, none, count, min, max. A list that is empty or not there has no rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from ordinance.expressions.env import Env
from ordinance.expressions.operations import CONTEXT

Run = Callable[[Env, Any, Any], Any]
_ZERO = Decimal(0)


def gather(method: str, of: Run, body: Run | None) -> Run:
    """Return the function that looks at every row.

    Args:
        method: One of the methods of lists.
        of: Computes the rows.
        body: Computes what is in the brackets, for one row; None only for a plain count.
    """
    if body is None:
        return lambda env, row, up: len(of(env, row, up) or ())
    return _METHODS[method](of, body)


def _sum(of: Run, body: Run) -> Run:
    add = CONTEXT.add

    def run(env: Env, row: Any, up: Any) -> Decimal:
        total, around = _ZERO, (row, up)
        for each in of(env, row, up) or ():
            value = body(env, each, around)
            if value is not None:
                total = add(total, value)
        return total

    return run


def _all(of: Run, body: Run) -> Run:
    def run(env: Env, row: Any, up: Any) -> bool:
        around = (row, up)
        return all(body(env, each, around) for each in of(env, row, up) or ())

    return run


def _any(of: Run, body: Run) -> Run:
    def run(env: Env, row: Any, up: Any) -> bool:
        around = (row, up)
        return any(body(env, each, around) for each in of(env, row, up) or ())

    return run


def _none(of: Run, body: Run) -> Run:
    some = _any(of, body)
    return lambda env, row, up: not some(env, row, up)


def _count(of: Run, body: Run) -> Run:
    def run(env: Env, row: Any, up: Any) -> int:
        around = (row, up)
        return sum(body(env, each, around) for each in of(env, row, up) or ())

    return run


def _extreme(pick: Callable[..., Any]) -> Callable[[Run, Run], Run]:
    def made(of: Run, body: Run) -> Run:
        def run(env: Env, row: Any, up: Any) -> Any:
            around = (row, up)
            values = [body(env, each, around) for each in of(env, row, up) or ()]
            return pick((each for each in values if each is not None), default=None)

        return run

    return made


_METHODS: Mapping[str, Callable[[Run, Run], Run]] = {
    "sum": _sum,
    "all": _all,
    "any": _any,
    "none": _none,
    "count": _count,
    "min": _extreme(min),
    "max": _extreme(max),
}
