"""What the one who asks may see of what an expression looked at: the same projection as everywhere else.

A value of a record nobody showed them is not told, nor is anything that was worked out from it.
Source: design.md §3 rule 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ordinance.access import ACCOUNT, Projection
from ordinance.acts.desk import Desk
from ordinance.acts.seeing import projection_of
from ordinance.expressions.explaining import Tree
from ordinance.expressions.reached import Reached
from ordinance.process.points import Point

REVISION = "revision"


class Sight:
    """What somebody sees; `prepare` must have been asked about everything that is going to be told."""

    def __init__(self, desk: Desk, entity: str, record: Any, seen: Projection | None, *, is_self: bool) -> None:
        """Begin with the record the explanation is about.

        Args:
            desk: The desk of the one who asks.
            entity: The kind of record.
            record: Its id.
            seen: What the one who asks sees of it.
            is_self: Whether the explanation is about the one who asks.
        """
        self._desk, self._is_self = desk, is_self
        self._known: dict[tuple[str, Any], Projection | None] = {(entity, record): seen}
        self._entity, self._record = entity, record
        rights, actor = desk.force.rights, desk.call.actor
        self.places = actor.kind == "engine" or any(rights.may(actor, act, REVISION) for act in ("create", "read"))

    async def prepare(self, reached: Iterable[Reached]) -> None:
        """Find out what the one who asks sees of the records that were looked at."""
        wanted: dict[str, set[int]] = {}
        for each in reached:
            is_record = each.entity in self._desk.force.blueprint.entities and isinstance(each.record, int)
            if is_record and (each.entity, each.record) not in self._known:
                wanted.setdefault(each.entity, set()).add(each.record)
        for entity, ids in wanted.items():
            declared = self._desk.force.blueprint.entities[entity]
            found = await self._desk.force.store.get_many(self._desk.work, entity, sorted(ids), lines=False)
            for id in ids:
                record = found.get(id)
                self._known[entity, id] = (
                    await projection_of(self._desk, declared, record) if record is not None else None
                )

    def sees_all(self, reached: Iterable[Reached]) -> bool:
        """Return whether every one of these values may be told."""
        return all(self.sees(each) for each in reached)

    def sees(self, each: Reached) -> bool:
        """Return whether a value may be told."""
        if self._desk.call.actor.kind == "engine" or each.root == "event":
            return True
        if each.root == "user" and self._is_self:
            return True
        owner, _, lines = each.entity.partition(".")
        if owner not in self._desk.force.blueprint.entities:
            return False
        if lines:
            return self._sees_row(owner, lines, each.name)
        if each.record is None:
            return self._sees_any(owner, each.name)
        projection = self._known.get((owner, each.record))
        return projection is not None and self._shows(projection, owner, each.name)

    def names(self, path: tuple[str, ...]) -> bool:
        """Return whether a field of the record at hand may be named: one that is hidden is as if it were not there."""
        projection = self._known.get((self._entity, self._record))
        return projection is not None and projection.level(path[:1]) != "hidden" != projection.level(path[:2])

    def reads(self, path: tuple[str, ...]) -> bool:
        """Return whether the value of a field of the record at hand may be told."""
        projection = self._known.get((self._entity, self._record))
        return projection is not None and len(path) == 1 and projection.reads(path)

    def _sees_row(self, owner: str, lines: str, name: str) -> bool:
        """A row of the record at hand is seen as that record is; of rows elsewhere it is not known whose they are."""
        here = owner == self._entity
        projection = self._known.get((owner, self._record)) if here else self._at_most(owner)
        if projection is None or not projection.reads(lines):
            return False
        if (f"{owner}.{lines}", name) in self._desk.force.blueprint.values:
            return projection.is_open
        return projection.reads(f"{lines}.{name}")

    def _sees_any(self, owner: str, name: str) -> bool:
        """A value of no record in particular: an empty reference, or all records together."""
        projection = self._at_most(owner)
        return projection is not None and self._shows(projection, owner, name)

    def _at_most(self, owner: str) -> Projection | None:
        rights, actor = self._desk.force.rights, self._desk.call.actor
        projection = rights.projection(actor, owner)
        return projection if rights.rows(actor, owner).all and projection.uniform else None

    def _shows(self, projection: Projection, owner: str, name: str) -> bool:
        declared = self._desk.force.blueprint.entities[owner]
        if name in declared.fields:
            return projection.reads(name)
        if (owner, name) in self._desk.force.blueprint.values:
            # What a department works out may stand on any field, so it is told to those who see every one.
            return projection.is_open
        if name in declared.backs:
            return self._at_most(declared.backs[name].entity) is not None
        # Names of the engine, and of an account what everybody knows of a colleague.
        return owner != ACCOUNT or projection.reads(name)


def reached_by_points(points: Iterable[Point]) -> Iterator[Reached]:
    """Yield everything that the expressions of some points looked at."""
    for each in points:
        if each.tree is not None:
            yield from reached_by_tree(each.tree)
        yield from reached_by_points(each.parts)
        for remedy in each.remedies or ():
            if remedy.change is not None:
                yield from remedy.change.reached


def reached_by_tree(tree: Tree) -> Iterator[Reached]:
    """Yield everything that a tree and its changes looked at."""
    yield from tree.reached
    for change in tree.changes or ():
        yield from change.reached
    for part in tree.parts:
        yield from reached_by_tree(part)

