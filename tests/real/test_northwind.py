"""A real company's books: all of them come in through the public import, and every order goes through all six steps.

The folder is named by ORDINANCE_REAL_DATA; it is read, never copied.
"""

import csv
import os
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import httpx
import pytest
from live import Live
from sizes import size

from ordinance import acts
from ordinance.access import ENGINE
from ordinance.acts import Call, Done
from ordinance.app import open_house
from ordinance.exchange import bring, read_mapping, read_sheet

pytestmark = pytest.mark.anyio

SITE = Path(__file__).parent.parent / "sites" / "counting"
MAPPINGS = Path(__file__).parent / "northwind"
NAMED = os.environ.get("ORDINANCE_REAL_DATA")
DATA = Path(NAMED) / "northwind" if NAMED else Path("no-such-folder")
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CENT = Decimal("0.01")

if not DATA.is_dir():
    pytest.skip("the data folder is absent: set ORDINANCE_REAL_DATA to run the real books", allow_module_level=True)

STEPS = ("submit", "order_review", "finance_review", "outbound_review", "ship", "receive")
STAFF = ("order_reviewer", "finance_reviewer", "warehouse_keeper", "shipper")
DOERS = dict(zip(STEPS[1:5], STAFF, strict=True))


def rows(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def totals():
    """The total of every order, by its number in the books: exact decimals, independent of the program."""
    sums = Counter()
    for row in rows("order_details"):
        line = Decimal(row["unitPrice"]) * Decimal(row["quantity"]) * (1 - Decimal(row["discount"]))
        sums[row["orderID"]] += line.quantize(CENT, ROUND_HALF_UP)
    return {row["orderID"]: sums[row["orderID"]] + Decimal(row["freight"]) for row in rows("orders")}


@asynccontextmanager
async def books(database_url):
    """The site with all the books imported."""
    async with open_house(SITE, NOW, url=database_url) as opened:
        house = opened.house
        for file in ("suppliers", "categories", "shippers", "employees", "customers", "products", "orders"):
            mapping = read_mapping(MAPPINGS / f"{file}.yaml")
            sheet = read_sheet(DATA / f"{file}.csv")
            entity = {"categories": "category", "shippers": "carrier", "orders": "sales_order"}.get(file, file[:-1])
            lines = {"lines": read_sheet(DATA / "order_details.csv")} if file == "orders" else {}
            call = Call(ENGINE, NOW, "en", "system")
            report = await bring(house, call, house.blueprint.entities[entity], sheet, mapping, lines=lines)
            assert not report.bad, report.bad[:5]
            assert report.created == len(sheet.rows)
        yield opened


async def tokens(opened):
    """A key for each role on the company's side, and one for each customer."""
    house = opened.house
    engine = Call(ENGINE, NOW, "en", "system")
    keys = {}
    async with house.database.work(write=False) as work:
        customers = await house.force.store.find(work, "customer", {})
    wanted = [(role, {"name": role, "roles": [role]}) for role in STAFF]
    for each in customers:
        of = {"entity": "customer", "id": str(each["id"])}
        wanted.append((each["id"], {"name": f"buyer_{each['code']}", "roles": ["customer"], "of": of}))
    for key, values in wanted:
        made = await acts.create(house, engine, "account", values)
        assert isinstance(made, Done), made
        keys[key] = await opened.accounts.issue_token(made.id, NOW)
    return keys


@pytest.mark.requirement("B-08", "B-09", "B-10", "B-11", "B-12", "B-13")
async def test_830_orders_go_through_all_six_steps(database_url):
    """All books come in; at full size every order is carried to its end, else the first of them."""
    expected = totals()
    carried = size("northwind_orders")
    async with books(database_url) as opened, Live(opened) as live:
        keys = await tokens(opened)
        house = opened.house
        async with house.database.work(write=False) as work:
            orders = await house.force.store.find(work, "sales_order", {}, limit=10_000)
        assert len(orders) == len(expected) == 830
        async with httpx.AsyncClient(base_url=live.url, timeout=60) as client:
            for order in orders[:carried]:
                customer = keys[order["customer"]]
                for step in STEPS:
                    key = keys[DOERS[step]] if step in DOERS else customer
                    answer = await client.post(
                        f"/api/sales_order/{order['id']}/steps/{step}",
                        json={"decision": "pass"},
                        headers={"Authorization": f"Bearer {key}"},
                    )
                    assert answer.status_code == 200, (order["external_number"], step, answer.text)
                assert answer.json()["phase"] == "complete"
        await check_books(house, expected, carried)


async def check_books(house, expected, carried):
    async with house.database.work(write=False) as work:
        orders = await house.force.store.find(work, "sales_order", {}, limit=10_000)
        events = await work.fetch("SELECT document, step, name FROM event WHERE entity = 'sales_order' ORDER BY id")
        effects = await work.fetch(
            "SELECT document, effect, state, count(*) AS n FROM ledger GROUP BY document, effect, state"
        )
        counted = await house.force.store.find(work, "effect_count", {}, limit=100_000)
    assert {each["external_number"]: each["total"] for each in orders} == expected
    orders = orders[:carried]
    passed = Counter((each["document"], each["step"]) for each in events if each["step"])
    assert passed == Counter({(each["id"], step): 1 for each in orders for step in STEPS})
    numbers = [each["number"] for each in orders]
    assert [int(each.rpartition("-")[2]) for each in numbers] == list(range(1, carried + 1))
    assert all(each["n"] == 1 and each["state"] == "done" for each in effects)
    per_document = Counter(each["document"] for each in effects)
    assert set(per_document) == {each["id"] for each in orders}
    assert len(set(per_document.values())) == 1
    assert_nothing_is_doubled(counted, per_document)


def assert_nothing_is_doubled(counted, per_document):
    """What the department's actions did in the world is what the ledger says they did."""
    assert sum(each["change"] for each in counted) == sum(per_document.values())


@pytest.mark.requirement("A-11")
async def test_a_dry_run_tells_bad_cells_and_writes_nothing(database_url, tmp_path):
    broken = tmp_path / "customers.csv"
    text = (DATA / "customers.csv").read_text("utf-8").splitlines()
    text[3] = text[3].replace("ANTON", "")
    broken.write_text("\n".join(text) + "\n", "utf-8")
    async with open_house(SITE, NOW, url=database_url) as opened:
        call = Call(ENGINE, NOW + timedelta(seconds=1), "en", "system")
        entity = opened.house.blueprint.entities["customer"]
        sheet, mapping = read_sheet(broken), read_mapping(MAPPINGS / "customers.yaml")
        dry = await bring(opened.house, call, entity, sheet, mapping, dry=True)
        assert [(each.row, each.column, each.code) for each in dry.bad] == [(4, "customerID", "required")]
        whole = await bring(opened.house, call, entity, sheet, mapping)
        assert whole.bad
        assert whole.created == 0
        async with opened.house.database.work(write=False) as work:
            assert await opened.house.force.store.count(work, "customer", {}) == 0
        part = await bring(opened.house, call, entity, sheet, mapping, all_or_nothing=False)
        assert part.created == len(sheet.rows) - 1
        again = await bring(opened.house, call, entity, read_sheet(DATA / "customers.csv"), mapping)
        assert (again.created, again.updated, again.bad) == (1, len(sheet.rows) - 1, [])
