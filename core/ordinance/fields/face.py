"""What a field type is: one object that gives a field every face it has, from column to form widget.

Nothing outside this room switches on the name of a type. A department adds a type by registering one more object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from ordinance.problems import Reason, Text, reason

if TYPE_CHECKING:
    from piccolo.columns import Column

    from ordinance.expressions import Type

Dialect = Literal["sqlite", "postgresql"]
Risk = Literal["safe", "check", "destructive"]

EQUALITY = frozenset({"eq", "neq", "in", "nin", "empty", "exists"})
"""Filter operators that need nothing but equality."""

ORDER = EQUALITY | {"lt", "lte", "gt", "gte"}
"""Filter operators of values that have an order."""

WORDS = EQUALITY | {"contains", "starts_with"}
"""Filter operators of texts."""

PRESENCE = frozenset({"empty", "exists"})
"""Filter operators of values that can only be there or not."""


class Field(Protocol):
    """What the types read of a declared field; the blueprint's field is one."""

    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def label(self) -> Text: ...
    @property
    def to(self) -> str | Sequence[str] | None: ...
    @property
    def accepts(self) -> Sequence[str]: ...
    @property
    def fields(self) -> Mapping[str, Field]: ...
    @property
    def options(self) -> Mapping[str, Text]: ...
    @property
    def min(self) -> Any: ...
    @property
    def max(self) -> Any: ...
    @property
    def pattern(self) -> str | None: ...
    @property
    def scale(self) -> int | None: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def unique(self) -> bool: ...
    @property
    def example(self) -> Any: ...
    @property
    def help(self) -> Text | None: ...
    @property
    def pii(self) -> Any: ...
    @property
    def secret(self) -> bool: ...


class Reasons(tuple[Reason, ...]):
    """What is wrong with a value: every fault, each with a JSON pointer relative to the value."""

    __slots__ = ()

    def below(self, key: str | int) -> Reasons:
        """Return the same faults seen from one level up, where the value stands under `key`."""
        return Reasons(
            Reason(each.code, each.message, f"/{key}{each.where or ''}", each.wanted, each.got, each.place, each.remedy)
            for each in self
        )


def fault(code: str, **values: Any) -> Reasons:
    """Return one fault of the value itself; the words come from the catalogue of problems."""
    return Reasons((reason(code, "", **values),))


@dataclass(frozen=True, slots=True)
class Key:
    """A reference given by the key of the record and not yet looked up."""

    text: str


class FieldType:
    """One kind of field. Stateless; the field it is asked about comes in as an argument.

    `measure` says in what its numbers are measured, so that pieces are never added to litres.

    Values in Python: str, int, `Decimal`, bool, date, aware UTC datetime, `Span`, tuple of str, int for a reference,
    list of dict for lines, dict for the structured ones; `None` is "nothing there" for all of them.
    """

    name: ClassVar[str]
    wanted: ClassVar[Text]
    widget: ClassVar[str] = "text"
    align: ClassVar[Literal["start", "end", "center"]] = "start"
    blank: ClassVar[Any] = None
    stored: ClassVar[bool] = True
    is_amount: ClassVar[bool] = False
    measure: ClassVar[Literal["", "currency", "unit"]] = ""
    holds_files: ClassVar[bool] = False
    pictures_only: ClassVar[bool] = False
    operators: ClassVar[frozenset[str]] = EQUALITY

    def parse(self, value: Any, field: Field, locale: str = "zh") -> Any:
        """Return the Python value of what a program sent, or `Reasons`. Strict: nothing is guessed or trimmed."""
        raise NotImplementedError

    def parse_text(self, text: str, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> Any:
        """Return the Python value of what a person typed in a form or a sheet, or `Reasons`; empty text is blank."""
        tidy = text.strip()
        return self.parse(tidy, field, locale) if tidy else self.blank

    def reformed(self, text: str, form: str) -> str:
        """Return a text written in a form of dates (`%d.%m.%Y`) as this type reads it; others leave it alone."""
        return text

    def to_json(self, value: Any, field: Field) -> Any:
        """Return the value as JSON carries it; never a float."""
        return value

    def to_text(self, value: Any, field: Field, locale: str = "zh", zone: tzinfo = UTC) -> str:
        """Return the value as people read it."""
        return "" if value is None else str(value)

    def search_text(self, value: Any, field: Field) -> str:
        """Return the words by which a record is found if this field is searched; empty for most types."""
        return ""

    def json_schema(self, field: Field) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) of the JSON form."""
        raise NotImplementedError

    def sql_type(self, field: Field, dialect: Dialect) -> str | None:
        """Return the type of the column as the planner writes and compares it; None if there is no column."""
        return "TEXT"

    def target(self, field: Field) -> str | None:
        """Return the entity whose records the column refers to, or None."""
        return None

    def decimals(self, field: Field) -> int | None:
        """Return how many decimals a number keeps, nought for a whole one; None for what is no number."""
        return None

    def column(self, field: Field) -> Column | None:
        """Return the Piccolo column of the field, or None if it has none. Imports Piccolo only now."""
        from piccolo.columns import Text as Column

        return Column(default=None, null=True)

    def expression_type(self, field: Field) -> Type:
        """Return the type the field has in expressions; whether it may be empty is for the caller to say."""
        raise NotImplementedError

    def of_expression(self, value: Any, field: Field) -> Any:
        """Return what an expression gave as the field keeps it: numbers rounded half-up to the field's scale."""
        return value

    def widens_to(self, old: Field, new: Field) -> Risk:
        """Return what changing a field of this type from `old` to `new` does to the values that are there."""
        return "safe"

    def is_blank(self, value: Any, field: Field) -> bool:
        """Return whether a form that asks for this field is still unanswered."""
        return value is None or value == "" or value == () or value == [] or value == {}

    def complete(self, value: Any, field: Field, actor: str, now: datetime, before: Any = None) -> Any:
        """Return the value with what only the act knows filled in: who and when.

        What is sent back as it was (`before`) keeps who gave it first.
        """
        return value

    def files(self, value: Any) -> tuple[int, ...]:
        """Return the ids of the attachments that a value holds."""
        return ()

    def with_files(self, value: Any, known: Mapping[int, Mapping[str, Any]]) -> Any:
        """Return the value with what is known of its attachments beside their ids: name, media type, size."""
        return value

    def encode(self, value: Any, field: Field, dialect: Dialect) -> Any:
        """Return what travels to the database as an argument."""
        return value

    def decode(self, raw: Any, field: Field, dialect: Dialect) -> Any:
        """Return the Python value of what the database sent."""
        return raw

    def wrong(self, value: Any) -> Reasons:
        """Return the fault of a value of another type, naming the kind it had and never the value itself."""
        return fault("wrong_type", wanted=self.wanted, got=kind_of(value))


def kind_of(value: Any) -> Text:
    """Return the JSON kind of a value in words."""
    for kinds, words in _KINDS:
        if isinstance(value, kinds):
            return words
    return Text(type(value).__name__, type(value).__name__)


_KINDS: tuple[tuple[type | tuple[type, ...], Text], ...] = (
    (type(None), Text("空值", "null")),
    (bool, Text("是/否", "a boolean")),
    ((int, float), Text("数字", "a number")),
    (str, Text("文本", "a text")),
    (Mapping, Text("对象", "an object")),
    ((list, tuple), Text("列表", "a list")),
)
