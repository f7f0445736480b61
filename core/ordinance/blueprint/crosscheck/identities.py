"""Ids that mean something else already: reserved words, verbs, names the engine gives."""

from __future__ import annotations

from ordinance.access.source import VERBS
from ordinance.blueprint.draft import Draft
from ordinance.blueprint.engine_names import OF_EVERY_DOCUMENT, OF_EVERY_RECORD
from ordinance.blueprint.values import Entity
from ordinance.process.model import Workflow

RESERVED_STEPS = frozenset({"draft", "complete"})
RESERVED_FIELDS = frozenset({"user", "new", "event", "parent"})
_OF_A_ROW = frozenset({"id", "parent", "position"})


def check(draft: Draft) -> None:
    """Report steps, lanes and fields whose id is taken."""
    documents = {workflow.entity for workflow in draft.workflows.values()}
    for workflow in draft.workflows.values():
        _steps(draft, workflow)
    for entity in draft.entities.values():
        _fields(draft, entity, is_document=entity.id in documents)


def _steps(draft: Draft, workflow: Workflow) -> None:
    seen: dict[str, str] = {}
    for gate in draft.gates(workflow):
        if gate.id in RESERVED_STEPS:
            draft.report("reserved_step", gate.path, id=gate.id)
        if gate.id in VERBS:
            draft.report("step_is_verb", gate.path, id=gate.id)
        if gate.id in seen:
            draft.report("step_id_twice", gate.path, id=gate.id, other=seen[gate.id])
        seen.setdefault(gate.id, gate.thing.label.en or gate.id)


def _fields(draft: Draft, entity: Entity, *, is_document: bool) -> None:
    taken = RESERVED_FIELDS | OF_EVERY_RECORD.keys() | (OF_EVERY_DOCUMENT.keys() if is_document else frozenset())
    path = ("entities", entity.id, "fields")
    for name, field in entity.fields.items():
        if name in taken:
            draft.report("reserved_field", (*path, name), id=name)
        for below in field.fields:
            if below in _OF_A_ROW:
                draft.report("reserved_field", (*path, name, "fields", below), id=below)
    for name, back in entity.backs.items():
        if name in entity.fields:
            place = ("entities", back.entity, "fields", *back.field.split("."), "back")
            draft.report("back_is_field", place, name=name, entity=entity.id)
