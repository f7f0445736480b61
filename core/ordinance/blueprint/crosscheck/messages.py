"""Messages that are sent must have words."""

from __future__ import annotations

from collections.abc import Iterator

from ordinance.blueprint.bench import Path
from ordinance.blueprint.draft import Draft, Gate
from ordinance.problems import did_you_mean
from ordinance.process.model import Step, Tell


def check(draft: Draft) -> None:
    """Report messages nobody wrote."""
    for workflow in draft.workflows.values():
        for gate in draft.gates(workflow):
            for path, tell in _told(gate):
                _message(draft, tell, path)
        for reaction in workflow.reactions:
            for tell in reaction.tells:
                path = ("workflows", workflow.id, "events", reaction.event, "tells", tell.target)
                _message(draft, tell, path)


def _told(gate: Gate) -> Iterator[tuple[Path, Tell]]:
    for tell in gate.thing.tells:
        yield (*gate.path, "tells", tell.target), tell
    if isinstance(gate.thing, Step):
        for tell in gate.thing.arriving_tells:
            yield (*gate.path, "arriving", "tells", tell.target), tell
        for trigger in gate.thing.by_itself:
            for tell in trigger.tells:
                yield (*gate.path, "by_itself", trigger.id, "tells", tell.target), tell


def _message(draft: Draft, tell: Tell, path: Path) -> None:
    if tell.message and tell.message not in draft.messages:
        remedy = did_you_mean(tell.message, draft.messages)
        draft.report("unknown_message", path, name=tell.message, remedy=remedy)
