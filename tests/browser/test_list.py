"""Lists, the palette and the keyboard map."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

LIST = "/o/sales_order"


def test_a_list_by_keyboard(page: Any, base_url: str) -> None:
    page.goto(base_url + LIST)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr[data-here] a.key")).to_have_text("DH20261124-0182")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("[data-bulk]")).to_contain_text("3 项已选")
    page.keyboard.press("Escape")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/sales_order/1")


def test_the_filter_answers_while_one_types_and_keeps_the_focus(page: Any, base_url: str) -> None:
    page.goto(base_url + LIST)
    page.keyboard.press("/")
    page.keyboard.type("ruihe")
    page.wait_for_url("**search=ruihe**")
    expect(page.locator("[data-filter]")).to_be_focused()
    expect(page.locator("[data-filter]")).to_have_value("ruihe")
    assert "sort=-number" in page.url


def test_paging_changes_only_the_list_and_back_returns(page: Any, base_url: str) -> None:
    page.goto(base_url + LIST + "?a=1")
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="下一页").click()
    page.wait_for_url("**" + LIST)
    assert page.evaluate("window.stays") is True
    page.go_back()
    page.wait_for_url("**a=1")
    expect(page.locator("tbody tr")).to_have_count(50)


def test_columns_and_filters_are_in_the_address_without_javascript(browser: Any, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    page.goto(LIST)
    page.locator("summary", has_text="条件").click()
    page.locator('[name="filter[priority][eq]"]').select_option("rush")
    page.locator(".conditions").get_by_role("button", name="应用").click()
    assert "filter%5Bpriority%5D%5Beq%5D=rush" in page.url
    assert "sort=-number" in page.url
    context.close()


def test_the_palette_goes_to_pages_and_records(page: Any, base_url: str) -> None:
    page.goto(base_url + "/")
    page.keyboard.press("Control+k")
    page.keyboard.type("角色")
    expect(page.locator("#palette [role=option]").last).to_contain_text("角色与权限")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("0183")
    expect(page.locator("#palette [role=option]").first).to_contain_text("DH20261124-0183")
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/sales_order/1")


def test_the_search_field_opens_the_palette_only_when_used(page: Any, base_url: str) -> None:
    page.goto(base_url + "/")
    page.locator("[data-palette]").focus()
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.type("账")
    expect(page.locator("#palette")).to_be_visible()
    expect(page.locator("#palette [role=option]").last).to_contain_text("账号")


def test_single_letters_go_places_and_can_be_switched_off(page: Any, base_url: str) -> None:
    page.goto(base_url + "/")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/o/sales_order")
    page.keyboard.press("n")
    page.wait_for_url("**/o/sales_order/new")
    page.locator("#f-customer_number").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("#f-customer_number").blur()
    page.goto(base_url + LIST)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.get_by_label("关闭单键快捷键").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_timeout(200)
    assert page.url.endswith(LIST)


def test_the_next_step_of_a_task_by_keyboard(page: Any, base_url: str) -> None:
    page.goto(base_url + "/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.wait_for_url("**/o/sales_order/1")
    assert page.request.get(base_url + "/posted").json()[-1]["do"] == "step:finance_review"


def test_menus_close_with_escape_and_elsewhere(page: Any, base_url: str) -> None:
    page.goto(base_url + "/")
    page.locator("summary", has_text="张伟").click()
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="退出登录")).to_be_hidden()
    page.locator("summary", has_text="张伟").click()
    page.locator("h1").click()
    expect(page.get_by_role("button", name="退出登录")).to_be_hidden()
