"""Load what expressions need: references become records, back lists and departments' values appear, in few queries.

A record comes in as storage gives it (a reference is an id) and goes out with every needed name nested.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ordinance.access import ACCOUNT
from ordinance.acts.context import ValueContext
from ordinance.acts.house import Call, Force
from ordinance.acts.needs import Tree
from ordinance.blueprint import Entity, Field
from ordinance.process import ProcessState
from ordinance.storage import Work

Record = dict[str, Any]

_PASSED_OUTCOMES_LEFT_OUT = frozenset({"n/a", "waived"})


class Loader:
    """Loads nested names inside one unit of work; a record that was loaded once is not fetched again."""

    def __init__(self, force: Force, work: Work, call: Call) -> None:
        self._force = force
        self._work = work
        self._call = call
        self._known: dict[tuple[str, int], Record] = {}

    async def load(self, entity: Entity, records: Sequence[Record], needed: Tree) -> list[Record]:
        """Return the records with every needed name nested; the ones given are not changed."""
        loaded = [dict(record) for record in records]
        for record in loaded:
            self._engine_names(entity, record)
        for name, below in needed.items():
            field = entity.fields.get(name)
            if field is not None and field.fields:
                await self._lines(entity, field, loaded, below)
            elif field is not None:
                await self._reference(field, loaded, below)
            elif name in entity.backs:
                await self._back_list(entity, name, loaded, below)
            elif (entity.id, name) in self._force.blueprint.values:
                await self._value(entity.id, name, loaded, loaded)
            elif name in _ACCOUNTS:
                await self._account(name, loaded, below)
        return loaded

    def _engine_names(self, entity: Entity, record: Record) -> None:
        """Put in what the engine knows of every document: done, passed and who made it."""
        if not entity.workflows:
            record.setdefault("done", True)
            return
        record["done"] = record.get("phase") == "complete"
        state = record.get("state")
        if isinstance(state, ProcessState):
            record["passed"] = {
                step: (each.at, each.by)
                for step, each in state.settled.items()
                if each.outcome not in _PASSED_OUTCOMES_LEFT_OUT
            }

    async def _lines(self, entity: Entity, field: Field, records: list[Record], needed: Tree) -> None:
        rows = [[dict(row) for row in record.get(field.id) or ()] for record in records]
        flat = [row for group in rows for row in group]
        for record, group in zip(records, rows, strict=True):
            record[field.id] = group
        upper = [record for record, group in zip(records, rows, strict=True) for _ in group]
        for name, below in needed.items():
            inner = field.fields.get(name)
            if inner is not None:
                await self._reference(inner, flat, below)
            elif (f"{entity.id}.{field.id}", name) in self._force.blueprint.values:
                await self._value(f"{entity.id}.{field.id}", name, flat, upper)

    async def _reference(self, field: Field, records: Iterable[Record], needed: Tree) -> None:
        """Turn the ids in a reference field into records, with what is needed below them."""
        if field.to is None or self._force.types.of(field).target(field) is None:
            return
        holders = [record for record in records if record.get(field.id) is not None]
        ids = {_id(record[field.id]) for record in holders}
        target = self._force.blueprint.entities.get(field.to)
        if not needed or target is None:
            for record in holders:
                record[field.id] = {"id": _id(record[field.id])}
            return
        found = await self._get_many(target, ids)
        nested = await self.load(target, [found[id] for id in ids if id in found], needed)
        by_id = {each["id"]: each for each in nested}
        for record in holders:
            id = _id(record[field.id])
            record[field.id] = by_id.get(id, {"id": id})

    async def _account(self, name: str, records: Iterable[Record], needed: Tree) -> None:
        target = self._force.blueprint.entities.get(ACCOUNT)
        for record in records:
            id = record.get(name)
            record[name] = None if id is None else {"id": _id(id)}
        if needed and target is not None:
            holders = [record for record in records if record.get(name)]
            found = await self._get_many(target, {record[name]["id"] for record in holders})
            nested = {each["id"]: each for each in await self.load(target, list(found.values()), needed)}
            for record in holders:
                record[name] = nested.get(record[name]["id"], record[name])

    async def _back_list(self, entity: Entity, name: str, records: list[Record], needed: Tree) -> None:
        back = entity.backs[name]
        target = self._force.blueprint.entities[back.entity]
        ids = [record["id"] for record in records if record.get("id") is not None]
        found = await self._force.store.referring(self._work, target.id, back.field, ids)
        nested = await self.load(target, found, needed)
        grouped: dict[int, list[Record]] = {id: [] for id in ids}
        for row, plain in zip(nested, found, strict=True):
            grouped[_id(plain[back.field])].append(row)
        for record in records:
            record[name] = grouped.get(record.get("id") or 0, [])

    async def _value(self, owner: str, name: str, records: Sequence[Record], documents: Sequence[Record]) -> None:
        """Ask a department for a read-only name of each record; a department that is off leaves it empty."""
        code = self._force.code.values.get((owner, name))
        for record, document in zip(records, documents, strict=True):
            if code is None:
                record[name] = None
                continue
            record[name] = await code(ValueContext(self._force, self._work, self._call, document, record))

    async def _get_many(self, entity: Entity, ids: Iterable[int]) -> Mapping[int, Record]:
        wanted = [id for id in ids if (entity.id, id) not in self._known]
        if wanted:
            for id, record in (await self._force.store.get_many(self._work, entity.id, wanted)).items():
                self._known[entity.id, id] = record
        return {id: self._known[entity.id, id] for id in ids if (entity.id, id) in self._known}


_ACCOUNTS = frozenset({"created_by"})


def _id(value: Any) -> int:
    return int(value["id"]) if isinstance(value, Mapping) else int(value)
