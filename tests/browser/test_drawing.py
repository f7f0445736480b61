"""The drawing in the real browser: which layout is shown, light and dark, accessible, within its width; the handbook."""

from __future__ import annotations

from typing import Any

import pytest
from browser.company import PASSWORD
from browser.rules import violations
from playwright.sync_api import expect


def enter(page: Any, address: str, name: str) -> None:
    page.goto(f"{address}/sign-in")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("main .first").click()
    page.wait_for_url(f"{address}/")


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0)


@pytest.mark.parametrize(("width", "shown", "hidden"), [(1440, "wide", "tall"), (390, "tall", "wide")])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_steps_are_drawn_for_the_window_they_are_in(
    open_window: Any, live_url: str, width: int, shown: str, hidden: str, theme: str
) -> None:
    page = open_window(width)
    page.emulate_media(color_scheme=theme)
    enter(page, live_url, "system_administrator")
    page.goto(f"{live_url}/settings/workflow/sales_order")
    drawing = page.locator(f".drawing.{shown}")
    expect(drawing).to_be_visible()
    expect(page.locator(f".drawing.{hidden}")).not_to_be_visible()
    expect(drawing).to_have_role("img")
    expect(drawing).to_have_accessible_name("订货单流程图")
    expect(drawing.locator(".step")).to_have_count(6)
    assert texts_inside_their_boxes(page, shown) == []
    assert fits(page)
    assert violations(page) == []
    page.get_by_text("以文字阅读").click()
    expect(page.locator(".worded > li").first).to_contain_text("提交订单")
    assert violations(page) == []


def texts_inside_their_boxes(page: Any, layout: str) -> list[str]:
    """Return the words that stick out of their gate, as the browser measured them with the fonts it has."""
    found: list[str] = page.evaluate(
        """layout => [...document.querySelectorAll(`.drawing.${layout} .step`)].flatMap(step => {
             const gate = step.querySelector(":scope > .gate").getBoundingClientRect();
             return [...step.querySelectorAll(":scope > text")]
               .filter(each => !/-text/.test(each.getAttribute("class") || ""))
               .filter(each => { const box = each.getBoundingClientRect(); return box.left < gate.left || box.right > gate.right })
               .map(each => each.textContent)
           })""",
        layout,
    )
    return found


def test_a_document_shows_its_way(open_window: Any, live_url: str) -> None:
    page = open_window(1440)
    enter(page, live_url, "order_reviewer")
    page.goto(f"{live_url}/o/sales_order?step=order_review")
    page.locator(".table a.key").first.click()
    page.locator(".rail details > summary").click()
    way = page.locator(".drawing.slim")
    expect(way).to_be_visible()
    expect(way.locator(".here")).to_have_count(1)
    expect(way.locator(".here")).to_contain_text("订单审核")
    expect(way.locator(".passed")).to_contain_text("提交订单")
    assert texts_inside_their_boxes(page, "slim") == []
    assert violations(page) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_handbook_is_for_the_roles_of_whoever_reads_it(open_window: Any, live_url: str, width: int) -> None:
    page = open_window(width)
    enter(page, live_url, "shipper")
    page.locator(".menu > summary").last.click()
    page.get_by_role("link", name="工作手册").click()
    expect(page.locator("h1")).to_have_text("发货员工作手册")
    expect(page.locator(".duty")).to_have_count(1)
    assert fits(page)
    assert violations(page) == []
    answer = page.goto(f"{live_url}/handbook?role=finance_reviewer")
    assert answer.status == 404


def test_the_customer_reads_one_too(open_window: Any, live_url: str) -> None:
    page = open_window(1440)
    enter(page, live_url, "customer")
    page.goto(f"{live_url}/handbook")
    expect(page.locator("h1")).to_have_text("客户工作手册")
    assert violations(page) == []
