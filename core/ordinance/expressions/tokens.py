"""Cut the text of an expression into tokens; every character that belongs to none is a fault with its remedy."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ordinance.expressions.faults import Fault, fault
from ordinance.expressions.spans import UNITS, Span
from ordinance.problems import Text

KEYWORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "true", "false", "null"})
DIGITS_MAX = 38
Kind = Literal["number", "span", "text", "name", "word", "mark", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind, its text, where it begins and ends, and the value of a literal."""

    kind: Kind
    text: str
    at: int
    end: int
    value: Decimal | Span | str | None = None


_SPACE = re.compile(r"\s+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_SPAN_PART = re.compile(r"([0-9]+)(mo|min|wd|wh|d|h|s)(?![A-Za-z0-9_])")
_MARK = re.compile(r"==|!=|<=|>=|[-+*/<>()\[\],.]")
_FOREIGN = re.compile(r"<>|===|&&|\|\||\*\*|//|(?!==|!=)[=!&|%{}^~;:?@#$\\`]")
_CHINESE = dict(zip("\u3010\u3011\u3002\u3001\u201c\u201d\u2018\u2019", "[].,\"\"''", strict=True))
"""Punctuation of a Chinese keyboard that is not simply the wide form of ours."""
_WORDS = re.compile(r"[^\x00-\x7f\s]+")
_INSTEAD = {
    "=": "==",
    "===": "==",
    "<>": "!=",
    "!": "not",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "%": "/ 100",
}
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}


def cut(source: str) -> tuple[list[Token], list[Fault]]:
    """Return the tokens of the text, closed by an `end` token, and the faults met on the way."""
    tokens: list[Token] = []
    faults: list[Fault] = []
    at = 0
    while at < len(source):
        if found := _SPACE.match(source, at):
            at = found.end()
            continue
        token, problem_here, at = _next(source, at)
        if token is not None:
            tokens.append(token)
        if problem_here is not None:
            faults.append(problem_here)
    tokens.append(Token("end", "", len(source), len(source)))
    return tokens, faults


def _next(source: str, at: int) -> tuple[Token | None, Fault | None, int]:
    if source[at] in "'\"":
        return _text(source, at)
    if found := _NAME.match(source, at):
        kind: Kind = "word" if found[0] in KEYWORDS else "name"
        return Token(kind, found[0], at, found.end()), None, found.end()
    if _NUMBER.match(source, at):
        return _number(source, at)
    if found := _FOREIGN.match(source, at):
        return None, _foreign(found[0], at), found.end()
    if found := _MARK.match(source, at):
        return Token("mark", found[0], at, found.end()), None, found.end()
    return _strange(source, at)


def _foreign(mark: str, at: int) -> Fault:
    instead = _INSTEAD.get(mark)
    remedy = Text(f"请写 {instead}", f"write {instead}") if instead else None
    return fault(at, "expression_mark", len(mark), mark=mark, remedy=remedy)


def _strange(source: str, at: int) -> tuple[None, Fault, int]:
    plain = _CHINESE.get(source[at], unicodedata.normalize("NFKC", source[at]))
    if plain != source[at] and plain.isascii():
        remedy = Text(f"这是全角符号，请写 {plain}", f"this one is full-width; write {plain}")
        return None, fault(at, "expression_mark", mark=source[at], remedy=remedy), at + 1
    if found := _WORDS.match(source, at):
        remedy = Text(f"文字请加引号：'{found[0]}'", f"put text in quotes: '{found[0]}'")
        return None, fault(at, "expression_mark", len(found[0]), mark=found[0], remedy=remedy), found.end()
    return None, fault(at, "expression_mark", mark=repr(source[at])[1:-1]), at + 1


def _text(source: str, at: int) -> tuple[Token | None, Fault | None, int]:
    quote, here = source[at], at + 1
    parts: list[str] = []
    while here < len(source):
        char = source[here]
        if char == quote:
            return Token("text", source[at : here + 1], at, here + 1, "".join(parts)), None, here + 1
        if char == "\\":
            escaped = _ESCAPES.get(source[here + 1 : here + 2])
            if escaped is None:
                return (
                    None,
                    fault(here, "expression_escape", 2, mark=source[here : here + 2]),
                    _after(source, here, quote),
                )
            parts.append(escaped)
            here += 2
            continue
        parts.append(char)
        here += 1
    return None, fault(at, "expression_unclosed_text", len(source) - at), len(source)


def _after(source: str, at: int, quote: str) -> int:
    """Return the position behind the closing quote, so that one bad escape gives one fault."""
    while at < len(source) and source[at] != quote:
        at += 2 if source[at] == "\\" else 1
    return min(at + 1, len(source))


def _number(source: str, at: int) -> tuple[Token | None, Fault | None, int]:
    if _SPAN_PART.match(source, at):
        return _span(source, at)
    found = _NUMBER.match(source, at)
    assert found is not None
    if unit := _NAME.match(source, found.end()):
        known = Text("单位有：" + " ".join(UNITS), "units are: " + " ".join(UNITS))
        return None, fault(at, "expression_unit", unit.end() - at, unit=unit[0], remedy=known), unit.end()
    if len(found[0]) > DIGITS_MAX + 1 or len(found[0].replace(".", "")) > DIGITS_MAX:
        return None, fault(at, "expression_number", len(found[0]), most=DIGITS_MAX), found.end()
    return Token("number", found[0], at, found.end(), Decimal(found[0])), None, found.end()


def _span(source: str, at: int) -> tuple[Token | None, Fault | None, int]:
    """Read a span with all its parts: `1mo 15d` is one token."""
    end = here = at
    while found := _SPAN_PART.match(source, here):
        end = found.end()
        space = _SPACE.match(source, end)
        here = space.end() if space else end
    try:
        return Token("span", source[at:end], at, end, Span.parse(source[at:end])), None, end
    except ValueError:
        return None, fault(at, "expression_span", end - at), end
