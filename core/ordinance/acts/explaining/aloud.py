"""A condition read aloud: its parts in the words of the site, each with what is so now.

A part that looked at a value which the one who asks may not see is told as just that: not its text, not its bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ordinance.acts.explaining.answers import Line, Proposal
from ordinance.acts.explaining.naming import Names, listed, quoted, word
from ordinance.acts.explaining.sight import Sight
from ordinance.blueprint import Field as Declared
from ordinance.expressions.explaining import Tree
from ordinance.expressions.explaining_changes import NO_VALUE, Change
from ordinance.expressions.plan import (
    Checked,
    Choose,
    Compare,
    Constant,
    Field,
    Gather,
    Invoke,
    Joined,
    Listed,
    Opposite,
    Passage,
    Present,
    Within,
)
from ordinance.problems import Text

ROWS_MAX = 10
_SIGNS = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_ROWS = {"all": "says_rows_all", "any": "says_rows_any", "none": "says_rows_none"}
_SUMS = {"sum": "says_sum", "min": "says_min", "max": "says_max"}
_UNCHANGED = frozenset({"fill", "clear", "hold", "break", "pass", "unpass", "add_row"})


@dataclass(frozen=True, slots=True)
class Aloud:
    """Reads conditions and changes in the words of one site, for one pair of eyes."""

    names: Names
    sight: Sight

    # Conditions

    def line(self, tree: Tree, code: str = "condition") -> Line:
        """Return a condition with its parts."""
        node = tree.node
        if isinstance(node, Joined):
            head = word("says_all" if node.op == "and" else "says_any")
            return Line(code, head, tree.holds, parts=tuple(self.line(each) for each in tree.parts))
        if isinstance(node, Choose):
            return Line(code, word("says_choice"), tree.holds, parts=tuple(self.line(each) for each in tree.parts))
        if isinstance(node, Opposite) and not isinstance(tree.parts[0].node, Field | Passage):
            return Line(code, word("says_not"), tree.holds, parts=(self.line(tree.parts[0]),))
        if not self.sight.sees_all(tree.reached):
            return Line("unseen", word("why_unseen"), tree.holds)
        if isinstance(node, Gather) and node.method in _ROWS and node.body is not None:
            return Line(code, word(_ROWS[node.method], list=quoted(self.phrase(node.of))), tree.holds,
                        parts=tuple(self._rows(tree)))  # fmt: skip
        note = Text() if tree.holds is not None else word("why_not_known")
        values = [each for each in self._values(tree) if each]
        note = listed(values, "，", ", ") if values else note
        return Line(code, self.phrase(node, tree.source), tree.holds, note=note)

    def _rows(self, tree: Tree) -> Iterator[Line]:
        for each in tree.parts[:ROWS_MAX]:
            found = self.line(each)
            text = word("why_row", row=(each.row or 0) + 1, what=found.text)
            yield Line("row", text, found.holds, note=found.note, parts=found.parts)
        if len(tree.parts) > ROWS_MAX:
            yield Line("rows", word("why_more_rows", count=len(tree.parts) - ROWS_MAX), None)

    def _values(self, tree: Tree) -> Iterator[Text]:
        own = tree.node
        if isinstance(own, Field) and tree.value is not NO_VALUE:
            yield word("says_value", what=self.phrase(own), value=self.names.value(tree.value, self._declared(own)))
        if isinstance(own, Opposite) and isinstance(tree.parts[0].node, Field):
            yield from self._values(tree.parts[0])
        for each in tree.parts:
            is_clock = isinstance(each.node, Invoke) and each.node.name in ("today", "now")
            if each.is_condition or is_clock:
                continue
            value = word("why_not_known") if each.value is NO_VALUE else self.value_of(each.node, each.value)
            yield word("says_value", what=self.phrase(each.node, each.source), value=value)

    def value_of(self, node: Checked, value: Any) -> Text:
        """Return a value in the words of the field it comes from."""
        return self.names.value(value, self._declared(node))

    def _declared(self, node: Checked) -> Declared | None:
        if isinstance(node, Gather) and node.method != "count" and node.body is not None:
            return self._declared(node.body)
        if not isinstance(node, Field) or not node.names:
            return None
        return self.names.field(node.entities[-1], node.names[-1])

    # Phrases

    def phrase(self, node: Checked, source: str = "") -> Text:
        """Return a part in words; the text as it was written where there are none."""
        match node:
            case Field():
                return self._path(node)
            case Constant(value=value):
                return self.names.value(value)
            case Passage(of=None, step=step, piece=piece):
                return word({"": "says_passed", "at": "says_passed_at", "by": "says_passed_by"}[piece],
                            step=self.names.step(step))  # fmt: skip
            case Invoke(name=("today" | "now") as name):
                return word(f"says_{name}")
            case Present(operand=operand, wanted=wanted):
                return word("says_set" if wanted else "says_empty", what=self.phrase(operand, source))
            case Opposite(operand=operand):
                return self._negative(operand, source)
        return self._joined(node, source)

    def _joined(self, node: Checked, source: str) -> Text:
        match node:
            case Compare(op=op, left=left, right=right):
                one, other = self._side(left, right), self._side(right, left)
                if not one or not other:
                    return Text.of(source)
                return Text(*(f"{one.in_(each)} {_SIGNS[op]} {other.in_(each)}" for each in ("zh", "en")))
            case Within(left=left, right=Listed(items=items), wanted=wanted) if _has_words(left):
                texts = listed(self._side(each, left) for each in items)
                return word("says_in" if wanted else "says_not_in", what=self._side(left, left), items=texts)
            case Within(left=left, right=Field() as right, wanted=wanted) if _has_words(left):
                what, many = self._side(left, right), quoted(self.phrase(right))
                return word("says_in" if wanted else "says_not_in", what=what, items=many)
            case Gather(method="count", of=of, body=None):
                return word("says_count", list=quoted(self.phrase(of)))
            case Gather(method=method, body=Field() as body) if method in _SUMS:
                return word(_SUMS[method], what=quoted(self.phrase(body)))
        return Text.of(source)

    def _negative(self, operand: Checked, source: str) -> Text:
        if isinstance(operand, Field):
            return self._equals(self.phrase(operand), word("says_no"))
        inner = self.phrase(operand, source)
        return Text(f"{word('says_not').zh}：{inner.zh}", f"{word('says_not').en}: {inner.en}")

    @staticmethod
    def _equals(one: Text, other: Text) -> Text:
        return Text(*(f"{one.in_(each)} = {other.in_(each)}" for each in ("zh", "en")))

    def _side(self, node: Checked, beside: Checked) -> Text:
        """Return one side of a comparison; a literal is said in the words of the field it is held against."""
        if isinstance(node, Constant):
            return self.names.value(node.value, self._declared(beside))
        return self.phrase(node) if _has_words(node) else Text()

    def _path(self, node: Field) -> Text:
        if not node.names:
            return word("says_the_user") if node.root == "user" else Text.of(node.root)
        text = self.names.path(node.names, node.entities)
        if node.root == "user":
            return word("says_user", what=text)
        return word("says_new", what=text) if node.root == "new" else text

    # Changes

    def proposals(self, changes: tuple[Change, ...]) -> Iterator[Proposal]:
        """Yield changes in words; those that rest on values not for these eyes are told once, as no more than that."""
        hidden = False
        for each in changes:
            if not self.sight.sees_all(each.reached):
                hidden = True
                continue
            yield Proposal(each.kind, self._change(each))
        if hidden:
            yield Proposal("unseen", word("do_unseen"))

    def _change(self, change: Change) -> Text:
        if change.step:
            return word(f"do_{change.kind}", step=self.names.step(change.step))
        field, text = self._place(change)
        if text is None:
            if change.bound is NO_VALUE:
                return word(f"do_{change.kind}", what=change.source)
            text = Text.of(_left_of(change.source))
        if change.kind in _UNCHANGED:
            return word(f"do_{change.kind}", field=text, what=change.source)
        told = change.bound if change.bound is not NO_VALUE else change.value
        return word(f"do_{change.kind}", field=text, value=self.names.value(told, field))

    def _place(self, change: Change) -> tuple[Declared | None, Text | None]:
        """Return the field to change and what it is called, with its row."""
        names = tuple(each for each in change.address[1:] if isinstance(each, str)) or change.path
        if not names or (not change.address and not change.path):
            return None, None
        root = change.address[0] if change.address else "row"
        entity = "account" if root == "user" else self.names.entity
        names_ = Names(self.names.force, entity, self.names.workflow, self.names.people)
        field, text = _end(names_, names), quoted(names_.path(names))
        if root == "user":
            text = word("says_user", what=text)
        elif root == "new":
            text = word("says_new", what=text)
        rows = [each for each in change.address if isinstance(each, int)]
        return field, word("why_row", row=rows[-1] + 1, what=text) if rows else text


def _end(names: Names, path: tuple[str, ...]) -> Declared | None:
    entity, found = names.entity, None
    for name in path:
        found = names.field(entity, name)
        if found is None:
            return None
        entity = f"{entity}.{name}" if found.fields else found.to or ""
    return found


def _has_words(node: Checked) -> bool:
    if isinstance(node, Gather):
        return (node.method == "count" and node.body is None) or (
            node.method in _SUMS and isinstance(node.body, Field)
        )
    if isinstance(node, Invoke):
        return node.name in ("today", "now")
    return isinstance(node, Field | Passage | Constant)


def _left_of(source: str) -> str:
    """Return the side of a comparison that something is said about; the whole text if it is no comparison."""
    for sign in (" >= ", " <= ", " == ", " != ", " > ", " < "):
        if sign in source:
            return source.partition(sign)[0]
    return source


