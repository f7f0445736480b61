"""A change that somebody puts forward, that others approve, and that takes effect when its time has come.

Where the company has a procedure for it (a workflow of the entity `revision` with more than proposing and applying), a
proposal is a document of that procedure and nothing is applied past it. Source: X-22, X-24, language.md §4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from ordinance.access import Actor
from ordinance.acts import Call, Force, House, Refused, create
from ordinance.changes.applying import Applied, put_in_force
from ordinance.changes.change import Change
from ordinance.changes.own import put_on_present
from ordinance.changes.plan import Plan
from ordinance.changes.planning import plan
from ordinance.changes.survey import Progress, silent
from ordinance.problems import Reason, Text, reason
from ordinance.process import Workflow
from ordinance.storage import Work

ENTITY = "revision"
"""The entity by which a company decides on changes of its configuration; an ordinary one, as `account` is."""

TITLE, CHANGE = "title", "change"
"""Its fields: what a document is called, and what is to be changed, by path."""

State = Literal[
    "draft", "open", "approved", "applying", "applied", "refused", "declined", "withdrawn",
]  # fmt: skip
_OPEN: tuple[State, ...] = ("open", "approved")
_WORDS: Mapping[str, Text] = {
    "draft": Text("草稿", "draft"), "open": Text("待批准", "open"), "approved": Text("已批准", "approved"),
    "applying": Text("正在生效", "being applied"), "applied": Text("已生效", "applied"),
    "refused": Text("未能生效", "refused"), "declined": Text("未获批准", "declined"),
    "withdrawn": Text("已撤回", "withdrawn"),
}  # fmt: skip
_GATES_OF_ONE = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that was put forward.

    Attributes:
        id: Its id.
        state: `draft`: its author is still at it; `open`: it waits for approval; `approved`: for its time; `applying`;
            `applied`; `refused`: it could not be applied; `declined`; `withdrawn`.
        author: The account that proposed it, as text.
        change: The change, with its reason and its time.
        base: The revision it was made on.
        made_at: When.
        document: The document of the company's procedure, if it has one.
        decided_by: Who approved, declined or withdrew it.
        decided_at: When.
        revision: The revision it became.
        outcome: Why it could not be applied.
        done: While it is being applied, how many documents have been moved, as far as the database knows.
        total: Of how many.
    """

    id: int
    state: State
    author: str
    change: Change
    base: str
    made_at: datetime
    document: int | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    revision: str | None = None
    outcome: str = ""
    done: int = 0
    total: int = 0

    @property
    def word(self) -> Text:
        """Its state in words."""
        return _WORDS[self.state]


def may_change(force: Force, actor: Actor) -> bool:
    """Return whether somebody may propose and apply changes: the right `revision.create`."""
    return force.rights.may(actor, "create", ENTITY)


def procedure(force: Force) -> Workflow | None:
    """Return the workflow by which changes are decided, if it asks more than one person.

    The one that comes with the base department has two gates for the same people, to propose and to apply: then whoever
    may do both does both at once. A third gate, a gate for several, or one that keeps people apart is a procedure.
    """
    for workflow in force.blueprint.variants(ENTITY):
        gates = [each for each in workflow.steps if each.enabled is not False]
        apart = any(force.rights.apart(workflow.id, each.id) for each in gates)
        if len(gates) > _GATES_OF_ONE or apart or any(each.count > 1 or each.differs_from for each in gates):
            return workflow
    return None


async def apply(house: House, plan: Plan, call: Call, *, progress: Progress = silent) -> Applied | Refused:
    """Apply a plan at once: the site goes by the new configuration when this returns.

    Applying what is in force already does nothing.

    Args:
        house: The site.
        plan: A complete plan, made on the revision in force.
        call: Who applies it.
        progress: Told how many documents have been moved, of how many.
    """
    if not may_change(house.force, call.actor):
        return Refused("not_allowed", (no_right(),))
    if procedure(house.force) is not None and not plan.is_known:
        return Refused("not_allowed", (reason("needs_approval"),))
    if plan.change.starts is not None and plan.change.starts > call.now:
        return Refused("conflict", (reason("starts_later", at=_moment(house, plan.change.starts)),))
    return await put_in_force(house, plan, call, progress=progress)


def no_right() -> Reason:
    """Return why somebody may not change the configuration."""
    return reason("not_allowed", what=Text("修改配置", "change the configuration"))


def _moment(house: House, moment: datetime) -> str:
    return moment.astimezone(house.zone).strftime("%Y-%m-%d %H:%M")


