"""The schema planned from the catalogue, on both databases: what is safe is done, what loses something is refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from rooms.storage_kit import CUSTOMER, ENTITIES, NOW, ORDER, PRODUCT, add, changed, entity, field, lines, prepared

from ordinance.fields import BUILT_IN
from ordinance.problems import Text
from ordinance.storage import Column, Database, Index, Moved, Report, Store, Table, reshape
from ordinance.storage.schema import plan, read_catalogue
from ordinance.storage.tables import piccolo_tables

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C-05")]


def names(report: Report) -> list[str]:
    return [step.name for step in report.done]


async def test_a_second_plan_is_empty(database):
    await prepared(database)
    again = await Store(database, ENTITIES).prepare()
    assert again == Report()


async def test_two_processes_that_start_together_make_the_tables_once(database, database_url):
    async with Database(database_url) as other:
        await asyncio.gather(Store(database, ENTITIES).prepare(), Store(other, ENTITIES).prepare())
    assert await Store(database, ENTITIES).prepare() == Report()


async def test_a_new_field_gets_a_column_and_rows_stay(database):
    store = await prepared(database)
    order = await add(store, "order", note="before")
    wider = Store(
        database, changed(ENTITIES, "order", field("freight", "money"), field("keeper", "ref", to="customer"))
    )
    report = await wider.prepare()
    assert {"add_column e_order.freight", "add_column e_order.keeper"} <= set(names(report))
    async with database.work(write=False) as work:
        found = await wider.records["order"].get(work, order)
    assert (found["note"], found["freight"], found["keeper"]) == ("before", None, None)
    assert await wider.prepare() == Report()


async def test_a_new_field_of_lines_gets_a_column_too(database):
    await prepared(database)
    more = lines("lines", *ORDER.fields["lines"].fields.values(), field("serial"))
    report = await Store(database, changed(ENTITIES, "order", more)).prepare()
    assert names(report) == ["add_column e_order__lines.serial"]


async def test_removing_a_field_is_refused_with_the_count_of_what_it_would_lose(database):
    store = await prepared(database)
    for note in ("one", "two", None):
        await add(store, "order", note=note, total=Decimal("1.00"))
    narrower = Store(database, changed(ENTITIES, "order", field("extra"), without=("note",)))
    report = await narrower.prepare()
    assert [(step.name, step.risk, step.rows) for step in report.refused] == [
        ("drop_column e_order.note", "destructive", 2)
    ]
    # All or nothing: the harmless new field was not added either.
    async with database.work(write=False) as work:
        there = (await read_catalogue(work))["e_order"].columns
    assert "note" in there
    assert "extra" not in there


async def test_a_field_that_holds_nothing_goes_by_itself_and_lines_stay(database):
    """On SQLite this rebuilds the table, which would empty the lines if references were not switched off."""
    store = await prepared(database)
    order = await add(store, "order", total=Decimal("1.00"), lines=[{"quantity": Decimal(2)}, {"quantity": Decimal(3)}])
    narrower = Store(database, changed(ENTITIES, "order", without=("note", "colour")))
    report = await narrower.prepare()
    assert not report.refused
    async with database.work(write=False) as work:
        found = await narrower.records["order"].get(work, order)
    assert [line["quantity"] for line in found["lines"]] == [2, 3]
    assert found["total"] == Decimal("1.00")
    assert await narrower.prepare() == Report()
    with pytest.raises(Exception, match="points to nothing"):
        await add(narrower, "order", customer=77)


async def test_a_loss_that_somebody_ordered_by_name_is_carried_out(database):
    store = await prepared(database)
    await add(store, "order", note="gone", lines=[{"quantity": Decimal(2)}])
    report = await Store(database, changed(ENTITIES, "order", without=("note",))).prepare(
        anyway=["drop_column e_order.note"]
    )
    assert not report.refused
    assert len(await database.fetch("SELECT id FROM e_order__lines")) == 1


async def test_a_dry_run_counts_and_changes_nothing(database):
    store = await prepared(database)
    await add(store, "order", note="kept")
    wider = Store(database, changed(ENTITIES, "order", field("extra")))
    assert names(await wider.prepare(dry=True)) == ["add_column e_order.extra"]
    assert names(await wider.prepare()) == ["add_column e_order.extra"]


async def test_a_renamed_field_keeps_its_values(database):
    store = await prepared(database)
    customer = await add(store, "customer", code="C-1")
    order = await add(store, "order", note="kept", customer=customer)
    renamed = changed(
        ENTITIES, "order", Renamed("remark", "note"), Renamed("buyer", "customer", "ref"), without=("note", "customer")
    )
    other = Store(database, renamed)
    report = await other.prepare()
    assert {"rename_column e_order.remark", "rename_column e_order.buyer"} <= set(names(report))
    async with database.work(write=False) as work:
        found = await other.records["order"].get(work, order)
    assert (found["remark"], found["buyer"]) == ("kept", customer)
    assert await other.prepare() == Report()


async def renamed_by(database, entities, moved, **more):
    """Give the tables the names of these entities, as `moved` says what is called otherwise; return the store."""
    store = Store(database, entities)
    async with database.work(references=False) as work:
        report = await reshape(work, store.tables(), moved=moved, **more)
    assert not report.refused, report.refused
    assert await store.prepare() == Report()
    return store


async def test_names_go_round_in_a_ring_and_each_column_keeps_its_values(database):
    store = await prepared(database)
    order = await add(store, "order", note="n", colour="red", total=Decimal("1.00"))
    fields = ORDER.fields
    ring = {**fields, "note": fields["colour"], "colour": fields["note"]}
    ring = {name: replace(each, id=name) for name, each in ring.items()}
    moved = Moved(columns={"e_order": {"note": "colour", "colour": "note"}})
    other = await renamed_by(database, {**ENTITIES, "order": replace(ORDER, fields=ring)}, moved)
    async with database.work(write=False) as work:
        found = await other.records["order"].get(work, order)
    assert (found["colour"], found["note"], found["total"]) == ("n", "red", Decimal("1.00"))


async def test_tables_swap_their_names_with_their_lines_and_those_who_refer_to_them(database):
    store = await prepared(database)
    customer, product = await add(store, "customer", code="C-1"), await add(store, "product", code="P-1")
    order = await add(store, "order", customer=customer, lines=[{"product": product, "quantity": Decimal(2)}])
    swapped = {
        **ENTITIES,
        "customer": replace(PRODUCT, id="customer"),
        "product": replace(CUSTOMER, id="product"),
        "stock": entity("stock", field("product", "ref", to="customer"), field("on_hand", "quantity")),
    }
    swapped = changed(swapped, "order", field("customer", "ref", to="product"),
                      lines("lines", field("product", "ref", to="customer"), field("quantity", "quantity"), field("amount", "money")))  # fmt: skip
    tables = {"e_customer": "e_product", "e_product": "e_customer"}
    other = await renamed_by(database, swapped, Moved(tables=tables))
    async with database.work(write=False) as work:
        found = await other.records["order"].get(work, order)
        assert (await other.records["product"].get(work, customer))["code"] == "C-1"
        assert (await other.records["customer"].get(work, product))["code"] == "P-1"
    assert (found["customer"], found["lines"][0]["product"]) == (customer, product)
    with pytest.raises(Exception, match="points to nothing"):
        await add(other, "order", customer=product)


async def test_a_renamed_reference_can_be_made_to_point_elsewhere_afterwards(database):
    """PostgreSQL keeps the name of a foreign key when its column is renamed; then it would not be found again."""
    await prepared(database)
    buyer = changed(ENTITIES, "order", field("buyer", "ref", to="customer"), without=("customer",))
    await renamed_by(database, buyer, Moved(columns={"e_order": {"customer": "buyer"}}))
    elsewhere = Store(database, changed(buyer, "order", field("buyer", "ref", to="product")))
    assert not (await elsewhere.prepare()).refused
    product = await add(elsewhere, "product", code="P-1")
    order = await add(elsewhere, "order", buyer=product)
    async with database.work(write=False) as work:
        assert (await elsewhere.records["order"].get(work, order))["buyer"] == product


async def test_options_whose_ids_are_awkward_are_rewritten(database):
    odd = {"it's": Text.of("1"), 'say "so"': Text.of("2"), "why?": Text.of("3")}
    tags = field("tags", "multi_choice", options=odd)
    store = await prepared(database, changed(ENTITIES, "order", tags, replace(tags, id="colour", type="choice")))
    order = await add(store, "order", colour="it's", tags=("it's", 'say "so"', "why?"))
    pairs = {"it's": "why?", "why?": 'say "so"', 'say "so"': "it's"}
    options = {("e_order", "colour"): pairs, ("e_order", "tags"): pairs}
    other = await renamed_by(database, store.entities, Moved(columns={"e_order": {}}, options=options))
    async with database.work(write=False) as work:
        found = await other.records["order"].get(work, order)
    assert (found["colour"], found["tags"]) == ("why?", ("why?", "it's", 'say "so"'))


async def test_what_is_kept_is_neither_dropped_nor_lost_when_the_table_is_built_anew(database):
    store = await prepared(database)
    order = await add(store, "order", note="kept", colour="red", total=Decimal("1.00"))
    narrower = Store(database, changed(ENTITIES, "order", field("total", "text"), without=("note", "colour", "customer")))
    async with database.work() as work:
        for path in ("note", "customer"):
            await store.retired.add(work, "order", path, "r1", NOW)
    report = await narrower.prepare(anyway=["drop_column e_order.colour", "change_type e_order.total"])
    assert not report.refused
    assert "drop_column e_order.colour" in names(report)
    async with database.work(write=False) as work:
        there = (await read_catalogue(work))["e_order"]
    assert {"note", "customer"} <= set(there.columns)
    assert there.references["customer"] == "e_customer"
    rows = await database.fetch("SELECT note FROM e_order WHERE id = ?", order)
    assert rows[0]["note"] == "kept"
    assert await narrower.prepare() == Report()


class Renamed:
    """A declared field that had another id before."""

    def __init__(self, id_, was, type_="text"):
        self._field = field(id_, type_, to="customer" if type_ == "ref" else None)
        self.was = was

    def __getattr__(self, name):
        return getattr(self._field, name)


@pytest.mark.parametrize(
    ("scale", "amount", "refused"), [(4, "12.34", 0), (4, "1234567890123456.00", 1), (1, "12.30", 0), (1, "12.34", 1)]
)
async def test_another_scale_is_a_checked_change(database, scale, amount, refused):
    store = await prepared(database)
    order = await add(store, "order", total=Decimal(amount), lines=[{}])
    other = Store(database, changed(ENTITIES, "order", field("total", "money", scale=scale)))
    report = await other.prepare()
    assert [step.rows for step in report.refused] == [1] * refused
    if not refused:
        async with database.work(write=False) as work:
            found = await other.records["order"].get(work, order)
        assert str(found["total"]) == f"{Decimal(amount):.{scale}f}"
        assert len(found["lines"]) == 1
        assert await other.prepare() == Report()


async def test_another_type_is_refused_while_there_are_values(database):
    store = await prepared(database)
    await add(store, "order", note="text")
    other = Store(database, changed(ENTITIES, "order", field("note", "boolean")))
    report = await other.prepare()
    assert [(step.kind, step.risk, step.rows) for step in report.refused] == [("change_type", "destructive", 1)]
    async with database.work() as work:
        await work.execute("UPDATE e_order SET note = NULL")
    assert not (await other.prepare()).refused
    assert await other.prepare() == Report()


async def test_a_field_that_becomes_unique_is_refused_while_values_are_double(database):
    store = await prepared(database)
    for code, name in enumerate(("pen", "pen", "ink", None, None)):
        await add(store, "product", code=f"P-{code}", name=name)
    entities = changed(ENTITIES, "product", field("name", unique=True))
    report = await Store(database, entities).prepare()
    assert [(step.risk, step.rows) for step in report.refused] == [("check", 1)]


async def test_a_reference_to_another_entity_is_refused_while_rows_have_one(database):
    store = await prepared(database)
    await add(store, "order", customer=await add(store, "customer", code="C-1"))
    other = Store(database, changed(ENTITIES, "order", field("customer", "ref", to="product")))
    report = await other.prepare()
    assert [(step.kind, step.rows) for step in report.refused] == [("repoint", 1)]
    assert not (await other.prepare(anyway=["repoint e_order.customer"])).refused
    assert await other.prepare() == Report()


async def test_a_whole_entity_with_rows_is_not_dropped(database):
    store = await prepared(database)
    await add(store, "stock", on_hand=Decimal(1))
    fewer = {name: each for name, each in ENTITIES.items() if name != "stock"}
    report = await Store(database, fewer).prepare()
    assert [(step.name, step.rows) for step in report.refused] == [("drop_table e_stock", 1)]
    assert not (await Store(database, fewer).prepare(anyway=["drop_table e_stock"])).refused


async def test_names_of_the_kernel_and_long_names_are_no_trouble(database):
    long = "a_very_long_name_of_a_field_that_no_database_would_keep_whole_because_of_its_length"
    odd = entity("odd", field("position"), field("number", "integer"), field(long), field("order"), field("from"))
    store = await prepared(database, {"odd": odd})
    values = {"position": "p", "number": 7, "order": "o", "from": "f", long: "l"}
    async with database.work() as work:
        id_ = await store.records["odd"].insert(work, values, now=NOW, by="1")
        found = await store.records["odd"].get(work, id_)
        assert [each["id"] for each in await store.find(work, "odd", {"position": "p", "number": 7})] == [id_]
    assert {name: found[name] for name in values} == values
    with pytest.raises(ValueError, match="state"):
        Store(database, {"odd": entity("odd", field("state"), workflows=True)})
    assert await store.prepare() == Report()


async def test_tables_of_other_rooms_are_planned_with_the_rest(database):
    extra = Table(
        "session",
        (Column("hash", "text", required=True), Column("account", "whole")),
        (Index(("account",)),),
        ("hash",),
    )
    store = await prepared(database, {}, (extra,))
    assert await store.prepare((extra,)) == Report()
    wider = replace(extra, columns=(*extra.columns, Column("agent", "text", required=True, default="''")))
    assert names(await store.prepare((wider,))) == ["add_column session.agent"]


async def test_planning_is_pure(database):
    store = await prepared(database)
    async with database.work(write=False) as work:
        have = await read_catalogue(work)
    assert plan(store.tables(), have, database.dialect) == ()
    assert len(plan(store.tables(), {}, database.dialect)) > 20


async def test_a_default_never_reaches_the_sql(database):
    """Piccolo pastes defaults unescaped into its DDL; ours has none."""
    quote = {"customer": replace(CUSTOMER, fields={"code": field("code", default="O'Neil"), "name": field("name")})}
    store = await prepared(database, quote)
    assert await add(store, "customer", code="O'Neil")


async def test_piccolo_tables_agree_with_the_plan_and_join_the_unit_of_work(database):
    store = await prepared(database)
    tables = piccolo_tables(database, ENTITIES, BUILT_IN)
    wanted = {table.name: table for table in store.tables()}
    for name, table in tables.items():
        mine = wanted[table._meta.tablename]
        for column in table._meta.columns:
            expected = mine.column(column._meta.db_column_name).sql(database.dialect)
            same = {"INTEGER": "BIGINT", "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ", "JSONB": "JSONTEXT"}
            spelled = same.get(column.column_type, column.column_type)
            assert spelled == same.get(expected, expected), f"{name}.{column._meta.name}"
    order = tables["order"]
    with pytest.raises(ValueError, match="undo"):
        async with database.work() as work:
            id_ = await store.records["order"].insert(work, {"total": Decimal("12345678901234.56")}, now=NOW, by="1")
            seen = await order.select(order.total).where(order.total > Decimal("12345678901234.55"))
            assert seen == [{"total": Decimal("12345678901234.56")}]
            await order.update({order.note: "by piccolo"}, force=True).where(order.id == id_)
            assert (await work.fetch_one("SELECT note FROM e_order"))["note"] == "by piccolo"
            raise ValueError("undo")
    assert await order.count() == 0


async def test_piccolo_queries_of_another_task_are_refused_inside_a_transaction(database):
    await prepared(database)
    order = piccolo_tables(database, ENTITIES, BUILT_IN)["order"]

    async def child():
        with pytest.raises(RuntimeError, match="belongs to the task"):
            await order.count()

    async with database.work():
        await asyncio.create_task(child())


async def test_two_generations_of_tables_leave_nothing_registered(database):
    from piccolo.table import TABLE_REGISTRY

    before = len(TABLE_REGISTRY)
    for _ in range(3):
        piccolo_tables(database, ENTITIES, BUILT_IN)
    assert len(TABLE_REGISTRY) == before
