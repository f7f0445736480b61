"""What an action may do to other records, in the same transaction: add, change, open a document, take one back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ordinance.acts import derive, writing
from ordinance.acts.coding import coded
from ordinance.acts.desk import Desk, Held, refuse
from ordinance.acts.holding import hold, open_document
from ordinance.acts.opening import refers_to
from ordinance.acts.running import derive_needs, run
from ordinance.problems import Text, reason
from ordinance.process import Request
from ordinance.process.model import Lane

_WITHDRAWN = Lane("withdrawn", Text("撤回", "Withdraw"), ends="withdrawn")


class Doors:
    """The doors of one act, for what is done on behalf of one document."""

    def __init__(self, desk: Desk, held: Held) -> None:
        self._desk = desk
        self._held = held
        self.tell = desk.tell
        self.emit = desk.emit

    async def insert(self, entity: str, values: Mapping[str, Any]) -> int:
        """Add a plain record with its defaults and formulas and return its id."""
        desk = self._desk
        declared = desk.force.blueprint.entities[entity]
        if declared.workflows:
            workflow = desk.force.blueprint.variants(entity)[0]
            return await self.open(workflow.id, values)
        types = desk.force.types
        filled = derive.with_defaults(types, declared.fields, {**values, "id": 0}, values)
        codes, faults = await coded(desk, declared, filled)
        if faults:
            raise refuse("invalid", *faults)
        (known,) = await desk.loader.load(declared, [{**filled, **codes}], derive_needs(desk, declared))
        known = derive.copied(declared.fields, known, None, values)
        made = derive.computed(types, declared, known, desk.call.env(desk.force, known))
        record = {**writing.flat(declared, made), "id": desk.work.new_id(desk.call.now)}
        desk.touched.append((entity, record))
        return await desk.force.store.insert(desk.work, entity, record, desk.call.now, str(desk.call.actor.id))

    async def update(self, entity: str, id: int, values: Mapping[str, Any]) -> None:
        """Change fields of a record; formulas follow."""
        desk = self._desk
        declared = desk.force.blueprint.entities[entity]
        before = await desk.force.store.lock(desk.work, entity, id)
        if before is None:
            raise refuse("not_found", reason("not_found"))
        (known,) = await desk.loader.load(declared, [{**before, **values}], derive_needs(desk, declared))
        made = derive.computed(desk.force.types, declared, known, desk.call.env(desk.force, known))
        after = writing.flat(declared, made)
        changes = {name: after.get(name) for name in declared.fields if after.get(name) != before.get(name)}
        if changes:
            await desk.force.store.update(desk.work, entity, id, changes, desk.call.now, str(desk.call.actor.id))
            desk.touched += [(entity, before), (entity, {**before, **changes})]
            desk.refresh()

    async def open(self, workflow: str, values: Mapping[str, Any]) -> int:
        """Open a document of a workflow and return its id; it refers to the document that opens it."""
        desk = self._desk
        declared = desk.force.blueprint.workflows[workflow]
        entity = desk.force.blueprint.entities[declared.entity]
        first = {} if (name := refers_to(declared, entity, self._held.entity.id)) is None else {name: self._held.id}
        held = await open_document(desk, declared, writing.flat(entity, {**first, **values}), cause="action")
        return held.id

    async def withdraw(self, workflow: str, id: int) -> None:
        """Take back a document that was opened: everything it did is undone. One that has ended stays as it is."""
        desk = self._desk
        declared = desk.force.blueprint.workflows[workflow]
        held = await hold(desk, declared.entity, id)
        if held is None or held.state.phase in ("complete", "cancelled"):
            return
        lane = next((each.id for each in declared.lanes.values() if each.ends and not each.asks), None)
        if lane is None:
            # The way back is the action's, not the company's: it is there even where no lane of the workflow ends it.
            lane = _WITHDRAWN.id
            held.workflow = replace(declared, lanes={**declared.lanes, lane: _WITHDRAWN})
        request = Request(
            str(desk.work.new_id(desk.call.now)), "lane", lane=lane, may=frozenset({lane}), cause="action"
        )
        await run(desk, held, request)
