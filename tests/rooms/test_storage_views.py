"""Kept views in their table, counting up to a number, and lists read backwards; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from rooms.storage_kit import NOW, add, prepared

from ordinance.storage import Condition, CursorError, NewWait, Select, count_up_to, newest, turn, turn_back, turned

pytestmark = pytest.mark.anyio

BY_TOTAL = ((("total",), False),)


@pytest.fixture
async def store(database):
    return await prepared(database)


async def kept(store, owner="1", role="", label="a", query="x=1", entity="order"):
    async with store.database.work() as work:
        return await store.views.add(work, entity, owner, role, label, query, NOW)


async def seen(store, owner="1", roles=(), entity="order"):
    async with store.database.work(write=False) as work:
        return [each.label for each in await store.views.of(work, entity, owner, roles)]


async def test_one_sees_the_views_of_its_roles_and_then_its_own(store):
    await kept(store, label="mine")
    await kept(store, owner="2", label="theirs")
    await kept(store, owner="2", role="clerk", label="of clerks")
    await kept(store, owner="2", role="boss", label="of bosses")
    await kept(store, label="elsewhere", entity="customer")
    assert await seen(store, roles=("clerk", "everyone")) == ["of clerks", "mine"]
    assert await seen(store) == ["mine"]
    assert await seen(store, owner="2", roles=("boss",)) == ["of bosses", "theirs"]


async def test_a_view_comes_behind_the_others_and_goes_where_it_is_put(store):
    made = [await kept(store, label=label) for label in "abc"]
    await kept(store, owner="2", label="z")
    assert await seen(store) == ["a", "b", "c"]
    async with store.database.work() as work:
        await store.views.place(work, [made[2].id, made[0].id, made[1].id])
        assert [each.label for each in await store.views.siblings(work, made[0])] == ["c", "a", "b"]
    assert await seen(store) == ["c", "a", "b"]


async def test_a_view_is_changed_and_removed(store):
    view = await kept(store)
    async with store.database.work() as work:
        await store.views.change(work, view.id, "b", "y=2", NOW)
        found = await store.views.get(work, view.id, lock=True)
        assert found == replace(view, label="b", query="y=2", position=found.position)
        await store.views.delete(work, view.id)
        assert await store.views.get(work, view.id) is None


async def orders(store, count=11):
    """Orders with totals 0, 0, 1, 1, 2 … and one without; a tie in every place a page may end."""
    ids = [await add(store, "order", note=str(at), total=Decimal(at // 2)) for at in range(count - 1)]
    return [*ids, await add(store, "order", note="none")]


async def test_a_list_is_counted_up_to_a_number(store):
    await orders(store)
    some = Select(where=(Condition(("total",), "gte", Decimal(2)),))
    async with store.database.work(write=False) as work:
        records = store.records["order"]
        assert await count_up_to(work, records, Select(), 100) == 11
        assert await count_up_to(work, records, Select(), 11) == 11
        assert await count_up_to(work, records, Select(), 5) == 5
        assert await count_up_to(work, records, some, 100) == 6
        assert await count_up_to(work, records, replace(some, sort=BY_TOTAL, limit=1), 4) == 4
        assert await newest(work, records, 11) is None
        after = await newest(work, records, 3)
        assert await count_up_to(work, records, Select(), 100, after=after) == 3


@pytest.mark.parametrize("sort", [(), BY_TOTAL, ((("total",), True),), ((("total",), True), (("note",), False))])
async def test_pages_backwards_are_the_pages_forwards(store, sort):
    await orders(store)
    async with store.database.work(write=False) as work:
        query = store.records["order"].query
        cursors: list[str | None] = [None]
        pages = []
        while len(pages) < len(cursors):
            page = await query(work, Select(sort=sort, limit=3, cursor=cursors[-1]))
            pages.append([each["id"] for each in page.items])
            cursors += [page.next] if page.next else []
        assert sum(map(len, pages)) == 11
        for at in range(len(pages) - 1, 0, -1):
            back = await query(work, Select(sort=turned(sort), limit=3, cursor=turn(cursors[at], sort)))
            before = turn_back(back.next, sort) if back.next else None
            page = await query(work, Select(sort=sort, limit=3, cursor=before))
            assert [each["id"] for each in page.items] == pages[at - 1]


def test_a_cursor_of_another_list_is_not_turned():
    with pytest.raises(CursorError):
        turn("nonsense", BY_TOTAL)
    with pytest.raises(CursorError):
        turn_back(turn_back_of("note"), BY_TOTAL)


def turn_back_of(name):
    from ordinance.storage.records.selecting import write_cursor

    return write_cursor(f"-{name}", ["x", 1])


async def test_where_documents_wait_is_found_for_many_at_once_what_is_due_first(store):
    waits = {
        1: [NewWait("w", "a", NOW), NewWait("w", "b", NOW, due_at=NOW + timedelta(days=1))],
        2: [NewWait("w", "a", NOW, due_at=NOW)],
    }
    async with store.database.work() as work:
        for document, each in waits.items():
            ids = iter(range(document * 10, document * 10 + 9))
            for statement in store.waits.set_statements("order", document, each, lambda ids=ids: next(ids), fresh=True):
                await work.execute(statement.sql, *statement.args)
        rows = await store.waits.of_many(work, [1, 2, 3])
        assert [(row["document"], row["step"]) for row in rows] == [(2, "a"), (1, "b"), (1, "a")]
        assert await store.waits.of_many(work, []) == []
