"""Exact numbers in SQL: `numeric` on PostgreSQL, scaled whole numbers on SQLite as long as they surely fit.

`None` from a function here means that the database could not compute it exactly.
"""

# ruff: noqa: S608 - the text is made of names from the blueprint; every value travels as an argument

from __future__ import annotations

from decimal import ROUND_FLOOR, Context, Decimal, Inexact

from ordinance.expressions.sqlscope import WHOLE_MAX, Lowered

_EXACT = Context(prec=38, traps=[Inexact])
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def whole(number: Decimal) -> Lowered:
    """Return a number as a scaled whole number, with as few decimals as it has."""
    exponent = number.normalize(_EXACT).as_tuple().exponent
    assert isinstance(exponent, int)
    return at_scale(Lowered("?", fixed=number), max(0, -exponent))


def at_scale(value: Lowered, scale: int) -> Lowered:
    """Return the same number at a larger scale. The bound may come out too large to be kept."""
    if value.fixed is not None:
        scaled = int(value.fixed.scaleb(scale, _EXACT))
        kept = max(-WHOLE_MAX, min(WHOLE_MAX, scaled))
        return Lowered("?", (kept,), scale, abs(scaled), value.fixed)
    if value.text == "NULL":
        return Lowered("NULL", scale=scale)
    assert value.scale is not None
    if scale == value.scale:
        return value
    factor = 10 ** (scale - value.scale)
    return Lowered(f"({value.text} * {factor})", value.args, scale, value.bound * factor)


def aligned(values: tuple[Lowered, ...]) -> tuple[Lowered, ...] | None:
    """Return the numbers at one scale, or None if one of them might not fit."""
    scale = max(each.scale or 0 for each in values)
    result = tuple(at_scale(each, scale) for each in values)
    return result if all(each.bound <= WHOLE_MAX for each in result) else None


def combine(op: str, left: Lowered, right: Lowered) -> Lowered | None:
    """Return the sum, difference or product of two scaled whole numbers."""
    if op == "*":
        scale, bound = (left.scale or 0) + (right.scale or 0), left.bound * right.bound
    else:
        both = aligned((left, right))
        if both is None:
            return None
        left, right = both
        scale, bound = left.scale or 0, left.bound + right.bound
    if bound > WHOLE_MAX:
        return None
    return Lowered(f"({left.text} {op} {right.text})", left.args + right.args, scale, bound)


def reciprocal(number: Decimal) -> Decimal | None:
    """Return one divided by the number, or None if that has no end or the number is zero."""
    try:
        return _EXACT.divide(Decimal(1), number)
    except ArithmeticError:
        return None


def round_whole(value: Lowered, places: int) -> Lowered | None:
    """Return a scaled whole number rounded half-up to so many decimals, at the scale it had."""
    assert value.scale is not None
    if places >= value.scale:
        return value
    unit = 10 ** (value.scale - places)
    if value.bound + unit > WHOLE_MAX:
        return None
    half = unit // 2
    text = (
        f"(SELECT CASE WHEN v < 0 THEN -((-v + {half}) / {unit}) ELSE (v + {half}) / {unit} END * {unit} "
        f"FROM (SELECT {value.text} AS v))"
    )
    return Lowered(text, value.args, value.scale, value.bound + unit)


def compare_whole(op: str, left: Lowered, right: Lowered) -> tuple[str, Lowered, Lowered] | None:
    """Return a comparison of scaled whole numbers that means the same, both sides at one scale.

    A fixed number with more decimals than the column keeps is rounded down and the operator chosen accordingly, so that
    the column itself is asked and an index can answer.
    """
    if left.fixed is not None and right.fixed is None:
        return compare_whole(_FLIPPED.get(op, op), right, left)
    if right.fixed is None or left.fixed is not None:
        both = aligned((left, right))
        return None if both is None else (op, both[0], both[1])
    assert left.scale is not None
    if (right.scale or 0) <= left.scale:
        return op, left, at_scale(right, left.scale)
    floor = right.fixed.scaleb(left.scale, _EXACT).to_integral_value(ROUND_FLOOR)
    lower = at_scale(Lowered("?", fixed=floor.scaleb(-left.scale, _EXACT)), left.scale)
    if op in ("==", "!="):
        # A number finer than the column equals nothing in it: twice a whole number is never one.
        return op, Lowered(f"({left.text} * 2)", left.args, left.scale, left.bound), Lowered("?", (1,), left.scale)
    return {"<": "<=", "<=": "<=", ">": ">", ">=": ">"}[op], left, lower
