"""Round numbers for an axis, and where a value lies on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

_WIDE = Context(prec=40, rounding=ROUND_HALF_UP)
_NICE = tuple(map(Decimal, ("1", "2", "2.5", "5", "10")))
_TENTH = Decimal("0.1")
_MOST = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `low` to `high`, marked at `ticks`, laid over pixels from `start` to `end`."""

    low: Decimal
    high: Decimal
    ticks: tuple[Decimal, ...]
    start: Decimal
    end: Decimal

    def at(self, value: Decimal) -> Decimal:
        """Return where a value lies."""
        part = _WIDE.divide(_WIDE.subtract(value, self.low), _WIDE.subtract(self.high, self.low))
        return pixel(self.start + (self.end - self.start) * part)


def pixel(value: Decimal) -> Decimal:
    """Return a length to a tenth of a pixel."""
    made = Decimal(value).quantize(_TENTH, context=_WIDE)
    return made if made else made.copy_abs()


def scale(values: Iterable[Decimal], start: Decimal | int, end: Decimal | int, *, whole: bool = False) -> Scale:
    """Return the axis that holds some values and nought, ending on round numbers.

    Args:
        values: What must lie on it.
        start: The pixel of its low end.
        end: The pixel of its high end.
        whole: Whether only whole numbers are marked.
    """
    found = [Decimal(0), *values]
    low, high = min(found), max(found)
    if low == high:
        high = Decimal(1)
    step = _step(_WIDE.divide(high - low, Decimal(_MOST - 1)), whole=whole)
    first = _WIDE.divide(low, step).to_integral_value(ROUND_FLOOR)
    last = _WIDE.divide(high, step).to_integral_value(ROUND_CEILING)
    ticks = tuple(_plain(step * number) for number in range(int(first), int(last) + 1))
    return Scale(ticks[0], ticks[-1], ticks, Decimal(start), Decimal(end))


def _step(rough: Decimal, *, whole: bool) -> Decimal:
    """Return the round step that is not less than a rough one."""
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * each for each in _NICE if power * each >= rough)
    return max(step.to_integral_value(ROUND_CEILING), Decimal(1)) if whole else step


def _plain(number: Decimal) -> Decimal:
    made = number.normalize(_WIDE)
    exponent = made.as_tuple().exponent
    return made.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else made
