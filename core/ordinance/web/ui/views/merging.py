"""Two people changed one record: what becomes of it, field by field and row by row, and what somebody must choose.

What only one of them changed is taken as it is. Rows are the same if they have the same id, wherever they stand.
Nothing that was typed is lost: it stands in the form, beside what is there now. Pure.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ordinance.blueprint import Entity, Field
from ordinance.web.ui.views.entry import KIND, PICKED, WAS, Posted
from ordinance.web.ui.views.record import Difference
from ordinance.web.ui.views.speech import Speech, id_of, label_of

Record = Mapping[str, Any]
_LARGEST = 4 * 1024 * 1024


def packed(record: Record, names: frozenset[str]) -> str:
    """Return some fields of a record as the form carries them: what whoever fills it in has before their eyes."""
    kept = {name: value for name, value in record.items() if name in names}
    return base64.urlsafe_b64encode(zlib.compress(msgspec.json.encode(kept), 9)).decode()


def unpacked(text: str) -> dict[str, Any]:
    """Return what `packed` made a text of; nothing if it is none of ours."""
    try:
        opened = zlib.decompressobj()
        plain = opened.decompress(base64.urlsafe_b64decode(text.encode()), _LARGEST)
        found = msgspec.json.decode(plain)
    except (binascii.Error, zlib.error, msgspec.DecodeError, UnicodeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(slots=True)
class Merged:
    """A form after a conflict.

    Attributes:
        texts: What stands in its inputs, by name: what was typed; elsewhere stands what is there now.
        order: The indexes of the rows it has.
        values: What it comes to, for the acts.
        differences: What somebody must choose.
        taken: What the others changed and is taken as it is.
    """

    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    order: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    taken: list[Difference] = field(default_factory=list)

    @property
    def posted(self) -> Posted:
        """The form, as if it had been sent so."""
        return Posted(self.texts, self.order)


@dataclass(frozen=True, slots=True)
class Merging:
    """Puts together what was typed and what is there now.

    Args:
        speech: The language and the types.
        entity: The kind of record.
        posted: The form.
        base: The record as it was when the form was opened.
        current: The record as it is.
    """

    speech: Speech
    entity: Entity
    posted: Posted
    base: Record
    current: Record

    def of(self, mine: Record) -> Merged:
        """Return the form as it is to be shown.

        Args:
            mine: What was changed in the form, against `base`.
        """
        made = Merged({name: each for name, each in self.posted.texts.items() if name.startswith("_")})
        for name, each in self.entity.fields.items():
            if each.fields:
                if name in mine:
                    self._lines(made, each, mine[name])
                elif name in self.base:
                    self._others_rows(made, each)
            elif each.formula is None:
                self._field(made, each, name, name, mine, self.base, self.current, made.values, "")
        return made

    def _field(
        self, made: Merged, each: Field, name: str, sent: str, mine: Record, base: Record, current: Record,
        values: dict[str, Any], row: str,
    ) -> None:  # fmt: skip
        """Settle one field, or one cell: `name` is what it will be called, `sent` what it was called in the form."""
        was, now = base.get(each.id), current.get(each.id)
        changed = each.id in base and not _same(was, now)
        if each.id not in mine:
            if changed:
                made.taken.append(Difference(self._label(each, row), "", self._text(each, now), self._text(each, was)))
            return
        value = mine[each.id]
        if (changed or each.id not in base) and _same(value, now):
            return
        values[each.id] = value
        self._keep(made, name, sent)
        if changed or (each.id not in base and now is not None):
            made.differences.append(
                Difference(
                    self._label(each, row),
                    self._said(each, sent, value),
                    self._text(each, now),
                    self._text(each, was),
                    name,
                    mine_entry=self.posted.get(sent),
                    theirs_entry=label_of(now) if self.speech.is_reference(each) and now else self._entry(each, now),
                    theirs_id=id_of(now) if self.speech.is_reference(each) else "",
                )
            )

    def _keep(self, made: Merged, name: str, sent: str) -> None:
        for tail in ("", WAS, KIND, PICKED):
            if sent + tail in self.posted.texts:
                made.texts[name + tail] = self.posted.texts[sent + tail]

    def _lines(self, made: Merged, lines: Field, sent: list[dict[str, Any]]) -> None:
        base = {row["id"]: row for row in self.base.get(lines.id) or () if row.get("id")}
        mine = {row["id"]: row for row in sent if row.get("id")}
        # Reading the form left in its order only the rows that say something, so rows and indexes go side by side.
        spots = [*zip(sent, self.posted.order.get(lines.id, ()), strict=False)]
        spot_of = {row["id"]: spot for row, spot in spots if row.get("id")}
        rows: list[dict[str, Any]] = []
        current = self.current.get(lines.id) or ()
        for row in current:
            id, at, number = row["id"], len(rows), self.speech.say("row_of", row=len(rows) + 1)
            kept: dict[str, Any] = {"id": id}
            if id in mine:
                for each in lines.fields.values():
                    if each.formula is None:
                        names = (f"{lines.id}.{at}.{each.id}", f"{lines.id}.{spot_of.get(id, '')}.{each.id}")
                        self._field(made, each, *names, mine[id], base.get(id, {}), row, kept, number)
            elif id in base:
                if all(_same(base[id].get(name), row.get(name)) for name in base[id]):
                    continue
                say, pick = self.speech.say, f"{lines.id}.{at}"
                label = f"{self.speech.of(lines.label)} {number}"
                made.differences.append(Difference(label, say("row_cut"), say("row_changed"), "", pick, kind="cut"))
            else:
                made.taken.append(Difference(f"{self.speech.of(lines.label)} {number}", "", self._summary(lines, row)))
            rows.append(kept)
        there = {row["id"] for row in current}
        for row, spot in spots:
            if row.get("id") not in there:
                self._again(made, lines, row, base.get(row.get("id"), {}), spot, rows)
        made.values[lines.id] = rows
        made.order[lines.id] = tuple(map(str, range(len(rows))))

    def _again(
        self, made: Merged, lines: Field, row: dict[str, Any], was: Record, spot: str, rows: list[dict[str, Any]]
    ) -> None:
        """Put in a row that is new, or that the others took away while it was being changed."""
        say, name, at = self.speech.say, self.speech.of(lines.label), len(rows)
        is_new = row.get("id") is None
        if not is_new and len(row) == 1:
            made.taken.append(Difference(name, "", say("row_cut"), self._summary(lines, was)))
            return
        kept: dict[str, Any] = {}
        for each in lines.fields.values():
            sent = f"{lines.id}.{spot}.{each.id}"
            if each.formula is None and sent in self.posted.texts:
                self._keep(made, f"{lines.id}.{at}.{each.id}", sent)
                value = row.get(each.id, was.get(each.id))
                kept |= {each.id: value} if each.id in row or value is not None else {}
        if not is_new:
            label, pick = f"{name} {say('row_of', row=at + 1)}", f"{lines.id}.{at}"
            made.differences.append(Difference(label, say("row_changed"), say("row_cut"), "", pick, kind="keep"))
        rows.append(kept)

    def _others_rows(self, made: Merged, lines: Field) -> None:
        """Tell what the others changed in lines that were not touched in the form."""
        before, now = self.base.get(lines.id) or (), self.current.get(lines.id) or ()
        if not _same_rows(before, now):
            say = self.speech.say
            made.taken.append(
                Difference(
                    self.speech.of(lines.label), "", say("rows_count", n=len(now)), say("rows_count", n=len(before))
                )
            )

    def _label(self, each: Field, row: str) -> str:
        return " ".join(part for part in (row, self.speech.of(each.label) or each.id) if part)

    def _text(self, each: Field, value: Any) -> str:
        return self.speech.text(each, value)

    def _entry(self, each: Field, value: Any) -> str:
        return self.speech.entry(each, value)

    def _said(self, each: Field, sent: str, value: Any) -> str:
        return self.posted.get(sent) if self.speech.is_reference(each) else self._text(each, value)

    def _summary(self, lines: Field, row: Record) -> str:
        said = [self._text(each, row.get(each.id)) for each in lines.fields.values() if each.required]
        return " · ".join([each for each in said if each][:3])


def _same(one: Any, other: Any) -> bool:
    """Return whether two JSON values mean the same: references and files by their ids, nothing by any nothing."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if value in (None, "", [], (), {}):
        return None
    if isinstance(value, Mapping):
        if "id" in value:
            return {"id": str(value["id"])}
        return {name: _plain(each) for name, each in value.items() if name not in ("by", "at")}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _same_rows(one: Any, other: Any) -> bool:
    return [dict(row) for row in one] == [dict(row) for row in other]
