"""What colleagues do, seen without reloading: records, lists, the inbox, counts; nothing is lost under one's hands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.company import PASSWORD, SITE
from browser.conftest import HERE, free_port, served, wait_for
from playwright.sync_api import expect

Enter = Callable[..., Any]
SOON = 15_000


def copied(folder: Path) -> Path:
    """Make a folder a copy of the default site: what is applied is written back into its files."""
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copy(SITE / name, folder / name)
    shutil.copytree(SITE / "config", folder / "config")
    return folder


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served("company.py", str(copied(tmp_path_factory.mktemp("site"))), "12") as address:
        yield address


@pytest.fixture(scope="module")
def sessions() -> dict[str, Any]:
    return {}


@pytest.fixture
def enter(browser: Any, browser_context_args: dict[str, Any], url: str, watch: Any, sessions: Any) -> Iterator[Enter]:
    contexts = []

    def entered(name: str, base: str = url, **more: Any) -> Any:
        known = {"base_url": base, "storage_state": sessions.get((name, base))}
        contexts.append(browser.new_context(**{**browser_context_args, **known, **more}))
        page = contexts[-1].new_page()
        watch.on(page)
        page.goto("/sign-in")
        if page.url.endswith("/sign-in"):
            page.locator("#name").fill(name)
            page.locator("#password").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda address: "/sign-in" not in address)
            sessions[name, base] = contexts[-1].storage_state()
        return page

    yield entered
    for each in contexts:
        each.close()


def order_of(page: Any, row: int) -> str:
    """Return the address of an order that waits for its first review."""
    page.goto("/o/sales_order?step=order_review")
    return str(page.locator("a.key").nth(row).get_attribute("href")).split("?")[0]


def test_a_record_follows_and_what_is_unsaved_stays(enter: Enter) -> None:
    mine, theirs, third = enter("order_reviewer"), enter("business_manager"), enter("business_manager")
    address = order_of(mine, 0)
    mine.goto(address)
    theirs.goto(address)
    third.goto(address)
    third.locator("#f-contact").fill("王小姐")
    mine.wait_for_timeout(2500)
    mine.keyboard.press("Control+Enter")
    mine.wait_for_url("**said=saved**")
    expect(theirs.locator(".head .chip").first).to_have_text("待财务审核", timeout=SOON)
    note = third.locator(".toast.news")
    expect(note).to_contain_text("已被同事更新", timeout=SOON)
    expect(third.locator("#f-contact")).to_have_value("王小姐")
    expect(third.locator(".head .chip").first).to_have_text("待订单审核")
    note.get_by_role("button", name="查看").click()
    expect(third.locator("#rail")).to_contain_text("订单审核")
    expect(note).to_have_count(0)


def test_inbox_counts_and_lists_follow(enter: Enter) -> None:
    reviewer, finance, listed = enter("order_reviewer"), enter("finance_reviewer"), enter("finance_reviewer")
    address = order_of(reviewer, 0)
    finance.goto("/")
    listed.goto("/o/sales_order?step=finance_review")
    count = finance.locator(".side a", has_text="待财务审核")
    before = int((count.locator("small").inner_text() if count.locator("small").count() else "0") or 0)
    finance.wait_for_timeout(2500)
    reviewer.goto(address)
    number = reviewer.locator("h1").inner_text()
    reviewer.keyboard.press("Control+Enter")
    reviewer.wait_for_url("**said=saved**")
    expect(finance.locator("main tr", has_text=number)).to_be_visible(timeout=SOON)
    expect(count.locator("small")).to_have_text(str(before + 1), timeout=SOON)
    expect(listed.locator("main tr", has_text=number)).to_be_visible(timeout=SOON)


def test_ticked_rows_are_not_swept_away(enter: Enter) -> None:
    reviewer, ticking = enter("order_reviewer"), enter("order_reviewer")
    address = order_of(reviewer, 1)
    ticking.goto("/o/sales_order?step=order_review")
    ticking.locator("tbody [name=pick]").first.check()
    ticking.wait_for_timeout(2500)
    reviewer.goto(address)
    reviewer.keyboard.press("Control+Enter")
    reviewer.wait_for_url("**said=saved**")
    expect(ticking.locator(".toast.news")).to_be_visible(timeout=SOON)
    expect(ticking.locator("tbody [name=pick]").first).to_be_checked()
    rows = ticking.locator("tbody tr").count()
    ticking.locator(".toast.news button").click()
    expect(ticking.locator("tbody tr")).to_have_count(rows - 1)


def test_eight_pages_of_one_browser_share_a_stream(enter: Enter) -> None:
    first = enter("order_reviewer")
    pages = [first, *(first.context.new_page() for _ in range(7))]
    address = order_of(first, 0)
    for page in pages:
        page.goto(address, timeout=20_000)
    first.wait_for_timeout(2500)
    other = enter("order_reviewer")
    other.goto(address)
    other.keyboard.press("Control+Enter")
    other.wait_for_url("**said=saved**")
    for page in pages:
        page.bring_to_front()
        expect(page.locator(".head .chip").first).to_have_text("待财务审核", timeout=SOON)


def test_where_there_is_no_shared_worker_the_page_asks(enter: Enter) -> None:
    page = enter("order_reviewer")
    page.context.add_init_script("delete window.SharedWorker")
    with page.expect_request("**/feed/since?after=") as asked:
        page.goto("/")
    assert asked.value.headers["x-quiet"] == "1"


def test_a_step_that_is_switched_off_is_gone_from_the_navigation(enter: Enter) -> None:
    finance, admin = enter("finance_reviewer"), enter("system_administrator")
    finance.goto("/")
    expect(finance.locator(".side")).to_contain_text("待财务审核")
    admin.goto("/settings/workflow/sales_order")
    admin.get_by_label("财务审核", exact=True).uncheck(force=True)
    admin.get_by_role("button", name="查看影响").first.click()
    admin.get_by_role("button", name="生效").click()
    admin.wait_for_url(re.compile("/settings/revisions/"))
    expect(finance.locator(".side")).not_to_contain_text("待财务审核", timeout=SOON)


def start(port: int, folder: Path, orders: int) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(HERE.parents[1] / "core"), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, str(HERE / "company.py"), str(port), str(folder), str(orders)]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})
    wait_for(port, process)
    return process


def test_a_stream_survives_a_restart_and_does_not_hold_it_up(enter: Enter, tmp_path: Path) -> None:
    port = free_port()
    process = start(port, copied(tmp_path), 2)
    try:
        base = f"http://127.0.0.1:{port}"
        page, other = enter("order_reviewer", base), enter("order_reviewer", base)
        address = order_of(page, 0)
        page.goto(address)
        page.wait_for_timeout(2500)
        process.terminate()
        process.wait(8)
        process = start(port, tmp_path, -1)
        page.wait_for_timeout(4000)
        other.goto(address)
        other.keyboard.press("Control+Enter")
        other.wait_for_url("**said=saved**")
        expect(page.locator(".head .chip").first).to_have_text("待财务审核", timeout=2 * SOON)
    finally:
        process.terminate()
        process.wait(10)
