"""The screens over HTTP without a browser: who gets in, what is refused and how, and a form that is sent twice."""

import re

import httpx
import pytest
from litestar import Litestar
from rooms.web_kit import NOW, SITE, shared_url

from ordinance.access import ENGINE
from ordinance.acts import Call, Done, create
from ordinance.app import open_house
from ordinance.app.serving import application
from ordinance.web.stack import stack
from ordinance.web.ui import ui_routes

pytestmark = pytest.mark.anyio
__all__ = ["shared_url"]

PASSWORD = "A long walk at dawn"
HOSTILE = '<img src=x onerror=alert(1)>"&'


class Desk:
    """A served site, and browsers that are signed in."""

    def __init__(self, opened):
        self.opened = opened
        self.app = application(opened, clock=lambda: NOW, worker=False)
        self.ids = {}

    def browser(self, app=None):
        transport = httpx.ASGITransport(app or self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://house", headers={"accept": "text/html"})

    async def make(self, entity, **values):
        done = await create(self.opened.house, Call(ENGINE, NOW, "en", "system"), entity, values)
        assert isinstance(done, Done), done
        return done.id

    async def person(self, name, role, **more):
        await self.make("account", name=name, roles=[role], **more)
        account = await self.opened.accounts.find(name)
        assert await self.opened.accounts.set_password(account, PASSWORD, NOW) == ()
        await self.opened.accounts.put_away_guide(account.id, NOW)

    async def signed_in(self, name):
        browser = self.browser()
        answer = await browser.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser


@pytest.fixture(scope="module")
async def desk(shared_url):
    async with open_house(SITE, NOW, url=shared_url) as opened:
        made = Desk(opened)
        for name in ("system_administrator", "business_manager", "order_reviewer"):
            await made.person(name, name)
        made.ids["mine"] = await made.make("customer", code="C-1", name="Mine", address="1 Road")
        made.ids["other"] = await made.make("customer", code="C-2", name=HOSTILE, address="2 Road")
        await made.make("product", code="P-1", name="Tea", price="10.00", sale_state="on_sale")
        await made.person("customer", "customer", of={"entity": "customer", "id": str(made.ids["mine"])})
        line = [{"product": "P-1", "quantity": "2"}]
        made.ids["order"] = await made.make("sales_order", customer="C-2", address="2 Road", lines=line)
        yield made


def token(page):
    return re.search(r'name="_csrf" value="([^"]+)"', page.text)[1]


async def test_nobody_is_led_to_the_sign_in_page_and_back(desk):
    async with desk.browser() as browser:
        answer = await browser.get("/o/sales_order?step=ship")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?back=%2Fo%2Fsales_order%3Fstep%3Dship"
        page = await browser.get(answer.headers["location"])
        assert 'name="_back" value="/o/sales_order?step=ship"' in page.text
        form = {"name": "order_reviewer", "password": PASSWORD, "_back": "/o/sales_order?step=ship"}
        answer = await browser.post("/sign-in", data=form)
        assert answer.headers["location"] == "/o/sales_order?step=ship"
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


async def test_a_module_that_asks_for_nobody_gets_problem_details(desk):
    async with desk.browser() as browser:
        answer = await browser.get("/lookup/customer?q=x", headers={"accept": "application/json"})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


async def test_signing_in_never_leads_to_another_site(desk):
    async with desk.browser() as browser:
        form = {"name": "order_reviewer", "password": PASSWORD, "_back": "//elsewhere.example/"}
        assert (await browser.post("/sign-in", data=form)).headers["location"] == "/"


async def test_a_form_without_the_token_of_its_session_is_refused(desk):
    browser = await desk.signed_in("business_manager")
    answer = await browser.post("/o/customer/new", data={"do": "save", "code": "C-9", "name": "Nine"})
    assert answer.status_code == 403
    assert not re.search(r"/o/customer/[0-9]", (await browser.get("/o/customer?search=C-9")).text)
    await browser.aclose()


async def test_a_form_sent_twice_counts_once(desk):
    browser = await desk.signed_in("business_manager")
    form = await browser.get("/o/customer/new")
    key = re.search(r'name="_key" value="([^"]+)"', form.text)[1]
    sent = {"_csrf": token(form), "_key": key, "do": "save", "code": "C-7", "name": "Seven"}
    first, second = [await browser.post("/o/customer/new", data=sent) for _ in range(2)]
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    await browser.aclose()


async def test_what_is_wrong_comes_back_beside_its_field_and_with_what_was_typed(desk):
    browser = await desk.signed_in("business_manager")
    form = await browser.get("/o/customer/new")
    sent = {"_csrf": token(form), "do": "save", "code": "C-1", "name": "", "credit_limit": "lots"}
    answer = await browser.post("/o/customer/new", data=sent)
    assert answer.status_code == 422
    assert 'value="lots"' in answer.text
    assert 'href="#f-credit_limit"' in answer.text
    json = await browser.post("/o/customer/new", data=sent, headers={"accept": "application/json"})
    assert json.status_code == 422
    assert "credit_limit" in json.json()["errors"]
    await browser.aclose()


async def test_stored_markup_stays_text_everywhere(desk):
    browser = await desk.signed_in("business_manager")
    customer, order = f"/o/customer/{desk.ids['other']}", f"/o/sales_order/{desk.ids['order']}"
    for address in ("/o/customer", customer, order, "/search?q=C-2"):
        answer = await browser.get(address)
        assert answer.status_code == 200, address
        assert "<img" not in answer.text, address
    assert "&lt;img" in (await browser.get("/o/customer")).text
    await browser.aclose()


@pytest.mark.requirement("B-27")
async def test_another_customers_order_is_not_there(desk):
    browser = await desk.signed_in("customer")
    answer = await browser.get(f"/o/sales_order/{desk.ids['order']}")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert (await browser.get("/o/price")).status_code == 403
    assert (await browser.get("/o/nothing")).status_code == 404
    assert (await browser.get("/o/sales_order/abc")).status_code == 404
    await browser.aclose()


async def test_a_fault_shows_a_reference_and_nothing_else(desk):
    def broken():
        raise RuntimeError("the words of the fault")

    inner = Litestar(ui_routes(lambda: desk.opened.house, broken), openapi_config=None, logging_config=None)
    app = stack(inner, desk.opened.accounts, lambda: NOW)
    async with desk.browser(app) as browser:
        answer = await browser.post("/sign-in", data={"name": "a", "password": "b"})
        assert answer.status_code == 500
        assert "the words of the fault" not in answer.text
        assert answer.headers["x-request-id"] in answer.text


async def test_a_preview_writes_nothing_and_answers_by_the_names_of_the_form(desk):
    browser = await desk.signed_in("order_reviewer")
    form = await browser.get("/o/sales_order/new")
    rows = {"lines.5.id": "", "lines.5.product": "P-1", "lines.5.product~was": "", "lines.5.quantity": "3"}
    sent = {"customer": "C-1", "customer~was": "", "lines": "", **rows}
    answer = await browser.post("/o/sales_order/preview", data=sent, headers={"x-csrf-token": token(form)})
    assert answer.status_code == 200
    told = answer.json()
    assert told["text"]["lines.5.amount"] == "30.00"
    assert told["text"]["total"] == "¥ 30.00"
    assert told["entry"]["lines.5.product"]["label"] == "Tea"
    assert told["fill"]["address"] == "1 Road"
    assert told["fill"]["lines.5.price"] == "10.00"
    await browser.aclose()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/o/customer?cursor=zzz", 400),
        ("/o/customer?sort=nothing", 200),
        ("/o/customer?filter[nothing][eq]=1", 200),
        ("/o/customer?filter[name][gte]=1", 200),
    ],
)
async def test_an_address_that_makes_no_sense_gets_a_page_and_no_fault(desk, address, status):
    """What narrows and sorts may be gone since the address was kept: the list opens and says what does nothing."""
    browser = await desk.signed_in("business_manager")
    answer = await browser.get(address)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert ('class="filter gone"' in answer.text) == (status == 200)
    await browser.aclose()


async def test_preferences_are_remembered_and_lead_back_here(desk):
    async with desk.browser() as browser:
        answer = await browser.post("/preferences", data={"locale": "en", "_back": "https://elsewhere.example/"})
        assert answer.headers["location"] == "/"
        assert "<h1>Sign in</h1>" in (await browser.get("/sign-in")).text
        await browser.post("/preferences", data={"theme": "dark"})
        assert 'data-theme="dark"' in (await browser.get("/sign-in")).text
        await browser.post("/preferences", data={"theme": "<script>"})
        assert 'data-theme="dark"' in (await browser.get("/sign-in")).text


async def test_every_page_carries_the_strict_policy(desk):
    async with desk.browser() as browser:
        for address in ("/sign-in", "/static/000000000000/none.js", "/o/x"):
            policy = (await browser.get(address)).headers["content-security-policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy
