"""What is due: timers, overdue steps, documents born by the calendar, messages to carry out. The worker calls `tick`.

Source: engine.md R16, language.md §2 (`due`, `by_itself`), §3 (`opens: {every}`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ordinance.access import ENGINE
from ordinance.acts.desk import Desk
from ordinance.acts.holding import hold, open_document
from ordinance.acts.house import Call, House
from ordinance.acts.opening import born
from ordinance.acts.outcomes import Done
from ordinance.acts.running import run
from ordinance.acts.transaction import act, under_one_revision
from ordinance.acts.writing import waits_of
from ordinance.expressions import Span
from ordinance.process import Request, Workflow
from ordinance.process.model import Opening
from ordinance.storage import NewWait

OVERDUE = "base.overdue"
"""The event that a step has passed its `due` (actions.md §3)."""

_BATCH = 100
_ROUNDS_MAX = 20
_OWNER = f"worker-{os.getpid()}"
_MONTHS_A_YEAR = 12


async def tick(house: House, now: datetime) -> int:
    """Do everything that is due at this moment; return how many things were done.

    Each thing is a transaction of its own, so one that fails never holds up the others. Calling it twice for the same
    moment does nothing the second time.
    """
    done = 0
    for row in await _due_documents(house, now):
        done += await _one(house, now, row)
    done += await calendar_births(house, now)
    done += await deliver(house, now)
    return done


async def _due_documents(house: House, now: datetime) -> list[dict[str, Any]]:
    async with house.database.work(write=False) as work:
        return await house.force.store.waits.due(work, now, limit=_BATCH)


@under_one_revision
async def _one(house: House, now: datetime, row: Mapping[str, Any]) -> int:
    call = Call(ENGINE, now, channel="system", cause="clock")

    async def body(desk: Desk) -> Done:
        held = await hold(desk, row["entity"], row["document"])
        if held is None:
            await _set_waits(desk, row["entity"], row["document"], [])
            return Done(row["entity"], 0, 0, {})
        for wait in await desk.force.store.waits.of(desk.work, held.id):
            due, timer = wait["due_at"], wait["timer_at"]
            if due is not None and timer is not None and timer <= due <= now:
                desk.emit(OVERDUE, held.entity.id, held.id, {"step": wait["step"]})
        await run(desk, held, Request(str(desk.work.new_id(now)), "tick", cause="clock"))
        if held.transition is not None and held.transition.event is None:
            await _set_waits(desk, held.entity.id, held.id, waits_of(desk, held))
        return Done(held.entity.id, 0, held.version, {})

    outcome = await act(house, call, body)
    if isinstance(outcome, Done):
        return 1
    # A tick that is refused changes nothing (engine R16); it is tried again tomorrow, not every second.
    async with house.database.work() as work:
        await house.force.store.inbox.postpone(work, row["document"], now)
    return 0


async def _set_waits(desk: Desk, entity: str, document: int, waits: list[NewWait]) -> None:
    new_id = lambda: desk.work.new_id(desk.call.now)  # noqa: E731
    statements = desk.force.store.waits.set_statements(entity, document, waits, new_id, fresh=False)
    await desk.work.later(*statements)


async def calendar_births(house: House, now: datetime) -> int:
    """Open the documents that the calendar asks for in the present period; each period once."""
    opened = 0
    zone = house.force.blueprint.company.calendar.zone
    for workflow in house.force.blueprint.workflows.values():
        for opening in workflow.openings:
            if opening.every is not None:
                period = period_of(opening.every, now.astimezone(zone))
                opened += await _birth(house, now, workflow, opening, period)
    return opened


def period_of(every: Span, local: datetime) -> int:
    """Return the number of the period a moment lies in: months count from year 0, days from 1970, hours likewise."""
    if every.months:
        return (local.year * _MONTHS_A_YEAR + local.month - 1) // every.months
    if every.days:
        return (local.date() - datetime(1970, 1, 1).date()).days // every.days  # noqa: DTZ001 - a calendar day
    return int(local.timestamp()) // max(every.seconds, 60)


async def _birth(house: House, now: datetime, workflow: Workflow, opening: Opening, period: int) -> int:
    call = Call(ENGINE, now, channel="system", cause="calendar")
    opened = 0

    async def body(desk: Desk) -> Done:
        nonlocal opened
        opened = 0
        if not await desk.force.store.inbox.enter_period(desk.work, f"calendar/{workflow.id}", period):
            return Done(workflow.entity, 0, 0, {})
        for source in await _sources(desk, opening):
            values = await born(desk, workflow, opening, opening.each or "", source, {})
            if values is not None:
                await open_document(desk, workflow, values, cause="calendar")
                opened += 1
        return Done(workflow.entity, 0, 0, {})

    await act(house, call, body)
    return opened


async def _sources(desk: Desk, opening: Opening) -> list[dict[str, Any]]:
    if opening.each is None:
        return [{}]
    return await desk.force.store.find(desk.work, opening.each, {}, limit=1_000_000)


async def deliver(house: House, now: datetime) -> int:
    """Carry out the messages in the outbox: today they become notices on screen; each at least once, in order.

    A message is handed over and marked in one transaction, so on this channel it arrives exactly once.
    """
    done = 0
    for _ in range(_ROUNDS_MAX):
        claimed = await _deliver_some(house, now)
        if not claimed:
            break
        done += claimed
    return done


async def _deliver_some(house: House, now: datetime) -> int:
    """Carry out the messages that may go now; of those about one document only the oldest may."""
    store = house.force.store
    async with house.database.work() as work:
        claimed = await store.outbox.claim(work, _OWNER, now, limit=_BATCH)
    for message in claimed:
        async with house.database.work() as work:
            if await store.outbox.done(work, _OWNER, [message.id], now):
                await store.tell(work, _notices(message.payload), now)
    return len(claimed)


def _notices(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "recipient": each,
            "entity": payload["entity"],
            "document": int(payload["document"]),
            "message": payload["message"],
            "body": payload["values"],
        }
        for each in payload["to"]
    ]
