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
)
from ordinance.storage.events import NewEvent
from ordinance.storage.ids import Ids
from ordinance.storage.inbox import Door
from ordinance.storage.outbox import Claimed, Message
from ordinance.storage.records import Condition, CursorError, Fragment, Records, Rows, Select, dump, load
from ordinance.storage.schema import Column, Index, Report, Step, Table, column_of, entity_tables, prepare, table_of
from ordinance.storage.sql import Statement
from ordinance.storage.store import Store
from ordinance.storage.waits import NewWait
from ordinance.storage.work import Database, Work

__all__ = [
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
    "Fragment",
    "Ids",
    "InUse",
    "Index",
    "Lost",
    "Message",
    "NewEvent",
    "NewWait",
    "NotPrepared",
    "NotUnique",
    "OutcomeUnknown",
    "Records",
    "Report",
    "Rows",
    "Select",
    "Statement",
    "Step",
    "StorageError",
    "Store",
    "Table",
    "Work",
    "column_of",
    "dump",
    "entity_tables",
    "load",
    "prepare",
    "table_of",
]
