"""Why, on the pages, without a browser: who gets to read what, and what it may not contain."""

from __future__ import annotations

import re

import pytest
from rooms.test_ui_pages import Desk, desk, shared_url

pytestmark = pytest.mark.anyio
__all__ = ["desk", "shared_url"]


async def test_the_page_without_javascript(desk: Desk):
    where = f"/o/sales_order/{desk.ids['order']}"
    browser = await desk.signed_in("business_manager")
    page = await browser.get(where)
    link = re.search(r'href="([^"]+/why\?step=[^"]+)"', page.text)
    assert link is not None, "beside the refused step"
    why = await browser.get(link[1])
    assert why.status_code == 200
    assert '<section id="why"' in why.text
    assert "yaml" not in why.text
    assert "script-src 'self'" in why.headers["content-security-policy"]
    assert "style=" not in why.text
    assert "onclick" not in why.text


async def test_pages_speak_both_languages_and_escape_what_people_wrote(desk: Desk):
    where = f"/o/sales_order/{desk.ids['order']}/why?field=customer"
    browser = await desk.signed_in("order_reviewer")
    said = [(await browser.get(where, headers={"accept-language": each})).text for each in ("zh", "en")]
    assert "您的角色" in said[0]
    assert "your roles" in said[1]
    page = await browser.get(f"/o/customer/{desk.ids['other']}/why?field=name")
    assert "<img" not in page.text


async def test_pages_refuse_what_the_api_refuses(desk: Desk):
    order_ = desk.ids["order"]
    browser = await desk.signed_in("order_reviewer")
    for query, status in (("", 404), ("step=zz", 404), ("field=zz", 404), ("step=order_review&for=customer", 403)):
        assert (await browser.get(f"/o/sales_order/{order_}/why?{query}")).status_code == status, query
    assert 'name="for"' not in (await browser.get(f"/o/sales_order/{order_}/why?record=true")).text
    browser = await desk.signed_in("customer")
    assert (await browser.get(f"/o/sales_order/{order_}/why?record=true")).status_code == 404
    assert (await browser.get("/why")).status_code == 200


async def test_whoever_looks_after_accounts_asks_for_others_on_the_page(desk: Desk):
    where = f"/o/sales_order/{desk.ids['order']}/why"
    browser = await desk.signed_in("system_administrator")
    page = await browser.get(f"{where}?record=true")
    assert 'name="for"' in page.text
    page = await browser.get(f"{where}?record=true&for=customer")
    assert "看不到这条记录" in page.text or "not visible" in page.text
    assert "roles.yaml" in page.text
