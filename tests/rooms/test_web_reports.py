"""Reports over HTTP and at the command line: the default company's, as its roles may ask for them."""

import json

import pytest
from rooms.web_kit import STAFF, codes, order, shared_url, site  # noqa: F401

from ordinance.blueprint import load
from ordinance.commands import main
from ordinance.web.api.openapi import describe

pytestmark = pytest.mark.anyio

SEES = {"system_administrator", "business_manager", "finance_reviewer"}


@pytest.mark.requirement("B-24")
async def test_orders_that_were_processed_are_what_reports_are_made_of(site):
    await order(site, "C-1")
    await order(site, "C-2")
    answer = await site["business_manager"].get("/api/reports/orders_by_customer")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    names = [row["group"]["customer"]["text"] for row in body["rows"]]
    assert set(names) == {"Customer C-1", "Customer C-2"}
    assert body["total"]["values"]["orders"] == 2
    assert body["total"]["values"]["amount"] == "61.98"
    assert {each["id"]: each["unit"] for each in body["columns"]}["amount"] == "CNY"
    waiting = (await site["business_manager"].get("/api/reports/orders_by_step")).json()
    assert [(row["group"]["waits_at"]["text"], row["values"]["orders"]) for row in waiting["rows"]] == [("Order review", 2)]
    lines = (await site["business_manager"].get("/api/reports/orders_by_product")).json()
    assert lines["total"]["values"] == {"orders": 4, "quantity": "8.0000", "amount": "61.98", "share": "100.0"}


@pytest.mark.parametrize("role", STAFF)
async def test_who_may_read_reports_sees_them_and_who_is_named_sees_those(site, role):
    listed = {each["id"] for each in (await site[role].get("/api/reports")).json()["items"]}
    assert ("orders_by_day" in listed) == (role in SEES)
    assert {"orders_by_step", "to_ship"} <= listed
    for id in site.house.blueprint.reports:
        answer = await site[role].get(f"/api/reports/{id}")
        assert answer.status_code == (200 if id in listed else 403), (id, answer.text)


async def test_a_customer_has_no_reports(site):
    assert (await site["C-1"].get("/api/reports")).json() == {"items": []}
    assert (await site["C-1"].get("/api/reports/orders_by_day")).status_code == 403


async def test_what_is_asked_wrongly_is_named(site):
    client = site["business_manager"]
    assert (await client.get("/api/reports/nothing")).status_code == 404
    assert codes(await client.get("/api/reports/orders_by_day?colour=red")) == ["unknown_parameter"]
    assert codes(await client.get("/api/reports/orders_by_day?created_at=soon")) == ["bad_parameter"]
    assert codes(await client.get("/api/reports?x=1")) == ["unknown_parameter"]
    assert (await client.get("/api/reports/orders_by_day?created_at=2026-11-01..2026-11-30&sort=-amount")).status_code == 200


async def test_every_report_is_described(site):
    paths = describe(site.house.force)["paths"]
    for id, report in site.house.blueprint.reports.items():
        names = [each["name"] for each in paths[f"/api/reports/{id}"]["get"]["parameters"]]
        assert names == [*report.parameters, "sort"]


def test_the_default_company_gives_each_of_its_roles_something_at_a_glance():
    from pathlib import Path

    blueprint = load(Path(__file__).parents[2]).blueprint
    for role in STAFF:
        found = [each.id for each in blueprint.dashboards.values() if not each.by or role in each.by]
        assert len(found) > 1, role


def test_the_command_prints_a_table_csv_and_json(tmp_path, capsys):
    from pathlib import Path

    where = ["--site", str(Path(__file__).parents[2]), "--database", str(tmp_path / "x.sqlite3"), "--locale", "en"]
    assert main(["report", *where]) == 0
    assert "orders_by_day" in capsys.readouterr().out
    assert main(["report", "orders_by_week", "created_at=2w", *where]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["Total", "0", "0.00", "0.00"]
    assert main(["report", "orders_by_week", "created_at=2w", "--csv", *where]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "Created,Orders,Amount (CNY),So far (CNY)"
    assert main(["report", "returns_rate", "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["values"]["orders"] == 0
    assert main(["report", "orders_by_week", "created_at=x", *where]) == 1
    assert main(["report", "nothing", *where]) == 2
    assert main(["report", "orders_by_week", "x", *where]) == 2
