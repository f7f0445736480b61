"""Write a tree back as text, in one settled form: reading it again gives the same tree."""

from __future__ import annotations

from decimal import Decimal

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

_IF, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _REACH = range(9)
_LEVEL = {"or": _OR, "and": _AND, "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}
_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t"})


def print_tree(tree: Tree) -> str:
    """Return the text of a tree, with the brackets it needs and no others."""
    return _written(tree)[0]


def _within(tree: Tree, least: int) -> str:
    """Return the text of a part, in brackets if it binds more loosely than its place allows."""
    text, level = _written(tree)
    return text if level >= least else f"({text})"


def _written(tree: Tree) -> tuple[str, int]:
    match tree:
        case Literal(value):
            return _literal(value), _REACH
        case Name(name):
            return name, _REACH
        case Items(items):
            return f"[{_listed(items)}]", _REACH
        case Attribute(of, name):
            return f"{_within(of, _REACH)}.{name}", _REACH
        case Call(of, name, arguments):
            before = "" if of is None else f"{_within(of, _REACH)}."
            return f"{before}{name}({_listed(arguments)})", _REACH
        case Negative(operand):
            return f"-{_within(operand, _SIGN)}", _SIGN
        case Not(operand):
            return f"not {_within(operand, _NOT)}", _NOT
    return _joined(tree)


def _joined(tree: Tree) -> tuple[str, int]:
    match tree:
        case Arithmetic(op, left, right):
            level = _LEVEL[op]
            return f"{_within(left, level)} {op} {_within(right, level + 1)}", level
        case Comparison(op, left, right):
            return f"{_within(left, _SUM)} {op} {_within(right, _SUM)}", _COMPARE
        case Filled(operand, wanted):
            return f"{_within(operand, _SUM)} is {'set' if wanted else 'empty'}", _COMPARE
        case Logic(op, operands):
            return f" {op} ".join(_within(each, _LEVEL[op] + 1) for each in operands), _LEVEL[op]
        case Conditional(value, condition, otherwise):
            return f"{_within(value, _OR)} if {_within(condition, _OR)} else {_within(otherwise, _IF)}", _IF
    raise AssertionError(tree)


def _listed(items: tuple[Tree, ...]) -> str:
    return ", ".join(_within(each, _IF) for each in items)


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value.translate(_ESCAPES)}'"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
