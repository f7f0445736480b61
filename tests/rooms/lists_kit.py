"""Sixty orders in the default company, served, and its people at their browsers."""

from __future__ import annotations

import pytest
from rooms.test_ui_pages import Desk
from rooms.web_kit import NOW, SITE, shared_url

from ordinance.acts import Call, Done, create
from ordinance.app import open_house

__all__ = ["shared_url"]


class Office(Desk):
    """A served site whose people stay signed in."""

    def __init__(self, opened):
        super().__init__(opened)
        self.browsers = {}

    async def seated(self, name):
        if name not in self.browsers:
            self.browsers[name] = await self.signed_in(name)
        return self.browsers[name]


@pytest.fixture(scope="module")
async def desk(shared_url):
    async with open_house(SITE, NOW, url=shared_url) as opened:
        made = Office(opened)
        for name in ("system_administrator", "business_manager", "order_reviewer", "warehouse_keeper"):
            await made.person(name, name)
        customer = await made.make("customer", code="C-1", name="上海瑞禾", address="1 Road")
        await made.make("product", code="P-1", name="Tea", price="10.00", sale_state="on_sale")
        made.ids["customer"] = customer
        signed = await opened.accounts.sign_in("order_reviewer", "A long walk at dawn", NOW)
        by = Call(signed.actor, NOW, "en", "office")
        orders = []
        for at in range(60):
            line = [{"product": "P-1", "quantity": str(at % 5 + 1)}]
            values = {"customer": "C-1", "lines": line, "address": "x", "deliver_by": f"2026-11-{20 + at % 9:02}"}
            done = await create(opened.house, by, "sales_order", values)
            assert isinstance(done, Done), done
            orders.append(done.id)
        made.ids["orders"] = orders
        yield made
        for browser in made.browsers.values():
            await browser.aclose()
