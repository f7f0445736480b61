"""What a form sent, read by the field types into values for the acts, with every fault at its place.

Only what differs from the record as it stands is a value: what nobody touched is neither overwritten nor kept from
following a reference that changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from ordinance.blueprint import Entity, Field
from ordinance.fields import Reasons
from ordinance.problems import Reason
from ordinance.web.ui.views.dates import full_date
from ordinance.web.ui.views.speech import Speech, id_of

WAS = "~was"
"""Behind the name of a reference: which record its text stood for when it was put there."""

KIND = "~kind"
"""Behind the name of an evidence: its kind."""

PICKED = "~files"
"""Behind the name of an evidence: its files."""

CHOICE = "_pick."
"""Before a name, after two people changed one thing: whose value it is to be, or whether the row is to stay."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The pairs of a form: texts by name, and for each field of lines the indexes of its rows in their order."""

    texts: Mapping[str, tuple[str, ...]]
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return the last text of a name, or nothing."""
        return self.texts.get(name, ("",))[-1]

    def pointer_name(self, pointer: str) -> str:
        """Return the form name of a JSON pointer: `/lines/2/price` is `lines.7.price` if the third row's index is 7."""
        parts = pointer.strip("/").split("/")
        indexes = self.order.get(parts[0], ())
        if len(parts) > 1 and parts[1].isdigit() and int(parts[1]) < len(indexes):
            parts[1] = indexes[int(parts[1])]
        return ".".join(parts)

    def without(self, name: str, index: str) -> Posted:
        """Return the form without one row."""
        texts = {key: each for key, each in self.texts.items() if not key.startswith(f"{name}.{index}.")}
        rows = tuple(each for each in self.order.get(name, ()) if each != index)
        return Posted(texts, {**self.order, name: rows})

    def with_row(self, name: str) -> Posted:
        """Return the form with one more, empty row at the end."""
        rows = self.order.get(name, ())
        fresh = str(max((int(each) for each in rows), default=-1) + 1)
        return Posted(self.texts, {**self.order, name: (*rows, fresh)})

    def picked(self) -> Posted:
        """Return the form as the choices after a conflict leave it: without what is to be as the others left it."""
        chosen = {name.removeprefix(CHOICE): self.get(name) for name in self.texts if name.startswith(CHOICE)}
        made = self
        for name, choice in chosen.items():
            if choice == "cut":
                made = made.without(*name.partition(".")[::2])
            elif choice == "theirs":
                gone = {name + tail for tail in ("", WAS, KIND, PICKED)}
                made = Posted({key: each for key, each in made.texts.items() if key not in gone}, made.order)
        return made


@dataclass(frozen=True, slots=True)
class Loose:
    """A reference given in words: where it stands, which entity it means, what was typed."""

    name: str
    pointer: str
    entity: str
    text: str


