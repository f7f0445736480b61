"""A served site with two customers, and a browser for each of its people that runs no JavaScript."""

import re

import httpx
import pytest
from rooms.web_kit import NOW, SITE

from ordinance.access import ENGINE
from ordinance.acts import Call, Done, create, step
from ordinance.app import open_house
from ordinance.app.serving import application

PASSWORD = "A long walk at dawn"
HANDS = {
    "order_review": "order_reviewer", "finance_review": "finance_reviewer", "outbound_review": "warehouse_keeper",
    "ship": "shipper", "receive": "mine",
}  # fmt: skip


class Desk:
    """A served site with two customers, and a browser for each of its people."""

    def __init__(self, opened):
        self.opened, self.house, self.ids, self.browsers = opened, opened.house, {}, {}
        self.app = application(opened, clock=lambda: NOW, worker=False)

    async def make(self, entity, call=None, **values):
        done = await create(self.house, call or Call(ENGINE, NOW, "en", "system"), entity, values)
        assert isinstance(done, Done), done
        return done.id

    def browser(self):
        headers = {"accept": "text/html", "accept-language": "en"}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://house", headers=headers)

    async def person(self, name, role, **more):
        await self.make("account", name=name, roles=[role], **more)
        account = await self.opened.accounts.find(name)
        assert await self.opened.accounts.set_password(account, PASSWORD, NOW) == ()
        await self.opened.accounts.put_away_guide(account.id, NOW)
        browser = self.browsers[name] = self.browser()
        answer = await browser.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text

    async def call(self, name):
        account = await self.opened.accounts.find(name)
        return Call(account.actor(self.house.blueprint.roles), NOW, "en", "portal" if account.of else "office")

    async def order(self, name="mine", *, at="order_review", lines=(("P-1", "3"),)):
        """Have a customer order, and the company's people carry the order to a step."""
        values = [{"product": code, "quantity": many} for code, many in lines]
        id_ = await self.make("sales_order", await self.call(name), lines=values)
        for each, who in HANDS.items():
            if each == at:
                break
            done = await step(self.house, await self.call(name if who == "mine" else who), "sales_order", id_, each)
            assert isinstance(done, Done), done
        return id_

    async def send(self, name, address, /, at=None, **form):
        """Send a form of the page at an address, as a browser without JavaScript does."""
        browser = self.browsers[name]
        page = await browser.get(address)
        token = re.search(r'name="_csrf" value="([^"]+)"', page.text)[1]
        key = re.search(r'name="_key" value="([^"]+)"', page.text)
        version = re.search(r'name="_version" value="([^"]+)"', page.text)
        hidden = {"_csrf": token, **({"_key": key[1]} if key else {}), **({"_version": version[1]} if version else {})}
        return await browser.post(at or address, data={**hidden, **form})


@pytest.fixture(scope="module")
async def desk(shared_url):
    async with open_house(SITE, NOW, url=shared_url) as opened:
        made = Desk(opened)
        for name in ("system_administrator", "business_manager", "order_reviewer", "finance_reviewer",
                     "warehouse_keeper", "shipper"):  # fmt: skip
            await made.person(name, name)
        for name in ("mine", "theirs"):
            made.ids[name] = await made.make("customer", code=name, name=f"Customer {name}", address=f"{name} road")
            await made.person(name, "customer", of={"entity": "customer", "id": str(made.ids[name])})
        for code, called, price in (("P-1", "Green tea", "10.00"), ("P-2", "Water", "2.50"), ("P-3", "Rice", "90.00")):
            made.ids[code] = await made.make("product", code=code, name=called, price=price)
        yield made
        for browser in made.browsers.values():
            await browser.aclose()


def said(page):
    return re.sub(r"<[^>]+>|\s+", " ", page.text)
