"""The functions that every expression may call: which types they take and give.

How they compute is in `evaluation`, how they read in SQL in `lowering`. There are few on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ordinance.expressions.kinds import ANY, BOOLEAN, DATE, DATETIME, NUMBER, Type, join
from ordinance.problems import Text

ROUND_MIN, ROUND_MAX = -6, 12
_NUMBERS = frozenset({"number", "any"})
_TEXTS = frozenset({"text", "choice", "any"})
_MOMENTS = frozenset({"date", "datetime", "any"})
_ORDERED = frozenset({"number", "date", "datetime", "text", "any"})


@dataclass(frozen=True, slots=True)
class Builtin:
    """One function: the kinds each parameter takes (None: any kind), and the type it gives.

    Attributes:
        parameters: The kinds of each parameter.
        returns: Gives the type of the result from the types of the arguments; None if they do not go together.
        more: The last parameter may be repeated.
        about: What it does, for the reference.
    """

    parameters: tuple[frozenset[str] | None, ...]
    returns: Callable[[tuple[Type, ...]], Type | None]
    about: Text
    more: bool = False


def _always(type_: Type) -> Callable[[tuple[Type, ...]], Type]:
    return lambda _: type_


def _as_empty_as(type_: Type) -> Callable[[tuple[Type, ...]], Type]:
    return lambda given: replace(type_, nullable=given[0].nullable)


def _joined(given: tuple[Type, ...]) -> Type | None:
    """Return the common type; the result is empty only if all are."""
    result: Type | None = given[0]
    for each in given[1:]:
        result = None if result is None else join(result, each)
    if result is None or result.kind == "any":
        return result
    return result.optional() if all(each.nullable for each in given) else result.required()


FUNCTIONS: Mapping[str, Builtin] = {
    "today": Builtin((), _always(DATE), Text("今天（公司时区）", "today, in the company's time zone")),
    "now": Builtin((), _always(DATETIME), Text("现在", "this moment")),
    "day": Builtin((_MOMENTS,), _as_empty_as(DATE), Text("时间所在的日期", "the day of a moment")),
    "day_end": Builtin((_MOMENTS,), _as_empty_as(DATETIME), Text("当天结束时刻", "the last second of a day")),
    "round": Builtin(
        (_NUMBERS, frozenset({"number"})),
        _as_empty_as(NUMBER),
        Text("四舍五入到 n 位小数", "rounded half-up to n decimals"),
    ),
    "abs": Builtin((_NUMBERS,), _as_empty_as(NUMBER), Text("绝对值", "without its sign")),
    "min": Builtin((_ORDERED, _ORDERED), _joined, Text("最小者（忽略空值）", "the smallest that is set"), more=True),
    "max": Builtin((_ORDERED, _ORDERED), _joined, Text("最大者（忽略空值）", "the largest that is set"), more=True),
    "default": Builtin((None, None), _joined, Text("第一个非空值", "the first that is not empty"), more=True),
    "length": Builtin(
        (_TEXTS | {"many"},),
        _always(NUMBER),
        Text("字数或项数，空为 0", "how many characters or items; 0 if empty"),
    ),
    "contains": Builtin((_TEXTS, _TEXTS), _always(BOOLEAN), Text("文字包含", "whether a text contains another")),
    "starts_with": Builtin(
        (_TEXTS, _TEXTS), _always(BOOLEAN), Text("文字以此开头", "whether a text begins with another")
    ),
}
METHODS = ("sum", "all", "any", "none", "count", "min", "max")
"""The methods of lists."""


def method_type(method: str, body: Type | None) -> Type:
    """Return what a method over rows gives, from the type of what is in its brackets."""
    if method in ("all", "any", "none"):
        return BOOLEAN
    if method in ("sum", "count"):
        return NUMBER
    return ANY if body is None else body.optional()
