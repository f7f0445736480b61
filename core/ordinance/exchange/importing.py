"""Import: rows of a file become records through the ordinary acts, so every rule holds; all faults are told first.

Source: peers.md §4 (validate, then import; re-import updates; an empty cell clears, an absent column leaves alone).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ordinance.acts import Call, Done, Filter, House, Page, Query, Refused, create, listing, update
from ordinance.acts.desk import Desk
from ordinance.acts.guarding import blank, required_faults
from ordinance.acts.running import derive_needs
from ordinance.acts.seeing import not_allowed
from ordinance.acts.transaction import under_one_revision
from ordinance.acts.versions import has_versions, is_current
from ordinance.blueprint import Entity, Field
from ordinance.exchange.mapping import Ignored, Mapping, completed, keys_of
from ordinance.exchange.rows import Bad, Lookup, Reader, Row, faults_of_files, unfolded
from ordinance.exchange.sheets import Sheet
from ordinance.fields.references import id_of
from ordinance.problems import Reason, Text, reason

Progress = Callable[[int, int], None]

_TURNS_MAX = 6
"""How often a bad row is tried again without what was wrong, so that the faults behind those are told too."""


@dataclass(slots=True)
class Report:
    """What an import did, or would do: rows read, records created and updated, columns passed over, every fault."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    ignored: tuple[Ignored, ...] = ()
    bad: list[Bad] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every row could be taken."""
        return not self.bad


class _Undo(Exception):  # noqa: N818 - leaves the transaction of a dry run, or of a failed one
    pass


@under_one_revision
async def bring(
    house: House, call: Call, entity: Entity, sheet: Sheet, mapping: Mapping, *,
    lines: dict[str, Sheet] | None = None, dry: bool = False, all_or_nothing: bool = True,
    progress: Progress = lambda _done, _total: None,
) -> Report:  # fmt: skip
    """Import a file, with a second file for each field of lines.

    Args:
        house: The site.
        call: Who imports; it takes the right `import` or `create`, and for each row what creating or changing it takes.
        entity: What the rows are.
        sheet: The rows.
        mapping: Which column is which field.
        lines: Field of lines to the file with them.
        dry: Do everything, then undo it, and tell every bad row and cell.
        all_or_nothing: Write nothing if any row is bad; else take the good rows.
        progress: Called with how many records are done, of how many.

    Returns:
        The report, its faults in the order of files, rows and columns.
    """
    sheet, given = unfolded(sheet, mapping, lines or {})
    report = Report(rows=len(sheet.rows), ignored=mapping.ignored)
    if not any(house.force.rights.may(call.actor, verb, entity.id) for verb in ("import", "create")):
        said = not_allowed(entity, "import")
        report.bad.append(Bad(sheet.name, 0, "", said.code, said.message))
        return report
    mapping = completed(mapping, entity, sheet, given)
    report.bad += dict.fromkeys(faults_of_files(entity, mapping, sheet, given))
    files_are_bad = bool(report.bad)
    bringing = _Bringing(house, replace(call, channel="import", key=None), entity, mapping, report)
    rows = list(Reader(house, entity, mapping, call.locale).rows(sheet, given))
    if all_or_nothing or dry or files_are_bad:
        await bringing.together(rows, progress, dry=dry)
    else:
        await bringing.each(rows, progress)
    if not dry and files_are_bad:
        report.created = report.updated = 0
    _sort(report, (sheet, *given.values()))
    return report


def _sort(report: Report, sheets: tuple[Sheet, ...]) -> None:
    files = {sheet.name: position for position, sheet in enumerate(sheets)}
    columns = {(sheet.name, name): at for sheet in sheets for at, name in enumerate(sheet.headings)}
    report.bad.sort(key=lambda bad: (files.get(bad.file, 0), bad.row, columns.get((bad.file, bad.column), -1)))


class _Bringing:
    """One import in progress."""

    def __init__(self, house: House, call: Call, entity: Entity, mapping: Mapping, report: Report) -> None:
        self.house, self.call, self.entity, self.mapping, self.report = house, call, entity, mapping, report
        self.keys = keys_of(entity, mapping)
        self.seen: dict[tuple[Any, ...], int] = {}

    async def each(self, rows: list[Row], progress: Progress) -> None:
        """Take the good rows, one by one."""
        for number, row in enumerate(rows, start=1):
            await self.one(row)
            progress(number, len(rows))

    async def together(self, rows: list[Row], progress: Progress, *, dry: bool) -> None:
        """Take all rows, or none if one of them is bad or nothing is to be written."""
        try:
            async with self.house.database.work(revision=self.house.version):
                await self.each(rows, progress)
                if dry or self.report.bad:
                    raise _Undo
        except _Undo:
            if not dry:
                self.report.created = self.report.updated = 0

    async def one(self, row: Row) -> None:
        """Take a row, or note every fault it has."""
        if not row.orphaned:
            self._check_repeated(row)
            for each in row.lookups:
                await self._look_up(row, each)
            known = await self._find(row)
            for _ in range(_TURNS_MAX):
                outcome, faults = await self._tried(row, known)
                if not self._noted(row, faults):
                    break
            if not row.faults:
                assert isinstance(outcome, Done)
                self.report.created += known is None
                self.report.updated += known is not None
        self.report.bad += row.faults

    def _check_repeated(self, row: Row) -> None:
        key = self._key(row)
        if not key:
            return
        identity = tuple((name, str(value)) for name, value in key.items())
        first = self.seen.setdefault(identity, row.number)
        if first != row.number:
            got = ", ".join(text for name, _ in identity if (text := row.spot(f"/{name}").got or str(key[name])))
            row.fault(f"/{identity[0][0]}", "repeated_key", reason("repeated_key", None, row=first, got=got).message)

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
                    raise _Undo
        except _Undo:
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
            bad = row.spot(where).bad(each.code, each.message)
            if bad not in row.faults:
                row.faults.append(bad)
            if where in row.spots:
                row.broken.add(where)
                more = True
        return more

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
