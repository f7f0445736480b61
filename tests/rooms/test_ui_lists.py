"""Lists, boards and calendars: what an address means, in words and as a query, and what a reader may do with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from rooms.lists_kit import desk, shared_url
from rooms.web_kit import NOW

from ordinance.acts import Filter
from ordinance.web.ui.views.address import Address, pairs_of, read_address
from ordinance.web.ui.views.board import moves_of
from ordinance.web.ui.views.bulk import deeds_of
from ordinance.web.ui.views.calendar import read_range
from ordinance.web.ui.views.filters import Filters
from ordinance.web.ui.views.process import my_steps
from ordinance.web.ui.views.relative import NAMED, Clock, resolved, tidied, weeks_of
from ordinance.web.ui.views.speech import Speech
from ordinance.web.ui.views.table import Table

pytestmark = pytest.mark.anyio
__all__ = ["desk", "shared_url"]

ZONE = ZoneInfo("Asia/Shanghai")
CLOCK = Clock(NOW, ZONE)
TODAY = date(2026, 11, 24)


def table(desk, query="", entity="sales_order", who="order_reviewer", locale="en"):
    force = desk.opened.house.force
    declared = force.blueprint.entities[entity]
    held = frozenset({who})
    speech = Speech(force.types, locale, ZONE, "CNY")
    address = read_address(entity, pairs_of(query))
    mine = frozenset(force.rights.acts(desk_actor(desk, who), entity))
    readable = frozenset(declared.fields) - {"contract"}
    return Table(force, speech, declared, address, readable, CLOCK, mine, held, opens=frozenset(force.blueprint.entities))


def desk_actor(desk, role):
    from ordinance.access import Actor

    return Actor(id=7, name=role, roles=(role,), of=("customer", 1) if role == "customer" else None)


# Addresses


def test_an_address_is_read_and_written_the_same_and_other_screens_keep_it():
    query = (
        "view=urgent&step=ship&search=x+y&filter%5Bkind%5D%5Bin%5D=a&filter%5Bkind%5D%5Bin%5D=b&sort=-total,number"
        "&columns=number&columns=total&columns=number&cursor=abc&skip=50&saved=12"
    )
    address = read_address("sales_order", pairs_of(query))
    assert address.filters == (Filter(("kind",), "in", ("a", "b")),)
    assert (address.columns, address.skip, address.saved) == (("number", "total"), 50, "12")
    assert read_address("sales_order", pairs_of(address.query)) == address
    board = address.on("board", ("workflow", "w"))
    assert board.href().startswith("/o/sales_order/board?")
    assert {"search", "filter[kind][in]", "workflow"} <= parse_qs(urlsplit(board.href()).query).keys()
    assert board.on("").href() == address.href()
    assert "cursor" not in address.href(search="")


@pytest.mark.parametrize("query", ["skip=x", "skip=-3", "saved=abc", "saved=0", "sort=,-,", "filter[a]=1", "columns="])
def test_nonsense_in_an_address_means_nothing(query):
    assert read_address("customer", pairs_of(query)) == Address("customer")


# Days by name


def test_days_by_their_names():
    said = {name: named(TODAY) for name, named in NAMED.items()}
    assert said["today"] == (TODAY, date(2026, 11, 25))
    assert said["this_week"] == (date(2026, 11, 23), date(2026, 11, 30))
    assert said["last_week"] == (date(2026, 11, 16), date(2026, 11, 23))
    assert said["next_month"] == (date(2026, 12, 1), date(2027, 1, 1))
    assert said["last_7_days"] == (date(2026, 11, 18), date(2026, 11, 25))
    assert said["overdue"] == (None, TODAY)
    assert NAMED["last_month"](date(2026, 1, 31)) == (date(2025, 12, 1), date(2026, 1, 1))


async def test_a_name_of_days_becomes_bounds_in_the_zone_of_the_company(desk):
    force = desk.opened.house.force
    order = force.blueprint.entities["sales_order"]
    week = resolved(force, order, Filter(("deliver_by",), "on", "this_week"), CLOCK)
    assert [(each.op, each.value) for each in week] == [("gte", "2026-11-23"), ("lt", "2026-11-30")]
    made = resolved(force, order, Filter(("created_at",), "on", "today"), CLOCK)
    assert [each.value for each in made] == ["2026-11-23T16:00:00+00:00", "2026-11-24T16:00:00+00:00"]
    until = resolved(force, order, Filter(("created_at",), "lte", "2026-11-24"), CLOCK)
    assert [(each.op, each.value) for each in until] == [("lt", "2026-11-24T16:00:00+00:00")]
    late = resolved(force, order, Filter(("deliver_by",), "on", "overdue"), CLOCK)
    assert [(each.path, each.op) for each in late] == [(("deliver_by",), "lt"), (("phase",), "nin")]
    assert tidied(force, order, Filter(("deliver_by",), "gte", "+3"), CLOCK).value == "2026-11-27"
    assert tidied(force, order, Filter(("note",), "contains", "+3"), CLOCK).value == "+3"


# What a filter says, and when it can do nothing


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("filter[deliver_by][on]=this_week", "Deliver by: This week"),
        ("filter[total][gte]=10", "Total: ≥ 10"),
        ("filter[total][lt]=10", "Total: < 10"),
        ("filter[urgent][eq]=true", "Urgent: Yes"),
        ("filter[channel][in]=portal,office", "Channel: Customer's own order, Entered by the company"),
        ("filter[note][empty]=true", "Note: is empty"),
        ("filter[region][starts_with]=ea", "Region: begins with “ea”"),
        ("filter[phase][eq]=running", "Progress: Under way"),
        ("filter[id][in]=1,2", "2 chosen records"),
    ],
)
async def test_a_filter_in_words(desk, query, said):
    (chip,) = Filters(table(desk, query)).chips()
    assert (chip.text, chip.fault) == (said, "")


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("filter[old][eq]=1", "there is no field “old” any more"),
        ("filter[contract][empty]=true", "there is no field “Contract” any more"),
        ("filter[channel][eq]=fax", "Channel has no option “fax” any more"),
        ("filter[total][gte]=many", "total cannot be filtered so (many)"),
        ("filter[total][contains]=1", "total cannot be filtered so (1)"),
        ("filter[deliver_by][on]=someday", "deliver_by cannot be filtered so (someday)"),
        ("filter[due_at][on]=overdue", "there is no field “due_at” any more"),
        ("step=old", "this step is gone"),
        ("view=old", "this list is gone"),
        ("columns=number&columns=old", "this column is gone"),
        ("sort=old", "this column is gone"),
        ("sort=lines", "this column is gone"),
    ],
)
async def test_a_filter_that_can_do_nothing_says_why_and_does_nothing(desk, query, fault):
    filters = Filters(table(desk, query))
    (chip,) = filters.chips()
    assert fault in chip.fault
    assert filters.sound() == ()


async def test_every_readable_field_can_be_asked_about(desk):
    filters = Filters(table(desk))
    entity = filters.entity
    shown = {control.name for each in filters.panel().conditions for control in each.controls}
    assert {"filter[customer][eq]", "filter[deliver_by][on]", "filter[total][gte]", "step"} <= shown
    for name in set(entity.fields) - {"lines", "number", "contract"}:
        editor = filters.editor(name)
        assert editor is not None and editor.conditions, name
    assert filters.editor("contract") is None
    assert filters.editor("lines") is None


async def test_an_editor_keeps_all_other_filters_and_replaces_its_own(desk):
    query = "filter[total][gte]=10&filter[deliver_by][gte]=2026-01-01&filter[deliver_by][neq]=2026-02-02&sort=total"
    editor = Filters(table(desk, query)).editor("deliver_by")
    assert dict(editor.kept) == {"filter[total][gte]": "10", "sort": "total"}
    panel = Filters(table(desk, f"{query}&filter[note][contains]=x")).panel().kept
    assert ("filter[note][contains]", "x") in panel
    assert "filter[deliver_by][gte]" not in dict(panel)


# The table


async def test_the_plain_list_shows_every_record_and_hides_nothing(desk):
    plain = table(desk)
    assert (plain.plain, plain.open) == ("all", "all")
    assert table(desk, "view=urgent").open == "urgent"
    assert table(desk, "view=nope").open == "all"
    entity = plain.entity
    turned = replace(plain, entity=replace(entity, lists=dict(reversed(entity.lists.items()))))
    assert (next(iter(turned.lists())), turned.open) == ("urgent", "all")
    narrow = replace(plain, entity=replace(entity, lists={"urgent": entity.lists["urgent"]}))
    assert (narrow.open, narrow.columns()[0]) == ("", "number")


async def test_what_is_late_is_so_by_the_day_the_list_names(desk):
    rows = table(desk)
    assert rows.deadlines() == frozenset({"deliver_by"})
    record = {"id": "1", "phase": "running", "deliver_by": "2026-11-23", "waits_at": []}
    late = [cell.late for cell in rows.lines([record])[0].cells]
    assert late.count(True) == 1
    for other in ({**record, "deliver_by": "2026-11-24"}, {**record, "phase": "complete"}):
        assert not any(cell.late for cell in rows.lines([other])[0].cells)


async def test_one_sorts_by_a_reference_by_its_name_and_by_when_it_was_made_by_its_id(desk):
    assert table(desk, "sort=customer,-created_at,total,nope").asked_sort() == (
        (("customer", "name"), False), (("id",), True), (("total",), False),
    )  # fmt: skip


async def test_columns_move_and_are_kept_in_the_address(desk):
    choice = table(desk, "columns=number&columns=total").choice()
    assert [(each.name, each.shown) for each in choice[:2]] == [("number", True), ("total", True)]
    assert choice[0].up == "" and "columns=total&columns=number" in choice[0].down
    assert not choice[2].shown


async def test_what_can_be_done_to_many_is_what_the_reader_may_do(desk):
    force = desk.opened.house.force
    entity = force.blueprint.entities["sales_order"]
    speech = Speech(force.types, "en", ZONE, "CNY")

    def deeds(role):
        return [each.value for each in deeds_of(force, speech, entity, my_steps(force, desk_actor(desk, role), entity))]

    assert deeds("finance_reviewer") == ["step:finance_review", "back:finance_review"]
    assert deeds("business_manager") == ["step:submit", "lane:cancel"]
    assert deeds("system_administrator") == []


async def test_a_card_may_go_where_the_process_lets_it(desk):
    force = desk.opened.house.force
    workflow = force.blueprint.workflows["sales_order"]
    made = table(desk, who="order_reviewer")
    moves = moves_of(made, workflow, workflow.step("order_review"), "/back").values()
    assert [(each.do, each.to, bool(each.href)) for each in moves] == [
        ("step:order_review", "finance_review", False), ("back:order_review", "submit", True),
    ]  # fmt: skip
    assert moves_of(made, workflow, workflow.step("ship"), "/back") == {}
    off = replace(workflow, steps=tuple(replace(each, enabled=each.id != "finance_review") for each in workflow.steps))
    first, back = moves_of(made, off, off.step("order_review"), "/back").values()
    assert (first.to, back.to) == ("outbound_review", "submit")
    last = moves_of(table(desk, who="customer"), workflow, workflow.step("receive"), "/back").values()
    assert [each.to for each in last] == ["done"]


@pytest.mark.parametrize(
    ("month", "week", "day", "is_week"),
    [
        ("", "", date(2026, 11, 1), False),
        ("2026-02", "", date(2026, 2, 1), False),
        ("2026-13", "", date(2026, 11, 1), False),
        ("9999-01", "", date(2026, 11, 1), False),
        ("", "2026-11-25", date(2026, 11, 23), True),
        ("", "soon", date(2026, 11, 1), False),
    ],
)
def test_a_range_of_the_calendar(month, week, day, is_week):
    shown = read_range(month, week, TODAY)
    assert (shown.day, shown.is_week) == (day, is_week)
    assert shown.moved(1) > day > shown.moved(-1)
    assert weeks_of(date(2026, 11, 1))[0][0] == date(2026, 10, 26)
