"""The customer's portal in a browser: ordering by thumb, by pasting and again; following; the guide and the help page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from browser.rules import violations
from browser.test_live import enter, place_order, sessions  # noqa: F401 - fixtures
from playwright.sync_api import expect
from sizes import is_full

Enter = Callable[..., Any]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.mark.requirement("B-02")
@pytest.mark.requirement("B-08")
def test_an_order_is_put_together_by_thumb(enter: Enter) -> None:
    page = enter("customer", **PHONE)
    page.goto("/portal/products")
    page.locator(".seek-in").fill("wlc")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".goods > li")).to_have_count(1)
    more = page.get_by_role("button", name="多一个 订多少 乌龙茶")
    for _ in range(3):
        more.click()
    page.get_by_role("button", name="少一个 订多少 乌龙茶").click()
    expect(page.locator(".goods .input")).to_have_value("2")
    page.locator("button[value=stay]").click()
    page.wait_for_url("**said=saved")
    expect(page.locator(".dock")).to_contain_text("¥ 96.00")
    page.get_by_role("button", name="去结算").click()
    page.wait_for_url("**/portal/doc/sales_order/*")
    expect(page.locator("h1")).to_have_text("购物车")
    page.locator(".check .input").first.fill("５")
    page.get_by_label("备注").fill("上午送")
    page.get_by_role("button", name="提交订单").click()
    page.wait_for_url("**said=saved")
    expect(page.locator("h1")).to_have_text(re.compile(r"DH\d{8}-\d{4}"))
    expect(page.locator(".head .chip")).to_have_text("待订单审核")
    expect(page.locator(".totals .grand").last).to_have_text("¥ 240.00")
    page.goto("/portal/basket")
    expect(page.locator(".empty")).to_contain_text("购物车是空的")


def test_a_pasted_list_is_mended_and_ordered(enter: Enter) -> None:
    page = enter("customer", **PHONE)
    page.goto("/portal/quick")
    page.locator("#text").fill("编码\t数量\nSP-001\t２\nwlc 1\nSP-004 × 3\nSP-005 1")
    page.get_by_role("button", name="查看结果").click()
    expect(page.locator(".check > li")).to_have_count(4)
    expect(page.locator(".wrong")).to_contain_text("没有“wlc”")
    page.locator(".wrong select").select_option(label="乌龙茶 · SP-002")
    page.locator(".check > li").last.get_by_label(re.compile("不要了")).check()
    page.get_by_role("button", name="重新核对").click()
    expect(page.locator(".check > li")).to_have_count(3)
    expect(page.locator(".wrong")).to_have_count(0)
    expect(page.locator(".totals .grand").last).to_have_text("¥ 321.40")
    page.get_by_role("button", name="直接下单").click()
    page.wait_for_url("**/portal/doc/**")
    expect(page.locator(".head .chip")).to_have_text("待订单审核")
    page.get_by_role("link", name="再来一单").click()
    expect(page.locator(".check > li")).to_have_count(3)
    expect(page.locator("h1")).to_have_text("再来一单")


@pytest.mark.requirement("B-13")
def test_receipt_is_confirmed_on_the_first_page_and_goods_go_back(enter: Enter) -> None:
    address = place_order(enter("order_reviewer"))
    for who in ("order_reviewer", "finance_reviewer", "warehouse_keeper", "shipper"):
        page = enter(who)
        page.goto(address)
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**said=saved")
    id_ = address.rpartition("/")[2]
    page = enter("customer", **PHONE)
    page.goto("/")
    waiting = page.locator("section", has=page.locator("#waits")).locator("li", has=page.locator(f'[href$="/{id_}"]'))
    expect(waiting.locator(".chip").first).to_have_text("待收货确认")
    waiting.get_by_role("button", name="收货确认").click()
    page.wait_for_url("**said=saved")
    expect(page.locator(f'section:has(#waits) [href$="/{id_}"]')).to_have_count(0)
    page.goto(f"/portal/doc/sales_order/{id_}")
    expect(page.locator(".head .chip")).to_have_text("已完成")
    expect(page.locator(".steps .done")).to_have_count(6)
    page.get_by_role("link", name="提交退货").click()
    page.locator(".check .input").first.fill("9")
    page.locator("select").select_option("damage")
    page.get_by_role("button", name="提交退货").click()
    expect(page.locator("#faults")).to_contain_text("超过可退数量")
    page.locator(".check .input").first.fill("1")
    page.get_by_role("button", name="提交退货").click()
    page.wait_for_url("**/portal/doc/return_order/**")
    expect(page.locator(".head .chip")).to_have_text("待退货审核")


def test_without_javascript_an_order_goes_in(enter: Enter) -> None:
    page = enter("customer", java_script_enabled=False, **PHONE)
    page.goto("/portal/products")
    page.locator(".goods .input").nth(2).fill("1")
    page.locator("button[value=stay]").click()
    page.goto("/portal/basket")
    page.locator(".check .cut").first.click()
    expect(page.locator(".check > li")).to_have_count(0)
    page.goto("/portal/quick")
    page.locator("#text").fill("SP-003 1")
    page.get_by_role("button", name="查看结果").click()
    page.get_by_role("button", name="放入购物车").click()
    page.get_by_role("button", name="提交订单").click()
    expect(page.locator(".head .chip")).to_have_text("待订单审核")


@pytest.mark.parametrize("lang", ["zh", "en"] if is_full() else ["zh"])
@pytest.mark.parametrize("width", [390, 1440] if is_full() else [390])
def test_screens_are_accessible_and_fit(enter: Enter, live_url: str, width: int, lang: str) -> None:
    page = enter("customer", viewport={"width": width, "height": 844})
    page.context.add_cookies([{"name": "ordinance_locale", "value": lang, "url": live_url}])
    page.goto("/portal/orders")
    first = page.locator(".number").first.get_attribute("href")
    found = []
    screens = ("/", "/portal/products", "/portal/quick", "/portal/orders", first, first.replace("/doc/", "/again/"),
               "/portal/basket", "/portal/statement", "/portal/papers", "/portal/profile", "/guide", "/help")  # fmt: skip
    for address in screens:
        page.goto(address)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found += [f"{address} {theme}: {each}" for each in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            found.append(f"{address}: too wide")
        small = page.evaluate(
            "[...document.querySelectorAll('main .button, main .input, nav.along a')]"
            ".filter(e => e.checkVisibility() && !e.classList.contains('small') && e.getBoundingClientRect().height < 43.5)"
            ".map(e => e.outerHTML.slice(0, 80))"
        )
        found += [f"{address}: under 44 px: {each}" for each in small]
    assert "\n".join(found) == ""
