"""A simulation in a browser: play two roles without a password, move the clock, save what happened as a scenario."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.conftest import served
from browser.rules import violations
from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("simulation")
    with served("simulated.py", str(folder)) as address:
        yield address, folder


def play(page: Any, role: str) -> None:
    page.locator(".simulation select").select_option(f"role:{role}")
    page.get_by_role("button", name="切换").click()


def test_two_roles_are_played_under_the_proposal_and_the_story_is_kept(
    simulation: tuple[str, Path], page: Any, tmp_path: Path
) -> None:
    address, folder = simulation
    page.goto(address)
    bar = page.locator("aside.simulation")
    expect(bar).to_contain_text("模拟")
    assert violations(page) == []

    play(page, "order_reviewer")
    expect(bar.locator("option:checked")).to_have_text("李倩")
    page.goto(f"{address}/o/sales_order?sort=number")
    page.locator("main tbody a").first.click()
    page.wait_for_url(re.compile(r"/\d+(\?|$)"))
    expect(page.locator("main")).to_contain_text("待订单审核")
    assert violations(page) == []
    page.locator("main").get_by_role("button", name="订单审核").first.click()
    expect(page.locator("main")).to_contain_text("待出库审核")
    order = page.url

    play(page, "warehouse_keeper")
    expect(bar.locator("option:checked")).to_have_text("何强")
    day = bar.locator("time").inner_text()
    bar.get_by_role("button", name="+1 天").click()
    expect(bar.locator("time")).not_to_have_text(day)
    page.goto(order)
    page.locator("main").get_by_role("button", name="出库审核").first.click()
    expect(page.locator("main")).to_contain_text("待发货确认")

    with page.expect_download() as saving:
        bar.get_by_role("link", name="保存为情景").click()
    file = tmp_path / "recorded.yaml"
    saving.value.save_as(file)
    assert re.search(r"step: outbound_review, expect: \{waits_at: \[ship\]\}", file.read_text("utf-8"))
    command = [sys.executable, str(ROOT / "cli.py"), "test", str(file), "--site", str(folder / "proposed")]
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout
    assert again.stdout.startswith("2 plays, 0 failed")
