"""Why something can or cannot be done to a document, and why it is or is not in somebody's inbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from ordinance.access import Actor
from ordinance.acts.desk import Held, refuse
from ordinance.acts.explaining import rules
from ordinance.acts.explaining.about import NOBODY, About
from ordinance.acts.explaining.answers import Explanation, Line
from ordinance.acts.explaining.naming import word
from ordinance.acts.holding import hold
from ordinance.acts.needs import tree
from ordinance.acts.steps import inquiry
from ordinance.expressions import UnknownValue
from ordinance.expressions.explaining_changes import Change, Changes, applied, union
from ordinance.problems import Text, reason
from ordinance.process import Document, Request
from ordinance.process.explaining import explain_act, explain_waiting
from ordinance.process.points import Answer, Point
from ordinance.process.supposing import Ask, Attempt, Remedies, Remedy, attempt, together

Try: TypeAlias = Callable[[tuple[Remedy, ...]], Attempt]
"""Tries remedies by one transition."""

_INBOX = Text("待我处理", "in the inbox")
_ASIDE = {"set_aside": "skip_queue", "resume": "skip_queue"}


async def asked(about: About) -> tuple[Held, Document, Request]:
    """Return the document as it stands and the request of the one it is about, every fact found out.

    Raises:
        RefusedSignal: the record is no document.
    """
    desk = about.theirs
    held = await hold(desk, about.entity.id, about.id or 0) if about.entity.workflows else None
    if held is None:
        raise refuse("not_found", reason("no_such_path"))
    document, request = await inquiry(desk, held)
    state = held.state
    people = [*state.assigned.values(), *state.taken.values(), *(who for by in state.passed_by.values() for who in by)]
    facts = {
        **request.facts,
        "granted": _granted(about, held),
        "duties": {each.id: desk.force.rights.apart(held.workflow.id, each.id) for each in held.workflow.steps},
        "names": await desk.force.store.inbox.names(desk.work, people),
    }
    return held, document, replace(request, facts=facts)


def _granted(about: About, held: Held) -> dict[str, tuple[str, ...]]:
    """Return the roles that may do each step, lane and plain right, where their grants say so."""
    found: dict[str, list[str]] = {}
    known = about.theirs.force.blueprint.roles
    for each in about.theirs.force.rights.grants:
        if each.entity == about.entity.id and each.workflow in (None, held.workflow.id) and each.role in known:
            found.setdefault(each.act, []).append(each.role)
    for aside, right in _ASIDE.items():
        found[aside] = found.get(right, [])
    return {act: tuple(dict.fromkeys(roles)) for act, roles in found.items()}


async def explain_doing(about: About, ask: Ask, id: str) -> Explanation:
    """Return why somebody can or cannot do this to the document now.

    Raises:
        RefusedSignal: the record is no document, or its workflow has no such step or lane.
    """
    held, document, request = await asked(about)
    desk = about.theirs
    calendar = desk.force.blueprint.company.calendar
    answer = explain_act(held.workflow, document, request, ask, id, desk.call.now, calendar)
    if answer is None:
        code = "no_such_lane" if ask == "lane" else "no_such_step"
        raise refuse("not_found", reason(code, id, step=id, lane=id))

    def tried(remedies: tuple[Remedy, ...]) -> Attempt:
        return attempt(held.workflow, document, request, ask, id, remedies, desk.call.now, calendar)

    answer = await _within_reach(about, held, answer, tried)
    looked = await rules.look(about, id) if _is_out_of_reach(answer.points, request, id) else ()
    teller = await about.teller((*answer.points, *rules.as_points(looked)), held.workflow)
    lines = tuple(
        replace(each, parts=(*each.parts, *rules.lines(teller, looked, reading=False)))
        if each.code == "right" else each for each in teller.lines(answer.points)
    )  # fmt: skip
    return about.explanation(
        teller, answer.label, lines, allowed=answer.allowed, remedies=answer.remedies, attempt=answer.attempt,
        place=answer.place,
    )  # fmt: skip


async def _within_reach(about: About, held: Held, answer: Answer, tried: Try) -> Answer:
    """Return the answer with proposals that reach this very document: the engine sees roles alone.

    Somebody whose role may do it on other documents is told what this one lacks. Else only those roles are proposed
    that would reach it as it would be then; if none does, that it was tried says nothing.
    """
    proposed = answer.remedies or ()
    if not any(each.kind == "role" and each.roles for each in proposed):
        return answer
    rest = tuple(each for each in proposed if each.kind != "role")
    changes: Changes = tuple(each.change for each in rest if each.change is not None)
    actor, rights = about.theirs.call.actor, about.theirs.force.rights
    if rights.may(actor, answer.id, about.entity.id, held.workflow.id):
        lacking = rules.remedies(await rules.look(about, answer.id)) or ()
        changes = union([changes, tuple(each.change for each in lacking if each.change is not None)])
        if changes is not None and await _reaches(about, held, actor, answer.id, changes):
            others = tuple(each for each in rest if each.change is None)
            remedies = (*others, *(Remedy("value", change=each) for each in changes))
            return replace(answer, remedies=remedies, attempt=tried((Remedy("role"), *remedies)))
    return await _by_others(about, held, answer, changes or ())


async def _by_others(about: About, held: Held, answer: Answer, changes: tuple[Change, ...]) -> Answer:
    made: list[Remedy] = []
    reached = True
    for each in answer.remedies or ():
        people = [(role, Actor(NOBODY, role, (role,))) for role in each.roles]
        able = [role for role, someone in people if await _reaches(about, held, someone, answer.id, changes)]
        reached = reached and bool(able or not each.roles)
        made.append(replace(each, roles=tuple(able)) if able else each)
    return replace(answer, remedies=tuple(made), attempt=answer.attempt if reached else None)


async def _reaches(about: About, held: Held, actor: Actor, id: str, changes: tuple[Change, ...]) -> bool:
    """Return whether a person's grants reach the document with these changes made."""
    desk = about.theirs
    rows = desk.force.rights.rows(actor, about.entity.id, id)
    if rows.all or rows.none:
        # A role named by the step itself needs no grant.
        return True
    (record,) = await desk.loader.load(held.entity, [{**held.record, "state": held.state}], tree(rows.reads))
    env = applied(desk.call.env(desk.force, record), changes)
    try:
        return bool(rows.admits(env.record, env))
    except UnknownValue:
        return False


