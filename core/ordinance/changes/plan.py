"""What applying a change would do, as a value that can be printed, sent as JSON, and held against the day it is done.

Source: design.md §6 (plan), engine M6 and M8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, Literal

from ordinance.changes.change import Change, Choice
from ordinance.changes.difference import Difference
from ordinance.problems import Place, Problem, Reason, Text

Risk = Literal["safe", "lossy", "destructive"]


@dataclass(frozen=True, slots=True)
class TableChange:
    """One change of a table, or of what a field takes.

    Attributes:
        name: What consent to it is called: `drop_column e_order.colour`.
        risk: `safe`; `lossy` where some rows do not fit; `destructive` where what rows hold is thrown away.
        what: The change in words.
        rows: How many rows stand in its way.
        samples: Some of them: the id and the value.
        is_blocking: Whether it cannot be done unless somebody consents.
        place: The line that asks for it.
        kept: How many rows, or documents, keep what they hold, though not where it was.
        is_offer: Whether it may be done as well, and is not unless somebody consents.
    """

    name: str
    risk: Risk
    what: Text
    rows: int = 0
    samples: tuple[str, ...] = ()
    is_blocking: bool = False
    place: Place | None = None
    kept: int = 0
    is_offer: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """A rule that no longer stands before anybody: it went with its step, or was loosened."""

    workflow: str
    step: str
    what: Text
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that is done to documents because they move; `verb` is `do` or `undo`.

    `redo` is done when they have passed the gate they are put before, if that changes what it was done with.
    """

    id: str
    verb: str
    what: Text


@dataclass(frozen=True, slots=True)
class Move:
    """Documents of one class and what becomes of them.

    Attributes:
        workflow: Their workflow.
        entity: What they are.
        at: Where they wait.
        to: Where they wait then.
        count: How many they are.
        value: What they are worth together, as text; empty if they have no total.
        numbers: What some of them are called.
        choice: What was chosen for them.
        is_touched: Whether anything about them changes.
        is_back: Whether they are put back exactly as they were.
        effects: What is done to each.
        refused: Why they cannot move; then it takes an answer.
        is_landing: Whether where they wait is gone, so that they need another place.
        label: What they are called, many: the entity's label.
        at_words: Where they wait, in words.
        to_words: Where they wait then, in words.
    """

    workflow: str
    entity: str
    at: tuple[str, ...]
    to: tuple[str, ...]
    count: int
    value: str
    numbers: tuple[str, ...]
    choice: Choice
    is_touched: bool
    is_back: bool
    effects: tuple[Effect, ...]
    refused: tuple[Reason, ...]
    is_landing: bool
    label: Text
    at_words: Text
    to_words: Text


@dataclass(frozen=True, slots=True)
class Load:
    """A step and the documents that wait there, before and after."""

    workflow: str
    step: str
    label: Text
    before: int
    after: int
    value_before: str = ""
    value_after: str = ""


@dataclass(frozen=True, slots=True)
class InboxLoad:
    """How many documents wait for the people of a role, before and after."""

    role: str
    label: Text
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Consent:
    """Something that is only done if somebody says so: it cannot be taken back, or nobody has seen it happen."""

    id: str
    what: Text
    count: int
    given: bool


@dataclass(frozen=True, slots=True)
class Question:
    """Documents that cannot move as things are, and what would answer that: `supply` a value, `hold`, `finish`.

    `fields` are those for which a value may be supplied, by the names they have then.
    """

    workflow: str
    count: int
    numbers: tuple[str, ...]
    why: tuple[Reason, ...]
    answers: tuple[str, ...]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a change would do.

    Attributes:
        change: The change.
        base: The revision it is planned on.
        revision: The hash of what would be in force; empty if the files have errors.
        made_at: When it was planned.
        problems: What is wrong with the files, and what they are warned of.
        differences: What changes, in words.
        guards: Rules that no longer stand before anybody.
        tables: What happens to the tables.
        moves: Documents in flight by class.
        steps: Steps whose number of waiting documents changes.
        inboxes: Roles for whom another number of documents waits then.
        consents: What takes consent.
        questions: What takes an answer.
        rows: First rows that are added, as `entity key`.
        pinned: How many documents finish under an earlier revision, and go on doing so.
        is_known: Whether the same files are in force already.
        is_stale: Whether it was made on an earlier revision and does not go with what has been changed since.
    """

    change: Change
    base: str
    revision: str
    made_at: datetime
    problems: tuple[Problem, ...] = ()
    differences: tuple[Difference, ...] = ()
    guards: tuple[Guard, ...] = ()
    tables: tuple[TableChange, ...] = ()
    moves: tuple[Move, ...] = ()
    steps: tuple[Load, ...] = ()
    inboxes: tuple[InboxLoad, ...] = ()
    consents: tuple[Consent, ...] = ()
    questions: tuple[Question, ...] = ()
    rows: tuple[str, ...] = ()
    pinned: int = 0
    is_known: bool = False
    is_stale: bool = False

    @property
    def is_broken(self) -> bool:
        """Whether the files have errors."""
        return any(each.severity == "error" for each in self.problems)

    @property
    def touched(self) -> int:
        """How many documents it would touch."""
        return sum(each.count for each in self.moves if each.is_touched)

    @property
    def is_complete(self) -> bool:
        """Whether it can be applied: no error, every question answered, every consent given (engine M8)."""
        asked = any(each.is_blocking for each in self.tables) or any(not each.given for each in self.consents)
        return not (self.is_broken or self.is_stale or self.questions or asked)

    @property
    def is_safe(self) -> bool:
        """Whether nothing can come of it that anybody would want to know first: complete, nothing lost or touched.

        What rows hold under a name that changes is not lost, but whoever asks by the old name finds nothing: programs
        that use the API, saved views, exports. So a rename counts as safe only where no row holds anything yet.
        """
        loses = any((each.risk != "safe" and not each.is_offer) or each.kept for each in self.tables)
        return self.is_complete and not (loses or self.touched or self.consents or self.guards)

    def as_json(self, locale: str | None = None) -> dict[str, Any]:
        """Return the plan as JSON has it; words in both languages, or in the one asked for."""
        shown = {each.name: _plain(getattr(self, each.name), locale) for each in fields(self) if each.name != "change"}
        return {
            **shown,
            "reason": self.change.reason,
            "starts": _plain(self.change.starts, locale),
            "choices": dict(self.change.choices),
            "reverts": self.change.reverts,
            "touched": self.touched,
            "is_complete": self.is_complete,
            "is_safe": self.is_safe,
        }


def _plain(value: Any, locale: str | None) -> Any:
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en} if locale is None else value.in_(locale)
    if isinstance(value, Place):
        return {"file": value.file, "line": value.line, "column": value.column}
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name), locale) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each, locale) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each, locale) for each in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
