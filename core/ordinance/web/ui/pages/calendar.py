"""The calendar of a list: a month or a week by the day something is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Filter, Query
from ordinance.acts.counting import Waiting
from ordinance.acts.narrowing import DUE
from ordinance.problems import reason
from ordinance.web.ui.pages.browse import entity_of, listed, query_of, table_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui
from ordinance.web.ui.views.address import Address, pairs_of, read_address
from ordinance.web.ui.views.calendar import (
    IN_A_MONTH,
    IN_A_WEEK,
    CalendarView,
    Day,
    Range,
    dated_of,
    read_range,
)
from ordinance.web.ui.views.cards import Brief, Briefs
from ordinance.web.ui.views.controls import Option
from ordinance.web.ui.views.filters import Filters
from ordinance.web.ui.views.relative import is_instant, weeks_of
from ordinance.web.ui.views.table import Table

_IN_ONE_WEEK = 200
_DAYS = ("day_1", "day_2", "day_3", "day_4", "day_5", "day_6", "day_7")
_NO_WAIT: tuple[Waiting, ...] = ()


@get("/o/{entity:str}/calendar", name="ui.calendar", include_in_schema=False)
async def show_calendar(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Show the documents of a list by day."""
    seat = ui.seat(request)
    declared = entity_of(seat, entity)
    pairs = pairs_of(request.scope["query_string"].decode("latin-1"))
    said = dict(pairs)
    shown = read_range(said.get("month", ""), said.get("week", ""), seat.today)
    table = await table_of(seat, declared, replace(read_address(entity, pairs, "calendar"), cursor="", skip=0))
    dated = dated_of(table)
    if not dated:
        raise PageHalt("not_found", (reason("no_such_path"),))
    on = said.get("by", "") if said.get("by") in dated else dated[0]
    return await seat.page("calendar.html", view=await _view(seat, table, shown, on, dated))


async def _view(seat: Seat, table: Table, shown: Range, on: str, dated: Sequence[str]) -> CalendarView:
    weeks = [[shown.day + timedelta(days=at) for at in range(7)]] if shown.is_week else weeks_of(shown.day)
    made, cut = [], False
    for week in weeks:
        days, more = await _week(seat, table, shown, on, week)
        made.append(days)
        cut = cut or more
    address, filters = table.address, Filters(table)
    rights = seat.force.rights

    def at(told: tuple[str, str]) -> str:
        return address.on("calendar", ("by", on), told).href()

    return CalendarView(
        entity=table.entity.id,
        label=seat.of(table.entity.label),
        title=_title(seat, shown),
        here=address.path,
        list_href=address.on("").href(),
        board_href=address.on("board").href() if table.entity.workflows and not seat.actor.portal else "",
        earlier=seat.say("week_before" if shown.is_week else "month_before"),
        later=seat.say("week_after" if shown.is_week else "month_after"),
        previous_href=at(shown.told(shown.moved(-1))),
        next_href=at(shown.told(shown.moved(1))),
        today_href=at(shown.told(seat.today)),
        month_href=at(("month", f"{_middle(shown):%Y-%m}")),
        week_href=at(("week", _first_of_interest(shown, seat.today).isoformat())),
        weeks=tuple(made),
        days=tuple(seat.say(each) for each in _DAYS),
        on=tuple(Option(name, table.label(name), name == on) for name in dated),
        is_week=shown.is_week,
        chips=filters.chips(),
        kept=(*filters.kept(), shown.told(shown.day)),
        cut=seat.say("calendar_cut", n=_IN_ONE_WEEK) if cut else "",
        new_href=f"/o/{table.entity.id}/new" if rights.may(seat.actor, "create", table.entity.id) else "",
    )


def _title(seat: Seat, shown: Range) -> str:
    if shown.is_week:
        last = shown.day + timedelta(days=6)
        return f"{shown.day.isoformat()} – {last:%m-%d}" if last.year == shown.day.year else f"{shown.day} – {last}"
    return seat.say("month_of", year=shown.day.year, month=f"{shown.day.month:02}")


def _middle(shown: Range) -> date:
    return shown.day + timedelta(days=3) if shown.is_week else shown.day


def _first_of_interest(shown: Range, today: date) -> date:
    """Return the day whose week is shown next: today, if it is in sight."""
    same = (shown.day.year, shown.day.month) == (today.year, today.month)
    return today if same else shown.day


async def _week(seat: Seat, table: Table, shown: Range, on: str, week: Sequence[date]) -> tuple[tuple[Day, ...], bool]:
    """Return one week, and whether it holds more than is read of it."""
    clock, briefs = table.clock, Briefs(table)
    instant = is_instant(seat.force, table.entity, on)
    behind = week[-1] + timedelta(days=1)
    first, last = (clock.begins(each) if instant else each.isoformat() for each in (week[0], behind))
    query = query_of(table, limit=_IN_ONE_WEEK)
    path = (on,)
    own = path if on in table.entity.fields else ()
    wanted = (*briefs.fields(), *own)
    asked: Query = replace(
        query,
        filter=(*query.filter, Filter(path, "gte", first), Filter(path, "lt", last)),
        sort=((own, False),) if own else (),
        fields=tuple(dict.fromkeys(wanted)),
        cursor=None,
    )
    page = await listed(seat, table.entity.id, asked)
    due = {} if own else await acts.waiting(seat.house, (int(each["id"]) for each in page.items))
    found: dict[date, list[Brief]] = {}
    for record in page.items:
        waits = due.get(int(record["id"]), _NO_WAIT)
        day = _day_of(table, record, on, waits)
        if day is not None:
            found.setdefault(day, []).append(briefs.brief(record, waits))
    return tuple(_day(seat, table, shown, on, day, found.get(day, [])) for day in week), page.next is not None


def _day_of(table: Table, record: Any, on: str, waits: tuple[Waiting, ...]) -> date | None:
    zone = table.clock.zone
    if (on,) == DUE and on not in table.entity.fields:
        moment = next((each.due for each in waits if each.due is not None), None)
        return moment.astimezone(zone).date() if moment is not None else None
    value = record.get(on)
    if not isinstance(value, str):
        return None
    if is_instant(table.force, table.entity, on):
        return datetime.fromisoformat(value).astimezone(zone).date()
    return date.fromisoformat(value)


def _day(seat: Seat, table: Table, shown: Range, on: str, day: date, briefs: list[Brief]) -> Day:
    most = IN_A_WEEK if shown.is_week else IN_A_MONTH
    iso = day.isoformat()
    address = _on_the_day(table, on, iso)
    return Day(
        iso,
        str(day.day),
        f"{iso} {seat.say(_DAYS[day.weekday()])}",
        address.href(),
        today=day == seat.today,
        outside=not shown.is_week and day.month != shown.day.month,
        briefs=tuple(briefs[:most]),
        more=f"{len(briefs) - most:,}" if len(briefs) > most else "",
    )


def _on_the_day(table: Table, on: str, iso: str) -> Address:
    """Return the list of one day."""
    rest = tuple(each for each in table.address.filters if each.path != (on,))
    return replace(
        table.address.on(""), filters=(*rest, Filter((on,), "gte", iso), Filter((on,), "lte", iso))
    )


HANDLERS = [show_calendar]
"""Every handler of this module."""
