"""Run one request of the engine on a held document to its end: facts in, effects done, outcomes back, and write it.

The engine decides and never touches anything; this module touches and never decides (engine R4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ordinance.acts import derive, needs, writing
from ordinance.acts.context import ActionContext, ActionRefusedError
from ordinance.acts.departing import catch_up
from ordinance.acts.desk import Desk, Held, Seen, StoppedByItself, refuse
from ordinance.acts.facts import find_out, hidden_paths, refusals
from ordinance.acts.guarding import guard, required_faults
from ordinance.acts.live import live_names, reporting, without
from ordinance.acts.outcomes import RefusedKind
from ordinance.blueprint import Entity
from ordinance.problems import Reason, Text, reason
from ordinance.process import (
    Document,
    EffectCall,
    LedgerRow,
    Refusal,
    Request,
    Transition,
    begin,
    transition,
    wants,
)
from ordinance.process.advance import DONE
from ordinance.process.effects import plain_inputs

Record = dict[str, Any]

_BY_ITSELF = frozenset({"auto", "timer"})

_KINDS: tuple[tuple[RefusedKind, frozenset[str]], ...] = (
    ("stale", frozenset({"stale"})),
    ("not_allowed", frozenset({"not_allowed", "duty", "same_person", "not_assigned"})),
    ("invalid", frozenset({"missing", "evidence", "opinion_missing", "bad_target"})),
)


def kind_of(reasons: Iterable[Reason]) -> RefusedKind:
    """Return the kind of a refusal: the first of stale, no right, bad input that a reason gives; else conflict."""
    codes = {each.code for each in reasons}
    if "not_here" in codes or "ended" in codes:
        return "stale" if "stale" in codes else "conflict"
    return next((kind for kind, known in _KINDS if codes & known), "conflict")


async def loaded(desk: Desk, held: Held, record: Record) -> Record:
    """Return the record with every name that its workflow and its entity's formulas and conditions use."""
    return await _loaded(desk, held, record, derive_needs(desk, held.entity), "derived")


async def _standing(desk: Desk, held: Held, record: Record) -> Record:
    """Return the record with every name that its workflow and the conditions of its form use.

    It is enough where no value is given: what was derived was derived when it was written.
    """
    needed = desk.force.once(("conditions", held.entity.id), lambda: derive.needs_of_form(held.entity))
    return await _loaded(desk, held, record, needed, "standing")


async def _loaded(desk: Desk, held: Held, record: Record, own: needs.Tree, kind: str) -> Record:
    needed = desk.force.once(
        ("document", kind, held.workflow.id, held.workflow.revision, held.entity.id),
        lambda: needs.joined(needs.of_workflow(held.workflow), own),
    )
    if held.former is not None:
        needed = needs.joined(needed, needs.of_workflow(held.former))
    if held.seen is None or not held.seen.is_of(record, held.state, desk.loader, needed):
        (found,) = await desk.loader.load(held.entity, [{**record, "state": held.state}], needed)
        fields = found if held.former is None else needs.with_absent(found, needed)
        held.seen = Seen(record, held.state, desk.loader, needed, fields)
    return held.seen.fields


def derive_needs(desk: Desk, entity: Entity) -> needs.Tree:
    """Return what must be loaded to derive a record of the entity; worked out once."""
    return desk.force.once(("derive", entity.id), lambda: derive.needs_of(entity))


async def run(
    desk: Desk, held: Held, request: Request, given: Mapping[str, Any] | None = None, *, later: bool = False
) -> Transition:
    """Run a request on a held document; what it leads to is carried out, and the document is written.

    Args:
        desk: The act.
        held: The document.
        request: What is asked; its facts are completed here.
        given: Values sent with it, parsed, as stored values (references are ids).
        later: Leave the writing to what the same act does next with the document.

    Raises:
        RefusedSignal: an ordinary "no" with every reason.
    """
    values = dict(given or {})
    candidate = await _candidate(desk, held, values)
    fields = await (loaded if values or held.is_new else _standing)(desk, held, candidate)
    if values and not held.is_new:
        faults = guard(held.entity, values, held.stored, fields, desk.call.env(desk.force, fields))
        if faults:
            raise refuse("invalid", *faults)
    before = await _before(desk, held, fields, values)
    goes_on = held.way or transition
    starts = begin if request.kind in ("create", "adopt") else goes_on
    calendar = desk.force.blueprint.company.calendar
    document = held.document(before)
    workflow, live = reporting(desk.force, held.workflow), live_names(desk.force, held.workflow)
    known = await find_out(desk, held, fields, wants(workflow, document, request))
    request = replace(
        request,
        input={**{name: fields[name] for name in values if name in fields}, **request.input},
        facts={**_facts(desk, held, request, fields), **request.facts, **known},
    )
    result = starts(workflow, document, request, desk.call.now, calendar)
    reported: dict[tuple[str, int], Mapping[str, Any]] = {}
    back: Record = {}
    while not isinstance(result, Refusal) and result.more:
        outcomes = await _carry_out(desk, held, result, fields, back)
        reported |= outcomes
        if outcomes:
            fields = await _after_effects(desk, held, candidate, reported)
            outcomes = {key: {**{name: fields.get(name) for name in live}, **found} for key, found in outcomes.items()}
        facts = await find_out(desk, held, fields, result.wants)
        again = Request(request.id, "continue", actor=request.actor, outcomes=outcomes, facts=facts)
        document = _seeing(desk, held, result.document, fields)
        result = goes_on(workflow, document, again, desk.call.now, calendar)
    lacking = _lacking(desk, held, request, result, fields)
    if isinstance(result, Refusal):
        if result.attempt is not None:
            raise StoppedByItself(held.id, result.attempt, result.reasons)
        said = {each.where for each in result.reasons}
        raise refuse(kind_of(result.reasons), *result.reasons, *(each for each in lacking if each.where not in said))
    if lacking:
        raise refuse("invalid", *lacking)
    reported |= await _carry_out(desk, held, result, fields, back)
    stood = held.state
    await _keep(desk, held, request, _with_outcomes(without(result, live), reported), candidate, back)
    if held.state.hold is not None and held.way is None:
        await catch_up(desk, held, stood, run)
    if held.unwritten and not later:
        await writing.write(desk, held)
    return result


def _lacking(
    desk: Desk, held: Held, request: Request, result: Transition | Refusal, fields: Record
) -> tuple[Reason, ...]:
    """Return a fault for each field that must be filled in before the document leaves where it stood, and is not.

    A field that a later form asks or offers is not wanted yet, and what opens by itself is nobody's to fill in.
    """
    if request.kind not in ("pass", "create") or request.cause:
        return ()
    settled = held.state.settled if isinstance(result, Refusal) else result.document.state.settled
    if not isinstance(result, Refusal) and result.document.state.phase == "draft":
        return ()
    step = request.step or (held.state.waits[0] if held.state.waits else "")
    open_ones = [each for each in held.workflow.steps if each.id not in settled and each.id != step]
    coming = {path for each in open_ones for path in (*each.asks, *each.offers)}
    faults = required_faults(held.entity, fields, desk.call.env(desk.force, fields))
    return tuple(each for each in faults if _path_of(each) not in coming)


def _path_of(fault: Reason) -> tuple[str, ...]:
    """Return the field a fault points at; a row of lines does not count."""
    return tuple(part for part in (fault.where or "").split("/") if part and not part.isdigit())


async def _candidate(desk: Desk, held: Held, values: Record) -> Record:
    """Return the record as it would be: values in, copies taken, formulas worked out.

    Without values nothing follows anew: what was derived was derived when it was written.
    """
    if not values and not held.is_new:
        return held.record
    record = (
        dict(held.record)
        if held.is_new
        else {**held.record, **derive.row_defaults(desk.force.types, held.entity, values)}
    )
    (known,) = await desk.loader.load(held.entity, [{**record, "state": held.state}], derive_needs(desk, held.entity))
    before = None if held.is_new else held.stored
    filled = derive.copied(held.entity.fields, known, before, values)
    if held.state.phase in ("complete", "cancelled"):
        return writing.flat(held.entity, filled)
    done = derive.computed(desk.force.types, held.entity, filled, desk.call.env(desk.force, filled))
    return _with_row_ids(desk, held, writing.flat(held.entity, done))


def _with_row_ids(desk: Desk, held: Held, record: Record) -> Record:
    """Return the record with an id for each new row of lines: what an effect is told of them must not change later."""
    for field in held.entity.fields.values():
        if field.fields and record.get(field.id):
            known = {row.get("id") for row in held.stored.get(field.id) or ()}
            record[field.id] = [
                row if row.get("id") in known else {**row, "id": desk.work.new_row(desk.call.now)}
                for row in record[field.id]
            ]
    return record


async def _before(desk: Desk, held: Held, fields: Record, values: Record) -> Record:
    """Return the fields as they stood, but with what merely follows from the input already in: nobody edits that."""
    if not values or held.is_new:
        return fields
    old = await loaded(desk, held, held.record)
    following = {name: value for name, value in fields.items() if name not in values}
    for name in values:
        field = held.entity.fields.get(name)
        if field is not None and field.fields:
            following[name] = writing.with_derived(field, old.get(name) or [], fields.get(name) or [])
        else:
            following[name] = old.get(name)
    return following


def _facts(desk: Desk, held: Held, request: Request, fields: Mapping[str, Any]) -> dict[str, Any]:
    steps = [*held.state.waits, *(held.state.lane.waits if held.state.lane else ())]
    asked = [step.id for step in held.workflow.steps if held.is_new or step.id in steps]
    return {
        "refusals": refusals(desk, held, request, asked),
        "hidden": hidden_paths(desk, held, fields),
        "user": desk.call.actor.user(),
        "functions": desk.force.code.functions,
        "left": desk.left.get(held.id, {}),
    }


async def _carry_out(
    desk: Desk, held: Held, result: Transition, fields: Mapping[str, Any], back: Record
) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Carry out the effects of a transition, in order; return what each wrote.

    What a way back wrote into the document is put into `back`, unless something that ran later wrote it anew.
    """
    outcomes: dict[tuple[str, int], Mapping[str, Any]] = {}
    if result.effects and not held.has_row:
        await writing.insert_row(desk, held, writing.flat(held.entity, {**held.record, **fields}))
    for effect in result.effects:
        found = await _one(desk, held, effect, fields, _attempt(held, result, effect))
        if effect.verb == "do":
            outcomes[effect.effect, effect.round] = found
            for name in found:
                back.pop(name, None)
        else:
            back |= found
    return outcomes


def _attempt(held: Held, result: Transition, effect: EffectCall) -> str | None:
    """Return the step whose passing by itself leads to an effect; None if a person is behind it."""
    if effect.settles in _BY_ITSELF:
        return effect.step
    if result.event is None:
        return result.attempt
    row = next((row for row in result.event.ledger if (row.effect, row.round) == (effect.effect, effect.round)), None)
    passed = [
        (each.seq, step) for step, each in result.event.settled.items()
        if each is not None and each.outcome in _BY_ITSELF and row is not None and each.seq < row.seq
    ]  # fmt: skip
    return max(passed)[1] if passed else None


async def _one(
    desk: Desk, held: Held, effect: EffectCall, fields: Mapping[str, Any], attempt: str | None
) -> Mapping[str, Any]:
    code = desk.force.code.actions.get(effect.action)
    if code is None:
        return {}
    # The doors lead back into this module: an action may open another document.
    from ordinance.acts.doors import Doors

    context = ActionContext(
        desk.force, desk.work, desk.call, fields, effect.inputs, effect.outcome,
        held.entity.id, held.id, held.workflow.id, effect.step, effect.round, Doors(desk, held),
    )  # fmt: skip
    try:
        found = await code(context)
    except ActionRefusedError as no:
        if attempt is not None and attempt not in desk.left.get(held.id, {}):
            raise StoppedByItself(held.id, attempt, (no.reason,)) from no
        raise refuse("conflict", _said_by(desk, held, effect, no.reason)) from no
    spec = desk.force.blueprint.actions.get(effect.action)
    for event in spec.emits if spec is not None else ():
        desk.emit(event, held.entity.id, held.id, {**effect.inputs, **(found or {})})
    return found or {}


def _said_by(desk: Desk, held: Held, effect: EffectCall, why: Reason) -> Reason:
    """Return the reason of an action, with the words that a step which is off makes its action run here."""
    if effect.settles != "off":
        return why
    step = held.workflow.step(effect.step)
    spec = desk.force.blueprint.actions.get(effect.action)
    return reason(
        "runs_here", why.where, step=step.label if step else Text.of(effect.step),
        action=spec.label if spec else Text.of(effect.action), why=why.message, got=why.code, place=why.place,
    )  # fmt: skip


async def _after_effects(
    desk: Desk, held: Held, candidate: Record, outcomes: Mapping[tuple[str, int], Mapping[str, Any]]
) -> Record:
    """Return the fields loaded anew: departments' values may have changed with what the effects did."""
    written = {name: value for outcome in outcomes.values() for name, value in outcome.items()}
    desk.refresh()
    return await loaded(desk, held, await follow(desk, held, candidate, {**candidate, **written}))


