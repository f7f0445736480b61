"""Fields that point to other records, and the lines of a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

from ordinance.expressions import ANY, Many, Record, Type
from ordinance.fields.face import EQUALITY, PRESENCE, Dialect, Field, FieldType, Key, Reasons, Risk, fault
from ordinance.problems import Text

if TYPE_CHECKING:
    from piccolo.columns import Column

ID_DIGITS_MIN = 16
"""Ids have at least so many digits; a shorter run of digits is the key of a record (a customer called 1001)."""

LARGEST_ID = 2**63 - 1
_KEY_LONGEST = 255
_DIGITS = re.compile(r"[1-9][0-9]*", re.ASCII)


def id_of(value: Any) -> int | None:
    """Return the id that a JSON value is, or None if it is none (a key, or another type)."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 < value <= LARGEST_ID else None
    if isinstance(value, str) and ID_DIGITS_MIN <= len(value) <= len(str(LARGEST_ID)) and _DIGITS.fullmatch(value):
        number = int(value)
        return number if number <= LARGEST_ID else None
    return None


class RefType(FieldType):
    """One record of the entity `to`: by id, or by key, which the act looks up."""

    name = "ref"
    wanted = Text("记录", "a record, by id or key")
    widget = "lookup"
    operators = EQUALITY

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if isinstance(value, Mapping):
            return self._described(value)
        if value is None or isinstance(value, Key):
            return value
        found = id_of(value)
        if found is not None:
            return found
        if isinstance(value, str) and 0 < len(value) <= _KEY_LONGEST and "\x00" not in value:
            return Key(value)
        return self.wrong(value)

    def _described(self, value: Mapping[str, Any]) -> Any:
        """Return the reference of an object as reading gives it: the id counts, else the key."""
        if value.get("id") is not None:
            found = id_of(value["id"])
            return self.wrong(value["id"]).below("id") if found is None else found
        key = value.get("key")
        if isinstance(key, str) and 0 < len(key) <= _KEY_LONGEST:
            return Key(key)
        return self.wrong(value)

    def to_json(self, value: Any, field: Field) -> Any:
        return None if value is None else {"key": value.text} if isinstance(value, Key) else {"id": str(value)}

    def json_schema(self, field: Field) -> dict[str, Any]:
        described = {
            "type": "object",
            "properties": {"id": {"type": "string"}, "key": {"type": "string"}, "title": {"type": "string"}},
        }
        return {"anyOf": [{"type": "string", "minLength": 1, "maxLength": _KEY_LONGEST}, described], "x-ref": field.to}

    def sql_type(self, field: Field, dialect: Dialect) -> str | None:
        return "BIGINT"

    def target(self, field: Field) -> str | None:
        return field.to if isinstance(field.to, str) else None

    def column(self, field: Field) -> Column | None:
        from piccolo.columns import BigInt

        return BigInt(default=None, null=True)

    def expression_type(self, field: Field) -> Type:
        return Record(str(field.to or ""))

    def widens_to(self, old: Field, new: Field) -> Risk:
        return "safe" if old.to == new.to else "destructive"


class AnyRefType(FieldType):
    """One record of any entity (or of those in `to`), as `{entity, id}`."""

    name = "any_ref"
    wanted = Text("任意记录", "a record, as its entity and id")
    widget = "any_lookup"
    operators = EQUALITY

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None:
            return None
        if isinstance(value, str) and "/" in value:
            entity, _, text = value.partition("/")
            value = {"entity": entity, "id": text}
        if not isinstance(value, Mapping) or not isinstance(value.get("entity"), str):
            return self.wrong(value)
        entity, found = value["entity"], id_of(value.get("id"))
        if found is None:
            return self.wrong(value.get("id")).below("id")
        allowed = (field.to,) if isinstance(field.to, str) else field.to
        if allowed and entity not in allowed:
            return fault("not_an_option", wanted=list(allowed), got=entity).below("entity")
        return {"entity": entity, "id": found}

    def to_json(self, value: Any, field: Field) -> Any:
        return None if value is None else {"entity": value["entity"], "id": str(value["id"])}

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        return "" if value is None else f"{value['entity']}/{value['id']}"

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {"entity": {"type": "string"}, "id": {"type": "string"}},
            "required": ["entity", "id"],
        }

    def expression_type(self, field: Field) -> Type:
        return ANY

    def encode(self, value: Any, field: Field, dialect: Dialect) -> Any:
        return None if value is None else f"{value['entity']}/{value['id']}"

    def decode(self, raw: Any, field: Field, dialect: Dialect) -> Any:
        if raw is None:
            return None
        entity, _, text = raw.partition("/")
        return {"entity": entity, "id": int(text)}


class LinesType(FieldType):
    """The lines of a document, in order, each with an id of its own. Their fields are parsed by `parse_values`."""

    name = "lines"
    wanted = Text("明细行列表", "a list of lines")
    widget = "grid"
    blank = ()
    stored = False
    operators = PRESENCE
    most = 5000

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        """Return the list of lines as they came, each known to be an object; `parse_values` goes into them."""
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            return self.wrong(value)
        if len(value) > self.most:
            return fault("too_large", most=self.most, wanted=self.most, got=len(value))
        faults = Reasons()
        for position, line in enumerate(value):
            if not isinstance(line, Mapping):
                faults = Reasons(faults + self.wrong(line).below(position))
            elif line.get("id") is not None and id_of(line["id"]) is None:
                faults = Reasons(faults + self.wrong(line["id"]).below("id").below(position))
        return faults or [dict(line) for line in value]

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        return self.wrong(text) if text.strip() else []

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        return str(len(value)) if value else ""

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "array", "maxItems": self.most, "items": {"type": "object"}}

    def sql_type(self, field: Field, dialect: Dialect) -> str | None:
        return None

    def column(self, field: Field) -> Column | None:
        return None

    def expression_type(self, field: Field) -> Type:
        """Return "many records"; which entity the lines are knows only who knows the entity of the field."""
        return Many(Record())
