"""Read an expression into its tree: a Pratt parser, loosest word first.

    x if c else y  ·  or  ·  and  ·  not  ·  == != < <= > >= in, not in, is set  ·  + -  ·  * /  ·  -x  ·  a.b  f(x)

It knows nothing of what the names mean. It never raises anything but `ExpressionError`.
"""

from __future__ import annotations

from ordinance.expressions.faults import ExpressionError, Fault, fault
from ordinance.expressions.tokens import Token, cut
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
from ordinance.problems import Text

SOURCE_MAX = 2_000
DEPTH_MAX = 50
NESTING_MAX = 20
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not in"})
_CONSTANTS = {"true": True, "false": False, "null": None}


def parse(source: str) -> Tree:
    """Return the tree of an expression.

    Args:
        source: The text, at most 2,000 characters, brackets at most 20 deep, chains at most 50 long.

    Raises:
        ExpressionError: the text is not an expression.
    """
    if len(source) > SOURCE_MAX:
        raise ExpressionError(source, (fault(SOURCE_MAX, "expression_long", most=SOURCE_MAX),))
    tokens, faults = cut(source)
    if faults:
        raise ExpressionError(source, tuple(faults))
    reader = _Reader(tokens)
    try:
        tree = reader.conditional()
        reader.finish()
    except _StopError as stop:
        raise ExpressionError(source, (stop.fault,)) from None
    return tree