async def propose(house: House, call: Call, change: Change, *, approved: bool = False) -> Proposal | Refused:
    """Put a change forward.

    Args:
        house: The site.
        call: Who proposes it.
        change: The change, with its reason; `starts` says from when.
        approved: Whoever may apply changes directly needs nobody's approval: it is applied when its time has come.
    """
    if not may_change(house.force, call.actor):
        return Refused("not_allowed", (no_right(),))
    decides = procedure(house.force)
    if approved and decides is not None:
        return Refused("not_allowed", (reason("needs_approval"),))
    found = await plan(house, change, call.now)
    if found.is_broken:
        errors = [each for each in found.problems if each.severity == "error"]
        return Refused("invalid", tuple(Reason(each.code, each.message, place=each.place) for each in errors))
    document = None
    if decides is not None:
        words = "\n".join(each.what.in_(call.locale) for each in found.differences)
        made = await create(house, call, ENTITY, {TITLE: change.reason[:120] or None, CHANGE: words or change.reason})
        if isinstance(made, Refused):
            return made
        document = made.id
    row: dict[str, Any] = {
        "state": "approved" if approved else "open", "author": str(call.actor.id), "reason": change.reason,
        "base": found.base, "change": replace(change, base=found.base).text(), "starts_at": change.starts,
        "document": document, **(decided(call) if approved else {}),
    }  # fmt: skip
    async with house.database.work() as work:
        id = await house.force.store.revisions.propose(work, row, call.now)
    made_one = await proposal(house, id)
    assert made_one is not None
    return made_one


def decided(call: Call) -> dict[str, Any]:
    """Return the columns that say who decided on a proposal, and when."""
    return {"decided_by": str(call.actor.id), "decided_at": call.now}


async def proposals(house: House, *, waiting: bool = False, limit: int = 100) -> list[Proposal]:
    """Return the proposals, newest first; with `waiting` only those that are open or wait for their time."""
    async with house.database.work(write=False) as work:
        rows = await house.force.store.revisions.proposals(work, _OPEN if waiting else (), limit)
    return [_proposal(row) for row in rows]


async def proposal(house: House, id: int) -> Proposal | None:
    """Return one proposal, or None."""
    async with house.database.work(write=False) as work:
        row = await house.force.store.revisions.proposal(work, id)
    return _proposal(row) if row is not None else None


def _proposal(row: Mapping[str, Any]) -> Proposal:
    return Proposal(
        id=row["id"], state=row["state"], author=row["author"], change=Change.of_text(row["change"]), base=row["base"],
        made_at=row["made_at"], document=row["document"], decided_by=row["decided_by"], decided_at=row["decided_at"],
        revision=row["revision"], outcome=row["outcome"] or "",
        done=row["done"] or 0, total=row["total"] or 0,
    )  # fmt: skip


async def withdraw(house: House, call: Call, id: int) -> Proposal | Refused:
    """Take a proposal back, before it has taken effect: its author, or whoever may change the configuration."""
    found = await proposal(house, id)
    if found is None:
        return Refused("not_found", (reason("no_such_proposal"),))
    if found.state not in ("draft", *_OPEN):
        return Refused("conflict", (reason("proposal_closed", state=found.word),))
    if str(call.actor.id) != found.author and not may_change(house.force, call.actor):
        return Refused("not_allowed", (no_right(),))
    await set_columns(house, id, {"state": "withdrawn", **decided(call)})
    return await proposal(house, id) or found


async def set_columns(house: House, id: int, values: Mapping[str, Any]) -> None:
    """Write columns of a proposal."""
    async with house.database.work() as work:
        await house.force.store.revisions.decide(work, id, values)


def applied_by(found: Proposal, planned: Plan, call: Call) -> dict[str, Any]:
    """Return the columns that say what a proposal became; a draft is decided on by whoever applies it."""
    who = {} if found.decided_by else decided(call)
    return {"state": "applied", "revision": planned.revision, "outcome": None, **who}


def mark_applied(house: House, found: Proposal, planned: Plan, call: Call) -> Any:
    """Return what marks the proposal as applied, in the very transaction that applies it."""

    async def mark(work: Work) -> None:
        await house.force.store.revisions.decide(work, found.id, applied_by(found, planned, call))

    return mark


async def on_present(house: House, found: Proposal) -> Change | None:
    """Return the change on top of what is in force now; None if both changed the same lines."""
    return await put_on_present(house, replace(found.change, base=found.base))
