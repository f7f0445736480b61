"""What one leaf of a condition needs: a value at least so much, another option, something filled in, a step passed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from ordinance.expressions.explaining_changes import (
    NO_VALUE,
    Address,
    Change,
    ChangeKind,
    Changes,
    beyond,
    many_with,
    other_than,
)
from ordinance.expressions.kinds import Many
from ordinance.expressions.plan import (
    Checked,
    Compare,
    Constant,
    Field,
    Gather,
    Invoke,
    Listed,
    Passage,
    Present,
    Within,
    walk,
)
from ordinance.expressions.reached import Reached

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_KINDS: dict[str, ChangeKind] = {
    "==": "set", "!=": "differ", "<": "less_than", "<=": "at_most", ">": "more_than", ">=": "at_least",
}  # fmt: skip
_FIRST = ("row", "new", "parent")
"""Where a value had best be changed: in the record, before anybody thinks of another user or another event."""


class Leaf(Protocol):
    """A condition that has no conditions in it."""

    @property
    def node(self) -> Checked: ...  # noqa: D102 - as in `Tree`
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def at(self) -> int: ...  # noqa: D102
    @property
    def unknown(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def reached(self) -> frozenset[Reached]: ...  # noqa: D102


class Where(Protocol):
    """The row a leaf is looked at for."""

    def address_of(self, node: Field) -> Address:
        """Return where a value stands."""


class Looking(Protocol):
    """What can compute the values beside a leaf."""

    def value(self, node: Checked, spot: Any, *, condition: bool = False) -> tuple[Any, tuple[str, ...]]:
        """Return a value, or `NO_VALUE`."""


def leaf_changes(look: Looking, leaf: Leaf, spot: Where, *, wanted: bool) -> Changes:
    """Return what would make a leaf as wanted; None if nothing could."""
    node = leaf.node
    if isinstance(node, Constant):
        return None
    if leaf.unknown:
        return (_change(leaf, "fill", path=leaf.unknown),)
    found: Change | None
    match node:
        case Compare():
            found = _compared(look, leaf, node, spot, wanted=wanted)
        case Within():
            return _within(look, leaf, node, spot, wanted=wanted)
        case Present():
            found = _present(leaf, node, spot, wanted=wanted)
        case Passage(of=None, piece="", step=step):
            found = _change(leaf, "pass" if wanted else "unpass", step=step)
        case Gather(method="any") if wanted:
            found = _change(leaf, "add_row", path=node.of.names if isinstance(node.of, Field) else ())
        case Field():
            found = _placed(leaf, "set", node, spot, bound=wanted, value=wanted)
        case _:
            found = None
    return (found or _whole(leaf, wanted=wanted),)


def _change(leaf: Leaf, kind: ChangeKind, **more: Any) -> Change:
    return Change(kind, leaf.source, leaf.at, reached=leaf.reached, **more)


def _whole(leaf: Leaf, *, wanted: bool) -> Change:
    return _change(leaf, "hold" if wanted else "break")


def _placed(
    leaf: Leaf, kind: ChangeKind, node: Checked, spot: Where, bound: Any = NO_VALUE, value: Any = NO_VALUE
) -> Change | None:
    """Return the change of one value, or of a sum that is no one's to put in; None if the part is neither."""
    if isinstance(node, Field):
        address = spot.address_of(node)
        path = node.names if node.read is None else node.read
        return _change(leaf, kind, address=address, path=path, type=node.type, bound=bound, value=value)
    return None


def _compared(look: Looking, leaf: Leaf, node: Compare, spot: Where, *, wanted: bool) -> Change | None:
    op = node.op if wanted else _OPPOSITE[node.op]
    for one, other, sign in _sides(node, op):
        bound, _ = look.value(other, spot)
        if bound is NO_VALUE or bound is None:
            continue
        kind = _KINDS[sign]
        value = _suggested(kind, bound, one)
        if kind == "differ" and one.type.kind == "boolean":
            kind, bound = "set", value
        found = _placed(leaf, kind, one, spot, bound, value)
        if found is not None:
            return found
    # What is summed up or worked out cannot be put in, yet its bound is worth saying.
    for one, other, sign in _sides(node, op):
        bound, _ = look.value(other, spot)
        if isinstance(other, Constant) or (isinstance(one, Gather | Invoke) and not isinstance(other, Gather)):
            known = bound is not NO_VALUE and bound is not None
            return _change(leaf, _KINDS[sign], type=one.type, bound=bound) if known else None
    return None


def _sides(node: Compare, op: str) -> Iterator[tuple[Checked, Checked, str]]:
    """Yield (the side to change, the other side, the sign seen from there), the record's own values first."""
    sides = [(node.left, node.right, op), (node.right, node.left, _TURNED[op])]
    yield from sorted(sides, key=lambda side: _rank(side[0]))


def _rank(node: Checked) -> int:
    if not isinstance(node, Field):
        return 2
    return 0 if node.root in _FIRST and node.names else 1


def _suggested(kind: ChangeKind, bound: Any, node: Checked) -> Any:
    if kind in ("set", "at_least", "at_most"):
        return bound
    if kind == "differ":
        return other_than([bound], node.type)
    return beyond(bound, 1 if kind == "more_than" else -1)


def _within(look: Looking, leaf: Leaf, node: Within, spot: Where, *, wanted: bool) -> Changes:
    inside = node.wanted is wanted
    many, _ = look.value(node.right, spot)
    items = tuple(each for each in many or () if each is not None) if many is not NO_VALUE else ()
    # The list itself is changed where only it is a value of the record: `'fragile' in traits`.
    if isinstance(node.right, Field) and _rank(node.right) < _rank(node.left):
        item, _ = look.value(node.left, spot)
        if item is NO_VALUE or item is None:
            return (_whole(leaf, wanted=wanted),)
        kind: ChangeKind = "include" if inside else "exclude"
        rest = many if many is not NO_VALUE else ()
        value = many_with(rest, item, inside=inside) if isinstance(node.right.type, Many) else NO_VALUE
        return (_placed(leaf, kind, node.right, spot, item, value) or _whole(leaf, wanted=wanted),)
    if inside and not items:
        return None if isinstance(node.right, Listed) and _is_fixed(node.right) else (_whole(leaf, wanted=wanted),)
    value = items[0] if inside else other_than(items, node.left.type)
    found = _placed(leaf, "one_of" if inside else "none_of", node.left, spot, items, value)
    return (found or _whole(leaf, wanted=wanted),)


def _is_fixed(node: Listed) -> bool:
    return all(isinstance(each, Constant | Listed) for each in walk(node))


def _present(leaf: Leaf, node: Present, spot: Where, *, wanted: bool) -> Change | None:
    fill = node.wanted is wanted
    return _placed(leaf, "fill" if fill else "clear", node.operand, spot, value=NO_VALUE if fill else None)
