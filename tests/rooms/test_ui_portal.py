"""The portal over HTTP, without a browser and without JavaScript: ordering, following, returning, nobody else's rows."""

import re
from dataclasses import replace
from datetime import date

import httpx
import pytest
from rooms.portal_kit import desk, said
from rooms.web_kit import NOW, shared_url

from ordinance.acts import Done, Filter, Query, listing, read, step
from ordinance.blueprint import Lines
from ordinance.problems import Text
from ordinance.process.model import Stage
from ordinance.web.ui.pages import portal, portal_account, portal_document, portal_opening, portal_shop
from ordinance.web.ui.pages.portal_desk import merged
from ordinance.web.ui.views.portal import months_before, stages_of
from ordinance.web.ui.views.speech import Speech

pytestmark = pytest.mark.anyio
__all__ = ["desk", "shared_url"]

PORTAL = [
    handler
    for pages in (portal, portal_account, portal_document, portal_opening, portal_shop)
    for handler in pages.HANDLERS
]


@pytest.mark.requirement("B-02")
@pytest.mark.requirement("B-07")
async def test_a_customer_has_an_interface_of_its_own(desk):
    page = await desk.browsers["mine"].get("/")
    assert 'class="portal"' in page.text
    for each in ("products", "quick", "basket", "orders", "statement", "papers", "profile"):
        assert f'href="/portal/{each}"' in page.text
    assert 'href="/portal/' not in (await desk.browsers["order_reviewer"].get("/")).text


@pytest.mark.requirement("B-27")
async def test_no_page_of_the_portal_shows_what_is_another_s(desk):
    done, draft = await desk.order("theirs", at=""), await desk.make("sales_order", await desk.call("theirs"))
    back = await desk.make(
        "return_order", await desk.call("theirs"), order={"id": str(done)}, reason="damage",
        lines=[{"product": "P-1", "quantity": "1"}],
    )  # fmt: skip
    number = (await read(desk.house, await desk.call("theirs"), "sales_order", done)).record["number"]
    browser = desk.browsers["mine"]
    foreign = [
        address
        for entity, id_ in (("sales_order", done), ("sales_order", draft), ("return_order", back), ("customer", desk.ids["theirs"]))
        for address in (f"/portal/doc/{entity}/{id_}", f"/portal/again/{entity}/{id_}",
                        f"/portal/open/return_order/{entity}/{id_}", f"/o/{entity}/{id_}/print")
    ]  # fmt: skip
    tried = {re.sub(r"/(sales_order|return_order|customer)/\d+", "/E/I", each) for each in foreign}
    routes = {
        re.sub(r"\{[^}]+\}", "I", re.sub(r"\{entity:str\}", "E", path.replace("{workflow:str}", "return_order")))
        for handler in PORTAL for path in handler.paths if "{" in path
    }  # fmt: skip
    assert routes <= tried
    for address in foreign:
        assert (await browser.get(address)).status_code in (403, 404), address
        if "/again/" not in address and "/print" not in address:
            answer = await desk.send("mine", "/portal/quick", at=address, do="step:receive")
            assert answer.status_code in (403, 404), address
    for address in ("/", "/portal/orders", "/portal/orders?of=return_order", "/portal/statement", "/portal/papers",
                    "/portal/profile", f"/portal/orders?q={number}"):  # fmt: skip
        page = await browser.get(address)
        assert page.status_code == 200, address
        assert number not in said(page).replace(f'value="{number}"', ""), address
        assert "Customer theirs" not in page.text, address
    assert number in (await desk.browsers["theirs"].get("/portal/orders")).text


async def test_the_portal_is_not_there_for_the_company_and_scanning_not_for_customers(desk):
    for address in ("/portal/products", "/portal/quick", "/portal/orders", "/portal/basket", "/portal/statement"):
        assert (await desk.browsers["order_reviewer"].get(address)).status_code == 404
    assert (await desk.browsers["mine"].get("/scan")).status_code == 403
    assert (await desk.browsers["finance_reviewer"].get("/scan")).status_code == 403
    assert (await desk.browsers["warehouse_keeper"].get("/scan")).status_code == 200


async def test_the_portal_shows_documents_of_the_customer_alone(desk):
    assert (await desk.browsers["mine"].get(f"/portal/doc/product/{desk.ids['P-1']}")).status_code == 404


