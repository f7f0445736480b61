"""The toggle story: 200 orders under way, a review switched off in the page, its impact seen, applied, taken back."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.company import PASSWORD, SITE
from browser.conftest import served
from browser.rules import violations
from playwright.sync_api import expect

ORDERS = 200
STEPS = "/settings/workflow/sales_order"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the default site: what is applied is written back into its files."""
    folder = tmp_path_factory.mktemp("company")
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copy(SITE / name, folder / name)
    shutil.copytree(SITE / "config", folder / "config")
    return folder


@pytest.fixture(scope="module")
def url(site: Path) -> Iterator[str]:
    with served("company.py", str(site), str(ORDERS), "1") as address:
        yield address


@pytest.fixture
def admin(browser: Any, browser_context_args: dict[str, Any], url: str, watch: Any) -> Iterator[Any]:
    context = browser.new_context(**{**browser_context_args, "base_url": url})
    page = context.new_page()
    watch.on(page)
    sign_in(page, "system_administrator")
    yield page
    context.close()


def sign_in(page: Any, name: str) -> None:
    page.goto("/sign-in")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(guide)?$"))


def waiting(page: Any, step: str) -> int:
    """How many orders wait at a step, by the API in the browser's own session."""
    found = page.request.get(f"/api/sales_order?limit=1&count=true&step={step}")
    return int(json.loads(found.text())["count"])


def events(page: Any, id: str) -> list[dict[str, Any]]:
    found = page.request.get(f"/api/sales_order/{id}/timeline")
    return list(json.loads(found.text())["items"])


