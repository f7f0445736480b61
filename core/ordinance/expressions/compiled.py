"""One expression, read and checked: what it is, what it reads, and how to compute it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ordinance.expressions.checker import check
from ordinance.expressions.env import Env
from ordinance.expressions.evaluation import Run, build, build_condition
from ordinance.expressions.faults import ComputationError, ExpressionError
from ordinance.expressions.kinds import BOOLEAN, Type
from ordinance.expressions.lowering import lower, lower_condition
from ordinance.expressions.parser import parse
from ordinance.expressions.plan import Checked, CountAll, Invoke, Passage, Warned, paths_read, walk
from ordinance.expressions.scope import Scope
from ordinance.expressions.sqlscope import Lowered, SqlScope


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. Two are equal when their text and their type are.

    Attributes:
        source: The text as it was written.
        type: The type of its value.
        reads: The paths it depends on, as seen from the record: `("customer", "tier")`, `("lines", "price")`,
            `("user", "of")`, `("new", "cost")`, `("order", "passed", "ship")`.
        passes: The steps of this document it asks about with `passed()`.
        warnings: The checks it asks about with `warned()`.
        functions: The functions of departments it calls.
        counts: The entities it counts as a whole.
        uses_now: Whether its value changes with time alone.
    """

    source: str
    type: Type
    reads: frozenset[tuple[str, ...]] = field(compare=False)
    passes: frozenset[str] = field(compare=False)
    warnings: frozenset[str] = field(compare=False)
    functions: frozenset[str] = field(compare=False)
    counts: frozenset[str] = field(compare=False)
    uses_now: bool = field(compare=False)
    plan: Checked = field(compare=False, repr=False)
    run: Run = field(compare=False, repr=False)

    def evaluate(self, env: Env) -> Any:
        """Return the value; a condition gives a plain yes or no.

        Raises:
            UnknownValue: a name it uses has not been loaded.
            ComputationError: the value cannot be computed, as in a division by zero.
        """
        try:
            return self.run(env, env.record, (env.parent, None))
        except TypeError as error:
            raise ComputationError("mixed_values", self.source, 1) from error

    def lower(self, sql: SqlScope) -> tuple[str, tuple[Any, ...]]:
        """Return the condition as SQL with `?` for each argument: it is true for the rows for which `evaluate` is.

        Raises:
            ExpressionError: a part of it cannot be asked of the database.
        """
        return lower_condition(self.plan, self.source, sql)

    def lower_value(self, sql: SqlScope) -> Lowered:
        """Return the value as SQL, with the scale in which the database gives a number back.

        Raises:
            ExpressionError: a part of it cannot be asked of the database.
        """
        return lower(self.plan, self.source, sql)

    def __str__(self) -> str:
        return self.source


def compile_expression(source: str, scope: Scope, expects: Type | tuple[Type, ...] | None = None) -> Expression:
    """Return the expression of a text.

    Args:
        source: The text, at most 2,000 characters.
        scope: What its names may mean.
        expects: The type its value must have, or several of which one; None takes any. A wanted BOOLEAN is a condition:
            an empty value counts as no.

    Raises:
        ExpressionError: the text cannot be used; all faults are in it.
    """
    wanted = () if expects is None else expects if isinstance(expects, tuple) else (expects,)
    tree = parse(source)
    plan, faults = check(tree, scope, wanted)
    if faults:
        raise ExpressionError(source, tuple(dict.fromkeys(faults)))
    condition = len(wanted) == 1 and wanted[0].kind == "boolean"
    nodes = list(walk(plan))
    called = {each.name for each in nodes if isinstance(each, Invoke) and not each.registered}
    return Expression(
        source=source,
        type=BOOLEAN if condition else plan.type,
        reads=frozenset(paths_read(plan)),
        passes=frozenset(each.step for each in nodes if isinstance(each, Passage) and each.of is None),
        warnings=frozenset(each.check for each in nodes if isinstance(each, Warned)),
        functions=frozenset(each.name for each in nodes if isinstance(each, Invoke) and each.registered),
        counts=frozenset(each.entity for each in nodes if isinstance(each, CountAll)),
        uses_now=bool(called & {"today", "now"}),
        plan=plan,
        run=build_condition(plan, source) if condition else build(plan, source),
    )
