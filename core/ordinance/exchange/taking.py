"""Take one row after the other through the ordinary acts, and say what came of each.

Source: peers.md §4 (re-import updates; an empty cell clears, an absent column leaves alone).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ordinance.acts import Call, Done, Filter, House, Page, Query, Refused, create, listing, update
from ordinance.acts.desk import Desk
from ordinance.acts.guarding import blank, required_faults
from ordinance.acts.running import derive_needs
from ordinance.acts.versions import has_versions, is_current
from ordinance.acts.writing import plain_value
from ordinance.blueprint import Entity, Field
from ordinance.exchange.mapping import Mapping, keys_of
from ordinance.exchange.rows import Lookup, Row
from ordinance.fields.references import id_of
from ordinance.problems import Reason, Text, reason

_TURNS_MAX = 6
"""How often a bad row is tried again without what was wrong, so that the faults behind those are told too."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a row: the record and its version, and of one that was there what it held before."""

    kind: Literal["created", "updated", "unchanged", "bad"]
    record: int | None = None
    version: int | None = None
    before: dict[str, Any] | None = None


@dataclass(slots=True)
class Seen:
    """What earlier rows of the same file said: keys, and values that only one record may have, each with its row."""

    keys: dict[tuple[Any, ...], int] = field(default_factory=dict)
    values: dict[tuple[str, str], int] = field(default_factory=dict)


class Undo(Exception):  # noqa: N818 - leaves the transaction of a dry run, or of a failed one
    """Ends a unit of work and leaves nothing of it."""


