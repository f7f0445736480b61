"""Compare what is wanted with what is there and say what to do about it. Pure: nothing is read or written here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from ordinance.fields import Dialect
from ordinance.problems import Text
from ordinance.storage.schema.changes import change_type, rebuilt, repoint
from ordinance.storage.schema.ddl import add_reference, column_sql, create_index, create_table
from ordinance.storage.schema.renaming import Moved, guessed, rename
from ordinance.storage.schema.shapes import Column, Found, Index, Step, Table
from ordinance.storage.sql import quoted

_OURS = ("ix_", "ux_")

Spot = tuple[str, str]
"""A column of a table."""


def plan(
    want: Iterable[Table], have: Mapping[str, Found], dialect: Dialect, *, moved: Moved | None = None,
    kept: Collection[Spot] = (),
) -> tuple[Step, ...]:  # fmt: skip
    """Return the steps from the tables that are there to those that are wanted; none if they agree.

    Args:
        want: All tables there should be.
        have: All tables there are, as `read_catalogue` found them.
        dialect: The database.
        moved: What is called otherwise; None goes by the `was` of what is wanted and not there.
        kept: Columns that stay although nobody wants them; by their new names.
    """
    wanted = list(want)
    names = {table.name for table in wanted}
    first, there = rename(guessed(wanted, have) if moved is None else moved, wanted, have, dialect)
    later: list[Step] = []
    for table in wanted:
        found = there.get(table.name)
        if found is None:
            first.append(_create(table, dialect))
            later.extend(_references(table, table.columns, dialect))
            later.extend(_index(table, index, dialect, fresh=True) for index in table.indexes)
        else:
            steps, after = _alter(_with_kept(table, found, kept), found, dialect)
            first.extend(steps)
            later.extend(after)
    gone = [name for name in there if name not in names and name.startswith("e_")]
    # Lines have the longer name and refer to their document, so they go first.
    drops = [_drop_table(there[name], dialect) for name in sorted(gone, key=len, reverse=True)]
    return (*first, *drops, *later)


def _with_kept(table: Table, found: Found, kept: Collection[Spot]) -> Table:
    """Return a wanted table with the columns that stay in it, as they are found."""
    columns = [
        Column(name, type_, references=found.references.get(name)) for name, type_ in found.columns.items()
        if (table.name, name) in kept and table.column(name) is None
    ]  # fmt: skip
    return replace(table, columns=(*table.columns, *columns)) if columns else table


def _create(table: Table, dialect: Dialect) -> Step:
    why = Text(f"新表 {table.name}", f"the table {table.name} is new")
    return Step("create_table", table.name, (create_table(table, dialect),), why, place=table.place)


def _references(table: Table, columns: Iterable[Column], dialect: Dialect) -> list[Step]:
    if dialect == "sqlite":
        return []
    return [
        Step(
            "add_reference",
            table.name,
            (add_reference(table.name, column),),
            Text(f"{column.name} 引用 {column.references}", f"{column.name} refers to {column.references}"),
            column=column.name,
            place=column.place,
        )
        for column in columns
        if column.references
    ]


def _index(table: Table, index: Index, dialect: Dialect, *, fresh: bool) -> Step:
    columns = ", ".join(index.columns)
    why = Text(f"{columns} 的索引", f"an index over {columns}")
    sql = create_index(table, index, dialect)
    if fresh or not index.unique:
        return Step("create_index", table.name, (sql,), why, column=index.columns[0], place=index.place)
    listed = ", ".join(quoted(each) for each in index.columns)
    present = " AND ".join(f"{quoted(each)} IS NOT NULL" for each in index.columns)
    where = f"{present} AND ({index.where})" if index.where else present
    probe = (
        f"SELECT count(*) AS n FROM (SELECT 1 FROM {quoted(table.name)} WHERE {where} "
        f"GROUP BY {listed} HAVING count(*) > 1) AS twice"
    )
    why = Text(f"{columns} 必须唯一", f"{columns} must be unique")
    return Step("create_index", table.name, (sql,), why, "check", index.columns[0], probe, place=index.place)


def _alter(table: Table, found: Found, dialect: Dialect) -> tuple[list[Step], list[Step]]:
    """Return the steps for a table that is there, and those to take when all tables are in shape.

    The order matters on SQLite, where a rebuilt table already looks as wanted: names and new columns first, then what
    goes, then what changes its type.
    """
    wanted = {index.name(table.name): index for index in table.indexes}
    unneeded = [name for name in sorted(found.indexes - wanted.keys()) if name.startswith(_OURS)]
    steps = [_drop_index(table.name, name) for name in unneeded]
    later: list[Step] = []
    changed: list[Step] = []
    for column in table.columns:
        reference = found.references.get(column.name)
        if column.name not in found.columns:
            steps.append(_add_column(table, column, dialect))
            later.extend(_references(table, (column,), dialect))
        elif found.columns[column.name] != column.sql(dialect):
            changed.append(change_type(table, column, found.columns[column.name], dialect, found.indexes))
        elif reference != column.references:
            changed.append(repoint(table, column, reference, dialect, found.indexes))
    steps.extend(_drop_columns(table, [name for name in found.columns if table.column(name) is None], dialect, found))
    later.extend(
        _index(table, index, dialect, fresh=False) for name, index in wanted.items() if name not in found.indexes
    )
    return [*steps, *changed], later


def _add_column(table: Table, column: Column, dialect: Dialect) -> Step:
    why = Text(f"新字段 {column.name}", f"the field {column.name} is new")
    declared = column_sql(column, dialect, inline=dialect == "sqlite")
    sql = f"ALTER TABLE {quoted(table.name)} ADD COLUMN {declared}"
    if not column.required:
        return Step("add_column", table.name, (sql,), why, column=column.name, place=column.place)
    if column.default is not None:
        return Step(
            "add_column", table.name, (f"{sql} DEFAULT {column.default}",), why, column=column.name, place=column.place
        )
    probe = f"SELECT count(*) AS n FROM {quoted(table.name)}"
    return Step("add_column", table.name, (sql,), why, "check", column.name, probe, place=column.place)


def _drop_index(table: str, name: str) -> Step:
    return Step(
        "drop_index", table, (f"DROP INDEX {quoted(name)}",), Text(f"索引 {name} 不再需要", f"{name} is not needed")
    )


def _drop_columns(table: Table, names: list[str], dialect: Dialect, found: Found) -> list[Step]:
    """Return one step for each column that goes; on SQLite the last of them rebuilds the table without all of them."""
    steps = []
    for name in names:
        sql: tuple[str, ...] = (f"ALTER TABLE {quoted(table.name)} DROP COLUMN {quoted(name)}",)
        if dialect == "sqlite":
            sql = rebuilt(table, {}, found.indexes) if name == names[-1] else ()
        called = found.former.get(name, name)
        why = Text(f"字段 {called} 已从配置中删除", f"the field {called} is gone from the configuration")
        probe = f"SELECT count({quoted(name)}) AS n FROM {quoted(table.name)}"
        made = Step("drop_column", table.name, sql, why, "destructive", name, probe, rebuild=dialect == "sqlite")
        steps.append(replace(made, place=table.place, called=called))
    return steps


def _drop_table(found: Found, dialect: Dialect) -> Step:
    why = Text(f"{found.name} 已从配置中删除", f"{found.name} is gone from the configuration")
    probe = f"SELECT count(*) AS n FROM {quoted(found.name)}"
    # On PostgreSQL this drops the foreign keys that point here, never rows.
    cascade = " CASCADE" if dialect == "postgresql" else ""
    return Step(
        "drop_table", found.name, (f"DROP TABLE {quoted(found.name)}{cascade}",), why, "destructive", None, probe
    )
