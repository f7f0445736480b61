"""Layers in, one frozen value out: the blueprint, with the origin of every value.

`load` reads a site. A blueprint is only made when nothing is wrong; everything wrong is told at once.
"""

from ordinance.blueprint.company import Company
from ordinance.blueprint.load import Loaded, load, restore
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
    Role,
    ValueSpec,
)

__all__ = [
    "ActionSpec",
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
    "Loaded",
    "Permission",
    "Role",
    "ValueSpec",
    "load",
    "own_files",
    "own_kind",
    "restore",
]
