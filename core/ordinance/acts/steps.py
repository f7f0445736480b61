"""What people do with a document: pass a step, send it back, enter a lane, take it, hand it to somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from ordinance.access import Rows
from ordinance.acts.assigning import may_do
from ordinance.acts.beyond import form_of, split, write_beyond
from ordinance.acts.desk import Desk, Held, refuse
from ordinance.acts.facts import find_out, hidden_paths, refusals
from ordinance.acts.guarding import guard
from ordinance.acts.holding import hold
from ordinance.acts.house import Call, House
from ordinance.acts.incoming import incoming, merged_lines
from ordinance.acts.outcomes import Done, Refused, StepView
from ordinance.acts.running import follow, loaded, run
from ordinance.acts.seeing import visible
from ordinance.acts.transaction import act, under_one_revision
from ordinance.expressions import Env, UnknownValue
from ordinance.problems import reason
from ordinance.process import Document, Request, Workflow, available, wants

Record = dict[str, Any]


def request_for(desk: Desk, workflow: Workflow, kind: Any, *, may: frozenset[str], **more: Any) -> Request:
    """Return a request of the engine on behalf of the actor."""
    actor = desk.call.actor
    step = more.get("step") or more.get("lane")
    absent = desk.force.rights.stands_in(actor, step, workflow.entity, workflow.id) if step else None
    return Request(
        id=desk.call.key or str(desk.work.new_id(desk.call.now)),
        kind=kind,
        actor=str(actor.id),
        roles=actor.all_roles(),
        may=may,
        on_behalf_of=str(absent.id) if absent is not None else None,
        cause=desk.call.cause,
        **more,
    )


async def step(
    house: House, call: Call, entity: str, id: int, step: str, *,
    decision: Literal["pass", "send_back", "close"] = "pass", to: str | None = None, reason: str | None = None,
    values: Mapping[str, Any] | None = None, version: int | None = None, dry: bool = False,
) -> Done | Refused:  # fmt: skip
    """Pass a step of a document, send it back from there, or let a repeating step have no further round.

    Args:
        house: The site.
        call: Who asks.
        entity: The kind of record.
        id: The document.
        step: The step's id.
        decision: Pass it, send the document back, or close it short.
        to: Where to send it back to, if the step leaves a choice.
        reason: The person's words.
        values: What the step's form asks and offers.
        version: The version the person saw; another one there now is `stale`.
        dry: Say what would be, and write nothing.
    """
    kind = {"pass": "pass", "send_back": "refuse", "close": "close"}[decision]
    more = {"step": step, "to": to, "reason": reason or "", "expects_row": version}
    return await _on_document(house, call, entity, id, kind, values, more, dry=dry)


async def lane(
    house: House, call: Call, entity: str, id: int, lane: str, *,
    reason: str | None = None, values: Mapping[str, Any] | None = None, version: int | None = None, dry: bool = False,
) -> Done | Refused:  # fmt: skip
    """Lead a document into a side flow: cancel it, change it, report an exception."""
    more = {"lane": lane, "reason": reason or "", "expects_row": version}
    return await _on_document(house, call, entity, id, "lane", values, more, dry=dry)


async def take(
    house: House, call: Call, entity: str, id: int, step: str | None = None, *, reason: str = ""
) -> Done | Refused:
    """Take a document that waits: it is this person's to do now. To skip a queue wants the right and a reason."""
    return await _on_document(house, call, entity, id, "take", None, {"step": step, "reason": reason})


async def set_aside(
    house: House, call: Call, entity: str, id: int, *, reason: str, version: int | None = None
) -> Done | Refused:
    """Take a document out of its queue for a while: what is behind it may go first, its timers stand still."""
    return await _on_document(house, call, entity, id, "set_aside", None, {"reason": reason, "expects_row": version})


