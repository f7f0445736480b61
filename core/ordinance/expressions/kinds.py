"""The types of values: what may be compared, added, counted. `nullable` says that a value may be empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from ordinance.problems import Text


@dataclass(frozen=True, slots=True)
class Type:
    """One type; `kind` is its word, and `nullable` says that the value may be empty."""

    kind: str
    nullable: bool = field(default=False, kw_only=True)

    def optional(self) -> Self:
        """Return the same type, of a value that may be empty."""
        return self if self.nullable else replace(self, nullable=True)

    def required(self) -> Self:
        """Return the same type, of a value that is never empty."""
        return replace(self, nullable=False) if self.nullable else self

    @property
    def words(self) -> Text:
        """The name of the type for people."""
        return _WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Choice(Type):
    """One of fixed options. `Choice({"A": Text(...)})` keeps the labels, to recognise one written by mistake."""

    kind: str = field(default="choice", init=False)
    options: tuple[str, ...] = ()
    labels: Mapping[str, Text] = field(default_factory=dict, compare=False, repr=False, kw_only=True)

    def __post_init__(self) -> None:
        options: Iterable[str] = self.options
        if isinstance(options, Mapping):
            object.__setattr__(self, "labels", {key: each for key, each in options.items() if isinstance(each, Text)})
        object.__setattr__(self, "options", tuple(options))


@dataclass(frozen=True, slots=True)
class Record(Type):
    """A reference to a record of that entity; an empty entity means a record of any kind."""

    kind: str = field(default="record", init=False)
    entity: str = ""

    @property
    def words(self) -> Text:
        """The name of the type for people, with the entity."""
        return Text(f"记录 {self.entity}", f"a record of {self.entity}") if self.entity else _WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Many(Type):
    """Several values: lines and back lists are `Many(Record(...))`, a multiple choice is `Many(Choice(...))`."""

    kind: str = field(default="many", init=False)
    item: Type = field(default_factory=lambda: Type("any", nullable=True))


TEXT = Type("text")
NUMBER = Type("number")
BOOLEAN = Type("boolean")
DATE = Type("date")
DATETIME = Type("datetime")
SPAN = Type("span")
ANY = Type("any", nullable=True)
"""What is not known before it is there; everything may be done with it."""
NOTHING = Type("nothing", nullable=True)
"""The type of `null`, and of what can only be asked whether it is set."""

_WORDS = {
    "text": Text("文字", "a text"),
    "number": Text("数字", "a number"),
    "boolean": Text("是否", "yes or no"),
    "date": Text("日期", "a date"),
    "datetime": Text("时间", "a date and time"),
    "span": Text("时长", "a span of time"),
    "choice": Text("选项", "a choice"),
    "record": Text("记录", "a record"),
    "many": Text("列表", "a list"),
    "any": Text("任意值", "any value"),
    "nothing": Text("空值", "nothing"),
}


def join(left: Type, right: Type) -> Type | None:
    """Return the type that holds values of both, or None if they do not belong together."""
    nullable = left.nullable or right.nullable
    if left.kind == "nothing":
        return right.optional()
    if right.kind == "nothing":
        return left.optional()
    if "any" in (left.kind, right.kind):
        return ANY
    if isinstance(left, Choice) and isinstance(right, Choice):
        options = tuple(dict.fromkeys((*left.options, *right.options)))
        return Choice(options, nullable=nullable)
    if {left.kind, right.kind} == {"text", "choice"}:
        return replace(TEXT, nullable=nullable)
    if isinstance(left, Record) and isinstance(right, Record):
        return Record(left.entity if left.entity == right.entity else "", nullable=nullable)
    if isinstance(left, Many) and isinstance(right, Many):
        item = join(left.item, right.item)
        return None if item is None else Many(item, nullable=nullable)
    return replace(left, nullable=nullable) if left.kind == right.kind else None


def comparable(left: Type, right: Type) -> bool:
    """Return whether two values may be asked to be equal."""
    if isinstance(left, Record) and isinstance(right, Record):
        return left.entity == right.entity or not left.entity or not right.entity
    if isinstance(left, Choice) and isinstance(right, Choice):
        return not left.options or not right.options or bool(set(left.options) & set(right.options))
    return join(left, right) is not None and "many" not in (left.kind, right.kind)
