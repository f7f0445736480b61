"""The keyboard map as a contract: every key of the table does what the page `?` says, on the default site itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser.company import PASSWORD
from playwright.sync_api import expect

from ordinance.web.ui.assets import read_assets
from ordinance.web.ui.views.keys import read_keys

Check = Callable[[Any], None]
KEYS = read_keys(read_assets())
ORDERS = "/o/sales_order"


@pytest.fixture(scope="module")
def reviewer(browser: Any, browser_context_args: dict[str, Any], live_url: str) -> Iterator[Any]:
    context = browser.new_context(**{**browser_context_args, "base_url": live_url})
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("#name").fill("order_reviewer")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)
    yield page
    context.close()


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id"))


def here(page: Any) -> int:
    """The row the list stands at."""
    return int(page.evaluate("[...document.querySelectorAll('tbody tr')].findIndex(r => r.hasAttribute('data-here'))"))


# Everywhere


def palette(page: Any) -> None:
    page.goto(ORDERS)
    page.locator("[data-filter]").focus()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type("退货单")
    row = page.locator("#palette [role=option][aria-selected=true]", has_text="退货单")
    expect(row).to_be_visible()
    assert page.locator("#palette input").get_attribute("aria-activedescendant") == row.get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/return_order")


def filter_(page: Any) -> None:
    page.goto(ORDERS)
    page.keyboard.press("/")
    expect(page.locator("[data-filter]")).to_be_focused()
    page.keyboard.type("n")
    expect(page.locator("[data-filter]")).to_have_value("n")


def go(page: Any) -> None:
    page.goto("/")
    group = page.locator(".side [data-go]").first
    page.keyboard.press("g")
    page.keyboard.press(group.get_attribute("data-go"))
    page.wait_for_url(lambda address: not address.endswith("/"))


def new(page: Any) -> None:
    page.goto(ORDERS)
    expect(page.locator("[data-new] kbd")).to_be_visible()
    page.keyboard.press("n")
    page.wait_for_url("**/o/sales_order/new")


def help_(page: Any) -> None:
    page.goto(ORDERS)
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    expect(page.locator("dialog#keys dt")).to_have_count(page.locator("dialog#keys dd").count())
    page.keyboard.press("Escape")


def escape(page: Any) -> None:
    page.goto(ORDERS)
    summary = page.locator(".top details.menu > summary")
    summary.click()
    page.keyboard.press("Escape")
    expect(page.locator(".top details.menu[open]")).to_have_count(0)
    expect(summary).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


# Lists


def move(page: Any) -> None:
    page.goto(ORDERS)
    for key, at in (("j", 0), ("ArrowDown", 1), ("j", 2), ("k", 1), ("ArrowUp", 0)):
        page.keyboard.press(key)
        assert here(page) == at, key


def pick(page: Any) -> None:
    page.goto(ORDERS)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tbody [name=pick]").first).to_be_checked()


def range_(page: Any) -> None:
    pick(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("tbody [name=pick]:checked")).to_have_count(3)


def open_(page: Any) -> None:
    page.goto(ORDERS)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/o/sales_order/\d+"))


def act(page: Any) -> None:
    page.goto(f"{ORDERS}?step=order_review")
    rows = page.locator("tbody tr").count()
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("main")).to_contain_text(re.compile("通过|审核"))
    page.goto(f"{ORDERS}?step=order_review")
    expect(page.locator("tbody tr")).to_have_count(rows - 1)


def export(page: Any) -> None:
    page.goto(ORDERS)
    with page.expect_download() as told:
        page.keyboard.press("e")
    assert told.value.suggested_filename.endswith(".xlsx")


# Forms


def open_order(page: Any) -> None:
    page.goto(f"{ORDERS}?step=order_review")
    page.locator("a.key").nth(1).click()
    page.wait_for_url(re.compile(r"/o/sales_order/\d+"))


def save(page: Any) -> None:
    open_order(page)
    page.locator("#f-contact").fill("陈小雨")
    page.keyboard.press("Control+s")
    page.wait_for_url("**said=saved**")
    expect(page.locator("#f-contact")).to_have_value("陈小雨")


def save_step(page: Any) -> None:
    open_order(page)
    page.locator("#f-contact").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**said=saved**")
    expect(page.locator(".head .chip").first).to_have_text("待财务审核")


def neighbour(page: Any) -> None:
    open_order(page)
    before = page.locator("h1").inner_text()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("h1")).not_to_have_text(before)
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator("h1")).to_have_text(before)


def comment(page: Any) -> None:
    open_order(page)
    page.keyboard.press("Control+Shift+C")
    expect(page.locator("#note-box")).to_be_focused()


# The grid of lines


def grid(page: Any) -> None:
    """A new order whose first line is filled in."""
    page.goto("/o/sales_order/new")
    page.locator("#f-lines-0-product").fill("SP-002")
    page.locator("#options [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("#f-lines-0-quantity").fill("3")


def cell(page: Any) -> None:
    grid(page)
    page.locator("#f-lines-0-quantity").focus()
    page.keyboard.press("Tab")
    assert focused(page) == "f-lines-0-price"
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "f-lines-0-quantity"


def next_row(page: Any) -> None:
    grid(page)
    page.keyboard.press("Enter")
    assert focused(page) == "f-lines-1-product", "on the last row: a new row, its first cell"


def previous_row(page: Any) -> None:
    next_row(page)
    page.locator("#f-lines-1-quantity").focus()
    page.keyboard.press("Shift+Enter")
    assert focused(page) == "f-lines-0-quantity"


def rows(page: Any) -> None:
    next_row(page)
    page.locator("#f-lines-1-quantity").focus()
    page.keyboard.press("ArrowUp")
    assert focused(page) == "f-lines-0-quantity"
    page.keyboard.press("ArrowDown")
    assert focused(page) == "f-lines-1-quantity"


def copy_above(page: Any) -> None:
    next_row(page)
    page.locator("#f-lines-1-quantity").focus()
    page.keyboard.press("Control+d")
    expect(page.locator("#f-lines-1-quantity")).to_have_value(re.compile(r"^3(\.0+)?$"))


def cut(page: Any) -> None:
    next_row(page)
    page.locator("#f-lines-0-quantity").focus()
    page.keyboard.press("Alt+Backspace")
    expect(page.locator("#f-lines-0-quantity")).to_have_count(0)
    page.locator(".toast button").click()
    expect(page.locator("#f-lines-0-quantity")).to_have_count(1)


def more(page: Any) -> None:
    grid(page)
    page.locator("#f-lines-0-quantity").focus()
    page.keyboard.press("Alt+Enter")
    expect(page.locator("tr.more").first).to_be_visible()


def paste(page: Any) -> None:
    grid(page)
    page.locator("#f-lines-0-quantity").focus()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "4\\n5\\n6");
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("[id^=f-lines-][id$=-quantity]")).to_have_count(3)


def restore(page: Any) -> None:
    grid(page)
    page.keyboard.press("Tab")
    page.locator("#f-lines-0-quantity").focus()
    before = page.locator("#f-lines-0-quantity").input_value()
    page.keyboard.type("99")
    page.keyboard.press("Escape")
    expect(page.locator("#f-lines-0-quantity")).to_have_value(before)


# Suggestions


def suggested(page: Any) -> None:
    page.goto("/o/sales_order/new")
    page.locator("#f-customer").focus()
    page.keyboard.type("KH")
    page.locator("#options [role=option]").nth(2).wait_for()


def type_move(page: Any) -> None:
    suggested(page)
    first = page.locator("#options [aria-selected=true]").inner_text()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#options [aria-selected=true]")).not_to_have_text(first)
    page.keyboard.press("ArrowUp")
    expect(page.locator("#options [aria-selected=true]")).to_contain_text(first.splitlines()[0])


def take(page: Any) -> None:
    for key in ("Enter", "Tab"):
        suggested(page)
        page.keyboard.press("ArrowDown")
        page.keyboard.press(key)
        expect(page.locator("#f-customer")).to_have_value("上海瑞禾餐饮管理有限公司")


def show_all(page: Any) -> None:
    page.goto("/o/sales_order/new")
    page.locator("#f-customer").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#options [role=option]").nth(2)).to_be_visible()


def type_restore(page: Any) -> None:
    take(page)
    page.locator("#f-customer").fill("KH")
    page.locator("#options [role=option]").nth(2).wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#f-customer")).to_have_value("上海瑞禾餐饮管理有限公司")
    expect(page.locator("#options")).to_be_hidden()


CHECKS: dict[str, dict[str, Check]] = {
    "global": {"palette": palette, "filter": filter_, "go": go, "new": new, "help": help_, "escape": escape},
    "list": {"move": move, "pick": pick, "range": range_, "open": open_, "act": act, "export": export},
    "form": {"save": save, "save_step": save_step, "neighbour": neighbour, "comment": comment},
    "grid": {
        "cell": cell, "next_row": next_row, "previous_row": previous_row, "rows": rows, "copy_above": copy_above,
        "cut": cut, "more": more, "paste": paste, "restore": restore,
    },
    "type": {"move": type_move, "take": take, "show_all": show_all, "restore": type_restore},
}  # fmt: skip


def test_every_key_of_the_table_is_held_by_a_test() -> None:
    assert {place: set(checks) for place, checks in CHECKS.items()} == {
        place: {row[0] for row in rows} for place, rows in KEYS.items()
    }


@pytest.mark.requirement("B-08")
@pytest.mark.parametrize(
    ("place", "does"), [(place, row[0]) for place, rows in KEYS.items() for row in rows], ids=lambda each: str(each)
)
def test_a_key_does_what_the_map_says(reviewer: Any, place: str, does: str) -> None:
    CHECKS[place][does](reviewer)


def test_the_map_is_made_of_the_table(reviewer: Any) -> None:
    reviewer.goto("/keys")
    shown = reviewer.locator(".key-map kbd").all_inner_texts()
    assert {"Ctrl K", "Ctrl Shift C", "Alt ⌫", "Shift X", "Alt ←"} <= set(shown)
    departments = reviewer.locator(".side [data-go]").count()
    assert len([each for each in shown if each.startswith("G ")]) == departments


def test_single_letters_can_be_switched_off_and_never_count_in_a_field(reviewer: Any) -> None:
    page = reviewer
    page.goto(ORDERS)
    page.locator("[data-filter]").focus()
    page.keyboard.type("n?")
    assert page.url.endswith(ORDERS) or "search=" in page.url
    expect(page.locator("dialog#keys")).to_have_count(0)
    page.goto(ORDERS)
    page.keyboard.press("?")
    page.get_by_label("关闭单键快捷键").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("j")
    page.wait_for_timeout(300)
    assert (page.url.endswith(ORDERS), here(page)) == (True, -1)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.evaluate("localStorage.removeItem('keys-off')")
    page.keyboard.press("Escape")


def test_the_palette_finds_by_what_people_say(reviewer: Any) -> None:
    page = reviewer
    page.goto("/")
    number = page.locator("main a.key").first.inner_text()
    for typed, wanted in (
        (number, number), ("rh", "上海瑞禾"), ("KH-003", "成都博远"), ("xjdhd", "新建订货单"), ("export", "导出订货单"),
        ("gongzuo", ""), ("gzsc", "工作手册"),
    ):  # fmt: skip
        page.keyboard.press("Control+k")
        page.locator("#palette input").fill(typed)
        if wanted:
            expect(page.locator("#palette [role=option]", has_text=wanted).first).to_be_visible()
        else:
            expect(page.locator("#palette [role=option]")).to_contain_text("没有找到")
        page.keyboard.press("Escape")
    page.locator("main a.key").first.click()
    page.wait_for_url(re.compile(r"/o/\w+/\d+"))
    page.goto("/overview")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=group]").first).to_contain_text("最近打开")
    expect(page.locator("#palette [role=option]").first).to_contain_text(number)


def test_the_palette_is_a_combobox_with_a_count(reviewer: Any) -> None:
    page = reviewer
    page.goto("/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="搜索或跳转")
    box.fill("订货单")
    expect(page.locator("#palette [role=status]")).to_have_text(re.compile(r"\d+ 项结果"))
    last = page.locator("#palette [role=option]").last
    page.keyboard.press("ArrowUp")
    expect(last).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == last.get_attribute("id")
    page.keyboard.press("Escape")