async def resume(
    house: House, call: Call, entity: str, id: int, *, reason: str = "", version: int | None = None
) -> Done | Refused:
    """Put a document back that was set aside: it stands in its queue where it stood."""
    return await _on_document(house, call, entity, id, "resume", None, {"reason": reason, "expects_row": version})


async def reassign(
    house: House, call: Call, entity: str, id: int, step: str | None, to: int | None, *, reason: str = ""
) -> Done | Refused:
    """Give an open step to somebody, or to nobody in particular."""
    more = {"step": step, "to": str(to) if to is not None else None, "reason": reason}
    return await _on_document(house, call, entity, id, "reassign", None, more)


@under_one_revision
async def _on_document(
    house: House, call: Call, entity: str, id: int, kind: str, values: Mapping[str, Any] | None,
    more: dict[str, Any], *, dry: bool = False,
) -> Done | Refused:  # fmt: skip
    declared = house.blueprint.entities.get(entity)
    if declared is None or not declared.workflows:
        return Refused("not_found", (reason("no_such_path"),))
    asked = dict(more)
    expects = asked.pop("expects_row", None)

    async def body(desk: Desk) -> Done:
        held = await hold(desk, entity, id)
        seen = await visible(desk, declared, held.stored if held is not None else None)
        assert held is not None
        if expects is not None and expects != held.version:
            raise refuse("stale", reason("stale", None, wanted=expects, got=held.version))
        parsed: Record = {}
        if values:
            own, below = split(declared, values)
            parsed, faults = await incoming(desk.force, desk.work, desk.call, declared, own, seen, held.record)
            if faults:
                raise refuse("invalid", *faults)
            parsed = merged_lines(declared, held.record, parsed)
            await write_beyond(desk, held, parsed, below, form_of(held, more.get("step") or more.get("lane")))
        may = await allowed(desk, held)
        if kind == "reassign" and more["to"] is not None:
            await _check_receiver(desk, held, more["step"], int(more["to"]))
        request = request_for(desk, held.workflow, kind, may=may, **asked)
        if kind == "lane" and parsed:
            result = await run(desk, held, await _with_input(desk, held, request, parsed))
        else:
            result = await run(desk, held, request, parsed)
        return Done(entity, id, held.version, {}, warnings=result.warnings)

    return await act(house, call, body, dry=dry)


async def _check_receiver(desk: Desk, held: Held, step: str | None, to: int) -> None:
    """Refuse to hand a step to somebody who is no active account or could not do it.

    Raises:
        RefusedSignal: `bad_target`.
    """
    waits = held.state.lane.waits if held.state.lane is not None else held.state.waits
    person = next((each for each in await desk.force.store.people(desk.work) if int(each["id"]) == to), None)
    if person is None or not all(may_do(desk, held, each, person) for each in ((step,) if step else waits)):
        raise refuse("invalid", reason("bad_target", "/to", got=str(to)))


async def _with_input(desk: Desk, held: Held, request: Request, parsed: Record) -> Request:
    """Return the request with its values as the engine reads them; in a lane they may be proposals, not changes."""
    after = await follow(desk, held, held.record, {**held.record, **parsed})
    fields = await loaded(desk, held, after)
    faults = guard(held.entity, parsed, held.stored, fields, desk.call.env(desk.force, fields))
    if faults:
        raise refuse("invalid", *faults)
    formulas = (each.id for each in held.entity.fields.values() if each.formula is not None)
    follows = tuple(name for name in formulas if after.get(name) != held.record.get(name))
    given = {name: fields.get(name, parsed.get(name)) for name in (*parsed, *follows)}
    return replace(request, input=given, facts={**request.facts, "follows": follows})


