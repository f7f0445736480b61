"""A record that is open at a form, or a new one: what may be written in it, and what a form of it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ordinance import acts
from ordinance.acts import Evaluation, Refused, StepView, View
from ordinance.acts.versions import outlives
from ordinance.blueprint import Entity
from ordinance.problems import reason
from ordinance.process import Workflow
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import Seat, id_of
from ordinance.web.ui.views.entry import Entered, Loose, Posted, Reader, place
from ordinance.web.ui.views.layout import Writable, levels_of, open_paths
from ordinance.web.ui.views.process import TERMINAL, primary_of

_LOOSE_MAX = 8
"""So many references are looked up by what somebody typed of them; the others must be named in full."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A record that is open, or a new one: `found` is None until it is stored.

    Attributes:
        seat: The request.
        entity: The kind of record.
        workflow: The workflow of the document, or the one a new document will probably take.
        found: The stored record as the actor sees it.
        buttons: What could be done to it.
    """

    seat: Seat
    entity: Entity
    workflow: Workflow | None
    found: View | None = None
    buttons: Sequence[StepView] = ()

    @property
    def href(self) -> str:
        """The address of the record; of the form for a new one, if there is none yet."""
        return f"/o/{self.entity.id}/{self.found.id if self.found else 'new'}"

    @property
    def record(self) -> Mapping[str, Any]:
        """The stored record, or nothing."""
        return self.found.record if self.found is not None else {}

    @property
    def step(self) -> str | None:
        """The step whose form this is: what it asks is required."""
        if self.found is None:
            return self.workflow.steps[0].id if self.workflow and self.workflow.steps else None
        first = primary_of(self.buttons)
        return first.id if first is not None else None

    def writable(self) -> Writable:
        """Return which fields can be written now."""
        rights, actor = self.seat.force.rights, self.seat.actor
        if self.found is None:
            return Writable(levels_of(self.seat.force, actor, self.entity), free=True)
        levels = self.found.access
        updates = rights.may(actor, "update", self.entity.id)
        if self.workflow is None:
            return Writable(levels, free=updates and not self.entity.append_only)
        phase = self.record.get("phase")
        if phase in TERMINAL:
            return Writable(levels, free=updates and outlives(self.entity, self.record))
        mine = [each.id for each in self.buttons if each.kind == "step" and not _no_right(each)]
        draft = phase == "draft" and (bool(mine) or updates or rights.may(actor, "create", self.entity.id))
        return Writable(levels, free=updates or draft, forms=open_paths(self.workflow, mine))

    def entered(self, posted: Posted, base: Mapping[str, Any] | None = None) -> Entered:
        """Return what a form of this record holds, against the record as it is or as it was."""
        stored = base if base is not None else self.found.record if self.found else None
        return Reader(self.seat.speech, self.entity, self.seat.today).read(posted, stored)

    async def evaluated(self, values: Mapping[str, Any]) -> Evaluation:
        """Return what the form comes to with these values.

        Raises:
            PageHalt: the actor does not see the record.
        """
        outcome = await acts.evaluate(
            self.seat.house,
            self.seat.call(),
            self.entity.id,
            values,
            id=self.found.id if self.found else None,
            step=self.step,
        )
        if isinstance(outcome, Refused):
            raise PageHalt(outcome.kind, outcome.reasons)
        return outcome

    async def settled(self, entered: Entered) -> Entered:
        """Return the same with references given in words looked up, where one record fits and no other.

        What is called in full, by code or by name, is found however much there is of it (a pasted sheet); of what is
        but part of a name only a few are looked up.
        """
        house, call = self.seat.house, self.seat.call()
        left: list[Loose] = []
        for target in dict.fromkeys(each.entity for each in entered.loose):
            these = [each for each in entered.loose if each.entity == target]
            found = await acts.named(house, call, target, [each.text for each in these])
            for each in these:
                if each.text in found:
                    place(entered.values, each.pointer, {"id": str(found[each.text].id)})
                else:
                    left.append(each)
        for each in left[:_LOOSE_MAX]:
            choices = await acts.lookup(house, call, each.entity, each.text, limit=2)
            if len(choices) == 1:
                place(entered.values, each.pointer, {"id": str(choices[0].id)})
        return entered


def _no_right(each: StepView) -> bool:
    return any(reason.code in ("not_allowed", "not_assigned") for reason in each.reasons)


async def open_sheet(seat: Seat, entity: Entity, id: str) -> Sheet:
    """Return a stored record with everything that can be done to it.

    Raises:
        PageHalt: there is none, or the actor does not see it.
    """
    number = id_of(id)
    found = await acts.read(seat.house, seat.call(), entity.id, number)
    if isinstance(found, Refused):
        raise PageHalt(found.kind, found.reasons)
    workflow = found.rules
    buttons: Any = await acts.steps(seat.house, seat.call(), entity.id, number) if workflow is not None else ()
    return Sheet(seat, entity, workflow, found, () if isinstance(buttons, Refused) else buttons)


def new_sheet(seat: Seat, entity: Entity) -> Sheet:
    """Return a new record.

    Raises:
        PageHalt: the actor may not make one.
    """
    if not seat.force.rights.may(seat.actor, "create", entity.id):
        raise PageHalt("not_allowed", (reason("not_allowed", what=entity.label),))
    return Sheet(seat, entity, next(iter(seat.force.blueprint.variants(entity.id)), None))
