"""How much room a text takes, near enough to lay out boxes without a browser: a Chinese character takes a full em."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_NARROW = frozenset("ijltfrI.,:;'|!()[]{}· ’‘")
_WIDE = frozenset("mwMW@%—…")
_EM_NARROW, _EM_PLAIN, _EM_UPPER, _EM_WIDE = 0.34, 0.6, 0.7, 0.92


@lru_cache(maxsize=4096)
def _em(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF" or letter in "“”":
        return 1.0
    if unicodedata.combining(letter):
        return 0.0
    if letter in _NARROW:
        return _EM_NARROW
    if letter in _WIDE:
        return _EM_WIDE
    return _EM_UPPER if letter.isupper() else _EM_PLAIN


def width(text: str, size: float) -> float:
    """Return the width of a text at a font size."""
    return sum(_em(letter) for letter in text) * size


def wrap(text: str, size: float, room: float, most: int) -> tuple[str, ...]:
    """Return a text in at most so many lines, broken at spaces and between Chinese characters; the last may be cut.

    Args:
        text: The words.
        size: The font size.
        room: The width of a line.
        most: How many lines there may be.
    """
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < most:
        if width(rest, size) <= room:
            return (*lines, rest)
        if len(lines) == most - 1:
            break
        at = _break(rest, size, room)
        lines.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return (*lines, cut(rest, size, room)) if rest else tuple(lines)


def cut(text: str, size: float, room: float) -> str:
    """Return a text that fits, ended by an ellipsis where it would not."""
    if width(text, size) <= room:
        return text
    kept = text
    while kept and width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _break(text: str, size: float, room: float) -> int:
    """Return where the first line ends: after the last place that fits and may be broken, else where it is full."""
    best, used = 0, 0.0
    for at, letter in enumerate(text):
        if used > 0 and used + _em(letter) * size > room:
            return best or max(1, at)
        used += _em(letter) * size
        if _may_break(text, at + 1):
            best = at + 1
    return len(text)


def _may_break(text: str, at: int) -> bool:
    if at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if after in "，。、；：？！）》”’,.;:)%":
        return False
    if before == " " or after == " " or before in "-/":
        return True
    return before not in "（《“‘(" and (_is_wide(before) or _is_wide(after))


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(0 if unicodedata.combining(letter) else 2 if _is_wide(letter) else 1 for letter in text)
