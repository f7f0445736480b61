"""The checked tree: every name resolved, every part typed. Evaluation and lowering both start from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ordinance.expressions.kinds import Type


@dataclass(frozen=True, slots=True)
class Part:
    """What every part has: its type and where it stands in the source."""

    type: Type
    at: int = field(default=0, kw_only=True)
    end: int = field(default=0, kw_only=True)


@dataclass(frozen=True, slots=True)
class Constant(Part):
    """A literal value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Field(Part):
    """A value found by names, starting at a row, the user, the event or the proposed values.

    `hops` counts how many rows outward the path begins. `entities` holds the entity in which each name is looked up.
    `read` is the path as seen from the record; None if it does not begin there.
    """

    root: Literal["row", "user", "event", "new"]
    hops: int
    names: tuple[str, ...]
    entities: tuple[str, ...]
    read: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Member(Part):
    """A named part of a record that a function gave."""

    of: Checked
    name: str


@dataclass(frozen=True, slots=True)
class Passage(Part):
    """Whether a step was passed, or when (`at`), or by whom (`by`); of this document, or of another record."""

    of: Field | None
    step: str
    piece: Literal["", "at", "by"]


@dataclass(frozen=True, slots=True)
class Warned(Part):
    """Whether a check warned."""

    check: str


@dataclass(frozen=True, slots=True)
class Minus(Part):
    """The negative of a number or a span."""

    operand: Checked


@dataclass(frozen=True, slots=True)
class Opposite(Part):
    """Yes for no."""

    operand: Checked


@dataclass(frozen=True, slots=True)
class Sum(Part):
    """One of + - * /."""

    op: str
    left: Checked
    right: Checked


@dataclass(frozen=True, slots=True)
class Compare(Part):
    """One of == != < <= > >=."""

    op: str
    left: Checked
    right: Checked


@dataclass(frozen=True, slots=True)
class Within(Part):
    """Whether a value is in a list."""

    left: Checked
    right: Checked
    wanted: bool


@dataclass(frozen=True, slots=True)
class Present(Part):
    """Whether a value is set (`wanted`) or empty."""

    operand: Checked
    wanted: bool


@dataclass(frozen=True, slots=True)
class Joined(Part):
    """Conditions joined by `and` or `or`."""

    op: str
    operands: tuple[Checked, ...]


@dataclass(frozen=True, slots=True)
class Choose(Part):
    """One of two values."""

    value: Checked
    condition: Checked
    otherwise: Checked


@dataclass(frozen=True, slots=True)
class Listed(Part):
    """A list in brackets."""

    items: tuple[Checked, ...]


@dataclass(frozen=True, slots=True)
class Gather(Part):
    """A method over rows: sum, all, any, none, count, min, max."""

    method: str
    of: Checked
    entity: str
    body: Checked | None


@dataclass(frozen=True, slots=True)
class Invoke(Part):
    """A function; `registered` if a department brings it."""

    name: str
    arguments: tuple[Checked, ...]
    registered: bool


@dataclass(frozen=True, slots=True)
class CountAll(Part):
    """How many records an entity has."""

    entity: str


Checked: TypeAlias = (
    Constant
    | Field
    | Member
    | Passage
    | Warned
    | Minus
    | Opposite
    | Sum
    | Compare
    | Within
    | Present
    | Joined
    | Choose
    | Listed
    | Gather
    | Invoke
    | CountAll
)


def parts_of(node: Checked) -> tuple[Checked, ...]:
    """Return the parts directly below."""
    match node:
        case Sum() | Compare() | Within():
            return (node.left, node.right)
        case Minus() | Opposite() | Present():
            return (node.operand,)
        case Joined():
            return node.operands
        case Choose():
            return (node.value, node.condition, node.otherwise)
        case Listed():
            return node.items
        case Invoke():
            return node.arguments
        case Member():
            return (node.of,)
        case Gather():
            return (node.of,) if node.body is None else (node.of, node.body)
    return (node.of,) if isinstance(node, Passage) and node.of is not None else ()


def walk(node: Checked) -> Iterator[Checked]:
    """Yield the node and everything below it."""
    yield node
    for each in parts_of(node):
        yield from walk(each)


def paths_read(node: Checked) -> Iterator[tuple[str, ...]]:
    """Yield the paths of the record that a value depends on, the longest form of each."""
    match node:
        case Field(read=read):
            if read:
                yield read
        case Passage(of=Field(read=read), step=step):
            if read is not None:
                yield (*read, "passed", step)
        case Gather(of=of, body=body):
            inner = [] if body is None else list(paths_read(body))
            yield from inner
            outer = list(paths_read(of))
            yield from (path for path in outer if not any(each[: len(path)] == path for each in inner))
        case _:
            for each in parts_of(node):
                yield from paths_read(each)