class Taker:
    """Takes the rows of one import.

    Args:
        house: The site.
        call: Who imports.
        entity: What the rows are.
        mapping: Which column is which field.
        seen: What earlier rows said, where rows are taken in several transactions.
        coming: Keys of records that other rows of the file make: a reference to one is not told as a fault.
        remembers: Whether to find out what a record held before, so that it can be put back.
    """

    def __init__(
        self, house: House, call: Call, entity: Entity, mapping: Mapping, *, seen: Seen | None = None,
        coming: frozenset[str] = frozenset(), remembers: bool = False,
    ) -> None:  # fmt: skip
        self.house, self.call, self.entity, self.mapping = house, call, entity, mapping
        self.keys = keys_of(entity, mapping)
        self.seen = seen or Seen()
        self.apart = seen is not None
        self.coming, self.remembers = coming, remembers

    async def one(self, row: Row) -> Outcome:
        """Take a row, or note every fault it has."""
        if row.orphaned:
            return Outcome("bad")
        self._check_repeated(row)
        for each in row.lookups:
            await self._look_up(row, each)
        known = await self._find(row)
        before = await self._stored(known) if known is not None and self.remembers else None
        for _ in range(_TURNS_MAX):
            outcome, faults = await self._tried(row, known)
            if not self._noted(row, faults):
                break
        if row.faults:
            return Outcome("bad")
        if known is not None and before is not None:
            return await self._compared(known, before)
        if not isinstance(outcome, Done):
            # What was refused is a reference to a record that another row makes: then nothing can be said yet.
            return Outcome("created" if known is None else "updated")
        return Outcome("created" if known is None else "updated", outcome.id, outcome.version)

    async def _stored(self, id: int) -> dict[str, Any]:
        async with self.house.database.work(write=False) as work:
            return (await self.house.force.store.get_many(work, self.entity.id, [id], lines=True))[id]

    async def _compared(self, id: int, before: dict[str, Any]) -> Outcome:
        """Return whether a record was changed, and what it held where it was."""
        after = await self._stored(id)
        async with self.house.database.work(write=False) as work:
            desk = Desk.of(self.house.force, work, self.call, {})
            old, new = (
                {name: plain_value(desk, each, record.get(name)) for name, each in self.entity.fields.items()
                 if each.formula is None}
                for record in (before, after)
            )  # fmt: skip
        changed = {name: value for name, value in old.items() if value != new[name]}
        return Outcome("updated" if changed else "unchanged", id, after["version"], changed)

    def note(self, row: Row) -> None:
        """Look at a row that is not taken, so that later ones are found to repeat it."""
        if not row.orphaned:
            self._check_repeated(row)

    def _check_repeated(self, row: Row) -> None:
        key = self._key(row)
        if self.apart:
            self._check_unique(row, key)
        if not key:
            return
        identity = tuple((name, str(value)) for name, value in key.items())
        first = self.seen.keys.setdefault(identity, row.number)
        if first != row.number:
            got = ", ".join(text for name, _ in identity if (text := row.spot(f"/{name}").got or str(key[name])))
            row.fault(f"/{identity[0][0]}", "repeated_key", reason("repeated_key", None, row=first, got=got).message)

    def _check_unique(self, row: Row, key: dict[str, Any]) -> None:
        """Find a value twice that only one record may have: rows taken apart do not meet in the database."""
        for name, value in row.values.items():
            if self.entity.fields[name].unique and name not in key and not blank(value):
                first = self.seen.values.setdefault((name, str(value)), row.number)
                if first != row.number:
                    said = reason("repeated_key", None, row=first, got=row.spot(f"/{name}").got)
                    row.fault(f"/{name}", said.code, said.message)

    def _key(self, row: Row) -> dict[str, Any]:
        """Return the values by which the record is known: those of the first key that is filled in."""
        for names in self.keys:
            values = {name: row.identity.get(name) or row.values.get(name) for name in names}
            if not any(blank(value) for value in values.values()):
                return values
        return {}

    async def _find(self, row: Row) -> int | None:
        """Return the record that the row is about, if there is one already; several are a fault."""
        key = await self._stored_key(self._key(row))
        if not key:
            return None
        async with self.house.database.work(write=False) as work:
            found = await self.house.force.store.find(work, self.entity.id, key, limit=_VERSIONS_MAX)
        if has_versions(self.entity):
            found = [each for each in found if is_current(each)]
        if len(found) > 1:
            name = next(iter(key))
            got = row.spot(f"/{name}").got
            row.fault(f"/{name}", "ambiguous", reason("ambiguous", None, entity=self.entity.label, got=got).message)
        return int(found[0]["id"]) if found else None

    async def _stored_key(self, key: dict[str, Any]) -> dict[str, Any]:
        """Return a key as it is stored, references as ids; nothing if one of them leads nowhere."""
        stored: dict[str, Any] = {}
        for name, value in key.items():
            field = self.entity.fields.get(name)
            if name == "id" and field is None:
                stored[name] = id_of(value)
            else:
                stored[name] = value if field is None or field.to is None else await self._id_of(field, value)
            if stored[name] is None:
                return {}
        return stored

    async def _id_of(self, field: Field, value: Any) -> int | None:
        text = str(value["key"] if isinstance(value, dict) else value)
        if not isinstance(value, dict) and (id := id_of(text)) is not None:
            return id
        async with self.house.database.work(write=False) as work:
            found = await self.house.force.store.ids_by_key(work, field.to or "", {text})
        ids = found.get(text, ())
        return ids[0] if len(ids) == 1 else None

    async def _look_up(self, row: Row, each: Lookup) -> None:
        """Find a reference by another field than its key, among the records that the caller may find."""
        assert each.field.to is not None
        query = Query(filter=(Filter((each.by,), "eq", each.text),), limit=2)
        page = await listing(self.house, self.call, each.field.to, query)
        found = page.items if isinstance(page, Page) else ()
        if len(found) == 1:
            each.into[each.field.id] = found[0]["id"]
            return
        target = self.house.blueprint.entities.get(each.field.to)
        label = target.label if target is not None else Text.of(each.field.to)
        said = reason("ambiguous" if found else "bad_reference", None, entity=label, got=each.text)
        row.fault(each.pointer, said.code, said.message)

    async def _tried(self, row: Row, known: int | None) -> tuple[Done | Refused, tuple[Reason, ...]]:
        """Write the row, and undo that if anything is wrong with it."""
        call, entity = self.call, self.entity
        values = self._values(row, known)
        dry = bool(row.faults)
        if not entity.workflows:
            outcome = await self._written(values, known, dry=dry)
            return outcome, outcome.reasons if isinstance(outcome, Refused) else ()
        faults: tuple[Reason, ...] = ()
        try:
            async with self.house.database.work(revision=self.house.version):
                outcome = await self._written(values, known, dry=False)
                faults = outcome.reasons if isinstance(outcome, Refused) else await _missing(self.house, call, outcome)
                if faults or dry:
                    raise Undo
        except Undo:
            pass
        return outcome, faults

    async def _written(self, values: dict[str, Any], known: int | None, *, dry: bool) -> Done | Refused:
        if known is None:
            target = self.mapping.workflow or self.entity.id
            return await create(self.house, self.call, target, values, draft=True, dry=dry)
        return await update(self.house, self.call, self.entity.id, known, values, version=None, dry=dry)

    def _values(self, row: Row, known: int | None) -> dict[str, Any]:
        """Return the values to be sent: without those that are wrong, and as JSON has them."""
        key = {name for names in self.keys[:1] for name in names} if known is not None else frozenset[str]()
        values: dict[str, Any] = {}
        for name, value in row.values.items():
            field = self.entity.fields[name]
            if name in key or f"/{name}" in row.broken:
                continue
            if field.fields:
                values[name] = [
                    {inner: each for inner, each in line.items()
                     if f"/{name}/{n}/{inner}" not in row.broken and _is_said(field.fields[inner], each, known)}
                    for n, line in enumerate(value)
                ]  # fmt: skip
            elif _is_said(field, value, known):
                values[name] = value
        return values

    def _noted(self, row: Row, faults: tuple[Reason, ...]) -> bool:
        """Note what is new among the faults of a row; return whether trying again without that may tell more."""
        more = False
        for each in faults:
            where = self._cell(row, each.where or "")
            if where in row.broken or self._follows(row, where):
                continue
            if self._is_coming(row, each, where):
                row.broken.add(where)
                more = True
                continue
            bad = row.spot(where).bad(each.code, each.message)
            if bad not in row.faults:
                row.faults.append(bad)
            if where in row.spots:
                row.broken.add(where)
                more = True
        return more

    def _is_coming(self, row: Row, each: Reason, where: str) -> bool:
        """Return whether a reference leads to nothing only because nothing of this file is written yet."""
        if each.code != "bad_reference" or where not in row.spots or row.spots[where].got not in self.coming:
            return False
        field = self.entity.at(tuple(part for part in where.strip("/").split("/") if not part.isdigit()))
        return field is not None and field.to == self.entity.id

    def _follows(self, row: Row, where: str) -> bool:
        """Return whether a value is only missing because the reference from which it is taken over is wrong."""
        *above, name = where.strip("/").split("/")
        field = self.entity.at((*above[:1], name))
        if field is None or not field.copy_from or where in row.spots:
            return False
        return "/".join(("", *above, field.copy_from[0])) in row.broken

    def _cell(self, row: Row, where: str) -> str:
        """Return the pointer of the cell that a fault is about: a fault may point further into the value of one."""
        while where and where not in row.spots and where.rpartition("/")[0] in row.spots:
            above = where.rpartition("/")[0]
            if above.count("/") == _OF_A_LINE and row.spots[above].column == "":
                break
            where = above
        return where


_OF_A_LINE = 2
_VERSIONS_MAX = 1000


def _is_said(field: Field, value: Any, known: int | None) -> bool:
    """Return whether a cell counts: an empty one of a new record leaves a default, or what is required, be."""
    return known is not None or not blank(value) or not (field.required or field.default is not None)


async def _missing(house: House, call: Call, done: Done) -> tuple[Reason, ...]:
    """Return what is required of a document and not there: a draft that is typed may wait for it, a row may not."""
    entity = house.blueprint.entities[done.entity]
    async with house.database.work(write=False) as work:
        desk = Desk.of(house.force, work, call, {})
        record = (await house.force.store.get_many(work, entity.id, [done.id], lines=True))[done.id]
        (known,) = await desk.loader.load(entity, [record], derive_needs(desk, entity))
        return required_faults(entity, known, call.env(house.force, known))
