"""Duties: what one person may not both have done, or be given the means to do. Source: language.md §4 `duties`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ordinance.access.grants import Grant, resolve
from ordinance.access.source import RightsSource
from ordinance.problems import Reason, Text, reason

Act = tuple[str, str]
"""(entity or workflow, verb, step or lane)."""


@dataclass(frozen=True, slots=True)
class Apart:
    """That a step is kept apart from other acts on the same document: whoever did one of them may not do it."""

    duty: str
    label: Text
    others: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Duty:
    id: str
    label: Text
    items: tuple[frozenset[Act], ...]


class Duties:
    """The enabled duties of a blueprint."""

    def __init__(self, source: RightsSource) -> None:
        self._source = source
        self._duties = tuple(
            _Duty(each.id, each.label or Text.of(each.id), tuple(self._acts(name) for name in each.apart))
            for each in source.duties.values()
            if each.enabled
        )

    def of_step(self, workflow: str, entity: str, step: str) -> tuple[Apart, ...]:
        """Return what each duty keeps the step apart from, among the acts on one document of that workflow."""
        here = {(workflow, step), (entity, step)}
        found = []
        for duty in self._duties:
            others = {
                act for item in duty.items if not item & here for target, act in item if target in (workflow, entity)
            }
            if others and any(item & here for item in duty.items):
                found.append(Apart(duty.id, duty.label, frozenset(others)))
        return tuple(found)

    def conflicts(self, roles: tuple[str, ...], grants: Iterable[Grant]) -> tuple[Reason, ...]:
        """Return a reason for every duty that the roles break together.

        A role that holds both sides by itself is not refused here, or nobody could be given it: there the duty works on
        each document.
        """
        held = tuple(grants)
        together = self._reached(set(roles), held)
        alone = [self._reached({role}, held) for role in roles]
        return tuple(
            reason("duty_roles", duty=duty.label)
            for duty in self._duties
            if self._breaks(duty, together) and not any(self._breaks(duty, each) for each in alone)
        )

    @staticmethod
    def _breaks(duty: _Duty, acts: frozenset[Act]) -> bool:
        return sum(bool(item & acts) for item in duty.items) > 1

    @staticmethod
    def _reached(roles: set[str], grants: tuple[Grant, ...]) -> frozenset[Act]:
        mine = [grant for grant in grants if grant.role in roles]
        return frozenset(
            (target, grant.act) for grant in mine for target in (grant.entity, grant.workflow) if target is not None
        )

    def _acts(self, name: str) -> frozenset[Act]:
        permission = self._source.permissions.get(name)
        if permission is not None:
            return frozenset(permission.gives)
        target, _, act = name.rpartition(".")
        return frozenset({(target, act)}) if resolve(self._source, target) is not None else frozenset()
