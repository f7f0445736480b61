"""The schema: what it should be, what it is, and the way from one to the other."""

from ordinance.storage.schema.apply import prepare
from ordinance.storage.schema.catalogue import read_catalogue
from ordinance.storage.schema.entities import DOCUMENT, RESERVED, SYSTEM, Entity, column_of, entity_tables, table_of
from ordinance.storage.schema.kernel import KERNEL
from ordinance.storage.schema.plan import plan
from ordinance.storage.schema.shapes import Column, Found, Index, Report, Step, Table

__all__ = [
    "DOCUMENT",
    "KERNEL",
    "RESERVED",
    "SYSTEM",
    "Column",
    "Entity",
    "Found",
    "Index",
    "Report",
    "Step",
    "Table",
    "column_of",
    "entity_tables",
    "plan",
    "prepare",
    "read_catalogue",
    "table_of",
]
