"""Conditions and other expressions in words, with the labels of the site: `total >= 1000` is “合计 ≥ 1000”.

Pure, from the checked tree. Source: design.md §6 (handbook, draw), issue 3 item 6.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ordinance.drawing.names import Names
from ordinance.drawing.spans import span_words
from ordinance.expressions import Expression, Many, Span
from ordinance.expressions.plan import (
    Checked,
    Choose,
    Compare,
    Constant,
    CountAll,
    Field,
    Gather,
    Invoke,
    Joined,
    Listed,
    Member,
    Minus,
    Opposite,
    Passage,
    Present,
    Sum,
    Warned,
    Within,
)

_LOOSE, _OR, _AND, _COMPARE, _SUM, _PRODUCT, _CLOSE = range(7)
_SIGNS = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "+": "+", "-": "−", "*": "×", "/": "÷"}
_NAMED = frozenset({"choice", "text", "record", "boolean", "any"})

Said = tuple[str, int]
"""Words, and how loosely they bind: what is looser than its place is put in brackets."""


def condition_words(expression: Expression, names: Names, entity: str = "") -> str:
    """Return an expression as a person would say it.

    Args:
        expression: The checked expression.
        names: What everything is called.
        entity: The entity of the record; its steps give `passed()` their names.
    """
    return _Speaker(names, entity).text(expression.plan)


class _Speaker:
    def __init__(self, names: Names, entity: str) -> None:
        self.names, self.entity = names, entity

    def text(self, node: Checked, least: int = _LOOSE) -> str:
        """Return the words of a part, in brackets if it binds more loosely than its place allows."""
        words, level = self.said(node)
        if level >= least:
            return words
        return f"（{words}）" if self.names.locale.startswith("zh") else f"({words})"

    def said(self, node: Checked) -> Said:
        say = self.names.say
        match node:
            case Constant(value=value):
                return self.constant(value), _CLOSE
            case Field():
                return self.field(node), _CLOSE
            case Member(of=of, name=name):
                return say("of", of=self.text(of, _CLOSE), name=name), _CLOSE
            case Passage():
                return self.passage(node), _CLOSE
            case Warned(check=check):
                return say("warned", check=self.names.check(check)), _COMPARE
            case Minus(operand=operand):
                return f"−{self.text(operand, _CLOSE)}", _PRODUCT
            case Opposite(operand=operand):
                return self.opposite(operand)
            case Gather():
                return self.gathered(node)
            case Invoke():
                return self.call(node), _CLOSE
            case CountAll(entity=entity):
                return say("all_records", of=self.names.entity(entity)), _CLOSE
        return self.joined(node)

    def joined(self, node: Checked) -> Said:
        say = self.names.say
        match node:
            case Sum(op=op, left=left, right=right):
                level = _SUM if op in "+-" else _PRODUCT
                return f"{self.text(left, level)} {_SIGNS[op]} {self.text(right, level + 1)}", level
            case Compare():
                return self.compared(node), _COMPARE
            case Within():
                return self.within(node), _COMPARE
            case Present(operand=operand, wanted=wanted):
                return say("is_set" if wanted else "is_empty", what=self.text(operand, _SUM)), _COMPARE
            case Joined(op=op, operands=operands):
                level = _AND if op == "and" else _OR
                return say(op).join(self.text(each, level + 1) for each in operands), level
            case Choose(value=value, condition=condition, otherwise=otherwise):
                parts = {"value": value, "condition": condition, "otherwise": otherwise}
                return say("if_else", **{key: self.text(each, _OR) for key, each in parts.items()}), _LOOSE
            case Listed(items=items):
                return self.names.listed(self.text(each, _OR) for each in items), _LOOSE
        raise AssertionError(node)

    def constant(self, value: object) -> str:
        say, locale = self.names.say, self.names.locale
        if value is None:
            return say("nothing")
        if isinstance(value, bool):
            return say("yes" if value else "no")
        if isinstance(value, Span):
            return span_words(value, locale)
        if isinstance(value, Decimal):
            return format(value, "f")
        return f"“{value}”" if isinstance(value, str) else str(value)

    def field(self, node: Field) -> str:
        say = self.names.say
        said = ""
        for entity, name in zip(node.entities, node.names, strict=True):
            label = self.names.name_at(entity, name)[0]
            said = say("of", of=said, name=label) if said else label
        if node.root == "user":
            return say("of", of=say("user"), name=said) if said else say("user")
        if node.root in ("new", "event"):
            return say(node.root, name=said)
        return say("outer", name=said) if node.hops and node.read else said

    def passage(self, node: Passage) -> str:
        say, key = self.names.say, {"": "passed_step", "at": "passed_at", "by": "passed_by"}[node.piece]
        if node.of is None:
            return say(key, step=self.names.step_of(self.entity, node.step))
        other = getattr(node.of.type, "entity", "")
        return say("passed_of", of=self.field(node.of), what=say(key, step=self.names.step_of(other, node.step)))

    def opposite(self, operand: Checked) -> Said:
        say = self.names.say
        match operand:
            case Present(operand=inner, wanted=wanted):
                return say("is_empty" if wanted else "is_set", what=self.text(inner, _SUM)), _COMPARE
            case Passage(of=None, step=step, piece=""):
                return say("not_passed_step", step=self.names.step_of(self.entity, step)), _COMPARE
            case Warned(check=check):
                return say("not_warned", check=self.names.check(check)), _COMPARE
            case Field():
                return say("not_value", what=self.field(operand)), _COMPARE
            case Opposite(operand=inner):
                return self.said(inner)
        return say("not_so", what=self.text(operand)), _COMPARE

    def compared(self, node: Compare) -> str:
        left, right, op = node.left, node.right, node.op
        if op in ("==", "!=") and {left.type.kind, right.type.kind} <= _NAMED | {"nothing"}:
            key = "is" if op == "==" else "is_not"
            return self.names.say(key, left=self.text(left, _SUM), right=self.value(right, left))
        return f"{self.text(left, _SUM)} {_SIGNS[op]} {self.value(right, left)}"

    def value(self, node: Checked, beside: Checked) -> str:
        """Return a part as it stands beside another: an option by its label, not by its id."""
        if isinstance(node, Constant) and isinstance(node.value, str):
            if isinstance(beside, Field) and beside.names:
                label = self.names.option(beside.entities[-1], beside.names[-1], node.value)
                if label is not None:
                    return f"“{label}”"
            return f"“{node.value}”"
        return self.text(node, _SUM)

    def within(self, node: Within) -> str:
        if isinstance(node.right, Listed):
            items = self.names.listed(self.value(each, node.left) for each in node.right.items)
            key = "is_one" if node.wanted else "is_none"
            return self.names.say(key, left=self.text(node.left, _SUM), right=items)
        key = "is_in" if node.wanted else "is_not_in"
        return self.names.say(key, left=self.value(node.left, node.right), right=self.text(node.right, _SUM))

    def gathered(self, node: Gather) -> Said:
        say, of = self.names.say, self.text(node.of, _CLOSE)
        if node.body is None:
            return say("gather_count", of=of), _CLOSE
        key = "gather_count_of" if node.method == "count" else f"gather_{node.method}"
        level = _CLOSE if isinstance(node.of.type, Many) and node.method in ("sum", "min", "max", "count") else _LOOSE
        return say(key, of=of, what=self.text(node.body, _LOOSE if level == _LOOSE else _CLOSE)), level

    def call(self, node: Invoke) -> str:
        say = self.names.say
        arguments = [self.text(each) for each in node.arguments]
        if not node.registered and node.name in ("today", "now"):
            return say(node.name)
        if not node.registered and node.name == "day_end":
            return say("day_end", what=arguments[0])
        if not node.registered and node.name == "round":
            return say("round", what=arguments[0], n=_second(arguments))
        return f"{node.name}({self.names.listed(arguments)})"


def _second(arguments: Iterable[str]) -> str:
    return (*arguments, "0", "0")[1]
