"""Exact decimals of a known scale, the form in which money and quantities travel to a database."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from functools import lru_cache
from typing import ClassVar

DIGITS = 18
"""Digits of a number in all: what a 63-bit integer holds whatever the scale."""

_EXACT = Context(prec=DIGITS + 2, traps=[Inexact, InvalidOperation])
_ROUNDING = Context(prec=40, rounding=ROUND_HALF_UP)


class Fixed(Decimal):
    """A decimal that knows how many decimals it is stored with; SQLite gets it as an integer of its last digit."""

    scale: ClassVar[int] = 0

    def __conform__(self, _protocol: object) -> int:
        return int(self.scaleb(self.scale, _ROUNDING))


@lru_cache(maxsize=DIGITS + 1)
def _of_scale(scale: int) -> type[Fixed]:
    return type(f"Fixed{scale}", (Fixed,), {"scale": scale, "__slots__": ()})


@lru_cache(maxsize=DIGITS + 1)
def _unit(scale: int) -> Decimal:
    return Decimal(1).scaleb(-scale)


def fixed(value: Decimal | int, scale: int) -> Fixed | None:
    """Return the value with exactly `scale` decimals, or None if it has more, too many digits, or is not finite.

    Args:
        value: The number.
        scale: Decimals, 0 to 18.
    """
    if type(value) is _of_scale(scale):
        return value
    number = Decimal(value)
    if not number.is_finite() or (number and number.adjusted() >= DIGITS - scale):
        return None
    try:
        exact = number.quantize(_unit(scale), context=_EXACT)
    except (Inexact, InvalidOperation):
        return None
    return _of_scale(scale)(exact or exact.copy_abs())


def rounded(value: Decimal | int, scale: int) -> Fixed:
    """Return the value rounded half-up to `scale` decimals.

    Raises:
        ValueError: the value has too many digits.
    """
    exact = fixed(Decimal(value).quantize(_unit(scale), context=_ROUNDING), scale)
    if exact is None:
        raise ValueError(f"{value} has more than {DIGITS} digits at {scale} decimals")
    return exact
