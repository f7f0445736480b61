"""Typeahead by keyboard and by pinyin."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

ORDER = "/o/sales_order/1"


def test_a_suggestion_is_taken_by_keyboard(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-customer").fill("shrh")
    expect(page.locator("#options [role=option]")).to_have_count(9)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#options [aria-selected=true]")).to_contain_text("公司2")
    expect(page.locator("#f-customer")).to_have_attribute("aria-activedescendant", "option-1")
    page.keyboard.press("Enter")
    expect(page.locator("#f-customer")).to_have_value("上海瑞禾机械有限公司2")
    expect(page.locator('input[name="customer~was"]')).to_have_value("2 上海瑞禾机械有限公司2")
    expect(page.locator("#options")).to_be_hidden()
    expect(page.locator("#f-customer")).to_be_focused()


def test_tab_takes_and_goes_on(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-lines-0-product").fill("ls")
    page.locator("#options [role=option]").first.wait_for()
    page.keyboard.press("Tab")
    expect(page.locator("#f-lines-0-product")).to_have_value("上海瑞禾机械有限公司1")
    expect(page.locator("#f-lines-0-quantity")).to_be_focused()


def test_escape_restores(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-customer").fill("x")
    page.locator("#options [role=option]").first.wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#f-customer")).to_have_value("上海瑞禾机械有限公司")
    expect(page.locator("#options")).to_be_hidden()


def test_alt_down_opens_everything_and_nothing_found_says_so(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-lines-1-product").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#options [role=option]")).to_have_count(8)
    page.keyboard.press("Escape")
    page.locator("#f-lines-1-product").fill("zzz")
    expect(page.locator("#options")).to_contain_text("没有匹配的记录")


def test_one_word_of_pinyin_is_one_lookup(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-customer").fill("")
    page.wait_for_timeout(300)
    before = len(page.request.get(base_url + "/lookups").json())
    page.locator("#f-customer").focus()
    client = page.context.new_cdp_session(page)
    for part in ("r", "ru", "rui"):
        client.send("Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)})
        page.wait_for_timeout(160)
    client.send("Input.insertText", {"text": "瑞禾"})
    expect(page.locator("#options [role=option]").first).to_be_visible()
    page.wait_for_timeout(300)
    assert page.request.get(base_url + "/lookups").json()[before:] == ["瑞禾"]


def test_the_popup_is_not_clipped_by_the_grid(page: Any, base_url: str) -> None:
    page.goto(base_url + ORDER)
    page.locator("#f-lines-4-product").fill("a")
    page.locator("#options [role=option]").first.wait_for()
    box = page.locator("#options").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 900
