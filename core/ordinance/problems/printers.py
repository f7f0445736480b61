"""Show problems: as text with the line and a caret, as data, as annotations of GitHub.

Texts are lower case and without a full stop, and paths are those of the problems: relative to the site.

Source: style of compilers; the annotation format is that of GitHub's workflow commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from unicodedata import east_asian_width

from ordinance.problems.values import Place, Problem

_EXCERPT_MOST = 120
_UNSEEN = {"\t": " "}
_SEVERITIES = {"error": ("", ""), "warning": ("警告：", "warning: "), "note": ("说明：", "note: ")}
_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}


def render_text(problems: Iterable[Problem], sources: Mapping[str, str], locale: str) -> str:
    """Return the problems for people, in the order of files and lines, one block each.

    Args:
        problems: What to show.
        sources: File name to its text; a file that is missing is shown without its line.
        locale: `zh…` or `en…`.
    """
    blocks = [_block(each, sources, locale) for each in sorted(problems, key=lambda each: each.order)]
    return "\n".join(blocks)


def render_json(problems: Iterable[Problem], locale: str = "en") -> list[dict[str, Any]]:
    """Return the problems as plain data: file, line, column, code, message, remedy, severity; absent ones are null."""
    return [
        {
            "file": each.place.file if each.place else None,
            "line": each.place.line if each.place else None,
            "column": each.place.column if each.place else None,
            "code": each.code,
            "message": each.message.in_(locale),
            "remedy": each.remedy.in_(locale) if each.remedy else None,
            "severity": each.severity,
            "related": [
                {"file": place.file, "line": place.line, "column": place.column, "message": words.in_(locale)}
                for place, words in each.related
            ],
        }
        for each in sorted(problems, key=lambda each: each.order)
    ]


def render_github(problems: Iterable[Problem], locale: str = "en") -> str:
    """Return the problems as workflow commands, so that GitHub shows each beside its line."""
    return "".join(_annotation(each, locale) for each in sorted(problems, key=lambda each: each.order))


def _block(each: Problem, sources: Mapping[str, str], locale: str) -> str:
    zh = locale.startswith("zh")
    severity = _SEVERITIES[each.severity][0 if zh else 1]
    head = f"{each.place}: " if each.place else ""
    lines = [f"{head}{severity}{each.message.in_(locale)} [{each.code}]"]
    if each.place:
        lines += _excerpt(each.place, sources)
    for place, words in each.related:
        lines += [f"   = {place}: {words.in_(locale)}", *(_excerpt(place, sources) if place.file in sources else [])]
    if each.remedy:
        lines.append(f"   = {each.remedy.in_(locale)}")
    return "\n".join(lines) + "\n"


def _excerpt(place: Place, sources: Mapping[str, str]) -> list[str]:
    rows = sources.get(place.file, "").split("\n")
    if place.line > len(rows) or not rows[place.line - 1].strip():
        return []
    row, start = _window(rows[place.line - 1].rstrip("\r"), place.column - 1)
    before, marked = row[:start], row[start : start + place.length]
    caret = " " * _width(before) + "^" + "~" * (max(_width(marked), 1) - 1)
    number = str(place.line)
    bar = " " * len(number)
    return [f"{bar} |", f"{number} | {row}", f"{bar} | {caret}"]


def _window(row: str, start: int) -> tuple[str, int]:
    """Return the part of a line around a column, fit to be shown, and the column in it."""
    shown = "".join(char if char.isprintable() else _UNSEEN.get(char, "\N{REPLACEMENT CHARACTER}") for char in row)
    if len(shown) <= _EXCERPT_MOST:
        return shown, start
    cut = max(0, min(start - _EXCERPT_MOST // 2, len(shown) - _EXCERPT_MOST))
    end = cut + _EXCERPT_MOST
    head, tail = ("…" if cut else ""), ("…" if end < len(shown) else "")
    return f"{head}{shown[cut:end]}{tail}", start - cut + len(head)


def _width(text: str) -> int:
    """How many columns of a terminal the text takes; Chinese characters take two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _annotation(each: Problem, locale: str) -> str:
    place = each.place
    where = f"file={_property(place.file)},line={place.line},col={place.column}," if place else ""
    words = each.message.in_(locale) + (f"\n{each.remedy.in_(locale)}" if each.remedy else "")
    return f"::{_GITHUB[each.severity]} {where}title={_property(each.code)}::{_data(words)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
