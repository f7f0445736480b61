"""“Why?” in a browser: a dialog with JavaScript, a page without, by keyboard, accessible, in both languages."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from browser.own import live_url, sessions
from browser.rules import violations
from browser.test_live import Enter, enter, place_order
from playwright.sync_api import expect

__all__ = ["enter", "live_url", "sessions"]

FOLDER = os.environ.get("ORDINANCE_PICTURES")


def picture(page: Any, name: str) -> None:
    """Keep a picture of the page if somebody wants to look (`ORDINANCE_PICTURES=FOLDER`)."""
    if FOLDER:
        page.screenshot(path=f"{FOLDER}/{name}.png")


def test_a_refused_button_says_why_in_a_dialog(enter: Enter) -> None:
    address = place_order(enter("order_reviewer"))
    page = enter("finance_reviewer")
    page.goto(address)
    link = page.locator(".refused").get_by_role("link", name="为什么？订单审核")
    link.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("h2")).to_have_text("订单审核:不可以")
    expect(dialog.locator(".conditions > .no").first).to_contain_text("订单审核员")
    expect(dialog.locator(".changes li")).to_have_text(["由以下角色之一办理:订单审核员"])
    assert "yaml" not in dialog.inner_text()
    picture(page, "why-dialog")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(link).to_be_focused()
    assert page.url.endswith(address) or address in page.url


def test_it_is_reached_and_left_by_keyboard(enter: Enter) -> None:
    address = place_order(enter("order_reviewer"))
    page = enter("finance_reviewer")
    page.goto(address)
    field = page.locator('[data-field="address"]')
    expect(field.locator(".ask-why")).to_have_css("opacity", "0")
    field.locator(".ask-why").focus()
    expect(field.locator(".ask-why")).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").locator("h2")).to_contain_text("现在不能修改")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_without_javascript_it_is_a_page(enter: Enter) -> None:
    address = place_order(enter("order_reviewer"))
    page = enter("finance_reviewer", java_script_enabled=False)
    page.goto(address)
    page.locator(".refused").get_by_role("link", name=re.compile("为什么")).first.click()
    page.wait_for_url("**/why?step=order_review")
    expect(page.locator("h1")).to_have_text("为什么？ 订单审核")
    expect(page.locator("#why h2")).to_have_text("订单审核:不可以")
    page.locator(".crumb a").click()
    page.wait_for_url(re.compile(r"/o/sales_order/\d+$"))


def test_why_it_is_not_my_work_and_why_there_is_none(enter: Enter) -> None:
    address = place_order(enter("order_reviewer"))
    page = enter("finance_reviewer")
    page.goto(address)
    page.get_by_role("link", name=re.compile("为什么不在我的待办里")).click()
    expect(page.get_by_role("dialog").locator("h2")).to_have_text("不在待办中")
    page = enter("shipper")
    page.goto("/")
    page.locator(".empty").get_by_role("link", name=re.compile("为什么")).click()
    expect(page.get_by_role("dialog").locator(".conditions > li").first).to_contain_text("发货确认")


def test_whoever_looks_after_the_configuration_sees_its_lines_and_asks_for_others(enter: Enter) -> None:
    address = place_order(enter("order_reviewer"))
    page = enter("system_administrator")
    page.goto(f"{address}/why?step=order_review")
    expect(page.locator("#why code").first).to_contain_text("workflows.yaml")
    page.locator("#why-for").fill("order_reviewer")
    page.get_by_role("button", name="查看").click()
    expect(page.locator("#why h2")).to_have_text("订单审核:可以")
    expect(page.locator("#why")).to_contain_text("李倩")
    picture(page, "why-page")


@pytest.mark.parametrize("width", [1440, 390])
def test_it_is_accessible_and_fits(enter: Enter, width: int) -> None:
    address = place_order(enter("order_reviewer"))
    found = []
    for scheme in ("light", "dark"):
        page = enter("system_administrator", viewport={"width": width, "height": 844}, color_scheme=scheme)
        for screen in (f"{address}/why?step=order_review", f"{address}/why?field=customer", "/why", address):
            page.goto(screen)
            found += [f"{scheme} {screen}: {each}" for each in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                found.append(f"{screen}: too wide")
        picture(page, f"why-{scheme}-{width}")
    assert found == []
