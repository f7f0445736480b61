"""What an explanation is to every face: lines with words, each with its verdict, and the least that would change it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ordinance.problems import Place, Text


@dataclass(frozen=True, slots=True)
class Line:
    """One condition in words.

    Attributes:
        code: Which condition it is.
        text: The condition.
        holds: Whether it holds; None if that cannot be told.
        counts: Whether the verdict depends on it; other lines only tell how things came to be.
        note: What is so now: values, or why it does not hold.
        place: The line of configuration behind it; only for those who may see the configuration.
        parts: What it consists of.
    """

    code: str
    text: Text
    holds: bool | None = None
    counts: bool = True
    note: Text = field(default_factory=Text)
    place: Place | None = None
    parts: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that would have to be otherwise; all of an explanation's proposals are needed together."""

    kind: str
    text: Text
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why somebody can or cannot do something, or does or does not see it.

    Attributes:
        entity: The kind of record.
        id: The record; None for a new one and for the whole inbox.
        subject: What was asked: `step:…`, `lane:…`, `field:…`, `inbox`, `record`, `create`.
        title: What was asked, in words.
        person: Whom it is about, if not the one who asks.
        allowed: The verdict.
        verdict: The verdict in words.
        lines: Every condition.
        proposals: The least that would have to be otherwise; none if it is allowed, or if nothing would help.
        possible: Whether anything would help.
        proved: Whether the proposals were tried and enough; None if they could not be tried.
        still: What would still refuse after them.
        place: Where what was asked about stands in the configuration.
    """

    entity: str
    id: int | None
    subject: str
    title: Text
    person: str
    allowed: bool
    verdict: Text
    lines: tuple[Line, ...]
    proposals: tuple[Proposal, ...] = ()
    possible: bool = True
    proved: bool | None = None
    still: tuple[Text, ...] = ()
    place: Place | None = None


def as_json(explanation: Explanation, locale: str) -> dict[str, Any]:
    """Return an explanation as JSON carries it, in one language."""
    return {
        "entity": explanation.entity or None,
        "id": str(explanation.id) if explanation.id is not None else None,
        "subject": explanation.subject,
        "title": explanation.title.in_(locale),
        "for": explanation.person or None,
        "allowed": explanation.allowed,
        "verdict": explanation.verdict.in_(locale),
        "conditions": [_line(each, locale) for each in explanation.lines],
        "changes": [
            {"kind": each.kind, "text": each.text.in_(locale)} | _placed(each.place) for each in explanation.proposals
        ],
        "possible": explanation.possible,
        "proved": explanation.proved,
        "still": [each.in_(locale) for each in explanation.still],
    } | _placed(explanation.place)


def _line(line: Line, locale: str) -> dict[str, Any]:
    body: dict[str, Any] = {"code": line.code, "text": line.text.in_(locale)}
    body |= {"holds": line.holds, "counts": line.counts}
    if line.note:
        body["note"] = line.note.in_(locale)
    if line.parts:
        body["parts"] = [_line(each, locale) for each in line.parts]
    return body | _placed(line.place)


def _placed(place: Place | None) -> dict[str, Any]:
    if place is None:
        return {}
    return {"place": {"file": place.file, "line": place.line, "column": place.column}}
