"""Say an expression under other names: the same condition after fields or options have been renamed.

The text changes where a name stands and nowhere else, so two configurations that differ in names alone say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, Protocol

from ordinance.expressions.compiled import Expression
from ordinance.expressions.evaluation import build, build_condition
from ordinance.expressions.kinds import BOOLEAN, Many, Record
from ordinance.expressions.plan import (
    Checked,
    Compare,
    Constant,
    CountAll,
    Field,
    Gather,
    Listed,
    Member,
    Part,
    Within,
    paths_read,
    walk,
)
from ordinance.expressions.printing import print_tree
from ordinance.expressions.tokens import cut
from ordinance.expressions.tree import Literal

Edit = tuple[int, int, str]
"""From, to, and what stands there then."""


class NewNames(Protocol):
    """What things are called from now on; rows of lines belong to `<entity>.<field>`."""

    def owner(self, owner: str) -> str:
        """Return what an entity, or the rows of a list of it, are called."""

    def field(self, owner: str, name: str) -> str:
        """Return what a field is called."""

    def option(self, owner: str, name: str, option: str) -> str:
        """Return what an option of a field is called."""


def renamed(expression: Expression, names: NewNames, about: tuple[str, str] | None = None) -> Expression:
    """Return the expression under other names.

    Args:
        expression: The expression.
        names: What things are called.
        about: The field that is given its value, as (entity, field), if there is one: a plain text may be its option.
    """
    edits = sorted(set(_edits(expression, names, about)))
    source, at = "", 0
    for start, end, text in edits:
        source += expression.source[at:start] + text
        at = end
    source += expression.source[at:]
    plan = _Teller(names, _options(expression.plan, about), edits).tell(expression.plan)
    make = build_condition if expression.type == BOOLEAN else build
    return replace(
        expression, source=source, plan=plan, reads=frozenset(paths_read(plan)), run=make(plan, source),
        counts=frozenset(each.entity for each in walk(plan) if isinstance(each, CountAll)),
    )  # fmt: skip


def _edits(expression: Expression, names: NewNames, about: tuple[str, str] | None) -> Iterator[Edit]:
    source = expression.source
    for node in walk(expression.plan):
        match node:
            case Field():
                yield from _of_path(source, node, names)
            case Member(of=of, name=name) if isinstance(of.type, Record):
                yield from _last(source, node, name, names.field(of.type.entity, name))
            case CountAll(entity=entity) if names.owner(entity) != entity:
                yield node.at, node.at + len(entity), names.owner(entity)
            case Compare() | Within():
                for owner, constant in _compared(node):
                    yield from _of_option(constant, names, owner)
    if about is not None and isinstance(expression.plan, Constant):
        yield from _of_option(expression.plan, names, about)


def _of_path(source: str, node: Field, names: NewNames) -> Iterator[Edit]:
    written = _written(source, node)
    skipped = node.hops if node.root == "row" else 1
    for token, name, owner in zip(written[skipped:], node.names, node.entities, strict=False):
        now = names.field(owner, name)
        if now != name and token.text == name:
            yield token.at, token.end, now


def _written(source: str, node: Checked) -> list[Any]:
    """Return the names that stand in a part of the source, with their places."""
    tokens, _ = cut(source)
    return [each for each in tokens if each.kind == "name" and node.at <= each.at and each.end <= node.end]


def _last(source: str, node: Checked, name: str, now: str) -> Iterator[Edit]:
    written = _written(source, node)
    if now != name and written:
        yield written[-1].at, written[-1].end, now


def _of_option(constant: Constant, names: NewNames, about: tuple[str, str]) -> Iterator[Edit]:
    now = names.option(*about, constant.value) if isinstance(constant.value, str) else constant.value
    if now != constant.value:
        yield constant.at, constant.end, print_tree(Literal(now))


def _compared(node: Compare | Within) -> Iterator[tuple[tuple[str, str], Constant]]:
    """Yield each plain value that is held against a field, with the field as (entity, field)."""
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(one, Field) and one.names:
            beside: Sequence[Checked] = other.items if isinstance(other, Listed) else (other,)
            for each in beside:
                if isinstance(each, Constant):
                    yield (one.entities[-1], one.names[-1]), each


def _options(plan: Checked, about: tuple[str, str] | None) -> dict[int, tuple[str, str]]:
    """Return the field whose option each plain value is, by the identity of the value's part."""
    found = {
        id(constant): owner
        for node in walk(plan)
        if isinstance(node, Compare | Within)
        for owner, constant in _compared(node)
    }
    return found if about is None else {**found, id(plan): about}


class _Teller:
    """Tells a plan anew; `heads` are the paths of the rows that stand around a part, as they were and as they are."""

    def __init__(self, names: NewNames, options: dict[int, tuple[str, str]], edits: Sequence[Edit]) -> None:
        self._names, self._options, self._edits = names, options, edits
        self._heads: dict[tuple[str, ...], tuple[str, ...]] = {}

    def tell(self, value: Any) -> Any:
        """Return a part of a plan under the new names, with everything below it."""
        if isinstance(value, tuple):
            return tuple(self.tell(each) for each in value)
        if not isinstance(value, Part):
            return value
        made = self._field(value) if isinstance(value, Field) else self._part(value)
        return replace(made, at=self._moved(value.at), end=self._moved(value.end))

    def _part(self, value: Part) -> Part:
        if isinstance(value, Constant):
            owner = self._options.get(id(value))
            if owner is None or not isinstance(value.value, str):
                return value
            return replace(value, value=self._names.option(*owner, value.value))
        inner = {"type": self._type(value.type)}
        for each in fields(value):
            # The rows of a list are told before what is said of each of them, which begins with their path.
            if each.name not in ("type", "at", "end"):
                inner[each.name] = self.tell(getattr(value, each.name))
        if isinstance(value, Gather | CountAll):
            inner["entity"] = self._names.owner(value.entity)
        if isinstance(value, Member) and isinstance(value.of.type, Record):
            inner["name"] = self._names.field(value.of.type.entity, value.name)
        return replace(value, **inner)

    def _field(self, value: Field) -> Field:
        names = tuple(self._names.field(owner, name) for name, owner in zip(value.names, value.entities, strict=True))
        read = value.read
        if read is not None:
            head = read[: len(read) - len(names)]
            read = (*self._heads.get(head, head), *names)
            self._heads[value.read or ()] = read
        entities = tuple(self._names.owner(each) for each in value.entities)
        return replace(value, type=self._type(value.type), names=names, entities=entities, read=read)

    def _moved(self, at: int) -> int:
        return at + sum(len(text) - (end - start) for start, end, text in self._edits if start < at)

    def _type(self, type_: Any) -> Any:
        if isinstance(type_, Record):
            return replace(type_, entity=self._names.owner(type_.entity))
        return replace(type_, item=self._type(type_.item)) if isinstance(type_, Many) else type_
