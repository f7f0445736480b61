"""One row of the event table as what happened: activities with who, when, and how each came about. Pure.

One act may settle several steps: a person passes one, and those behind it pass by themselves. Each is an activity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ordinance.acts import codec
from ordinance.drawing import Names
from ordinance.process import Event, Workflow
from ordinance.process.requests import SYSTEM

_WORDS: Mapping[str, tuple[str, str]] = {
    "create": ("新建", "created"),
    "edit": ("修改", "changed"),
    "update": ("修改", "changed"),
    "delete": ("删除", "deleted"),
    "take": ("受理", "taken"),
    "reassign": ("改派", "reassigned"),
    "set_aside": ("搁置", "set aside"),
    "resume": ("恢复", "resumed"),
    "refuse": ("退回", "sent back"),
    "lane": ("进入", "entered"),
    "cancel": ("结束", "ended"),
    "amend": ("变更生效", "change applied"),
    "close": ("结束本环节", "closed"),
    "adopt": ("接续", "taken over"),
    "migrate": ("换用新流程", "moved to a new revision"),
    "vote": ("同意", "agreed"),
}
"""What an act is called when it settles no step."""

_SILENT = frozenset({"continue", "event", "poke", "tick"})
"""What settles no step is only heard: nothing happened to the document."""

_SKIPPED = frozenset({"off", "n/a", "waived", "adopted"})
_LIFECYCLE: Mapping[str, str] = {
    "take": "assign",
    "reassign": "reassign",
    "set_aside": "suspend",
    "resume": "resume",
    "refuse": "ate_abort",
    "cancel": "pi_abort",
}
"""The transition of the standard lifecycle model for acts that do not complete an activity."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One activity.

    Attributes:
        id: Unique in the log, the same whenever it is written.
        activity: What happened, in words.
        step: The step or lane, by id.
        kind: The act that brought it about.
        outcome: How a step was settled: by a person, by itself, by the clock, passed by because it is off.
        lifecycle: A transition of the standard lifecycle model.
        by: Who did it, by id; `system` if nobody.
        acting_for: For whom, by id.
        at: When.
        channel: Through which door.
        revision: The configuration in force.
        effects: Actions carried out, those taken back with a minus in front.
    """

    id: str
    activity: str
    step: str
    kind: str
    outcome: str
    lifecycle: str
    by: str
    acting_for: str
    at: datetime
    channel: str
    revision: str
    effects: tuple[str, ...] = ()


def happenings(row: Mapping[str, Any], workflow: Workflow | None, names: Names) -> Iterator[Happening]:
    """Yield what a row of the event table says happened.

    Args:
        row: The row, its body already read.
        workflow: The workflow of the document, for the names of steps.
        names: The language.
    """
    body = row["body"]
    if not (isinstance(body, Mapping) and "settled" in body and "state" in body):
        yield _made(row, 0, kind=str(row["name"]).rpartition(".")[2], names=names)
        return
    event = codec.event_of(body)
    effects = tuple(
        f"{'-' if each.state == 'undone' else ''}{each.action}" for each in event.ledger if each.state != "waived"
    )
    settled = [(step, each) for step, each in event.settled.items() if each is not None]
    kind = "vote" if event.kind == "pass" else event.kind
    at = 0
    if kind not in _SILENT and not (kind == "vote" and settled):
        activity = _words(event, workflow, names, kind)
        yield _made(row, at, kind=kind, names=names, activity=activity, step=event.step or "", effects=effects)
        at, effects = 1, ()
    for step, each in settled:
        yield _made(
            row, at, kind=event.kind, names=names, activity=names.step(workflow, step) if workflow else step, step=step,
            outcome=each.outcome, lifecycle="autoskip" if each.outcome in _SKIPPED else "complete", by=each.by,
            when=each.at, effects=effects,
        )  # fmt: skip
        at, effects = at + 1, ()


def _words(event: Event, workflow: Workflow | None, names: Names, kind: str) -> str:
    said = _said(kind, names)
    if not event.step or workflow is None:
        return said
    return f"{names.step(workflow, event.step)} · {said}"


def _said(kind: str, names: Names) -> str:
    zh, en = _WORDS.get(kind, (kind, kind))
    return zh if names.locale.startswith("zh") else en


def _made(
    row: Mapping[str, Any], at: int, *, kind: str, names: Names, activity: str = "", step: str = "", outcome: str = "",
    lifecycle: str = "", by: str | None = None, when: datetime | None = None, effects: tuple[str, ...] = (),
) -> Happening:  # fmt: skip
    who = row["actor"] if by is None else by
    return Happening(
        id=f"{row['id']}.{at}",
        activity=activity or _said(kind, names),
        step=step,
        kind=kind,
        outcome=outcome,
        lifecycle=lifecycle or _LIFECYCLE.get(kind, "complete"),
        by=who if who and who != "0" else SYSTEM,
        acting_for=row["acting_for"] or "",
        at=when or row["at"],
        channel=row["channel"],
        revision=row["revision"],
        effects=effects,
    )
