"""Load what expressions need: references become records, back lists and departments' values appear, in few queries.

A record comes in as storage gives it (a reference is an id) and goes out with every needed name nested.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from ordinance.access import ACCOUNT
from ordinance.acts.context import ValueContext
from ordinance.acts.house import Call, Force
from ordinance.acts.needs import Tree, tree
from ordinance.blueprint import Entity, Field
from ordinance.process import ProcessState
from ordinance.process.model import Path
from ordinance.storage import Work

Record = dict[str, Any]

_PASSED_OUTCOMES_LEFT_OUT = frozenset({"n/a", "waived"})


class _Reference(NamedTuple):
    """A reference to be loaded: `part` is what to read of the record it leads to, None for all of it."""

    name: str
    target: Entity | None
    needed: Tree
    part: frozenset[str] | None


class _Lines(NamedTuple):
    """A list of lines with what is to be loaded in each row."""

    name: str
    steps: tuple[_Step, ...]


class _Other(NamedTuple):
    """A name that is no field: a list of those who refer here, a department's value, or who made the record."""

    name: str
    owner: str
    needed: Tree


_Step: TypeAlias = _Reference | _Lines | _Other


class _Plan(NamedTuple):
    """What loading a tree of names comes to; `needed` is kept so that no other tree can take its place in memory."""

    needed: Tree
    steps: tuple[_Step, ...]


_PLANS_MAX = 1000


class Loader:
    """Loads nested names inside one unit of work; a record that was loaded once is not fetched again."""

    def __init__(self, force: Force, work: Work, call: Call) -> None:
        self._force = force
        self._work = work
        self._call = call
        self._known: dict[str, dict[int, Record]] = {}
        self._parts: dict[str, frozenset[str] | None] = {}

    async def load(self, entity: Entity, records: Sequence[Record], needed: Tree) -> list[Record]:
        """Return the records with every needed name nested; the ones given are not changed."""
        loaded = [dict(record) for record in records]
        for record in loaded:
            _engine_names(entity, record)
        for step in _steps(self._force, entity, needed):
            if isinstance(step, _Reference):
                await self._reference(step, loaded)
            elif isinstance(step, _Lines):
                await self._lines(step, loaded)
            else:
                await self._other(entity, step, loaded, loaded)
        return loaded

    async def for_rules(self, entity: Entity, records: Sequence[Record], reads: frozenset[Path]) -> list[Record]:
        """Return the records with what rules read of them nested (`Rows.reads`)."""
        return await self.load(entity, records, self._force.once(("rules", reads), lambda: tree(reads)))

    async def _lines(self, lines: _Lines, records: list[Record]) -> None:
        flat: list[Record] = []
        upper: list[Record] = []
        for record in records:
            rows = record[lines.name] = [dict(row) for row in record.get(lines.name) or ()]
            flat += rows
            upper += [record] * len(rows)
        for step in lines.steps:
            if isinstance(step, _Reference):
                await self._reference(step, flat)
            elif isinstance(step, _Other):
                await self._value(step, flat, upper)

    async def _reference(self, step: _Reference, records: Iterable[Record]) -> None:
        """Turn the ids in a reference field into records, with what is needed below them."""
        name, target, needed, part = step
        holders = [(record, _id(record[name])) for record in records if record.get(name) is not None]
        if target is None or not holders:
            for record, id in holders:
                record[name] = {"id": id}
            return
        found = await self._get_many(target, {id for _, id in holders}, part)
        if _steps(self._force, target, needed):
            found = {each["id"]: each for each in await self.load(target, list(found.values()), needed)}
        for record, id in holders:
            record[name] = found.get(id) or {"id": id}

    async def _other(self, entity: Entity, step: _Other, records: list[Record], documents: Sequence[Record]) -> None:
        if step.name in entity.backs:
            await self._back_list(entity, step.name, records, step.needed)
        elif step.owner:
            await self._value(step, records, documents)
        else:
            await self._account(step.name, records, step.needed)

    async def _account(self, name: str, records: Iterable[Record], needed: Tree) -> None:
        target = self._force.blueprint.entities.get(ACCOUNT)
        for record in records:
            id = record.get(name)
            record[name] = None if id is None else {"id": _id(id)}
        if needed and target is not None:
            holders = [record for record in records if record.get(name)]
            part = _part(self._force, target, needed)
            found = await self._get_many(target, {record[name]["id"] for record in holders}, part)
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

    async def _value(self, step: _Other, records: Sequence[Record], documents: Sequence[Record]) -> None:
        """Ask a department for a read-only name of each record; a department that is off leaves it empty."""
        code = self._force.code.values.get((step.owner, step.name))
        for record, document in zip(records, documents, strict=True):
            if code is None:
                record[step.name] = None
                continue
            record[step.name] = await code(ValueContext(self._force, self._work, self._call, document, record))

    async def _get_many(self, entity: Entity, ids: Iterable[int], part: frozenset[str] | None) -> Mapping[int, Record]:
        """Return the records, with what is needed of them; they belong to the loader, nobody writes into them.

        No more is read: a record may be long, and few of its fields are asked for.
        """
        known = self._known.setdefault(entity.id, {})
        before = self._parts.get(entity.id, frozenset())
        if before is not None and (part is None or not part <= before):
            known.clear()
            before = self._parts[entity.id] = None if part is None else part | before
        wanted = [id for id in ids if id not in known]
        if wanted:
            for id, record in (await self._force.store.get_many(self._work, entity.id, wanted, only=before)).items():
                _engine_names(entity, record)
                known[id] = record
        return {id: known[id] for id in ids if id in known}