async def test_nobody_signed_in_sees_neither(desk):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(desk.app), base_url="http://house") as nobody:
        for address in ("/portal/orders", "/scan", "/guide", "/help"):
            answer = await nobody.get(address, headers={"accept": "text/html"})
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.requirement("B-08")
async def test_a_basket_is_filled_changed_and_handed_in(desk):
    one, two = desk.ids["P-1"], desk.ids["P-2"]
    answer = await desk.send("mine", "/portal/products", at="/portal/basket/add", **{f"q.{one}": "２", f"q.{two}": "1"})
    assert answer.headers["location"] == "/portal/products?said=saved"
    page = await desk.browsers["mine"].get("/portal/products?q=tea")
    assert re.search(rf'name="q.{one}"[^>]*value="2"', page.text)
    await desk.send("mine", "/portal/products", at="/portal/basket/add", **{f"q.{one}": "3", f"q.{two}": "1"})
    basket = (await desk.browsers["mine"].get("/portal/basket")).headers["location"]
    assert re.search(r'name="lines.0.quantity"[^>]*value="3"', (await desk.browsers["mine"].get(basket)).text)
    page = await desk.browsers["mine"].get(basket)
    rows = re.findall(r'name="lines\.(\d)\.id" value="(\d+)"', page.text)
    form = {f"lines.{at}.id": id_ for at, id_ in rows} | {"lines": "", "lines.0.quantity": "5", "lines.1.quantity": "0"}
    answer = await desk.send("mine", basket, do="save", **form)
    assert answer.status_code == 303, said(answer)
    page = await desk.browsers["mine"].get(basket)
    assert "50.00" in page.text
    assert "Water" not in page.text
    answer = await desk.send("mine", basket, do="step:submit", address="3 New Street", note="Ring twice")
    assert answer.status_code == 303, said(answer)
    record = (await read(desk.house, await desk.call("mine"), "sales_order", int(basket.rpartition("/")[2]))).record
    assert (record["waits_at"], record["total"], record["address"]) == (["order_review"], "50.00", "3 New Street")
    assert (await desk.browsers["mine"].get("/portal/basket")).status_code == 200


async def test_what_cannot_be_ordered_is_said_and_nothing_goes_in(desk):
    answer = await desk.send(
        "mine",
        "/portal/products",
        at="/portal/basket/add",
        **{f"q.{desk.ids['P-1']}": "lots", "q.4611686018427387904": "1"},
    )
    assert answer.status_code == 422
    assert "cannot be ordered now" in said(answer)
    assert (await desk.browsers["mine"].get("/portal/basket")).status_code == 200


async def test_a_pasted_list_is_checked_before_it_is_ordered(desk):
    page = await desk.send("mine", "/portal/quick", text="code\tqty\nP-1\t3\nP-9\t1\nRice 2")
    assert page.status_code == 200
    assert "2 lines are fine" in said(page)
    assert "there is no “P-9”" in said(page)
    token = re.search(r'name="_csrf" value="([^"]+)"', page.text)[1]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    typed = dict(re.findall(r'<input class="input[^"]*"[^>]* name="([^"]+)" [^>]*value="([^"]*)"', page.text))
    form = {**hidden, **typed, "_csrf": token}
    browser = desk.browsers["mine"]
    again = await browser.post("/portal/check", data={**form, "do": "order"})
    assert again.status_code == 422
    mended = {name: "P-2" if value == "P-9" and name.endswith(".code") else value for name, value in form.items()}
    again = await browser.post("/portal/check", data={**mended, "do": "look"})
    assert "3 lines are fine" in said(again)
    answer = await browser.post("/portal/check", data={**mended, "do": "order"})
    assert answer.status_code == 303, said(answer)
    id_ = int(answer.headers["location"].split("?")[0].rpartition("/")[2])
    record = (await read(desk.house, await desk.call("mine"), "sales_order", id_)).record
    assert (record["total"], record["waits_at"]) == ("212.50", ["order_review"])
    twice = await browser.post("/portal/check", data={**mended, "do": "order"})
    assert twice.headers["location"] == answer.headers["location"]


async def test_an_empty_paste_is_told(desk):
    assert (await desk.send("mine", "/portal/quick", text="  ")).status_code == 422


@pytest.mark.requirement("B-13")
async def test_receipt_is_confirmed_with_one_button(desk):
    id_ = await desk.order(at="receive")
    page = await desk.browsers["mine"].get("/")
    assert f'action="/portal/doc/sales_order/{id_}"' in page.text
    answer = await desk.send("mine", f"/portal/doc/sales_order/{id_}", do="step:receive", _back="/")
    assert answer.headers["location"] == "/?said=saved"
    assert (await read(desk.house, await desk.call("mine"), "sales_order", id_)).record["phase"] == "complete"


