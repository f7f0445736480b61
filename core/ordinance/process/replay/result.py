"""What replaying a document, or many, has shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from ordinance.problems import Reason


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first event after which the document stands otherwise than it did.

    Attributes:
        index: Which event of the log, from 0.
        seq: The event's own `seq`.
        kind: What was asked.
        step: Where, if at a step.
        at: When.
        was: Where the document waited after it in truth (how it ended, if it had).
        now: Where it waits under the proposal.
    """

    index: int
    seq: int
    kind: str
    step: str | None
    at: datetime
    was: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a document would have been stopped: at a gate nobody asked for, or by a refusal."""

    index: int
    at: datetime
    step: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """An approval that the proposal wants and the log does not have; `asks` are fields somebody had to fill in."""

    step: str
    at: datetime
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replayed:
    """One document under a proposed workflow.

    Attributes:
        id: The document.
        number: What people call it.
        divergence: The first divergent event, None if all went as it did.
        stop: Where it would have been stopped.
        saved: Steps that somebody passed and nobody need have, in order.
        added: Approvals that somebody would have had to give.
        gained: How long it waited only at steps that are not there any more.
        assumed: What was taken for granted: checks of departments (`step.check`), effects the log never saw.
        waits: Where it stands at the end of the log; how it ended, if it has.
    """

    id: str
    number: str | None = None
    divergence: Divergence | None = None
    stop: Stop | None = None
    saved: tuple[str, ...] = ()
    added: tuple[Added, ...] = ()
    gained: timedelta = timedelta(0)
    assumed: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether nothing at all would have been otherwise."""
        return self.divergence is None and self.stop is None and not self.added


@dataclass(slots=True)
class Summary:
    """What replaying many documents comes to; `kept` are those that went otherwise, for looking at one by one."""

    documents: int = 0
    same: int = 0
    stopped: Counter[str] = field(default_factory=Counter)
    saved: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    gained: timedelta = timedelta(0)
    gained_by: int = 0
    assumed: Counter[str] = field(default_factory=Counter)
    kept: list[Replayed] = field(default_factory=list)

    def add(self, replayed: Replayed) -> None:
        """Count one document in."""
        self.documents += 1
        self.same += replayed.is_same
        if replayed.stop is not None:
            self.stopped[replayed.stop.step] += 1
        self.saved.update(replayed.saved)
        self.added.update(each.step for each in replayed.added)
        self.gained += replayed.gained
        self.gained_by += bool(replayed.gained)
        self.assumed.update(replayed.assumed)
        if not replayed.is_same:
            self.kept.append(replayed)


def summary(replayed: Iterable[Replayed]) -> Summary:
    """Return what the documents come to together."""
    made = Summary()
    for each in replayed:
        made.add(each)
    return made


Mode = Literal["strict", "lenient"]
