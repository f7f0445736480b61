"""What would have to be otherwise for a condition to be what one wants: single changes, put together, tried out.

Nothing is searched. Each leaf says its own change; a conjunction needs them all, a disjunction the cheapest.
Source: engine.md §7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias

from ordinance.expressions.env import Env
from ordinance.expressions.kinds import Choice, Many, Type
from ordinance.expressions.operations import is_filled, same
from ordinance.expressions.reached import Reached

ChangeKind = Literal[
    "set", "differ", "at_least", "more_than", "at_most", "less_than", "one_of", "none_of", "include", "exclude",
    "fill", "clear", "pass", "unpass", "add_row", "hold", "break",
]  # fmt: skip
Address: TypeAlias = tuple[str | int, ...]
"""Where a value stands: its root (`row`, `parent`, `user`, `event`, `new`), then names, and positions in lists."""


class _Nothing:
    """No value: unlike None, which is the empty one."""

    def __repr__(self) -> str:
        return "NO_VALUE"


NO_VALUE: Final = _Nothing()
"""Stands where no value is known or suggested."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would have to be otherwise.

    Attributes:
        kind: What must be so; `hold` and `break` when no more can be said than that the part must (not) be true.
        source: The part of the expression that asks for it.
        at: Where that part begins.
        address: The value to change; empty if it is not one value that could be put somewhere.
        path: The same as names alone, as the expression says it.
        type: The type of the value.
        bound: What it is held against; `NO_VALUE` if nothing.
        value: A value that will do; `NO_VALUE` if none is obvious.
        step: The step to be passed, for `pass` and `unpass`.
        reached: Every value that this change was worked out from: who may not see one may not be told the change.
    """

    kind: ChangeKind
    source: str
    at: int
    address: Address = ()
    path: tuple[str, ...] = ()
    type: Type = field(default=Type("any", nullable=True), compare=False)
    bound: Any = NO_VALUE
    value: Any = NO_VALUE
    step: str = ""
    reached: frozenset[Reached] = field(default=frozenset(), compare=False, repr=False)


Changes: TypeAlias = tuple[Change, ...] | None
"""All that is needed; None if no change could help."""

_NEXT: Mapping[type, Any] = {Decimal: Decimal(1), int: 1, date: timedelta(days=1), datetime: timedelta(seconds=1)}


def beyond(bound: Any, direction: int) -> Any:
    """Return the nearest plain value above (1) or below (-1) a bound; `NO_VALUE` where there is no nearest."""
    step = _NEXT.get(type(bound))
    try:
        return NO_VALUE if step is None else bound + step * direction
    except (ArithmeticError, OverflowError):
        return NO_VALUE


def other_than(values: Iterable[Any], type_: Type) -> Any:
    """Return a value of a type that is none of these."""
    taken = [each for each in values if each is not None]
    if isinstance(type_, Choice):
        return next((each for each in type_.options if each not in taken), NO_VALUE)
    if type_.kind == "boolean":
        return next((each for each in (True, False) if each not in taken), NO_VALUE)
    try:
        return beyond(max(taken), 1) if taken else NO_VALUE
    except TypeError:
        return NO_VALUE


def meets(change: Change, value: Any) -> bool:
    """Return whether a value is what a change asks for."""
    kind, bound = change.kind, change.bound
    if kind in ("fill", "clear"):
        return is_filled(value) is (kind == "fill")
    if kind in ("one_of", "none_of"):
        return any(value is not None and same(value, each) for each in bound if each is not None) is (kind == "one_of")
    if kind in ("include", "exclude"):
        return (bound in (value or ())) is (kind == "include")
    if kind in ("set", "differ"):
        return (value is not None and bound is not None and same(value, bound)) is (kind == "set")
    if kind in _ORDERED and value is not None and bound is not None:
        try:
            return bool(_ORDERED[kind](value, bound))
        except TypeError:
            return False
    return False


_ORDERED: Mapping[str, Any] = {
    "at_least": lambda value, bound: value >= bound,
    "more_than": lambda value, bound: value > bound,
    "at_most": lambda value, bound: value <= bound,
    "less_than": lambda value, bound: value < bound,
}


def union(several: Iterable[Changes]) -> Changes:
    """Return everything that several parts need; None if one cannot be had, or two want the same value otherwise."""
    groups: dict[Any, list[Change]] = {}
    for changes in several:
        if changes is None:
            return None
        for each in changes:
            found = groups.setdefault(each.address or (each.source, each.at, each.kind, each.step), [])
            if each not in found:
                found.append(each)
    made: list[Change] = []
    for group in groups.values():
        agreed = _agreed(group)
        if agreed is None:
            return None
        made += agreed
    return tuple(made)


def _agreed(group: list[Change]) -> list[Change] | None:
    """Return the changes of one value with a value that suits them all; None if they contradict each other."""
    if len(group) == 1 or not group[0].address:
        return group
    values = [each.value for each in group if each.value is not NO_VALUE]
    bounds = sorted({each for each in values if isinstance(each, Decimal)})
    values += [(one + other) / 2 for one, other in pairwise(bounds)]
    if not values:
        return group
    fitting = next((each for each in values if all(meets(one, each) for one in group)), NO_VALUE)
    return None if fitting is NO_VALUE else [replace(each, value=fitting) for each in group]


def cheapest(several: Sequence[Changes]) -> Changes:
    """Return the least of some alternatives: the fewest values, and of those the one with most values suggested."""
    possible = [each for each in several if each is not None]
    return min(possible, key=_cost, default=None)


def _cost(changes: tuple[Change, ...]) -> tuple[int, int]:
    return len({each.address or each for each in changes}), sum(each.value is NO_VALUE for each in changes)


def applied(env: Env, changes: Iterable[Change]) -> Env:
    """Return an environment in which the changes that suggest a value, or a step to be passed, have been made."""
    for each in changes:
        if each.kind in ("pass", "unpass"):
            passed = {step: entry for step, entry in env.passed.items() if step != each.step}
            now = env.now or datetime.min.replace(tzinfo=UTC)
            env = replace(env, passed={**passed, each.step: (now, None)} if each.kind == "pass" else passed)
        elif each.address and each.value is not NO_VALUE:
            env = _put(env, each.address, each.value)
    return env


def _put(env: Env, address: Address, value: Any) -> Env:
    root, inside = address[0], address[1:]
    name = {"row": "record", "parent": "parent", "user": "user", "event": "event", "new": "new"}[str(root)]
    begin = getattr(env, name)
    if root == "new" and inside and inside[0] not in (begin or {}):
        begin = {**(begin or {}), inside[0]: env.record.get(str(inside[0]))}
    changed: dict[str, Any] = {name: _with(begin, inside, value)}
    return replace(env, **changed)


def _with(whole: Any, inside: Address, value: Any) -> Any:
    if not inside:
        return value
    if isinstance(inside[0], int):
        return [_with(each, inside[1:], value) if at == inside[0] else each for at, each in enumerate(whole)]
    below = whole.get(inside[0]) if isinstance(whole, Mapping) else None
    if below is None and len(inside) > 1:
        below = {"id": NO_VALUE}  # the value stands behind an empty reference: some record, and none that is known
    return {**(whole or {}), inside[0]: _with(below, inside[1:], value)}


def many_with(many: Any, item: Any, *, inside: bool) -> Any:
    """Return several values with one more, or without it."""
    rest = tuple(each for each in many or () if each != item)
    return (*rest, item) if inside else rest


def options_of(type_: Type) -> tuple[str, ...]:
    """Return the options of a choice, or of the items of a multiple choice."""
    item = type_.item if isinstance(type_, Many) else type_
    return item.options if isinstance(item, Choice) else ()
