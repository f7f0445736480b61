"""The tables of a blueprint: one for each entity, one for each of its lists of lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ordinance.fields import Dialect, Field, Types
from ordinance.problems import Place
from ordinance.storage.schema.shapes import Column, Index, Table, shortened

VERSION_OF = "version_of"
"""The field of a versioned entity in which a version refers to the one it is to replace."""


class Entity(Protocol):
    """What storage reads of an entity; the blueprint's entity is one."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def key(self) -> str | None:
        """The field by which people know a record, or None."""

    @property
    def title(self) -> str | None:
        """The field that names a record, or None."""

    @property
    def delete(self) -> str:
        """`never`, `draft`, or `soft`: the row stays and is hidden."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """Its fields by id."""

    @property
    def workflows(self) -> bool:
        """Whether its records are documents."""

    @property
    def place(self) -> Place | None:
        """Where it was declared."""


SYSTEM = ("id", "version", "created_at", "created_by", "updated_at", "updated_by")
"""Names every record has beside its fields."""

DOCUMENT = ("number", "workflow", "revision", "phase", "ended", "waits_at", "state")
"""Names a document has beside those."""

_HIDDEN = ("search", "deleted_at", "parent", "position")
RESERVED = frozenset((*SYSTEM, *DOCUMENT, *_HIDDEN))
"""Column names of the kernel; the column of a field of the same name gets an underscore behind it."""


def table_of(entity: str, lines: str | None = None) -> str:
    """Return the table of an entity, or of its lines."""
    return shortened(f"e_{entity}__{lines}" if lines else f"e_{entity}")


def column_of(field: str) -> str:
    """Return the column of a field."""
    return f"{field}_" if field in RESERVED else shortened(field)


def entity_tables(entities: Mapping[str, Entity], types: Types, dialect: Dialect) -> tuple[Table, ...]:
    """Return the tables that the entities need."""
    return tuple(
        table
        for entity in entities.values()
        for table in (_main(entity, entities, types, dialect), *_lines(entity, entities, types, dialect))
    )


def _main(entity: Entity, entities: Mapping[str, Entity], types: Types, dialect: Dialect) -> Table:
    columns = [
        Column("id", "id", required=True),
        Column("version", "whole", required=True),
        Column("created_at", "instant", required=True),
        Column("created_by", "text", required=True),
        Column("updated_at", "instant", required=True),
        Column("updated_by", "text", required=True),
        Column("search", "text", required=True),
    ]
    indexes = [Index(("search",))]
    if entity.workflows:
        columns += [Column(name, "text") for name in DOCUMENT]
        indexes += [Index(("number",)), Index(("phase", "id"))]
    if entity.delete == "soft":
        columns.append(Column("deleted_at", "instant"))
    for field in entity.fields.values():
        column = _field_column(field, entities, types, dialect)
        if column is not None:
            columns.append(column)
            unique = field.unique or field.id == entity.key
            indexes += _field_indexes(field, column, unique=unique, where=_counting(entity))
    return Table(table_of(entity.id), tuple(columns), tuple(indexes), was=_was(entity, table_of), place=entity.place)


def _counting(entity: Entity) -> str | None:
    """Return which rows a key must be unique among: not the deleted ones, and of several versions the one in force."""
    parts = ["deleted_at IS NULL"] if entity.delete == "soft" else []
    parts += ["phase = 'complete' AND ended <> 'superseded'"] if VERSION_OF in entity.fields else []
    return " AND ".join(parts) or None


def _lines(entity: Entity, entities: Mapping[str, Entity], types: Types, dialect: Dialect) -> list[Table]:
    tables = []
    for lines in entity.fields.values():
        if types.of(lines).stored or not lines.fields:
            continue
        columns = [
            Column("id", "id", required=True),
            Column("parent", "whole", required=True, references=table_of(entity.id), cascade=True),
            Column("position", "whole", required=True),
        ]
        indexes = [Index(("parent", "position"))]
        for field in lines.fields.values():
            column = _field_column(field, entities, types, dialect)
            if column is not None:
                columns.append(column)
                indexes += _field_indexes(field, column, unique=False, where=None)
        tables.append(Table(table_of(entity.id, lines.id), tuple(columns), tuple(indexes), place=lines.place))
    return tables


def _field_column(field: Field, entities: Mapping[str, Entity], types: Types, dialect: Dialect) -> Column | None:
    kind = types.of(field)
    sql = kind.sql_type(field, dialect)
    if sql is None:
        return None
    target = kind.target(field)
    return Column(
        column_of(field.id),
        sql,
        references=table_of(target) if target is not None and target in entities else None,
        was=_was(field, column_of),
        field=field,
        place=getattr(field, "place", None),
    )


def _was(declared: object, name_of: Any) -> str | None:
    was = getattr(declared, "was", None)
    return name_of(was) if was else None


def _field_indexes(field: Any, column: Column, *, unique: bool, where: str | None) -> Sequence[Index]:
    if unique:
        return (Index((column.name,), unique=True, where=where, place=column.place),)
    if column.references or getattr(field, "index", False):
        return (Index((column.name, "id")),)
    return ()
