"""What portals and scanning go by, as values: lines that name records and say how many, and what is shown of them."""

from __future__ import annotations

from dataclasses import dataclass

from ordinance.problems import Text


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a document that name records and say how many: where they are, which record, how many."""

    entity: str
    field: str
    item: str
    target: str
    quantity: str


@dataclass(frozen=True, slots=True)
class Amount:
    """What a kind of record comes to on a statement: the field, whether it takes from what is owed, its day."""

    entity: str
    field: str
    minus: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True)
class Portal:
    """What accounts bound to records of `id` find.

    Attributes:
        id: The entity they are bound to.
        label: What it is called.
        about: A word to them.
        lines: What they order with; None where they order nothing.
        codes: The fields by which what is ordered is known, its key first.
        shows: The list of what may be ordered; empty for all of it.
        facts: Fields and values shown beside each of them.
        follow: Fields and values that tell where an order is.
        statement: The kinds of record on the statement of account.
    """

    id: str
    label: Text
    about: Text | None = None
    lines: Lines | None = None
    codes: tuple[str, ...] = ()
    shows: str = ""
    facts: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    statement: tuple[Amount, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """How the lines of a document are counted at a step.

    Attributes:
        entity: The kind of document.
        step: The step that is done when all is counted.
        lines: The lines: `quantity` is how many there should be.
        codes: The fields that hold the codes of what is scanned, its key first.
        counts: The field of the lines that keeps how many were counted; empty where it is only checked.
    """

    entity: str
    step: str
    lines: Lines
    codes: tuple[str, ...]
    counts: str = ""
