"""Changes of a column that is there already: another type, another target. SQLite needs a rebuilt table for both."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from ordinance.fields import Dialect, Risk
from ordinance.problems import Text
from ordinance.storage.schema.ddl import add_reference, create_index, create_table, reference_name
from ordinance.storage.schema.shapes import Column, Step, Table
from ordinance.storage.sql import quoted

_DIGITS = 18
_SCALED = re.compile(r"SCALEDINT([0-9]+)|NUMERIC\([0-9]+,([0-9]+)\)")


def rebuilt(table: Table, values: Mapping[str, str], indexes: Collection[str]) -> tuple[str, ...]:
    """Return the statements that build a SQLite table anew, with `values` as the expressions of changed columns.

    They must run with `foreign_keys` off: dropping the old table deletes its rows, which would empty the tables of
    lines that refer to it with ON DELETE CASCADE, without a word.
    """
    fresh = f"new_{table.name}"[:63]
    names = ", ".join(quoted(column.name) for column in table.columns)
    taken = ", ".join(values.get(column.name, quoted(column.name)) for column in table.columns)
    return (
        create_table(table, "sqlite", fresh),
        f"INSERT INTO {quoted(fresh)} ({names}) SELECT {taken} FROM {quoted(table.name)}",
        f"DROP TABLE {quoted(table.name)}",
        f"ALTER TABLE {quoted(fresh)} RENAME TO {quoted(table.name)}",
        *(create_index(table, index, "sqlite") for index in table.indexes if index.name(table.name) in indexes),
    )


def _scale(type_: str) -> int | None:
    """Return the decimals of a number type, nought for a whole number, None for what is no number."""
    found = _SCALED.fullmatch(type_)
    if found:
        return int(found[1] or found[2])
    return 0 if type_ == "BIGINT" else None


def change_type(table: Table, column: Column, old: str, dialect: Dialect, indexes: Collection[str]) -> Step:
    """Return the step that gives a column another type: kept exactly where it can be, else emptied."""
    new = column.sql(dialect)
    why = Text(f"{column.name} 由 {old} 改为 {new}", f"{column.name} was {old} and becomes {new}")
    if column.field is not None and column.references is None:
        old_scale, new_scale = _scale(old), _scale(new)
        if old_scale is not None and new_scale is not None:
            return _rescale(table, column, (old_scale, new_scale), dialect, indexes, why)
        if new == "TEXT" and old in ("BIGINT", "DATE"):
            return _step(table, column, dialect, indexes, why, "safe", None, f"CAST({quoted(column.name)} AS TEXT)")
    probe = f"SELECT count({quoted(column.name)}) AS n FROM {quoted(table.name)}"
    return _step(table, column, dialect, indexes, why, "destructive", probe, "NULL")


def _rescale(
    table: Table, column: Column, scales: tuple[int, int], dialect: Dialect, indexes: Collection[str], why: Text
) -> Step:
    old, new = scales
    name = quoted(column.name)
    by = 10 ** abs(new - old)
    if new > old:
        # The same digits must leave room for the decimals that come.
        bound = (10**_DIGITS - 1) // by if dialect == "sqlite" else 10 ** (_DIGITS - new) - 1
        in_the_way, value = f"abs({name}) > {bound}", f"{name} * {by}"
    else:
        in_the_way = f"{name} % {by} <> 0" if dialect == "sqlite" else f"{name} <> trunc({name}, {new})"
        value = f"{name} / {by}"
    probe = f"SELECT count(*) AS n FROM {quoted(table.name)} WHERE {in_the_way}"
    return _step(table, column, dialect, indexes, why, "check", probe, value if dialect == "sqlite" else name)


def _step(
    table: Table,
    column: Column,
    dialect: Dialect,
    indexes: Collection[str],
    why: Text,
    risk: Risk,
    probe: str | None,
    value: str,
) -> Step:
    if dialect == "sqlite":
        sql = rebuilt(table, {column.name: value}, indexes)
    else:
        kind = column.sql(dialect)
        collation = ' COLLATE "C"' if kind == "TEXT" else ""
        using = f"{value}::{kind}"
        sql = (
            f"ALTER TABLE {quoted(table.name)} ALTER COLUMN {quoted(column.name)} TYPE {kind}{collation} USING {using}",
        )
    return Step(
        "change_type", table.name, sql, why, risk, column.name, probe, rebuild=dialect == "sqlite", place=column.place
    )


def repoint(table: Table, column: Column, old: str | None, dialect: Dialect, indexes: Collection[str]) -> Step:
    """Return the step that makes a reference point to another table, or to none."""
    name, there = quoted(column.name), quoted(table.name)
    drop = f"ALTER TABLE {there} DROP CONSTRAINT IF EXISTS {quoted(reference_name(table.name, column.name))}"
    why = Text(f"{column.name} 引用 {column.references}", f"{column.name} refers to {column.references}, not {old}")
    risk: Risk = "destructive"
    probe: str | None = f"SELECT count({name}) AS n FROM {there}"
    changed = {column.name: "NULL"}
    sql: tuple[str, ...] = (drop, f"UPDATE {there} SET {name} = NULL", add_reference(table.name, column))
    if column.references is None:
        risk, probe, changed, sql = "safe", None, {}, (drop,)
    elif old is None:
        risk, changed, sql = "check", {}, (add_reference(table.name, column),)
        target = quoted(column.references)
        probe = (
            f'SELECT count(*) AS n FROM {there} WHERE {name} IS NOT NULL AND {name} NOT IN (SELECT "id" FROM {target})'
        )
    if dialect == "sqlite":
        sql = rebuilt(table, changed, indexes)
    return Step(
        "repoint", table.name, sql, why, risk, column.name, probe, rebuild=dialect == "sqlite", place=column.place
    )
