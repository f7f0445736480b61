"""Plan a change: read the files it would make, compare, count on the real rows, try on one document of each class.

Nothing is written and nobody is held up: it is read in one snapshot, beside everybody who works.
Source: design.md §6 (plan), engine M6, M8.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ordinance.access import ENGINE
from ordinance.accounts import TABLES
from ordinance.acts import Call, Force, House
from ordinance.blueprint import Blueprint, Renames, load, renames_between
from ordinance.changes.change import Change
from ordinance.changes.difference import differences
from ordinance.changes.essence import essence
from ordinance.changes.forming import Formed, force_of, formed
from ordinance.changes.guards import guards_lost
from ordinance.changes.impact import Impact, told
from ordinance.changes.moving import Fate, Trial, as_seen
from ordinance.changes.obstacles import obstacles
from ordinance.changes.own import put_on_present
from ordinance.changes.plan import Plan, TableChange
from ordinance.changes.renaming import in_old_names, renames_to
from ordinance.changes.retiring import Judgement, judged, readers
from ordinance.changes.returning import apart
from ordinance.changes.supplying import misnamed, supplied_for
from ordinance.changes.survey import Flow, Group, Progress, silent, survey
from ordinance.changes.tables import Trim, table_changes
from ordinance.problems import Problem, Reason, SiteError
from ordinance.process import Workflow
from ordinance.storage import Work


@dataclass(slots=True)
class Fortune:
    """What becomes of the documents of one workflow: each class with the fate of one of its documents."""

    flow: Flow
    groups: list[tuple[Group, Fate]] = field(default_factory=list)
    pinned: int = 0
    supplied: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A change worked out: the configuration it makes, and what becomes of documents."""

    plan: Plan
    made: Formed | None
    force: Force | None
    fortunes: tuple[Fortune, ...] = ()


async def plan(house: House, change: Change, now: datetime, *, progress: Progress = silent) -> Plan:
    """Return what applying a change would do, on the revision in force.

    A change that was made on an earlier revision is put on top of the present one; where both changed the same lines
    the plan is stale, and nothing can be applied.

    Args:
        house: The site.
        change: What the configuration shall be.
        now: The moment.
        progress: Told how many documents in flight have been looked at, of how many.
    """
    return (await draft(house, change, now, progress=progress)).plan


async def draft(house: House, change: Change, now: datetime, *, progress: Progress = silent) -> Draft:
    """Return the plan of a change with what applying it needs."""
    if house.renew is not None:
        await house.renew()
    present = await put_on_present(house, change)
    change, is_stale = present or change, present is None
    # Reading takes a fifth of a second; meanwhile others are served.
    made, problems = await asyncio.to_thread(_made, house, change)
    base = house.blueprint.revision
    if made is None:
        return Draft(Plan(change, base, "", now, problems=problems, is_stale=is_stale), None, None)
    force = force_of(house.site, house.database, made, house.force.past)
    async with house.database.work(write=False, snapshot=True) as work:
        names = await renames_to(work, house.force, made.blueprint)
        fortunes = await foresee(work, house.force, force, change, now, names, progress)
        fields = judged(await readers(work, house.force, fortunes), house.force, force, names)
        tables = await _tables(work, house.force, force, change, names, fields)
        asked = (*fields.questions, *await obstacles(work, house.force, force))
        asked += misnamed(change, house.blueprint, made.blueprint, names)
        known = await house.force.store.revisions.get(work, base)
    is_same = known is not None and made.blueprint.revision == base and dict(known.files or {}) == dict(change.files)
    is_known = is_same and not any(each.rows and not each.is_offer for each in tables)
    found = Plan(
        change=replace(change, base=base), base=base, revision=made.blueprint.revision, made_at=now,
        problems=_fresh(made, house.blueprint), differences=differences(house.blueprint, made.blueprint, names),
        guards=guards_lost(house.blueprint, made.blueprint, names), tables=tables,
        rows=_rows(house.blueprint, made.blueprint),
        pinned=sum(each.pinned for each in fortunes), is_known=is_known, is_stale=is_stale,
    )  # fmt: skip
    whole = told(Impact(house.force, force, change, names), found, fortunes)
    return Draft(replace(whole, questions=(*whole.questions, *asked)), made, force, fortunes)


