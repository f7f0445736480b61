"""What documents in flight still need of the configuration in force, so that it cannot go while they do (engine M7).

A document that finishes under an earlier revision reads that revision's fields; one that may be sent back needs the
code that takes its effects back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TYPE_CHECKING

from ordinance.acts import Force, needs
from ordinance.changes.plan import Question
from ordinance.problems import Text, reason
from ordinance.process import Workflow
from ordinance.storage import Work

if TYPE_CHECKING:
    from ordinance.changes.planning import Fortune


async def obstacles(work: Work, old: Force, new: Force, fortunes: Iterable[Fortune]) -> tuple[Question, ...]:
    """Return a question for each thing that would be taken away from documents that still need it.

    Args:
        work: A unit of work that reads.
        old: The configuration in force.
        new: The one that is proposed.
        fortunes: What becomes of documents.
    """
    found = [each async for each in _actions(work, old, new)]
    for workflow, count, numbers in [*_held(fortunes), *[each async for each in _pinned(work, old)]]:
        found += [
            Question(workflow.id, count, numbers, (reason("field_pinned", name, field=label),), ("move",))
            for name, label in _fields_gone(old, new, workflow)
        ]
    return tuple(found)


async def _actions(work: Work, old: Force, new: Force) -> AsyncIterator[Question]:
    """Yield the actions that go although effects of documents in flight may have to be taken back by them."""
    gone = sorted(old.code.actions.keys() - new.code.actions.keys())
    for action, count in (await old.store.waits.undone_by(work, gone)).items():
        spec = next((each for each in old.blueprint.actions.values() if each.undo == action), None)
        label = spec.label if spec is not None else Text.of(action)
        yield Question("", count, (), (reason("action_gone", action, action=label),), ())


def _held(fortunes: Iterable[Fortune]) -> Iterator[tuple[Workflow, int, tuple[str, ...]]]:
    for fortune in fortunes:
        held = [group for group, fate in fortune.groups if fate.after.hold is not None]
        if held:
            yield fortune.flow.old, sum(len(each.entries) for each in held), held[0].numbers


async def _pinned(work: Work, old: Force) -> AsyncIterator[tuple[Workflow, int, tuple[str, ...]]]:
    for (id, digest), workflow in old.past.pinned.items():
        count = await old.store.flight(workflow.entity, id).pinned(work, digest)
        if count:
            yield workflow, count, ()


def _fields_gone(old: Force, new: Force, workflow: Workflow) -> Iterator[tuple[str, Text]]:
    """Yield the fields that a workflow reads and that go, or are of another type then."""
    before, after = old.blueprint.entities.get(workflow.entity), new.blueprint.entities.get(workflow.entity)
    for name in needs.of_workflow(workflow) if before is not None else ():
        field = before.fields.get(name) if before is not None else None
        now = after.fields.get(name) if after is not None else None
        if field is not None and (now is None or now.type != field.type):
            yield name, field.label