async def follow(desk: Desk, held: Held, before: Record, after: Record) -> Record:
    """Return the record as stored, its formulas worked out again if something they read is not as it was."""
    record = writing.flat(held.entity, after)
    if not any(record.get(name) != before.get(name) for name in formula_reads(desk, held.entity)):
        return record
    (known,) = await desk.loader.load(held.entity, [{**record, "state": held.state}], derive_needs(desk, held.entity))
    made = derive.computed(desk.force.types, held.entity, known, desk.call.env(desk.force, known))
    return {**record, **writing.flat(held.entity, made)}


def formula_reads(desk: Desk, entity: Entity) -> frozenset[str]:
    """Return the fields of an entity that its formulas read, by the first name of their paths."""
    return desk.force.once(("formula reads", entity.id), lambda: derive.formula_reads(entity))


def _with_outcomes(result: Transition, reported: Mapping[tuple[str, int], Mapping[str, Any]]) -> Transition:
    """Return the transition with what actions answered in its ledger: the way back needs it (what was opened, made)."""
    answered = {key: plain_inputs(dict(found)) for key, found in reported.items() if found}
    if not answered or result.event is None:
        return result

    def told(row: LedgerRow) -> LedgerRow:
        found = answered.get((row.effect, row.round))
        return replace(row, outcome=found) if found and row.state == "done" and not row.outcome else row

    ledger = tuple(map(told, result.document.ledger))
    event = replace(result.event, ledger=tuple(map(told, result.event.ledger)))
    return replace(result, document=replace(result.document, ledger=ledger), event=event)


def _seeing(desk: Desk, held: Held, document: Document, fields: Mapping[str, Any]) -> Document:
    """Return the stopped document with what follows as it is now; its own fields are the engine's business."""
    pending = document.pending
    if pending is None:
        return document
    following = [name for owner, name in desk.force.blueprint.values if owner == held.entity.id]
    following += [each.id for each in held.entity.fields.values() if each.formula is not None]
    current = {name: fields[name] for name in following if name in fields}
    began = replace(pending.document, fields={**pending.document.fields, **current})
    return replace(document, pending=replace(pending, document=began))


async def _keep(
    desk: Desk, held: Held, request: Request, result: Transition, candidate: Record, back: Mapping[str, Any]
) -> None:
    """Write what the transition made of the document, and pass on what it tells and emits."""
    held.transition = result
    if result.event is None:
        return
    if held.state.phase not in ("complete", "cancelled"):
        held.record = await _record_after(desk, held, result, candidate, back)
    held.state, held.ledger = result.document.state, result.document.ledger
    held.is_new = False
    if held.state.ended == DONE and held.record.get("version_of") is not None and held.entity.versioned:
        # A version that is done takes its predecessor out of force, which is a document of its own.
        from ordinance.acts.versions import supersede

        await supersede(desk, held, request)
    held.unwritten.append((request, result.event))
    desk.touched.append((held.entity.id, held.record))
    for tell in result.tells:
        env = desk.call.env(desk.force, result.document.fields)
        if tell.when is None or tell.when.evaluate(env) is True:
            target: Any = tell.target if tell.kind != "field" else _named(result.document, tell.target)
            desk.tell(held.entity.id, held.id, target if tell.kind != "everyone" else "everyone", tell.message, {})
    for name in result.emits:
        desk.emit(name, held.entity.id, held.id, {})


async def _record_after(
    desk: Desk, held: Held, result: Transition, candidate: Record, back: Mapping[str, Any]
) -> Record:
    """Return the record as the transition leaves it; the candidate itself if nothing was written into it."""
    if not back and result.event is not None and not result.event.patch:
        return candidate
    written = {**result.document.fields, **back}
    after = {name: value for name, value in written.items() if name in held.entity.fields}
    return {**candidate, **await follow(desk, held, candidate, {**candidate, **after})}


def _named(document: Document, dotted: str) -> Any:
    value: Any = document.fields
    for name in dotted.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
