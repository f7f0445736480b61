"""Decide on proposals: approve them, hear what the company's procedure has come to, apply what is due.

Source: X-22, X-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ordinance.access import ENGINE, Actor
from ordinance.acts import Call, Done, Force, House, Refused, codec, step
from ordinance.changes.applying import Applied
from ordinance.changes.change import Change
from ordinance.changes.editing import edited, toggled
from ordinance.changes.own import in_force
from ordinance.changes.proposals import (
    CHANGE,
    ENTITY,
    TITLE,
    Proposal,
    decided,
    may_change,
    no_right,
    on_present,
    procedure,
    proposal,
    proposals,
    set_columns,
)
from ordinance.changes.running import carried, take_back_lost
from ordinance.problems import Text, reason
from ordinance.process import ProcessState
from ordinance.yamlfile import EditError, parse


async def approve(
    house: House, call: Call, id: int, *, words: str = "", values: Mapping[str, Any] | None = None
) -> Proposal | Refused:
    """Approve a proposal; once everybody has who must, it takes effect, or will when its time has come.

    Args:
        house: The site.
        call: Who approves; not its author.
        id: The proposal.
        words: What the approver has to say.
        values: What the form of the company's procedure asks.
    """
    found = await _open(house, call, id)
    if isinstance(found, Refused):
        return found
    if found.document is not None:
        outcome = await _pass(house, call, found.document, words, values)
        if isinstance(outcome, Refused):
            return outcome
    elif str(call.actor.id) == found.author:
        return Refused("not_allowed", (reason("own_change"),))
    else:
        await set_columns(house, id, {"state": "approved", **decided(call)})
    await apply_due(house, call.now)
    return await proposal(house, id) or found


async def _open(house: House, call: Call, id: int) -> Proposal | Refused:
    if not may_change(house.force, call.actor) and procedure(house.force) is None:
        return Refused("not_allowed", (no_right(),))
    found = await proposal(house, id)
    if found is None:
        return Refused("not_found", (reason("no_such_proposal"),))
    if found.state != "open":
        return Refused("conflict", (reason("proposal_closed", state=found.word),))
    return found


async def _pass(
    house: House, call: Call, document: int, words: str, values: Mapping[str, Any] | None
) -> Done | Refused:
    """Pass the gate at which the document of a proposal waits."""
    async with house.database.work(write=False) as work:
        record = (await house.force.store.get_many(work, ENTITY, [document])).get(document)
    waits = codec.state_of(record["state"]).waits if record is not None else ()
    if not waits:
        return Refused("not_found", (reason("no_such_proposal"),))
    return await step(house, call, ENTITY, document, waits[0], reason=words, values=values)


async def apply_due(house: House, now: datetime) -> int:
    """Apply every approved proposal whose time has come; return how many were applied.

    Each is planned anew on what is in force now. One that cannot be applied is not, and its author is told.
    """
    done = 0
    await take_back_lost(house)
    await _hear(house, now)
    for each in await proposals(house, waiting=True):
        judged = await _judged(house, each, now) if each.state == "open" and each.document is not None else each
        if judged.state == "approved" and (each.change.starts is None or each.change.starts <= now):
            done += await _apply(house, judged, now)
    return done


async def _hear(house: House, now: datetime) -> None:
    """Make a proposal of each document of the procedure that was filled in by hand and has come to its end."""
    store = house.force.store
    if ENTITY not in store.records or not house.force.blueprint.entities[ENTITY].workflows:
        return
    async with house.database.work(write=False) as work:
        ids = await store.revisions.unheard(work, store.records[ENTITY].shape.table)
        records = await store.get_many(work, ENTITY, ids)
    known = await in_force(house) if ids else None
    for id in ids:
        record = records[id]
        change, fault = _from_text(house.force, record.get(CHANGE) or "", (known.files if known else None) or {})
        change = replace(change, reason=record.get(TITLE) or "")
        row = {
            "state": "open" if fault is None else "refused", "author": str(record["created_by"]),
            "reason": change.reason, "base": house.blueprint.revision, "change": change.text(), "document": id,
            "outcome": fault,
        }  # fmt: skip
        async with house.database.work() as work:
            new = await store.revisions.propose(work, row, now)
        if fault is not None:
            await _tell(house, await proposal(house, new), fault, now)


def _from_text(force: Force, text: str, files: Mapping[str, str]) -> tuple[Change, str | None]:
    """Return the change that a text asks for, line by line as `workflow.step: false`, and what is wrong with it."""
    changed = dict(files)
    tree = parse(text, CHANGE)
    if tree.problems or not tree.data:
        return Change(changed), tree.problems[
            0
        ].message.zh if tree.problems else "未写明修改内容 / nothing is to be changed"
    try:
        for path, value in tree.data.items():
            parts = tuple(path.split("."))
            workflow = force.blueprint.workflows.get(parts[0])
            if workflow is not None and len(parts) == 2 and workflow.step(parts[1]) is not None:
                changed = toggled(changed, *parts, value)
            else:
                changed = edited(changed, parts, value)
    except (EditError, KeyError) as fault:
        return Change(dict(files)), f"{path}: {fault}"
    return Change(changed), None


async def _judged(house: House, found: Proposal, now: datetime) -> Proposal:
    """Return a proposal as its document has it: approved once that has ended well, by others than the author alone."""
    assert found.document is not None
    async with house.database.work(write=False) as work:
        record = (await house.force.store.get_many(work, ENTITY, [found.document])).get(found.document)
    if (
        record is None
        or record["phase"] == "cancelled"
        or (record["phase"] == "complete" and record["ended"] != "done")
    ):
        await set_columns(house, found.id, {"state": "declined", "decided_at": now})
    elif record["phase"] == "complete":
        others = _others(codec.state_of(record["state"]), found.author)
        if procedure(house.force) is not None and not others:
            await _refuse(house, found, reason("own_change").message, now)
        else:
            by = others[-1] if others else found.author
            await set_columns(house, found.id, {"state": "approved", "decided_by": by, "decided_at": now})
    return await proposal(house, found.id) or found


def _others(state: ProcessState, author: str) -> list[str]:
    passed = sorted(state.settled.values(), key=lambda each: each.seq)
    return [each.by for each in passed if each.outcome == "passed" and each.by != author]


async def _apply(house: House, found: Proposal, now: datetime) -> int:
    actor = await _actor(house, found.decided_by or found.author)
    change = await on_present(house, found)
    if change is None:
        await _refuse(house, found, reason("base_moved").message, now)
        return 0
    outcome = await carried(house, found, change, Call(actor, now, channel="system", cause="proposal"))
    if isinstance(outcome, Applied):
        return 1
    if outcome.kind != "stale" and outcome.reasons[0].code != "applying_already":
        zh, en = (
            "；".join(each.message.zh for each in outcome.reasons),
            "; ".join(each.message.en for each in outcome.reasons),
        )
        await _refuse(house, found, Text(zh, en), now)
    return 0


async def _actor(house: House, id: str) -> Actor:
    if not id.isdigit() or id == "0":
        return ENGINE
    async with house.database.work(write=False) as work:
        names = await house.force.store.inbox.names(work, [id])
    return Actor(int(id), names.get(id, ""))


async def _refuse(house: House, found: Proposal, why: Text, now: datetime) -> None:
    await set_columns(house, found.id, {"state": "refused", "outcome": f"{why.zh} / {why.en}", "decided_at": now})
    await _tell(house, found, f"{why.zh} / {why.en}", now)


async def _tell(house: House, found: Proposal | None, why: str, now: datetime) -> None:
    """Tell the author of a proposal that it could not be applied."""
    if found is None or not found.author.isdigit() or found.author == "0":
        return
    notice: dict[str, Any] = {
        "recipient": found.author, "entity": ENTITY, "document": found.document,
        "message": f"配置修改未能生效 / a change was not applied: {why}", "body": {},
    }  # fmt: skip
    async with house.database.work() as work:
        await house.force.store.tell(work, [notice], now)
