"""`stock` and `balance` in what a scenario expects: amounts that a department keeps, or plainly told that none does."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from ordinance.testing import ACTS, Theatre, read_scenarios

ROOT = Path(__file__).parents[2]
HELLO = ROOT / "core/docs/guide/hello"
STORY = """schema: 1
s:
  - {{given: {{product: [{{code: P-1, name: 绿茶, price: "10.00"}}, {{code: P-2, name: 红茶, price: "2.50"}}]}}}}
  - {{as: clerk, create: sales_order, with: {{contact: 周敏}}, expect: {expect}}}
"""
HOOK = '''

async def stock(context):
    return context.record["price"] / 2


@hookimpl
def ordinance_values():
    return {("product", "stock"): stock}
'''


def made(folder: Path, *, switch: str = "") -> Path:
    """Return a company whose greetings department also says how much there is of a product."""
    site = folder / "site"
    shutil.copytree(HELLO / "scenarios/gifts", site)
    shutil.copytree(HELLO, site / "plugins/hello")
    declared = site / "plugins/hello/plugin.yaml"
    value = "values:\n  stock: {label: {zh: 库存, en: Stock}, of: product, type: quantity}\n"
    declared.write_text(declared.read_text("utf-8") + value, "utf-8")
    hooks = site / "plugins/hello/hooks.py"
    hooks.write_text(hooks.read_text("utf-8") + HOOK, "utf-8")
    if switch:
        company = site / "config/company.yaml"
        company.write_text(company.read_text("utf-8") + switch, "utf-8")
        flow = site / "workflows.yaml"
        flow.write_text("".join(line for line in flow.read_text("utf-8").splitlines(True) if "greet" not in line), "utf-8")
        with flow.open("a", encoding="utf-8") as file:
            file.write("    archive: {after: order_review, by: [order_reviewer]}\n")
    return site


@pytest.fixture(scope="module")
def theatre(tmp_path_factory):
    return asyncio.run(Theatre.of(made(tmp_path_factory.mktemp("on")), tmp_path_factory.mktemp("stage")))


def failed(theatre, folder, expect):
    file = folder / "said.yaml"
    file.write_text(STORY.format(expect=expect), "utf-8")
    (story,), problems = read_scenarios(folder, [file])
    assert problems == ()
    found = asyncio.run(theatre.run(story, ACTS))
    assert all((each.place.file, each.place.line) == ("said.yaml", 4) for each in found)
    return [difference for each in found for difference in each.differences]


def test_an_amount_is_asked_of_the_department_that_gives_it(theatre, tmp_path):
    assert failed(theatre, tmp_path, '{stock: {P-1: "5", P-2: "1.250"}}') == []
    (found,) = failed(theatre, tmp_path, '{stock: {P-1: "5", P-2: "1"}}')
    assert found.words.en == "stock.P-2: expected 1, got 1.25"


def test_an_amount_that_no_department_gives_is_told_with_how_to_give_it(theatre, tmp_path):
    (found,) = failed(theatre, tmp_path, '{balance: {receivable: "5"}}')
    assert (found.words.en, found.words.zh) == ("no department gives balance", "没有部门给出 balance")
    assert "declaring a value balance" in found.remedy.en


def test_an_amount_by_place_is_told_to_be_more_than_is_given(theatre, tmp_path):
    (found,) = failed(theatre, tmp_path, '{stock: {shelf: {P-1: "5"}}}')
    assert found.words.en == "stock is told as “key of the product: amount”"


def test_an_amount_of_a_department_that_is_off_says_so(tmp_path):
    site = made(tmp_path, switch="  hello: {enabled: false}\n")
    (tmp_path / "stage").mkdir()
    theatre = asyncio.run(Theatre.of(site, tmp_path / "stage"))
    (found,) = failed(theatre, tmp_path, '{stock: {P-1: "5"}}')
    assert found.words.en == "hello is switched off, so there is no stock"
    assert found.remedy.en == "switch hello on, or leave stock out"
