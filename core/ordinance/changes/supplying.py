"""Values for documents that lack them, and names in a change: read, and everything that is wrong with them told.

Whoever supplies a value types it, in a form or on a command line: it is read as the field's type reads a text, and a
reference by its key. Source: engine M8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from ordinance.acts import Call, Force
from ordinance.blueprint import Blueprint, Field, Renames
from ordinance.changes.change import EVERY, Change
from ordinance.changes.plan import Question
from ordinance.fields import Reasons
from ordinance.problems import Reason, did_you_mean, reason
from ordinance.process import Workflow
from ordinance.storage import Work

Record = dict[str, Any]


async def supplied_for(
    work: Work, old: Force, new: Force, change: Change, workflow: Workflow, names: Renames, call: Call
) -> tuple[Record, tuple[Reason, ...]]:
    """Return the values supplied for documents that lack them, as stored, and what is wrong with them.

    Args:
        work: A unit of work, the tables as they are before the change.
        old: The configuration in force.
        new: The one that is proposed.
        change: The change.
        workflow: The workflow, as it is in force.
        names: What is called otherwise then.
        call: Who asks.
    """
    declared = new.blueprint.entities.get(names.owner(workflow.entity))
    values: Record = {}
    faults: list[Reason] = []
    for name, value in change.values(workflow.id).items() if declared is not None else ():
        field = declared.fields.get(name) if declared is not None else None
        if field is None:
            continue  # told as a name that is not there
        found = await _value(work, old, new, field, value, names, call)
        if isinstance(found, Reasons):
            faults += [replace(each, where=f"/{name}{each.where or ''}") for each in found]
        else:
            values[name] = found
    return values, tuple(faults)


async def _value(
    work: Work, old: Force, new: Force, field: Field, value: Any, names: Renames, call: Call
) -> Any | Reasons:
    kind = new.types.of(field)
    zone = ZoneInfo(new.blueprint.company.zone)
    if field.formula is not None or field.fields:
        return Reasons((reason("read_only", label=field.label),))
    found = kind.parse_text(value, field, call.locale, zone) if isinstance(value, str) else kind.parse(value, field)
    target = kind.target(field)
    if isinstance(found, Reasons) or target is None or found is None:
        return found
    # The records are there under their old names still.
    entity = names.back().owner(target) if names else target
    if hasattr(found, "text"):
        ids = (await old.store.ids_by_key(work, entity, [found.text])).get(found.text, ())
    else:
        ids = tuple(await old.store.existing(work, entity, [found]))
    if len(ids) == 1:
        return ids[0]
    label = new.blueprint.entities[target].label
    return Reasons((reason("ambiguous" if ids else "bad_reference", entity=label, got=str(value)),))


def misnamed(change: Change, old: Blueprint, new: Blueprint, names: Renames) -> tuple[Question, ...]:
    """Return a question for each name in what a change decides that is the name of nothing."""
    found = [*_workflows(change, old)]
    for id, values in change.supplied.items():
        workflow = old.workflows.get(id)
        entity = new.entities.get(names.owner(workflow.entity)) if workflow is not None else None
        fields: Mapping[str, Any] = entity.fields if entity is not None else {}
        for name in values if workflow is not None else ():
            if name not in fields:
                remedy = did_you_mean(name, fields)
                found.append((id, reason("unknown_field", f"/{name}", name=name, remedy=remedy)))
    for id, step in change.landings.items():
        after = new.workflows.get(id)
        steps = [each.id for each in after.steps] if after is not None else []
        if id in old.workflows and step not in steps:
            found.append((id, reason("unknown_step", step, name=step, remedy=did_you_mean(step, steps))))
    return tuple(Question(id, 0, (), (why,), ()) for id, why in found)


def _workflows(change: Change, old: Blueprint) -> Iterator[tuple[str, Reason]]:
    for id in dict.fromkeys((*change.choices, *change.supplied, *change.landings)):
        if id != EVERY and id not in old.workflows:
            yield id, reason("unknown_process", id, name=id, remedy=did_you_mean(id, old.workflows))
