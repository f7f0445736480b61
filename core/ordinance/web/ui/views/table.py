"""A list of records: which columns it has, how they are sorted, what stands in a row. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from ordinance.acts import Force
from ordinance.acts.counting import COUNTED_MAX, Waiting
from ordinance.acts.narrowing import DUE
from ordinance.blueprint import Entity, Field
from ordinance.expressions import Expression
from ordinance.process.model import Path
from ordinance.web.ui.views.address import Address
from ordinance.web.ui.views.layout import names, words
from ordinance.web.ui.views.listing import Cell, Heading, Line, Place
from ordinance.web.ui.views.process import TERMINAL, chip_of
from ordinance.web.ui.views.relative import Clock
from ordinance.web.ui.views.speech import Speech, id_of

_SYSTEM = ("number", "status", "created_at")
_COLUMNS = 7
_ON_A_PHONE = 5


@dataclass(frozen=True, slots=True)
class Table:
    """One list of one entity in one language.

    Attributes:
        force: The configuration.
        speech: The language.
        entity: The kind of record.
        address: What is asked.
        readable: The fields the reader may see.
        clock: The moment, and where the company is.
        mine: The steps the reader may do.
        held: The roles of the reader.
        labels: What the records are called that filters name, by id.
        waits: Where the documents of the page wait, by id.
        opens: The kinds of record whose names the reader may see as such, and so sort by.
    """

    force: Force
    speech: Speech
    entity: Entity
    address: Address
    readable: frozenset[str]
    clock: Clock
    mine: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    waits: Mapping[int, tuple[Waiting, ...]] = field(default_factory=dict)
    opens: frozenset[str] = frozenset()

    def lists(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the declared lists that the reader finds; one whose condition cannot be decided is not among them."""
        return {
            id: view
            for id, view in self.entity.lists.items()
            if (not view.get("by") or self.held & set(names(view.get("by"))))
            and (not view.get("when") or self._decidable(id))
        }

    def _decidable(self, id: str) -> bool:
        shows = self.entity.shows.get(id)
        own = () if shows is None else (path[0] for path in shows.reads if path[0] in self.entity.fields)
        return shows is not None and all(name in self.readable for name in own)

    @property
    def plain(self) -> str:
        """The list that is open without a word: the first that shows every record, so that nothing is hidden."""
        return next((id for id, view in self.lists().items() if not view.get("when")), "")

    @property
    def open(self) -> str:
        """The declared list that is open, or empty if the entity has none that shows every record."""
        return self.address.view if self.address.view in self.lists() else self.plain

    @property
    def view(self) -> Mapping[str, Any]:
        """How the open list looks; one that shows every record looks as the first does if none is declared."""
        return self.lists().get(self.open) or next(iter(self.lists().values()), {})

    def columns(self) -> tuple[str, ...]:
        """Return the columns: those chosen, else those of the list, else the first fields."""
        chosen, there = self.address.columns or names(self.view.get("columns")), self.choosable()
        return tuple(each for each in chosen if each in there) or there[:_COLUMNS]

    def gone(self) -> tuple[str, ...]:
        """Return the columns of the address that there are no more, or that the reader may not see."""
        there = self.choosable()
        return tuple(each for each in self.address.columns if each not in there)

    def choosable(self) -> tuple[str, ...]:
        """Return every column there is, documents' own first."""
        plain = tuple(each.id for each in self.entity.fields.values() if not each.fields and each.id in self.readable)
        due = DUE if self.has_due else ()
        return (*(_SYSTEM if self.entity.workflows else ("created_at",)), *due, *plain)

    @property
    def has_due(self) -> bool:
        """Whether any step of these documents has a time by which it is to be done."""
        variants = self.force.blueprint.variants(self.entity.id)
        own = DUE[0] not in self.entity.fields
        return own and any(step.due is not None for workflow in variants for step in workflow.steps)

    def deadlines(self) -> frozenset[str]:
        """Return the fields that say until when something is to be done: a step's, or what a declared list says."""
        variants = self.force.blueprint.variants(self.entity.id)
        due = (step.due for workflow in variants for step in workflow.steps)
        said = {each.source for each in due if isinstance(each, Expression)}
        said |= {str(view["due"]) for view in self.entity.lists.values() if view.get("due")}
        return frozenset(said & self.readable)

    def sort(self) -> tuple[tuple[Path, bool], ...]:
        """Return the order: what the address says, else what the list says."""
        if self.address.sort:
            return self.address.sort
        declared = names(self.view.get("sort"))
        return tuple((tuple(each.lstrip("-").split(".")), each.startswith("-")) for each in declared)

    def asked_sort(self) -> tuple[tuple[Path, bool], ...]:
        """Return the order as acts take it; a column that cannot be sorted by is left out.

        Records get their ids in the order of time, and there is an index on them: so that is when they were made.
        """
        made = [(self.sorts_by(path), down) for path, down in self.sort()]
        return tuple((path, down) for path, down in made if path)

    def sorts_by(self, path: Path) -> Path:
        """Return what acts sort by for a column; empty for one that there is not, or that has no order."""
        if path == ("created_at",):
            return ("id",)
        if len(path) > 1 or (path == ("number",) and self.entity.workflows):
            return path
        found = self.entity.fields.get(path[0])
        if found is None or found.id not in self.readable or not self.force.types.of(found).stored:
            return ()
        if not self.speech.is_reference(found):
            return path if self.force.types.of(found).widget not in ("checkboxes", "checklist") else ()
        target = self.force.blueprint.entities.get(found.to or "") if isinstance(found.to, str) else None
        if target is None or target.id not in self.opens:
            return ()
        named = target.fields.get(target.title or target.key or "")
        plain = named is not None and self.force.types.of(named).stored and not self.speech.is_reference(named)
        return (*path, named.id) if named is not None and plain else ()

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
            href = "" if not self.sorts_by((name,)) else self.address.href(sort=(((name,), down is False),))
            sorted_ = "" if down is None else "down" if down else "up"
            made.append(Heading(name, self.label(name), href, sorted_, self.numeric(name), self.opt(at, name)))
        return tuple(made)

    def numeric(self, name: str) -> bool:
        """Return whether a column holds numbers."""
        found = self.entity.fields.get(name)
        return found is not None and self.force.types.of(found).align == "end"

    def opt(self, at: int, name: str) -> bool:
        """Return whether a column leaves on a phone."""
        return at >= _ON_A_PHONE and not self.numeric(name)

    def lines(self, items: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
        """Return the rows; each leads to its record with the way back to its neighbours."""
        origin = urlencode({"from": replace(self.address, screen="").query})
        columns, due = self.columns(), self.deadlines()
        return tuple(self._line(each, columns, due, f"{origin}&at={at}") for at, each in enumerate(items))

    def _line(self, record: Mapping[str, Any], columns: Sequence[str], due: frozenset[str], origin: str) -> Line:
        href = f"/o/{self.entity.id}/{record['id']}?{origin}"
        title = self.title(record)
        cells = [self._cell(record, name, at, due) for at, name in enumerate(columns)]
        linked = next((at for at, each in enumerate(cells) if each.text and not each.chip and not each.numeric), 0)
        cells[linked] = replace(cells[linked], href=href, text=cells[linked].text or title)
        return Line(record["id"], href, title, tuple(cells), " ".join(record.get("waits_at") or ()))

    def title(self, record: Mapping[str, Any]) -> str:
        """Return what a record is called."""
        if record.get("number"):
            return str(record["number"])
        for name in (self.entity.title, self.entity.key):
            found = self.entity.fields.get(name or "")
            if found is not None and record.get(found.id) is not None:
                return self.speech.text(found, record[found.id])
        return record.get("status") or self.speech.of(self.entity.label)

    def _cell(self, record: Mapping[str, Any], name: str, at: int, due: frozenset[str]) -> Cell:
        opt = self.opt(at, name)
        if name == "status":
            return Cell("", chip=chip_of(record, self.mine), opt=opt)
        found = self.entity.fields.get(name)
        if found is None:
            return self._system(record, name, opt=opt)
        late = name in due and self.is_past(found, record)
        return Cell(self.speech.text(found, record.get(name)), numeric=self.numeric(name), late=late, opt=opt)

    def is_past(self, found: Field, record: Mapping[str, Any]) -> bool:
        """Return whether the day in a field of a document that is not ended is over."""
        value = record.get(found.id)
        if not isinstance(value, str) or record.get("phase") in TERMINAL:
            return False
        if self.force.types.of(found).widget == "datetime":
            return datetime.fromisoformat(value) < self.clock.now
        return value < self.clock.today.isoformat()

    def _system(self, record: Mapping[str, Any], name: str, *, opt: bool) -> Cell:
        if (name,) == DUE:
            due = next((each.due for each in self.waits.get(int(record["id"]), ()) if each.due is not None), None)
            text = "" if due is None else self.speech.instant(due)
            return Cell(text, late=due is not None and due < self.clock.now, opt=opt)
        value = record.get(name)
        if name == "created_at" and value:
            return Cell(self.speech.instant(datetime.fromisoformat(value)), opt=opt)
        return Cell(str(value or (self.speech.say("no_number") if name == "number" else "")), opt=opt)

    def summed(self) -> tuple[str, ...]:
        """Return the columns with a total: the list's `totals`, or amounts that follow from other fields."""
        declared = set(names(self.view.get("totals")))
        return tuple(name for name in self.columns() if self._sums(name, declared))

    def _sums(self, name: str, declared: set[str]) -> bool:
        found = self.entity.fields.get(name)
        if found is None:
            return False
        kind = self.force.types.of(found)
        return kind.decimals(found) is not None and (
            name in declared or (not declared and found.formula is not None and kind.is_amount)
        )

    def totals(self, sums: Mapping[str, Any]) -> tuple[Cell, ...]:
        """Return the row of totals; a sum that is not known yet has a place all the same.

        Args:
            sums: What was added up over the whole list, by column.
        """
        summed, columns = self.summed(), self.columns()
        if not summed:
            return ()
        made = [
            Cell(self.total(name, sums.get(name)), numeric=True, opt=self.opt(at, name), sum=name)
            if name in summed
            else Cell("", opt=self.opt(at, name))
            for at, name in enumerate(columns)
        ]
        first = next((at for at, name in enumerate(columns) if name not in summed), None)
        if first is not None:
            made[first] = replace(made[first], text=self.speech.say("total"), opt=False)
        return tuple(made)

    def total(self, name: str, value: Any) -> str:
        """Return a sum as it is read."""
        return self.speech.text(self.entity.fields[name], value) if value is not None else ""

    def choice(self) -> tuple[Place, ...]:
        """Return every column: those shown in their order, each with the way to the left and to the right."""
        now = self.columns()
        shown = [
            Place(name, self.label(name), shown=True, up=self._moved(now, at, -1), down=self._moved(now, at, 1))
            for at, name in enumerate(now)
        ]
        return (*shown, *(Place(name, self.label(name)) for name in self.choosable() if name not in now))

    def _moved(self, now: tuple[str, ...], at: int, by: int) -> str:
        if not 0 <= at + by < len(now):
            return ""
        made = list(now)
        made.insert(at + by, made.pop(at))
        return self.address.href(columns=tuple(made))


def view_label(speech: Speech, id: str, view: Mapping[str, Any]) -> str:
    """Return what a declared list is called."""
    return speech.of(words(view.get("label"))) or id


def count_text(count: int | None) -> str:
    """Return how many there are, exactly up to ten thousand."""
    if count is None:
        return ""
    return f"{count:,}" if count <= COUNTED_MAX else f"{COUNTED_MAX:,}+"


def name_of(record: Mapping[str, Any], entity: Entity, speech: Speech) -> str:
    """Return what a record is called, from its title, key or number."""
    for name in (entity.title, entity.key):
        found = entity.fields.get(name or "")
        if found is not None and record.get(found.id) is not None:
            return speech.text(found, record[found.id])
    return str(record.get("number") or id_of(record))
