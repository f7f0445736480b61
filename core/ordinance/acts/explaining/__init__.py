"""Why somebody can or cannot do something, does or does not see it, and the least that would change the answer.

What is told to whom is decided where everything else is: a value, a field or a record that the one who asks may not
see is not told, lines of configuration go to those who may see the configuration, and to ask about somebody else is
for those who look after accounts. Source: design.md §3 rule 8, §6; engine.md §7.
"""

from __future__ import annotations

from typing import Any, get_args

from ordinance.acts.desk import Desk, RefusedSignal, refuse
from ordinance.acts.explaining.about import About, as_seen_by, whom
from ordinance.acts.explaining.answers import Explanation, Line, Proposal
from ordinance.acts.explaining.documents import explain_doing, explain_inbox
from ordinance.acts.explaining.fields import explain_field
from ordinance.acts.explaining.inbox import explain_inbox_of
from ordinance.acts.explaining.records import explain_creating, explain_seeing
from ordinance.acts.house import Call, House
from ordinance.acts.outcomes import Refused
from ordinance.acts.seeing import visible
from ordinance.blueprint import Entity
from ordinance.problems import reason
from ordinance.process.supposing import Ask

__all__ = ["SUBJECTS", "Explanation", "Line", "Proposal", "explain"]

SUBJECTS = (*get_args(Ask), "field", "inbox", "record", "create")
"""What can be asked about; steps, lanes and fields with their id behind a colon."""

_ALONE = frozenset({"inbox", "record", "create", "set_aside", "resume"})


async def explain(
    house: House, call: Call, entity: str | None, id: int | None, subject: str, *, about: str = ""
) -> Explanation | Refused:
    """Return why something is as it is, for the one who asks or for somebody else.

    Args:
        house: The site.
        call: Who asks.
        entity: The kind of record; None for the whole inbox.
        id: The record; None for `create` and for the whole inbox.
        subject: `step:ID`, `send_back:ID`, `take:ID`, `close:ID`, `lane:ID`, `set_aside`, `resume`, `field:PATH`,
            `inbox` (why it is there or not), `record` (why it is seen or not), `create`.
        about: The name of an account, or the id of a role, to ask for; wants the right to change accounts.

    Returns:
        The explanation; or a refusal like that of any act: a record that is not seen is not found.
    """
    kind, _, name = subject.partition(":")
    if kind not in SUBJECTS or bool(name) is (kind in _ALONE):
        return Refused("bad_request", (reason("bad_parameter", "subject", name="subject", detail=subject[:100]),))
    try:
        if entity is None:
            return await _whole_inbox(house, call, about)
        declared = house.force.blueprint.entities.get(entity)
        if declared is None or (id is None) is not (kind == "create"):
            raise refuse("not_found", reason("no_such_path"))
        async with house.database.work(write=False) as work:
            mine = Desk.of(house.force, work, call, {})
            return await _explained(await _about(mine, declared, id, subject, about), kind, name)
    except RefusedSignal as no:
        return no.refused


async def _whole_inbox(house: House, call: Call, about: str) -> Explanation:
    if not about:
        return await explain_inbox_of(house, call)
    async with house.database.work(write=False) as work:
        actor, person = await whom(Desk.of(house.force, work, call, {}), about)
    return await explain_inbox_of(house, call, actor, person)


async def _about(mine: Desk, entity: Entity, id: int | None, subject: str, name: str) -> About:
    """Return the question; the one who asks must see the record, whoever it is about.

    Raises:
        RefusedSignal: the record is not there for the one who asks, or they may not ask for others.
    """
    record: Any = None
    seen = None
    if id is not None:
        record = (await mine.force.store.get_many(mine.work, entity.id, [id], lines=True)).get(id)
        seen = await visible(mine, entity, record)
    if not name:
        return About(mine, mine, entity, record, seen, subject)
    actor, person = await whom(mine, name)
    theirs = Desk.of(mine.force, mine.work, as_seen_by(mine.call, actor), {})
    return About(mine, theirs, entity, record, seen, subject, person)


async def _explained(about: About, kind: Any, name: str) -> Explanation:
    match kind:
        case "field":
            return await explain_field(about, name)
        case "inbox":
            return await explain_inbox(about)
        case "record":
            return await explain_seeing(about)
        case "create":
            return await explain_creating(about)
    return await explain_doing(about, kind, name or kind)
