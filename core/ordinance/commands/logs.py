"""Read the logs of documents out of a database, as replay wants them: each event with the fields before and after it.

A record is stored as it is now; what it was before an event is what it is now without everything that came later.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ordinance.acts import Call, Force
    from ordinance.process import Event, Workflow
    from ordinance.process.model import Lane, Step
    from ordinance.process.replay import Log
    from ordinance.storage import Work

Record = dict[str, Any]
_CHUNK = 25
_PAGE = 1000
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Story:
    """A document's log, and what of the document as it is stored its log does not give (nothing, if all is well)."""

    log: Log
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logs:
    """The logs of the documents of one workflow.

    Attributes:
        force: The configuration whose tables are there.
        call: Who reads.
        workflow: The workflow as it is in force.
        proposed: The workflow that the logs are for.
    """

    force: Force
    call: Call
    workflow: Workflow
    proposed: Workflow

    async def ids(self, work: Work) -> list[int]:
        """Return the documents, oldest first."""
        found = await self.force.store.find(
            work, self.workflow.entity, {"workflow": self.workflow.id}, limit=10_000_000
        )  # fmt: skip
        return [int(each["id"]) for each in found]

    async def read(self, work: Work, ids: Sequence[int]) -> AsyncIterator[Story]:
        """Yield the story of each document that has one."""
        for start in range(0, len(ids), _CHUNK):
            for story in await self._chunk(work, ids[start : start + _CHUNK]):
                yield story

    async def _chunk(self, work: Work, ids: Sequence[int]) -> list[Story]:
        store = self.force.store
        records = await store.get_many(work, self.workflow.entity, ids, lines=True)
        told = {id: await self._events(work, id) for id in records}
        past = {id: self._past(records[id], events) for id, events in told.items()}
        loaded = iter(await self._loaded(work, [each for versions in past.values() for each in versions]))
        stories = []
        for id, events in told.items():
            fields = [next(loaded) for _ in past[id]]
            if events:
                stories.append(await self._story(work, records[id], [event for event, _ in events], fields))
        return stories

    async def _events(self, work: Work, id: int) -> list[tuple[Event, Mapping[str, Any]]]:
        """Return the events of a document, each with what it changed: by field, what it was and what it became."""
        from ordinance.acts import codec
        from ordinance.storage import load

        found: list[tuple[Event, Mapping[str, Any]]] = []
        after = 0
        while rows := await self.force.store.events.read(work, id, after=after, limit=_PAGE):
            for row in rows:
                body = load(row["body"])
                if isinstance(body, Mapping) and "settled" in body and "state" in body:
                    found.append((codec.event_of(body), body.get("changes") or {}))
            after = rows[-1]["id"]
            if len(rows) < _PAGE:
                break
        return found

    def _past(self, record: Record, events: Sequence[tuple[Event, Mapping[str, Any]]]) -> list[Record]:
        """Return the record before the first event, after it, and so on; the same object where nothing changed."""
        versions = [record]
        for _, changes in reversed(events):
            earlier = self._parsed({name: pair[0] for name, pair in changes.items() if _is_pair(pair)})
            versions.append({**versions[-1], **earlier} if earlier else versions[-1])
        return versions[::-1]

    def _parsed(self, values: Record) -> Record:
        from ordinance.fields import parse_values

        fields = self.force.blueprint.entities[self.workflow.entity].fields
        known = {name: value for name, value in values.items() if name in fields}
        parsed, _ = parse_values(self.force.types, {name: fields[name] for name in known}, known, self.call.locale)
        return {**dict.fromkeys(known), **parsed}

    async def _loaded(self, work: Work, versions: Sequence[Record]) -> list[Record]:
        """Return the records with every name nested that either workflow reads; one that is there twice once."""
        from ordinance.acts import needs
        from ordinance.acts.loading import Loader

        needed = needs.joined(needs.of_workflow(self.workflow), needs.of_workflow(self.proposed))
        once = list({id(each): each for each in versions}.values())
        entity = self.force.blueprint.entities[self.workflow.entity]
        found = await Loader(self.force, work, self.call).load(entity, once, needed)
        seen = {id(each): needs.with_absent(one, needed) for each, one in zip(once, found, strict=True)}
        return [seen[id(each)] for each in versions]

    async def _story(self, work: Work, record: Record, events: list[Event], fields: list[Record]) -> Story:
        from ordinance.acts import codec
        from ordinance.process.migration import names_of
        from ordinance.process.replay import Entry, Log, faults

        rows = await self.force.store.ledger(work, int(record["id"]))
        ledger = tuple(codec.ledger_of(row) for row in rows)
        between = names_of(self.workflow, self.proposed)
        names = {**between.steps, **between.lanes}
        entries = tuple(map(Entry, events, fields, fields[1:]))
        log = Log(str(record["id"]), entries, record.get("number"), names, self._answered(names))
        return Story(log, faults(self.workflow, events, codec.state_of(record["state"]), ledger))

    def _answered(self, names: Mapping[str, str]) -> frozenset[str]:
        lanes = self.workflow.lanes.values()
        inside = (step for lane in lanes for step in lane.steps)
        gates: tuple[Step | Lane, ...] = (*self.workflow.steps, *lanes, *inside)
        return frozenset(f"{names.get(gate.id, gate.id)}.{check.id}" for gate in gates for check in gate.checks)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == _PAIR
