"""The switches of a story: those under which it began, and those that a change of the process flipped on its way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ordinance.acts import House
from ordinance.changes.essence import essence
from ordinance.process import Event
from ordinance.process.model import Step, Workflow
from ordinance.storage import Work

_SEEN_ON, _OFF = "passed", "off"
MOVED = "migrate"
"""The kind of the events by which a change of the process moved a document."""


class Switches:
    """What of a workflow is on at each point of a story that is to be played on it.

    Args:
        workflow: The workflow on which the story is to be played.
    """

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow
        self._on = {step.id: step.enabled for step in workflow.steps if isinstance(step.enabled, bool)}

    def under(self, events: Iterable[Event]) -> dict[str, Any]:
        """Return the act that switches to what these events show first, if something must be switched; remember it."""
        seen: dict[str, bool] = {}
        for each in events:
            for step, entry in each.settled.items():
                if entry is not None and entry.outcome in (_SEEN_ON, _OFF):
                    seen.setdefault(step, entry.outcome != _OFF)
            for step in each.state.waits:
                seen.setdefault(step, True)
        changed = {step: on for step, on in seen.items() if self._on.get(step, on) is not on}
        self._on |= changed
        names = [step.id for step in self._workflow.steps if step.id in changed]
        toggles = {f"{self._workflow.id}.{each}": str(changed[each]).lower() for each in names}
        return {"toggle": toggles} if toggles else {}


async def is_switch(house: House, work: Work, event: Event) -> bool:
    """Return whether the change that moved a document did so by switches alone, as a scenario can say it.

    One that is held back, or put back as it was before, stands where switching alone would not bring it.
    """
    if event.before is None or event.state.hold is not None or any(each is None for each in event.settled.values()):
        return False
    sides = []
    for revision in (event.before.state.revision, event.revision):
        blueprint = house.blueprint
        if revision != blueprint.revision:
            found = await house.force.past.blueprint(work, house.force.store, revision)
            if found is None:
                return False
            blueprint = found
        workflow = blueprint.workflows.get(event.state.variant)
        sides.append(workflow and replace(workflow, steps=tuple(map(_unswitched, workflow.steps))))
    before, after = sides
    return before is not None and after is not None and essence(before) == essence(after)


def _unswitched(step: Step) -> Step:
    return replace(step, enabled=True, assume=False)
