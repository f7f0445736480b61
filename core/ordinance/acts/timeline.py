"""The story of one record: who did what, when, what changed from what to what, seen with the reader's eyes.

Acts come from the events, notes and files from their own tables; all have ids that are in the order of time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ordinance.acts import codec
from ordinance.acts.beside import looked, seen
from ordinance.acts.desk import Desk
from ordinance.acts.differences import Differences
from ordinance.acts.files import files_of
from ordinance.acts.formerly import in_present_names
from ordinance.acts.house import Call, House
from ordinance.acts.notes import notes_of
from ordinance.acts.outcomes import Entry, Refused
from ordinance.acts.standing import SUPERSEDED, SUPERSEDED_WORDS
from ordinance.blueprint import Entity
from ordinance.problems import Text
from ordinance.process import Event, Workflow
from ordinance.storage import load
from ordinance.storage.ids import last_of

Record = dict[str, Any]

GROUPS = ("step", "change", "note", "file")
"""What a timeline may be narrowed to: acts of the process, changes of fields, notes, files."""

_PAGE = 200
_PAGES_MAX = 10

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
    "note": ("备注", "Note"),
    "note_gone": ("撤回了一条备注", "Took back a note"),
    "file": ("上传附件", "Added a file"),
    "file_gone": ("删除附件", "Removed a file"),
}
_OF_FIELDS = frozenset({"update", "edit"})


async def timeline(
    house: House, call: Call, entity: str, id: int, *,
    limit: int = 200, before: int | None = None, only: Collection[str] = (),
) -> list[Entry] | Refused:  # fmt: skip
    """Return what happened to a record, newest first; a field the reader does not see is not mentioned.

    Args:
        house: The site.
        call: Who reads.
        entity: The kind of record.
        id: The record.
        limit: How many lines at most.
        before: Only what happened before the line of this id.
        only: Which groups of lines (`GROUPS`); all of them when empty.
    """

    async def body(desk: Desk) -> list[Entry]:
        declared, record, projection = await seen(desk, entity, id)
        wanted = set(only) or set(GROUPS)
        told: list[Entry] = []
        if wanted & {"step", "change"}:
            told += await _acts(desk, declared, record, projection, wanted, before, limit)
        if "note" in wanted:
            told += await _notes(desk, entity, id, before, limit)
        if "file" in wanted:
            told += await _files(desk, declared, record, projection, before)
        return sorted(told, key=lambda each: each.id, reverse=True)[:limit]

    return await looked(house, call, body)


async def _acts(
    desk: Desk, entity: Entity, record: Record, projection: Any, wanted: set[str], before: int | None, limit: int
) -> list[Entry]:
    """Return what was done, newest first."""
    kept: list[Entry] = []
    for _ in range(_PAGES_MAX):
        rows = await desk.force.store.events.newest(desk.work, record["id"], before=before, limit=min(limit, _PAGE))
        found = await _entries(desk, entity, record, projection, rows)
        kept += [each for each in found if _is_wanted(each, wanted)]
        if len(rows) < min(limit, _PAGE) or len(kept) >= limit:
            break
        before = rows[-1]["id"]
    return kept


def _is_wanted(entry: Entry, wanted: set[str]) -> bool:
    if "step" in wanted and entry.kind not in _OF_FIELDS:
        return True
    return "change" in wanted and (entry.kind in _OF_FIELDS or bool(entry.changes))


async def _entries(desk: Desk, entity: Entity, record: Record, projection: Any, rows: list[Record]) -> list[Entry]:
    force, work = desk.force, desk.work
    people = {row["actor"] for row in rows} | {row["acting_for"] for row in rows}
    names = await force.store.inbox.names(work, people)
    await force.past.recall(work, force.store, rows, force.blueprint.revision)
    present = force.blueprint.workflows.get(record.get("workflow") or "")

    def under(row: Record) -> Workflow | None:
        """Return the workflow under which something happened: it has the words of its day."""
        known = {"workflow": record.get("workflow"), "revision": row["revision"]}
        return force.past.of(known, force.blueprint.revision) or present

    read = await in_present_names(desk, entity, [{**row, "body": load(row["body"]) or {}} for row in rows])
    differences = Differences(desk, entity, projection)
    await differences.know(_pairs(row["body"]) for row in read)
    return [_entry(under(row), row, names, differences) for row in read]


def _entry(workflow: Workflow | None, row: Record, names: Mapping[str, str], differences: Differences) -> Entry:
    kind = row["name"].rpartition(".")[2]
    event = codec.event_of(row["body"]) if _is_document_event(row["body"]) else None
    what = _what(workflow, event) if event is not None else Text(*_KINDS.get(kind, (kind, kind)))
    return Entry(
        at=row["at"],
        who=names.get(row["actor"], ""),
        what=what,
        kind=event.kind if event is not None else kind,
        changes=differences.of(_pairs(row["body"])),
        reason=row["reason"] or "",
        on_behalf_of=names.get(row["acting_for"] or "", ""),
        revision=row["revision"],
        id=row["id"],
        channel=row["channel"],
    )


def _pairs(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an event says changed: by field, what it was and what it is."""
    return (body.get("changes") or {}) if _is_document_event(body) else body


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


async def _notes(desk: Desk, entity: str, id: int, before: int | None, limit: int) -> list[Entry]:
    return [
        Entry(
            at=each.at,
            who=each.by,
            what=_named("note_gone" if each.removed else "note"),
            kind="note",
            reason=each.text,
            id=each.id,
            internal=each.internal,
            edited=each.edited,
            gone=each.removed,
            may_change=each.may_change,
            may_remove=each.may_remove,
        )
        for each in await notes_of(desk, entity, id, before=before, limit=limit)
    ]


async def _files(desk: Desk, entity: Entity, record: Record, projection: Any, before: int | None) -> list[Entry]:
    told: list[Entry] = []
    for each in await files_of(desk, entity, record, projection):
        file = (0 if each.removed else each.id, each.name)
        told.append(Entry(each.at, each.by, _named("file"), "file", id=each.id, file=file, internal=each.internal))
        if each.removed_at is not None:
            id = last_of(each.removed_at)
            told.append(
                Entry(
                    each.removed_at, each.removed_by, _named("file_gone"), "file_gone", id=id, file=(0, each.name),
                    internal=each.internal,
                )
            )  # fmt: skip
    return [each for each in told if before is None or each.id < before]
