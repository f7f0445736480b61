"""Spans of time in words."""

from __future__ import annotations

from ordinance.drawing.vocabulary import say
from ordinance.expressions import Span

_HOUR, _MINUTE = 3600, 60


def span_words(span: Span, locale: str) -> str:
    """Return a span as people say it: `2 working days`, `30 minutes`, `the same day`."""
    if span.day_end:
        return say(locale, "same_day")
    hours, rest = divmod(int(span.seconds), _HOUR)
    minutes, seconds = divmod(rest, _MINUTE)
    parts = (
        ("months", span.months),
        ("days", span.days),
        ("workdays", span.workdays),
        ("hours", hours),
        ("minutes", minutes),
        ("seconds", seconds),
        ("workhours", int(span.workseconds // _HOUR)),
    )
    said = [_counted(locale, key, amount) for key, amount in parts if amount]
    return " ".join(said) or _counted(locale, "days", 0)


def _counted(locale: str, key: str, amount: int) -> str:
    words = say(locale, key, n=amount)
    return words[:-1] if amount == 1 and words.endswith("s") else words
