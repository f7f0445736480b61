"""The parsed tree: what was written, before anybody knows what the names mean.

`at` is the zero-based position in the source; it takes no part in comparing two trees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from ordinance.expressions.spans import Span


@dataclass(frozen=True, slots=True)
class Node:
    """What every node has: where it begins in the source and where it ends."""

    at: int = field(default=0, compare=False, kw_only=True)
    end: int = field(default=0, compare=False, kw_only=True)
    depth: int = field(default=1, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, a text, true, false, null or a span."""

    value: Decimal | str | bool | Span | None


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list in brackets."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A bare name."""

    name: str


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """`of.name`."""

    of: Tree
    name: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`name(arguments)`, or `of.name(arguments)` when `of` is given."""

    of: Tree | None
    name: str
    arguments: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """`-operand`."""

    operand: Tree


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`not operand`."""

    operand: Tree


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left op right`, where op is one of + - * /."""

    op: str
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left op right`, where op is one of == != < <= > >= in, not in."""

    op: str
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Filled(Node):
    """`operand is set` (`wanted` true; also `is not empty`) or `operand is empty` (false; also `is not set`)."""

    operand: Tree
    wanted: bool


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """Two or more operands joined by one word, `and` or `or`."""

    op: str
    operands: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`value if condition else otherwise`."""

    value: Tree
    condition: Tree
    otherwise: Tree


Tree: TypeAlias = (
    Literal | Items | Name | Attribute | Call | Negative | Not | Arithmetic | Comparison | Filled | Logic | Conditional
)
