"""Fields of text: a line, several lines, an e-mail address, a telephone number, a postal address."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Any, ClassVar

from ordinance.expressions import TEXT, Type
from ordinance.fields.face import WORDS, Field, FieldType, Reasons, Risk, fault
from ordinance.problems import Text

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BREAK = re.compile(r"[\r\n\u2028\u2029]")


@lru_cache(maxsize=512)
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source)


class TextType(FieldType):
    """One line of text. `min` and `max` count characters; `pattern` must match the whole of it."""

    name = "text"
    wanted = Text("文本", "a text")
    operators = WORDS
    longest: ClassVar[int] = 255
    shape: ClassVar[str | None] = None
    form: ClassVar[str | None] = None
    lines: ClassVar[bool] = False

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None:
            return None
        if not isinstance(value, str) or _CONTROL.search(value) or (not self.lines and _BREAK.search(value)):
            return self.wrong(value)
        most = self.limit(field)
        if len(value) > most:
            return fault("too_long", most=most, wanted=most, got=len(value))
        if field.min is not None and len(value) < int(field.min):
            return fault("too_small", least=int(field.min), wanted=int(field.min), got=len(value))
        return self._shaped(value, field)

    def _shaped(self, value: str, field: Field) -> str | Reasons:
        for pattern in (self.shape, field.pattern):
            if pattern and value and not _pattern(pattern).fullmatch(value):
                return fault("pattern", pattern=pattern, wanted=pattern)
        return value

    def limit(self, field: Field) -> int:
        """Return how many characters the field takes at most."""
        return int(field.max) if field.max is not None else self.longest

    def search_text(self, value: Any, field: Field) -> str:
        return value or ""

    def json_schema(self, field: Field) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string", "maxLength": self.limit(field)}
        if field.min is not None:
            schema["minLength"] = int(field.min)
        if pattern := field.pattern or self.shape:
            schema["pattern"] = f"^(?:{pattern})$"
        if self.form:
            schema["format"] = self.form
        return schema

    def expression_type(self, field: Field) -> Type:
        return TEXT

    def widens_to(self, old: Field, new: Field) -> Risk:
        return "safe"


class LongTextType(TextType):
    """Text of several lines."""

    name = "long_text"
    widget = "textarea"
    longest = 20_000
    lines = True

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        return super().parse_text(text.replace("\r\n", "\n"), field, locale, zone)


class EmailType(TextType):
    """An e-mail address; whether somebody reads it there only a message can tell."""

    name = "email"
    wanted = Text("邮箱地址", "an e-mail address")
    widget = "email"
    longest = 254
    shape = r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+"
    form = "email"


class PhoneType(TextType):
    """A telephone number as people write it: digits with `+ - ( )` and spaces, 3 to 24 characters."""

    name = "phone"
    wanted = Text("电话号码", "a telephone number")
    widget = "tel"
    longest = 24
    shape = r"[+(]?[0-9][0-9 ()./\-]{1,28}[0-9]"

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        return super().parse_text(unicodedata.normalize("NFKC", text), field, locale, zone)


class AddressType(LongTextType):
    """A postal address, written the way the carrier wants it."""

    name = "address"
    wanted = Text("地址", "an address")
    widget = "address"
    longest = 500
