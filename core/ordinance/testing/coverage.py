"""Which steps, ways back, lanes, checks, roles and toggles the scenarios of a site have tried, and which not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ordinance.access import EVERYONE
from ordinance.acts import Refused
from ordinance.acts.codec import event_of
from ordinance.blueprint import Blueprint
from ordinance.problems import Text
from ordinance.process import Event, Workflow
from ordinance.process.model import Step

_PASSED = ("passed", "auto", "timer", "short")

KINDS: Mapping[str, Text] = {
    "steps": Text("通过的环节", "steps passed"),
    "sent_back": Text("退回的环节", "steps sent back from"),
    "lanes": Text("进入的支线", "lanes entered"),
    "checks": Text("拒绝过的检查", "checks that refused"),
    "roles": Text("办理过的角色", "roles that acted"),
    "on": Text("开着时经过的开关", "toggles seen on"),
    "off": Text("关着时经过的开关", "toggles seen off"),
}
"""What is counted, in words."""


@dataclass(slots=True)
class Coverage:
    """What has been seen, by kind: `workflow.step`, `workflow.lane`, `workflow.step.check`, or a role."""

    seen: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in KINDS})
    refusals: Counter[str] = field(default_factory=Counter)

    def add_event(self, body: Any) -> None:
        """Count what an event of a document shows; other events show nothing of a process."""
        told = json.loads(body) if isinstance(body, str | bytes) else body
        if isinstance(told, Mapping) and "settled" in told and "state" in told:
            self._add(event_of(dict(told)))

    def _add(self, event: Event) -> None:
        workflow = event.state.variant
        for step, entry in event.settled.items():
            if entry is None:
                continue
            if entry.outcome in _PASSED:
                self._saw("steps", workflow, step)
                self._saw("on", workflow, step)
            elif entry.outcome == "off":
                self._saw("off", workflow, step)
        for step in event.state.waits:
            self._saw("on", workflow, step)
        if event.kind == "refuse" and event.step:
            self._saw("sent_back", workflow, event.step)
        elif event.kind in ("lane", "cancel", "amend") and event.step:
            self._saw("lanes", workflow, event.step)
        if event.state.lane is not None:
            for step in event.state.lane.settled:
                self._saw("steps", workflow, step)

    def _saw(self, kind: str, workflow: str, name: str) -> None:
        self.seen[kind].add(f"{workflow}.{name}")

    def add_refusal(self, refused: Refused, asked: str | None) -> None:
        """Count a refusal: its codes, and the check if one of what was asked for (`workflow.step`) refused."""
        for each in refused.reasons:
            self.refusals[each.code] += 1
            if asked:
                self.seen["checks"].add(f"{asked}.{each.code}")

    def add_roles(self, roles: Iterable[str]) -> None:
        """Count the roles of whoever did something."""
        self.seen["roles"].update(roles)

    def report(self, blueprint: Blueprint) -> dict[str, Any]:
        """Return what was seen of what there is, by kind, and how often each code refused."""
        found: dict[str, Any] = {}
        for kind, every in _universe(blueprint).items():
            seen = every & self.seen[kind]
            found[kind] = {"seen": len(seen), "all": len(every), "missing": sorted(every - seen)}
        return {**found, "refusals": dict(sorted(self.refusals.items()))}


def _universe(blueprint: Blueprint) -> dict[str, set[str]]:
    workflows = blueprint.workflows.values()
    toggles = {f"{each.id}.{step.id}" for each in workflows for step in each.steps if not step.locked}
    return {
        "steps": {f"{each.id}.{step.id}" for each in workflows for step in steps_of(each)},
        "sent_back": {f"{each.id}.{step.id}" for each in workflows for step in steps_of(each) if step.back_to},
        "lanes": {f"{each.id}.{lane}" for each in workflows for lane in each.lanes},
        "checks": {f"{each.id}.{name}" for each in workflows for name in _checks(each)},
        "roles": set(blueprint.roles) - {EVERYONE},
        "on": toggles,
        "off": toggles,
    }


def steps_of(workflow: Workflow) -> Iterator[Step]:
    """Yield the steps of a workflow and of its lanes."""
    yield from workflow.steps
    for lane in workflow.lanes.values():
        yield from lane.steps


def _checks(workflow: Workflow) -> Iterator[str]:
    for step in steps_of(workflow):
        yield from (f"{step.id}.{check.id}" for check in step.checks if not check.warn)
    for lane in workflow.lanes.values():
        yield from (f"{lane.id}.{check.id}" for check in lane.checks if not check.warn)
