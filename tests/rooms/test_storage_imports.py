"""The tables of imports on both databases: leases, rows told again, counts, states that only move where they may."""

from datetime import timedelta

import pytest
from rooms.storage_kit import NOW, prepared

from ordinance.storage import ImportRow

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(database):
    return await prepared(database)


async def opened(store, work, **more):
    return await store.imports.add(
        work, NOW, entity="customer", state="new", maker="7", maker_name="Sun", files=[{"name": "a.csv"}], tables="0" * 64,
        mapping={"fields": {"code": "no"}}, **more,
    )  # fmt: skip


async def test_a_batch_comes_back_as_it_was_kept(store):
    async with store.database.work() as work:
        first, second = await opened(store, work), await opened(store, work, total=3)
        found = await store.imports.get(work, second)
        assert (found["files"], found["mapping"], found["edits"]) == (
            [{"name": "a.csv"}], {"fields": {"code": "no"}}, {},
        )  # fmt: skip
        assert (found["made_at"], found["total"], found["cancelled"]) == (NOW, 3, False)
        assert [each["id"] for each in await store.imports.of_entity(work, "customer")] == [second, first]
        assert await store.imports.of_entity(work, "product") == []
        assert await store.imports.get(work, 1) is None


async def test_a_state_only_moves_from_where_it_may(store):
    async with store.database.work() as work:
        id = await opened(store, work)
        assert await store.imports.move(work, id, ("checked",), state="running") is False
        assert await store.imports.move(work, id, ("new", "checked"), state="checking", cancelled=True) is True
        found = await store.imports.get(work, id)
        assert (found["state"], found["cancelled"]) == ("checking", True)


async def test_one_process_holds_a_batch_until_its_lease_is_over(store):
    soon, later = NOW + timedelta(seconds=60), NOW + timedelta(seconds=61)
    async with store.database.work() as work:
        id = await opened(store, work)
        assert await store.imports.claim(work, id, "one", NOW, soon)
        assert not await store.imports.claim(work, id, "two", NOW, soon)
        assert await store.imports.claim(work, id, "one", NOW, soon)
        assert await store.imports.claim(work, id, "two", later, later + timedelta(seconds=60))
        assert not await store.imports.claim(work, id, "one", later, later)


async def test_rows_are_told_again_counted_and_chosen(store):
    fault = [{"row": 3, "column": "name"}]
    async with store.database.work() as work:
        id = await opened(store, work)
        await store.imports.keep_rows(work, id, [ImportRow(0, 2, "bad", fault), ImportRow(1, 3, "created", [])])
        await store.imports.keep_rows(
            work, id, [ImportRow(0, 2, "updated", [], 9, 4, {"name": "old"}), ImportRow(2, 4, "created", [], 10, 1)]
        )
        assert await store.imports.counts(work, id) == {"updated": 1, "created": 2}
        assert await store.imports.rows(work, id, ("bad",)) == []
        (first, last) = await store.imports.rows(work, id, ("updated", "created"), written=True)
        assert (first.before, first.version, last.record) == ({"name": "old"}, 4, 10)
        assert [each.position for each in await store.imports.rows(work, id, last_first=True, limit=2)] == [2, 1]
        await store.imports.set_undone(work, id, 0, {"zh": "改过", "en": "touched"})
        await store.imports.set_undone(work, id, 2, {})
        assert await store.imports.rows(work, id, written=True, to_undo=True) == []
        (kept,) = await store.imports.rows(work, id, undone=True)
        assert kept.undone == {"zh": "改过", "en": "touched"}
        await store.imports.await_rows(work, id)
        assert await store.imports.counts(work, id) == {"waiting": 3}
        await store.imports.forget_rows(work, id)
        assert await store.imports.counts(work, id) == {}


async def test_a_mapping_of_a_name_is_kept_once(store):
    async with store.database.work() as work:
        for plain in ({"fields": {"code": "a"}}, {"fields": {"code": "b"}}):
            await store.imports.keep_mapping(work, "customer", "old program", plain, "7", NOW)
        assert await store.imports.mappings(work, "customer") == {"old program": {"fields": {"code": "b"}}}
        assert await store.imports.mappings(work, "product") == {}
        await store.imports.forget_mapping(work, "customer", "old program")
        assert await store.imports.mappings(work, "customer") == {}