def _is_out_of_reach(points: tuple[Point, ...], request: Request, id: str) -> bool:
    """Whether a role of the person may do it, but not on this document."""
    return any(each.code == "right" and each.holds is False for each in points) and id not in request.may


async def explain_inbox(about: About) -> Explanation:
    """Return why the document is or is not in somebody's inbox."""
    held, document, request = await asked(about)
    desk = about.theirs
    calendar = desk.force.blueprint.company.calendar
    waiting = explain_waiting(held.workflow, document, request, desk.call.now, calendar)
    looked = {step.id: await rules.look(about, step.id) for step, _ in waiting}
    points = [point for _, each in waiting for point in each]
    points += [point for each in looked.values() for point in rules.as_points(each)]
    teller = await about.teller(points, held.workflow)
    lines, several = [], []
    for step, each in waiting:
        parts = [*teller.lines(each)]
        if looked[step.id] and not any(one.holds for one in looked[step.id]):
            parts += rules.lines(teller, looked[step.id], reading=False)
        holds = all(one.holds is not False for one in each)
        several.append(together(one.remedies for one in each if one.holds is False))
        lines.append(Line("waits", word("why_waits", step=step.label), holds, place=teller.place(step.place),
                          parts=tuple(parts)))  # fmt: skip
    if not lines:
        lines.append(_nowhere(held))
    allowed = any(each.holds for each in lines)
    return about.explanation(
        teller, _INBOX, tuple(lines), allowed=allowed, remedies=() if allowed else _least(several)
    )


def _least(several: list[Remedies]) -> Remedies:
    possible = [each for each in several if each is not None]
    return min(possible, key=len, default=None)


def _nowhere(held: Held) -> Line:
    state: Any = held.state
    if state.phase in ("complete", "cancelled"):
        found = state.ended or state.phase
        end = held.workflow.ends.get(found) or Text.of(found)
        return Line("ended", reason("ended", None, end=end).message, holds=False)
    return Line("waits", word("why_waits_nowhere"), holds=False)
