"""`ordinance plan`, `apply`, `pull`, `revert`: what they print, what they leave, how they end."""

import asyncio
import io
import json
from pathlib import Path

import pytest
from rooms.changes_kit import change, shop, site_at

from ordinance.commands import main


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with one order that waits for finance, in the SQLite file of its own folder."""
    folder = site_at(tmp_path)

    async def fill():
        async with shop(folder, str(database(folder))) as company:
            await company.order("finance_review")

    asyncio.run(fill())
    return folder


def database(site: Path) -> Path:
    (site / "var").mkdir(exist_ok=True)
    return site / "var" / "ordinance.sqlite3"


def run(site, *words):
    return main([*words, "--site", str(site)])


def said(capsys):
    return capsys.readouterr().out


def test_a_change_from_plan_to_the_way_back(site, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert run(site, "plan", "--locale", "en") == 0
    assert "Nothing changes" in said(capsys)
    change(site, "workflows.yaml", "finance_review:  {", "finance_review:  {enabled: false, ")
    assert run(site, "plan", "--locale", "en") == 0
    words = said(capsys)
    assert "“Finance review” of “Order” is switched off  [workflows.yaml:8:" in words
    assert "1 × Order @ Finance review → Stock-out review" in words
    assert "Finance reviewer: 1 → 0" in words
    assert run(site, "plan", "--locale", "zh") == 0
    assert "“订货单”的环节“财务审核”关闭" in said(capsys)
    assert run(site, "apply") == 2
    assert run(site, "apply", "--yes", "--reason", "too slow", "--locale", "en") == 0
    assert "is in force; 1 document(s) touched" in said(capsys)
    assert run(site, "apply", "--yes", "--locale", "en") == 0
    assert "Nothing changes" in said(capsys)
    assert run(site, "revert", "--list", "--json") == 0
    latest, first = json.loads(said(capsys))
    assert (latest["reason"], latest["moved"], latest["parent"]) == ("too slow", 1, first["hash"])
    assert run(site, "revert", "--yes", "--json") == 0
    report = json.loads(said(capsys))
    assert (report["revision"], report["moved"]) == (first["hash"], 1)
    assert "enabled: false" not in (site / "workflows.yaml").read_text("utf-8").split("lanes")[0]


def test_the_plan_as_json(site, capsys):
    assert run(site, "plan", "--set", "sales_order.finance_review=false", "--json", "--hold", "sales_order") == 0
    plan = json.loads(said(capsys))
    assert (plan["is_complete"], plan["touched"], plan["choices"]) == (True, 1, {"sales_order": "hold"})
    (found,) = [each for each in plan["moves"] if each["is_touched"]]
    assert (found["at"], found["to"], found["choice"]) == (["finance_review"], ["finance_review"], "hold")
    assert plan["differences"][0]["place"]["file"] == "workflows.yaml"
    assert "enabled: false" not in (site / "workflows.yaml").read_text("utf-8").split("lanes")[0]


def test_files_with_errors_end_with_one(site, capsys):
    change(site, "workflows.yaml", "counting.reserve", "counting.reserv")
    assert run(site, "plan", "--locale", "en") == 1
    assert "The files have errors" in said(capsys)
    assert run(site, "apply", "--yes", "--locale", "en") == 1
    assert "[plan_broken]" in said(capsys)


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--set", "sales_order.finance_review"),
        ("plan", "--supply", "sales_order=1"),
        ("plan", "--set", "nothing.at.all=1"),
        ("apply", "--from", "tomorrow", "--yes"),
        ("apply", "--as", "nobody", "--yes"),
        ("revert", "--as", "nobody", "--yes"),
    ],
)
def test_wrong_usage_ends_with_two(site, words):
    assert run(site, *words) == 2


def test_a_folder_that_is_no_site_ends_with_two(tmp_path):
    assert [run(tmp_path, each) for each in ("plan", "apply", "pull", "revert")] == [2, 2, 2, 2]


def test_pull_brings_the_files_back(site, capsys):
    before = (site / "workflows.yaml").read_bytes()
    change(site, "workflows.yaml", "schema: 1\n", "schema: 1\n# mine\n")
    assert run(site, "pull", "--dry-run") == 0
    assert said(capsys) == "workflows.yaml: changed\n"
    assert run(site, "pull", "--json") == 0
    assert json.loads(said(capsys))["files"] == {"workflows.yaml": "changed"}
    assert (site / "workflows.yaml").read_bytes() == before
    assert run(site, "pull", "--locale", "en") == 0
    assert said(capsys) == "the files are those of the revision in force\n"


def test_a_dated_change_waits_for_its_day(site, capsys):
    assert run(site, "apply", "--set", "sales_order.ship=false", "--from", "2999-05-01", "--yes", "--json") == 0
    report = json.loads(said(capsys))
    assert (report["state"], report["starts"]) == ("approved", "2999-05-01T00:00:00+08:00")
    assert run(site, "revert", "--list", "--json") == 0
    assert len(json.loads(said(capsys))) == 1
    assert run(site, "apply", "--set", "sales_order.ship=false", "--propose", "--yes", "--json") == 0
    assert json.loads(said(capsys))["state"] == "open"
    assert run(site, "revert") == 1
