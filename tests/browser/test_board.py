"""The board and the calendar on the live demo: cards move as the process says, by mouse, by menu, without a script."""

from __future__ import annotations

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

BOARD = "/o/sales_order/board"


def lane(page: Any, name: str) -> Any:
    return page.locator(f'[data-lane="{name}"]')


def count(page: Any, name: str) -> int:
    return int(lane(page, name).locator("h2 small").inner_text().replace(",", "").rstrip("+"))


def number_of(page: Any, address: str) -> str:
    page.goto(address)
    return str(page.locator("h1").inner_text())


def card(page: Any, number: str) -> Any:
    return page.locator(".job", has_text=number)


def on_the_board(page: Any, number: str) -> Any:
    """Open the board at this document alone: the column shows the oldest twenty."""
    page.goto(f"{BOARD}?search={number}")
    return card(page, number)


def test_a_card_that_is_dropped_does_the_step_and_only_its_columns_take_it(enter: Enter) -> None:
    page = enter("order_reviewer")
    number = number_of(page, place_order(page))
    moved = on_the_board(page, number)
    moved.hover()
    page.mouse.down()
    lane(page, "receive").hover()
    expect(lane(page, "finance_review")).to_have_class(re.compile("takes"))
    expect(lane(page, "receive")).to_have_class(re.compile("closed"))
    page.mouse.up()
    expect(lane(page, "order_review").locator(".job")).to_have_count(1)
    moved.drag_to(lane(page, "finance_review"))
    expect(lane(page, "finance_review").locator(".job", has_text=number)).to_be_visible()
    expect(page.locator("[data-moved]")).to_contain_text("财务审核")
    assert count(page, "order_review") == 0
    assert count(page, "finance_review") == 1


def test_a_move_that_asks_opens_the_small_form_and_carries_what_it_says(enter: Enter) -> None:
    page = enter("order_reviewer")
    address = place_order(page)
    number = number_of(page, address)
    moved = on_the_board(page, number)
    moved.locator("summary").click()
    moved.get_by_text("订单审核", exact=True).click()
    expect(lane(page, "finance_review").locator(".job")).to_have_count(1)
    page = enter("finance_reviewer")
    moved = on_the_board(page, number)
    moved.drag_to(lane(page, "order_review"))
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("退回")
    dialog.locator("textarea").fill("价格不符")
    dialog.locator("footer button").click()
    expect(lane(page, "order_review").locator(".job", has_text=number)).to_be_visible()
    page.goto(address)
    expect(page.locator(".line blockquote")).to_have_text("价格不符")


def test_a_refused_move_brings_the_card_back_with_the_reason(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.context.route("**/feed**", lambda route: route.abort())
    address = place_order(page)
    number = number_of(page, address)
    moved = on_the_board(page, number)
    # Meanwhile somebody else cancels it.
    other = enter("business_manager")
    other.goto(address)
    other.get_by_role("button", name="作废").click()
    dialog = other.get_by_role("dialog", name="作废")
    dialog.get_by_label("作废原因").fill("重复")
    dialog.get_by_role("button", name="作废").click()
    other.wait_for_url("**said=saved")
    moved.drag_to(lane(page, "finance_review"))
    back = lane(page, "order_review").locator(".job", has_text=number)
    expect(back.locator(".err")).not_to_be_empty()
    expect(lane(page, "finance_review").locator(".job", has_text=number)).to_have_count(0)


def test_cards_move_without_javascript_by_their_menu(enter: Enter) -> None:
    page = enter("order_reviewer")
    address = place_order(page)
    number = number_of(page, address)
    plain = enter("order_reviewer", java_script_enabled=False)
    moved = on_the_board(plain, number)
    moved.locator("summary").click()
    moved.get_by_role("button", name="订单审核", exact=True).click()
    plain.wait_for_url(re.compile(BOARD))
    expect(lane(plain, "finance_review").locator(".job", has_text=number)).to_be_visible()
    plain = enter("finance_reviewer", java_script_enabled=False)
    moved = on_the_board(plain, number)
    moved.locator("summary").click()
    moved.get_by_role("link", name="退回").click()
    plain.locator("textarea").fill("不对")
    plain.locator("#deed footer button").click()
    expect(plain.locator(".summary")).to_contain_text("1 条通过")
    expect(plain.locator(".results .key")).to_have_text(number)


def test_filters_go_from_the_list_to_the_board_and_back(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto("/o/sales_order?filter[deliver_by][on]=this_week&search=rh")
    page.get_by_role("link", name="看板").click()
    page.wait_for_url(re.compile("board"))
    expect(page.locator(".filter")).to_contain_text("本周")
    expect(page.locator("[data-filter]")).to_have_value("rh")
    expect(page.locator(".job").first).to_contain_text("瑞禾")
    page.get_by_role("link", name="列表", exact=True).click()
    page.wait_for_url(re.compile(r"/o/sales_order\?"))
    expect(page.locator(".filter")).to_contain_text("本周")


def test_a_full_column_leads_to_its_list(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(BOARD)
    assert lane(page, "order_review").locator(".job").count() <= 20
    total = count(page, "order_review")
    if total > 20:
        lane(page, "order_review").get_by_text("另有").click()
        page.wait_for_url(re.compile("step=order_review"))


CALENDAR = "/o/sales_order/calendar"


def test_the_calendar_shows_the_day_marks_today_and_goes_by_keyboard(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(CALENDAR)
    expect(page.locator("td.today .day")).to_contain_text("今天")
    expect(page.locator(".days li").first).to_be_visible()
    page.locator("td.today .day").focus()
    today = page.evaluate("document.activeElement.dataset.day")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.day") > today
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.day") == today
    before = page.locator("h1 small").inner_text()
    page.keyboard.press("PageDown")
    expect(page.locator("h1 small")).not_to_have_text(before)
    page.keyboard.press("t")
    expect(page.locator("h1 small")).to_have_text(before)
    page.get_by_role("link", name="周", exact=True).click()
    expect(page.locator(".days.week tbody tr")).to_have_count(1)
    page.locator("[data-by]").select_option("ordered_on")
    page.wait_for_url(re.compile("by=ordered_on"))


def test_a_day_of_the_calendar_is_a_list(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto(CALENDAR)
    cell = page.locator("td:has(li)").first
    day = cell.locator("[data-day]").get_attribute("data-day")
    cell.locator(".day").click()
    page.wait_for_url(re.compile(r"/o/sales_order\?"))
    dates = page.locator("tbody tr td:nth-child(6)").all_inner_texts()
    assert {each[:10] for each in dates} == {day}


@pytest.mark.parametrize("width", [1440, 390] if is_full() else [390])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_board_and_calendar_are_accessible_and_fit(enter: Enter, width: int, locale: str) -> None:
    found = []
    page = enter("order_reviewer", viewport={"width": width, "height": 844})
    page.request.post("/preferences", form={"_csrf": csrf(page), "locale": locale})
    try:
        for screen in (BOARD, CALENDAR, f"{CALENDAR}?week=2026-11-23"):
            page.goto(screen)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                found += [f"{screen} {scheme}: {each}" for each in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                found.append(f"{screen}: too wide")
    finally:
        page.request.post("/preferences", form={"_csrf": csrf(page), "locale": "zh"})
    assert found == []


def csrf(page: Any) -> str:
    return str(page.locator('meta[name="csrf"]').get_attribute("content"))
