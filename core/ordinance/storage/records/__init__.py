"""Records of entities: read, write, list."""

from ordinance.storage.records.querying import Querying as Records
from ordinance.storage.records.selecting import Condition, CursorError, Fragment, Rows, Select
from ordinance.storage.records.shape import dump, load

__all__ = ["Condition", "CursorError", "Fragment", "Records", "Rows", "Select", "dump", "load"]
