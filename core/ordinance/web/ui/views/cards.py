"""What stands on a card of board and calendar: whom a document concerns, until when, what it comes to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ordinance.access import ACCOUNT
from ordinance.acts.counting import Waiting
from ordinance.blueprint import Field
from ordinance.process.model import Path
from ordinance.web.ui.views.table import Table


@dataclass(frozen=True, slots=True)
class Brief:
    """A document in a few words."""

    id: str
    href: str
    title: str
    whom: str = ""
    due: str = ""
    late: bool = False
    amount: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Briefs:
    """Makes cards of one table's records."""

    table: Table

    def whom(self) -> Field | None:
        """Return the field that says whom a document concerns: its first reference that must be filled in."""
        found = (each for each in self._fields() if self.table.speech.is_reference(each))
        return next((each for each in found if each.required), None)

    def amount(self) -> Field | None:
        """Return the field that says what a document comes to: the last of the amounts that follow from others."""
        types = self.table.force.types
        found = [each for each in self._fields() if each.formula is not None and types.of(each).is_amount]
        shown = [each for each in found if each.id in self.table.columns()]
        return next(reversed(shown or found), None)

    def owner(self) -> Field | None:
        """Return the field of the person that looks after a document."""
        found = (each for each in self._fields() if each.to == ACCOUNT and not each.required)
        shown = [each for each in found if each.id in self.table.columns()]
        return shown[0] if shown else None

    def until(self) -> Field | None:
        """Return the field of the day by which a document is to be done, else the first day among the columns."""
        types, columns = self.table.force.types, self.table.columns()
        days = [each for each in self._fields() if types.of(each).widget in ("date", "datetime")]
        named = [each for each in days if each.id in self.table.deadlines()]
        return next((each for each in (*named, *(one for one in days if one.id in columns))), None)

    def _fields(self) -> list[Field]:
        fields = self.table.entity.fields.values()
        return [each for each in fields if each.id in self.table.readable and not each.fields]

    def fields(self) -> tuple[str, ...]:
        """Return the fields that cards need."""
        entity = self.table.entity
        wanted = [each.id for each in (self.whom(), self.amount(), self.owner(), self.until()) if each is not None]
        named = [name for name in (entity.title, entity.key) if name in self.table.readable]
        plain = [each.id for each in self._fields()]
        return tuple(dict.fromkeys((*wanted, *named))) or tuple(plain[:1])

    def sorts(self) -> tuple[tuple[Path, bool], ...]:
        """Return the order of cards: that of the address, else the oldest first."""
        return self.table.asked_sort() if self.table.address.sort else ((("id",), False),)

    def brief(self, record: Mapping[str, Any], waits: tuple[Waiting, ...] = ()) -> Brief:
        """Return one card."""
        table, speech = self.table, self.table.speech
        amount, owner = self.amount(), self.owner()
        due, late = self._due(record, waits)
        text = speech.text(amount, record.get(amount.id)) if amount is not None else ""
        return Brief(
            id=str(record["id"]),
            href=f"/o/{table.entity.id}/{record['id']}",
            title=table.title(record),
            whom=self._text(self.whom(), record),
            due=due,
            late=late,
            amount=speech.money(amount, text) if amount is not None and text else "",
            owner=self._text(owner, record),
        )

    def _text(self, field: Field | None, record: Mapping[str, Any]) -> str:
        return self.table.speech.text(field, record.get(field.id)) if field is not None else ""

    def _due(self, record: Mapping[str, Any], waits: tuple[Waiting, ...]) -> tuple[str, bool]:
        now = self.table.clock.now
        open_ = next((each.due for each in waits if each.due is not None), None)
        if open_ is not None:
            return self.table.speech.moment(open_, now), open_ < now
        field = self.until()
        text = self._text(field, record)
        if field is None or not text:
            return "", False
        late = field.id in self.table.deadlines() and self.table.is_past(field, record)
        return text.removeprefix(f"{self.table.clock.today.year}-"), late
