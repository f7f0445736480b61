"""Fields of time: a calendar day, an instant, a span."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from ordinance.expressions import DATE, DATETIME, SPAN, ExpressionError, Span, Type
from ordinance.fields.face import EQUALITY, ORDER, Dialect, Field, FieldType, fault
from ordinance.problems import Text

if TYPE_CHECKING:
    from piccolo.columns import Column

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_TYPED_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", re.ASCII)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.upper().replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _moment(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - a wall clock; reading it gives it the company's zone
    except ValueError:
        return None


class DateType(FieldType):
    """A calendar day of the company, `YYYY-MM-DD`."""

    name = "date"
    wanted = Text("日期(年-月-日)", "a date, YYYY-MM-DD")
    widget = "date"
    operators = ORDER

    def reformed(self, text: str, form: str) -> str:
        moment = _moment(text, form)
        return text if moment is None else moment.date().isoformat()

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None:
            return None
        day = None
        if isinstance(value, date) and not isinstance(value, datetime):
            day = value
        elif isinstance(value, str) and _DAY.fullmatch(value):
            day = _day(int(value[:4]), int(value[5:7]), int(value[8:]))
        if day is None:
            return self.wrong(value)
        if field.min is not None and day < date.fromisoformat(str(field.min)):
            return fault("too_small", least=str(field.min), wanted=str(field.min), got=str(day))
        if field.max is not None and day > date.fromisoformat(str(field.max)):
            return fault("too_large", most=str(field.max), wanted=str(field.max), got=str(day))
        return day

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        tidy = unicodedata.normalize("NFKC", text).strip()
        if typed := _TYPED_DAY.fullmatch(tidy):
            tidy = f"{typed[1]}-{int(typed[2]):02}-{int(typed[3]):02}"
        return self.parse(tidy, field, locale) if tidy else None

    def to_json(self, value: Any, field: Field) -> Any:
        return None if value is None else value.isoformat()

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        return "" if value is None else value.isoformat()

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def sql_type(self, field: Field, dialect: Dialect) -> str | None:
        return "DATE"

    def column(self, field: Field) -> Column | None:
        from piccolo.columns import Date

        return Date(default=None, null=True)

    def expression_type(self, field: Field) -> Type:
        return DATE


class DatetimeType(FieldType):
    """An instant: ISO 8601 with a zone on the way in, UTC inside, `…Z` on the way out."""

    name = "datetime"
    wanted = Text("带时区的时间", "a time with its zone, such as 2026-11-24T09:30:00Z")
    widget = "datetime"
    operators = ORDER

    def reformed(self, text: str, form: str) -> str:
        moment = _moment(text, form)
        return text if moment is None else moment.isoformat()

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None:
            return None
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC)
        instant = _instant(value) if isinstance(value, str) and _INSTANT.fullmatch(value) else None
        return self.wrong(value) if instant is None else instant

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        tidy = unicodedata.normalize("NFKC", text).strip().replace("/", "-")
        if not tidy:
            return None
        if _INSTANT.fullmatch(tidy):
            return self.parse(tidy, field, locale)
        try:
            return datetime.fromisoformat(tidy).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return self.wrong(text)

    def to_json(self, value: Any, field: Field) -> Any:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        if value is None:
            return ""
        local = value.astimezone(zone)
        seconds = ":%S" if local.second else ""
        return str(local.strftime(f"%Y-%m-%d %H:%M{seconds}"))

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}

    def sql_type(self, field: Field, dialect: Dialect) -> str | None:
        return "TIMESTAMPTZ"

    def column(self, field: Field) -> Column | None:
        from piccolo.columns import Timestamptz

        return Timestamptz(default=None, null=True)

    def expression_type(self, field: Field) -> Type:
        return DATETIME


class DurationType(FieldType):
    """A span such as `2d 4h` or `5wd`; it has no order, for a month has no fixed number of days."""

    name = "duration"
    wanted = Text("时长,例如 2d 4h", "a span, such as 2d 4h")
    operators = EQUALITY

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None or isinstance(value, Span):
            return value
        if not isinstance(value, str) or not value or len(value) > 64:
            return self.wrong(value)
        try:
            return Span.parse(value)
        except (ValueError, ExpressionError):
            return self.wrong(value)

    def to_json(self, value: Any, field: Field) -> Any:
        return None if value is None else str(value)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "maxLength": 64, "examples": ["2d 4h"]}

    def expression_type(self, field: Field) -> Type:
        return SPAN

    def encode(self, value: Any, field: Field, dialect: Dialect) -> Any:
        return None if value is None else str(value)

    def decode(self, raw: Any, field: Field, dialect: Dialect) -> Any:
        return None if raw is None else Span.parse(raw)
