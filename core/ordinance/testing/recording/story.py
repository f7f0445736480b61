"""Read the events of a document, and tell them again as the acts of a scenario."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ordinance.access import Actor
from ordinance.accounts import Accounts
from ordinance.acts import House
from ordinance.acts.codec import event_of
from ordinance.blueprint import Blueprint, Entity, Field
from ordinance.problems import Text
from ordinance.process import Event
from ordinance.process.model import Path, Step, Workflow
from ordinance.storage import Work, load
from ordinance.testing.coverage import steps_of
from ordinance.testing.recording.cast import Cast, same, written
from ordinance.testing.recording.masking import Mask
from ordinance.testing.recording.switches import MOVED, Switches, is_switch

Row = dict[str, Any]
_PAGE = 1000
_ID_DIGITS = 18
_LAST_DIGITS = re.compile(r"\d+$")
_BY_ITSELF = frozenset({"tick", "poke", "continue", "set_aside", "resume"})


@dataclass(slots=True)
class Recorded:
    """One scenario: its name, its acts as a scenario file has them, and what could not be told again."""

    name: str
    acts: list[Row]
    notes: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Told:
    """One event: what is stored of it beside what the engine says."""

    event: Event
    channel: str
    changes: Mapping[str, Sequence[Any]]


async def find_document(house: House, entity: str, called: str) -> int | None:
    """Return the id of the record that has a number or a key, or is named by its id; None if there is none."""
    declared = house.blueprint.entities[entity]
    async with house.database.work(write=False) as work:
        if called.isdecimal() and len(called) >= _ID_DIGITS:
            return next(iter(await house.force.store.existing(work, entity, [int(called)])), None)
        if declared.workflows:
            rows = await work.fetch(f'SELECT id FROM "e_{entity}" WHERE number = ? ORDER BY id', called)  # noqa: S608
            if rows:
                return int(rows[0]["id"])
        if declared.key is None:
            return None
        found = (await house.force.store.ids_by_key(work, entity, {called})).get(called, ())
    return int(found[0]) if found else None


async def record(
    house: House, accounts: Accounts, entity: str, id: int, *, mask: bool = False, played_on: Blueprint | None = None
) -> Recorded | None:
    """Return what happened to a document as a scenario; None if it has no story of a workflow.

    A change that switched steps while the document was under way is told as a switch. The story ends where it was moved
    by a change of another kind: a scenario knows one process, with its switches.

    Args:
        house: The house.
        accounts: Its accounts.
        entity: What kind of document it is.
        id: Which.
        mask: Whether names, texts and keys get stand-ins.
        played_on: The configuration on which the scenario is to be played; None for the one in force.
    """
    async with house.database.work(write=False) as work:
        stored = (await house.force.store.get_many(work, entity, [id])).get(id)
        workflow = house.blueprint.workflows.get((stored or {}).get("workflow") or "")
        if stored is None or workflow is None:
            return None
        told = [each async for each in _events(house, work, id)]
        if not told:
            return None
        cast = Cast(house, accounts, work, Mask(house.force.types, active=mask))
        present = (played_on or house.blueprint).workflows.get(workflow.id, workflow)
        return await _Story(cast, house.blueprint.entities[entity], workflow, stored, told).tell(present)


async def _events(house: House, work: Work, id: int) -> AsyncIterator[_Told]:
    after = 0
    while rows := await house.force.store.events.read(work, id, after=after, limit=_PAGE):
        for row in rows:
            body = load(row["body"]) or {}
            if "settled" in body and "state" in body:
                yield _Told(event_of(body), row["channel"], body.get("changes") or {})
        after = rows[-1]["id"]


class _Story:
    """One document's story being told."""

    def __init__(
        self, cast: Cast, entity: Entity, workflow: Workflow, stored: Mapping[str, Any], told: Sequence[_Told]
    ) -> None:
        self.cast, self.entity, self.workflow, self.stored, self.told = cast, entity, workflow, stored, told
        self.zone: ZoneInfo = cast.house.zone
        self.clock: datetime | None = None

    async def tell(self, present: Workflow) -> Recorded:
        """Return the scenario, for a house that has this workflow."""
        first, after = self._creation()
        chapters = await self._chapters(first, after)
        switches = Switches(present)
        acts: list[Row] = []
        toggles = switches.under(each.event for each in chapters[0])
        for at, chapter in enumerate(chapters):
            acts += [await self._create(first)] if at == 0 else await self._switch(chapter, switches)
            for each in chapter[len(first) if at == 0 else 1 :]:
                # Switched meanwhile, while the document was elsewhere: it was not moved, and does not notice before.
                flipped = switches.under([each.event])
                acts += [*([flipped] if flipped else []), *await self._act(each)]
        began = [{"now": self._moment(self.told[0].event.at)}]
        given = list(self.cast.acts())
        number = self.stored.get("number")
        label = self.workflow.label.in_(self.cast.house.blueprint.company.locale) or self.workflow.id
        called = self.cast.mask.key(self.entity, str(number)) if number else str(self.stored["id"])
        opening = [*began, *([toggles] if toggles else []), *given]
        return Recorded(f"{label} {called}", [*opening, *acts], self.cast.notes)

    async def _chapters(self, first: list[_Told], after: list[_Told]) -> list[list[_Told]]:
        """Return the events, from each switch of steps on, up to where the process was changed otherwise."""
        chapters = [list(first)]
        for each in after:
            if each.event.kind == MOVED:
                if not await is_switch(self.cast.house, self.cast.work, each.event):
                    words = Text("此后流程有变，不再叙述", "from here on the process was changed; that is not told")
                    self.cast.notes.append(words)
                    break
                chapters.append([])
            chapters[-1].append(each)
        return chapters

    async def _switch(self, chapter: list[_Told], switches: Switches) -> list[Row]:
        """Return the acts of a change that switched steps: the clock, the switch, and where the document stood then."""
        moved = chapter[0]
        toggle = switches.under(each.event for each in chapter)
        clock = self._until(moved.event.at)
        if not toggle:
            return clock
        who = await self.cast.person(moved.event.actor)
        return [*clock, {**({"as": who} if who else {}), **toggle, "expect": self._expect(moved, [moved])}]

    def _creation(self) -> tuple[list[_Told], list[_Told]]:
        """Return the events of the act that made the document, and those after it."""
        born = [each for each in self.told if each.event.kind in ("create", "adopt")][:1]
        same = [
            each for each in self.told
            if born and each is not born[0] and each.event.at == born[0].event.at and each.event.kind == "pass"
            and each.event.actor == born[0].event.actor and each.event.step == self.workflow.steps[0].id
            and not each.changes
        ]  # fmt: skip
        first = [*born, *same[:1]]
        return first, [each for each in self.told if each not in first]

    async def _create(self, first: list[_Told]) -> Row:
        born = first[0]
        self.clock = born.event.at
        actor = await self._actor(born.event)
        act: Row = {"as": await self.cast.person(born.event.actor)} if actor is not None else {}
        act["create"] = self.workflow.id
        if born.channel in ("api", "import") and actor is not None:
            act["via"] = born.channel
        values = await self._at_creation(actor)
        act |= {"with": values} if values else {}
        expect = {**self._expect(first[-1], first), **self._sums()}
        number = self.stored.get("number")
        if number and self.workflow.number is not None and len(first) > 1:
            expect["number"] = _LAST_DIGITS.sub("*", str(number))
        return {**act, "expect": expect}

    def _sums(self) -> Row:
        """Return what the record came to in numbers, where nothing changed it afterwards."""
        changed = {name for each in self.told for name in each.changes}
        sums = {
            each.id: self.cast.plain(each, value)
            for each in self.entity.fields.values()
            if each.formula is not None and each.id not in changed
            and isinstance(value := self.stored.get(each.id), Decimal) and value
        }  # fmt: skip
        return {"fields": sums} if sums else {}

    async def _actor(self, event: Event) -> Actor | None:
        if await self.cast.person(event.actor) is None:
            return None
        account = next(each for each in await self.cast.accounts.every() if str(each.id) == event.actor)
        return account.actor(self.cast.house.blueprint.roles)

    async def _at_creation(self, actor: Actor | None) -> Row:
        """Return what was put in at first: the record with every later change taken back, without what follows."""
        values = {each.id: self.stored.get(each.id) for each in self.entity.fields.values()}
        plain: Row = {}
        for told in reversed(self.told):
            plain |= {name: old for name, (old, _new) in told.changes.items() if name in values}
        found: Row = {}
        for each in self.entity.fields.values():
            if each.formula is not None or each.secret or each.id in written((self.workflow,)):
                continue
            value = self._typed(each, plain[each.id]) if each.id in plain else values[each.id]
            if value in (None, "", []) or self._is_bound(each, actor):
                continue
            if each.fields:
                found[each.id] = [await self._row(each, row, actor) for row in value]
            elif await self._is_said(each, value, self.entity.fields, self.stored, actor):
                found[each.id] = await self.cast.value(each, value)
        return found

    async def _row(self, lines: Field, row: Mapping[str, Any], actor: Actor | None) -> Row:
        typed = [each for each in lines.fields.values() if each.formula is None and not each.secret]
        cells = {each.id: row.get(each.id) for each in typed}
        return {
            name: await self.cast.value(lines.fields[name], cell)
            for name, cell in cells.items()
            if cell not in (None, "") and await self._is_said(lines.fields[name], cell, lines.fields, row, actor)
        }

    async def _is_said(
        self, field: Field, value: Any, beside: Mapping[str, Field], record: Mapping[str, Any], actor: Actor | None
    ) -> bool:
        """Return whether a value must be put in: it is no default, and does not come from a reference by itself."""
        said = await self.cast.value(field, value)
        if said is None or self.cast.is_default(field, said):
            return False
        may = self._may_write(actor, field)
        source = await self._source(field, beside, record)
        if source is None:
            return may
        row, name = source
        if not same(row.get(name, ""), said) and not (may and field.readonly_when is None):
            # A copy that is not typed comes out as it was if what it is copied from is given like that.
            row[name] = said
        return not same(row.get(name, ""), said)

    async def _source(
        self, field: Field, beside: Mapping[str, Field], record: Mapping[str, Any]
    ) -> tuple[Row, str] | None:
        """Return the given row that a field is copied from, and the name it has there."""
        if field.copy_from is None or len(field.copy_from) != 2:
            return None
        through, reference = beside.get(field.copy_from[0]), record.get(field.copy_from[0])
        id = reference.get("id") if isinstance(reference, Mapping) else reference
        if through is None or through.to is None or id is None:
            return None
        await self.cast.record(through.to, int(id))
        row = self.cast.given.get(through.to, {}).get(int(id))
        # What a department computes cannot be given; what it is computed from goes by the name it is copied to.
        typed = self.cast.house.blueprint.entities[through.to].fields
        name = next((each for each in (field.copy_from[1], field.id) if each in typed), None)
        return None if row is None or name is None else (row, name)

    def _is_bound(self, field: Field, actor: Actor | None) -> bool:
        return actor is not None and actor.of is not None and field.to == actor.of[0]

    def _may_write(self, actor: Actor | None, field: Field) -> bool:
        if actor is None:
            return True
        rights = self.cast.house.force.rights
        projected = rights.projection(actor, self.entity.id, "create", self.workflow.id)
        return projected.writes(".".join(field.path or (field.id,)))

    def _typed(self, field: Field, value: Any) -> Any:
        """Return a value that stood in an event as a record has it."""
        if field.fields:
            inner = field.fields.values()
            return [{each.id: self._typed(each, row.get(each.id)) for each in inner} for row in value or ()]
        if field.to is not None or value is None or isinstance(value, Mapping | list):
            return value
        parsed = self.cast.house.force.types.of(field).parse(value, field)
        return value if isinstance(parsed, tuple) else parsed

    async def _act(self, told: _Told) -> list[Row]:
        """Return the acts of one event: the clock, what was done, and how the document stood afterwards."""
        event = told.event
        act = await self._done(told)
        clock = self._until(event.at)
        if act is None:
            if event.kind not in _BY_ITSELF:
                words = Text(f"{event.kind} 不能写进情景", f"{event.kind} cannot be told in a scenario")
                self.cast.notes.append(words)
            return clock
        return [*clock, {**act, "expect": self._expect(told, [told])}]

    def _until(self, at: datetime) -> list[Row]:
        """Return the act that moves the clock, if it must be moved."""
        moved = [{"now": self._moment(at)}] if self.clock is None or at > self.clock else []
        self.clock = at
        return moved

    async def _done(self, told: _Told) -> Row | None:
        event = told.event
        who = await self.cast.person(event.actor)
        if who is None or event.cause in ("clock", "calendar"):
            return None
        lane, step = self.workflow.lanes.get(event.step or ""), _step(self.workflow, event.step)
        act: Row = {"as": who}
        if event.kind == "pass" and step is not None:
            act |= {"step": step.id, **await self._form(told, (*step.asks, *step.offers))}
        elif event.kind == "refuse" and step is not None:
            landed = [each for each in event.state.waits if each in step.back_to]
            act |= {"send_back": step.id, **({"to": landed[0]} if len(step.back_to) > 1 and landed else {})}
        elif event.kind in ("lane", "cancel", "amend") and lane is not None:
            act |= {"lane": lane.id, **await self._form(told, (*lane.asks, *lane.offers, *lane.changes))}
        elif event.kind == "take" and event.step:
            act |= {"take": event.step}
        elif event.kind == "edit":
            paths = tuple((name,) for name in told.changes)
            act |= {"update": self.entity.id, **await self._form(told, paths)}
        else:
            return None
        return act | ({"reason": self.cast.mask.words(event.reason)} if event.reason else {})

    async def _form(self, told: _Told, paths: Sequence[Path]) -> Row:
        """Return what was filled in on a form: the fields it has that changed."""
        values: Row = {}
        for name in dict.fromkeys(path[0] for path in paths):
            each = self.entity.fields.get(name)
            if each is None or name not in told.changes or each.formula is not None:
                continue
            cells = frozenset(path[1] for path in paths if path[0] == name and len(path) > 1)
            values[name] = await self._filled(each, told.changes[name][1], cells)
        return {"with": values} if values else {}

    async def _filled(self, field: Field, value: Any, cells: frozenset[str]) -> Any:
        """Return what was filled in of a field: of lines, the cells that the form has, or all that are typed."""
        if not field.fields:
            return await self.cast.value(field, self._typed(field, value))
        inner = [each for each in field.fields.values() if each.formula is None and (not cells or each.id in cells)]
        return [
            {each.id: await self.cast.value(each, self._typed(each, row.get(each.id))) for each in inner}
            for row in value or ()
        ]

    def _expect(self, told: _Told, events: Sequence[_Told]) -> Row:
        state = told.event.state
        waits = state.lane.waits if state.lane is not None else state.waits
        rows = [row for each in events for row in each.event.ledger]
        expect: Row = {"ended": state.ended} if state.ended else {"waits_at": list(waits)}
        did = list(dict.fromkeys(row.action for row in rows if row.state == "done"))
        undid = list(dict.fromkeys(row.action for row in rows if row.state == "undone"))
        return expect | ({"did": did} if did else {}) | ({"undid": undid} if undid else {})

    def _moment(self, at: datetime) -> str:
        return at.astimezone(self.zone).replace(microsecond=0).isoformat()


def _step(workflow: Workflow, name: str | None) -> Step | None:
    return next((each for each in steps_of(workflow) if each.id == name), None)