def _engine_names(entity: Entity, record: Record) -> None:
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


def _steps(force: Force, entity: Entity, needed: Tree) -> tuple[_Step, ...]:
    """Return what there is to do for a tree of names, in its order; most names of a record need nothing.

    It is worked out once for a tree that stays, as those of workflows and entities do.
    """
    if not needed:
        return ()
    plans: dict[tuple[str, int], _Plan] = force.once("loading", dict)
    plan = plans.get((entity.id, id(needed)))
    if plan is None or plan.needed is not needed:
        if len(plans) >= _PLANS_MAX:
            plans.clear()
        plan = plans[entity.id, id(needed)] = _Plan(needed, tuple(_worked_out(force, entity, needed)))
    return plan.steps


def _worked_out(force: Force, entity: Entity, needed: Tree) -> Iterator[_Step]:
    for name, below in needed.items():
        field = entity.fields.get(name)
        if field is not None and field.fields:
            yield _Lines(name, tuple(_in_lines(force, entity, field, below)))
        elif field is not None:
            yield from _to(force, field, below)
        elif name in entity.backs:
            yield _Other(name, "", below)
        elif (entity.id, name) in force.blueprint.values:
            yield _Other(name, entity.id, below)
        elif name in _ACCOUNTS:
            yield _Other(name, "", below)


def _in_lines(force: Force, entity: Entity, lines: Field, needed: Tree) -> Iterator[_Step]:
    owner = f"{entity.id}.{lines.id}"
    for name, below in needed.items():
        field = lines.fields.get(name)
        if field is not None:
            yield from _to(force, field, below)
        elif (owner, name) in force.blueprint.values:
            yield _Other(name, owner, below)


def _to(force: Force, field: Field, needed: Tree) -> Iterator[_Reference]:
    if field.to is None or force.types.of(field).target(field) is None:
        return
    target = force.blueprint.entities.get(field.to) if needed else None
    yield _Reference(field.id, target, needed, _part(force, target, needed) if target is not None else None)


def _part(force: Force, entity: Entity, needed: Tree) -> frozenset[str] | None:
    """Return the names to read of a record; None for all, because a department's value may look at any.

    What it is called by is always among them, because an answer will name it.
    """
    values = force.blueprint.values
    for name, below in needed.items():
        if (entity.id, name) in values or any((f"{entity.id}.{name}", each) in values for each in below):
            return None
    named = (each for each in (entity.key, entity.title) if each)
    return frozenset((*needed, *named))


_ACCOUNTS = frozenset({"created_by"})


def _id(value: Any) -> int:
    return int(value["id"] if isinstance(value, dict) else value)
