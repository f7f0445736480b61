"""What an expression is computed from: the record, who asks, and when. Nothing is taken from anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ordinance.expressions.faults import UnknownValue
from ordinance.expressions.spans import Calendar, WorkCalendar

_UTC = ZoneInfo("UTC")


@dataclass(slots=True)
class Env:
    """The values behind the names.

    A missing key means "not loaded" and raises `UnknownValue`; None means "empty". References are maps with an `id`;
    lines and back lists are sequences of maps; a reference whose `passed()` is asked has a key `passed` like this one.

    Attributes:
        record: The record: Decimal, int, str, bool, date, aware datetime in UTC, Span, tuple, map or None by name.
        parent: The record above, for a field of lines.
        user: Who asks.
        new: The values proposed in a lane; a name that is not there keeps the record's value.
        event: What an event brought.
        now: The moment of the request; None where time may not be read.
        zone: The company's time zone.
        calendar: The company's working time; by default Monday to Friday in `zone`.
        passed: Step to (when, by whom), for each step that was passed.
        warned: The checks that warned.
        functions: What departments registered.
        counts: Entity to the number of its records, for `customer.count()`.
    """

    record: Mapping[str, Any]
    parent: Mapping[str, Any] | None = None
    user: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] | None = None
    event: Mapping[str, Any] | None = None
    now: datetime | None = None
    zone: ZoneInfo = _UTC
    calendar: Calendar | None = None
    passed: Mapping[str, tuple[datetime, Any]] = field(default_factory=dict)
    warned: frozenset[str] = frozenset()
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    def about(self, record: Mapping[str, Any], parent: Mapping[str, Any] | None = None) -> Env:
        """Return the same about another record; `parent` is the record above, where it is not the one it was."""
        return Env(
            record, self.parent if parent is None else parent, self.user, self.new, self.event, self.now, self.zone,
            self.calendar, self.passed, self.warned, self.functions, self.counts,
        )  # fmt: skip

    @property
    def working(self) -> Calendar:
        """The calendar, or the plain one."""
        if self.calendar is None:
            self.calendar = WorkCalendar(self.zone)
        return self.calendar

    def moment(self) -> datetime:
        """Return now, in UTC.

        Raises:
            UnknownValue: time may not be read here.
        """
        if self.now is None:
            raise UnknownValue(("now",))
        return self.now.astimezone(UTC)

    def today(self) -> date:
        """Return the company's day.

        Raises:
            UnknownValue: time may not be read here.
        """
        return self.moment().astimezone(self.zone).date()
