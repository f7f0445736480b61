"""The pure half of the screens: dates in a hurry, forms read, addresses of lists, drawings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ordinance.blueprint import load
from ordinance.fields import BUILT_IN
from ordinance.web.ui.pages.seat import local
from ordinance.web.ui.views.address import read_address
from ordinance.web.ui.views.dates import full_date
from ordinance.web.ui.views.entry import Reader, read_posted
from ordinance.web.ui.views.layout import named_paths, stands_on_form
from ordinance.web.ui.views.speech import Speech
from ordinance.web.ui.views.table import count_text

TODAY = date(2026, 11, 24)
SPEECH = Speech(BUILT_IN, "zh", ZoneInfo("Asia/Shanghai"), "CNY")
LINE, OTHER = "2236564110913293001", "2236564110913293002"


@pytest.fixture(scope="module")
def site():
    blueprint = load(Path(__file__).parents[2]).blueprint
    assert blueprint is not None
    return blueprint


@pytest.fixture
def reader(site):
    return Reader(SPEECH, site.entities["sales_order"], TODAY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12-4", "2026-12-04"),
        ("1/15", "2027-01-15"),
        ("11月3日", "2026-11-03"),
        ("+3", "2026-11-27"),
        ("-1", "2026-11-23"),
        ("+2w", "2026-12-08"),
        ("今天", "2026-11-24"),
        ("T", "2026-11-24"),
        ("明天 09:30", "2026-11-25 09:30"),
        ("１２－４", "2026-12-04"),
        ("2026-12-04", "2026-12-04"),
        ("2-30", "2-30"),
        ("soon", "soon"),
        ("+99999", "+99999"),
        ("", ""),
    ],
)
def test_a_date_in_a_hurry(typed, meant):
    assert full_date(typed, TODAY) == meant


def test_the_leap_day_of_next_year_is_no_date_but_no_fault_either():
    assert full_date("2-29", date(2027, 11, 24)) in ("2-29", "2028-02-29")


def posted(text):
    return read_posted(text.encode())


def test_a_new_record_leaves_out_what_nobody_filled_in(reader):
    form = posted(
        "customer=KH-001&customer~was=&deliver_by=%2B3&note=&freight=1,200.5&lines="
        "&lines.0.id=&lines.0.product=SP-1&lines.0.product~was=&lines.0.quantity=３&lines.0.price="
        "&lines.4.id=&lines.4.product=&lines.4.product~was=&lines.4.quantity="
    )
    entered = reader.read(form, None)
    assert entered.faults == []
    assert entered.values == {
        "customer": {"key": "KH-001"},
        "deliver_by": "2026-11-27",
        "freight": "1200.50",
        "lines": [{"product": {"key": "SP-1"}, "quantity": "3.0000"}],
    }
    assert entered.tidy == {"deliver_by": "2026-11-27", "freight": "1200.50", "lines.0.quantity": "3"}
    assert [each.name for each in entered.loose] == ["customer", "lines.0.product"]


STORED = {
    "customer": {"id": "2236564110913290001", "key": "KH-001", "title": "瑞禾"},
    "note": "旧",
    "freight": "10.00",
    "tax_added": False,
    "lines": [
        {"id": LINE, "product": {"id": "2236564110913290007", "title": "茶"}, "quantity": "2.0000", "price": "48.00"},
        {"id": OTHER, "product": None, "quantity": "1.0000", "price": "5.00"},
    ],
}
AS_SHOWN = (
    "customer=瑞禾&customer~was=2236564110913290001 瑞禾&note=旧&freight=10.00&tax_added=false&lines="
    f"&lines.0.id={LINE}&lines.0.product=茶&lines.0.product~was=2236564110913290007 茶"
    f"&lines.0.quantity=2&lines.0.price=48.00&lines.1.id={OTHER}&lines.1.product=&lines.1.product~was="
    "&lines.1.quantity=1&lines.1.price=5.00"
)


def test_what_nobody_touched_is_not_sent(reader):
    assert reader.read(posted(AS_SHOWN), STORED).values == {}


def test_only_what_was_changed_is_sent_and_rows_keep_their_ids(reader):
    changed = AS_SHOWN.replace("note=旧", "note=").replace("lines.0.quantity=2", "lines.0.quantity=5")
    assert reader.read(posted(changed), STORED).values == {
        "note": None,
        "lines": [{"id": LINE, "quantity": "5.0000"}, {"id": OTHER}],
    }


def test_a_row_that_is_gone_is_gone_and_a_row_of_somebody_else_is_new(reader):
    form = AS_SHOWN.split("&lines.1.id")[0] + "&lines.7.id=99&lines.7.price=1"
    assert reader.read(posted(form), STORED).values["lines"] == [{"id": LINE}, {"price": "1.00"}]


def test_faults_stand_at_the_row_of_the_form(reader):
    form = posted("lines=&lines.3.id=&lines.3.quantity=&lines.9.id=&lines.9.quantity=abc&lines.9.price=1")
    entered = reader.read(form, None)
    assert [each.where for each in entered.faults] == ["/lines/0/quantity"]
    assert form.pointer_name("/lines/0/quantity") == "lines.9.quantity"


def test_a_form_that_was_made_up_does_no_harm(reader):
    text = "nonsense=1&lines.x.price=2&lines.0.nonsense=3&lines.99999999999.price=4&total=9"
    entered = reader.read(posted(text), None)
    assert "nonsense" not in entered.values
    assert entered.values.get("lines", []) == []


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("/o/sales_order?step=x", "/o/sales_order?step=x"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\nset-cookie: x=1", "/"),
        ("", "/"),
    ],
)
def test_one_is_never_led_to_another_site(address, safe):
    assert local(address) == safe


def test_the_address_of_a_list_holds_the_whole_view():
    pairs = [
        ("filter[customer][eq]", "瑞禾"),
        ("filter[customer][eq]~was", "12 瑞禾"),
        ("filter[total][gte]", ""),
        ("filter[id][in]", "1,2"),
        ("sort", "-total,number"),
        ("columns", "number"),
        ("columns", "total"),
        ("search", " tea "),
        ("cursor", "abc"),
    ]
    address = read_address("sales_order", pairs)
    assert [(each.path, each.op, each.value) for each in address.filters] == [
        (("customer",), "eq", "12"),
        (("id",), "in", ("1", "2")),
    ]
    assert address.sort == ((("total",), True), (("number",), False))
    again = read_address("sales_order", address.pairs())
    assert again == address
    assert "cursor" not in address.href(search="")


def test_counts_are_exact_up_to_ten_thousand():
    said = [count_text(each) for each in (None, 0, 9_999, 10_000, 10_001)]
    assert said == ["", "0", "9,999", "10,000", "10,000+"]


def test_a_form_grows_with_the_process(site):
    order = site.workflows["sales_order"]
    entity = site.entities["sales_order"]
    early, late = named_paths(order, ["order_review"]), named_paths(order, ["ship"])
    assert ("address",) in early
    assert ("waybill",) not in early
    assert ("waybill",) in late
    assert not stands_on_form(entity.fields["waybill"], order, early, None)
    assert stands_on_form(entity.fields["waybill"], order, early, "YD-1")
    assert not stands_on_form(entity.fields["kind"], order, early, "goods")



def test_a_moment_is_said_as_one_speaks():
    now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    said = [
        SPEECH.moment(datetime(2026, *rest, tzinfo=UTC), now) for rest in ((11, 24, 1, 5), (11, 23, 1, 5), (3, 2, 1, 5))
    ]
    assert said == ["今天 09:05", "昨天 09:05", "03-02 09:05"]
    assert SPEECH.moment(datetime(2025, 3, 2, 1, 5, tzinfo=UTC), now) == "2025-03-02 09:05"
