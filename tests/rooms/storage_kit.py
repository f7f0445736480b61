"""Entities to test storage with: a customer, a product, an order with lines, a stock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from ordinance.blueprint.values import Entity, Field
from ordinance.problems import Text
from ordinance.storage import Database, Store

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def field(id_, type_="text", **more):
    return Field(id=id_, type=type_, label=Text.of(id_), path=(id_,), **more)


def lines(id_, *fields):
    return field(id_, "lines", fields={each.id: each for each in fields})


def entity(id_, *fields, **more):
    return Entity(id=id_, label=Text.of(id_), fields={each.id: each for each in fields}, **more)


CUSTOMER = entity("customer", field("code", unique=True), field("name"), field("tier"), key="code", title="name")
PRODUCT = entity("product", field("code"), field("name"), field("price", "money"), key="code", title="name")
ORDER = entity(
    "order",
    field("customer", "ref", to="customer"),
    field("note", search=True),
    field("total", "money"),
    field("colour", "choice", options={"red": Text.of("red"), "blue": Text.of("blue")}),
    field("tags", "multi_choice", options={"a": Text.of("a"), "b": Text.of("b"), "c_d": Text.of("c_d")}),
    field("deliver_on", "date", index=True),
    field("seen_at", "datetime"),
    field("urgent", "boolean"),
    lines("lines", field("product", "ref", to="product"), field("quantity", "quantity"), field("amount", "money")),
    workflows=True,
)
STOCK = entity("stock", field("product", "ref", to="product"), field("on_hand", "quantity"))
ENTITIES = {each.id: each for each in (CUSTOMER, PRODUCT, ORDER, STOCK)}


def changed(entities, of, *fields, without=()):
    """Return the entities with fields of one of them added, replaced or left out."""
    kept = {name: each for name, each in entities[of].fields.items() if name not in without}
    return {**entities, of: replace(entities[of], fields={**kept, **{each.id: each for each in fields}})}


async def prepared(database: Database, entities=ENTITIES, extra=()) -> Store:
    """Return a store whose tables are there."""
    store = Store(database, entities)
    report = await store.prepare(extra)
    assert not report.refused
    return store


async def add(store: Store, entity_: str, **values) -> int:
    """Add one record and return its id."""
    async with store.database.work() as work:
        return await store.insert(work, entity_, values, NOW, "1")
