"""The scan page in a browser: a scanner is a keyboard, every scan is answered at once, and no network loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from browser.rules import violations
from browser.test_live import enter, sessions  # noqa: F401 - fixtures
from playwright.sync_api import expect
from sizes import is_full

Enter = Callable[..., Any]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def order(enter: Enter) -> Callable[[], str]:
    """Have an order come to the warehouse, and return its number."""

    def made() -> str:
        page = enter("order_reviewer", locale="zh-CN")
        page.goto("/o/sales_order/new")
        page.evaluate(
            """async () => {
              const page = new DOMParser().parseFromString(await (await fetch("/o/sales_order/new")).text(), "text/html");
              const form = page.querySelector("#record");
              const body = new URLSearchParams(new FormData(form));
              body.set("customer", "KH-001");
              body.set("lines.0.product", "SP-002"); body.set("lines.0.quantity", "2");
              body.set("lines.1.product", "SP-003"); body.set("lines.1.quantity", "1");
              body.set("do", "step:submit");
              const answer = await fetch("/o/sales_order/new", {method: "POST", body, headers: {accept: "application/json"}});
              location.assign((await answer.json()).location);
            }"""
        )
        page.wait_for_url(re.compile(r"/o/sales_order/\d+"))
        address, number = page.url.split("?")[0], page.locator("h1").inner_text()
        for who in ("order_reviewer", "finance_reviewer"):
            page = enter(who)
            page.goto(address)
            page.keyboard.press("Control+Enter")
            page.wait_for_url("**said=saved")
        return number

    return made


def scan(page: Any, code: str) -> None:
    """Type as a scanner does: fast, wherever the focus is, Enter behind it."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


@pytest.mark.requirement("B-11")
def test_goods_are_counted_and_the_step_is_done_without_touching_the_screen(
    enter: Enter,
    order: Callable[[], str],
) -> None:
    number = order()
    page = enter("warehouse_keeper", **PHONE)
    page.goto("/scan")
    expect(page.locator("[data-code]")).to_be_focused()
    scan(page, number)
    page.locator("[data-scan=card]").wait_for()
    expect(page.locator("[data-code]")).to_be_focused()
    result = page.locator("[data-result]")
    page.locator("h1").click()
    scan(page, "sp-002")
    expect(result).to_have_text(re.compile(r"✓\s+乌龙茶\s+1 / 2"))
    expect(result).to_have_class(re.compile("ok"))
    scan(page, "SP-009")
    expect(result).to_contain_text("“SP-009”不在这张单据里")
    expect(result).to_have_class(re.compile("unknown"))
    scan(page, "SP-002")
    scan(page, "SP-002")
    expect(result).to_contain_text("“乌龙茶”已经够 2，不能再多")
    expect(page.locator("[data-left]")).to_have_text("还差 1")
    page.reload()
    expect(page.locator(".lines .all .input")).to_have_value("2")
    page.get_by_role("button", name="出库审核").click()
    expect(result).to_contain_text("还差 1")
    page.get_by_role("button", name="加一 燕麦饼干").click()
    expect(page.locator("[data-left]")).to_have_text("还差 0")
    page.get_by_role("button", name="出库审核").click()
    page.wait_for_url("**/scan?done=*")
    expect(page.locator("[data-result]")).to_contain_text(f"{number} 已完成")


def test_what_cannot_be_sent_is_kept_and_sent_when_the_network_is_back(
    enter: Enter,
    order: Callable[[], str],
    watch: Any,
) -> None:
    number = order()
    page = enter("warehouse_keeper", **PHONE)
    page.goto("/scan")
    scan(page, number)
    page.locator("[data-scan=card]").wait_for()
    page.context.set_offline(True)
    for code in ("SP-002", "SP-002", "SP-003"):
        scan(page, code)
    expect(page.locator("[data-result]")).to_contain_text("已全部核对")
    page.get_by_role("button", name="出库审核").click()
    expect(page.locator("[data-result]")).to_contain_text(f"{number} 已记下")
    expect(page.locator("[data-unsent]")).to_have_text("待发送 1")
    page.context.set_offline(False)
    expect(page.locator("[data-result]")).to_contain_text(f"{number} 已发送")
    expect(page.locator("[data-unsent]")).to_be_hidden()
    page.goto("/scan")
    expect(page.locator(f'[data-number="{number}"]')).to_have_count(0)
    page.locator("[data-code]").fill(number)
    page.get_by_role("button", name="打开").click()
    expect(page.locator("[data-result]")).to_contain_text("待发货确认")
    # The browser itself reports every request that found no network.
    watch.complaints[:] = [each for each in watch.complaints if "ERR_INTERNET_DISCONNECTED" not in each]


def test_without_javascript_one_scan_is_one_request(enter: Enter, order: Callable[[], str]) -> None:
    number = order()
    page = enter("warehouse_keeper", java_script_enabled=False, **PHONE)
    page.goto("/scan")
    page.locator("[data-code]").fill(number)
    page.get_by_role("button", name="打开").click()
    for code in ("SP-002", "SP-002", "SP-003"):
        page.locator("[data-code]").fill(code)
        page.get_by_role("button", name="计数").click()
    expect(page.locator("[data-result]")).to_contain_text("已全部核对")
    page.get_by_role("button", name="出库审核").click()
    expect(page.locator("[data-result]")).to_contain_text(f"{number} 已完成")


@pytest.mark.parametrize("lang", ["zh", "en"] if is_full() else ["en"])
@pytest.mark.parametrize("width", [390, 1440] if is_full() else [390])
def test_screens_are_accessible_and_fit(
    enter: Enter,
    order: Callable[[], str],
    live_url: str,
    width: int,
    lang: str,
) -> None:
    order()
    page = enter("warehouse_keeper", viewport={"width": width, "height": 844})
    page.context.add_cookies([{"name": "ordinance_locale", "value": lang, "url": live_url}])
    page.goto("/scan")
    card = page.locator("[data-number]").first.get_attribute("href")
    found = []
    for address in ("/scan", card, "/guide", "/help"):
        page.goto(address)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found += [f"{address} {theme}: {each}" for each in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            found.append(f"{address}: too wide")
        small = page.evaluate(
            "[...document.querySelectorAll('.scan .button, .scan .input, .scan .many button, .waits a')]"
            ".filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 55.5).map(e => e.outerHTML.slice(0, 80))"
        )
        found += [f"{address}: under 56 px: {each}" for each in small]
    assert "\n".join(found) == ""
