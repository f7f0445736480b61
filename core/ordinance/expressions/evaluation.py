"""Turn a checked tree into one Python function of nested closures; no code is generated, nothing is imported by name.

An empty value makes arithmetic empty and every comparison a plain no; conditions are never empty.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ordinance.expressions.computing import INVOKED
from ordinance.expressions.env import Env
from ordinance.expressions.faults import ComputationError
from ordinance.expressions.gathering import gather
from ordinance.expressions.operations import (
    NUMBERS,
    ORDER,
    is_filled,
    kind_of,
    measure,
    negative,
    operation,
    same,
    same_record,
)
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
from ordinance.expressions.reaching import count_all, member, passage, reach, registered

Run = Callable[[Env, Any, Any], Any]
"""Computes a part from the values, the current row, and the rows around it (`(outer, (outermost, None))`)."""
_HASHED = frozenset({"text", "choice", "number", "date", "datetime"})
_CONDITIONS = (Compare, Within, Present, Joined, Opposite, Warned)


def build(node: Checked, source: str) -> Run:
    """Return the function that computes a checked tree."""
    return _Builder(source).build(node)


def build_condition(node: Checked, source: str) -> Run:
    """Return the function that computes a checked tree as a plain yes or no."""
    return _Builder(source).condition(node)


class _Builder:
    def __init__(self, source: str) -> None:
        self.source = source

    def error(self, code: str, node: Checked) -> ComputationError:
        return ComputationError(code, self.source[node.at : node.end], node.at + 1)

    def build(self, node: Checked) -> Run:
        match node:
            case Constant(value=value):
                return lambda env, row, up: value
            case Field():
                return reach(node)
            case Sum():
                return self.sum(node)
            case Compare():
                return self.compare(node)
            case Joined():
                return self.joined(node)
            case Opposite():
                inner = self.condition(node.operand)
                return lambda env, row, up: not inner(env, row, up)
            case Present():
                return self.present(node)
        return self.build_more(node)

    def build_more(self, node: Checked) -> Run:
        match node:
            case Within():
                return self.within(node)
            case Choose():
                return self.choose(node)
            case Minus():
                return self.minus(node)
            case Gather():
                return self.gather(node)
            case Invoke():
                return self.invoke(node)
            case Listed():
                items = tuple(self.build(each) for each in node.items)
                return lambda env, row, up: tuple(each(env, row, up) for each in items)
        return self.build_named(node)

    def build_named(self, node: Checked) -> Run:
        match node:
            case Passage():
                return passage(node)
            case Warned(check=check):
                return lambda env, row, up: check in env.warned
            case Member():
                return member(node, self.build(node.of))
            case CountAll(entity=entity):
                return lambda env, row, up: count_all(env, entity)
        raise AssertionError(node)

    def condition(self, node: Checked) -> Run:
        run = self.build(node)
        if isinstance(node, _CONDITIONS):
            return run
        if node.type.kind == "boolean":
            return lambda env, row, up: bool(run(env, row, up))

        def checked(env: Env, row: Any, up: Any) -> bool:
            value = run(env, row, up)
            if value is None or isinstance(value, bool):
                return bool(value)
            raise self.error("mixed_values", node)

        return checked

    def sum(self, node: Sum) -> Run:
        if node.left.type.kind == node.right.type.kind == "number":
            return self.number(node)
        left, right, op = self.build(node.left), self.build(node.right), node.op
        settled = operation(op, node.left.type.kind, node.right.type.kind)

        def run(env: Env, row: Any, up: Any) -> Any:
            one = left(env, row, up)
            two = right(env, row, up)
            if one is None or two is None:
                return None
            does = settled or operation(op, kind_of(one), kind_of(two))
            if does is None:
                raise self.error("mixed_values", node)
            if op == "/" and two == 0:
                raise self.error("division_by_zero", node)
            try:
                return does(one, two, env)
            except (ArithmeticError, ValueError):
                raise self.error("out_of_range", node) from None

        return run

    def number(self, node: Sum) -> Run:
        left, right, exact, divides = self.build(node.left), self.build(node.right), NUMBERS[node.op], node.op == "/"

        def run(env: Env, row: Any, up: Any) -> Decimal | None:
            one = left(env, row, up)
            if one is None:
                return None
            two = right(env, row, up)
            if two is None:
                return None
            try:
                return exact(one, two)
            except ArithmeticError:
                code = "division_by_zero" if divides and two == 0 else "out_of_range"
                raise self.error(code, node) from None

        return run

    def minus(self, node: Minus) -> Run:
        inner = self.build(node.operand)

        def run(env: Env, row: Any, up: Any) -> Any:
            value = inner(env, row, up)
            if value is not None and kind_of(value) not in ("number", "span"):
                raise self.error("mixed_values", node)
            return None if value is None else negative(value)

        return run

    def compare(self, node: Compare) -> Run:
        left, right = self.build(node.left), self.build(node.right)
        kinds = {node.left.type.kind, node.right.type.kind}
        if node.op in ("==", "!="):
            return _equality(left, right, kinds, wanted=node.op == "==")
        if "any" in kinds or "span" in kinds:
            return self.careful_order(node, left, right)
        compare = ORDER[node.op]
        if isinstance(node.right, Constant):
            fixed = node.right.value

            def run_fixed(env: Env, row: Any, up: Any) -> bool:
                one = left(env, row, up)
                return one is not None and compare(one, fixed)

            return run_fixed

        def run(env: Env, row: Any, up: Any) -> bool:
            one = left(env, row, up)
            if one is None:
                return False
            two = right(env, row, up)
            return two is not None and compare(one, two)

        return run

    def careful_order(self, node: Compare, left: Run, right: Run) -> Run:
        compare = ORDER[node.op]

        def run(env: Env, row: Any, up: Any) -> bool:
            one, two = left(env, row, up), right(env, row, up)
            if one is None or two is None:
                return False
            kind = kind_of(one)
            if kind == "span":
                one, two = measure(one), measure(two) if kind_of(two) == "span" else two
            if kind_of(one) != kind_of(two) or kind_of(one) not in ("number", "text", "date", "datetime"):
                raise self.error("mixed_values", node)
            return compare(one, two)

        return run

    def joined(self, node: Joined) -> Run:
        operands = tuple(self.condition(each) for each in node.operands)
        stops: bool = node.op == "or"
        if len(operands) == 2:
            first, second = operands
            if stops:
                return lambda env, row, up: first(env, row, up) or second(env, row, up)
            return lambda env, row, up: first(env, row, up) and second(env, row, up)

        def run(env: Env, row: Any, up: Any) -> bool:
            for each in operands:
                if each(env, row, up) is stops:
                    return bool(stops)
            return not stops

        return run

    def present(self, node: Present) -> Run:
        inner, wanted = self.build(node.operand), node.wanted
        if node.operand.type.kind in ("text", "choice", "many", "any"):
            return lambda env, row, up: is_filled(inner(env, row, up)) is wanted
        if wanted:
            return lambda env, row, up: inner(env, row, up) is not None
        return lambda env, row, up: inner(env, row, up) is None

    def within(self, node: Within) -> Run:
        left, right, wanted = self.build(node.left), self.build(node.right), node.wanted
        fixed = _fixed_items(node)
        if fixed is not None:
            return lambda env, row, up: (left(env, row, up) in fixed) is wanted

        equal = same_record if node.left.type.kind == "record" else same

        def run(env: Env, row: Any, up: Any) -> bool:
            one, many = left(env, row, up), right(env, row, up)
            if one is None or many is None:
                return not wanted
            if kind_of(many) != "many":
                raise self.error("mixed_values", node)
            return any(each is not None and equal(one, each) for each in many) is wanted

        return run

    def choose(self, node: Choose) -> Run:
        value, otherwise, asked = self.build(node.value), self.build(node.otherwise), self.condition(node.condition)
        return lambda env, row, up: value(env, row, up) if asked(env, row, up) else otherwise(env, row, up)

    def gather(self, node: Gather) -> Run:
        body = None
        if node.body is not None:
            asks = node.method in ("all", "any", "none", "count")
            body = self.condition(node.body) if asks else self.build(node.body)
        run = gather(node.method, self.build(node.of), body)

        def guarded(env: Env, row: Any, up: Any) -> Any:
            try:
                return run(env, row, up)
            except (TypeError, ArithmeticError):
                raise self.error("mixed_values", node) from None

        return guarded

    def invoke(self, node: Invoke) -> Run:
        arguments = tuple(self.build(each) for each in node.arguments)
        name = node.name
        if node.registered:
            return lambda env, row, up: registered(env, name)(*(each(env, row, up) for each in arguments))
        does = INVOKED[name]

        def run(env: Env, row: Any, up: Any) -> Any:
            values = [each(env, row, up) for each in arguments]
            try:
                return does(env, *values)
            except (ArithmeticError, ValueError):
                raise self.error("out_of_range", node) from None
            except TypeError:
                raise self.error("mixed_values", node) from None

        return run


def _equality(left: Run, right: Run, kinds: set[str], *, wanted: bool) -> Run:
    if "any" in kinds or "span" in kinds:

        def run_careful(env: Env, row: Any, up: Any) -> bool:
            one, two = left(env, row, up), right(env, row, up)
            return (one is not None and two is not None and same(one, two)) is wanted

        return run_careful
    if kinds != {"record"}:

        def run(env: Env, row: Any, up: Any) -> bool:
            one = left(env, row, up)
            return (one is not None and one == right(env, row, up)) is wanted

        return run

    def run_records(env: Env, row: Any, up: Any) -> bool:
        one, two = left(env, row, up), right(env, row, up)
        return (one is not None and two is not None and same_record(one, two)) is wanted

    return run_records


def _fixed_items(node: Within) -> frozenset[Any] | None:
    """Return the values of a list of literals, if it can be asked by hash; an empty value is in no list."""
    if not isinstance(node.right, Listed) or node.left.type.kind not in _HASHED:
        return None
    if not all(isinstance(each, Constant) for each in node.right.items):
        return None
    return frozenset(each.value for each in node.right.items if isinstance(each, Constant)) - {None}
