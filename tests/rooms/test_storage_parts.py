"""Reading no more than is asked for: parts of records, few records by their keys, the ids of those who are told."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from decimal import Decimal

import pytest
from rooms.storage_kit import ENTITIES, NOW, add, entity, field, prepared

from ordinance.storage import Select

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ROLES = {each: each for each in ("clerk", "chief", "buyer")}
ACCOUNT = entity(
    "account",
    field("name"),
    field("roles", "multi_choice", options=ROLES),
    field("of", "any_ref", accepts=("customer",)),
    field("active", "boolean"),
)
pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(database):
    return await prepared(database, {**ENTITIES, "account": ACCOUNT})


async def an_order(store):
    customer = await add(store, "customer", code="C-1", name="One", tier="A")
    lines = [{"quantity": Decimal(2), "amount": Decimal(5)}]
    return await add(store, "order", customer=customer, note="n", total=Decimal("7.5"), state="{}", lines=lines)


async def test_a_part_of_a_record_has_what_was_asked_for_and_what_every_record_has(store):
    order = await an_order(store)
    async with store.database.work(write=False) as work:
        whole = (await store.get_many(work, "order", [order]))[order]
        part = (await store.get_many(work, "order", [order], only=frozenset({"total", "tags"})))[order]
    assert part == {name: whole[name] for name in part}
    assert {"total", "tags", "id", "version", "number", "phase", "revision"} <= part.keys()
    assert not {"note", "lines", "customer", "state", "updated_at"} & part.keys()


async def test_who_made_a_record_and_when_comes_when_it_is_named(store):
    order = await an_order(store)
    async with store.database.work(write=False) as work:
        part = (await store.get_many(work, "order", [order], only=frozenset({"created_at", "created_by"})))[order]
    assert (part["created_at"], part["created_by"]) == (NOW, "1")
    assert "note" not in part


async def test_lines_and_the_state_come_when_they_are_named(store):
    order = await an_order(store)
    async with store.database.work(write=False) as work:
        whole = (await store.get_many(work, "order", [order]))[order]
        part = (await store.get_many(work, "order", [order], only=frozenset({"lines", "state"})))[order]
    assert (part["lines"], part["state"]) == (whole["lines"], "{}")


async def test_a_list_of_a_few_fields_is_sorted_and_paged_by_others(store):
    for note in ("b", "a", "c"):
        await add(store, "order", note=note, total=Decimal(1))
    select = Select(sort=((("note",), False),), limit=2, only=frozenset({"total"}))
    async with store.database.work(write=False) as work:
        first = await store.records["order"].query(work, select)
        second = await store.records["order"].query(
            work, Select(sort=select.sort, limit=2, only=select.only, cursor=first.next)
        )
    assert [len(first.items), len(second.items)] == [2, 1]
    assert all("note" not in each and each["total"] == 1 for each in (*first.items, *second.items))


async def test_many_different_parts_are_not_kept_for_ever(store):
    shape = store.records["order"].shape
    for number in range(1000):
        shape.narrow(frozenset({"note", f"other_{number}"}))
    assert len(shape._narrow) <= 200


async def test_records_are_looked_up_inside_the_transaction_that_wrote_them(store):
    async with store.database.work() as work:
        id_ = await store.insert(work, "customer", {"code": "C-9"}, NOW, "1")
        assert (await store.get_many(work, "customer", [id_]))[id_]["code"] == "C-9"
        assert await store.ids_by_key(work, "customer", ["C-9"]) == {"C-9": (id_,)}


@ONLY_SQLITE
async def test_a_look_up_leaves_the_connection_alone_while_its_thread_still_works_for_somebody_who_went_away(store):
    id_ = await add(store, "customer", code="C-1")
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n"
    threads = store.database.engine._readers

    async def give_up():
        async with store.database.work(write=False) as work:
            await work.fetch(slow)

    task = asyncio.create_task(give_up())
    await asyncio.sleep(0.01)
    busy = [each for each in threads if each.at_rest is None]
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert len(busy) == 1
    assert busy[0].at_rest is None
    async with store.database.work(write=False) as work:
        assert (await store.get_many(work, "customer", [id_]))[id_]["code"] == "C-1"
    await busy[0].do(lambda raw: None)
    await asyncio.sleep(0)
    assert busy[0].at_rest is not None


async def test_who_is_told(store):
    one, two = await add(store, "customer", code="C-1"), await add(store, "customer", code="C-2")

    async def account(name, *roles, of=None, active=True):
        belongs = {"entity": "customer", "id": of} if of else None
        return await add(store, "account", name=name, roles=roles, of=belongs, active=active)

    clerk, chief = await account("clerk", "clerk"), await account("chief", "clerk", "chief")
    first, second = await account("first", "buyer", of=one), await account("second", "buyer", of=two)
    await account("gone", "clerk", "buyer", of=one, active=False)
    async with store.database.work(write=False) as work:
        told = store.recipients
        assert await told.in_house(work) == [clerk, chief]
        assert await told.with_role(work, "clerk") == [clerk, chief]
        assert await told.with_role(work, "lerk") == []
        assert await told.with_role(work, "buyer") == [first, second]
        assert await told.with_role(work, "buyer", ("customer", [two])) == [second]
        assert await told.with_role(work, "buyer", ("customer", [])) == []
        assert await told.behind(work, one) == [first]
        assert await told.behind(work, clerk) == [clerk]
        assert await told.behind(work, int(str(one)[1:])) == []