async def allowed(desk: Desk, held: Held) -> frozenset[str]:
    """Return the steps, lanes and plain rights that the actor's grants allow on this document."""
    rights, actor = desk.force.rights, desk.call.actor
    rows = {
        act: rights.rows(actor, held.entity.id, act) for act in rights.acts(actor, held.entity.id, held.workflow.id)
    }
    for gone in desk.force.past.gone(held.workflow, desk.force.blueprint):
        former = desk.force.past.rights(held.workflow, gone, desk.force.blueprint)
        if former is not None and former.may(actor, gone, held.entity.id, held.workflow.id):
            rows[gone] = former.rows(actor, held.entity.id, gone)
    partly = {act: each for act, each in rows.items() if not each.all}
    if not partly:
        return frozenset(rows)
    reads = frozenset().union(*(each.reads for each in partly.values()))
    (record,) = await desk.loader.for_rules(held.entity, [{**held.record, "state": held.state}], reads)
    env = desk.call.env(desk.force, record)
    return frozenset(act for act in rows if act not in partly or _admits(partly[act], record, env))


def _admits(rows: Rows, record: Record, env: Env) -> bool:
    try:
        return rows.admits(record, env)
    except UnknownValue:
        return False


async def steps(house: House, call: Call, entity: str, id: int) -> list[StepView] | Refused:
    """Return everything that could be done to a document now, allowed and refused, each with every reason."""
    declared = house.blueprint.entities.get(entity)
    if declared is None or not declared.workflows:
        return Refused("not_found", (reason("no_such_path"),))
    from ordinance.acts.desk import RefusedSignal

    async with house.database.work(write=False) as work:
        desk = Desk.of(house.force, work, call, {})
        try:
            held = await hold(desk, entity, id)
            await visible(desk, declared, held.stored if held is not None else None)
        except RefusedSignal as no:
            return no.refused
        assert held is not None
        return await views(desk, held)


async def views(desk: Desk, held: Held) -> list[StepView]:
    """Return the buttons of a held document."""
    document, request = await inquiry(desk, held)
    calendar = desk.force.blueprint.company.calendar
    offered = available(held.workflow, document, request, desk.call.now, calendar)
    closing = {each.id for each in offered if each.kind == "close" and each.allowed}
    return [_view(held, each, closes=each.id in closing) for each in offered if each.kind != "close"]


async def inquiry(desk: Desk, held: Held) -> tuple[Document, Request]:
    """Return the document and the request by which the engine says what the actor can do, every fact found out."""
    fields = await loaded(desk, held, held.record)
    may = await allowed(desk, held)
    waiting = [*held.state.waits, *(held.state.lane.waits if held.state.lane else ())]
    request = request_for(desk, held.workflow, "pass", may=may)
    facts: Record = {
        "refusals": refusals(desk, held, request, waiting),
        "hidden": hidden_paths(desk, held, fields),
        "user": desk.call.actor.user(),
        "functions": desk.force.code.functions,
    }
    document = held.document(fields)
    for each in waiting:
        wanted = wants(held.workflow, document, request_for(desk, held.workflow, "pass", may=may, step=each))
        for name, found in (await find_out(desk, held, fields, wanted)).items():
            facts[name] = {**facts.get(name, {}), **found}
    return document, replace(request, facts=facts)


def _view(held: Held, each: Any, *, closes: bool) -> StepView:
    lane = held.workflow.lanes.get(each.id) if each.kind == "lane" else None
    declared = held.workflow.step(each.id) or next(
        (step for lane in held.workflow.lanes.values() for step in lane.steps if step.id == each.id), None
    )
    source: Any = lane or declared
    kind: Any = each.kind
    has_form = source is not None and kind in ("step", "lane")
    return StepView(
        kind, each.id, each.label or source.label, each.allowed, each.reasons,
        asks=source.asks if has_form else (),
        offers=(*source.offers, *(lane.changes if lane else ())) if has_form else (),
        to=each.to, opinion=_opinion(each, source), closes=closes and kind == "step",
    )  # fmt: skip


def _opinion(each: Any, source: Any) -> str:
    """Return when a written reason is wanted: to leave a queue or to skip it always, else as the step or lane says."""
    if each.kind == "set_aside" or each.skips:
        return "always"
    if each.kind in ("take", "resume") or source is None:
        return "never"
    return str(source.opinion)
