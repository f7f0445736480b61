"""What a change does to the tables: safe, lossy or destructive, with how many rows and some of them.

Nothing is written: each change that may lose something brings a query that counts what stands in its way.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from ordinance.acts import Force
from ordinance.blueprint import Entity, Field, Renames
from ordinance.changes.plan import Risk, TableChange
from ordinance.changes.renaming import moved_by
from ordinance.changes.retiring import Judgement, Path, has_come_back, place_of
from ordinance.problems import Text
from ordinance.storage import (
    Moved,
    Spot,
    Step,
    Table,
    Work,
    column_of,
    rows_filled,
    rows_in_the_way,
    rows_kept,
    rows_that_hold,
    rows_that_miss,
    steps_to,
    table_of,
)


@dataclass(frozen=True, slots=True)
class Trim:
    """What beside the entities themselves says how the tables change.

    Attributes:
        names: What is called otherwise.
        fields: What becomes of fields that documents still read.
        anyway: What somebody consents to lose.
    """

    names: Renames
    fields: Judgement
    anyway: Collection[str]

    async def retired(self, work: Work, old: Force, new: Force) -> list[tuple[Path, int, tuple[str, ...]]]:
        """Return the retired fields that nobody needs any more: where, how many rows hold something, some of these."""
        found = []
        for each in await old.store.retired.all(work):
            at = (each.entity, each.path)
            if at not in self.fields.needed and not has_come_back(new.blueprint, self.names, at):
                found.append((at, *await rows_filled(work, *place_of(Renames(), at))))
        return found

    def order(self, at: Path) -> str:
        """Return what consent to dropping a retired field is called."""
        return "drop_column {}.{}".format(*place_of(self.names, at))

    async def kept(self, work: Work, old: Force, new: Force) -> set[Spot]:
        """Return what stays although nobody wants it, by its new names."""
        spots: set[Spot] = {place_of(self.names, at) for at in self.fields.retiring}
        gone = [at for at, rows, _ in await self.retired(work, old, new) if not rows or self.order(at) in self.anyway]
        for each in await old.store.retired.all(work):
            if (each.entity, each.path) not in gone:
                spots.add(place_of(self.names, (each.entity, each.path)))
        return spots

    async def settle(self, work: Work, old: Force, new: Force, now: datetime) -> None:
        """Write down which fields are retired from now on, and which are no more; before anything is renamed."""
        retired = old.store.retired
        for at, rows, _ in await self.retired(work, old, new):
            if not rows or self.order(at) in self.anyway:
                await retired.remove(work, *at)
        for each in await retired.all(work):
            if has_come_back(new.blueprint, self.names, (each.entity, each.path)):
                await retired.remove(work, each.entity, each.path)
        for entity, path in self.fields.retiring:
            await retired.add(work, entity, path, old.blueprint.revision, now)


async def table_changes(
    work: Work, old: Force, new: Force, trim: Trim, extra: Iterable[Table] = ()
) -> tuple[TableChange, ...]:
    """Return the changes of tables from one configuration to another, counted on the rows that are there.

    Args:
        work: A unit of work that reads.
        old: The configuration in force.
        new: The one that is proposed.
        trim: What is renamed, retired and consented to.
        extra: Tables that other rooms keep.
    """
    moved = moved_by(trim.names, old.blueprint.entities)
    kept = await trim.kept(work, old, new)
    steps = await steps_to(work, new.store.tables(extra), moved=moved, kept=kept)
    fresh = {step.table for step in steps if step.kind == "create_table"}
    added = {(step.table, step.column) for step in steps if step.kind == "add_column"}
    found = []
    for step in steps:
        if step.table not in fresh or step.kind == "create_table":
            is_new = step.kind != "add_column" and (step.table, step.column) in added
            found.append(await _counted(work, step, moved, is_new=is_new))
    found += [_retiring(trim, at, *each) for at, each in trim.fields.retiring.items()]
    found += [
        _offer(trim, at, rows, samples) for at, rows, samples in await trim.retired(work, old, new)
        if rows and trim.order(at) not in trim.anyway
    ]  # fmt: skip
    return (*found, *[each async for each in _tighter(work, old, new, trim.names)])


async def _counted(work: Work, step: Step, moved: Moved, *, is_new: bool) -> TableChange:
    rows, samples = (0, ()) if is_new else await rows_in_the_way(work, step, moved)
    kept = await rows_kept(work, step)
    risk: Risk = "safe" if step.risk == "safe" or not rows else "destructive" if step.risk == "destructive" else "lossy"
    what = step.why
    if step.keeps is not None:
        what = Text(f"{what.zh}，{kept} 行数据保留", f"{what.en}: {kept} row(s) kept")
    return TableChange(step.name, risk, what, rows, samples, bool(rows), step.place, kept)


def _retiring(trim: Trim, at: Path, count: int, label: Text) -> TableChange:
    table, column = place_of(trim.names, at)
    what = Text(
        f"字段“{label.zh}”停用：为 {count} 张单据保留,不再显示",
        f"the field “{label.en}” is retired: kept for {count} document(s), shown no more",
    )
    return TableChange(f"retire_column {table}.{column}", "safe", what, kept=count)


def _offer(trim: Trim, at: Path, rows: int, samples: tuple[str, ...]) -> TableChange:
    what = Text(
        f"停用的字段 {at[1]} 已无单据需要，可以删除", f"no document needs the retired field {at[1]} any more; it may go"
    )
    return TableChange(trim.order(at), "destructive", what, rows, samples, is_offer=True)


async def _tighter(work: Work, old: Force, new: Force, names: Renames) -> AsyncIterator[TableChange]:
    """Yield what fields take no more although records hold it: nothing is lost, but the next edit will ask for it."""
    for before in old.blueprint.entities.values():
        entity = new.blueprint.entities.get(names.entities.get(before.id, ""))
        for was in before.fields.values() if entity is not None else ():
            now = names.fields.get(before.id, {}).get(was.id, "")
            field = entity.fields.get(now) if entity is not None else None
            if entity is not None and field is not None and was.type == field.type and new.types.of(field).stored:
                async for each in _of_field(work, new, before, was, field, names):
                    yield replace(each, name=each.name.format(at=f"{entity.id}.{field.id}"))


async def _of_field(
    work: Work, force: Force, before: Entity, was: Field, field: Field, names: Renames
) -> AsyncIterator[TableChange]:
    table, column, label = table_of(before.id), column_of(was.id), field.label
    if field.required and not was.required:
        rows, samples = await rows_that_miss(work, table, column)
        what = Text(f"“{label.zh}”成为必填", f"“{label.en}” must be filled in from now on")
        if rows:
            yield TableChange("required {at}", "lossy", what, rows, samples, place=field.place)
    gone = [each for each in was.options if names.option(before.id, was.id, each) not in field.options]
    gone = gone if field.options else []
    if gone and force.types.of(field).blank is None:
        rows, samples = await rows_that_hold(work, table, column, gone)
        zh, en = "、".join(was.options[each].zh for each in gone), ", ".join(was.options[each].en for each in gone)
        what = Text(f"“{label.zh}”不再有选项:{zh}", f"“{label.en}” no longer offers: {en}")
        if rows:
            yield TableChange("options {at}", "lossy", what, rows, samples, place=field.place)
