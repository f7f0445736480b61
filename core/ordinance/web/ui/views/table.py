"""A list of records: which columns, filters and tabs it has, and what the address says of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from ordinance.acts import Filter, Force
from ordinance.blueprint import Entity, Field
from ordinance.process.model import Path
from ordinance.web.ui.views.controls import Control, Option
from ordinance.web.ui.views.layout import names, words
from ordinance.web.ui.views.listing import Cell, Condition, FilterChip, Heading, Line
from ordinance.web.ui.views.process import chip_of
from ordinance.web.ui.views.speech import Speech, id_of

_PARAMETER = re.compile(r"filter\[([a-z0-9_.]+)\]\[([a-z_]+)\]")
_SYSTEM = ("number", "status", "created_at")
_CONDITIONS_MAX = 9
_ON_A_PHONE = 5
COUNT_SHOWN_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Address:
    """What the address of a list says; everything about a view is in it, so that it can be kept and sent.

    Attributes:
        entity: The kind of record.
        view: The list of the entity that is open.
        filters: The filters in force.
        sort: Paths, with whether they go down.
        columns: The columns chosen, if any were.
        search: The free text.
        step: Only documents that wait there.
        cursor: Where the page begins.
    """

    entity: str
    view: str = ""
    filters: tuple[Filter, ...] = ()
    sort: tuple[tuple[Path, bool], ...] = ()
    columns: tuple[str, ...] = ()
    search: str = ""
    step: str = ""
    cursor: str = ""

    @property
    def path(self) -> str:
        """The address without its query."""
        return f"/o/{self.entity}"

    def pairs(self) -> list[tuple[str, str]]:
        """Return the query in one order, without what is empty."""
        made = [("view", self.view), ("step", self.step), ("search", self.search)]
        made += [(f"filter[{'.'.join(each.path)}][{each.op}]", _joined(each.value)) for each in self.filters]
        made.append(("sort", ",".join(f"{'-' if down else ''}{'.'.join(path)}" for path, down in self.sort)))
        made += [("columns", each) for each in self.columns]
        return [*(pair for pair in made if pair[1]), *([("cursor", self.cursor)] if self.cursor else [])]

    def href(self, **change: Any) -> str:
        """Return the address with some of it changed; the page is the first again unless a cursor is given."""
        query = urlencode(replace(self, **{"cursor": "", **change}).pairs())
        return f"{self.path}?{query}" if query else self.path


def _joined(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ",".join(value)


def read_address(entity: str, pairs: Iterable[tuple[str, str]]) -> Address:
    """Return what a query says; a filter's typeahead sends its id beside the words."""
    said: dict[str, list[str]] = {}
    for name, value in pairs:
        said.setdefault(name, []).append(value.replace("\x00", "").strip())
    filters = []
    for name, values in said.items():
        match = _PARAMETER.fullmatch(name)
        value = values[-1]
        id_, _, label = said.get(f"{name}~was", [""])[-1].partition(" ")
        if match is None or not value:
            continue
        value = id_ if id_ and label == value else value
        parts = tuple(each for each in value.split(",") if each) if match[2] in ("in", "nin") else value
        filters.append(Filter(tuple(match[1].split(".")), match[2], parts))
    sort = said.get("sort", [""])[-1]
    return Address(
        entity,
        view=said.get("view", [""])[-1],
        filters=tuple(filters),
        sort=tuple(
            (tuple(each.lstrip("-").split(".")), each.startswith("-")) for each in sort.split(",") if each.strip("-")
        ),
        columns=tuple(each for each in said.get("columns", []) if each),
        search=said.get("search", [""])[-1],
        step=said.get("step", [""])[-1],
        cursor=said.get("cursor", [""])[-1],
    )


