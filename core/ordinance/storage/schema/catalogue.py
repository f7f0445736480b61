"""Read what tables a database has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ordinance.storage.schema.shapes import Found
from ordinance.storage.work import Work

_SQLITE_COLUMNS = """
SELECT m.name AS "table", c.name AS "column", c.type AS "type"
FROM sqlite_master m, pragma_table_xinfo(m.name) c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND c.hidden = 0
"""
_SQLITE_REFERENCES = """
SELECT m.name AS "table", f."from" AS "column", f."table" AS "target"
FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
"""
_SQLITE_INDEXES = """
SELECT tbl_name AS "table", name AS "index" FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
"""
_POSTGRESQL_COLUMNS = """
SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS "type"
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
"""
_POSTGRESQL_REFERENCES = """
SELECT c.relname AS "table", a.attname AS "column", t.relname AS "target"
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace
"""
_POSTGRESQL_INDEXES = """
SELECT t.relname AS "table", i.relname AS "index"
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = current_schema()::regnamespace AND NOT x.indisprimary
"""
_SPELLINGS = {"timestamp with time zone": "TIMESTAMPTZ", "bigint": "BIGINT"}


def spelled(type_: str) -> str:
    """Return a type the way we write it."""
    return _SPELLINGS.get(type_, type_.upper().replace(", ", ","))


async def read_catalogue(work: Work) -> Mapping[str, Found]:
    """Return every table of the database by name."""
    queries = (
        (_SQLITE_COLUMNS, _SQLITE_REFERENCES, _SQLITE_INDEXES)
        if work.dialect == "sqlite"
        else (_POSTGRESQL_COLUMNS, _POSTGRESQL_REFERENCES, _POSTGRESQL_INDEXES)
    )
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    references: dict[str, dict[str, str]] = defaultdict(dict)
    indexes: dict[str, set[str]] = defaultdict(set)
    for row in await work.fetch(queries[0]):
        columns[row["table"]][row["column"]] = spelled(row["type"])
    for row in await work.fetch(queries[1]):
        references[row["table"]][row["column"]] = row["target"]
    for row in await work.fetch(queries[2]):
        indexes[row["table"]].add(row["index"])
    return {name: Found(name, columns[name], references[name], frozenset(indexes[name])) for name in columns}
