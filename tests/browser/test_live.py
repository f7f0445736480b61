"""The default site in a browser: an order goes through, as its own people and its customer see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from browser.company import PASSWORD
from browser.rules import violations
from playwright.sync_api import expect
from sizes import is_full

Enter = Callable[..., Any]


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """The cookies of those who have signed in: a password takes its time to check, so each does it once."""
    return {}


@pytest.fixture
def enter(browser: Any, live_url: str, browser_context_args: dict[str, Any], watch: Any, sessions: Any) -> Any:
    """Sign somebody in and return the page they land on."""
    contexts = []

    def entered(name: str, password: str = PASSWORD, **more: Any) -> Any:
        known = {"base_url": live_url, "storage_state": sessions.get(name)}
        contexts.append(browser.new_context(**{**browser_context_args, **known, **more}))
        page = contexts[-1].new_page()
        watch.on(page)
        page.goto("/")
        if name not in sessions:
            page.locator("#name").fill(name)
            page.locator("#password").fill(password)
            page.keyboard.press("Enter")
            page.wait_for_url(re.compile(r"/(guide|me)?$"))
            sessions[name] = contexts[-1].storage_state()
        return page

    yield entered
    for each in contexts:
        each.close()


def place_order(page: Any, quantity: str = "3") -> str:
    page.goto("/o/sales_order/new")
    page.locator("#f-customer").focus()
    page.keyboard.type("rh")
    page.locator("#options [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("#f-address")).to_have_value("上海市二号路 2 号")
    page.locator("#f-lines-0-product").focus()
    page.keyboard.type("SP-002")
    page.locator("#options [role=option]").first.wait_for()
    page.keyboard.press("Tab")
    page.locator("#f-lines-0-quantity").focus()
    page.keyboard.type(quantity)
    page.keyboard.press("Tab")
    expect(page.locator("#f-lines-0-price")).to_have_value("48.00")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/o/sales_order/\d+"))
    return str(page.url.split("?")[0])


@pytest.mark.requirement("B-08")
def test_a_whole_order_without_the_mouse(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.keyboard.press("Control+k")
    page.keyboard.type("订货单")
    page.locator("#palette [role=group]", has_text="页面").locator("[role=option]", has_text="订货单").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/sales_order")
    page.keyboard.press("n")
    page.wait_for_url("**/o/sales_order/new")
    expect(page.locator("#f-customer")).to_be_focused()
    page.keyboard.type("hc")
    page.locator("#options [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    for _ in range(10):
        if page.evaluate("document.activeElement.id") == "f-lines-0-product":
            break
        page.keyboard.press("Tab")
    for product, quantity in (("SP-001", "2"), ("SP-003", "1")):
        page.keyboard.type(product)
        page.locator("#options [role=option]").first.wait_for()
        page.keyboard.press("Enter")
        for _ in range(6):
            if (page.evaluate("document.activeElement.id") or "").endswith("-quantity"):
                break
            page.keyboard.press("Tab")
        page.keyboard.type(quantity)
        page.keyboard.press("Enter")
    expect(page.locator(".totals .grand").last).to_have_text("¥ 193.00")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/o/sales_order/\d+"))
    expect(page.locator(".head .chip").first).to_have_text("待订单审核")
    expect(page.locator("h1")).to_have_text(re.compile(r"DH\d{8}-\d{4}"))
    expect(page.locator("[data-rows]")).to_have_text("2")


@pytest.mark.requirement("B-09")
@pytest.mark.requirement("B-10")
@pytest.mark.requirement("B-11")
@pytest.mark.requirement("B-12")
@pytest.mark.requirement("B-13")
def test_an_order_passes_from_hand_to_hand(enter: Enter) -> None:
    address = place_order(enter("order_reviewer"))
    for who, waiting in (
        ("order_reviewer", "待财务审核"),
        ("finance_reviewer", "待出库审核"),
        ("warehouse_keeper", "待发货确认"),
        ("shipper", "待收货确认"),
        ("customer", "已完成"),
    ):
        page = enter(who)
        page.goto(address)
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**said=saved")
        expect(page.locator(".head .chip").first).to_have_text(waiting)
    expect(page.locator(".steps .done")).to_have_count(6)
    expect(page.locator(".line > .passed")).to_have_count(6)


def test_a_step_is_done_from_the_inbox_with_one_key(enter: Enter) -> None:
    address = place_order(enter("order_reviewer"))
    page = enter("order_reviewer")
    number = page.request.get(address).text().split("<h1>")[1].split("<")[0]
    row = page.locator("tr", has_text=number)
    row.locator("[data-act]").click()
    page.wait_for_url(re.compile(r"/$"))
    expect(page.locator("tr", has_text=number)).to_have_count(0)


@pytest.mark.requirement("B-28")
def test_sending_back_wants_a_reason_and_shows_it(enter: Enter) -> None:
    address = place_order(enter("order_reviewer"))
    page = enter("order_reviewer")
    page.goto(address)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**said=saved")
    page = enter("finance_reviewer")
    page.goto(address)
    page.get_by_role("button", name="退回").click()
    dialog = page.get_by_role("dialog", name="退回")
    dialog.get_by_label("原因").fill("金额与合同不符")
    dialog.get_by_role("button", name="退回").click()
    page.wait_for_url("**said=saved")
    expect(page.locator(".head .chip").first).to_have_text("待订单审核")
    expect(page.locator(".line blockquote")).to_have_text("金额与合同不符")


def test_a_side_flow_asks_what_it_needs(enter: Enter) -> None:
    address = place_order(enter("order_reviewer"))
    page = enter("business_manager")
    page.goto(address)
    page.get_by_role("button", name="作废").click()
    dialog = page.get_by_role("dialog", name="作废")
    dialog.get_by_label("作废原因").fill("重复下单")
    dialog.get_by_role("button", name="作废").click()
    page.wait_for_url("**said=saved")
    expect(page.locator(".head .chip").first).to_have_text("已作废")
    expect(page.get_by_role("button", name="作废")).to_have_count(0)


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_stored(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto("/o/sales_order/new")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator("#faults")).to_contain_text("客户")
    expect(page.locator("#e-f-customer")).not_to_be_empty()
    assert page.url.endswith("/new")


def test_two_people_change_one_record_and_nobody_loses_anything(enter: Enter) -> None:
    first, second = enter("business_manager"), enter("business_manager")
    for page in (first, second):
        page.goto("/o/customer")
        page.get_by_role("link", name="KH-003").click()
        page.wait_for_url(re.compile(r"/o/customer/\d+"))
    second.locator("#f-city").fill("绵阳")  # what somebody is writing is never refreshed under his hands
    first.locator("#f-city").fill("成都")
    first.keyboard.press("Control+s")
    first.wait_for_url("**said=saved")
    second.keyboard.press("Control+s")
    expect(second.locator("#conflict tbody tr")).to_contain_text("绵阳")
    expect(second.locator("#conflict tbody tr")).to_contain_text("成都")
    second.get_by_role("button", name="按所选保存").click()
    second.wait_for_url("**said=saved")
    expect(second.locator("#f-city")).to_have_value("绵阳")


def test_a_refused_step_stands_there_with_its_reason(enter: Enter) -> None:
    address = place_order(enter("order_reviewer"))
    page = enter("finance_reviewer")
    page.goto(address)
    button = page.get_by_role("button", name="订单审核")
    expect(button).to_be_disabled()
    expect(button).to_have_accessible_description(re.compile("没有权限"))


@pytest.mark.requirement("B-25")
def test_the_guide_is_shown_once(enter: Enter) -> None:
    page = enter("system_administrator")
    page.goto("/settings/accounts/new")
    page.locator("#f-name").fill("fresh")
    page.get_by_label("发货员", exact=True).check()
    page.get_by_role("button", name="添加账号").click()
    secret = page.locator("#secret").inner_text()
    page = enter("fresh", secret)
    assert page.url.endswith("/me"), "a password that was shown is changed first"
    for field, typed in (("#present", secret), ("#new", PASSWORD), ("#again", PASSWORD)):
        page.locator(field).fill(typed)
    page.locator("main .first").click()
    page.wait_for_url("**/guide")
    assert page.url.endswith("/guide")
    page.get_by_role("button", name="知道了").click()
    page.wait_for_url(re.compile(r"/$"))
    page.goto("/")
    assert not page.url.endswith("/guide")


@pytest.mark.requirement("B-22")
def test_only_the_system_administrator_looks_after_company_accounts(enter: Enter) -> None:
    page = enter("finance_reviewer")
    assert page.goto("/settings/accounts").status == 403
    expect(page.locator("h1")).to_have_text("您没有权限打开这个页面")
    page = enter("system_administrator")
    page.goto("/settings/accounts")
    row = page.locator("tr", has_text="newcomer")
    row.locator("summary").click()
    row.get_by_role("button", name="停用").click()
    page.wait_for_url("**said=saved")
    expect(page.locator("tr", has_text="newcomer")).to_contain_text("已停用")


@pytest.mark.requirement("B-20")
def test_the_permission_table_has_every_permission(enter: Enter) -> None:
    page = enter("system_administrator")
    page.goto("/settings/roles")
    expect(page.locator(".matrix tbody tr:not(.group)")).to_have_count(27)


def test_the_steps_page_draws_the_process(enter: Enter) -> None:
    page = enter("system_administrator")
    page.goto("/settings/workflow/sales_order")
    expect(page.locator(".drawing.wide .step")).to_have_count(6)
    expect(page.locator(".switches").first.locator("li")).to_have_count(6)


def test_a_wrong_password_and_an_unknown_name_look_the_same(browser: Any, live_url: str, watch: Any) -> None:
    page = browser.new_page(base_url=live_url)
    watch.on(page)
    said = []
    for name, password in (("shipper", "wrong"), ("nobody", PASSWORD)):
        page.goto("/sign-in")
        page.locator("#name").fill(name)
        page.locator("#password").fill(password)
        page.locator("main .first").click()
        expect(page.locator("#why")).to_be_visible()
        said.append(page.locator("#why").inner_text())
    assert said[0] == said[1]
    page.close()


def test_the_language_is_chosen_before_signing_in_and_stays(browser: Any, live_url: str, watch: Any) -> None:
    page = browser.new_page(base_url=live_url)
    watch.on(page)
    page.goto("/sign-in")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    page.locator("#name").fill("shipper")
    page.locator("#password").fill(PASSWORD)
    page.locator("main .first").click()
    expect(page.locator("h1")).to_have_text("My work")
    page.locator("summary", has_text="吴敏").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("summary", has_text="吴敏").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert page.goto("/o/sales_order").url.endswith("/sign-in?back=%2Fo%2Fsales_order")
    page.close()


def test_a_list_filters_sorts_and_searches(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto("/o/sales_order")
    page.locator("[data-filter]").fill("0007")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("[data-filter]").fill("")
    expect(page.locator("tbody tr").nth(5)).to_be_visible()
    page.get_by_role("link", name="订单金额").click()
    page.wait_for_url("**sort=total**")
    page.locator("summary", has_text="条件").click()
    box = page.locator(".conditions .field", has_text="客户").locator("input").first
    box.fill("rh")
    page.locator("#options [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.locator(".conditions").get_by_role("button", name="应用").click()
    expect(page.locator(".filter")).to_contain_text("上海瑞禾餐饮管理有限公司")
    texts = page.locator("tbody tr td:nth-child(3)").all_inner_texts()
    assert set(texts) == {"上海瑞禾餐饮管理有限公司"}
    page.locator(".filter a").last.click()
    page.wait_for_url(lambda url: "filter" not in url)


def test_without_javascript_an_order_goes_in(enter: Enter) -> None:
    page = enter("order_reviewer", java_script_enabled=False)
    page.goto("/o/sales_order/new")
    page.locator("#f-customer").fill("KH-001")
    page.locator("#f-address").fill("杭州市")
    page.locator("#f-lines-0-product").fill("SP-004")
    page.locator("#f-lines-0-quantity").fill("2")
    page.get_by_role("button", name="添加一行").click()
    expect(page.locator("tbody tr:not(.more)")).to_have_count(2)
    page.locator("#f-lines-1-product").fill("乌龙茶")
    page.locator("#f-lines-1-quantity").fill("-1")
    page.get_by_role("button", name="提交订单").click()
    expect(page.locator("#faults")).to_contain_text("第 2 行")
    page.locator("#f-lines-1-quantity").fill("1")
    page.get_by_role("button", name="提交订单").click()
    page.wait_for_url(re.compile(r"/o/sales_order/\d+"))
    expect(page.locator(".totals .grand").last).to_have_text("¥ 181.60")


@pytest.mark.requirement("B-27")
def test_a_customer_sees_only_its_own_orders(enter: Enter) -> None:
    page = enter("customer")
    expect(page.locator("html")).to_have_class(re.compile("portal"))
    page.goto("/o/sales_order")
    texts = page.locator("tbody tr td:nth-child(3)").all_inner_texts()
    assert set(texts) == {"上海瑞禾餐饮管理有限公司"}
    assert page.goto("/settings/roles").status == 403


@pytest.mark.parametrize("width", [1440, 390] if is_full() else [390])
def test_live_screens_are_accessible_and_fit(enter: Enter, width: int) -> None:
    found = []
    for who, screens in (
        ("order_reviewer", ("/", "/o/sales_order", "/o/sales_order/new", "/o/customer", "/guide", "/keys")),
        ("system_administrator", ("/settings/workflow/sales_order", "/settings/roles", "/settings/accounts")),
        ("customer", ("/", "/o/sales_order", "/o/sales_order/new")),
    ):
        page = enter(who, viewport={"width": width, "height": 844})
        for screen in screens:
            page.goto(screen)
            found += [f"{who} {screen}: {each}" for each in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
                found.append(f"{who} {screen}: too wide")
        page.goto("/o/sales_order")
        if page.locator("a.key").count():
            page.locator("a.key").first.click()
            page.wait_for_url(re.compile(r"/o/sales_order/\d+"))
            found += [f"{who} {page.url}: {each}" for each in violations(page)]
    assert found == []