@pytest.mark.requirement("B-16")
async def test_goods_of_a_received_order_go_back(desk):
    id_ = await desk.order(at="", lines=(("P-1", "3"), ("P-2", "1")))
    running = await desk.order()
    assert (
        f"/portal/open/return_order/sales_order/{id_}"
        in (await desk.browsers["mine"].get(f"/portal/doc/sales_order/{id_}")).text
    )
    assert (await desk.browsers["mine"].get(f"/portal/open/return_order/sales_order/{running}")).status_code == 404
    address = f"/portal/open/return_order/sales_order/{id_}"
    wrong = await desk.send("mine", address, reason="damage")
    assert wrong.status_code == 422
    wrong = await desk.send("mine", address, **{"reason": "damage", "lines.0.quantity": "4"})
    assert "More than can be returned" in said(wrong)
    answer = await desk.send("mine", address, **{"reason": "damage", "lines.0.quantity": "2", "lines.1.quantity": ""})
    assert answer.status_code == 303, said(answer)
    back = int(answer.headers["location"].split("?")[0].rpartition("/")[2])
    record = (await read(desk.house, await desk.call("mine"), "return_order", back)).record
    assert record["waits_at"] == ["return_review"]
    assert [(each["product"]["key"], each["quantity"]) for each in record["lines"]] == [("P-1", "2.0000")]


async def test_an_order_is_followed_where_departments_say_something(desk):
    id_ = await desk.order(at="ship")
    done = await step(desk.house, await desk.call("shipper"), "sales_order", id_, "ship", values={"waybill": "SF-777"})
    assert isinstance(done, Done)
    page = await desk.browsers["mine"].get(f"/portal/doc/sales_order/{id_}")
    assert "SF-777" in page.text
    assert "Where it is" in page.text
    assert "order_reviewer" not in page.text


@pytest.mark.requirement("B-27")
async def test_the_statement_sums_the_month(desk):
    await desk.order("theirs")
    await desk.make("sales_order", await desk.call("theirs"))
    page = await desk.browsers["theirs"].get("/portal/statement")
    mine = await listing(
        desk.house, await desk.call("theirs"), "sales_order",
        Query(filter=(Filter(("phase",), "in", ("running", "complete")),), fields=("total",)),
    )  # fmt: skip
    assert all(each["number"] in page.text for each in mine.items)
    assert page.text.count("<time datetime") == len(mine.items)
    empty = await desk.browsers["theirs"].get("/portal/statement?month=2020-01")
    assert "Nothing in this month" in empty.text
    assert (await desk.browsers["theirs"].get("/portal/statement?month=nonsense")).status_code == 200


def test_twelve_months_end_with_this_one():
    months = months_before(date(2026, 2, 14), 3)
    assert [f"{each:%Y-%m}" for each in months] == ["2026-02", "2026-01", "2025-12"]


async def test_papers_and_details_are_there(desk):
    id_ = await desk.order()
    assert f"/o/sales_order/{id_}/print/order" in (await desk.browsers["mine"].get("/portal/papers")).text
    assert "mine road" in (await desk.browsers["mine"].get("/portal/profile")).text


def test_more_of_the_same_is_one_line():
    lines = Lines("order", "lines", "product", "product", "quantity")
    rows = [
        {"id": "7", "product": {"id": "1"}, "quantity": "2.0000"},
        {"id": "8", "product": {"id": "2"}, "quantity": "1"},
    ]
    fresh = [{"product": {"id": "1"}, "quantity": "3"}, {"product": {"id": "3"}, "quantity": "4"}]
    more = merged(lines, rows, fresh)
    assert [(each.get("id"), each["quantity"]) for each in more] == [("7", "5.0000"), ("8", "1"), (None, "4")]
    assert merged(lines, rows, fresh, instead=True)[0]["quantity"] == "3"


async def test_stages_are_the_customer_s_words(desk):
    force = desk.house.force
    workflow = force.blueprint.workflows["sales_order"]
    staged = replace(
        workflow,
        stages=(
            Stage("a", workflow.steps[0].id, Text.of("Placed")),
            Stage("b", workflow.steps[-1].id, Text.of("On its way")),
        ),
    )
    speech = Speech(force.types, "en", desk.house.zone, "CNY")
    bar = stages_of(force, speech, None, staged, {"stage": "b", "phase": "running"}, NOW)
    assert [(each.label, each.state) for each in bar] == [("Placed", "done"), ("On its way", "now")]
    assert stages_of(force, speech, None, staged, {"phase": "cancelled"}, NOW) == ()
