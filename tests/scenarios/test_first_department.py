"""The department of the guide for authors works as the guide says, from its folder in the documents."""

import asyncio
import shutil
from pathlib import Path

import pytest

from ordinance.blueprint import load
from ordinance.testing import Theatre, read_scenarios

HELLO = Path(__file__).parents[2] / "core/docs/guide/hello"
OFF = "procurement inventory logistics finance service production customs marketing hr it"
FILES = {
    "config/company.yaml": "schema: 1\nid: small\ndepartments: {"
    + ", ".join(f"{name}: {{enabled: false}}" for name in OFF.split())
    + "}\n",
    "workflows.yaml": """schema: 1
sales_order:
  steps:
    submit: {by: [clerk]}
    order_review: {by: [order_reviewer]}
    greet: {uses: hello.greet, after: order_review, by: [order_reviewer]}
    archive: {after: greet, by: [order_reviewer], back_to: order_review}
""",
    "roles.yaml": """schema: 1
roles:
  clerk:          {label: {zh: 业务员, en: Clerk}, may: {sales_order: [read, create]}}
  order_reviewer: {label: {zh: 订单审核员, en: Order reviewer}}
""",
    "config/scenarios/cards.yaml": """schema: 1
通过后有问候卡_退回后收回:
  - {as: clerk, create: sales_order, with: {contact: 周敏}, expect: {waits_at: [order_review]}}
  - {as: order_reviewer, step: order_review, expect: {waits_at: [greet], status: 待写问候卡}}
  - as: order_reviewer
    step: greet
    expect: {waits_at: [archive], did: [hello.write_card], fields: {card: 周敏，您好！谢谢您的惠顾。}}
  - as: order_reviewer
    send_back: archive
    reason: 改语气
    expect: {waits_at: [order_review], undid: [hello.write_card], fields: {card: none}}
关闭后仍写问候卡:
  - {toggle: {sales_order.greet: false}}
  - {as: clerk, create: sales_order, with: {contact: 周敏}}
  - {as: order_reviewer, step: order_review, expect: {waits_at: [archive], fields: {card: 周敏，您好！谢谢您的惠顾。}}}
""",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "small"
    for name, text in FILES.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, "utf-8")
    shutil.copytree(HELLO, site / "plugins/hello")
    return site


def test_it_is_yaml_and_at_most_30_lines_of_python() -> None:
    assert sorted(each.name for each in HELLO.glob("*.*")) == ["hooks.py", "plugin.yaml"]
    assert len((HELLO / "hooks.py").read_text("utf-8").splitlines()) <= 30


def test_its_stories_come_out_as_the_guide_tells_them(site: Path, tmp_path: Path) -> None:
    assert [each.code for each in load(site).problems if each.severity == "error"] == []
    scenarios, problems = read_scenarios(site)
    assert problems == ()

    async def play() -> list[str]:
        theatre = await Theatre.of(site, tmp_path)
        return [str(failure) for each in scenarios for failure in await theatre.run(each)]

    assert asyncio.run(play()) == []
