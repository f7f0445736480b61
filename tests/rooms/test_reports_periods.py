"""Periods: what a word means on a day, and what lies before it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordinance.blueprint.periods import BUCKETS, NAMED, month_end, next_start, read_period, start_of
from ordinance.storage.buckets import offsets

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "since", "until", "before"),
    [
        ("today", "2026-11-24", "2026-11-24", "2026-11-23..2026-11-23"),
        ("30d", "2026-10-26", "2026-11-24", "2026-09-26..2026-10-25"),
        ("2w", "2026-11-16", "2026-11-24", "2026-11-02..2026-11-10"),
        ("12mo", "2025-12-01", "2026-11-24", "2024-12-01..2025-11-24"),
        ("1y", "2026-01-01", "2026-11-24", "2025-01-01..2025-11-24"),
        ("this_week", "2026-11-23", "2026-11-24", "2026-11-16..2026-11-17"),
        ("last_month", "2026-10-01", "2026-10-31", "2026-09-01..2026-09-30"),
        ("this_quarter", "2026-10-01", "2026-11-24", "2026-07-01..2026-08-24"),
        ("last_year", "2025-01-01", "2025-12-31", "2024-01-01..2024-12-31"),
        ("2026-02-03..2026-02-05", "2026-02-03", "2026-02-05", "2026-01-31..2026-02-02"),
        ("2026-02-03", "2026-02-03", "2026-02-03", "2026-02-02..2026-02-02"),
    ],
)
def test_a_period_and_the_one_before(text, since, until, before):
    period = read_period(text)(TODAY)
    assert (str(period.since), str(period.until)) == (since, until)
    earlier = period.before()
    assert f"{earlier.since}..{earlier.until}" == before


@pytest.mark.parametrize("text", ["", "0d", "30", "30x", "next_week", "..", "2026-2-3", "2026-02-30", "2026-02-05..2026-02-03"])
def test_what_is_no_period(text):
    assert read_period(text) is None


def test_a_whole_month_is_compared_with_a_whole_month():
    before = read_period("last_month")(date(2026, 12, 5)).before()
    assert (before.since, before.until) == (date(2026, 10, 1), date(2026, 10, 31))


def test_an_open_period_has_none_before():
    assert read_period("all")(TODAY).before() is None
    assert read_period("2026-01-01..")(TODAY).before() is None


def test_the_calendar_ends_without_a_fault():
    assert read_period("9999y")(TODAY).since == date(1, 1, 1)
    assert read_period("0001-01-01..0001-01-02")(TODAY).before() is None
    assert month_end(date(9999, 12, 3)) == date(9999, 12, 31)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.sampled_from([*NAMED, "7d", "5w", "18mo", "3y"]))
def test_a_period_ends_where_it_should_and_the_one_before_lies_before(today, text):
    period = read_period(text)(today)
    if text == "all":
        return
    assert period.since <= period.until <= today
    before = period.before()
    assert before.since < period.since
    assert before.until < period.until


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.sampled_from(BUCKETS))
def test_every_day_lies_in_exactly_one_bucket(day, bucket):
    start = start_of(bucket, day)
    assert start <= day < next_start(bucket, start)
    assert start_of(bucket, start) == start


@pytest.mark.parametrize("name", ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
def test_the_clock_of_a_zone_is_known_to_the_second(name):
    zone = ZoneInfo(name)
    changes = offsets(zone)
    for at, seconds in changes[1:]:
        assert at.astimezone(zone).utcoffset() == timedelta(seconds=seconds)
        assert (at - timedelta(seconds=1)).astimezone(zone).utcoffset() != timedelta(seconds=seconds)
    assert changes[0][0] == datetime(1990, 1, 1, tzinfo=UTC)
