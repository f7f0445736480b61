"""What acts answer: values for every face (API, screens, import, scenarios), never exceptions.

An ordinary "no" is a `Refused` with all its reasons; what went through is a `Done`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ordinance.problems import Reason, Text
from ordinance.process import Workflow

RefusedKind = Literal["invalid", "not_found", "not_allowed", "conflict", "stale", "bad_request"]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """An ordinary "no": its kind (which gives the HTTP status) and every reason at once."""

    kind: RefusedKind
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What went through. `record` is JSON-ready and holds only what the actor may see."""

    entity: str
    id: int
    version: int
    record: Mapping[str, Any]
    waits: tuple[str, ...] = ()
    status: Text | None = None
    event: str | None = None
    warnings: tuple[Reason, ...] = ()
    created: bool = False
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """One record as the actor may see it; `access` says per field whether it may be written, read or is masked.

    `rules` is the workflow a document goes by, or went by in its day: labels and steps are to be taken from there.
    """

    entity: str
    id: int
    version: int
    record: Mapping[str, Any]
    workflow: str | None
    waits: tuple[str, ...]
    status: Text | None
    access: Mapping[str, str]
    rules: Workflow | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing that could be done to a document now, allowed or refused with every reason.

    `closes` says that the step repeats and may be closed short. `opinion` is `always` where a reason must be written.
    """

    kind: Literal["step", "send_back", "lane", "take", "set_aside", "resume"]
    id: str
    label: Text
    allowed: bool
    reasons: tuple[Reason, ...] = ()
    asks: tuple[Path, ...] = ()
    offers: tuple[Path, ...] = ()
    to: tuple[str, ...] = ()
    opinion: str = "never"
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of a list: a field path, an operator (`eq` … `exists`) and its value as text or a list of texts."""

    path: Path
    op: str
    value: str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joint:
    """Several conditions of a list as one: all of them (`and`), any (`or`), or none of the only one (`not`)."""

    kind: Literal["and", "or", "not"]
    parts: tuple[Filter | Joint, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What is worked out of the records of a group: `of` is count, sum, avg, min or max; no path counts the records."""

    of: str
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What a list asks for. `cursor` is opaque; `step` keeps the documents that wait there.

    `view` is a list that the entity declares: what it does not show is left out.
    `figures` and `group` are for `aggregate` alone; `sort`, `fields` and `count` mean nothing there.
    """

    filter: tuple[Filter | Joint, ...] = ()
    sort: tuple[tuple[Path, bool], ...] = ()
    fields: tuple[str, ...] = ()
    search: str = ""
    limit: int = 50
    cursor: str | None = None
    count: bool = False
    step: str | None = None
    view: str = ""
    figures: tuple[Figure, ...] = ()
    group: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list; `next` is the cursor of the next page, `count` all that match if it was asked for."""

    items: tuple[Any, ...]
    next: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A document that waits for the actor at a step."""

    entity: str
    id: int
    number: str
    title: str
    step: str
    label: Text
    status: Text
    since: datetime
    due: datetime | None
    amount: str | None
    version: int
    quick: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One suggestion of a typeahead."""

    id: int
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed: its label, what it was and what it is, as text."""

    label: Text
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline.

    Attributes:
        at: When.
        who: Who did it, by name; nobody for the house itself.
        what: What was done, in words.
        kind: An act of the process (`pass`, `refuse`, `lane` …), `create`, `update`, `note`, `file` or `file_gone`.
        changes: The fields that changed.
        reason: What was written as a reason, or in a note.
        on_behalf_of: For whom it was done.
        revision: The configuration it was done under.
        id: What puts lines in order, and where the next page begins.
        channel: The door it came by.
        file: The file that was brought or taken away: its id (0 if it cannot be had), its name.
        internal: Whether only the company's own people see it.
        edited: Whether a note said something else before.
        gone: Whether a note was taken back.
        may_change: Whether the reader may change this note.
        may_remove: Whether the reader may take it back.
    """

    at: datetime
    who: str
    what: Text
    kind: str
    changes: tuple[Change, ...] = ()
    reason: str = ""
    on_behalf_of: str = ""
    revision: str = ""
    id: int = 0
    channel: str = ""
    file: tuple[int, str] | None = None
    internal: bool = False
    edited: bool = False
    gone: bool = False
    may_change: bool = False
    may_remove: bool = False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the one `evaluate` says of values being typed: computed, shown, readable, required, offered, wrong.

    Keys of the maps are JSON pointers (`/address`, `/lines/0/price`); `values` is the whole record, JSON-ready;
    `parts` says of the parts of forms that have a condition whether they are shown, by form and section.
    """

    values: Mapping[str, Any]
    text: Mapping[str, str]
    show: Mapping[str, bool]
    readonly: Mapping[str, bool]
    required: Mapping[str, bool]
    options: Mapping[str, tuple[str, ...]]
    errors: tuple[Reason, ...]
    totals: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[tuple[str, str], bool] = field(default_factory=dict)
