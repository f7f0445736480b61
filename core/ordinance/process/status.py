"""The words for where a document stands; derived, never typed in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from ordinance.problems import Text
from ordinance.process.index import index_of
from ordinance.process.model import ProcessState, Stage, Step, Workflow
from ordinance.process.requests import DRAFT, TERMINAL

_DRAFT = Text("草稿", "Draft")
_ASIDE = Text("已搁置", "Set aside")
_DONE = Text("已完成", "Completed")
_CANCELLED = Text("已取消", "Cancelled")


class Inside(Protocol):
    """What is told of the lane a document is in."""

    @property
    def id(self) -> str:
        """The lane."""

    @property
    def waits(self) -> Collection[str]:
        """Its open steps."""


class Standing(Protocol):
    """What of a state the words are made of; a state is one, and so is what a list reads of it."""

    @property
    def phase(self) -> str:
        """Draft, running, complete or cancelled."""

    @property
    def ended(self) -> str | None:
        """How it ended."""

    @property
    def set_aside(self) -> Any:
        """Since when it is out of its queue, and why; None if it is not."""

    @property
    def lane(self) -> Inside | None:
        """The lane it is in."""

    @property
    def waits(self) -> Collection[str]:
        """The open steps of the main flow."""

    @property
    def taken(self) -> Mapping[str, str]:
        """By whom each open step was taken."""

    @property
    def settled(self) -> Mapping[str, Any]:
        """The steps that are left behind."""


def status(workflow: Workflow, state: Standing) -> Text:
    """Return the status: how it ended, the lane, or what the open gates wait for (once taken, that)."""
    if state.phase in TERMINAL:
        plain = _DONE if state.phase == "complete" else _CANCELLED
        return workflow.ends.get(state.ended or "") or plain
    if state.set_aside is not None:
        return _ASIDE
    if state.lane is not None and state.lane.id in workflow.lanes:
        lane = workflow.lanes[state.lane.id]
        inside = [_words(state, step) for step in lane.steps if step.id in state.lane.waits]
        return _join([lane.label, *inside], ": ", "：") if inside else lane.label
    if state.phase == "draft" or DRAFT in state.waits:
        return _DRAFT
    return _join([_words(state, step) for step in workflow.steps if step.id in state.waits], ", ", "、")


def _words(state: Standing, step: Step) -> Text:
    if state.taken.get(step.id) and step.taken:
        return step.taken
    return step.waiting or step.label


def _join(texts: list[Text], between_en: str, between_zh: str) -> Text:
    return Text(between_zh.join(each.in_("zh") for each in texts), between_en.join(each.in_("en") for each in texts))


def waits_at(state: ProcessState) -> tuple[str, ...]:
    """Return the steps that can be acted on now: the lane's while the document is in one."""
    return state.lane.waits if state.lane is not None else state.waits


def stage(workflow: Workflow, state: Standing) -> Stage | None:
    """Return the stage the document has reached: the last one whose first step it waits at or has left behind."""
    position = index_of(workflow).main.position
    front = next((at for at, step in enumerate(workflow.steps) if step.id not in state.settled), len(workflow.steps))
    reached = [each for each in workflow.stages if position.get(each.start, front + 1) <= front]
    return max(reached, key=lambda each: position[each.start], default=None)
