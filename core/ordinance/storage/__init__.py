"""The database: engines, units of work, the schema, and everything that is stored."""

from ordinance.storage.bounding import count_up_to, newest
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
from ordinance.storage.imports import ImportRow, Imports
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
from ordinance.storage.records.words import typed_words
from ordinance.storage.retired import RetiredField
from ordinance.storage.revisions import Active, Revision
from ordinance.storage.schema import (
    KERNEL,
    Column,
    Index,
    Moved,
    Report,
    Spot,
    Step,
    Table,
    column_of,
    entity_tables,
    prepare,
    reshape,
    retired_spots,
    rows_filled,
    rows_in_the_way,
    rows_kept,
    rows_that_hold,
    rows_that_miss,
    spot,
    steps_to,
    table_of,
)
from ordinance.storage.sql import Statement, like
from ordinance.storage.store import Store
from ordinance.storage.turning import turn, turn_back, turned
from ordinance.storage.views import SavedView
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
    "ImportRow",
    "Imports",
    "InUse",
    "Index",
    "Lost",
    "Measure",
    "Message",
    "Moved",
    "NewEvent",
    "NewWait",
    "NotPrepared",
    "NotUnique",
    "OutcomeUnknown",
    "Records",
    "Report",
    "RetiredField",
    "Revision",
    "Rows",
    "SavedView",
    "Select",
    "Spot",
    "Statement",
    "Step",
    "StorageError",
    "Store",
    "Superseded",
    "Table",
    "Totals",
    "Work",
    "column_of",
    "count_up_to",
    "dump",
    "entity_tables",
    "like",
    "load",
    "newest",
    "prepare",
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
    "turn",
    "turn_back",
    "turned",
    "typed_words",
]
