"""What documents in flight still need of the configuration in force, so that it cannot go while they do (engine M7).

One that may be sent back needs the code that takes its effects back; what it needs of fields says `retiring`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from ordinance.acts import Force
from ordinance.changes.plan import Question
from ordinance.problems import Text, reason
from ordinance.storage import Work


async def obstacles(work: Work, old: Force, new: Force) -> tuple[Question, ...]:
    """Return a question for each action that would be taken away from documents that still need it.

    Args:
        work: A unit of work that reads.
        old: The configuration in force.
        new: The one that is proposed.
    """
    return tuple([each async for each in _actions(work, old, new)])


async def _actions(work: Work, old: Force, new: Force) -> AsyncIterator[Question]:
    """Yield the actions that go although effects of documents in flight may have to be taken back by them."""
    gone = sorted(old.code.actions.keys() - new.code.actions.keys())
    for action, count in (await old.store.waits.undone_by(work, gone)).items():
        spec = next((each for each in old.blueprint.actions.values() if each.undo == action), None)
        label = spec.label if spec is not None else Text.of(action)
        yield Question("", count, (), (reason("action_gone", action, action=label),), ())
