"""Lists on both databases: filters mean the same, pages follow each other, search finds Chinese by its initials."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from rooms.storage_kit import NOW, add, prepared

from ordinance.expressions import BOOLEAN, DATETIME, TEXT, Catalogue, Env, Many, Record, Scope, compile_expression
from ordinance.fields import BUILT_IN
from ordinance.storage import Condition, CursorError, Fragment, NewWait, Select

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C-05")]


@pytest.fixture
async def store(database):
    return await prepared(database)


async def notes(store, *where, **more):
    select = Select(where=tuple(Condition(*each) for each in where), sort=((("note",), False),), **more)
    async with store.database.work(write=False) as work:
        return [item["note"] for item in (await store.records["order"].query(work, select)).items]


@pytest.fixture
async def orders(store):
    gold = await add(store, "customer", code="C-1", name="Gold", tier="A")
    iron = await add(store, "customer", code="C-2", name="Iron")
    pen = await add(store, "product", code="P-1", name="Pen")
    day = date(2026, 12, 1)
    await add(
        store, "order", note="a", customer=gold, total=Decimal("10.00"), colour="red", tags=("a",), deliver_on=day
    )
    await add(store, "order", note="b", customer=iron, total=Decimal("20.00"), tags=("b", "c_d"), urgent=True)
    await add(store, "order", note="c", lines=[{"product": pen, "quantity": Decimal(5)}, {"quantity": Decimal(1)}])
    return {"gold": gold, "iron": iron, "pen": pen}


@pytest.mark.parametrize(
    ("path", "op", "value", "expected"),
    [
        ("total", "eq", Decimal("10.00"), "a"),
        ("total", "neq", Decimal("10.00"), "bc"),
        ("total", "gt", Decimal("10.00"), "b"),
        ("total", "gte", Decimal("10.00"), "ab"),
        ("total", "lt", Decimal("20.00"), "a"),
        ("total", "in", [Decimal("10.00"), Decimal("7.00")], "a"),
        ("total", "in", [], ""),
        ("total", "nin", [], "abc"),
        ("total", "nin", [Decimal("10.00")], "bc"),
        ("total", "in", [Decimal("10.00"), None], "ac"),
        ("total", "nin", [Decimal("10.00"), None], "b"),
        ("total", "eq", None, "c"),
        ("total", "neq", None, "ab"),
        ("total", "empty", True, "c"),
        ("total", "empty", False, "ab"),
        ("total", "exists", True, "ab"),
        ("tags", "contains", "c_d", "b"),
        ("tags", "contains", "cxd", ""),
        ("tags", "empty", True, "c"),
        ("urgent", "eq", True, "b"),
        ("deliver_on", "lte", date(2026, 12, 1), "a"),
        ("note", "contains", "B", "b"),
        ("note", "starts_with", "A", "a"),
        ("customer.tier", "eq", "A", "a"),
        ("customer.tier", "neq", "A", "bc"),
        ("customer.tier", "empty", True, "bc"),
        ("customer.name", "starts_with", "ir", "b"),
        ("lines.quantity", "gte", Decimal(5), "c"),
        ("lines.product.code", "eq", "P-1", "c"),
        ("lines", "exists", True, "c"),
        ("lines", "empty", True, "ab"),
    ],
)
async def test_a_filter_means_the_same_on_both_databases(store, orders, path, op, value, expected):
    assert await notes(store, (tuple(path.split(".")), op, value)) == list(expected)


async def test_like_takes_wildcards_as_they_are_and_ignores_case_of_ascii_only(store):
    for note in ("100%", "1000", "a_b", "axb", "Ärger", "ärger", "back\\slash"):
        await add(store, "order", note=note)
    assert await notes(store, (("note",), "contains", "0%")) == ["100%"]
    assert await notes(store, (("note",), "contains", "A_B")) == ["a_b"]
    assert await notes(store, (("note",), "contains", "Är")) == ["Ärger"]
    assert await notes(store, (("note",), "contains", "K\\S")) == ["back\\slash"]


async def test_an_unknown_field_or_operator_is_refused(store, orders):
    with pytest.raises(KeyError):
        await notes(store, (("nothing",), "eq", 1))
    with pytest.raises(KeyError):
        await notes(store, (("note",), "like", "x"))
    with pytest.raises(KeyError):
        await notes(store, (("note", "deeper"), "eq", "x"))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("path", ["total", "deliver_on", "note", "customer.name", "number", "created_at"])
async def test_pages_follow_each_other_without_gap_or_double(store, path, descending):
    customers = [await add(store, "customer", code=f"C-{n}", name=None if n == 2 else f"N{n}") for n in range(3)]
    for n in range(23):
        await add(
            store, "order", note=None if n % 7 == 0 else f"n{n % 4}", total=None if n % 5 == 0 else Decimal(n % 3),
            deliver_on=None if n % 3 == 0 else date(2026, 1, 1 + n % 2),
            customer=None if n % 6 == 0 else customers[n % 3],
            number=None if n % 2 else f"DH-{n}",
        )  # fmt: skip
    records = store.records["order"]
    sort = ((tuple(path.split(".")), descending),)
    async with store.database.work(write=False) as work:
        whole = [item["id"] for item in (await records.query(work, Select(sort=sort, limit=100))).items]
        paged, cursor = [], None
        while True:
            page = await records.query(work, Select(sort=sort, limit=4, cursor=cursor, count=True))
            paged += [item["id"] for item in page.items]
            assert page.count == 23
            cursor = page.next
            if cursor is None:
                break
    assert paged == whole
    assert len(set(whole)) == 23


async def test_empty_values_come_first_going_up(store, orders):
    records = store.records["order"]
    async with store.database.work(write=False) as work:
        up = (await records.query(work, Select(sort=((("total",), False),)))).items
        down = (await records.query(work, Select(sort=((("total",), True),)))).items
    assert [item["note"] for item in up] == ["c", "a", "b"]
    assert [item["note"] for item in down] == ["b", "a", "c"]


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "W10", "WyIiLDFd", "🙂", "WyJub3RlIiwxLjUsMl0"])
async def test_a_damaged_cursor_is_an_ordinary_error(store, cursor):
    async with store.database.work(write=False) as work:
        with pytest.raises(CursorError):
            await store.records["order"].query(work, Select(sort=((("note",), False),), cursor=cursor))


async def test_row_rules_add_up_and_none_shows_nothing(store, orders):
    red, urgent = Fragment("t.colour = ?", ("red",)), Fragment("t.urgent = ?", (True,))
    assert await notes(store, any_of=None) == ["a", "b", "c"]
    assert await notes(store, any_of=(red, urgent)) == ["a", "b"]
    assert await notes(store, any_of=()) == []


async def test_documents_are_listed_by_the_step_they_wait_at(store, orders):
    async with store.database.work() as work:
        found = await store.find(work, "order", {"note": "b"})
        wait = NewWait("order", "review", NOW)
        await work.batch(
            *store.waits.set_statements("order", found[0]["id"], [wait], lambda: work.new_id(NOW), fresh=True)
        )
    assert await notes(store, step="review") == ["b"]
    assert await notes(store, step="other") == []


@pytest.mark.parametrize("typed", ["C-0042", "c-004", "上海", "shsm", "42 上"])
async def test_typeahead_finds_by_key_name_and_initials(store, typed):
    for n in range(60):
        await add(store, "customer", code=f"C-{n:04}", name="上海商贸" if n == 42 else f"Shop {n}")
    async with store.database.work(write=False) as work:
        found = await store.records["customer"].lookup(work, typed, limit=5)
    assert "C-0042" in [each["code"] for each in found]


async def test_the_key_comes_first_in_typeahead(store):
    await add(store, "customer", code="X-1", name="like A-1")
    await add(store, "customer", code="A-1", name="zebra")
    async with store.database.work(write=False) as work:
        found = await store.records["customer"].lookup(work, "a-1", limit=5)
        assert [each["code"] for each in found] == ["A-1", "X-1"]
        assert await store.records["customer"].lookup(work, "a-1", any_of=()) == []


async def test_search_follows_changes_and_numbers(store):
    customer = await add(store, "customer", code="C-1", name="Old")
    async with store.database.work() as work:
        await store.update(work, "customer", customer, {"name": "北京"}, NOW, "1")
        order = await store.insert(work, "order", {"note": "x"}, NOW, "1")
        await store.set_number(work, "order", order, "DH20261124-0001")
    async with store.database.work(write=False) as work:
        assert len(await store.records["customer"].lookup(work, "bj")) == 1
        assert await store.records["customer"].lookup(work, "old") == []
        found = await store.records["order"].query(work, Select(search="dh20261124"))
    assert [item["id"] for item in found.items] == [order]


def names_of(entities):
    """Return the names that expressions about these entities may use."""
    fields = {}
    for each in entities.values():
        fields[each.id] = {one.id: type_of(each.id, one).optional() for one in each.fields.values()}
        for one in each.fields.values():
            if one.fields:
                fields[f"{each.id}.{one.id}"] = {part.id: type_of(each.id, part) for part in one.fields.values()}
    return Scope(types=Catalogue(entities=fields), entity="order")


def type_of(entity, declared):
    kind = BUILT_IN.of(declared)
    return kind.expression_type(declared) if kind.stored else Many(Record(f"{entity}.{declared.id}"))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("total > 15", "b"),
        ("total * 2 = 20.00", "a"),
        ("customer.tier == 'A' or urgent", "ab"),
        ("lines.any(quantity > 4.5)", "c"),
        ("lines.sum(quantity) = 6", "c"),
        ("lines.any(product.code == 'P-1')", "c"),
        ("'c_d' in tags", "b"),
        ("deliver_on is set and deliver_on <= today()", "a"),
        ("customer == user.of", "a"),
        ("created_at <= now()", "abc"),
        ("number is empty", "abc"),
    ],
)
async def test_a_row_rule_written_as_an_expression_selects_rows(store, orders, rule, expected):
    catalogue = names_of(store.entities)
    catalogue = replace(
        catalogue,
        types=replace(catalogue.types, computed={"order": {"created_at": DATETIME, "number": TEXT.optional()}}),
        user=Record("account"),
    )
    rule = rule.replace(" = ", " == ")
    user = {"id": 7, "of": {"id": orders["gold"]}}
    env = Env({}, user=user, now=datetime(2026, 12, 24, tzinfo=UTC), zone=ZoneInfo("Asia/Shanghai"))
    sql, args = compile_expression(rule, catalogue, BOOLEAN).lower(store.scope(env))
    assert await notes(store, any_of=(Fragment(sql, args),)) == list(expected)
