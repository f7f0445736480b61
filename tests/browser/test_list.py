"""Lists, the palette and the keyboard map."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from browser.rules import violations
from browser.test_live import enter, place_order, sessions
from playwright.sync_api import expect
from sizes import is_full

__all__ = ["enter", "sessions"]
Enter = Callable[..., Any]

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


def test_the_search_field_opens_the_palette_only_when_used(enter: Callable[..., Any]) -> None:
    page = enter("system_administrator")
    page.goto("/")
    page.locator("[data-palette]").focus()
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.type("账")
    expect(page.locator("#palette")).to_be_visible()
    expect(page.locator("#palette [role=option]", has_text="账号").first).to_be_visible()


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


# On the live demo


def rows(page: Any) -> Any:
    return page.locator("#results tbody tr")


def test_the_declared_lists_are_tabs_with_counts_and_say_what_they_show(enter: Enter) -> None:
    page = enter("business_manager")
    page.goto("/o/product")
    tabs = page.locator(".tabs a")
    expect(tabs.filter(has_text="在售")).to_contain_text(re.compile(r"\d"))
    tabs.filter(has_text="待上架").click()
    page.wait_for_url("**view=waiting")
    expect(page.locator(".filter")).to_have_text(re.compile("待上架"))
    expect(tabs.filter(has_text="待上架")).to_have_attribute("aria-current", "page")
    page.locator(".filter a").last.click()
    page.wait_for_url(re.compile(r"/o/product$"))


def test_a_view_is_kept_renamed_changed_and_removed(enter: Enter) -> None:
    page = enter("finance_reviewer")
    page.goto(f"{LIST}?filter[urgent][eq]=false&columns=number&columns=total")
    page.locator("summary", has_text="保存当前筛选").click()
    page.get_by_label("名称").fill("普通单")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(re.compile("saved="))
    tab = page.locator(".tabs a", has_text="普通单")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(page.locator("thead th:not(.pick)")).to_have_count(2)
    page.goto(LIST)
    tab.click()
    page.wait_for_url(re.compile("filter"))
    expect(page.locator(".filter")).to_contain_text("加急: 否")
    page.locator(".filter a").last.click()
    page.get_by_role("button", name="更新“普通单”").click()
    page.wait_for_url(lambda url: "filter" not in url)
    page.locator("summary", has_text="管理视图").click()
    page.locator("#view-name").fill("两列")
    page.get_by_role("button", name="改名").click()
    expect(page.locator(".tabs a", has_text="两列")).to_be_visible()
    page.locator("summary", has_text="管理视图").click()
    page.get_by_role("button", name="删除视图").click()
    expect(page.locator(".tabs a", has_text="两列")).to_have_count(0)
    other = enter("shipper")
    other.goto(LIST)
    expect(other.locator("summary", has_text="管理视图")).to_have_count(0)


def test_a_view_for_a_role_is_seen_by_the_role(enter: Enter) -> None:
    page = enter("system_administrator")
    page.goto(f"{LIST}?filter[deliver_by][on]=overdue")
    page.locator("summary", has_text="保存当前筛选").click()
    page.get_by_label("名称").fill("要催的")
    page.get_by_label("谁能看到").select_option("finance_reviewer")
    page.get_by_role("button", name="保存", exact=True).click()
    other = enter("finance_reviewer")
    other.goto(LIST)
    other.locator(".tabs a", has_text="要催的").click()
    other.wait_for_url(re.compile("saved="))
    expect(other.locator(".filter")).to_contain_text("逾期")
    expect(other.locator("summary", has_text="管理视图")).to_have_count(0)
    page.goto(other.url.replace(other.url.split("/o/")[0], ""))
    page.locator("summary", has_text="管理视图").click()
    page.get_by_role("button", name="删除视图").click()


def test_a_filter_whose_field_or_option_is_gone_says_so_and_the_list_still_opens(enter: Enter) -> None:
    page = enter("finance_reviewer")
    page.goto(f"{LIST}?filter[old_field][eq]=1&filter[kind][eq]=old&columns=number&columns=old&step=old&view=old")
    expect(page.locator(".filter.gone")).to_have_count(5)
    expect(page.locator(".filters")).to_contain_text("没有字段“old_field”了")
    expect(rows(page).first).to_be_visible()


def test_filters_relative_ranges_presence_and_several_options(enter: Enter) -> None:
    page = enter("finance_reviewer")
    page.goto(LIST)
    page.locator("summary", has_text="条件").click()
    page.locator('[name="filter[deliver_by][on]"]').select_option("today")
    page.locator(".conditions form").get_by_role("button", name="应用").first.click()
    page.wait_for_url(re.compile("today"))
    days = page.locator("tbody tr td:nth-child(6)").all_inner_texts()
    assert len({each[:10] for each in days}) <= 1
    page.locator(".filter .say").click()
    expect(page.locator("details[open] .conditions")).to_be_visible()
    page.locator('details[open] [name="filter[deliver_by][on]"]').select_option("")
    page.locator('details[open] [name="filter[deliver_by][empty]"]').select_option("true")
    page.locator("details[open]").get_by_role("button", name="应用").click()
    expect(page.locator(".filter")).to_have_text(re.compile("未填写"))
    page.goto(f"{LIST}?edit=channel")
    page.get_by_label("代客下单").check()
    page.get_by_label("客户订货").check()
    page.locator("details[open]").get_by_role("button", name="应用").click()
    page.wait_for_url(re.compile("channel"))
    expect(page.locator(".filter")).to_contain_text("客户订货, 代客下单")


def some(enter: Enter, number: int) -> list[str]:
    """Place orders and return their numbers, all awaiting their first review."""
    page = enter("order_reviewer")
    found = []
    for _ in range(number):
        page.goto(place_order(page))
        found.append(page.locator("h1").inner_text())
    return found


def test_a_step_for_many_says_what_became_of_each(enter: Enter) -> None:
    numbers = some(enter, 2)
    page = enter("order_reviewer")
    page.goto(f"{LIST}?step=order_review&sort=-number")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("[data-bulk]")).to_contain_text("2 项已选")
    # One of them is passed by somebody else meanwhile.
    other = enter("order_reviewer")
    other.goto(f"{LIST}?search={numbers[0]}")
    other.locator("a.key").first.click()
    other.wait_for_url(re.compile(r"sales_order/\d+"))
    other.keyboard.press("Control+Enter")
    other.wait_for_url(re.compile("said=saved"))
    page.locator("[data-bulk]").get_by_role("button", name="订单审核", exact=True).click()
    expect(page.locator(".summary")).to_contain_text("1 条通过，1 条未通过")
    expect(page.locator(".results tr", has_text=numbers[0])).to_contain_text("未通过")
    expect(page.locator(".results tr", has_text=numbers[1])).to_contain_text("待财务审核")
    page.locator("#results").get_by_role("link", name="返回").click()
    page.wait_for_url(re.compile("step=order_review"))


def test_bulk_works_without_javascript_and_a_reload_does_nothing_twice(enter: Enter) -> None:
    (number,) = some(enter, 1)
    page = enter("order_reviewer", java_script_enabled=False)
    page.goto(f"{LIST}?search={number}")
    page.locator("[name=pick]").check()
    page.locator(".bulk").get_by_role("button", name="订单审核", exact=True).click()
    expect(page.locator(".summary")).to_have_text("1 条通过。")
    page.reload()
    expect(page.locator(".summary")).to_have_text("1 条通过。")
    page.goto(f"{LIST}?search={number}")
    page.locator("a.key").first.click()
    expect(page.locator(".line > .passed")).to_have_count(2)


def test_sending_many_back_asks_once_for_all(enter: Enter) -> None:
    numbers = some(enter, 2)
    page = enter("order_reviewer")
    page.goto(f"{LIST}?step=order_review&sort=-number")
    for number in numbers:
        page.locator("tr", has_text=number).locator("[name=pick]").check()
    page.locator(".bulk").get_by_role("button", name="退回").click()
    expect(page.locator("#deed")).to_contain_text("2 条")
    page.get_by_label("原因").fill("请补地址")
    page.locator("#deed footer button").click()
    expect(page.locator(".summary")).to_have_text("2 条通过。")


def test_many_are_done_in_parts_and_one_sees_how_far_it_is(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(f"{LIST}?step=order_review")
    page.locator("[data-all]").check()
    ticked = page.locator("[name=pick]:checked").count()
    assert ticked > 20, "the demo has too few orders that wait"
    page.locator(".bulk").get_by_role("button", name="退回").click()
    page.get_by_label("原因").fill("一并补资料")
    page.locator("#deed footer button").click()
    expect(page.locator("[data-finished]")).to_be_visible(timeout=30_000)
    expect(page.locator("[data-progress]")).to_have_text(f"{ticked} 条通过。")
    expect(page.locator(".results tbody tr")).to_have_count(ticked)
    expect(page.locator("progress")).to_have_attribute("max", str(ticked))


def test_what_is_exported_is_what_is_shown(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(f"{LIST}?columns=number&columns=customer&columns=total&sort=-total&filter[total][gte]=1000")
    shown = [row.locator("td:not(.pick)").all_inner_texts() for row in rows(page).all()]
    href = page.locator('a[href*="format=csv"]').get_attribute("href")
    answer = page.request.get(href)
    assert answer.headers["content-disposition"].endswith('.csv"')
    table = list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig"))))
    assert table[0] == ["单号", "客户", "订单金额"]
    assert [[number, whom, total] for number, whom, total in table[1 : len(shown) + 1]] == [
        [number, whom, total.replace(",", "")] for number, whom, total in shown
    ]
    with page.expect_download() as download:
        page.keyboard.press("e")
    assert download.value.suggested_filename.endswith(".xlsx")
    page = enter("warehouse_keeper")
    page.goto(LIST)
    expect(page.locator("[data-export]")).to_have_count(0)
    assert page.request.get(f"{LIST}/export?format=csv").status == 403


def test_alt_and_an_arrow_go_through_the_list_one_came_from(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(f"{LIST}?sort=number&search=rh")
    numbers = page.locator("a.key").all_inner_texts()
    page.locator("a.key").first.click()
    page.wait_for_url(re.compile(r"at=0"))
    expect(page.locator("h1")).to_have_text(numbers[0])
    expect(page.locator("[data-alt=ArrowLeft]")).to_have_count(0)
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("h1")).to_have_text(numbers[1])
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator("h1")).to_have_text(numbers[0])
    page.locator(".crumb a").first.click()
    page.wait_for_url(re.compile(r"search=rh"))


def test_the_next_step_of_a_row_by_keyboard(enter: Enter) -> None:
    (number,) = some(enter, 1)
    page = enter("order_reviewer")
    page.goto(f"{LIST}?search={number}")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(".summary")).to_have_text("1 条通过。")
    expect(page.locator(".results .key")).to_have_text(number)


def test_columns_are_chosen_and_moved(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(LIST)
    page.locator("summary", has_text=re.compile("^列$")).click()
    page.get_by_label("地区", exact=True).check()
    page.get_by_label("“客户”左移").click()
    page.locator(".columns").get_by_role("button", name="应用").click()
    page.wait_for_url(re.compile("columns=customer&columns=number"))
    heads = page.locator("thead th:not(.pick)").all_inner_texts()
    assert heads[0] == "客户"
    assert "地区" in heads


@pytest.mark.parametrize("width", [1440, 390] if is_full() else [390])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_list_and_its_forms_are_accessible_and_fit(enter: Enter, width: int, locale: str) -> None:
    found = []
    page = enter("order_reviewer", viewport={"width": width, "height": 844})
    csrf = page.locator('meta[name="csrf"]').get_attribute("content")
    page.request.post("/preferences", form={"_csrf": csrf, "locale": locale})
    first = page.request.get(f"{LIST}?step=order_review").text()
    pick = (re.search(r'name="pick" value="(\d+)"', first) or re.search(r"()", ""))[1]
    form = f"/o/sales_order/bulk?do=back:order_review&pick={pick}"
    try:
        for screen in (f"{LIST}?filter[total][gte]=10&filter[gone][eq]=1", f"{LIST}?edit=channel", form):
            page.goto(screen)
            if page.locator("[name=pick]").count():
                page.locator("[name=pick]").first.check()
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                found += [f"{screen} {scheme}: {each}" for each in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                found.append(f"{screen}: too wide")
    finally:
        page.request.post("/preferences", form={"_csrf": csrf, "locale": "zh"})
    assert found == []