@dataclass(frozen=True, slots=True)
class Table:
    """One list of one entity in one language.

    Attributes:
        force: The configuration.
        speech: The language.
        entity: The kind of record.
        address: What is asked.
        readable: The fields the reader may see.
        mine: The steps the reader may do.
        labels: What the records are called that filters name, by id.
    """

    force: Force
    speech: Speech
    entity: Entity
    address: Address
    readable: frozenset[str]
    mine: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def view(self) -> Mapping[str, Any]:
        """The declared list that is open: the one named, else the first."""
        lists: Mapping[str, Mapping[str, Any]] = self.entity.lists
        return lists.get(self.address.view) or next(iter(lists.values()), {})

    def columns(self) -> tuple[str, ...]:
        """Return the columns: those chosen, else those of the list, else the first fields."""
        chosen = self.address.columns or names(self.view.get("columns"))
        usable = tuple(each for each in chosen if self._usable(each))
        return usable or tuple(each for each in self.choosable() if self._usable(each))[:7]

    def choosable(self) -> tuple[str, ...]:
        """Return every column there is, documents' own first."""
        plain = tuple(each.id for each in self.entity.fields.values() if not each.fields and each.id in self.readable)
        return (*(_SYSTEM if self.entity.workflows else ("created_at",)), *plain)

    def _usable(self, name: str) -> bool:
        return name in self.choosable()

    def sort(self) -> tuple[tuple[Path, bool], ...]:
        """Return the order: what the address says, else what the list says."""
        if self.address.sort:
            return self.address.sort
        declared = names(self.view.get("sort"))
        return tuple((tuple(each.lstrip("-").split(".")), each.startswith("-")) for each in declared)

    def label(self, name: str) -> str:
        """Return what a column is called."""
        found = self.entity.fields.get(name)
        return self.speech.of(found.label) or name if found is not None else self.speech.say(name)

    def headings(self) -> tuple[Heading, ...]:
        """Return the headings, each with the address that sorts by it, the other way round if it does already."""
        now = dict(self.sort()[:1])
        made = []
        for at, name in enumerate(self.columns()):
            down = now.get((name,))
            href = "" if not self._sortable(name) else self.address.href(sort=(((name,), down is False),))
            sorted_ = "" if down is None else "down" if down else "up"
            made.append(Heading(name, self.label(name), href, sorted_, self._numeric(name), self._opt(at, name)))
        return tuple(made)

    def _sortable(self, name: str) -> bool:
        found = self.entity.fields.get(name)
        return name != "status" and (
            found is None or self.force.types.of(found).widget not in ("lookup", "any_lookup", "checkboxes")
        )

    def _numeric(self, name: str) -> bool:
        found = self.entity.fields.get(name)
        return found is not None and self.force.types.of(found).align == "end"

    def _opt(self, at: int, name: str) -> bool:
        return at >= _ON_A_PHONE and not self._numeric(name)

    def lines(self, items: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
        """Return the rows."""
        return tuple(self._line(each) for each in items)

    def _line(self, record: Mapping[str, Any]) -> Line:
        href = f"/o/{self.entity.id}/{record['id']}"
        title = self.title(record)
        cells = [self._cell(record, name, at) for at, name in enumerate(self.columns())]
        linked = next((at for at, each in enumerate(cells) if each.text and not each.chip and not each.numeric), 0)
        cells[linked] = replace(cells[linked], href=href, text=cells[linked].text or title)
        return Line(record["id"], href, title, tuple(cells))

    def title(self, record: Mapping[str, Any]) -> str:
        """Return what a record is called."""
        if record.get("number"):
            return str(record["number"])
        for name in (self.entity.title, self.entity.key):
            found = self.entity.fields.get(name or "")
            if found is not None and record.get(found.id) is not None:
                return self.speech.text(found, record[found.id])
        return record.get("status") or self.speech.of(self.entity.label)

    def _cell(self, record: Mapping[str, Any], name: str, at: int) -> Cell:
        opt = self._opt(at, name)
        if name == "status":
            return Cell("", chip=chip_of(record, self.mine), opt=opt)
        found = self.entity.fields.get(name)
        if found is None:
            return Cell(self._system(record, name), opt=opt)
        return Cell(self.speech.text(found, record.get(name)), numeric=self._numeric(name), opt=opt)

    def _system(self, record: Mapping[str, Any], name: str) -> str:
        value = record.get(name)
        if name == "created_at" and value:
            return self.speech.instant(datetime.fromisoformat(value))
        return str(value or (self.speech.say("no_number") if name == "number" else ""))

    def totals(self, items: Sequence[Mapping[str, Any]]) -> tuple[Cell, ...]:
        """Return the sums of this page: of the list's `totals`, or of amounts that follow from other fields."""
        columns = self.columns()
        declared = set(names(self.view.get("totals")))
        summed = {name for name in columns if self._sums(name, declared)}
        if not summed or len(items) < 2:
            return ()
        made = [
            self._total(name, items, at) if name in summed else Cell("", opt=self._opt(at, name))
            for at, name in enumerate(columns)
        ]
        first = next((at for at, name in enumerate(columns) if name not in summed), None)
        if first is not None:
            made[first] = replace(made[first], text=self.speech.say("page_total"), opt=False)
        return tuple(made)

    def _sums(self, name: str, declared: set[str]) -> bool:
        found = self.entity.fields.get(name)
        if found is None:
            return False
        return name in declared or (
            not declared and found.formula is not None and self.force.types.of(found).widget == "money"
        )

    def _total(self, name: str, items: Sequence[Mapping[str, Any]], at: int) -> Cell:
        found = self.entity.fields[name]
        total = sum((Decimal(str(each[name])) for each in items if each.get(name) is not None), Decimal(0))
        return Cell(self.speech.text(found, str(total)), numeric=True, opt=self._opt(at, name))

    def chips(self) -> tuple[FilterChip, ...]:
        """Return the filters in force, each with the address without it."""
        filters = self.address.filters
        return tuple(
            FilterChip(
                self._said(each), self.address.href(filters=tuple(other for other in filters if other is not each))
            )
            for each in filters
        )

    def _said(self, each: Filter) -> str:
        found = self.entity.at(each.path)
        label = self.speech.of(found.label) if found is not None else self.label(".".join(each.path))
        if each.op in ("empty", "exists"):
            filled = (each.op == "exists") == (each.value == "true")
            return f"{label}: {self.speech.say('filled' if filled else 'not_filled')}"
        texts = (each.value,) if isinstance(each.value, str) else each.value
        value = ", ".join(self._value(found, text) for text in texts)
        phrase = {"gte": "at_least", "gt": "at_least", "lte": "at_most", "lt": "at_most", "contains": "contains"}.get(
            each.op
        )
        return f"{label}: {self.speech.say(phrase, value=value) if phrase else value}"

    def _value(self, found: Field | None, text: str) -> str:
        if found is None:
            return text
        if self.speech.is_reference(found):
            return self.labels.get(text, text)
        if text in found.options:
            return self.speech.of(found.options[text])
        return (
            self.speech.say("yes" if text == "true" else "no")
            if self.force.types.of(found).widget == "checkbox"
            else text
        )

    def conditions(self) -> tuple[Condition, ...]:
        """Return the filter panel: the columns first, then what is searched or indexed."""
        columns = [name for name in self.columns() if name in self.entity.fields]
        others = [
            each.id for each in self.entity.fields.values() if (each.index or each.search) and each.id in self.readable
        ]
        wanted = dict.fromkeys([*columns, *others])
        made = [self._condition(self.entity.fields[name]) for name in list(wanted)[:_CONDITIONS_MAX]]
        return tuple(each for each in made if each.controls)

    def _condition(self, each: Field) -> Condition:
        kind = self.force.types.of(each)
        label = self.speech.of(each.label) or each.id
        if kind.widget == "lookup" and isinstance(each.to, str):
            value = self._filter(each.id, "eq")
            return Condition(
                label,
                (self._input(each, "eq", "ref", value=self.labels.get(value, value), reference=value, source=each.to),),
            )
        if kind.widget in ("select", "checkbox"):
            return Condition(label, (self._input(each, "eq", "select", options=self._options(each)),))
        if "gte" in kind.operators:
            widget = "date" if kind.widget in ("date", "datetime") else "text"
            return Condition(
                label, tuple(self._input(each, op, widget, value=self._filter(each.id, op)) for op in ("gte", "lte"))
            )
        if "contains" in kind.operators and kind.widget != "checkboxes":
            return Condition(label, (self._input(each, "contains", "text", value=self._filter(each.id, "contains")),))
        return Condition(label, ())

    def _input(self, each: Field, op: str, widget: str, **more: Any) -> Control:
        return Control(f"filter[{each.id}][{op}]", self.speech.of(each.label), widget, **more)

    def _options(self, each: Field) -> tuple[Option, ...]:
        now = self._filter(each.id, "eq")
        yes_no = {"true": self.speech.say("yes"), "false": self.speech.say("no")}
        made = {id: self.speech.of(label) for id, label in each.options.items()} or yes_no
        return (
            Option("", self.speech.say("any"), not now),
            *(Option(id, label, id == now) for id, label in made.items()),
        )

    def _filter(self, name: str, op: str) -> str:
        found = next((each for each in self.address.filters if each.path == (name,) and each.op == op), None)
        return _joined(found.value) if found is not None else ""

    def kept(self) -> tuple[tuple[str, str], ...]:
        """Return what a form of the list must send along."""
        return tuple((name, value) for name, value in self.address.pairs() if name not in ("search", "cursor"))

    def choice(self) -> tuple[tuple[str, str, bool], ...]:
        """Return every column with its label and whether it is shown."""
        now = self.columns()
        return tuple((name, self.label(name), name in now) for name in dict.fromkeys((*now, *self.choosable())))


def view_label(speech: Speech, id: str, view: Mapping[str, Any]) -> str:
    """Return what a declared list is called."""
    return speech.of(words(view.get("label"))) or id


def count_text(count: int | None) -> str:
    """Return how many there are, exactly up to ten thousand."""
    if count is None:
        return ""
    return f"{count:,}" if count < COUNT_SHOWN_MAX else f"{COUNT_SHOWN_MAX:,}+"


def references_in(address: Address, entity: Entity, speech: Speech) -> list[tuple[str, str]]:
    """Return the records that filters name: (entity, id), to be looked up for their names."""
    found = []
    for each in address.filters:
        at = entity.at(each.path)
        if at is not None and speech.is_reference(at) and isinstance(at.to, str):
            texts = (each.value,) if isinstance(each.value, str) else each.value
            found += [(at.to, text) for text in texts if text.isdigit()]
    return found


def name_of(record: Mapping[str, Any], entity: Entity, speech: Speech) -> str:
    """Return what a record is called, from its title, key or number."""
    for name in (entity.title, entity.key):
        found = entity.fields.get(name or "")
        if found is not None and record.get(found.id) is not None:
            return speech.text(found, record[found.id])
    return str(record.get("number") or id_of(record))
