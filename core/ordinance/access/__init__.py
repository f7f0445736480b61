"""Who may do what to which records and sees what of them: pure, compiled from a blueprint."""

from ordinance.access.actor import ACCOUNT, ENGINE, EVERYONE, Actor
from ordinance.access.projection import MASK, Projection, mask
from ordinance.access.rights import Rights
from ordinance.access.rows import Rows, Rule
from ordinance.access.source import VERBS
from ordinance.access.table import PermissionTable, permission_table

__all__ = [
    "ACCOUNT",
    "ENGINE",
    "EVERYONE",
    "MASK",
    "VERBS",
    "Actor",
    "PermissionTable",
    "Projection",
    "Rights",
    "Rows",
    "Rule",
    "mask",
    "permission_table",
]
