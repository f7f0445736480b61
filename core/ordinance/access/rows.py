"""Which records an actor reaches with an act: a union of rules, each a conjunction. No rule at all means none.

Values come in loaded: a record is a mapping, its references are mappings with an `id`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ordinance.access.actor import Actor
from ordinance.expressions import Env, Expression


@dataclass(frozen=True, slots=True)
class Rule:
    """The records that one grant reaches; every condition given must hold.

    Attributes:
        actor: Whose `user` the expressions mean: the one who acts or somebody absent.
        where: Conditions on the record.
        workflow: Only documents of this workflow.
        refers: For a bound account, the reference fields of which one must be its record; None when it is not bound
            or the entity has no such field.
        itself: The record may also be the bound one itself.
        person: The field in which the actor, or the partner it belongs to, must stand.
    """

    actor: Actor
    where: tuple[Expression, ...] = ()
    workflow: str | None = None
    refers: tuple[str, ...] | None = None
    itself: bool = False
    person: tuple[str, ...] | None = None

    @property
    def always(self) -> bool:
        """Whether it reaches every record of the entity."""
        return not self.where and self.workflow is None and self.refers is None and self.person is None

    @property
    def bound_id(self) -> int | None:
        """The id of the record that the fields in `refers` must be."""
        return self.actor.of[1] if self.actor.of is not None else None

    @property
    def reads(self) -> frozenset[tuple[str, ...]]:
        """The names a record must have loaded before `admits` can answer."""
        names: set[tuple[str, ...]] = {path for each in self.where for path in each.reads if path[0] != "user"}
        names.update((each,) for each in self.refers or ())
        names.update([self.person] if self.person is not None else [])
        return frozenset(names | ({("workflow",)} if self.workflow is not None else set()))

    def admits(self, record: Mapping[str, Any], env: Env) -> bool:
        """Return whether the record is one of these.

        Args:
            record: The record with every name of `reads`; it is what the expressions see.
            env: Everything else expressions see; its record and user are replaced.
        """
        if self.workflow is not None and record.get("workflow") != self.workflow:
            return False
        if self.refers is not None and not self._is_bound(record):
            return False
        if self.person is not None and _id_at(record, self.person) not in self._persons:
            return False
        if not self.where:
            return True
        own = replace(env, record=record, user=self.actor.user())
        return all(each.evaluate(own) is True for each in self.where)

    @property
    def _persons(self) -> tuple[int, ...]:
        return (self.actor.id,) if self.bound_id is None else (self.actor.id, self.bound_id)

    def _is_bound(self, record: Mapping[str, Any]) -> bool:
        if self.itself and record.get("id") == self.bound_id:
            return True
        return any(_id_at(record, (name,)) == self.bound_id for name in self.refers or ())


@dataclass(frozen=True, slots=True)
class Rows:
    """The union of some rules."""

    rules: tuple[Rule, ...] = ()

    @property
    def all(self) -> bool:
        """Whether every record of the entity is reached."""
        return any(rule.always for rule in self.rules)

    @property
    def none(self) -> bool:
        """Whether no record is reached."""
        return not self.rules

    @property
    def reads(self) -> frozenset[tuple[str, ...]]:
        """The names a record must have loaded before `admits` can answer."""
        return frozenset() if self.all else frozenset().union(*(rule.reads for rule in self.rules))

    def admits(self, record: Mapping[str, Any], env: Env) -> bool:
        """Return whether any rule reaches the record; the arguments are as in `Rule.admits`."""
        return self.all or any(rule.admits(record, env) for rule in self.rules)


def union(rules: Iterable[Rule]) -> Rows:
    """Return the union, as short as it can be said: a rule that another one covers is needless."""
    kept: list[Rule] = []
    for rule in dict.fromkeys(rules):
        if not any(_covers(other, rule) for other in kept):
            kept = [other for other in kept if not _covers(rule, other)] + [rule]
    return Rows(tuple(kept))


def _covers(wide: Rule, narrow: Rule) -> bool:
    """Whether every record of `narrow` is plainly one of `wide`: the same conditions or fewer, for the same actor."""
    if wide.always:
        return True
    return (
        wide.actor == narrow.actor
        and set(wide.where) <= set(narrow.where)
        and wide.workflow in (None, narrow.workflow)
        and (wide.refers is None or (wide.refers, wide.itself) == (narrow.refers, narrow.itself))
        and wide.person in (None, narrow.person)
    )


def _id_at(record: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = record
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value.get("id") if isinstance(value, Mapping) else value