def _made(house: House, change: Change) -> tuple[Formed | None, tuple[Problem, ...]]:
    loaded = load(house.site, files=change.files)
    try:
        return formed(house.site, loaded, change.files), ()
    except SiteError as error:
        return None, error.problems


def _fresh(made: Formed, old: Blueprint) -> tuple[Problem, ...]:
    """Return the warnings and notes that the configuration in force does not have already."""
    known = {(each.code, each.message) for each in old.problems}
    return tuple(each for each in made.notes if (each.code, each.message) not in known)


async def _tables(
    work: Work, old: Force, new: Force, change: Change, names: Renames, fields: Judgement
) -> tuple[TableChange, ...]:
    found = await table_changes(work, old, new, Trim(names, fields, change.anyway), TABLES)
    return tuple(replace(each, is_blocking=each.is_blocking and each.name not in change.anyway) for each in found)


def _rows(old: Blueprint, new: Blueprint) -> tuple[str, ...]:
    return tuple(
        f"{entity} {key}" for entity, rows in new.data.items() for key in rows if key not in old.data.get(entity, {})
    )


def flows(old: Blueprint, new: Blueprint, names: Renames | None = None) -> tuple[Flow, ...]:
    """Return the workflows whose documents may fare otherwise under the new configuration, both in present names."""
    names = names or renames_between(old.entities, new.entities)
    found = [Flow(each, _same(each, new, names), new.revision) for each in old.workflows.values()]
    return tuple(each for each in found if each.new is None or essence(each.old) != essence(each.new))


def _same(workflow: Workflow, new: Blueprint, names: Renames) -> Workflow | None:
    """Return what takes the place of a workflow: the one of that id, if it still moves the same kind of record."""
    found = new.workflows.get(workflow.id)
    if found is None or found.entity != names.entities.get(workflow.entity):
        return None
    return in_old_names(found, new, names)


async def foresee(
    work: Work, old: Force, new: Force, change: Change, now: datetime, names: Renames, progress: Progress = silent
) -> tuple[Fortune, ...]:
    """Return what becomes of the documents in flight of each workflow that changes.

    Args:
        work: A unit of work.
        old: The configuration in force, whose tables are there.
        new: The one that is proposed.
        change: What is to be.
        now: The moment.
        names: What is called otherwise then.
        progress: Told how many documents have been looked at, of how many.
    """
    call = Call(ENGINE, now, channel="system")
    found = []
    for flow in flows(old.blueprint, new.blueprint, names):
        entity = names.owner(flow.old.entity)
        supplied, faults = await supplied_for(work, old, new, change, flow.old, names, call)
        fortune = Fortune(flow, supplied=supplied, faults=faults)
        groups, fortune.pinned = await survey(work, old, flow, call.env(old, {}), progress)
        if change.reverts is not None:
            groups = await apart(work, old, flow, change.reverts, groups)
        for group in groups:
            trial = Trial(work, old, new, fortune.flow, call, change, in_present(names, new, entity, supplied))
            fortune.groups.append((group, await _fate(trial, group)))
        found.append(fortune)
    return tuple(found)


def in_present(names: Renames, new: Force, entity: str, supplied: Mapping[str, Any]) -> dict[str, Any]:
    """Return supplied values as the engine sees them before anything is renamed."""
    back = names.back() if names else names
    return {back.field(entity, name): value for name, value in as_seen(new, entity, supplied).items()}


async def _fate(trial: Trial, group: Group) -> Fate:
    change, flow = trial.change, trial.flow
    if group.is_back:
        back = await trial.fate_back(group.ids[0])
        if not back.reasons:
            return back
    if change.choice(flow.old.id) == "hold" and flow.new is not None:
        # Who is held at a gate that the change does not concern would notice nothing of it: there is nothing to hold.
        moving = replace(trial, change=replace(change, choices={flow.old.id: "move"}))
        found = await moving.fate(group.ids[0])
        if not found.is_touched and not found.reasons:
            return found
    found = await trial.fate(group.ids[0])
    return replace(found, choice=change.choice(flow.old.id))
