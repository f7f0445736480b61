"""Fields of exact numbers: counts, decimals, quantities, money, per cent.

A number is never a float here: JSON carries it as a string, Python as `Decimal`, SQLite as a scaled integer and
PostgreSQL as `NUMERIC`. All together has at most 18 digits, which is what a 63-bit integer holds.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from ordinance.expressions import NUMBER, Type
from ordinance.fields.face import ORDER, Dialect, Field, FieldType, Reasons, Risk, fault
from ordinance.fields.fixed import DIGITS, fixed, rounded
from ordinance.problems import Text

if TYPE_CHECKING:
    from piccolo.columns import Column

LARGEST = 2**63 - 1
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_LONGEST = 64
_TYPED = str.maketrans({"，": ",", "。": ".", "−": "-", "－": "-", "　": " "})


def _tidy(text: str) -> str:
    """Return typed digits as ASCII, without thousands separators, leading zeros or a plus sign."""
    tidy = unicodedata.normalize("NFKC", text.translate(_TYPED)).strip().lstrip("+")
    if re.fullmatch(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", tidy):
        tidy = tidy.replace(",", "")
    return re.sub(r"^(-?)0+(?=[0-9])", r"\1", tidy)


def _within(number: Decimal | int, field: Field) -> Reasons | None:
    if field.min is not None and number < Decimal(str(field.min)):
        return fault("too_small", least=str(field.min), wanted=str(field.min), got=str(number))
    if field.max is not None and number > Decimal(str(field.max)):
        return fault("too_large", most=str(field.max), wanted=str(field.max), got=str(number))
    return None


class IntegerType(FieldType):
    """A whole number of 63 bits and a sign."""

    name = "integer"
    wanted = Text("整数", "a whole number")
    widget = "number"
    align = "end"
    operators = ORDER

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None:
            return None
        number = self._number(value)
        if number is None:
            return self.wrong(value)
        if abs(number) > LARGEST:
            return fault("too_large" if number > 0 else "too_small", most=LARGEST, least=-LARGEST)
        return _within(number, field) or number

    def _number(self, value: Any) -> int | None:
        if isinstance(value, str) and len(value) <= _LONGEST and _WHOLE.fullmatch(value):
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, Decimal) and value.is_finite() and value.adjusted() <= DIGITS + 1 and value == int(value):
            return int(value)
        return None

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        return super().parse_text(_tidy(text), field, locale, zone)

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        return "" if value is None else f"{value:,}"

    def json_schema(self, field: Field) -> dict[str, Any]:
        least = int(field.min) if field.min is not None else -LARGEST
        most = int(field.max) if field.max is not None else LARGEST
        return {"type": "integer", "minimum": least, "maximum": most}

    def sql_type(self, field: Field, dialect: Dialect) -> str | None:
        return "BIGINT"

    def decimals(self, field: Field) -> int | None:
        return 0

    def column(self, field: Field) -> Column | None:
        from piccolo.columns import BigInt

        return BigInt(default=None, null=True)

    def expression_type(self, field: Field) -> Type:
        return NUMBER

    def of_expression(self, value: Any, field: Field) -> Any:
        return None if value is None else int(rounded(value, 0))


class DecimalType(FieldType):
    """An exact decimal; `scale` is how many decimals it keeps."""

    name = "decimal"
    wanted = Text("数字", "a number")
    widget = "decimal"
    align = "end"
    operators = ORDER
    usual_scale: ClassVar[int] = 4
    sign: ClassVar[str] = ""

    def scale(self, field: Field) -> int:
        """Return how many decimals the field keeps."""
        return self.usual_scale if field.scale is None else int(field.scale)

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None:
            return None
        number = self._number(value)
        if number is None:
            return self.wrong(value)
        return self._fits(number, field)

    def _number(self, value: Any) -> Decimal | None:
        if isinstance(value, str) and len(value) <= _LONGEST and _PLAIN.fullmatch(value):
            return Decimal(value)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST:
            return Decimal(value)
        # The exponent is looked at before any arithmetic: 1e999999 must cost nothing.
        if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) <= _LONGEST:
            return value
        return None

    def _fits(self, number: Decimal, field: Field) -> Decimal | Reasons:
        scale = self.scale(field)
        most = DIGITS - scale
        if number and number.adjusted() >= most:
            bound = "9" * most
            return fault("too_large" if number > 0 else "too_small", most=bound, least=f"-{bound}")
        exact = fixed(number, scale)
        if exact is None:
            return fault("too_precise", scale=scale, wanted=scale)
        return _within(exact, field) or exact

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        tidy = _tidy(text)
        return super().parse_text(tidy.removesuffix(self.sign).strip() if self.sign else tidy, field, locale, zone)

    def to_json(self, value: Any, field: Field) -> Any:
        return None if value is None else f"{value:f}"

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        if value is None:
            return ""
        digits = f"{value:,f}"
        return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + self.sign

    def json_schema(self, field: Field) -> dict[str, Any]:
        scale = self.scale(field)
        decimals = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
        schema: dict[str, Any] = {
            "type": "string",
            "pattern": rf"^-?(0|[1-9][0-9]{{0,{DIGITS - scale - 1}}}){decimals}$",
        }
        bounds = {"x-minimum": field.min, "x-maximum": field.max}
        return schema | {name: str(bound) for name, bound in bounds.items() if bound is not None}

    def sql_type(self, field: Field, dialect: Dialect) -> str | None:
        return f"SCALEDINT{self.scale(field)}" if dialect == "sqlite" else f"NUMERIC({DIGITS},{self.scale(field)})"

    def decimals(self, field: Field) -> int | None:
        return self.scale(field)

    def column(self, field: Field) -> Column | None:
        from ordinance.fields.columns import FixedPoint

        return FixedPoint(self.scale(field), null=True)

    def expression_type(self, field: Field) -> Type:
        return NUMBER

    def of_expression(self, value: Any, field: Field) -> Any:
        return None if value is None else rounded(value, self.scale(field))

    def encode(self, value: Any, field: Field, dialect: Dialect) -> Any:
        if value is None:
            return None
        exact = fixed(value, self.scale(field))
        if exact is None:
            raise ValueError(f"{value} does not fit {self.scale(field)} decimals of {field.id}")
        return exact

    def widens_to(self, old: Field, new: Field) -> Risk:
        if self.scale(old) == self.scale(new):
            return "safe"
        # More decimals leave fewer digits before the point; fewer decimals would round what is there.
        return "check"


class QuantityType(DecimalType):
    """An amount of goods, in the unit of the field or of the record."""

    name = "quantity"
    wanted = Text("数量", "a quantity")
    measure = "unit"


class MoneyType(DecimalType):
    """An amount of money: two decimals unless the field says otherwise, always shown."""

    name = "money"
    wanted = Text("金额", "an amount of money")
    widget = "money"
    is_amount = True
    measure = "currency"
    usual_scale = 2

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        return "" if value is None else f"{value:,.{self.scale(field)}f}"


class PercentType(DecimalType):
    """Per cent: 5 is five per cent."""

    name = "percent"
    wanted = Text("百分比", "a percentage")
    widget = "percent"
    sign = "%"
