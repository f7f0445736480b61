"""Piccolo's table classes for the entities of a blueprint, for whoever wants its query builder: reports, departments.

The hot paths do not use them: building a query costs more than running it. Their queries join the unit of work at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from piccolo.columns import BigInt, Column, Text, Timestamptz
from piccolo.table import TABLE_REGISTRY, Table, create_table_class

from ordinance.fields import Types
from ordinance.storage.schema import DOCUMENT, Entity, column_of, table_of
from ordinance.storage.work import Database


def piccolo_tables(database: Database, entities: Mapping[str, Entity], types: Types) -> dict[str, type[Table]]:
    """Return a table class for each entity, and for each list of lines as `<entity>.<field>`.

    Make them once for a blueprint and drop them with it.
    """
    made: dict[str, type[Table]] = {}
    for entity in entities.values():
        own: dict[str, Column] = {
            "id": BigInt(primary_key=True, default=None),
            "version": BigInt(default=None),
            "created_at": Timestamptz(default=None),
            "created_by": Text(default=None),
            "updated_at": Timestamptz(default=None),
            "updated_by": Text(default=None),
        }
        if entity.workflows:
            own |= {name: Text(default=None, null=True) for name in DOCUMENT}
        made[entity.id] = _made(database, table_of(entity.id), own, entity.fields, types)
        for lines in entity.fields.values():
            if not types.of(lines).stored and lines.fields:
                head: dict[str, Column] = {
                    "id": BigInt(primary_key=True, default=None),
                    "parent": BigInt(default=None),
                    "position": BigInt(default=None),
                }
                name = f"{entity.id}.{lines.id}"
                made[name] = _made(database, table_of(entity.id, lines.id), head, lines.fields, types)
    return made


def _made(
    database: Database, name: str, columns: dict[str, Column], fields: Mapping[str, Any], types: Types
) -> type[Table]:
    for field in fields.values():
        column = types.of(field).column(field)
        if column is not None:
            columns[column_of(field.id)] = column
    engine: Any = database.engine
    table = create_table_class(name, class_kwargs={"tablename": name, "db": engine}, class_members=columns)
    # Piccolo keeps every class it ever made; ours live as long as their blueprint.
    if table in TABLE_REGISTRY:
        TABLE_REGISTRY.remove(table)
    return table
