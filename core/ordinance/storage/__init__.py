"""The database: engines, units of work, the schema, and everything that is stored."""

from ordinance.storage.errors import (
    Again,
    BadReference,
    Busy,
    Collision,
    InUse,
    Lost,
    NotPrepared,
    NotUnique,
    OutcomeUnknown,
    StorageError,
    Superseded,
)
from ordinance.storage.events import NewEvent
from ordinance.storage.flight import Flight
from ordinance.storage.ids import Ids
from ordinance.storage.inbox import After, Door
from ordinance.storage.outbox import Claimed, Message
from ordinance.storage.records import (
    Condition,
    CursorError,
    Fragment,
    Measure,
    Records,
    Rows,
    Select,
    Totals,
    dump,
    load,
)
from ordinance.storage.revisions import Active, Revision
from ordinance.storage.schema import (
    KERNEL,
    Column,
    Index,
    Report,
    Step,
    Table,
    column_of,
    entity_tables,
    prepare,
    reshape,
    rows_in_the_way,
    rows_that_hold,
    rows_that_miss,
    steps_to,
    table_of,
)
from ordinance.storage.sql import Statement
from ordinance.storage.store import Store
from ordinance.storage.waits import NewWait
from ordinance.storage.work import Database, Work

__all__ = [
    "KERNEL",
    "Active",
    "After",
    "Again",
    "BadReference",
    "Busy",
    "Claimed",
    "Collision",
    "Column",
    "Condition",
    "CursorError",
    "Database",
    "Door",
    "Flight",
    "Fragment",
    "Ids",
    "InUse",
    "Index",
    "Lost",
    "Measure",
    "Message",
    "NewEvent",
    "NewWait",
    "NotPrepared",
    "NotUnique",
    "OutcomeUnknown",
    "Records",
    "Report",
    "Revision",
    "Rows",
    "Select",
    "Statement",
    "Step",
    "StorageError",
    "Store",
    "Superseded",
    "Table",
    "Totals",
    "Work",
    "column_of",
    "dump",
    "entity_tables",
    "load",
    "prepare",
    "reshape",
    "rows_in_the_way",
    "rows_that_hold",
    "rows_that_miss",
    "steps_to",
    "table_of",
]
