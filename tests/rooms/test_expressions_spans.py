"""Lengths of time: how they are written, and where they end in a calendar with weekends and holidays."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordinance.expressions import Span, WorkCalendar, day_end

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
# 2026-11-24 is a Tuesday. Friday is closed, Saturday is worked instead.
CALENDAR = WorkCalendar(SHANGHAI, holidays=frozenset({date(2026, 11, 27)}), extra=frozenset({date(2026, 11, 28)}))


def local(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30min", Span(seconds=1800)),
        ("4h", Span(seconds=14400)),
        ("2d", Span(days=2)),
        ("5wd", Span(workdays=5)),
        ("3wh", Span(workseconds=10800)),
        ("1mo", Span(months=1)),
        ("1mo 15d", Span(months=1, days=15)),
        ("1d12h30min", None),
        ("today", Span(day_end=True)),
    ],
)
def test_a_span_is_read_as_it_is_said(text, span):
    if span is None:
        with pytest.raises(ValueError, match="not a span"):
            Span.parse(text)
    else:
        assert Span.parse(text) == span
        assert str(span) == text


@pytest.mark.parametrize("text", ["", " ", "14", "d", "-1d", "1.5d", "1 d", "123456d", "1mox", "1y", "1d,2h"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(ValueError, match="span"):
        Span.parse(text)


@settings(deadline=None, max_examples=200)
@given(*[st.integers(0, 99)] * 2, st.integers(0, 9999), *[st.integers(0, 9)] * 2)
def test_a_written_span_reads_the_same(months, days, seconds, workdays, workhours):
    span = Span(months, days, seconds, workdays, workhours * 3600)
    assert Span.parse(str(span)) == span


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-24T10:00", "30min", "2026-11-24T10:30"),
        ("2026-11-24T10:00", "48h", "2026-11-26T10:00"),
        ("2026-11-24T10:00", "2d", "2026-11-26T10:00"),
        ("2026-11-24T10:00", "today", "2026-11-24T23:59:59"),
        ("2026-11-24T10:00", "3wd", "2026-11-28T10:00"),
        ("2026-11-24T10:00", "4wd", "2026-11-30T10:00"),
        ("2026-11-29T10:00", "1wd", "2026-11-30T10:00"),
        ("2026-01-31T10:00", "1mo", "2026-02-28T10:00"),
        ("2028-01-31T10:00", "1mo", "2028-02-29T10:00"),
        ("2026-12-31T10:00", "2mo", "2027-02-28T10:00"),
        ("2026-01-31T10:00", "1mo 1d", "2026-03-01T10:00"),
        ("2026-11-24T10:00", "1wh", "2026-11-24T11:00"),
        ("2026-11-24T11:30", "1wh", "2026-11-24T13:30"),
        ("2026-11-24T17:00", "1wh", "2026-11-24T18:00"),
        ("2026-11-24T17:00", "3wh", "2026-11-25T11:00"),
        ("2026-11-26T17:00", "2wh", "2026-11-28T10:00"),
        ("2026-11-24T20:00", "1wh", "2026-11-25T10:00"),
        ("2026-11-29T20:00", "1wh", "2026-11-30T10:00"),
        ("2026-11-24T06:00", "1wh", "2026-11-24T10:00"),
    ],
)
def test_where_a_span_ends(start, span, end):
    assert Span.parse(span).add_to(local(start), CALENDAR) == local(end)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-24T10:00", "1h", "2026-11-24T09:00"),
        ("2026-11-30T10:00", "1wd", "2026-11-28T10:00"),
        ("2026-11-30T10:00", "2wd", "2026-11-26T10:00"),
        ("2026-11-24T10:00", "2wh", "2026-11-23T17:00"),
        ("2026-11-29T10:00", "1wh", "2026-11-28T17:00"),
        ("2026-03-31T10:00", "1mo", "2026-02-28T10:00"),
    ],
)
def test_a_span_backwards(start, span, end):
    assert (-Span.parse(span)).add_to(local(start), CALENDAR) == local(end)


def test_a_day_keeps_the_time_of_day_when_the_clock_changes_and_hours_do_not():
    calendar, before = WorkCalendar(BERLIN), local("2026-10-24T12:00", BERLIN)
    assert Span(days=1).add_to(before, calendar) == local("2026-10-25T12:00", BERLIN)
    assert Span(seconds=86_400).add_to(before, calendar) == local("2026-10-25T11:00", BERLIN)
    assert day_end(date(2026, 10, 25), BERLIN) == datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)


def test_a_span_added_to_a_day_gives_a_day():
    assert Span(days=1).add_to_day(date(2026, 12, 31), CALENDAR) == date(2027, 1, 1)
    assert Span(workdays=3).add_to_day(date(2026, 11, 24), CALENDAR) == date(2026, 11, 28)
    assert Span(seconds=47 * 3600).add_to_day(date(2026, 11, 24), CALENDAR) == date(2026, 11, 25)
    assert (-Span(seconds=3600)).add_to_day(date(2026, 11, 24), CALENDAR) == date(2026, 11, 23)


def test_arithmetic_of_spans():
    assert Span(days=1) + Span(months=2, seconds=60) == Span(months=2, days=1, seconds=60)
    assert Span(days=2).times(Decimal(3)) == Span(days=6)
    assert -Span(days=2) == Span(days=-2) and not Span() and Span(workdays=1)
    with pytest.raises(ValueError, match="whole number"):
        Span(days=1).times(Decimal("0.5"))


def test_a_calendar_without_working_time_is_an_error_and_no_endless_loop():
    start = local("2026-11-24T10:00")
    with pytest.raises(ValueError, match="no working day"):
        Span(workdays=1).add_to(start, WorkCalendar(SHANGHAI, workdays=frozenset()))
    with pytest.raises(ValueError, match="no hours"):
        Span(workseconds=3600).add_to(start, WorkCalendar(SHANGHAI, daily=()))
    with pytest.raises(OverflowError):
        Span(months=99_999).add_to(start, CALENDAR)


def test_working_hours_of_a_short_day():
    calendar = WorkCalendar(SHANGHAI, daily=((time(8), time(12)),))
    assert Span(workseconds=5 * 3600).add_to(local("2026-11-24T08:00"), calendar) == local("2026-11-25T09:00")
