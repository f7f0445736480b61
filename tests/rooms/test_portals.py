"""Portals and scanning in the configuration: what follows when nobody says anything, what is said, what is wrong."""

import pytest
from rooms.shop_kit import Shop, only, told

from ordinance.blueprint import Amount, Lines

ORDER_LINES = Lines("order", "lines", "product", "product", "quantity")


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


@pytest.mark.requirement("B-02")
def test_a_portal_follows_from_the_documents_that_refer_to_the_customer(shop):
    portal = shop.load().blueprint.portals["customer"]
    assert portal.lines == ORDER_LINES
    assert portal.codes == ("code",)
    assert portal.statement == (Amount("order", "total"),)
    assert (portal.shows, portal.facts, portal.follow) == ("", (), ())


def test_what_is_said_of_a_portal_counts(shop):
    shop.write(
        "config/portals.yaml",
        "schema: 1\ncustomer:\n  label: {zh: 订货, en: Ordering}\n  orders: order\n  facts: [price]\n"
        "  follow: [carrier]\n  statement: {order: {amount: paid_amount, minus: true}}\n",
    )
    portal = shop.load().blueprint.portals["customer"]
    assert (portal.label.en, portal.facts, portal.follow) == ("Ordering", ("price",), ("carrier",))
    assert portal.lines == ORDER_LINES
    assert portal.statement == (Amount("order", "paid_amount", minus=True),)


def test_a_portal_can_be_switched_off(shop):
    shop.write("config/portals.yaml", "schema: 1\ncustomer: {enabled: false}\n")
    assert shop.load().blueprint.portals == {}


def test_a_department_adds_what_tells_where_an_order_is():
    from pathlib import Path

    from ordinance.blueprint import load

    portal = load(Path(__file__).parents[2]).blueprint.portals["customer"]
    assert {"waybill", "eta"} <= set(portal.follow)
    assert [each.entity for each in portal.statement] == ["sales_order", "return_order", "receipt"]


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("custmer: {}", "unknown_entity", "custmer"),
        ("product: {}", "portal_of_nobody", "product"),
        ("customer: {orders: ordr}", "unknown_entity", "ordr"),
        ("customer: {orders: order, item: lines.produkt}", "unknown_path", "lines.produkt"),
        ("customer: {orders: order, quantity: lines.many}", "unknown_path", "lines.many"),
        ("customer: {orders: order, follow: [carier]}", "unknown_path", "carier"),
        ("customer: {orders: order, item: lines.product, shows: on_sale}", "unknown_list", "on_sale"),
        ("customer: {orders: order, item: lines.product, facts: [spec]}", "unknown_path", "spec"),
        ("customer: {orders: order, item: lines.product, codes: [barcode]}", "unknown_path", "barcode"),
        ("customer: {statement: {invoice: amount}}", "unknown_entity", "invoice"),
        ("customer: {statement: {order: sum}}", "unknown_path", "sum"),
    ],
)
def test_a_portal_speaks_of_what_there_is(shop, text, code, name):
    loaded = shop.write("config/portals.yaml", f"schema: 1\n{text}\n").load()
    problem = only(loaded, code)
    assert loaded.blueprint is None
    assert name in problem.message.en
    assert (problem.place.file, problem.place.line) == ("config/portals.yaml", 2)


def test_lines_are_counted_at_every_step_but_the_first(shop):
    scans = shop.load().blueprint.scans
    assert [each.step for each in scans] == ["review", "pay", "ship", "confirm"]
    assert {each.lines for each in scans} == {ORDER_LINES}
    assert {each.counts for each in scans} == {""}


def test_a_number_that_a_step_asks_keeps_what_was_counted(shop):
    shop.change(
        "config/entities.yaml",
        "        price:    {type: money, from",
        "        sent:     {type: quantity, label: {zh: 实发, en: Sent}}\n        price:    {type: money, from",
    ).change("workflows.yaml", "asks: [carrier]", "asks: [carrier, lines.sent]")
    counts = {each.step: each.counts for each in shop.load().blueprint.scans}
    assert counts["ship"] == "sent"
    assert counts["pay"] == ""


def test_what_is_said_of_scanning_counts(shop):
    shop.write("config/scans.yaml", "schema: 1\nout: {of: order, steps: [ship]}\n")
    assert [each.step for each in shop.load().blueprint.scans] == ["ship"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ordr: {}", "unknown_entity"),
        ("order: {steps: [shipp]}", "unknown_step"),
        ("order: {item: lines.produkt}", "unknown_path"),
        ("order: {counts: lines.sent}", "unknown_path"),
        ("order: {item: lines.product, codes: [ean]}", "unknown_path"),
    ],
)
def test_scanning_speaks_of_what_there_is(shop, text, code):
    loaded = shop.write("config/scans.yaml", f"schema: 1\n{text}\n").load()
    assert code in told(loaded)
    assert loaded.blueprint is None
