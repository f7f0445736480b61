"""Dates as people type them when they are in a hurry. Source: ui.md §5 `x-date`."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

_WORDS = {
    "t": 0, "today": 0, "今天": 0, "今日": 0,
    "tomorrow": 1, "明天": 1, "明日": 1,
    "yesterday": -1, "昨天": -1, "昨日": -1,
    "后天": 2, "前天": -2,
}  # fmt: skip
_AWAY = re.compile(r"([+-][0-9]{1,4})([dw天日周]?)", re.ASCII)
_MONTH_DAY = re.compile(r"([0-9]{1,2})[-/.月]([0-9]{1,2})日?", re.ASCII)
_DAYS_AWAY_MAX = 4000


def full_date(text: str, today: date) -> str:
    """Return a hurried date as `YYYY-MM-DD`; anything else as it is, for the field's type to judge.

    `12-4` is this year, or next year if that was more than half a year ago; `+3` is in three days, `+2w` in two weeks;
    `今天`, `明天`, `t` and `today` are days by name.

    Args:
        text: What was typed; a time of day may follow after a space.
        today: The company's day.
    """
    tidy = unicodedata.normalize("NFKC", text).strip()
    first, gap, rest = tidy.partition(" ")
    found = _by_name(first.lower(), today) or _by_distance(first, today) or _by_month(first, today)
    return f"{found.isoformat()}{gap}{rest}" if found is not None else tidy


def _by_name(word: str, today: date) -> date | None:
    days = _WORDS.get(word)
    return None if days is None else today + timedelta(days=days)


def _by_distance(text: str, today: date) -> date | None:
    match = _AWAY.fullmatch(text)
    if match is None or abs(int(match[1])) > _DAYS_AWAY_MAX:
        return None
    return today + timedelta(days=int(match[1]) * (7 if match[2] in ("w", "周") else 1))


def _by_month(text: str, today: date) -> date | None:
    match = _MONTH_DAY.fullmatch(text)
    if match is None:
        return None
    try:
        found = date(today.year, int(match[1]), int(match[2]))
        return found if today - found < timedelta(days=183) else found.replace(year=today.year + 1)
    except ValueError:
        return None
