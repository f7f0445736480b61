"""Write a log to a file. Who took it out of the company is written to the events, as with every export."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ordinance.acts import Call, House, Refused
from ordinance.blueprint import Entity
from ordinance.exchange.eventlog import xes
from ordinance.exchange.eventlog.ocel import Ocel
from ordinance.exchange.eventlog.stories import Scope, Stories, Story
from ordinance.exchange.exporting import NO_RECORD
from ordinance.storage import NewEvent, dump

FORMATS = ("xes", "ocel")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What a log holds: documents, activities, and for OCEL all objects."""

    documents: int
    events: int
    objects: int


async def write_log(
    house: House, call: Call, target: Path, standard: str, scope: Scope | None = None, progress: Progress | None = None
) -> Written | Refused:
    """Write what happened to documents as a log and return how much it was.

    Source: design.md §6 (log), issue 3 item 6.

    Args:
        house: The site.
        call: Who exports; it gets what it may export, in its language.
        target: The file. For OCEL the name says the form: `.xml` or `.xmlocel` gives XML, anything else JSON.
        standard: `xes` or `ocel`.
        scope: Which documents, from when, and whether people are told by name.
        progress: Called with how many documents were looked at, and how many there are.
    """
    stories = Stories(house, call, scope or Scope())
    entities = stories.entities()
    if isinstance(entities, Refused):
        return entities
    total = await stories.count(entities)
    title = stories.names.of(house.blueprint.company.label)
    sink: _Xes | _Ocel = (
        _Xes(target, title) if standard == "xes" else _Ocel(target, frozenset(each.id for each in entities))
    )
    done = 0
    with sink.open():
        for entity in entities:
            count = 0
            async for looked_at, portion in stories.read(entity):
                for story in portion:
                    sink.add(story)
                done, count = done + looked_at, count + len(portion)
                if progress is not None:
                    progress(done, total)
            await _note(house, call, entity, standard, count)
    return sink.written


class _Xes:
    """A sink for XES: everything is written as it comes."""

    def __init__(self, target: Path, title: str) -> None:
        self.target, self.title = target, title
        self.documents = self.events = 0
        self.file: IO[str] | None = None

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        with self.target.open("w", encoding="utf-8", newline="\n") as self.file:
            self.file.writelines(xes.head(self.title))
            yield
            self.file.write(xes.tail())

    def add(self, story: Story) -> None:
        assert self.file is not None
        self.documents += 1
        self.events += len(story.happenings)
        self.file.writelines(xes.trace(story))

    @property
    def written(self) -> Written:
        return Written(self.documents, self.events, self.documents)


class _Ocel:
    """A sink for OCEL: it is put together when everything has been read."""

    def __init__(self, target: Path, told: frozenset[str]) -> None:
        self.target = target
        self.log = Ocel(target.suffix in (".xml", ".xmlocel"), told)
        self.documents = 0

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        with contextlib.closing(self.log), self.target.open("w", encoding="utf-8", newline="\n") as file:
            yield
            self.log.finish(file)

    def add(self, story: Story) -> None:
        self.documents += 1
        self.log.add(story)

    @property
    def written(self) -> Written:
        return Written(self.documents, self.log.events, self.log.objects)


async def _note(house: House, call: Call, entity: Entity, standard: str, count: int) -> None:
    event = NewEvent(
        seq=0, name=f"{entity.id}.export", actor=str(call.actor.id), revision=house.blueprint.revision,
        channel=call.channel, body=dump({"rows": count, "log": standard}) or "{}",
    )  # fmt: skip
    async with house.database.work() as work:
        await house.force.store.events.append(work, entity.id, NO_RECORD, event, call.now)
