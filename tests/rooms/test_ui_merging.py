"""Two people changed one record: what is settled, what is asked, that nothing typed is lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from ordinance.blueprint import load
from ordinance.fields import BUILT_IN
from ordinance.web.ui.views.entry import Reader, read_posted
from ordinance.web.ui.views.merging import Merging, packed, unpacked
from ordinance.web.ui.views.speech import Speech

SPEECH = Speech(BUILT_IN, "en", ZoneInfo("Asia/Shanghai"), "CNY")
A, B, C, D = (str(2236564110913293000 + at) for at in range(4))
TEA = {"id": "2236564110913294001", "key": "P-1", "title": "Tea"}
JAM = {"id": "2236564110913294002", "key": "P-2", "title": "Jam"}


@pytest.fixture(scope="module")
def order():
    blueprint = load(Path(__file__).parents[2]).blueprint
    assert blueprint is not None
    return blueprint.entities["sales_order"]


def row(id, quantity="1.0000", product=TEA, **more):
    return {"id": id, "product": product, "quantity": quantity, "price": "5.00", "discount": "0", **more}


def record(**more):
    return {"contact": "Wang", "region": "east", "note": None, "lines": [row(A), row(B), row(C)], **more}


def form(record, rows=None):
    """Return the form of a record as a browser sends it back untouched."""
    sent = {name: record[name] or "" for name in ("contact", "region", "note")} | {"lines": ""}
    for at, line in enumerate(record["lines"] if rows is None else rows):
        sent |= {f"lines.{at}.id": line.get("id", ""), f"lines.{at}.product": line["product"]["title"]}
        sent |= {f"lines.{at}.product~was": f"{line['product']['id']} {line['product']['title']}"}
        sent |= {f"lines.{at}.quantity": line["quantity"].rstrip("0").rstrip("."), f"lines.{at}.price": line["price"]}
    return sent


def merged(order, sent, base, current):
    posted = read_posted(urlencode(sent).encode())
    mine = Reader(SPEECH, order, date(2026, 11, 24)).read(posted, base)
    assert mine.faults == []
    return Merging(SPEECH, order, posted, base, current).of(mine.values)


def told(made):
    return [(each.label, each.base, each.mine, each.theirs) for each in made.differences]


def test_what_one_changed_is_taken_and_what_both_changed_is_asked(order):
    base, current = record(), record(contact="Li", region="west", note="soon")
    made = merged(order, form(base) | {"contact": "Zhao", "note": "later"}, base, current)
    assert made.values == {"contact": "Zhao", "note": "later"}
    assert told(made) == [("Contact", "Wang", "Zhao", "Li"), ("Note", "", "later", "soon")]
    assert [(each.base, each.theirs) for each in made.taken] == [("east", "west")]
    assert made.texts["contact"] == ("Zhao",) and "region" not in made.texts


def test_the_same_change_by_both_is_no_conflict(order):
    made = merged(order, form(record()) | {"contact": "Li"}, record(), record(contact="Li"))
    assert (made.values, made.differences) == ({}, [])


def test_rows_are_matched_by_id_and_merged_cell_by_cell(order):
    base = record()
    current = record(lines=[row(B, quantity="7.0000"), row(A, price="9.00"), row(C), row(D, product=JAM)])
    sent = form(base) | {"lines.0.quantity": "3", "lines.1.quantity": "8", "lines.1.price": "4.00"}
    made = merged(order, sent, base, current)
    assert made.values["lines"] == [
        {"id": B, "quantity": "8.0000", "price": "4.00"}, {"id": A, "quantity": "3.0000"}, {"id": C}, {"id": D},
    ]  # fmt: skip
    assert told(made) == [("row 1 Quantity", "1", "8", "7")]
    assert made.differences[0].pick == "lines.0.quantity"
    assert made.texts["lines.1.quantity"] == ("3",) and made.order["lines"] == ("0", "1", "2", "3")


def test_a_row_that_one_took_away_and_the_other_changed_is_asked_both_ways(order):
    base = record()
    mine = form(base, rows=[row(A), row(C)])
    made = merged(order, mine, base, record(lines=[row(A), row(B, quantity="2.0000"), row(C)]))
    assert [each["id"] for each in made.values["lines"]] == [A, B, C]
    assert [(each.pick, each.choices[0][0]) for each in made.differences] == [("lines.1", "cut")]

    made = merged(order, form(base) | {"lines.1.quantity": "6"}, base, record(lines=[row(A), row(C)]))
    assert [each.get("id") for each in made.values["lines"]] == [A, C, None]
    assert made.values["lines"][2]["quantity"] == "6.0000" and made.values["lines"][2]["product"]["id"] == TEA["id"]
    assert [(each.pick, each.choices[0][0]) for each in made.differences] == [("lines.2", "keep")]


def test_rows_nobody_else_touched_go_and_come_as_they_were_typed(order):
    base = record()
    sent = form(base, rows=[row(A), row(C), {"product": JAM, "quantity": "5", "price": "2.00"}])
    made = merged(order, sent, base, record(contact="Li"))
    assert [each.get("id") for each in made.values["lines"]] == [A, C, None]
    assert made.values["lines"][2]["quantity"] == "5.0000"
    assert made.differences == []


def test_a_choice_leaves_the_field_or_takes_the_row_away(order):
    sent = form(record()) | {"_pick.contact": "theirs", "_pick.note": "mine", "_pick.lines.1": "cut", "contact": "x"}
    posted = read_posted(urlencode(sent).encode()).picked()
    assert "contact" not in posted.texts and posted.get("note") == ""
    assert posted.order["lines"] == ("0", "2")


def test_what_the_form_carries_comes_back_and_nothing_else_is_taken_for_it(order):
    names = frozenset({"contact", "lines"})
    assert unpacked(packed(record(), names)) == {"contact": "Wang", "lines": record()["lines"]}
    assert unpacked("") == unpacked("%%") == unpacked("aGVsbG8=") == {}
