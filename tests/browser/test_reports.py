"""Reports and the overview in a browser: figures lead to the lists behind them; every screen in every dress."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.company import PASSWORD
from browser.rules import violations
from playwright.sync_api import expect

Enter = Callable[..., Any]
SCREENS = ("/overview", "/reports", "/reports/orders_by_month")


@pytest.fixture(scope="module")
def sessions() -> dict[str, Any]:
    """The cookies of those who have signed in."""
    return {}


@pytest.fixture
def enter(
    browser: Any, live_url: str, browser_context_args: dict[str, Any], watch: Any, sessions: Any
) -> Iterator[Enter]:
    """Sign somebody in, in a window and a language."""
    contexts = []

    def entered(name: str, locale: str = "zh", **more: Any) -> Any:
        known = {"base_url": live_url, "storage_state": sessions.get(name)}
        contexts.append(browser.new_context(**{**browser_context_args, **known, **more}))
        page = contexts[-1].new_page()
        watch.on(page)
        if name not in sessions:
            page.goto("/")
            page.locator("#name").fill(name)
            page.locator("#password").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(re.compile(r"/(guide)?$"))
            sessions[name] = contexts[-1].storage_state()
        contexts[-1].add_cookies([{"name": "ordinance_locale", "value": locale, "url": live_url}])
        return page

    yield entered
    for each in contexts:
        each.close()


@pytest.mark.requirement("B-24")
def test_from_the_reports_to_a_figure_and_to_the_orders_behind_it(enter: Enter) -> None:
    page = enter("business_manager")
    page.goto("/")
    page.locator(".side").get_by_role("link", name="报表").click()
    page.get_by_role("link", name="客户订货排名").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("客户订货排名")
    rows = page.locator(".figures tbody tr")
    expect(rows).to_have_count(3)
    total = sum(int(text) for text in rows.locator("td:nth-child(2)").all_inner_texts())
    expect(page.locator(".figures tfoot td").first).to_have_text(str(total))
    name, count = rows.first.locator("th").inner_text(), rows.first.locator("td").first.inner_text()
    bar = page.locator(".wide-only .chart a").first
    expect(bar.locator("title")).to_have_text(re.compile(re.escape(name)))
    bar.click()
    page.wait_for_url(re.compile(r"/o/sales_order\?.*customer"))
    expect(page.locator("#results tbody tr")).to_have_count(int(count))
    page.go_back()
    rows.nth(1).locator("td a").nth(1).click()
    page.wait_for_url(re.compile(r"/o/sales_order\?.*customer"))


def test_conditions_live_in_the_address_and_work_without_scripts(enter: Enter) -> None:
    page = enter("business_manager", java_script_enabled=False)
    page.goto("/reports/orders_by_day")
    page.get_by_label("创建时间", exact=True).select_option("this_month")
    page.get_by_role("button", name="查看").click()
    assert page.url.endswith("/reports/orders_by_day?created_at=this_month")
    page.get_by_label("创建时间：起").fill("2020-01-01")
    page.get_by_label("创建时间：止").fill("2020-01-31")
    page.get_by_role("button", name="查看").click()
    assert page.url.endswith("created_at=2020-01-01..2020-01-31")
    expect(page.get_by_label("创建时间", exact=True)).to_have_value("own")
    expect(page.locator(".figures tfoot td").first).to_have_text("0")
    page.get_by_label("创建时间", exact=True).select_option("30d")
    page.get_by_role("button", name="查看").click()
    assert page.url.endswith("/reports/orders_by_day")
    page.locator(".figures thead").get_by_role("link", name="订货金额").click()
    assert "sort=-amount" in page.url


def test_a_report_is_a_file_too(enter: Enter) -> None:
    page = enter("business_manager")
    page.goto("/reports/orders_by_step")
    for name, ending in (("导出 CSV", "csv"), ("导出 XLSX", "xlsx")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == f"各环节在办订单.{ending}"
        content = Path(download.value.path()).read_bytes()
        assert content.startswith(b"PK") if ending == "xlsx" else "当前环节,订单数" in content.decode("utf-8-sig")


@pytest.mark.requirement("Q-19")
def test_the_overview_is_of_figures_that_lead_on(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.goto("/overview")
    waiting = page.locator(".kpi", has_text="待我处理")
    count = int(waiting.locator("b").inner_text())
    assert count > 0
    expect(page.locator(".todo > li")).to_have_count(min(count, 6))
    page.locator(".pair summary").first.click()
    expect(page.locator(".pair details[open] tbody tr").first).to_be_visible()
    waiting.get_by_role("link").click()
    page.wait_for_url(re.compile(r"/$"))
    page = enter("business_manager")
    page.goto("/overview")
    page.locator(".kpi", has_text="今日新单").get_by_role("link").click()
    page.wait_for_url(re.compile(r"/o/sales_order\?"))


def test_who_has_no_right_gets_the_proper_page(enter: Enter) -> None:
    page = enter("order_reviewer")
    assert page.goto("/reports/orders_by_day").status == 403
    assert page.goto("/reports/nothing").status == 404
    page.goto("/reports")
    expect(page.locator(".shelf a")).to_have_text(["各环节在办订单", "待出库与待发货"])
    page = enter("customer")
    page.goto("/")
    expect(page.get_by_role("link", name="概览")).to_have_count(0)
    assert page.goto("/reports/orders_by_step").status == 403


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_screen_in_every_dress(enter: Enter, locale: str, width: int) -> None:
    page = enter("business_manager", locale, viewport={"width": width, "height": 900})
    for path in SCREENS:
        page.goto(path)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            assert violations(page) == [], (path, theme)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (path, wide)
