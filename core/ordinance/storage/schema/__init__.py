"""The schema: what it should be, what it is, and the way from one to the other."""

from ordinance.storage.schema.apply import prepare, reshape, retired_spots, steps_to
from ordinance.storage.schema.catalogue import read_catalogue
from ordinance.storage.schema.counting import (
    rows_filled,
    rows_in_the_way,
    rows_kept,
    rows_that_hold,
    rows_that_miss,
)
from ordinance.storage.schema.entities import DOCUMENT, RESERVED, SYSTEM, Entity, column_of, entity_tables, table_of
from ordinance.storage.schema.kernel import KERNEL
from ordinance.storage.schema.plan import Spot, plan
from ordinance.storage.schema.renaming import Moved, spot
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
    "Moved",
    "Report",
    "Spot",
    "Step",
    "Table",
    "column_of",
    "entity_tables",
    "plan",
    "prepare",
    "read_catalogue",
    "reshape",
    "retired_spots",
    "rows_filled",
    "rows_in_the_way",
    "rows_kept",
    "rows_that_hold",
    "rows_that_miss",
    "spot",
    "steps_to",
    "table_of",
]
