"""The SQL of tables, columns and indexes, for each database."""

from __future__ import annotations

from ordinance.fields import Dialect
from ordinance.storage.schema.shapes import Column, Index, Table, shortened
from ordinance.storage.sql import quoted


def create_table(table: Table, dialect: Dialect, name: str | None = None) -> str:
    """Return the statement that makes a table. On PostgreSQL its references come later, when all tables are there."""
    parts = [column_sql(column, dialect, inline=dialect == "sqlite") for column in table.columns]
    if dialect == "sqlite" and table.primary == ("id",):
        # Only the exact words INTEGER PRIMARY KEY make the id the row's own number, without a second index.
        parts = [part.replace('"id" INTEGER NOT NULL', '"id" INTEGER PRIMARY KEY', 1) for part in parts]
    else:
        parts.append(f"PRIMARY KEY ({', '.join(quoted(each) for each in table.primary)})")
    return f"CREATE TABLE {quoted(name or table.name)} ({', '.join(parts)})"


def column_sql(column: Column, dialect: Dialect, *, inline: bool) -> str:
    """Return the declaration of a column; with its reference if `inline`."""
    kind = column.sql(dialect)
    # Texts compare and sort by code point in both databases, whatever the language of the server.
    collation = ' COLLATE "C"' if dialect == "postgresql" and kind == "TEXT" else ""
    required = " NOT NULL" if column.required else ""
    return f"{quoted(column.name)} {kind}{collation}{required}{reference_sql(column) if inline else ''}"


def reference_sql(column: Column) -> str:
    """Return the REFERENCES part of a column, or nothing."""
    if not column.references:
        return ""
    return f' REFERENCES {quoted(column.references)} ("id")' + (" ON DELETE CASCADE" if column.cascade else "")


def reference_name(table: str, column: str) -> str:
    """Return the name of a foreign key on PostgreSQL."""
    return shortened(f"fk_{table}_{column}")


def add_reference(table: str, column: Column) -> str:
    """Return the statement that adds a foreign key on PostgreSQL."""
    return (
        f"ALTER TABLE {quoted(table)} ADD CONSTRAINT {quoted(reference_name(table, column.name))} "
        f"FOREIGN KEY ({quoted(column.name)}){reference_sql(column)}"
    )


def create_index(table: Table, index: Index, dialect: Dialect) -> str:
    """Return the statement that makes an index. Empty values come first, as our lists sort them."""
    nulls = " NULLS FIRST" if dialect == "postgresql" and not index.unique else ""
    columns = ", ".join(f"{quoted(each)}{nulls if _nullable(table, each) else ''}" for each in index.columns)
    unique = "UNIQUE " if index.unique else ""
    where = f" WHERE {index.where}" if index.where else ""
    return f"CREATE {unique}INDEX {quoted(index.name(table.name))} ON {quoted(table.name)} ({columns}){where}"


def _nullable(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and not column.required
