"""The effective permission table, for a page, the handbook and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from ordinance.access.grants import Grant
from ordinance.access.rights import Rights
from ordinance.access.source import RightsSource
from ordinance.problems import Text


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """A named permission and who has it, role by role in the order of the columns."""

    id: str
    label: Text
    gives: tuple[str, ...]
    held: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class ActRow:
    """What may be done to one entity, role by role: the acts in their order, those that follow from a step included."""

    entity: str
    label: Text
    acts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PermissionTable:
    """Roles are the columns; `permissions` the named rows, `acts` what it all comes to."""

    roles: tuple[tuple[str, Text], ...]
    permissions: tuple[PermissionRow, ...]
    acts: tuple[ActRow, ...]


def permission_table(source: RightsSource, rights: Rights) -> PermissionTable:
    """Return who may do what. Source: requirement B-20."""
    names = tuple(source.roles)
    rows = tuple(
        PermissionRow(
            each.id,
            each.label,
            tuple(f"{target}.{act}" for target, act in each.gives),
            tuple(each.id in source.roles[name].permissions for name in names),
        )
        for each in source.permissions.values()
    )
    acts = tuple(
        ActRow(entity.id, entity.label, tuple(_acts(rights.grants, name, entity.id) for name in names))
        for entity in source.entities.values()
        if any(grant.entity == entity.id for grant in rights.grants)
    )
    return PermissionTable(tuple((name, source.roles[name].label) for name in names), rows, acts)


def _acts(grants: tuple[Grant, ...], role: str, entity: str) -> tuple[str, ...]:
    mine = [grant for grant in grants if grant.role == role and grant.entity == entity]
    shown = (f"{grant.act}{' …' if grant.where or grant.person else ''}" for grant in mine)
    return tuple(sorted(dict.fromkeys(shown)))
