"""Turn a checked condition into SQL that selects exactly the rows for which it evaluates to yes.

Whatever is the same for every row (`user.of`, `today() - 14d`) is computed here and travels as an argument. What a
database cannot compute exactly, or does not store, is a fault and never an approximation.

In a condition, SQL's NULL stands for no. Only where that would be turned around (`not`, `!=`) it is made a plain no.
"""

# ruff: noqa: S608 - the text is made of names from the blueprint; every value travels as an argument

from __future__ import annotations

from typing import Any

from ordinance.expressions.kinds import Record
from ordinance.expressions.plan import (
    Checked,
    Choose,
    Compare,
    Field,
    Gather,
    Invoke,
    Joined,
    Listed,
    Opposite,
    Present,
    Within,
)
from ordinance.expressions.rearranging import as_bounds, fixed_last, fixed_value, is_fixed
from ordinance.expressions.sqlnumbers import compare_whole
from ordinance.expressions.sqlscope import Lowered, SqlScope
from ordinance.expressions.sqlvalues import Values

_SIGNS = {"==": "=", "!=": "="}


def lower_condition(node: Checked, source: str, sql: SqlScope) -> tuple[str, tuple[Any, ...]]:
    """Return a checked condition as SQL and its arguments.

    Raises:
        ExpressionError: a part of it cannot be asked of the database.
    """
    made = _Lowering(source, sql).condition(node)
    return made.text, made.args


def lower(node: Checked, source: str, sql: SqlScope) -> Lowered:
    """Return a checked value as SQL.

    Raises:
        ExpressionError: a part of it cannot be asked of the database.
    """
    return _Lowering(source, sql).value(node)


