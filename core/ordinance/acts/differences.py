"""What an event says changed, as people read it: fields by their labels, references by name, lines row by row."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ordinance.acts.desk import Desk
from ordinance.acts.outcomes import Change
from ordinance.blueprint import Entity, Field
from ordinance.fields import Reasons
from ordinance.problems import Text

Record = dict[str, Any]
Pairs = Mapping[str, Any]
_PAIR = 2
_ROWS_MAX = 20
"""Rows of one change that are spelt out; of more the number is told."""


class Differences:
    """Tells changes of one entity's records; the names of what is referred to are looked up all at once.

    Args:
        desk: The act that looks.
        entity: The kind of record.
        seen: What the reader sees of the record.
    """

    def __init__(self, desk: Desk, entity: Entity, seen: Any) -> None:
        self._desk, self._entity, self._seen = desk, entity, seen
        self._names: dict[tuple[str, str], str] = {}

    async def know(self, several: Iterable[Pairs]) -> None:
        """Look up the names of everything that these changes refer to."""
        wanted: dict[str, set[int]] = {}
        for pairs in several:
            for _, field, old, new in self._told(pairs):
                for value in (old, new):
                    for target, id in self._references(field, value):
                        wanted.setdefault(target, set()).add(int(id))
        for target, ids in wanted.items():
            found = await self._desk.force.store.get_many(self._desk.work, target, ids, lines=False)
            for known, record in found.items():
                self._names[target, str(known)] = self._name(self._desk.force.blueprint.entities[target], record)

    def of(self, pairs: Pairs) -> tuple[Change, ...]:
        """Return the changes that the reader may see, in the order of the fields."""
        made: list[Change] = []
        for label, field, old, new in self._told(pairs):
            if field.fields:
                made += self._rows(field, old or [], new or [])
            else:
                made.append(Change(label, self._words(field, old), self._words(field, new)))
        return tuple(made)

    def _told(self, pairs: Pairs) -> Iterator[tuple[Text, Field, Any, Any]]:
        for name, pair in pairs.items():
            field = self._field(name)
            if field is not None and isinstance(pair, list) and len(pair) == _PAIR:
                yield field.label, field, pair[0], pair[1]

    def _field(self, name: str) -> Field | None:
        """Return a field that the reader sees, of the record or, `customer.credit_limit`, of one it refers to."""
        head, _, below = name.partition(".")
        field = self._entity.fields.get(head)
        if field is None or not self._seen.reads(head):
            return None
        if not below:
            return field
        force = self._desk.force
        target = force.blueprint.entities.get(field.to or "")
        if target is None or not force.rights.projection(self._desk.call.actor, target.id).reads(below):
            return None
        return target.fields.get(below)

    def _references(self, field: Field, value: Any) -> Iterator[tuple[str, str]]:
        if field.fields:
            for row in value or ():
                for name, inner in field.fields.items():
                    yield from self._references(inner, row.get(name))
            return
        target = self._desk.force.types.of(field).target(field)
        id = str(value.get("id") or "") if isinstance(value, Mapping) else ""
        if target in self._desk.force.store.records and id.isdigit():
            yield target, id

    def _name(self, entity: Entity, record: Record) -> str:
        types = self._desk.force.types
        for name in (entity.title, entity.key):
            field = entity.fields.get(name or "")
            value = record.get(name or "")
            if field is not None and value is not None and types.of(field).target(field) is None:
                return types.of(field).to_text(value, field, self._desk.call.locale)
        return str(record.get("number") or "")

    def _words(self, field: Field, value: Any) -> str:
        """Return a plain stored value as a person reads it."""
        if value is None:
            return ""
        kind = self._desk.force.types.of(field)
        target = kind.target(field)
        if target is not None and isinstance(value, Mapping):
            return self._names.get((target, str(value.get("id"))), "") or str(value.get("key") or value.get("id") or "")
        zone = self._desk.force.blueprint.company.calendar.zone
        if kind.holds_files:
            return kind.to_text(value, field, self._desk.call.locale, zone)
        parsed = kind.parse(value, field)
        if isinstance(parsed, Reasons):
            return str(value)
        return kind.to_text(parsed, field, self._desk.call.locale, zone)

    def _rows(self, lines: Field, old: Sequence[Record], new: Sequence[Record]) -> list[Change]:
        """Return what changed in lines: cells of rows that are there before and after, rows that came or went."""
        fields = [each for each in lines.fields.values() if self._seen.reads(f"{lines.id}.{each.id}")]
        made: list[Change] = []
        for before, after, number in _aligned(old, new):
            row = Text(f"第 {number} 行", f"Row {number}")
            if before is None or after is None:
                summary = self._summary(fields, before or after or {})
                label = Text(f"{lines.label.zh} {row.zh}", f"{lines.label.en} {row.en.lower()}")
                made.append(Change(label, *((summary, "") if after is None else ("", summary))))
                continue
            for each in fields:
                was, now = before.get(each.id), after.get(each.id)
                if was != now and each.formula is None:
                    label = Text(f"{row.zh} {each.label.zh}", f"{row.en} {each.label.en}")
                    made.append(Change(label, self._words(each, was), self._words(each, now)))
        if len(made) > _ROWS_MAX:
            count = (Text(f"{len(each)} 行", f"{len(each)} rows").in_(self._desk.call.locale) for each in (old, new))
            return [*made[:_ROWS_MAX], Change(Text(f"{lines.label.zh}（等）", f"{lines.label.en} (and more)"), *count)]
        return made

    def _summary(self, fields: Sequence[Field], row: Record) -> str:
        """Return the first few words of a row: what it is about, and how much of it."""
        said = [self._words(each, row.get(each.id)) for each in fields if each.required and each.formula is None]
        return " · ".join([each for each in said if each][:3])


def _aligned(old: Sequence[Record], new: Sequence[Record]) -> Iterator[tuple[Record | None, Record | None, int]]:
    """Yield rows in pairs: before, after, and the number by which the row is called; None where there is none."""
    if len(old) == len(new):
        yield from ((a, b, at) for at, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b)
        return
    plain = [[msgspec.json.encode(row) for row in rows] for rows in (old, new)]
    matcher = difflib.SequenceMatcher(None, plain[0], plain[1], autojunk=False)
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        if tag == "equal":
            continue
        common = min(a1 - a0, b1 - b0)
        for n in range(common):
            yield old[a0 + n], new[b0 + n], b0 + n + 1
        for at in range(a0 + common, a1):
            yield old[at], None, at + 1
        for at in range(b0 + common, b1):
            yield None, new[at], at + 1
