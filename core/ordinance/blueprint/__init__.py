"""Layers in, one frozen value out: the blueprint, with the origin of every value.

`load` reads a site. A blueprint is only made when nothing is wrong; everything wrong is told at once.
"""

from ordinance.blueprint.company import Company
from ordinance.blueprint.load import Loaded, load, restore
from ordinance.blueprint.ordering import Amount, Lines, Portal, Scan
from ordinance.blueprint.portals import lines_in
from ordinance.blueprint.prints import print_folders
from ordinance.blueprint.renames import Renames, renames_between
from ordinance.blueprint.retelling import retold, told_path
from ordinance.blueprint.sources import own_files, own_kind
from ordinance.blueprint.values import (
    ActionSpec,
    Back,
    Blueprint,
    CheckSpec,
    DepartmentSpec,
    Duty,
    Entity,
    EventSpec,
    Field,
    FunctionSpec,
    GuideStep,
    Permission,
    PrintFormat,
    Role,
    ValueSpec,
)

__all__ = [
    "ActionSpec",
    "Amount",
    "Back",
    "Blueprint",
    "CheckSpec",
    "Company",
    "DepartmentSpec",
    "Duty",
    "Entity",
    "EventSpec",
    "Field",
    "FunctionSpec",
    "GuideStep",
    "Lines",
    "Loaded",
    "Permission",
    "Portal",
    "PrintFormat",
    "Renames",
    "Role",
    "Scan",
    "ValueSpec",
    "lines_in",
    "load",
    "own_files",
    "own_kind",
    "print_folders",
    "renames_between",
    "restore",
    "retold",
    "told_path",
]
