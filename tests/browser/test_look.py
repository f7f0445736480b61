"""Every screen in both languages and themes, on a desk and on a phone: accessible, within its policy and its width."""

from __future__ import annotations

from typing import Any

import pytest
from browser.rules import violations
from sizes import is_full

SCREENS = (
    "/",
    "/sign-in",
    "/sign-in?wrong=1",
    "/guide",
    "/o/sales_order",
    "/o/sales_order?portal=1",
    "/o/sales_order/1",
    "/o/sales_order/1?wrong=1",
    "/o/sales_order/1?stale=1",
    "/o/sales_order/1?portal=1",
    "/o/sales_order/new",
    "/o/sales_order/1/act/back:finance_review",
    "/search?q=DH",
    "/settings/workflow/sales_order",
    "/settings/roles",
    "/settings/accounts",
    "/keys",
    "/error",
    "/error?out=1",
    "/nowhere",
)
VIEWS = [("zh", "light", 1440), ("en", "dark", 390)]
if is_full():
    VIEWS += [("zh", "dark", 1440), ("en", "light", 1440), ("zh", "light", 390), ("en", "dark", 1440)]


@pytest.mark.parametrize(("lang", "theme", "width"), VIEWS)
def test_every_screen_is_accessible_and_fits(
    open_window: Any, base_url: str, lang: str, theme: str, width: int
) -> None:
    page = open_window(width)
    found = []
    for screen in SCREENS:
        page.goto(f"{base_url}{screen}{'&' if '?' in screen else '?'}lang={lang}&theme={theme}")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{screen}: {wide} px too wide")
        found += [f"{screen}: {each}" for each in violations(page)]
    assert found == []


@pytest.mark.parametrize("opener", ["Control+k", "?"])
def test_a_dialog_is_accessible(page: Any, base_url: str, opener: str) -> None:
    page.goto(f"{base_url}/o/sales_order/1")
    page.keyboard.press(opener)
    page.locator("dialog[open]").wait_for()
    assert violations(page) == []


def test_the_small_forms_of_acts_are_accessible(page: Any, base_url: str) -> None:
    page.goto(f"{base_url}/o/sales_order/1")
    page.get_by_role("button", name="退回").click()
    assert page.get_by_role("dialog", name="退回").is_visible()
    assert violations(page) == []


def test_a_long_list_and_a_menu_stay_within_a_phone(open_window: Any, base_url: str) -> None:
    page = open_window(390)
    page.goto(f"{base_url}/o/sales_order?lang=en")
    page.get_by_role("link", name="Menu").click()
    assert page.locator("#nav").is_visible()
    page.get_by_role("link", name="Close").click()
    assert not page.locator("#nav").is_visible()
    page.locator("summary", has_text="Filter").click()
    box = page.locator(".conditions").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_buttons_on_a_phone_are_large_enough(open_window: Any, base_url: str) -> None:
    page = open_window(390)
    page.goto(f"{base_url}/o/sales_order/1")
    sizes = page.evaluate(
        "[...document.querySelectorAll('main .button, main .input')]"
        ".filter(each => each.offsetParent).map(each => [each.textContent, each.offsetHeight])"
    )
    assert [each for each in sizes if each[1] < 24] == []
    primary = page.get_by_role("button", name="财务审核通过").bounding_box()
    assert primary["height"] >= 44
    assert primary["y"] + primary["height"] <= 844
