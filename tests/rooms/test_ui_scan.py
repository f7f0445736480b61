"""The scan page, the guide of the first sign-in and the help page over HTTP, without a browser and without JavaScript."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from rooms.portal_kit import PASSWORD, desk, said
from rooms.web_kit import NOW, shared_url

from ordinance.acts import Done, read, step
from ordinance.web.ui.views.process import my_steps
from ordinance.web.ui.views.scan import ScanLine, record_in, scanned, scans_of, with_counts

pytestmark = pytest.mark.anyio
__all__ = ["desk", "shared_url"]


def lines_of(*wanted):
    return tuple(ScanLine(str(at), f"Thing {at}", f"T-{at}", (f"t-{at}", "t"), many) for at, many in enumerate(wanted))


def test_a_scan_counts_the_first_line_that_is_not_full():
    lines = lines_of(Decimal(1), Decimal("1.5"))
    lines, first = scanned(lines, " Ｔ-1 ")
    assert (first.id, first.counted) == ("1", Decimal(1))
    lines, again = scanned(lines, "t-1")
    assert again.counted == Decimal("1.5")
    lines, refused = scanned(lines, "t-1")
    assert refused.code == "scan_too_many"
    lines, other = scanned(lines, "t")
    assert other.id == "0"
    assert scanned(lines, "x")[1].code == "scan_not_in_it"
    assert scanned(lines, " ")[1].code == "scan_not_in_it"


def test_what_an_address_says_was_counted_is_never_more_than_there_is():
    lines = with_counts(lines_of(Decimal(3), Decimal(2), Decimal(1)), {"n.0": "9", "n.1": "-1", "n.2": "NaN"})
    assert [each.counted for each in lines] == [3, 0, 0]


def test_the_square_code_of_a_paper_names_its_document():
    assert record_in("https://house/o/sales_order/12") == ("sales_order", "12")
    assert record_in("DH20261124-0001") is None
    assert record_in("https://house/o/sales_order/12/print") is None


@pytest.mark.requirement("B-11")
async def test_goods_are_counted_and_the_step_is_done(desk):
    id_ = await desk.order(at="outbound_review", lines=(("P-1", "2"), ("P-2", "1")))
    number = (await read(desk.house, await desk.call("mine"), "sales_order", id_)).record["number"]
    answer = await desk.send("warehouse_keeper", "/scan", _code=f" {number.lower()} ")
    assert answer.headers["location"] == f"/scan/sales_order/{id_}"
    address = answer.headers["location"]
    for code, words in (
        ("P-1", "Green tea 1 / 2"),
        ("p-1", "Green tea 2 / 2"),
        ("P-3", "is not on this document"),
        ("P-1", "that is all"),
    ):
        answer = await desk.send(
            "warehouse_keeper", address, at=address.split("?")[0], _code=code, **counts_in(address)
        )
        assert answer.status_code == 303
        address = answer.headers["location"]
        assert words in said(await desk.browsers["warehouse_keeper"].get(address))
    early = await desk.send("warehouse_keeper", address, at=address.split("?")[0], do="finish", **counts_in(address))
    assert early.status_code == 422
    assert "1 not counted yet" in said(early)
    answer = await desk.send("warehouse_keeper", address, at=address.split("?")[0], _code="P-2", **counts_in(address))
    address = answer.headers["location"]
    assert "all counted" in said(await desk.browsers["warehouse_keeper"].get(address))
    answer = await desk.send("warehouse_keeper", address, at=address.split("?")[0], do="finish", **counts_in(address))
    assert answer.headers["location"] == f"/scan?done={number}"
    assert (await read(desk.house, await desk.call("mine"), "sales_order", id_)).record["waits_at"] == ["ship"]
    gone = await desk.send("warehouse_keeper", "/scan", _code=number)
    assert "not your turn" in said(gone)


def counts_in(address):
    return dict(re.findall(r"(n\.\d+)=([\d.]+)", address))


async def test_a_number_nobody_knows_is_told(desk):
    answer = await desk.send("warehouse_keeper", "/scan", _code="DH-0")
    assert answer.status_code == 404
    assert "There is no document" in said(answer)


@pytest.mark.requirement("B-16")
async def test_what_came_back_is_kept_as_it_was_counted(desk):
    order = await desk.order(at="", lines=(("P-1", "3"),))
    back = await desk.make(
        "return_order", await desk.call("mine"), order={"id": str(order)}, reason="damage",
        lines=[{"product": "P-1", "quantity": "3"}],
    )  # fmt: skip
    for who, at in (("order_reviewer", "return_review"), ("mine", "send")):
        assert isinstance(await step(desk.house, await desk.call(who), "return_order", back, at), Done)
    address = f"/scan/return_order/{back}"
    answer = await desk.send("warehouse_keeper", address, _code="P-1")
    counted = counts_in(answer.headers["location"])
    few = await desk.send("warehouse_keeper", address, do="finish", **counted)
    assert few.status_code == 422
    answer = await desk.send("warehouse_keeper", address, do="finish", _short="1", **counted)
    assert answer.status_code == 303, said(answer)
    record = (await read(desk.house, await desk.call("mine"), "return_order", back)).record
    assert record["lines"][0]["received"] == "1.0000"


async def test_a_finish_that_is_sent_twice_is_done_once(desk):
    id_ = await desk.order(at="outbound_review", lines=(("P-2", "1"),))
    browser = desk.browsers["warehouse_keeper"]
    page = await browser.get(f"/scan/sales_order/{id_}")
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    line = re.search(r'data-line="(\d+)"', page.text)[1]
    form = {**hidden, f"n.{line}": "1", "do": "finish", "_code": ""}
    first = await browser.post(f"/scan/sales_order/{id_}", data=form, headers={"accept": "application/json"})
    assert (first.status_code, first.json()["location"].startswith("/scan?done=")) == (200, True)
    second = await browser.post(f"/scan/sales_order/{id_}", data=form, headers={"accept": "application/json"})
    assert second.status_code == 409
    assert (await read(desk.house, await desk.call("mine"), "sales_order", id_)).record["waits_at"] == ["ship"]


@pytest.mark.requirement("B-27")
async def test_only_what_waits_for_the_one_who_scans_is_opened(desk):
    id_ = await desk.order(at="order_review")
    assert (await desk.browsers["warehouse_keeper"].get(f"/scan/sales_order/{id_}")).status_code == 409
    assert (await desk.browsers["order_reviewer"].get(f"/scan/sales_order/{id_}")).status_code == 403


async def test_the_default_company_counts_where_goods_move(desk):
    assert {(each.entity, each.step, each.counts) for each in desk.house.blueprint.scans} == {
        ("sales_order", "outbound_review", ""), ("sales_order", "ship", ""), ("return_order", "goods_back", "received"),
    }  # fmt: skip


async def test_a_customer_counts_nothing_even_where_it_does_the_step(desk):
    force = desk.house.force
    (kept, *_) = force.blueprint.scans
    received = replace(kept, step="receive")
    mine = await desk.call("mine")
    opened = replace(force, blueprint=replace(force.blueprint, scans=(received,)))
    assert "receive" in my_steps(opened, mine.actor, opened.blueprint.entities["sales_order"])
    assert scans_of(opened, mine.actor) == ()


# The guide and the help page


@pytest.mark.requirement("B-23")
async def test_the_administrator_s_guide_has_the_order_to_start_in(desk):
    page = await desk.browsers["system_administrator"].get("/guide")
    text = said(page)
    places = [
        text.index(each) for each in ("First add customers", "Then add products", "Process orders", "Read the reports")
    ]
    assert places == sorted(places)
    assert "Done by: Business manager" in text
    done = re.findall(r'<li class="done"><h3>(?:<a[^>]*>)?([^<]+)', page.text)
    assert done[:2] == ["First add customers", "Then add products"]


@pytest.mark.requirement("B-25")
async def test_the_guide_is_another_for_each_kind_of_account(desk):
    keeper, mine = (
        said(await desk.browsers["warehouse_keeper"].get("/guide")),
        said(await desk.browsers["mine"].get("/guide")),
    )
    assert "Stock-out review" in keeper
    assert "Count with a scanner" in keeper
    assert "First add customers" not in keeper
    assert "Place your first order" in mine
    assert "Ctrl K" not in mine


@pytest.mark.requirement("B-25")
async def test_the_guide_comes_first_once(desk):
    await desk.make("account", name="fresh", roles=["shipper"])
    account = await desk.opened.accounts.find("fresh")
    assert await desk.opened.accounts.set_password(account, PASSWORD, NOW) == ()
    async with desk.browser() as browser:
        desk.browsers["fresh"] = browser
        answer = await browser.post("/sign-in", data={"name": "fresh", "password": PASSWORD})
        assert answer.headers["location"] == "/guide"
        assert (await browser.get("/")).headers["location"] == "/guide"
        assert "Your first time here" in (await browser.get("/guide")).text
        assert (await desk.send("fresh", "/guide")).headers["location"] == "/"
        assert (await browser.get("/")).status_code == 200
        assert "Your first time here" not in (await browser.get("/guide")).text


@pytest.mark.requirement("B-26")
async def test_the_help_page_has_core_functions_and_short_steps(desk):
    page = await desk.browsers["warehouse_keeper"].get("/help")
    text = said(page)
    assert "Core functions" in text
    assert "Short usage steps" in text
    assert 'href="/scan"' in page.text
    order = ["Submit", "Order review", "Finance review", "Stock-out review", "Confirm shipping", "Confirm receipt"]
    steps = re.findall(r"<h4>([^<]+?) <span class=\"chip([^\"]*)\">", page.text)
    assert [name for name, _ in steps][:6] == order
    assert [name for name, tone in steps if "mine" in tone] == ["Stock-out review", "Goods back"]
    mine = said(await desk.browsers["mine"].get("/help"))
    assert "The company" in mine
    assert "Finance reviewer" not in mine
    assert "Quick order" in mine
