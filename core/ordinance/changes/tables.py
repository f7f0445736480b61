"""What a change does to the tables: safe, lossy or destructive, with how many rows and some of them.

Nothing is written: each change that may lose something brings a query that counts what stands in its way.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Literal

from ordinance.acts import Force
from ordinance.blueprint import Entity, Field
from ordinance.problems import Place, Text
from ordinance.storage import (
    Step,
    Table,
    Work,
    column_of,
    rows_in_the_way,
    rows_that_hold,
    rows_that_miss,
    steps_to,
    table_of,
)

Risk = Literal["safe", "lossy", "destructive"]


@dataclass(frozen=True, slots=True)
class TableChange:
    """One change of a table, or of what a field takes.

    Attributes:
        name: What consent to it is called: `drop_column e_order.colour`.
        risk: `safe`; `lossy` where some rows do not fit; `destructive` where what rows hold is thrown away.
        what: The change in words.
        rows: How many rows stand in its way.
        samples: Some of them: the id and the value.
        is_blocking: Whether it cannot be done unless somebody consents.
        place: The line that asks for it.
    """

    name: str
    risk: Risk
    what: Text
    rows: int = 0
    samples: tuple[str, ...] = ()
    is_blocking: bool = False
    place: Place | None = None


async def table_changes(work: Work, old: Force, new: Force, extra: Iterable[Table] = ()) -> tuple[TableChange, ...]:
    """Return the changes of tables from one configuration to another, counted on the rows that are there.

    Args:
        work: A unit of work that reads.
        old: The configuration in force.
        new: The one that is proposed.
        extra: Tables that other rooms keep.
    """
    steps = await steps_to(work, new.store.tables(extra))
    fresh = {step.table for step in steps if step.kind == "create_table"}
    added = {(step.table, step.column) for step in steps if step.kind == "add_column"}
    found = []
    for step in steps:
        if step.table not in fresh or step.kind == "create_table":
            is_new = step.kind != "add_column" and (step.table, step.column) in added
            found.append(await _counted(work, step, is_new=is_new))
    return (*found, *[each async for each in _tighter(work, old, new)])


async def _counted(work: Work, step: Step, *, is_new: bool) -> TableChange:
    rows, samples = (0, ()) if is_new else await rows_in_the_way(work, step)
    risk: Risk = "safe" if step.risk == "safe" or not rows else "destructive" if step.risk == "destructive" else "lossy"
    return TableChange(step.name, risk, step.why, rows, samples, bool(rows), step.place)


async def _tighter(work: Work, old: Force, new: Force) -> AsyncIterator[TableChange]:
    """Yield what fields take no more although records hold it: nothing is lost, but the next edit will ask for it."""
    for entity in new.blueprint.entities.values():
        before = old.blueprint.entities.get(entity.id)
        for field in entity.fields.values() if before is not None else ():
            was = before.fields.get(field.id) if before is not None else None
            if was is not None and was.type == field.type and new.types.of(field).stored:
                async for each in _of_field(work, new, entity, was, field):
                    yield each


async def _of_field(work: Work, force: Force, entity: Entity, was: Field, field: Field) -> AsyncIterator[TableChange]:
    table, column, label = table_of(entity.id), column_of(field.id), field.label
    if field.required and not was.required:
        rows, samples = await rows_that_miss(work, table, column)
        what = Text(f"“{label.zh}”成为必填", f"“{label.en}” must be filled in from now on")
        if rows:
            yield TableChange(f"required {entity.id}.{field.id}", "lossy", what, rows, samples, place=field.place)
    gone = [option for option in was.options if option not in field.options] if field.options else []
    if gone and force.types.of(field).blank is None:
        rows, samples = await rows_that_hold(work, table, column, gone)
        zh, en = "、".join(was.options[each].zh for each in gone), ", ".join(was.options[each].en for each in gone)
        what = Text(f"“{label.zh}”不再有选项:{zh}", f"“{label.en}” no longer offers: {en}")
        if rows:
            yield TableChange(f"options {entity.id}.{field.id}", "lossy", what, rows, samples, place=field.place)