def test_a_review_is_switched_off_its_impact_seen_applied_and_taken_back(admin: Any, site: Path) -> None:
    before = (site / "workflows.yaml").read_text("utf-8")
    at_finance, at_stock = waiting(admin, "finance_review"), waiting(admin, "outbound_review")
    assert (at_finance, at_finance + at_stock) == (ORDERS // 2, ORDERS)
    found = admin.request.get("/api/sales_order?limit=1&step=finance_review")
    (order,) = json.loads(found.text())["items"]

    admin.goto(STEPS)
    assert violations(admin) == []
    admin.get_by_label("财务审核", exact=True).uncheck(force=True)
    admin.get_by_role("button", name="查看影响").first.click()
    expect(admin.locator("main")).to_contain_text("“订货单”的环节“财务审核”关闭")
    expect(admin.locator("main")).to_contain_text("不再由人办理“财务审核”")
    expect(admin.locator("tr", has_text="财务审核 → 出库审核")).to_contain_text(f"{at_finance} 订货单")
    expect(admin.locator("tr", has_text="仓库管理员")).to_contain_text(re.compile(f"{at_stock}.*{ORDERS}"))
    assert violations(admin) == []
    assert (site / "workflows.yaml").read_text("utf-8") == before, "a draft binds nobody"
    assert waiting(admin, "finance_review") == at_finance

    admin.locator("#reason").fill("小额订单太多，先不做财务审核")
    admin.get_by_role("button", name="生效").click()
    admin.wait_for_url(re.compile("/settings/revisions/"))
    revision = admin.url.split("/settings/revisions/")[1].split("?")[0]
    assert violations(admin) == []
    assert (waiting(admin, "finance_review"), waiting(admin, "outbound_review")) == (0, ORDERS)
    moved = [each for each in events(admin, order["id"]) if each["kind"] == "migrate"]
    assert [(each["reason"], each["revision"]) for each in moved] == [("小额订单太多，先不做财务审核", revision)]
    after = (site / "workflows.yaml").read_text("utf-8")
    changed = [
        (old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new
    ]
    assert len(changed) == 1
    assert changed[0][1] == changed[0][0].replace("back_to: order_review}", "back_to: order_review, enabled: false}")

    admin.get_by_role("button", name="撤回这次修改").click()
    expect(admin.locator("tr", has_text="出库审核 → 财务审核")).to_contain_text("恢复原状")
    admin.get_by_role("button", name="生效").click()
    admin.wait_for_url(re.compile("/settings/revisions/"))
    assert (waiting(admin, "finance_review"), waiting(admin, "outbound_review")) == (at_finance, at_stock)
    assert (site / "workflows.yaml").read_text("utf-8") == before


def test_a_draft_grows_and_has_an_address_for_a_colleague(admin: Any, browser: Any, url: str, site: Path) -> None:
    before = (site / "workflows.yaml").read_text("utf-8")
    admin.goto(STEPS)
    admin.get_by_role("button", name="“收货确认”上移").click()
    expect(admin.locator("main")).to_contain_text("环节次序改为")
    address = admin.url
    admin.get_by_role("link", name="继续编辑").click()
    expect(admin.locator("main")).to_contain_text("正在编辑草稿")
    admin.locator("summary", has_text="名称与条件").nth(1).click()
    admin.locator("[name='label.zh.order_review']").fill("客服审核")
    admin.get_by_role("button", name="查看影响").first.click()
    assert admin.url == address
    expect(admin.locator("main")).to_contain_text("环节次序改为")
    expect(admin.locator("main")).to_contain_text("客服审核")
    assert (site / "workflows.yaml").read_text("utf-8") == before
    admin.get_by_role("button", name="撤回").click()
    expect(admin.locator("h1")).to_contain_text("已撤回")


def test_roles_and_field_names_are_edited_in_pages(admin: Any, site: Path) -> None:
    admin.goto("/settings/roles")
    assert violations(admin) == []
    admin.get_by_label("查看业务报表 · 发货员").check()
    admin.get_by_role("button", name="查看影响").first.click()
    expect(admin.locator("main")).to_contain_text("角色“发货员”得到:查看业务报表")
    admin.get_by_role("button", name="生效").click()
    admin.wait_for_url(re.compile("/settings/revisions/"))
    assert "shipper" in (site / "roles.yaml").read_text("utf-8").split("stock_view, report_view]}")[0].splitlines()[-1]
    admin.goto("/settings/fields/customer")
    assert violations(admin) == []
    admin.locator("[name='label.zh.tier']").fill("客户等级")
    admin.get_by_role("button", name="查看影响").first.click()
    admin.get_by_role("button", name="生效").click()
    admin.wait_for_url(re.compile("/settings/revisions/"))
    admin.goto("/settings/fields/customer")
    expect(admin.locator("[name='label.zh.tier']")).to_have_value("客户等级")


def test_what_differs_between_files_and_database_is_shown_and_mended_both_ways(admin: Any, site: Path) -> None:
    path = site / "workflows.yaml"
    in_force = path.read_text("utf-8")
    path.write_text(in_force.replace("en: Confirm shipping", "en: Ship"), "utf-8")
    admin.goto("/settings/changes")
    assert violations(admin) == []
    expect(admin.locator(".note.warn")).to_contain_text("workflows.yaml")
    admin.get_by_role("button", name="用生效中的版本覆盖文件").click()
    expect(admin.locator(".note.warn")).to_have_count(0)
    assert path.read_text("utf-8") == in_force
    path.write_text(in_force.replace("en: Confirm shipping", "en: Ship"), "utf-8")
    admin.reload()
    admin.get_by_role("button", name="以文件为准").click()
    expect(admin.locator("main")).to_contain_text("Ship")
    admin.get_by_role("button", name="生效").click()
    admin.wait_for_url(re.compile("/settings/revisions/"))
    admin.goto("/settings/changes")
    expect(admin.locator(".note.warn")).to_have_count(0)


def test_a_change_with_errors_says_so_and_cannot_be_applied(admin: Any) -> None:
    admin.goto(STEPS)
    admin.get_by_role("button", name="“财务审核”上移").click()
    expect(admin.locator("main")).to_contain_text("文件有错误，不能生效")
    expect(admin.get_by_role("button", name="生效")).to_be_disabled()


SLOW_ORDERS = 60
PLUGIN = """schema: 1
id: slow
label: {zh: 慢部门, en: Slow}
about: {zh: 测试用部门：每个动作都要等一等, en: "For tests: an action that takes its time"}
requires: [base, sales]
actions: {pause: {label: {zh: 等一等, en: Wait a little}, undo: forget}}
"""
HOOKS = '''"""An action that takes its time."""

import asyncio

from ordinance import hookimpl


async def pause(context):
    await asyncio.sleep(0.25)


@hookimpl
def ordinance_actions():
    return {"pause": pause}
'''


@pytest.fixture(scope="module")
def slow_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site in which moving an order takes a quarter of a second."""
    folder = tmp_path_factory.mktemp("slow")
    shutil.copytree(SITE / "config", folder / "config")
    shutil.copy(SITE / "roles.yaml", folder / "roles.yaml")
    text = (SITE / "workflows.yaml").read_text("utf-8")
    assert text.count("does: [finance.open_receivable]") == 1
    slow = text.replace("does: [finance.open_receivable]", "does: [finance.open_receivable, slow.pause]")
    (folder / "workflows.yaml").write_text(slow, "utf-8")
    for name, content in (("plugin.yaml", PLUGIN), ("hooks.py", HOOKS), ("README.md", "# Slow\n\nFor tests.\n")):
        path = folder / "plugins" / "slow" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    with served("company.py", str(folder), str(SLOW_ORDERS), "1") as address:
        yield address


def test_an_apply_shows_how_far_it_has_come_and_goes_on_without_us(
    browser: Any, browser_context_args: dict[str, Any], slow_url: str, watch: Any
) -> None:
    """Whoever applies it closes the browser; a colleague, at a phone, sees it through to its end."""
    context = browser.new_context(**{**browser_context_args, "base_url": slow_url})
    phone = {"viewport": {"width": 390, "height": 844}, "locale": "en", "color_scheme": "dark"}
    other = browser.new_context(**{**browser_context_args, "base_url": slow_url, **phone}).new_page()
    page = context.new_page()
    for each in (page, other):
        watch.on(each)
        sign_in(each, "system_administrator")
    page.goto(STEPS)
    page.get_by_label("财务审核", exact=True).uncheck(force=True)
    page.get_by_role("button", name="查看影响").first.click()
    page.wait_for_url(re.compile("/settings/changes/"))
    address = page.url
    page.locator("button[value=apply]").click()

    expect(page.locator("[data-text]")).to_contain_text(re.compile(r"已处理 \d+ / 30 张单据"), timeout=20_000)
    assert re.search("<noscript><meta http-equiv=.refresh.", page.request.get(address).text())
    assert violations(page) == []
    page.close()
    other.goto(address)
    first = other.locator("[data-text]").inner_text()
    assert re.search(r"\d+ of 30 documents", first)
    assert violations(other) == []
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(other.locator("[data-text]")).not_to_have_text(first)
    other.wait_for_url(re.compile("/settings/revisions/"), timeout=60_000)
    expect(other.locator("h1 .chip.done")).to_be_visible()
    assert json.loads(other.request.get("/api/sales_order?limit=1&count=true&step=outbound_review").text())["count"] == 60
    other.context.close()
    context.close()


def test_nobody_else_sees_the_settings(admin: Any) -> None:
    admin.context.clear_cookies()
    sign_in(admin, "order_reviewer")
    for address in (STEPS, "/settings/changes", "/settings/fields/customer"):
        assert admin.goto(address).status == 403
