"""Fields of choice: yes or no, one of the options, several of them."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

import msgspec

from ordinance.expressions import BOOLEAN, Choice, Many, Type
from ordinance.fields.face import Dialect, Field, FieldType, Reasons, Risk, fault
from ordinance.problems import Text

if TYPE_CHECKING:
    from piccolo.columns import Column

_YES = frozenset({"true", "1", "yes", "y", "on", "是", "√", "✓", "有"})
_NO = frozenset({"false", "0", "no", "n", "off", "否", "×", "✗", "无"})
_WORDS = {True: Text("是", "Yes"), False: Text("否", "No")}


class BooleanType(FieldType):
    """Yes or no."""

    name = "boolean"
    wanted = Text("是/否", "true or false")
    widget = "checkbox"
    align = "center"
    operators = frozenset({"eq", "neq", "empty", "exists"})

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        return value if value is None or isinstance(value, bool) else self.wrong(value)

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        tidy = text.strip().lower()
        if not tidy:
            return None
        return True if tidy in _YES else False if tidy in _NO else self.wrong(text)

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        return "" if value is None else _WORDS[value].in_(locale)

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "boolean"}

    def sql_type(self, field: Field, dialect: Dialect) -> str | None:
        return "BOOLEAN"

    def column(self, field: Field) -> Column | None:
        from piccolo.columns import Boolean

        return Boolean(default=None, null=True)

    def expression_type(self, field: Field) -> Type:
        return BOOLEAN


def option_of(text: str, field: Field) -> str:
    """Return the option whose id or label, in any language, is the text; the text itself if there is none."""
    if text in field.options:
        return text
    return next((option for option, label in field.options.items() if text in (label.zh, label.en)), text)


def lost_options(old: Field, new: Field) -> Risk:
    """Return `check` if an option that rows may hold is gone."""
    return "check" if set(old.options) - set(new.options) else "safe"


class ChoiceType(FieldType):
    """One of the options."""

    name = "choice"
    wanted = Text("选项", "an option")
    widget = "select"

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None:
            return None
        if not isinstance(value, str):
            return self.wrong(value)
        return value if value in field.options else fault("not_an_option", wanted=list(field.options), got=value[:64])

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        return super().parse_text(option_of(text.strip(), field), field, locale, zone)

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        if value is None:
            return ""
        label = field.options.get(value)
        return label.in_(locale) if label else str(value)

    def search_text(self, value: Any, field: Field) -> str:
        label = field.options.get(value)
        return f"{label.zh} {label.en}" if label else ""

    def json_schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "enum": list(field.options)}

    def expression_type(self, field: Field) -> Type:
        return Choice(tuple(field.options), labels=field.options)

    def widens_to(self, old: Field, new: Field) -> Risk:
        return lost_options(old, new)


_WORD_MAX = 100


class MultiChoiceType(ChoiceType):
    """Some of the options, each at most once, kept in the order of the declaration."""

    name = "multi_choice"
    wanted = Text("选项列表", "a list of options")
    widget = "checkboxes"
    blank = ()
    operators = frozenset({"contains", "empty", "exists"})

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            return self.wrong(value)
        if not field.options:
            return self._words(value)
        faults = Reasons()
        for position, each in enumerate(value):
            chosen = super().parse(each, field, locale) if each is not None else self.wrong(each)
            if isinstance(chosen, Reasons):
                faults = Reasons(faults + chosen.below(position))
        return faults or tuple(option for option in field.options if option in value)

    def _words(self, value: list[Any] | tuple[Any, ...]) -> Any:
        """Return a set of words: what a field without options takes, such as the regions somebody looks after."""
        wrong = next(
            (n for n, each in enumerate(value) if not isinstance(each, str) or not 0 < len(each) <= _WORD_MAX), None
        )
        return tuple(dict.fromkeys(value)) if wrong is None else self.wrong(value[wrong]).below(wrong)

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        for mark in ("，", "、", ";", "；", "\n"):
            text = text.replace(mark, ",")
        return self.parse([option_of(part.strip(), field) for part in text.split(",") if part.strip()], field, locale)

    def to_json(self, value: Any, field: Field) -> Any:
        return list(value or ())

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        words = (super(MultiChoiceType, self).to_text(each, field, locale) for each in value or ())
        return ("、" if locale.startswith("zh") else ", ").join(words)

    def search_text(self, value: Any, field: Field) -> str:
        return " ".join(super(MultiChoiceType, self).search_text(each, field) for each in value or ())

    def json_schema(self, field: Field) -> dict[str, Any]:
        word = (
            super().json_schema(field) if field.options else {"type": "string", "minLength": 1, "maxLength": _WORD_MAX}
        )
        return {"type": "array", "items": word, "uniqueItems": True}

    def sql_type(self, field: Field, dialect: Dialect) -> str | None:
        return "JSONTEXT" if dialect == "sqlite" else "JSONB"

    def column(self, field: Field) -> Column | None:
        from piccolo.columns import JSONB

        return JSONB(default=None, null=True)

    def expression_type(self, field: Field) -> Type:
        return Many(Choice(tuple(field.options), labels=field.options))

    def encode(self, value: Any, field: Field, dialect: Dialect) -> Any:
        return msgspec.json.encode(list(value)).decode() if value else None

    def decode(self, raw: Any, field: Field, dialect: Dialect) -> Any:
        return tuple(msgspec.json.decode(raw)) if raw else ()
