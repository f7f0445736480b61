"""Why a condition is true or false: its parts with their values, and the smallest change that would turn it.

Source: engine.md §7, design.md §3 rule 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from ordinance.expressions.compiled import Expression
from ordinance.expressions.env import Env
from ordinance.expressions.evaluation import build, build_condition
from ordinance.expressions.explaining_changes import (
    NO_VALUE,
    Address,
    Change,
    Changes,
    applied,
    cheapest,
    union,
)
from ordinance.expressions.explaining_leaves import leaf_changes
from ordinance.expressions.faults import ComputationError, UnknownValue
from ordinance.expressions.kinds import Record
from ordinance.expressions.plan import (
    Checked,
    Choose,
    Constant,
    CountAll,
    Field,
    Gather,
    Invoke,
    Joined,
    Member,
    Opposite,
    Passage,
    parts_of,
    walk,
)
from ordinance.expressions.reached import Reached, reached_by

_ROUNDS_MAX = 4
_VALUES = (Field, Member, Passage, Gather, Invoke, CountAll)


@dataclass(frozen=True, slots=True)
class Tree:
    """One part of an expression as it stands now.

    Attributes:
        source: The part as it was written.
        at: Where it begins in the source.
        node: What it is.
        value: Its value; `NO_VALUE` if it is not known.
        holds: Whether it is true, for a condition; None if that cannot be said, and for a part that is no condition.
        is_condition: Whether it is a condition.
        parts: The parts that decide: operands, rows, values that were compared.
        row: The position of the row of a list that it was looked at for.
        reached: Every value it was computed from.
        unknown: The name whose value is not known, if that is why nothing can be said.
        changes: The smallest set of changes after which it would be as wanted: empty if it is, None if there is none.
        is_proved: At the top: that the changes with a value do turn it was tried.
    """

    source: str
    at: int
    node: Checked
    value: Any = NO_VALUE
    holds: bool | None = None
    is_condition: bool = True
    parts: tuple[Tree, ...] = ()
    row: int | None = None
    reached: frozenset[Reached] = frozenset()
    unknown: tuple[str, ...] = ()
    changes: Changes = ()
    is_proved: bool = False


def explain(expression: Expression, env: Env, *, wanted: bool = True) -> Tree:
    """Return the condition as a tree, with what would have to be otherwise for it to be as wanted.

    Args:
        expression: A condition.
        env: The values it is held against.
        wanted: Whether it should be true; False for a condition that locks or hides something.
    """
    tree = _look(expression, env, wanted=wanted)
    found, now = tree.changes, env
    for _ in range(_ROUNDS_MAX):
        if not found:
            break
        # Changing a value may turn a part that was as wanted: that one is asked what it needs then.
        now = applied(env, found)
        again = _look(expression, now, wanted=wanted, made=found)
        if again.holds is wanted:
            return replace(tree, changes=found, is_proved=True)
        if any(each.value is NO_VALUE and not each.step for each in found):
            break
        found = union([found, again.changes])
    return replace(tree, changes=found)


def _look(expression: Expression, env: Env, *, wanted: bool, made: tuple[Change, ...] = ()) -> Tree:
    spot = Spot(env.record, (env.parent, None))
    return _Explainer(expression.source, env, made).condition(expression.plan, spot, wanted=wanted)


@dataclass(frozen=True, slots=True)
class Spot:
    """The row at hand, the rows around it, and where each of them stands (outermost first)."""

    row: Any
    up: Any
    addresses: tuple[Address, ...] = (("row",),)

    def inside(self, row: Any, address: Address) -> Spot:
        """Return the spot at a row of a list."""
        return Spot(row, (self.row, self.up), (*self.addresses, address))

    def address_of(self, node: Field) -> Address:
        """Return where the value at the end of a path stands; empty if it is no place of one value."""
        if node.root != "row":
            return (node.root, *node.names)
        at = len(self.addresses) - 1 - node.hops
        if at < -1:
            return ()
        begin = self.addresses[at] if at >= 0 else ("parent",)
        return (*begin, *node.names) if begin else ()


Run: TypeAlias = Callable[[Env, Any, Any], Any]


class _Explainer:
    """Looks at the parts of one expression under one environment, after some changes have been made already."""

    def __init__(self, source: str, env: Env, made: tuple[Change, ...]) -> None:
        self.source, self.env, self.made = source, env, made
        self._runs: dict[tuple[int, bool], Run] = {}

    def value(self, node: Checked, spot: Spot, *, condition: bool = False) -> tuple[Any, tuple[str, ...]]:
        """Return the value of a part, or `NO_VALUE` and the name that is not known."""
        key = (id(node), condition)
        if key not in self._runs:
            self._runs[key] = (build_condition if condition else build)(node, self.source)
        try:
            return self._runs[key](self.env, spot.row, spot.up), ()
        except UnknownValue as unknown:
            return NO_VALUE, unknown.path
        except (ComputationError, TypeError):
            return NO_VALUE, ()

    def condition(self, node: Checked, spot: Spot, *, wanted: bool, row: int | None = None) -> Tree:
        """Return a condition with its parts."""
        value, unknown = self.value(node, spot, condition=True)
        holds = None if value is NO_VALUE else bool(value)
        tree = Tree(
            self.source[node.at : node.end], node.at, node, value, holds,
            row=row, reached=frozenset(self.reached(node, spot)), unknown=unknown,
        )  # fmt: skip
        match node:
            case Joined():
                return self.joined(tree, node, spot, wanted=wanted)
            case Opposite():
                inner = self.condition(node.operand, spot, wanted=not wanted)
                return replace(tree, parts=(inner,), changes=() if holds is wanted else inner.changes)
            case Choose():
                return self.chosen(tree, node, spot, wanted=wanted)
            case Gather(method=("all" | "any" | "none"), body=body) if body is not None:
                return self.rows(tree, node, spot, wanted=wanted)
        parts = tuple(self.values(node, spot)) if not isinstance(node, _VALUES) else ()
        changes = () if holds is wanted else self._possible(leaf_changes(self, tree, spot, wanted=wanted))
        return replace(tree, parts=parts, changes=changes)

    def _possible(self, changes: Changes) -> Changes:
        """Return the changes of a leaf unless they take back what was changed before."""
        places = {each.address for each in changes or () if each.address}
        before = tuple(each for each in self.made if each.address in places)
        return changes if not before or union([before, changes]) is not None else None

    def joined(self, tree: Tree, node: Joined, spot: Spot, *, wanted: bool) -> Tree:
        parts = tuple(self.condition(each, spot, wanted=wanted) for each in node.operands)
        if tree.holds is wanted:
            return replace(tree, parts=parts)
        several = [each.changes for each in parts]
        return replace(
            tree, parts=parts, changes=union(several) if (node.op == "and") is wanted else cheapest(several)
        )

    def chosen(self, tree: Tree, node: Choose, spot: Spot, *, wanted: bool) -> Tree:
        """A choice between two conditions: turn the one that counts, or let the other one count."""
        asked, _ = self.value(node.condition, spot, condition=True)
        counts = bool(asked) if asked is not NO_VALUE else True
        taken, left = (node.value, node.otherwise) if counts else (node.otherwise, node.value)
        switch = self.condition(node.condition, spot, wanted=not counts)
        branch, other = self.condition(taken, spot, wanted=wanted), self.condition(left, spot, wanted=wanted)
        parts = (replace(switch, changes=()), branch)
        if tree.holds is wanted:
            return replace(tree, parts=parts)
        return replace(tree, parts=parts, changes=cheapest([branch.changes, union([switch.changes, other.changes])]))

    def rows(self, tree: Tree, node: Gather, spot: Spot, *, wanted: bool) -> Tree:
        """A condition on the rows of a list: those that decide are its parts."""
        assert node.body is not None
        found, unknown = self.value(node.of, spot)
        if found is NO_VALUE:
            return replace(tree, unknown=unknown or tree.unknown, changes=None)
        begin = spot.address_of(node.of) if isinstance(node.of, Field) else ()
        # `none` is `not any`: what is wanted of a row is the opposite.
        turned = wanted is not (node.method == "none")
        parts = tuple(
            self.condition(node.body, spot.inside(row, (*begin, at) if begin else ()), wanted=turned, row=at)
            for at, row in enumerate(found or ())
        )
        if tree.holds is wanted:
            return replace(tree, parts=self._deciding(parts, node.method))
        several = [each.changes for each in parts]
        if (node.method != "any") is wanted:
            against = tuple(each for each in parts if each.holds is not turned)
            return replace(tree, parts=against, changes=union(several))
        changes = cheapest(several) if parts else leaf_changes(self, tree, spot, wanted=wanted)
        return replace(tree, parts=parts, changes=changes)

    @staticmethod
    def _deciding(parts: tuple[Tree, ...], method: str) -> tuple[Tree, ...]:
        if method == "any":
            return tuple(each for each in parts if each.holds is True) or parts
        return tuple(each for each in parts if each.holds is (method != "all")) or parts

    def values(self, node: Checked, spot: Spot) -> Iterator[Tree]:
        """Yield the values a part is made of: each name once, with what it stands for."""
        for each in parts_of(node):
            if isinstance(each, Constant):
                continue
            if not isinstance(each, _VALUES):
                yield from self.values(each, spot)
                continue
            value, unknown = self.value(each, spot)
            yield Tree(
                self.source[each.at : each.end], each.at, each, value, None, is_condition=False,
                reached=frozenset(self.reached(each, spot)), unknown=unknown,
            )  # fmt: skip

    def reached(self, node: Checked, spot: Spot) -> Iterator[Reached]:
        """Yield everything that a part looks at."""
        match node:
            case Field():
                yield from reached_by(node, self.env, spot.row, spot.up)
            case Passage(of=of) if of is not None:
                yield from reached_by(of, self.env, spot.row, spot.up)
                record, _ = self.value(of, spot)
                entity = of.type.entity if isinstance(of.type, Record) else ""
                yield Reached(entity, record.get("id") if isinstance(record, Mapping) else None, "passed")
            case Invoke(registered=True, name=name):
                # What a department's function looks at is not known.
                yield Reached("", None, name)
            case CountAll(entity=entity):
                yield Reached(entity, None, "id")
            case Gather(of=of, body=body):
                yield from self.reached(of, spot)
                rows, _ = self.value(of, spot)
                names = [each for each in walk(body) if isinstance(each, Field)] if body is not None else []
                for row in (rows or ()) if names and rows is not NO_VALUE else ():
                    assert body is not None
                    yield from self.reached(body, spot.inside(row, ()))
            case _:
                for each in parts_of(node):
                    yield from self.reached(each, spot)
