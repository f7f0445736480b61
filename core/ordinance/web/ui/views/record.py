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
    """One thing that happened. `href` leads to its file; the others say where a note is changed and taken back."""

    who: str
    what: str
    when: str
    at: str
    tone: str = ""
    role: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    reason: str = ""
    marks: tuple[str, ...] = ()
    file: str = ""
    href: str = ""
    change_href: str = ""
    remove_action: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A message that jumps to the field it is about."""

    text: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that two people changed: what it is called, what each made of it, and what it was.

    `pick` is the form name that is chosen for; empty where nothing is to be chosen. `kind` says what a choice means: a
    value, or `cut` and `keep` for a row that one of them took away. The entries are what an input then holds.
    """

    label: str
    mine: str
    theirs: str
    base: str = ""
    pick: str = ""
    kind: str = "value"
    mine_entry: str = ""
    theirs_entry: str = ""
    theirs_id: str = ""

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """What is sent for mine and for theirs, with the words of each."""
        values = {"value": ("mine", "theirs"), "cut": ("cut", "keep"), "keep": ("keep", "cut")}[self.kind]
        return (values[0], self.mine), (values[1], self.theirs)


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the history one may look at alone."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class NoteBox:
    """Where a note is written: its address, its key, where people are looked up, whether a partner may read along."""

    action: str
    key: str
    people: str
    shares: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """The history in the rail: what is shown, what it may be narrowed to, the way to what is older."""

    entries: tuple[Entry, ...]
    tabs: tuple[Tab, ...] = ()
    more: str = ""
    box: NoteBox | None = None


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a record: its name and address, who brought it, its size, where it is taken away."""

    name: str
    href: str
    about: str
    hash: str
    picture: bool = False
    internal: bool = False
    field: str = ""
    remove_action: str = ""


@dataclass(frozen=True, slots=True)
class FilesCard:
    """The files beside a record and, for who may add some, where they are sent and what may be sent."""

    files: tuple[FileRow, ...]
    action: str = ""
    key: str = ""
    shares: bool = False
    limit: str = ""
    accept: str = ""


@dataclass(frozen=True, slots=True)
class KinRow:
    """A related record: what it is called, where it is, how it stands."""

    name: str
    href: str
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class KinGroup:
    """Related records of one kind, and the way to all of them if there are more."""

    label: str
    rows: tuple[KinRow, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class RecordView:
    """Everything the form page shows.

    `key` makes a repeated submit harmless; `version` finds a stale one; `way` is the drawing of the document's way;
    `why` leads to why it is not the reader's turn, `print_href` to the papers that can be made of it.
    `stale` says that somebody else changed the record meanwhile: `differences` are to be chosen, `taken` is settled;
    `base` carries the record as it is shown. `uploads` is where files for its fields are sent, `basis` what the step
    rests on.
    """

    entity: str
    entity_label: str
    title: str
    action: str
    list_href: str
    previous_href: str = ""
    next_href: str = ""
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
    taken: tuple[Difference, ...] = ()
    stale: bool = False
    entries: tuple[Entry, ...] = ()
    story: Story | None = None
    files: FilesCard | None = None
    kin: tuple[KinGroup, ...] = ()
    uploads: str = ""
    base: str = ""
    basis: str = ""
    hidden: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    why: str = ""
    print_href: str = ""
