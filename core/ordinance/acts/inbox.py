"""What waits for whom: the inbox over all entities, the counts of the navigation, notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from ordinance.acts.assigning import preference
from ordinance.acts.desk import Desk
from ordinance.acts.house import Call, Force, House
from ordinance.acts.needs import Tree
from ordinance.acts.notes import MENTIONED
from ordinance.acts.outcomes import Page, Refused, Task
from ordinance.acts.rules import fragments, person_fragment
from ordinance.acts.seeing import visible
from ordinance.acts.standing import status_of
from ordinance.blueprint import Entity
from ordinance.problems import Text, reason
from ordinance.process import Workflow
from ordinance.process.model import Step
from ordinance.storage import After, Door, Fragment

Record = dict[str, Any]


async def inbox(
    house: House, call: Call, *, limit: int = 50, cursor: str | None = None, entity: str = "", step: str = ""
) -> Page | Refused:
    """Return the documents that wait for the actor, oldest first: of all entities, of one, or at one step of it."""
    force = house.force
    behind = [each for each in doors(force, call) if _is_at(force, each, entity, step)]
    try:
        after = _cursor(cursor) if cursor else None
    except (ValueError, OverflowError, OSError):
        return Refused("bad_request", (reason("bad_parameter", "cursor", name="cursor", detail=cursor or ""),))
    people = (str(call.actor.id), *(str(face.id) for face in call.actor.deputy_for))
    async with house.database.work(write=False) as work:
        rows = await force.store.inbox.waiting(work, behind, people, limit=limit + 1, after=after)
        tasks = await _tasks(force, call, work, rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    more = f"{last['later']}_{last['since'].timestamp():.6f}_{last['id']}" if last is not None else None
    return Page(tuple(tasks), more)


async def counts(house: House, call: Call) -> dict[tuple[str, str], int]:
    """Return how many documents wait for the actor, by entity and step."""
    force = house.force
    people = (str(call.actor.id), *(str(face.id) for face in call.actor.deputy_for))
    async with house.database.work(write=False) as work:
        return await force.store.inbox.counts(work, doors(force, call), people)


def _is_at(force: Force, door: Door, entity: str, step: str) -> bool:
    workflow = force.blueprint.workflows.get(door.workflow)
    of = workflow.entity if workflow is not None else door.workflow
    return (not entity or of == entity) and (not step or door.step == step)


def _cursor(text: str) -> After:
    later, since, id = text.split("_")
    return int(later), datetime.fromtimestamp(float(since), UTC), int(id)


def _mine(force: Force, call: Call) -> list[tuple[Workflow, str, Step]]:
    """Return (workflow, lane, step) of every step the actor may do, by role or by grant."""
    roles = set(call.actor.all_roles())
    found = []
    for workflow in (*force.blueprint.workflows.values(), *force.past.pinned.values()):
        acts = set(force.rights.acts(call.actor, workflow.entity, workflow.id))
        for gone in force.past.gone(workflow, force.blueprint):
            former = force.past.rights(workflow, gone, force.blueprint)
            if former is not None and former.may(call.actor, gone, workflow.entity, workflow.id):
                acts.add(gone)
        lanes = [("", workflow.steps), *((lane.id, lane.steps) for lane in workflow.lanes.values())]
        for lane, steps in lanes:
            mine = (
                step for step in steps
                if (roles & set(step.by)) or (not step.by and step.id in acts) or step.person is not None
            )  # fmt: skip
            found += [(workflow, lane, step) for step in mine]
    return found


def doors(force: Force, call: Call) -> list[Door]:
    """Return the steps through which documents reach the actor, each with what it may see of those that wait there."""
    made = []
    for workflow, lane, step in _mine(force, call):
        entity = force.blueprint.entities[workflow.entity]
        rights = force.past.rights(workflow, step.id, force.blueprint) or force.rights
        rows = rights.rows(call.actor, entity.id, step.id)
        if rows.none:
            continue
        own = person_fragment(force, entity, call.actor, step.person) if step.person is not None else None
        table = force.store.records[entity.id].shape.table
        seen, first = fragments(force, call, entity, rows), preference(force, entity, step)
        made.append(Door(workflow.id, lane, step.id, table, seen, own, first))
    return [*made, *_joined(force, call)]


def _joined(force: Force, call: Call) -> Iterator[Door]:
    """Yield the steps that rules opened to a role of the actor (`adds`), for the documents where they did."""
    roles = {role for face in call.actor.faces() for role in face.roles}
    for workflow in force.blueprint.workflows.values():
        entity = force.blueprint.entities[workflow.entity]
        lanes = [("", workflow.steps), *((lane.id, lane.steps) for lane in workflow.lanes.values())]
        added = [(lane, step, rule) for lane, steps in lanes for step in steps for rule in step.by_itself if rule.adds]
        for lane, step, rule in added:
            rows = force.rights.rows(call.actor, entity.id, "read")
            if not roles & set(rule.adds) or roles & set(step.by) or rows.none:
                continue
            # The state says it in these very words, and nothing else in it is a list of roles under a step.
            where = Fragment("t.state LIKE ?", (f'%"{step.id}":{msgspec.json.encode(rule.adds).decode()}%',))
            table = force.store.records[entity.id].shape.table
            first = preference(force, entity, step)
            yield Door(workflow.id, lane, step.id, table, fragments(force, call, entity, rows), where, first)


async def _tasks(force: Force, call: Call, work: Any, rows: list[Record]) -> list[Task]:
    by_entity: dict[str, list[int]] = {}
    for row in rows:
        by_entity.setdefault(row["entity"], []).append(row["document"])
    records = {
        (entity, id): record
        for entity, ids in by_entity.items()
        for id, record in (await force.store.get_many(work, entity, ids)).items()
    }
    desk = Desk.of(force, work, call, {})
    tasks = []
    for row in rows:
        record = records.get((row["entity"], row["document"]))
        if record is not None:
            tasks.append(await _task(desk, row, record))
    return tasks


async def _task(desk: Desk, row: Record, record: Record) -> Task:
    force, call = desk.force, desk.call
    entity = force.blueprint.entities[row["entity"]]
    workflow = force.workflow_of(record) or force.blueprint.workflows[row["workflow"]]
    lane = workflow.lanes.get(row["lane"] or "")
    steps = lane.steps if lane is not None else workflow.steps
    step = next((each for each in steps if each.id == row["step"]), None)
    seen = await visible(desk, entity, record)
    title = await title_of(desk, entity, record, seen)
    types = force.types
    amount = next(
        (each for each in entity.fields.values() if each.formula and types.of(each).is_amount and seen.reads(each.id)),
        None,
    )
    return Task(
        entity=entity.id,
        id=record["id"],
        number=record.get("number") or "",
        title=title,
        step=row["step"],
        label=step.label if step is not None else Text.of(row["step"]),
        status=status_of(force, record) or Text(),
        since=row["since"],
        due=row["due_at"],
        amount=None if amount is None else force.types.of(amount).to_text(record.get(amount.id), amount, call.locale),
        version=record["version"],
        quick=step is not None and not step.asks and step.opinion != "always",
    )


async def title_of(desk: Desk, entity: Entity, record: Record, seen: Any) -> str:
    """Return how a record is called: its title field, by name if it is a reference; else its key or number."""
    types = desk.force.types
    name = entity.title or next((each.id for each in entity.fields.values() if types.of(each).target(each)), None)
    field = entity.fields.get(name or "")
    if field is None or not seen.reads(field.id) or record.get(field.id) is None:
        return record.get("number") or ""
    if types.of(field).target(field) is None:
        return desk.force.types.of(field).to_text(record[field.id], field, desk.call.locale)
    target = desk.force.blueprint.entities.get(field.to or "")
    if target is None:
        return ""
    needed: Tree = {field.id: {each: {} for each in (target.title, target.key) if each}}
    (loaded,) = await desk.loader.load(entity, [record], needed)
    shown = loaded.get(field.id)
    if not isinstance(shown, Mapping):
        return ""
    return str(shown.get(target.title or "") or shown.get(target.key or "") or "")


async def notifications(house: House, call: Call, *, limit: int = 30) -> list[Record]:
    """Return the newest notices of the actor: at, text in its language, entity, document, read or not."""
    async with house.database.work(write=False) as work:
        found = await house.force.store.notices.of(work, str(call.actor.id), limit=limit)
    return [{**each, "text": _spoken(house.force, call, each)} for each in found]


def _spoken(force: Force, call: Call, notice: Record) -> str:
    """Return a notice in the reader's language: the words of its message, or what stands where."""
    values = {
        name: each.get(call.locale, "") if isinstance(each, Mapping) else str(each)
        for name, each in (notice["body"] or {}).items()
    }
    message = notice["message"] or ""
    words = force.blueprint.messages.get(message) or _OWN.get(message)
    if words is None and message:
        return message
    if words is None:
        entity = force.blueprint.entities.get(notice["entity"] or "")
        about = entity.label.in_(call.locale) if entity is not None else ""
        parts = (about, values.get("number", ""), values.get("status", ""))
        return " ".join(each for each in parts if each)
    text = words.in_(call.locale)
    for name, each in values.items():
        text = text.replace(f"{{{name}}}", each)
    return text


_OWN: Mapping[str, Text] = {
    MENTIONED: Text("{who} 在{what} {number} 提到了您：{text}", "{who} mentioned you on {what} {number}: {text}"),
}
"""What the house itself tells people."""


async def unread(house: House, call: Call) -> int:
    """Return how many notices the actor has not read."""
    async with house.database.work(write=False) as work:
        return await house.force.store.notices.unread(work, str(call.actor.id))


async def mark_read(house: House, call: Call, ids: Iterable[int] | None = None) -> None:
    """Mark notices of the actor as read: these, or all."""
    async with house.database.work() as work:
        await house.force.store.notices.mark_read(work, str(call.actor.id), call.now, ids)