@dataclass(slots=True)
class Entered:
    """What a form came to: values for the acts, faults with JSON pointers, tidied texts, references given in words."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Reason] = field(default_factory=list)
    tidy: dict[str, str] = field(default_factory=dict)
    loose: list[Loose] = field(default_factory=list)


def read_posted(body: bytes) -> Posted:
    """Return the pairs of an urlencoded form. Names are texts as they came; nothing is trusted yet."""
    texts: dict[str, list[str]] = {}
    order: dict[str, dict[str, None]] = {}
    for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
        texts.setdefault(name, []).append(value.replace("\x00", ""))
        parts = name.split(".")
        if len(parts) == 3 and parts[1].isdigit() and len(parts[1]) < 8:
            order.setdefault(parts[0], {})[parts[1]] = None
    return Posted(
        {name: tuple(each) for name, each in texts.items()}, {name: tuple(each) for name, each in order.items()}
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads forms of one entity.

    Args:
        speech: The language and the types.
        entity: Whose form it is.
        today: The company's day, for dates in a hurry.
    """

    speech: Speech
    entity: Entity
    today: date

    def read(self, posted: Posted, stored: Mapping[str, Any] | None) -> Entered:
        """Return what was entered.

        Args:
            posted: The form.
            stored: The record as it stands, JSON-ready; None for a new one, where an empty input says nothing at all.
        """
        entered = Entered()
        for each in self.entity.fields.values():
            if each.fields:
                self._lines(each, posted, stored, entered)
            elif each.id in posted.texts:
                self._one(each, posted, each.id, f"/{each.id}", stored, entered.values, entered)
        return entered

    def _lines(self, field: Field, posted: Posted, stored: Mapping[str, Any] | None, entered: Entered) -> None:
        if field.id not in posted.texts and field.id not in posted.order:
            return
        known = {row["id"]: row for row in (stored or {}).get(field.id) or () if row.get("id")}
        rows: list[dict[str, Any]] = []
        position = 0
        kept: dict[str, None] = {}
        for index in posted.order.get(field.id, ()):
            id_ = posted.get(f"{field.id}.{index}.id")
            row: dict[str, Any] = {"id": id_} if id_ in known else {}
            for each in field.fields.values():
                name = f"{field.id}.{index}.{each.id}"
                if name in posted.texts:
                    pointer = f"/{field.id}/{position}/{each.id}"
                    self._one(each, posted, name, pointer, known.get(id_), row, entered)
            if row or any(
                fault.where and fault.where.startswith(f"/{field.id}/{position}/") for fault in entered.faults
            ):
                rows.append(row)
                kept[index] = None
                position += 1
        _keep(posted, field.id, tuple(kept))
        if len(rows) != len(known) or any(row.get("id") is None or len(row) > 1 for row in rows):
            entered.values[field.id] = rows

    def _one(
        self, field: Field, posted: Posted, name: str, pointer: str,
        stored: Mapping[str, Any] | None, values: dict[str, Any], entered: Entered,
    ) -> None:  # fmt: skip
        before = None if stored is None else stored.get(field.id)
        if self.speech.is_reference(field):
            self._reference(field, posted, name, pointer, before, values, entered, is_new=stored is None)
            return
        parsed = self._parsed(field, posted, name)
        if isinstance(parsed, Reasons):
            entered.faults += [
                Reason(
                    each.code,
                    each.message,
                    pointer + (each.where or ""),
                    each.wanted,
                    each.got,
                    each.place,
                    each.remedy,
                )
                for each in parsed
            ]
            return
        kind = self.speech.types.of(field)
        if kind.is_blank(parsed, field):
            if stored is not None and before not in (None, "", [], ()):
                values[field.id] = kind.to_json(kind.blank, field)
            return
        if stored is not None and before is None and parsed is False:
            return
        tidy = self.speech.typed(field, parsed)
        if tidy != posted.get(name):
            entered.tidy[name] = tidy
        if stored is None or self.speech.entry(field, before) != tidy or kind.widget in _BY_VALUE:
            json = kind.to_json(parsed, field)
            if stored is None or json != _as_sent(json, before):
                values[field.id] = json

    def _parsed(self, field: Field, posted: Posted, name: str) -> Any:
        kind, texts = self.speech.types.of(field), posted.texts[name]
        text = texts[-1]
        if kind.widget in ("checkboxes", "checklist"):
            text = ",".join(each for each in texts if each)
        elif kind.widget in ("date", "datetime"):
            text = full_date(text, self.today)
        if kind.widget == "evidence":
            return kind.parse(_evidence(field, posted, name), field)
        if kind.widget == "signature":
            return kind.parse(text, field) if text.strip() else None
        return kind.parse_text(text, field, self.speech.locale, self.speech.zone)

    def _reference(
        self, field: Field, posted: Posted, name: str, pointer: str,
        before: Any, values: dict[str, Any], entered: Entered, *, is_new: bool,
    ) -> None:  # fmt: skip
        text = posted.get(name).strip()
        id_, _, label = posted.get(name + WAS).partition(" ")
        if not text:
            if not is_new and before is not None:
                values[field.id] = None
        elif id_ and text == label.strip():
            if is_new or id_ != id_of(before):
                values[field.id] = {"id": id_}
        else:
            values[field.id] = {"key": text}
            if isinstance(field.to, str):
                entered.loose.append(Loose(name, pointer, field.to, text))


_BY_VALUE = ("checkboxes", "checklist", "evidence")
"""Widgets whose text does not say all there is to the value."""


def _evidence(field: Field, posted: Posted, name: str) -> dict[str, Any] | None:
    """Return the evidence of a form: what was written, its kind, the files picked; None if there is nothing."""
    note, files = posted.get(name).strip(), [each for each in posted.texts.get(name + PICKED, ()) if each]
    if not note and not files:
        return None
    kind = posted.get(name + KIND) or (_kind_without(field, files) if name + KIND not in posted.texts else None)
    return {"note": note or None, "kind": kind, "files": [{"id": each} for each in dict.fromkeys(files)]}


def _kind_without(field: Field, files: list[str]) -> str | None:
    """Return the kind of evidence where the form asks for none: the first it takes, or the one that is a file."""
    return "file" if files and "file" in field.accepts else next(iter(field.accepts), None)


def _as_sent(sent: Any, before: Any) -> Any:
    """Return a stored value without what the house has put into it: who gave an evidence, what its files are called."""
    if not isinstance(sent, Mapping) or not isinstance(before, Mapping) or "files" not in sent:
        return before
    files = [{"id": each.get("id")} for each in before.get("files") or ()]
    return {**{name: before.get(name) for name in sent}, "files": files}


def _keep(posted: Posted, name: str, indexes: tuple[str, ...]) -> None:
    """Rows that say nothing are left out, so positions in pointers count only the others."""
    if name in posted.order and isinstance(posted.order, dict):
        posted.order[name] = indexes


def place(values: dict[str, Any], pointer: str, value: Any) -> None:
    """Put a value at a JSON pointer of values that were entered."""
    spot: Any = values
    *way, last = pointer.strip("/").split("/")
    for part in way:
        spot = spot[int(part)] if part.isdigit() else spot[part]
    spot[last] = value