class _Lowering(Values):
    """The half that knows conditions."""

    def condition(self, node: Checked) -> Lowered:
        if is_fixed(node):
            value = fixed_value(node, self.source, self.sql.env)
            return Lowered("TRUE" if value is True else "FALSE")
        match node:
            case Compare():
                return self.compare(node)
            case Joined(op=op, operands=operands):
                parts = [self.condition(each) for each in operands]
                text = f" {op.upper()} ".join(each.text for each in parts)
                return Lowered(f"({text})", tuple(arg for each in parts for arg in each.args))
            case Opposite(operand=operand):
                return _opposite(self.condition(operand))
            case Present():
                return self.present(node)
            case Within():
                made = self.within(node)
                return made if node.wanted else _opposite(made)
            case Gather(method="all" | "any" | "none"):
                return self.quantified(node)
            case Choose():
                return self.choose(node, self.condition(node.value), self.condition(node.otherwise))
            case Invoke(name="contains" | "starts_with", registered=False):
                return self.searched(node)
            case Field() | Invoke(name="default", registered=False):
                return self.value(node)
        raise self.refusal(node)

    def truth(self, node: Checked) -> Lowered:
        made = self.condition(node)
        return Lowered(f"(({made.text}) IS TRUE)", made.args)

    def compare(self, node: Compare) -> Lowered:
        op, left, right = fixed_last(node, self.source, self.sql.env)
        wanted = op != "!="
        bounds = as_bounds(op, left, right, self.source, self.sql.env)
        if bounds is not None:
            parts = [self.ordered(sign, each, self.constant(moment, each.type)) for sign, each, moment in bounds]
            text = " AND ".join(each.text for each in parts)
            made = Lowered(f"({text})", tuple(arg for each in parts for arg in each.args))
        else:
            made = self.ordered(op, left, self.value(right))
        return made if wanted else _opposite(made)

    def ordered(self, op: str, left: Checked, right: Lowered) -> Lowered:
        one = self.value(left)
        if "NULL" in (one.text, right.text):
            return Lowered("FALSE")
        if self.sqlite and (one.scale is not None or right.scale is not None):
            if one.scale is None or right.scale is None:
                raise self.refusal(left)
            whole = compare_whole(op, one, right)
            if whole is None:
                raise self.refusal(left)
            op, one, right = whole
        by_code = ' COLLATE "C"' if not self.sqlite and op not in _SIGNS and left.type.kind == "text" else ""
        return Lowered(f"({one.text}{by_code} {_SIGNS.get(op, op)} {right.text})", one.args + right.args)

    def present(self, node: Present) -> Lowered:
        operand = node.operand
        if operand.type.kind == "many":
            filled = self.any_rows(operand)
            return filled if node.wanted else Lowered(f"(NOT {filled.text})", filled.args)
        value = self.value(operand)
        text = f"NULLIF({value.text}, '')" if operand.type.kind in ("text", "choice") else value.text
        return Lowered(f"({text} IS {'NOT ' if node.wanted else ''}NULL)", value.args)

    def any_rows(self, many: Checked) -> Lowered:
        if not isinstance(many, Field):
            raise self.refusal(many)
        if self.link(many) is None:
            value = self.listed(many)
            length = "json_array_length" if self.sqlite else "jsonb_array_length"
            return Lowered(f"(COALESCE({length}({value.text}), 0) > 0)", value.args)
        table, where, _ = self.rows(many, self.entity_of(many))
        return Lowered(f"EXISTS (SELECT 1 FROM {table} WHERE {where.text})", where.args)

    def within(self, node: Within) -> Lowered:
        left, right = node.left, node.right
        if is_fixed(right):
            return self.among(left, fixed_value(right, self.source, self.sql.env))
        if isinstance(right, Listed):
            parts = [self.ordered("==", left, self.value(each)) for each in right.items]
            return Lowered(
                f"({' OR '.join(each.text for each in parts)})", tuple(a for each in parts for a in each.args)
            )
        if not isinstance(right, Field):
            raise self.refusal(right)
        one = self.value(left)
        if self.link(right) is not None:
            table, where, alias = self.rows(right, self.entity_of(right))
            text = f'EXISTS (SELECT 1 FROM {table} WHERE {where.text} AND {alias}."id" = {one.text})'
            return Lowered(text, where.args + one.args)
        many = self.listed(right)
        if self.sqlite:
            text = f"EXISTS (SELECT 1 FROM json_each({many.text}) AS j WHERE j.value = {one.text})"
        else:
            text = f"({many.text} @> to_jsonb({one.text}))"
        return Lowered(text, many.args + one.args)

    def among(self, left: Checked, values: Any) -> Lowered:
        """Return whether a value is one of those given."""
        kept = [each for each in values or () if each is not None]
        if not kept:
            return Lowered("FALSE")
        one = self.value(left)
        if self.sqlite and one.scale is not None:
            parts = [self.ordered("==", left, self.constant(each, left.type)) for each in kept]
            return Lowered(
                f"({' OR '.join(each.text for each in parts)})", tuple(a for each in parts for a in each.args)
            )
        constants = [self.constant(each, left.type) for each in kept]
        text = ", ".join(each.text for each in constants)
        return Lowered(f"({one.text} IN ({text}))", one.args + tuple(arg for each in constants for arg in each.args))

    def quantified(self, node: Gather) -> Lowered:
        assert node.body is not None
        table, where, alias = self.rows(node.of, node.entity)
        with self.inside(alias):
            body = self.condition(node.body)
        if node.method == "all":
            body = _opposite(body)
        text = f"EXISTS (SELECT 1 FROM {table} WHERE {where.text} AND {body.text})"
        return Lowered(text if node.method == "any" else f"(NOT {text})", where.args + body.args)

    def searched(self, node: Invoke) -> Lowered:
        text, part = (self.value(each) for each in node.arguments)
        place = "INSTR" if self.sqlite else "STRPOS"
        sign = "> 0" if node.name == "contains" else "= 1"
        return Lowered(f"({place}({text.text}, {part.text}) {sign})", text.args + part.args)

    def entity_of(self, many: Field) -> str:
        item = getattr(many.type, "item", None)
        return item.entity if isinstance(item, Record) else ""


def _opposite(made: Lowered) -> Lowered:
    return Lowered(f"({made.text} IS NOT TRUE)", made.args)
