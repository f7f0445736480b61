"""OCEL 2.0, as JSON and as XML: documents and the records they refer to are objects, activities are events.

The types stand in front of what they describe and are known only when everything was read, so objects and events are
kept in temporary files until then.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from ordinance.exchange.eventlog.happenings import Happening
from ordinance.exchange.eventlog.stories import Reference, Story
from ordinance.exchange.eventlog.values import legal, moment, text_of, value_of

EVENT_ATTRIBUTES = (
    "resource", "acting_for", "lifecycle", "kind", "step", "outcome", "channel", "revision", "effects",
)  # fmt: skip
_OF_DOCUMENT = "document"
_OWN = ("key", "string"), ("workflow", "string"), ("phase", "string")


@dataclass
class Ocel:
    """Collects one log. Ids of objects are kept, so that each is written once; nothing else is."""

    as_xml: bool
    told: frozenset[str] = frozenset()
    object_types: dict[str, dict[str, str]] = field(default_factory=dict)
    event_types: dict[str, None] = field(default_factory=dict)
    written: set[tuple[str, str]] = field(default_factory=set)
    awaited: dict[tuple[str, str], tuple[Reference, str]] = field(default_factory=dict)
    objects: int = 0
    events: int = 0

    def __post_init__(self) -> None:
        self._objects, self._events = (_kept() for _ in range(2))

    def close(self) -> None:
        """Let the temporary files go."""
        self._objects.close()
        self._events.close()

    def add(self, story: Story) -> None:
        """Add a document, what it refers to, and what happened to it."""
        own = {"key": story.name, "workflow": story.workflow, "phase": story.phase}
        values = [(name, "string", value) for name, value in own.items() if value]
        values += [each for each in story.values if each[0] not in own]
        known = self.object_types.setdefault(story.entity, dict(_OWN))
        known.update({name: kind for name, kind, _ in values})
        created = moment(story.created_at or story.happenings[0].at)
        links = [(self._refer(each, created), each.field) for each in story.references]
        self._object(story.entity, str(story.id), values, created, links)
        for each in story.happenings:
            self._event(story, each, links if each.kind == "create" else [])

    def finish(self, target: IO[str]) -> None:
        """Write the whole log."""
        for reference, created in self.awaited.values():
            if (reference.entity, reference.id) not in self.written:
                self._stub(reference, created)
        (self._finish_xml if self.as_xml else self._finish_json)(target)

    def _refer(self, reference: Reference, created: str) -> str:
        """Return the id of an object that is referred to; one that has no story of its own is written now."""
        key = (reference.entity, reference.id)
        if reference.entity in self.told:
            self.awaited.setdefault(key, (reference, created))
        elif key not in self.written:
            self._stub(reference, created)
        return _id(*key)

    def _stub(self, reference: Reference, created: str) -> None:
        self.object_types.setdefault(reference.entity, {"key": "string"})
        values = [("key", "string", reference.key)] if reference.key else []
        self._object(reference.entity, reference.id, values, created, [])

    def _object(
        self, entity: str, id: str, values: list[tuple[str, str, Any]], created: str, links: list[tuple[str, str]]
    ) -> None:
        self.written.add((entity, id))
        self.objects += 1
        if self.as_xml:
            self._objects.write("".join(_object_xml(entity, _id(entity, id), values, created, links)))
            return
        body: dict[str, Any] = {
            "id": _id(entity, id),
            "type": entity,
            "attributes": [
                {"name": name, "time": created, "value": value_of(kind, value)} for name, kind, value in values
            ],
        }
        if links:
            body["relationships"] = [{"objectId": to, "qualifier": how} for to, how in links]
        self._objects.write((",\n" if self.objects > 1 else "") + _json(body))

    def _event(self, story: Story, each: Happening, links: list[tuple[str, str]]) -> None:
        self.events += 1
        self.event_types.setdefault(each.activity)
        related = [(_id(story.entity, str(story.id)), _OF_DOCUMENT), *links]
        values = [(name, value) for name, value in _event_values(each).items() if value]
        if self.as_xml:
            self._events.write("".join(_event_xml(each, values, related)))
            return
        body = {
            "id": each.id,
            "type": each.activity,
            "time": moment(each.at),
            "attributes": [{"name": name, "value": legal(value)} for name, value in values],
            "relationships": [{"objectId": to, "qualifier": how} for to, how in related],
        }
        self._events.write((",\n" if self.events > 1 else "") + _json(body))

    def _finish_json(self, target: IO[str]) -> None:
        types = [
            {"name": name, "attributes": [{"name": id, "type": kind} for id, kind in attributes.items()]}
            for name, attributes in self.object_types.items()
        ]
        events = [
            {"name": name, "attributes": [{"name": id, "type": "string"} for id in EVENT_ATTRIBUTES]}
            for name in self.event_types
        ]
        target.write(f'{{"objectTypes": {_json(types)},\n"eventTypes": {_json(events)},\n"objects": [\n')
        _copy(self._objects, target)
        target.write('\n],\n"events": [\n')
        _copy(self._events, target)
        target.write("\n]}\n")

    def _finish_xml(self, target: IO[str]) -> None:
        target.write('<?xml version="1.0" encoding="UTF-8"?>\n<log>\n<object-types>\n')
        for name, attributes in self.object_types.items():
            target.writelines(_type_xml("object-type", name, attributes))
        target.write("</object-types>\n<event-types>\n")
        for name in self.event_types:
            target.writelines(_type_xml("event-type", name, dict.fromkeys(EVENT_ATTRIBUTES, "string")))
        target.write("</event-types>\n<objects>\n")
        _copy(self._objects, target)
        target.write("</objects>\n<events>\n")
        _copy(self._events, target)
        target.write("</events>\n</log>\n")


def _kept() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8", newline="")


def _id(entity: str, id: str) -> str:
    return f"{entity}:{id}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _copy(source: IO[str], target: IO[str]) -> None:
    source.seek(0)
    shutil.copyfileobj(source, target)


def _event_values(each: Happening) -> Mapping[str, str]:
    return {
        "resource": each.by,
        "acting_for": each.acting_for,
        "lifecycle": each.lifecycle,
        "kind": each.kind,
        "step": each.step,
        "outcome": each.outcome,
        "channel": each.channel,
        "revision": each.revision,
        "effects": " ".join(each.effects),
    }


def _type_xml(tag: str, name: str, attributes: Mapping[str, str]) -> Iterator[str]:
    yield f"<{tag} name={_quoted(name)}><attributes>"
    for id, kind in attributes.items():
        yield f"<attribute name={_quoted(id)} type={_quoted(kind)}/>"
    yield f"</attributes></{tag}>\n"


def _object_xml(
    entity: str, id: str, values: list[tuple[str, str, Any]], created: str, links: list[tuple[str, str]]
) -> Iterator[str]:
    yield f"<object id={_quoted(id)} type={_quoted(entity)}><attributes>"
    for name, kind, value in values:
        yield f"<attribute name={_quoted(name)} time={_quoted(created)}>{escape(text_of(kind, value))}</attribute>"
    yield "</attributes>"
    yield from _links_xml(links)
    yield "</object>\n"


def _event_xml(each: Happening, values: list[tuple[str, str]], related: list[tuple[str, str]]) -> Iterator[str]:
    yield f"<event id={_quoted(each.id)} type={_quoted(each.activity)} time={_quoted(moment(each.at))}><attributes>"
    for name, value in values:
        yield f"<attribute name={_quoted(name)}>{escape(legal(value))}</attribute>"
    yield "</attributes>"
    yield from _links_xml(related)
    yield "</event>\n"


def _links_xml(links: list[tuple[str, str]]) -> Iterator[str]:
    if not links:
        return
    yield "<objects>"
    for to, how in links:
        yield f"<relationship object-id={_quoted(to)} qualifier={_quoted(how)}/>"
    yield "</objects>"


def _quoted(text: str) -> str:
    return quoteattr(legal(text))
