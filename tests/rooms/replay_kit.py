"""What the tests of replay share: a world that keeps the log of its document, and that log under another workflow."""

from __future__ import annotations

from typing import Any

from rooms.migration_kit import MovingWorld
from rooms.process_kit import CALENDAR

from ordinance.process import Refusal, Transition
from ordinance.process.migration import names_of
from ordinance.process.model import Workflow
from ordinance.process.replay import Entry, Log, Replayed, replay


class LoggedWorld(MovingWorld):
    """A world that remembers, with each event, the fields before and after it."""

    def __init__(self, workflow: Workflow, fields: Any = None) -> None:
        super().__init__(workflow, fields)
        self.first = workflow
        self.entries: list[Entry] = []

    def _ask(self, call: Any, request: Any) -> Transition | Refusal:
        before, known = self.document.fields, len(self.events)
        answer = super()._ask(call, request)
        self.entries += [Entry(event, before, self.document.fields) for event in self.events[known:]]
        return answer

    def story(self, **more: Any) -> Log:
        return Log("d1", tuple(self.entries), number="N-1", **more)

    def under(self, workflow: Workflow, mode: str = "strict") -> Replayed:
        """Return how the document would have fared under another workflow."""
        return replay(workflow, self.story(names=names_of(self.first, workflow).steps), mode, CALENDAR)


def lived(workflow: Workflow, *passing: str, hours: int = 0, **fields: Any) -> LoggedWorld:
    """Return a world whose document has passed these steps, so many hours after one another."""
    world = LoggedWorld(workflow, fields)
    answer = world.begin()
    for each in passing:
        assert isinstance(answer, Transition), answer
        world.later(hours=hours)
        answer = world.ask("pass", each)
    assert isinstance(answer, Transition), answer
    return world
