"""Turn a checked value into SQL: paths, constants, arithmetic, sums over rows."""

# ruff: noqa: S608 - the text is made of names from the blueprint; every value travels as an argument

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ordinance.expressions.faults import ExpressionError, fault
from ordinance.expressions.kinds import Type
from ordinance.expressions.operations import identity, kind_of
from ordinance.expressions.plan import (
    Checked,
    Choose,
    Constant,
    Field,
    Gather,
    Invoke,
    Minus,
    Sum,
)
from ordinance.expressions.rearranging import fixed_value, is_fixed
from ordinance.expressions.sqlnumbers import aligned, combine, reciprocal, round_whole, whole
from ordinance.expressions.sqlscope import WHOLE_MAX, Column, Lowered, SqlScope

_CASTS = {
    "number": "numeric",
    "text": "text",
    "choice": "text",
    "date": "date",
    "datetime": "timestamptz",
    "record": "bigint",
}


class Values(ABC):
    """The half of lowering that knows values; `aliases` are the rows in sight, innermost last."""

    def __init__(self, source: str, sql: SqlScope) -> None:
        self.source = source
        self.sql = sql
        self.sqlite = sql.dialect == "sqlite"
        self.aliases = [*sql.above, sql.alias]
        self.made = 0

    @abstractmethod
    def condition(self, node: Checked) -> Lowered:
        """Return a condition; NULL in it stands for no."""

    @abstractmethod
    def truth(self, node: Checked) -> Lowered:
        """Return a condition that is never NULL."""

    def refusal(self, node: Checked) -> ExpressionError:
        """Return the fault of a part that the database cannot be asked."""
        part = self.source[node.at : node.end]
        return ExpressionError(self.source, (fault(node.at, "not_in_query", len(part), part=part),))

    def value(self, node: Checked) -> Lowered:
        """Return a value."""
        if is_fixed(node):
            return self.constant(fixed_value(node, self.source, self.sql.env), node.type)
        match node:
            case Field():
                return self.path(node)
            case Sum():
                return self.sum(node)
            case Minus():
                value = self.number(node.operand)
                return Lowered(f"(-{value.text})", value.args, value.scale, value.bound)
            case Choose():
                return self.choose(node, self.value(node.value), self.value(node.otherwise))
            case Gather() if node.type.kind != "boolean":
                return self.gathered(node)
            case Invoke(registered=False) if node.name not in ("contains", "starts_with"):
                return self.invoked(node)
        if node.type.kind == "boolean":
            return self.truth(node)
        raise self.refusal(node)

    def number(self, node: Checked) -> Lowered:
        """Return a number that can be computed with."""
        value = self.value(node)
        if node.type.kind != "number" or (self.sqlite and value.scale is None and value.text != "NULL"):
            raise self.refusal(node)
        return value if self.sqlite else Lowered(f"CAST({value.text} AS numeric)", value.args, fixed=value.fixed)

    def constant(self, value: Any, type_: Type) -> Lowered:
        """Return a value that travels as an argument."""
        kind = kind_of(value) if type_.kind in ("any", "record", "nothing") else type_.kind
        if value is None:
            return Lowered("NULL")
        if kind == "boolean":
            return Lowered("TRUE" if value else "FALSE")
        if kind == "number" and type_.kind != "record":
            number = Decimal(value)
            return whole(number) if self.sqlite else Lowered("CAST(? AS numeric)", (number,), fixed=number)
        if isinstance(value, datetime):
            value = value.astimezone(UTC)
        if type_.kind == "record" or kind == "record":
            kind, value = "record", identity(value)
        argument = self.sql.argument(value, Type(kind))
        return Lowered("?" if self.sqlite else f"CAST(? AS {_CASTS[kind]})", (argument,))

    @contextmanager
    def inside(self, alias: str) -> Iterator[None]:
        """Let names belong to the rows of a list for a while."""
        self.aliases.append(alias)
        yield
        self.aliases.pop()

    def new_alias(self) -> str:
        """Return a name no other table of the query has."""
        self.made += 1
        return f"{self.sql.alias}_{self.made}"

    def start(self, node: Field) -> str:
        """Return the alias of the row at which a path begins."""
        if node.root != "row" or node.hops >= len(self.aliases):
            raise self.refusal(node)
        return self.aliases[-1 - node.hops]

    def column(self, node: Field, place: int) -> Column:
        """Return the column of one name of a path."""
        if node.names[place] == "id":
            return Column('"id"')
        column = self.sql.column(node.entities[place], node.names[place])
        if column is None:
            raise self.refusal(node)
        return column

    def path(self, node: Field) -> Lowered:
        """Return the value at the end of a path."""
        return self.steps(node, len(node.names))

    def steps(self, node: Field, count: int) -> Lowered:
        """Return the value after the first names of a path: each reference is one look at the other table's key."""
        alias = self.start(node)
        if not count:
            return Lowered(f'{alias}."id"')
        column = self.column(node, 0)
        text = f"{alias}.{column.name}"
        for place in range(1, count):
            table, alias, column = self.sql.table(node.entities[place]), self.new_alias(), self.column(node, place)
            text = f'(SELECT {alias}.{column.name} FROM {table} AS {alias} WHERE {alias}."id" = {text})'
        return Lowered(text, scale=column.scale, bound=column.bound)

    def link(self, many: Field) -> str | None:
        """Return the column by which the rows of a list refer to their record; None if the list is one column."""
        return self.sql.link(many.entities[-1], many.names[-1]) if many.names else None

    def listed(self, many: Field) -> Lowered:
        """Return the column that holds a list."""
        if not self.column(many, len(many.names) - 1).listed:
            raise self.refusal(many)
        value = self.path(many)
        return value if self.sqlite else Lowered(f"CAST({value.text} AS jsonb)", value.args)

    def rows(self, many: Checked, entity: str) -> tuple[str, Lowered, str]:
        """Return the table of a list's rows, the condition that they belong to the record, and their alias."""
        link = self.link(many) if isinstance(many, Field) else None
        if link is None or not isinstance(many, Field):
            raise self.refusal(many)
        owner = self.steps(many, len(many.names) - 1)
        alias = self.new_alias()
        return f"{self.sql.table(entity)} AS {alias}", Lowered(f"{alias}.{link} = {owner.text}", owner.args), alias

    def sum(self, node: Sum) -> Lowered:
        """Return arithmetic on numbers, or two texts joined."""
        if node.type.kind == "text":
            left, right = self.value(node.left), self.value(node.right)
            return Lowered(f"({left.text} || {right.text})", left.args + right.args)
        if node.type.kind != "number":
            raise self.refusal(node)
        left, op = self.number(node.left), node.op
        if op == "/":
            part = fixed_value(node.right, self.source, self.sql.env) if is_fixed(node.right) else None
            turned = None if part is None else reciprocal(Decimal(part))
            if turned is None:
                raise self.refusal(node)
            op, right = "*", self.constant(turned, node.type)
        else:
            right = self.number(node.right)
        if not self.sqlite:
            return Lowered(f"({left.text} {op} {right.text})", left.args + right.args)
        whole_sum = combine(op, left, right)
        if whole_sum is None:
            raise self.refusal(node)
        return whole_sum

    def choose(self, node: Choose, value: Lowered, otherwise: Lowered) -> Lowered:
        """Return one of two values, numbers at one scale."""
        asked = self.condition(node.condition)
        if value.scale is not None or otherwise.scale is not None:
            both = aligned((value, otherwise))
            if both is None:
                raise self.refusal(node)
            value, otherwise = both
        text = f"(CASE WHEN {asked.text} THEN {value.text} ELSE {otherwise.text} END)"
        bound = max(value.bound, otherwise.bound)
        return Lowered(text, asked.args + value.args + otherwise.args, value.scale, bound)

    def gathered(self, node: Gather) -> Lowered:
        """Return a count, sum, least or greatest of the rows of a list."""
        table, where, alias = self.rows(node.of, node.entity)
        counted = 0 if self.sqlite else None
        if node.body is None:
            return Lowered(f"(SELECT COUNT(*) FROM {table} WHERE {where.text})", where.args, counted, WHOLE_MAX)
        with self.inside(alias):
            if node.method == "count":
                body = self.condition(node.body)
                text = f"(SELECT COUNT(*) FROM {table} WHERE {where.text} AND {body.text})"
                return Lowered(text, where.args + body.args, counted, WHOLE_MAX)
            body = self.number(node.body) if node.method == "sum" else self.value(node.body)
        by_code = ' COLLATE "C"' if not self.sqlite and node.body.type.kind in ("text", "choice") else ""
        picked = f"{node.method.upper()}({alias}_v.v{by_code})"
        picked = f"COALESCE({picked}, 0)" if node.method == "sum" else picked
        bound = WHOLE_MAX if node.method == "sum" else body.bound
        # A value of the outer row alone would make the aggregate belong to the outer query: it is named inside first.
        inner = f"SELECT {body.text} AS v FROM {table} WHERE {where.text}"
        return Lowered(f"(SELECT {picked} FROM ({inner}) AS {alias}_v)", body.args + where.args, body.scale, bound)

    def invoked(self, node: Invoke) -> Lowered:
        """Return what a built-in function gives."""
        if node.name == "round":
            return self.rounded(node)
        if node.name == "abs":
            value = self.number(node.arguments[0])
            return Lowered(f"ABS({value.text})", value.args, value.scale, value.bound)
        if node.name == "length" and node.arguments[0].type.kind in ("text", "choice"):
            text = self.value(node.arguments[0])
            scale = 0 if self.sqlite else None
            return Lowered(f"COALESCE(LENGTH({text.text}), 0)", text.args, scale, WHOLE_MAX)
        if node.name in ("min", "max", "default"):
            return self.picked(node)
        raise self.refusal(node)

    def rounded(self, node: Invoke) -> Lowered:
        """Return a number rounded half-up."""
        value, places = self.number(node.arguments[0]), node.arguments[1]
        assert isinstance(places, Constant)
        if not self.sqlite:
            return Lowered(f"ROUND({value.text}, {int(places.value)})", value.args)
        result = round_whole(value, int(places.value))
        if result is None:
            raise self.refusal(node)
        return result

    def picked(self, node: Invoke) -> Lowered:
        """Return the least, the greatest, or the first that is set."""
        values = tuple(self.value(each) for each in node.arguments)
        if any(each.scale is not None for each in values):
            together = aligned(values)
            if together is None:
                raise self.refusal(node)
            values = together
        args = tuple(arg for each in values for arg in each.args)
        scale, bound = values[0].scale, max(each.bound for each in values)
        texts = [each.text for each in values]
        is_text = node.type.kind in ("text", "choice")
        if node.name == "default":
            texts = [f"NULLIF({each}, '')" if is_text else each for each in texts]
            return Lowered(f"COALESCE({', '.join(texts)})", args, scale, bound)
        if not self.sqlite:
            by_code = ' COLLATE "C"' if is_text else ""
            name = "LEAST" if node.name == "min" else "GREATEST"
            return Lowered(f"{name}({', '.join(each + by_code for each in texts)})", args)
        union = " UNION ALL ".join(f"SELECT {each} AS v" for each in texts)
        return Lowered(f"(SELECT {node.name.upper()}(v) FROM ({union}))", args, scale, bound)
