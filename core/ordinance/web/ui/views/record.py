"""The view of one record: head, step bar, form, buttons, history, conflict."""

from __future__ import annotations

from dataclasses import dataclass, field

from .controls import Control, Grid, Group, Option


@dataclass(frozen=True, slots=True)
class Chip:
    """A short state in a pill; `tone` is mine, here, done, late, off or empty (somebody else's turn)."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One step in the bar: `state` is done, now, off or next."""

    label: str
    who: str = ""
    state: str = "next"


@dataclass(frozen=True, slots=True)
class Act:
    """Something one can do to the record.

    `value` travels as the button's value (`step:order_review`, `lane:cancel`); `asks` says a small form comes first;
    `reasons` are why it is refused, empty if it is allowed, and `why` leads to everything behind them.
    """

    value: str
    label: str
    tone: str = ""
    href: str = ""
    asks: bool = False
    reasons: tuple[str, ...] = ()
    keys: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """The small form before an act: a reason, where to send it back to, fields to fill."""

    act: Act
    reason: str = ""
    to: tuple[Option, ...] = ()
    controls: tuple[Control, ...] = ()
    sentence: str = ""

    @property
    def dom(self) -> str:
        """The dialog's id."""
        return "ask-" + self.act.value.replace(":", "-")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    who: str
    what: str
    when: str
    at: str
    tone: str = ""
    role: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A message that jumps to the field it is about."""

    text: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else changed meanwhile."""

    label: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """Everything the form page shows.

    `key` makes a repeated submit harmless; `version` finds a stale one; `way` is the drawing of the document's way;
    `why` leads to why it is not the reader's turn.
    """

    entity: str
    entity_label: str
    title: str
    action: str
    list_href: str
    id: str = ""
    version: str = ""
    key: str = ""
    chip: Chip | None = None
    keyline: tuple[tuple[str, str, bool], ...] = ()
    marks: tuple[Mark, ...] = ()
    way: str = ""
    standing: str = ""
    parts: tuple[Group | Grid, ...] = ()
    primary: Act | None = None
    secondary: tuple[Act, ...] = ()
    refused: tuple[Act, ...] = ()
    asks: tuple[Ask, ...] = ()
    can_save: bool = False
    save_label: str = ""
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    entries: tuple[Entry, ...] = ()
    hidden: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    why: str = ""
