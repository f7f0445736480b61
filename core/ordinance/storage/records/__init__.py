"""Records of entities: read, write, list, add up."""

from ordinance.storage.records.grouping import Group, Measure, Totals
from ordinance.storage.records.grouping import Grouping as Records
from ordinance.storage.records.selecting import Condition, CursorError, Fragment, Rows, Select
from ordinance.storage.records.shape import dump, load

__all__ = [
    "Condition",
    "CursorError",
    "Fragment",
    "Group",
    "Measure",
    "Records",
    "Rows",
    "Select",
    "Totals",
    "dump",
    "load",
]
