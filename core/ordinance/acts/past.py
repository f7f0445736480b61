"""The workflows of revisions that are not in force any more: for documents that finish under one, and for old stories.

Source: engine M7 (a pin is the process only), design.md §7 (a past order opens with the rules of its day).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ordinance.access import Rights
from ordinance.blueprint import Blueprint, Renames, restore
from ordinance.process.model import Workflow

if TYPE_CHECKING:
    from ordinance.process.migration import Names
    from ordinance.storage import Store, Work

_KEPT_MAX = 12
"""Blueprints kept; a year of monthly changes."""


class Past:
    """Blueprints of earlier revisions, compiled when somebody first asks. One for a process, shared by its `Force`s.

    Attributes:
        pinned: The workflows under which documents finish, by workflow and revision.
    """

    def __init__(self, site: Path | None = None) -> None:
        self._site = site
        self._known: OrderedDict[str, Blueprint | None] = OrderedDict()
        self._pins: Mapping[str, Blueprint] = {}
        self._rights: dict[str, Rights] = {}
        self.pinned: Mapping[tuple[str, str], Workflow] = {}

    def keep(self, blueprint: Blueprint) -> None:
        """Remember a blueprint that is known anyway."""
        self._keep(blueprint.revision, blueprint)

    def _keep(self, digest: str, blueprint: Blueprint | None) -> None:
        self._known[digest] = blueprint
        while len(self._known) > _KEPT_MAX:
            self._rights.pop(self._known.popitem(last=False)[0], None)

    def pin(
        self, blueprints: Iterable[Blueprint], told: Mapping[tuple[str, str], Workflow] = MappingProxyType({})
    ) -> None:
        """Say under which earlier revisions documents finish; they are kept as long as that is so.

        Args:
            blueprints: These revisions.
            told: Those of their workflows that speak of fields which are called otherwise now, in present names.
        """
        self._pins = {each.revision: each for each in blueprints}
        self.pinned = {
            (workflow.id, digest): told.get((workflow.id, digest), workflow)
            for digest, each in self._pins.items()
            for workflow in each.workflows.values()
        }

    async def blueprint(self, work: Work, store: Store, digest: str) -> Blueprint | None:
        """Return the blueprint of a revision, or None if it is not kept or does not fit the departments any more."""
        if digest in self._pins:
            return self._pins[digest]
        if digest in self._known:
            self._known.move_to_end(digest)
            return self._known[digest]
        found = await store.revisions.get(work, digest)
        made = restore(self._site, found.text).blueprint if found is not None and self._site is not None else None
        self._keep(digest, made)
        return made

    async def recall(self, work: Work, store: Store, records: Iterable[Mapping[str, Any]], present: str) -> None:
        """Make the workflows of these stored documents known to `of`."""
        for digest in {each.get("revision") for each in records} - {None, "", present}:
            await self.blueprint(work, store, str(digest))

    def of(self, record: Mapping[str, Any], present: str) -> Workflow | None:
        """Return the workflow of the revision of a stored document, if it is another than the present and known."""
        digest = record.get("revision")
        if digest in (None, "", present):
            return None
        known = self._pins.get(str(digest)) or self._known.get(str(digest))
        return known.workflows.get(record.get("workflow") or "") if known is not None else None

    def rights(self, workflow: Workflow, step: str, present: Blueprint) -> Rights | None:
        """Return the rights that say who may do a step which only an earlier revision has; None for any other step.

        Who has which role is always the present truth; what a role may do at a step that is gone only that revision
        knows.
        """
        now = present.workflows.get(workflow.id)
        if workflow.revision == present.revision or (now is not None and step in _gates(now)):
            return None
        known = self._pins.get(workflow.revision) or self._known.get(workflow.revision)
        if known is None:
            return None
        if workflow.revision not in self._rights:
            self._rights[workflow.revision] = Rights(known)
        return self._rights[workflow.revision]

    def gone(self, workflow: Workflow, present: Blueprint) -> frozenset[str]:
        """Return the steps and lanes of an earlier workflow that the present one does not have."""
        now = present.workflows.get(workflow.id)
        if now is workflow or workflow.revision == present.revision:
            return frozenset()
        return _gates(workflow) - (_gates(now) if now is not None else frozenset())

    async def names(self, work: Work, store: Store, former: Workflow, present: Workflow) -> Names:
        """Return which step of a former workflow is which now, through every revision between the two (engine M1)."""
        from ordinance.process.migration import names_of

        chain = await self._between(work, store, former.revision, present.revision)
        flows = [former, *(each.workflows[former.id] for each in chain if former.id in each.workflows), present]
        maps = [names_of(old, new) for old, new in pairwise(flows)]
        return reduce(lambda first, later: first.then(later), maps)

    async def renames(self, work: Work, store: Store, digest: str) -> Renames:
        """Return what has been called otherwise since a revision was in force; nothing if it is not known."""
        return Renames.composed(await store.revisions.renamed_since(work, digest) or ())

    async def _between(self, work: Work, store: Store, first: str, last: str) -> list[Blueprint]:
        """Return the revisions that were in force after one and before another, oldest first; none if that is lost."""
        applied = [each.hash for each in reversed(await store.revisions.history(work, 1000))]
        if first not in applied or last not in applied:
            return []
        start = len(applied) - 1 - applied[::-1].index(first)
        end = len(applied) - 1 - applied[::-1].index(last)
        found = [await self.blueprint(work, store, each) for each in applied[start + 1 : end]]
        return [each for each in found if each is not None]


def _gates(workflow: Workflow) -> frozenset[str]:
    known: frozenset[str] | None = workflow.memo.get("gates")
    if known is None:
        inside = (step.id for lane in workflow.lanes.values() for step in lane.steps)
        known = workflow.memo["gates"] = frozenset((*(step.id for step in workflow.steps), *workflow.lanes, *inside))
    return known
