"""The story of one record: who did what, when, what changed from what to what, seen with the reader's eyes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from ordinance.acts import codec
from ordinance.acts.desk import Desk, RefusedSignal
from ordinance.acts.house import Call, House
from ordinance.acts.outcomes import Change, Entry, Refused
from ordinance.acts.seeing import visible
from ordinance.acts.showing import SUPERSEDED, SUPERSEDED_WORDS
from ordinance.blueprint import Entity, Field
from ordinance.problems import Text, reason
from ordinance.process import Event, Workflow
from ordinance.storage import load

Record = dict[str, Any]

_PAGE = 1000
_PAIR = 2

_KINDS: Mapping[str, tuple[str, str]] = {
    "create": ("新建", "Created"),
    "update": ("修改", "Changed"),
    "delete": ("删除", "Deleted"),
    "edit": ("修改", "Changed"),
    "take": ("受理", "Taken"),
    "reassign": ("改派", "Reassigned"),
    "set_aside": ("搁置", "Set aside"),
    "resume": ("恢复", "Resumed"),
    "adopt": ("接续", "Taken over"),
    "tick": ("定时", "By the clock"),
    "poke": ("自动", "By itself"),
    "event": ("事件", "On an event"),
    "close": ("结束本环节", "Closed"),
    "withdrawn": ("撤回", "Withdrawn"),
    "migrate": ("流程修订", "The process changed"),
}


async def timeline(house: House, call: Call, entity: str, id: int, *, limit: int = 200) -> list[Entry] | Refused:
    """Return what happened to a record, newest first; a field the reader does not see is not mentioned."""
    declared = house.blueprint.entities.get(entity)
    if declared is None:
        return Refused("not_found", (reason("no_such_path"),))
    force = house.force
    async with house.database.work(write=False) as work:
        desk = Desk.of(force, work, call, {})
        record = (await force.store.get_many(work, entity, [id])).get(id)
        try:
            seen = await visible(desk, declared, record)
        except RefusedSignal as no:
            return no.refused
        rows = await _newest(desk, id, limit)
        people = {row["actor"] for row in rows} | {row["acting_for"] for row in rows}
        names = await force.store.inbox.names(work, people)
        await force.past.recall(work, force.store, rows, force.blueprint.revision)
    present = force.blueprint.workflows.get((record or {}).get("workflow") or "")

    def under(row: Record) -> Workflow | None:
        """Return the workflow under which something happened: it has the words of its day."""
        known = {"workflow": (record or {}).get("workflow"), "revision": row["revision"]}
        return force.past.of(known, force.blueprint.revision) or present

    return [
        _entry(desk, declared, under(row), {**row, "body": load(row["body"])}, names, seen) for row in reversed(rows)
    ]


async def _newest(desk: Desk, id: int, limit: int) -> list[Record]:
    """Return the last events of a record, oldest first."""
    kept: deque[Record] = deque(maxlen=limit)
    after = 0
    while True:
        rows = await desk.force.store.events.read(desk.work, id, after=after, limit=_PAGE)
        kept.extend(rows)
        if len(rows) < _PAGE:
            return list(kept)
        after = rows[-1]["id"]


def _entry(
    desk: Desk, entity: Entity, workflow: Workflow | None, row: Record, names: Mapping[str, str], seen: Any
) -> Entry:
    kind = row["name"].rpartition(".")[2]
    event = codec.event_of(row["body"]) if _is_document_event(row["body"]) else None
    if event is not None:
        what, kind = _what(workflow, event), event.kind
        changes = _from_pairs(desk, entity, row["body"].get("changes") or {}, seen)
    else:
        what = Text(*_KINDS.get(kind, (kind, kind)))
        changes = _from_pairs(desk, entity, row["body"] or {}, seen)
    return Entry(
        at=row["at"],
        who=names.get(row["actor"], ""),
        what=what,
        kind=kind,
        changes=tuple(changes),
        reason=row["reason"] or "",
        on_behalf_of=names.get(row["acting_for"] or "", ""),
        revision=row["revision"],
    )


def _is_document_event(body: Any) -> bool:
    return isinstance(body, Mapping) and "settled" in body and "state" in body


def _what(workflow: Workflow | None, event: Event) -> Text:
    if event.cause == SUPERSEDED:
        return SUPERSEDED_WORDS
    if event.kind in ("pass", "refuse", "lane", "cancel", "amend") and workflow is not None and event.step:
        lane, step = workflow.lanes.get(event.step), _step(workflow, event.step)
        label = lane.label if lane is not None else step.label if step is not None else _named(event.step)
        if event.kind == "refuse":
            return Text(f"{label.zh} 退回", f"{label.en}: sent back")
        return label
    passed = [step for step, each in event.settled.items() if each is not None and each.outcome in ("auto", "timer")]
    if passed and workflow is not None:
        labels = [step.label if (step := _step(workflow, id)) is not None else Text.of(id) for id in passed]
        return Text("、".join(each.zh for each in labels), ", ".join(each.en for each in labels))
    return Text(*_KINDS.get(event.kind, (event.kind, event.kind)))


def _named(id: str) -> Text:
    return Text(*_KINDS.get(id, (id, id)))


def _step(workflow: Workflow, id: str) -> Any:
    inside = (step for lane in workflow.lanes.values() for step in lane.steps)
    return workflow.step(id) or next((each for each in inside if each.id == id), None)


def _from_pairs(desk: Desk, entity: Entity, pairs: Mapping[str, Any], seen: Any) -> Iterable[Change]:
    for name, pair in pairs.items():
        field = _field(desk, entity, name, seen)
        if field is not None and isinstance(pair, list) and len(pair) == _PAIR:
            yield Change(field.label, _words(desk, field, pair[0]), _words(desk, field, pair[1]))


def _field(desk: Desk, entity: Entity, name: str, seen: Any) -> Field | None:
    """Return a field that the reader sees, of the record itself or, `customer.credit_limit`, of one it refers to."""
    head, _, below = name.partition(".")
    field = entity.fields.get(head)
    if field is None or not seen.reads(head) or not below:
        return field if field is not None and seen.reads(head) else None
    target = desk.force.blueprint.entities.get(field.to or "")
    if target is None or not desk.force.rights.projection(desk.call.actor, target.id).reads(below):
        return None
    return target.fields.get(below)


def _words(desk: Desk, field: Field, value: Any) -> str:
    """Return a plain stored value as a person reads it; lines are counted, not spelt out."""
    if value is None:
        return ""
    if field.fields:
        return Text(f"{len(value)} 行", f"{len(value)} lines").in_(desk.call.locale)
    if isinstance(value, Mapping):
        return str(value.get("title") or value.get("key") or value.get("id") or "")
    kind = desk.force.types.of(field)
    parsed = kind.parse(value, field)
    return (
        str(value)
        if isinstance(parsed, tuple) and not isinstance(value, list)
        else kind.to_text(parsed, field, desk.call.locale)
    )
