"""Check a tree: every name known, every operation between types that go together, every option one of the options.

All faults are collected; none is raised from here.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ordinance.expressions.faults import Fault
from ordinance.expressions.functions import FUNCTIONS, ROUND_MAX, ROUND_MIN, Builtin
from ordinance.expressions.kinds import (
    ANY,
    BOOLEAN,
    NOTHING,
    NUMBER,
    SPAN,
    TEXT,
    Choice,
    Many,
    Type,
    comparable,
    join,
)
from ordinance.expressions.naming import Naming
from ordinance.expressions.operations import negative
from ordinance.expressions.operators import ORDERED, arithmetic, fits, read_moment
from ordinance.expressions.plan import (
    Checked,
    Choose,
    Compare,
    Constant,
    Invoke,
    Joined,
    Listed,
    Minus,
    Opposite,
    Present,
    Sum,
    Within,
)
from ordinance.expressions.scope import Scope
from ordinance.expressions.spans import Span
from ordinance.expressions.tree import (
    Arithmetic,
    Attribute,
    Call,
    Comparison,
    Conditional,
    Filled,
    Items,
    Literal,
    Logic,
    Name,
    Negative,
    Not,
    Tree,
)
from ordinance.problems import Text, did_you_mean

_NEED_DAY = Text("请用 day(时间) 取日期再比", "take the day of the moment first: day(…)")


def check(tree: Tree, scope: Scope, expects: tuple[Type, ...]) -> tuple[Checked, list[Fault]]:
    """Return the checked tree and the faults found.

    Args:
        tree: What was written.
        scope: What the names may mean.
        expects: The types of which the whole must be one; empty if any will do.
    """
    checker = _Checker(scope)
    wants_condition = len(expects) == 1 and expects[0].kind == "boolean"
    checked = checker.condition(tree) if wants_condition else checker.check(tree)
    if expects and not wants_condition:
        checked = checker.conform(tree, checked, expects)
    return checked, checker.faults


class _Checker(Naming):
    def check(self, tree: Tree) -> Checked:
        match tree:
            case Literal():
                return self.literal(tree)
            case Name():
                return self.name(tree)
            case Attribute():
                return self.attribute(tree)
            case Call():
                return self.call(tree)
            case Items():
                return self.items(tree)
            case Comparison():
                return self.comparison(tree)
            case Arithmetic():
                return self.arithmetic(tree)
        return self.check_logic(tree)

    def check_logic(self, tree: Tree) -> Checked:
        match tree:
            case Negative():
                return self.negative(tree)
            case Not():
                return Opposite(BOOLEAN, self.condition(tree.operand), at=tree.at, end=tree.end)
            case Filled():
                return Present(BOOLEAN, self.check(tree.operand), tree.wanted, at=tree.at, end=tree.end)
            case Logic():
                operands = tuple(self.condition(each) for each in tree.operands)
                return Joined(BOOLEAN, tree.op, operands, at=tree.at, end=tree.end)
            case Conditional():
                return self.conditional(tree)
        raise AssertionError(tree)

    def condition(self, tree: Tree) -> Checked:
        checked = self.check(tree)
        if checked.type.kind in ("boolean", "any"):
            return checked
        remedy = Text("可写 … is set,或与一个值比较", "write … is set, or compare it with something")
        if checked.type.kind == "many":
            remedy = Text("可写 ….count() > 0", "write ….count() > 0")
        return self.complain(tree, "not_a_condition", got=checked.type.words, remedy=remedy)

    def literal(self, tree: Literal) -> Checked:
        type_: Type
        match tree.value:
            case None:
                type_ = NOTHING
            case bool():
                type_ = BOOLEAN
            case Decimal():
                type_ = NUMBER
            case Span():
                type_ = SPAN
            case _:
                type_ = TEXT
        return Constant(type_, tree.value, at=tree.at, end=tree.end)

    def items(self, tree: Items) -> Checked:
        items = tuple(self.check(each) for each in tree.items)
        type_: Type | None = items[0].type if items else ANY
        for each, part in zip(items[1:], tree.items[1:], strict=True):
            joined = None if type_ is None else join(type_, each.type)
            if joined is None:
                return self.complain(part, "mixed_list", got=each.type.words)
            type_ = joined
        return Listed(Many(type_ or ANY), items, at=tree.at, end=tree.end)

    def call(self, tree: Call) -> Checked:
        if tree.of is not None:
            return self.method(tree)
        if tree.name == "passed":
            return self.passed(tree)
        if tree.name == "warned":
            return self.warned(tree)
        registered = self.scope.types.functions().get(tree.name)
        arguments = tuple(self.check(each) for each in tree.arguments)
        if registered is not None:
            arguments = self.given(tree, arguments, registered.parameters)
            return Invoke(registered.returns, tree.name, arguments, registered=True, at=tree.at, end=tree.end)
        builtin = FUNCTIONS.get(tree.name)
        if builtin is not None:
            return self.builtin(tree, builtin, arguments)
        if self.scope.types.fields(self.scope.entity) is None and not self.scope.types.functions():
            return Invoke(ANY, tree.name, arguments, registered=True, at=tree.at, end=tree.end)
        known = (*FUNCTIONS, *self.scope.types.functions(), "passed", "warned")
        return self.complain(tree, "unknown_function", name=tree.name, remedy=did_you_mean(tree.name, known))

    def given(self, tree: Call, arguments: tuple[Checked, ...], wanted: tuple[Type, ...]) -> tuple[Checked, ...]:
        if len(arguments) != len(wanted):
            self.complain(tree, "argument_count", name=tree.name, wanted=len(wanted), got=len(arguments))
            return arguments
        for each, type_, part in zip(arguments, wanted, tree.arguments, strict=True):
            if not fits(each.type, type_):
                self.complain(part, "wrong_argument", name=tree.name, wanted=type_.words, got=each.type.words)
        return arguments

    def builtin(self, tree: Call, builtin: Builtin, arguments: tuple[Checked, ...]) -> Checked:
        least = len(builtin.parameters)
        if len(arguments) < least or (len(arguments) > least and not builtin.more):
            return self.complain(tree, "argument_count", name=tree.name, wanted=least, got=len(arguments))
        kinds = (*builtin.parameters, *builtin.parameters[-1:] * (len(arguments) - least))
        for each, allowed, part in zip(arguments, kinds, tree.arguments, strict=True):
            if allowed is not None and each.type.kind not in allowed:
                wanted = Type(min(allowed - {"any"})).words
                return self.complain(part, "wrong_argument", name=tree.name, wanted=wanted, got=each.type.words)
        type_ = builtin.returns(tuple(each.type for each in arguments))
        if type_ is None:
            return self.complain(tree, "mixed_arguments", name=tree.name)
        if tree.name == "round" and not _is_scale(arguments[1]):
            return self.complain(tree.arguments[1], "round_scale", least=ROUND_MIN, most=ROUND_MAX)
        return Invoke(type_, tree.name, arguments, registered=False, at=tree.at, end=tree.end)

    def negative(self, tree: Negative) -> Checked:
        operand = self.check(tree.operand)
        if operand.type.kind not in ("number", "span", "any"):
            return self.complain(tree, "no_arithmetic", op="-", left="", right=operand.type.words)
        if isinstance(operand, Constant) and isinstance(operand.value, Decimal | Span):
            return replace(operand, value=negative(operand.value), at=tree.at)
        return Minus(operand.type, operand, at=tree.at, end=tree.end)

    def arithmetic(self, tree: Arithmetic) -> Checked:
        left, right = self.check(tree.left), self.check(tree.right)
        type_ = arithmetic(tree.op, left.type, right.type)
        if type_ is None:
            return self.complain(tree, "no_arithmetic", op=tree.op, left=left.type.words, right=right.type.words)
        span = next(
            (each.value for each in (left, right) if isinstance(each, Constant) and each.type.kind == "span"), None
        )
        if type_.kind == "date" and isinstance(span, Span) and span.has_hours:
            return self.complain(tree, "day_and_hours")
        if tree.op == "/" and isinstance(right, Constant) and right.value == 0:
            return self.complain(tree, "division_by_zero", part=tree.op, column=tree.right.at + 1)
        return Sum(type_, tree.op, left, right, at=tree.at, end=tree.end)

    def conditional(self, tree: Conditional) -> Checked:
        value, otherwise = self.check(tree.value), self.check(tree.otherwise)
        condition = self.condition(tree.condition)
        type_ = join(value.type, otherwise.type)
        if type_ is None:
            left, right = value.type.words, otherwise.type.words
            return self.complain(tree, "mixed_branches", left=left, right=right)
        return Choose(type_, value, condition, otherwise, at=tree.at, end=tree.end)

    def comparison(self, tree: Comparison) -> Checked:
        left, right = self.check(tree.left), self.check(tree.right)
        if tree.op in ("in", "not in"):
            return self.within(tree, left, right)
        for one, other in ((left, right), (right, left)):
            if one.type.kind == "nothing" and isinstance(one, Constant):
                if tree.op not in ("==", "!="):
                    return self.complain(tree, "null_order")
                return Present(BOOLEAN, other, tree.op == "!=", at=tree.at, end=tree.end)
        left, right = self.moment(tree.left, left, right.type), self.moment(tree.right, right, left.type)
        if not comparable(left.type, right.type):
            return self.complain(
                tree,
                "not_comparable",
                left=left.type.words,
                right=right.type.words,
                remedy=_compare_remedy(left, right),
            )
        self.option(tree.left, left, right.type)
        self.option(tree.right, right, left.type)
        if tree.op not in ("==", "!=") and not self.ordered(tree, left, right):
            return self.complain(tree, "no_order", got=left.type.words)
        return Compare(BOOLEAN, tree.op, left, right, at=tree.at, end=tree.end)

    def ordered(self, tree: Comparison, left: Checked, right: Checked) -> bool:
        for each, part in ((left, tree.left), (right, tree.right)):
            if isinstance(each, Constant) and isinstance(each.value, Span) and each.value.fixed_s is None:
                self.complain(part, "span_order")
        return left.type.kind in ORDERED and right.type.kind in ORDERED

    def within(self, tree: Comparison, left: Checked, right: Checked) -> Checked:
        if right.type.kind not in ("many", "any"):
            remedy = None
            if right.type.kind == "text":
                remedy = Text("文字包含请写 contains(文字, 部分)", "for a part of a text write contains(text, part)")
            return self.complain(tree.right, "not_a_list", name=tree.op, got=right.type.words, remedy=remedy)
        item = right.type.item if isinstance(right.type, Many) else ANY
        if isinstance(right, Listed) and isinstance(tree.right, Items):
            items = tuple(
                self.moment(part, each, left.type) for part, each in zip(tree.right.items, right.items, strict=True)
            )
            for part, each in zip(tree.right.items, items, strict=True):
                self.option(part, each, left.type)
            right = replace(right, items=items)
            item = items[0].type if items else ANY
        if not comparable(left.type, item):
            return self.complain(tree, "not_comparable", left=left.type.words, right=item.words)
        self.option(tree.left, left, item)
        return Within(BOOLEAN, left, right, tree.op == "in", at=tree.at, end=tree.end)

    def moment(self, tree: Tree, value: Checked, beside: Type) -> Checked:
        """Return a text literal as the day or moment it stands for, if that is what it is compared with."""
        if beside.kind not in ("date", "datetime") or not (
            isinstance(value, Constant) and isinstance(value.value, str)
        ):
            return value
        moment = read_moment(value.value, beside.kind)
        if moment is None:
            return self.complain(tree, "not_a_moment", got=value.value, wanted=beside.words)
        return replace(value, type=Type(beside.kind), value=moment)

    def option(self, tree: Tree, value: Checked, beside: Type) -> None:
        """Complain about a literal that is not one of the options."""
        if isinstance(value, Choose) and isinstance(tree, Conditional):
            self.option(tree.value, value.value, beside)
            self.option(tree.otherwise, value.otherwise, beside)
        if not isinstance(beside, Choice) or not beside.options or not isinstance(value, Constant):
            return
        if not isinstance(value.value, str) or value.value in beside.options:
            return
        labelled = [key for key, label in beside.labels.items() if value.value in (label.zh, label.en)]
        remedy = did_you_mean(labelled[0] if labelled else value.value, beside.options)
        self.complain(tree, "unknown_option", got=value.value, remedy=remedy)

    def conform(self, tree: Tree, checked: Checked, expects: tuple[Type, ...]) -> Checked:
        """Complain unless the whole is of one of the wanted types."""
        if isinstance(checked, Constant) and isinstance(checked.value, str):
            for each in expects:
                if each.kind in ("date", "datetime") and read_moment(checked.value, each.kind) is not None:
                    return self.moment(tree, checked, each)
        wanted = next((each for each in expects if fits(checked.type, each)), None)
        if wanted is None:
            words = Text("或".join(each.words.zh for each in expects), " or ".join(each.words.en for each in expects))
            return self.complain(tree, "wrong_result", wanted=words, got=checked.type.words)
        self.option(tree, checked, wanted)
        return checked


def _is_scale(value: Checked) -> bool:
    if not isinstance(value, Constant) or not isinstance(value.value, Decimal):
        return False
    return value.value == int(value.value) and ROUND_MIN <= value.value <= ROUND_MAX


def _compare_remedy(left: Checked, right: Checked) -> Text | None:
    kinds = {left.type.kind, right.type.kind}
    if kinds == {"date", "datetime"}:
        return _NEED_DAY
    if "record" in kinds and kinds & {"text", "choice"}:
        return Text("请与它的某个字段比较，如 .code", "compare one of its fields, such as .code")
    if "many" in kinds:
        return Text("列表请用 in 或 .any(…)", "ask a list with in or .any(…)")
    if kinds == {"number", "text"}:
        return Text("数字不加引号", "numbers stand without quotes")
    return None
