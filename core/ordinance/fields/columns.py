"""The Piccolo column of exact decimals. Piccolo's own `Numeric` is a float on SQLite, which loses money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from piccolo.columns import Column

from ordinance.fields.fixed import DIGITS, Fixed, fixed


class FixedPoint(Column):
    """A decimal of a fixed scale: a scaled integer on SQLite, `NUMERIC` on PostgreSQL; exact on both."""

    value_type = Decimal

    def __init__(self, scale: int, **kwargs: Any) -> None:
        self.scale = scale
        self.default = None
        super().__init__(scale=scale, default=None, **kwargs)

    @property
    def column_type(self) -> str:
        """The type in the database at hand."""
        if self._meta.engine_type == "sqlite":
            return f"SCALEDINT{self.scale}"
        return f"NUMERIC({DIGITS},{self.scale})"

    def encode(self, value: Decimal | int | None) -> Fixed | None:
        """Return the value in the form that travels.

        Raises:
            ValueError: the value has more decimals or digits than the column keeps.
        """
        if value is None:
            return None
        exact = fixed(value, self.scale)
        if exact is None:
            raise ValueError(f"{value} does not fit into {DIGITS} digits with {self.scale} decimals")
        return exact

    def __set__(self, obj: Any, value: Any) -> None:
        obj.__dict__[self._meta.name] = self.encode(value)

    def __eq__(self, value: Any) -> Any:
        return super().__eq__(self.encode(value))

    def __ne__(self, value: Any) -> Any:
        return super().__ne__(self.encode(value))

    def __gt__(self, value: Any) -> Any:
        return super().__gt__(self.encode(value))

    def __ge__(self, value: Any) -> Any:
        return super().__ge__(self.encode(value))

    def __lt__(self, value: Any) -> Any:
        return super().__lt__(self.encode(value))

    def __le__(self, value: Any) -> Any:
        return super().__le__(self.encode(value))

    def __hash__(self) -> int:
        return hash(self._meta.name)

    def is_in(self, values: Any) -> Any:
        """Return the condition that the column holds one of the values."""
        return super().is_in([self.encode(each) for each in values])
