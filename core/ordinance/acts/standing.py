"""What documents say of themselves beside their fields: number, where they wait, status and stage in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from ordinance.acts import codec
from ordinance.acts.house import Force
from ordinance.problems import Text
from ordinance.process import Workflow, stage, status
from ordinance.process.status import Standing

Record = dict[str, Any]

SUPERSEDED = "superseded"
"""How a version ended whose successor is in force."""

SUPERSEDED_WORDS = Text("已有新版本", "Superseded by a new version")


class Standings:
    """Tells where documents stand, in one language; documents that stand alike are told of once.

    Args:
        force: The configuration in force.
        locale: The language of the words.
    """

    def __init__(self, force: Force, locale: str) -> None:
        self._force = force
        self._locale = locale
        self._told: dict[Hashable, tuple[Record, str]] = {}

    def tell(self, record: Mapping[str, Any], answer: Record) -> None:
        """Put the names that every document has beside its fields into an answer."""
        reached, words = self._words(record)
        answer.update(reached)
        answer["number"] = record.get("number")
        answer["workflow"] = record.get("workflow")
        answer["phase"] = record.get("phase")
        answer["ended"] = record.get("ended")
        answer["waits_at"] = (record.get("waits_at") or "").split()
        answer["status"] = words

    def _words(self, record: Mapping[str, Any]) -> tuple[Record, str]:
        """Return the stage, under the names it has in an answer, and the status."""
        workflow, state = self._force.workflow_of(record), record.get("state")
        if workflow is None or state is None:
            return {}, ""
        standing = codec.glance_of(state)
        ended = record.get("ended")
        alike = (workflow.id, workflow.revision, ended, *_alike(workflow, standing))
        if alike not in self._told:
            self._told[alike] = self._told_of(workflow, standing, ended)
        return self._told[alike]

    def _told_of(self, workflow: Workflow, standing: Standing, ended: str | None) -> tuple[Record, str]:
        reached = stage(workflow, standing) if workflow.stages else None
        words = {"stage": reached.id, "stage_label": reached.label.in_(self._locale)} if reached is not None else {}
        return words, _status(workflow, standing, ended).in_(self._locale)


def status_of(force: Force, record: Mapping[str, Any]) -> Text | None:
    """Return the status of a stored document in words, or None if it is no document."""
    workflow, state = force.workflow_of(record), record.get("state")
    if workflow is None or state is None:
        return None
    return _status(workflow, codec.glance_of(state), record.get("ended"))


def _status(workflow: Workflow, standing: Standing, ended: str | None) -> Text:
    return SUPERSEDED_WORDS if ended == SUPERSEDED else status(workflow, standing)


def _alike(workflow: Workflow, standing: Standing) -> tuple[Hashable, ...]:
    """Return all that status and stage are made of: whoever has the same has the same words."""
    lane = standing.lane
    return (
        standing.phase,
        standing.ended,
        standing.set_aside is None,
        (lane.id, tuple(lane.waits)) if lane is not None else None,
        tuple(standing.waits),
        tuple(step for step, by in standing.taken.items() if by),
        tuple(standing.settled) if workflow.stages else None,
    )
