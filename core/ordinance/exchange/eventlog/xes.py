"""XES, IEEE 1849-2016: a trace for each document, an event for each activity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from ordinance.exchange.eventlog.happenings import Happening
from ordinance.exchange.eventlog.stories import Story
from ordinance.exchange.eventlog.values import legal, moment, text_of

_EXTENSIONS = (
    ("Concept", "concept"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
    ("Time", "time"),
)
_TAGS = {"float": "float", "boolean": "boolean", "time": "date", "string": "string"}
_EPOCH = "1970-01-01T00:00:00.000Z"


def head(title: str) -> Iterator[str]:
    """Yield the beginning of a log: extensions, what every trace and event has, how events are told apart."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
    for name, prefix in _EXTENSIONS:
        uri = f"http://www.xes-standard.org/{prefix}.xesext"
        yield f'  <extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n'
    yield f'  <global scope="trace">\n    {_attribute("string", "concept:name", "")}\n  </global>\n'
    yield '  <global scope="event">\n'
    for tag, key, value in (
        ("string", "concept:name", ""),
        ("date", "time:timestamp", _EPOCH),
        ("string", "lifecycle:transition", "complete"),
        ("string", "org:resource", ""),
    ):
        yield f"    {_attribute(tag, key, value)}\n"
    yield "  </global>\n"
    yield '  <classifier name="Activity" scope="event" keys="concept:name"/>\n'
    yield '  <classifier name="ActivityAndTransition" scope="event" keys="concept:name lifecycle:transition"/>\n'
    yield f"  {_attribute('string', 'concept:name', title)}\n"
    yield f"  {_attribute('string', 'lifecycle:model', 'standard')}\n"


def trace(story: Story) -> Iterator[str]:
    """Yield one document with what happened to it."""
    yield "  <trace>\n"
    told = [
        ("string", "concept:name", story.name),
        ("string", "document", f"{story.entity}:{story.id}"),
        ("string", "entity", story.entity),
        ("string", "workflow", story.workflow),
        ("string", "phase", story.phase),
    ]
    told += [(_TAGS[kind], f"field_{id}", text_of(kind, value)) for id, kind, value in story.values]
    told += [
        ("string", f"field_{each.field}", each.key or each.id) for each in story.references if "." not in each.field
    ]
    yield from _attributes(told, "    ")
    for each in story.happenings:
        yield "    <event>\n"
        yield from _attributes(_event(each), "      ")
        yield "    </event>\n"
    yield "  </trace>\n"


def tail() -> str:
    """Return the end of a log."""
    return "</log>\n"


def _event(each: Happening) -> list[tuple[str, str, str]]:
    told = [
        ("string", "concept:name", each.activity),
        ("date", "time:timestamp", moment(each.at)),
        ("string", "lifecycle:transition", each.lifecycle),
        ("string", "org:resource", each.by),
        ("string", "kind", each.kind),
    ]
    more = (
        ("step", each.step),
        ("outcome", each.outcome),
        ("acting_for", each.acting_for),
        ("channel", each.channel),
        ("revision", each.revision),
        ("effects", " ".join(each.effects)),
    )
    return [*told, *(("string", key, value) for key, value in more if value)]


def _attributes(told: Iterable[tuple[str, str, str]], indent: str) -> Iterator[str]:
    for tag, key, value in told:
        yield f"{indent}{_attribute(tag, key, value)}\n"


def _attribute(tag: str, key: str, value: str) -> str:
    return f"<{tag} key={quoteattr(key)} value={quoteattr(legal(value))}/>"