class _StopError(Exception):
    """The first place at which the text stops being an expression."""

    def __init__(self, here: Fault) -> None:
        self.fault = here


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.nesting = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.token
        self.position += token.kind != "end"
        return token

    def sees(self, *texts: str) -> bool:
        return self.token.kind in ("word", "mark") and self.token.text in texts

    def takes(self, *texts: str) -> bool:
        if self.sees(*texts):
            self.position += 1
            return True
        return False

    def stop(self, code: str, token: Token, remedy: Text | None = None, **values: object) -> _StopError:
        return _StopError(fault(token.at, code, token.end - token.at, remedy=remedy, **values))

    def expect(self, text: str, opened: Token) -> Token:
        if not self.sees(text):
            raise self.unexpected(
                Text(f"缺少 {text}", f"{text} is missing, for the {opened.text} at column {opened.at + 1}")
            )
        return self.take()

    def unexpected(self, remedy: Text | None = None) -> _StopError:
        token = self.token
        if token.kind == "end":
            return self.stop("expression_ends", token, remedy)
        return self.stop("expression_unexpected", token, remedy, got=token.text)

    def finish(self) -> None:
        if self.token.kind != "end":
            raise self.unexpected(self.hint())

    def hint(self) -> Text | None:
        before = self.tokens[self.position - 1] if self.position else None
        if (
            before is not None
            and before.kind == "name"
            and before.text.lower() in ("and", "or", "not", "in", "is", "if")
        ):
            return Text(f"请用小写 {before.text.lower()}", f"write {before.text.lower()} in lower case")
        if self.token.kind == "name" and self.token.text.lower() in ("and", "or", "not", "in", "is", "if", "else"):
            return Text(f"请用小写 {self.token.text.lower()}", f"write {self.token.text.lower()} in lower case")
        return None

    def made(self, kind: type, start: int, *parts: object, inside: tuple[Tree, ...] = ()) -> Tree:
        depth = 1 + max((each.depth for each in inside), default=0)
        if depth > DEPTH_MAX:
            raise _StopError(fault(start, "expression_deep", most=DEPTH_MAX))
        node: Tree = kind(*parts, at=start, end=self.tokens[self.position - 1].end, depth=depth)
        return node

    def enter(self) -> None:
        self.nesting += 1
        if self.nesting > NESTING_MAX:
            raise self.stop("expression_deep", self.token, most=NESTING_MAX)

    def conditional(self) -> Tree:
        self.enter()
        value = self.either()
        if self.sees("if"):
            opened = self.take()
            condition = self.either()
            self.expect("else", opened)
            otherwise = self.conditional()
            parts = (value, condition, otherwise)
            value = self.made(Conditional, value.at, *parts, inside=parts)
        self.nesting -= 1
        return value

    def either(self) -> Tree:
        return self.joined("or", self.both)

    def both(self) -> Tree:
        return self.joined("and", self.negated)

    def joined(self, word: str, operand: object) -> Tree:
        assert callable(operand)
        operands = [operand()]
        while self.takes(word):
            operands.append(operand())
        if len(operands) == 1:
            first: Tree = operands[0]
            return first
        parts = tuple(operands)
        return self.made(Logic, parts[0].at, word, parts, inside=parts)

    def negated(self) -> Tree:
        if not self.sees("not"):
            return self.comparison()
        start = self.take().at
        self.enter()
        operand = self.negated()
        self.nesting -= 1
        return self.made(Not, start, operand, inside=(operand,))

    def comparison(self) -> Tree:
        left = self.sum()
        if self.sees("is"):
            tree = self.filled(left)
        else:
            operator = self.operator()
            if operator is None:
                return left
            right = self.sum()
            tree = self.made(Comparison, left.at, operator, left, right, inside=(left, right))
        here = self.token
        chained = "is" if self.sees("is") else self.operator()
        if chained is not None:
            raise self.stop("expression_chained", here, op=chained)
        return tree

    def operator(self) -> str | None:
        if self.token.kind in ("mark", "word") and self.token.text in _COMPARISONS:
            return self.take().text
        if self.sees("not") and self.tokens[self.position + 1].text == "in":
            self.position += 2
            return "not in"
        return None

    def filled(self, operand: Tree) -> Tree:
        self.take()
        negated = self.takes("not")
        token = self.token
        if token.kind != "name" or token.text not in ("set", "empty"):
            raise self.stop("expression_is", token)
        self.take()
        return self.made(Filled, operand.at, operand, (token.text == "set") != negated, inside=(operand,))

    def sum(self) -> Tree:
        left = self.product()
        while self.sees("+", "-"):
            op = self.take().text
            right = self.product()
            left = self.made(Arithmetic, left.at, op, left, right, inside=(left, right))
        return left

    def product(self) -> Tree:
        left = self.signed()
        while self.sees("*", "/"):
            op = self.take().text
            right = self.signed()
            left = self.made(Arithmetic, left.at, op, left, right, inside=(left, right))
        return left

    def signed(self) -> Tree:
        if not self.sees("-", "+"):
            return self.reached()
        token = self.take()
        if token.text == "+":
            raise self.stop("expression_unexpected", token, got="+")
        self.enter()
        operand = self.signed()
        self.nesting -= 1
        return self.made(Negative, token.at, operand, inside=(operand,))

    def reached(self) -> Tree:
        tree = self.atom()
        while self.sees("."):
            self.take()
            if self.token.kind != "name":
                raise self.unexpected(Text("点号后面是名称", "a name follows the point"))
            name = self.take().text
            if self.sees("("):
                arguments = self.arguments()
                tree = self.made(Call, tree.at, tree, name, arguments, inside=(tree, *arguments))
            else:
                tree = self.made(Attribute, tree.at, tree, name, inside=(tree,))
        return tree

    def arguments(self) -> tuple[Tree, ...]:
        return self.listed(self.take(), ")")

    def listed(self, opened: Token, closing: str) -> tuple[Tree, ...]:
        items: list[Tree] = []
        while not self.sees(closing):
            items.append(self.conditional())
            if not self.takes(","):
                break
        self.expect(closing, opened)
        return tuple(items)

    def atom(self) -> Tree:
        token = self.token
        if token.kind in ("number", "span", "text"):
            self.take()
            return self.made(Literal, token.at, token.value)
        if token.kind == "word" and token.text in _CONSTANTS:
            self.take()
            return self.made(Literal, token.at, _CONSTANTS[token.text])
        if token.kind == "name":
            self.take()
            if self.sees("("):
                arguments = self.arguments()
                return self.made(Call, token.at, None, token.text, arguments, inside=arguments)
            return self.made(Name, token.at, token.text)
        if self.sees("("):
            opened = self.take()
            inner = self.conditional()
            self.expect(")", opened)
            return inner
        if self.sees("["):
            items = self.listed(self.take(), "]")
            return self.made(Items, token.at, items, inside=items)
        raise self.unexpected()
