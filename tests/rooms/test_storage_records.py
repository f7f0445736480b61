"""Records on both databases: exact values, lines, versions, deletes, conditional updates."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rooms.storage_kit import CUSTOMER, NOW, add, prepared

from ordinance.fields import fixed, rounded
from ordinance.storage import BadReference, InUse

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C-05")]


@pytest.fixture
async def store(database):
    return await prepared(database)


async def get(store, entity, id_):
    async with store.database.work(write=False) as work:
        return await store.records[entity].get(work, id_)


async def test_an_order_comes_back_as_it_was_written(store):
    customer = await add(store, "customer", code="C-1", name="上海一店", tier="A")
    product = await add(store, "product", code="P-1", price=Decimal("12.50"))
    written = {
        "customer": customer,
        "note": "第一行\n'\"; DROP TABLE e_order; --",
        "total": Decimal("12345678901234.56"),
        "colour": "red",
        "tags": ("a", "c_d"),
        "deliver_on": date(2026, 12, 1),
        "seen_at": datetime(2026, 11, 24, 9, 30, 15, 123456, tzinfo=UTC),
        "urgent": False,
        "lines": [{"product": product, "quantity": Decimal("0.0001"), "amount": Decimal("1.10")}],
        "workflow": "order",
        "phase": "running",
        "waits_at": "review",
        "state": '{"waits":["review"]}',
    }
    id_ = await add(store, "order", **written)
    found = await get(store, "order", id_)
    assert found["id"] == id_
    assert (found["version"], found["created_by"], found["created_at"]) == (1, "1", NOW)
    assert found["created_at"].tzinfo is not None
    lines = found.pop("lines")
    assert {name: found[name] for name in written if name != "lines"} == {
        name: value for name, value in written.items() if name != "lines"
    }
    assert [{**line, "id": 0} for line in lines] == [
        {"id": 0, "product": product, "quantity": Decimal("0.0001"), "amount": Decimal("1.10")}
    ]
    assert str(found["total"]) == "12345678901234.56"
    assert str(lines[0]["amount"]) == "1.10"


async def test_what_is_left_out_is_empty(store):
    found = await get(store, "order", await add(store, "order"))
    assert [found[name] for name in ("customer", "total", "tags", "urgent", "lines", "number")] == [
        None, None, (), None, [], None,
    ]  # fmt: skip


async def test_decimals_are_exact_in_every_comparison(store):
    """Floats lose the last digits of such amounts; scaled integers and NUMERIC do not."""
    amounts = [Decimal("9999999999999999.99"), Decimal("9999999999999999.98"), Decimal("0.10"), Decimal("0.20")]
    for amount in amounts:
        await add(store, "order", total=amount)
    kind, field = store.types["money"], store.entities["order"].fields["total"]
    name = store.records["order"].shape.table
    async with store.database.work(write=False) as work:
        exact = [kind.encode(each, field, work.dialect) for each in amounts]
        assert len(await work.fetch(f"SELECT id FROM {name} WHERE total = ?", exact[0])) == 1
        assert len(await work.fetch(f"SELECT id FROM {name} WHERE total > ?", exact[1])) == 1
        assert len(await work.fetch(f"SELECT id FROM {name} WHERE total BETWEEN ? AND ?", exact[2], exact[3])) == 2
        column = "sum(total)" if work.dialect == "postgresql" else 'sum(total) AS "sum [SCALEDINT2]"'
        found = await work.fetch_one(f"SELECT {column} FROM {name} WHERE total < ?", exact[1])
        assert found == {"sum": Decimal("0.30")}
        assert isinstance(found["sum"], Decimal)


@ONLY_SQLITE
async def test_sqlite_refuses_a_decimal_without_a_scale(store):
    async with store.database.work() as work:
        with pytest.raises(Exception, match=r"decimal\.Decimal|bare Decimal"):
            await work.fetch("SELECT id FROM e_order WHERE total = ?", Decimal("1.00"))


@pytest.mark.parametrize("bad", ["0.001", "1e17", "99999999999999999.99"])
async def test_an_amount_that_does_not_fit_is_refused_before_it_travels(store, bad):
    with pytest.raises(ValueError, match="does not fit"):
        await add(store, "order", total=Decimal(bad))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(digits=st.integers(-(10**18) + 1, 10**18 - 1), scale=st.integers(0, 18))
def test_a_fixed_decimal_keeps_every_digit(digits, scale):
    value = Decimal(digits).scaleb(-scale)
    exact = fixed(value, scale)
    assert exact == value
    assert exact.__conform__(None) == digits
    assert -exact.as_tuple().exponent == scale


def test_rounding_is_half_up_and_keeps_the_scale():
    assert [str(rounded(Decimal(text), 2)) for text in ("0.005", "-0.005", "1.245", "2")] == [
        "0.01", "-0.01", "1.25", "2.00",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="digits"):
        rounded(Decimal(10**17), 2)


async def test_a_stale_version_changes_nothing(store):
    id_ = await add(store, "order", note="one")
    records = store.records["order"]
    async with store.database.work() as work:
        assert await records.update(work, id_, 1, {"note": "two"}, now=NOW, by="2") == 2
    async with store.database.work() as work:
        assert await records.update(work, id_, 1, {"note": "lost", "lines": [{}]}, now=NOW, by="3") is None
    found = await get(store, "order", id_)
    assert (found["note"], found["version"], found["updated_by"], found["lines"]) == ("two", 2, "2", [])


async def test_lines_keep_their_ids_when_they_are_replaced(store):
    id_ = await add(store, "order", lines=[{"quantity": Decimal(n)} for n in range(3)])
    first, second, third = (await get(store, "order", id_))["lines"]
    records = store.records["order"]
    sent = [{"id": third["id"], "amount": Decimal("3.00")}, {"quantity": Decimal(9)}, {"id": first["id"]}]
    async with store.database.work() as work:
        await records.update(work, id_, 1, {"lines": sent}, now=NOW, by="1")
    lines = (await get(store, "order", id_))["lines"]
    assert [line["quantity"] for line in lines] == [2, 9, 0]
    assert [lines[0]["id"], lines[2]["id"]] == [third["id"], first["id"]]
    assert lines[0]["amount"] == Decimal("3.00")
    assert lines[1]["id"] not in {first["id"], second["id"], third["id"]}


async def test_a_line_of_another_document_cannot_be_taken_over(store):
    theirs = await add(store, "order", lines=[{"quantity": Decimal(7)}])
    mine = await add(store, "order")
    stolen = (await get(store, "order", theirs))["lines"][0]["id"]
    async with store.database.work() as work:
        lines = [{"id": stolen, "quantity": Decimal(1)}, {"id": stolen, "quantity": Decimal(2)}]
        await store.records["order"].update(work, mine, 1, {"lines": lines}, now=NOW, by="1")
    assert (await get(store, "order", theirs))["lines"] == [
        {"id": stolen, "product": None, "quantity": Decimal(7), "amount": None}
    ]
    assert [line["quantity"] for line in (await get(store, "order", mine))["lines"]] == [1, 2]


async def test_a_line_sent_twice_is_two_lines(store):
    id_ = await add(store, "order", lines=[{"quantity": Decimal(1)}])
    (line,) = (await get(store, "order", id_))["lines"]
    async with store.database.work() as work:
        sent = [{"id": line["id"], "quantity": Decimal(2)}, {"id": line["id"], "quantity": Decimal(3)}]
        await store.records["order"].update(work, id_, 1, {"lines": sent}, now=NOW, by="1")
    first, second = (await get(store, "order", id_))["lines"]
    assert (first["id"], first["quantity"], second["quantity"]) == (line["id"], 2, 3)
    assert second["id"] != line["id"]


async def test_several_changes_in_one_act_are_written_in_order(store):
    async with store.database.work() as work:
        id_ = await store.insert(work, "order", {"note": "new", "lines": [{"quantity": Decimal(1)}]}, NOW, "1")
        assert await store.update(work, "order", id_, {"note": "then"}, NOW, "1") == 2
        assert await store.update(work, "order", id_, {"phase": "running"}, NOW, "1") == 3
        await store.set_number(work, "order", id_, "DH-1")
    found = await get(store, "order", id_)
    assert (found["note"], found["phase"], found["number"], found["version"]) == ("then", "running", "DH-1", 3)
    assert len(found["lines"]) == 1


async def test_a_reference_to_nothing_is_refused(store):
    with pytest.raises(BadReference):
        await add(store, "order", customer=999)


async def test_what_is_used_cannot_be_deleted(store):
    customer = await add(store, "customer", code="C-1")
    product = await add(store, "product", code="P-1")
    await add(store, "order", customer=customer, lines=[{"product": product}, {"product": product}])
    async with store.database.work() as work:
        with pytest.raises(InUse) as used:
            await store.records["customer"].delete(work, customer, 1, now=NOW, by="1")
        assert used.value.by == (("order", "customer", 1),)
        with pytest.raises(InUse) as used:
            await store.records["product"].delete(work, product, 1, now=NOW, by="1")
        assert used.value.by == (("order", "lines.product", 2),)
        assert used.value.count == 2


async def test_a_soft_entity_hides_what_is_deleted_and_frees_its_key(database):
    entities = {"customer": replace(CUSTOMER, delete="soft")}
    store = await prepared(database, entities)
    gone = await add(store, "customer", code="C-1", name="gone")
    async with database.work() as work:
        assert await store.records["customer"].delete(work, gone, 1, now=NOW, by="7")
        assert not await store.records["customer"].delete(work, gone, 2, now=NOW, by="7")
    there = await add(store, "customer", code="C-1", name="there")
    async with database.work(write=False) as work:
        assert await store.get_many(work, "customer", [gone, there]) == await store.get_many(work, "customer", [there])
        assert await store.ids_by_key(work, "customer", ["C-1"]) == {"C-1": (there,)}
        assert [each["id"] for each in await store.records["customer"].lookup(work, "gone")] == []
        assert await store.count(work, "customer", {}) == 1
    assert len(await database.fetch("SELECT id FROM e_customer")) == 2


async def test_a_document_takes_its_lines_with_it(store):
    id_ = await add(store, "order", lines=[{}, {}])
    async with store.database.work() as work:
        assert not await store.records["order"].delete(work, id_, 9, now=NOW, by="1")
        assert await store.records["order"].delete(work, id_, 1, now=NOW, by="1")
    assert await store.database.fetch("SELECT * FROM e_order__lines") == []


async def test_records_are_found_by_key_and_number(store):
    one = await add(store, "product", code="P-1")
    two = await add(store, "product", code="P-2")
    order = await add(store, "order", number="DH-7")
    async with store.database.work(write=False) as work:
        assert await store.ids_by_key(work, "product", ["P-1", "P-2", "P-9"]) == {"P-1": (one,), "P-2": (two,)}
        assert await store.ids_by_key(work, "order", ["DH-7"]) == {"DH-7": (order,)}
        assert await store.existing(work, "product", [one, 5]) == {one}
        assert await store.existing(work, "product", []) == set()
        assert await store.get_many(work, "product", []) == {}


async def test_stock_is_never_sold_twice(store):
    """Reading, checking and then writing oversells; the conditional update does not."""
    stock = await add(store, "stock", on_hand=Decimal(30))
    sold = []

    async def seller():
        for _ in range(10):
            async with store.database.work() as work:
                if await store.add(work, "stock", stock, "on_hand", -1, at_least=0):
                    sold.append(1)

    await asyncio.gather(*(seller() for _ in range(8)))
    assert len(sold) == 30
    assert (await get(store, "stock", stock))["on_hand"] == 0


async def test_many_records_are_inserted_at_once(store):
    async with store.database.work() as work:
        rows = [{"note": str(n), "lines": [{"quantity": Decimal(n)}] * 2} for n in range(3000)]
        ids = await store.records["order"].insert_many(work, rows, now=NOW, by="1")
    assert len(set(ids)) == 3000
    assert (await get(store, "order", ids[-1]))["lines"][1]["quantity"] == 2999


async def test_a_document_may_have_more_lines_than_a_statement_has_room_for(store):
    id_ = await add(store, "order", lines=[{"quantity": Decimal(n)} for n in range(7000)])
    found = await get(store, "order", id_)
    assert [line["quantity"] for line in found["lines"]] == list(range(7000))
    async with store.database.work() as work:
        kept = found["lines"][::-1][:6500]
        assert await store.records["order"].update(work, id_, 1, {"lines": kept}, now=NOW, by="1") == 2
    again = await get(store, "order", id_)
    assert [line["id"] for line in again["lines"]] == [line["id"] for line in kept]


async def test_a_broken_act_writes_nothing_at_all(store):
    with pytest.raises(BadReference):
        async with store.database.work() as work:
            await store.insert(work, "order", {"note": "a"}, NOW, "1")
            await store.insert(work, "customer", {"code": "C-1"}, NOW, "1")
            await store.insert(work, "stock", {"product": 4}, NOW, "1")
    for table in ("e_order", "e_customer", "e_stock"):
        assert await store.database.fetch(f"SELECT id FROM {table}") == []
