"""The tables of the kernel itself, the same in every site."""

from __future__ import annotations

from ordinance.storage.schema.imports import IMPORT_BATCH, IMPORT_MAPPING, IMPORT_ROW
from ordinance.storage.schema.shapes import Column, Index, Table

_ID = Column("id", "id", required=True)


def _text(name: str, *, required: bool = False) -> Column:
    return Column(name, "text", required=required)


def _whole(name: str, *, required: bool = False) -> Column:
    return Column(name, "whole", required=required)


def _instant(name: str, *, required: bool = False) -> Column:
    return Column(name, "instant", required=required)


def _json(name: str) -> Column:
    return Column(name, "json")


EVENT = Table(
    "event",
    (
        _ID,
        _instant("at", required=True),
        _text("entity", required=True),
        _whole("document", required=True),
        _whole("seq", required=True),
        _text("name", required=True),
        _text("actor", required=True),
        _text("acting_for"),
        _text("revision", required=True),
        _text("channel", required=True),
        _text("request"),
        _text("step"),
        _text("reason"),
        # Text, not JSON: a sealed event must come back byte for byte.
        _text("body"),
        _whole("chain"),
        _text("digest"),
    ),
    (Index(("document", "id")), Index(("chain",), unique=True), Index(("name", "id"))),
)

LEDGER = Table(
    "ledger",
    (
        _ID,
        _whole("document", required=True),
        _whole("seq", required=True),
        _text("effect", required=True),
        _whole("round", required=True),
        _text("state", required=True),
        _text("step", required=True),
        _text("revision", required=True),
        _text("inputs_hash", required=True),
        _text("undo", required=True),
        _text("action", required=True),
        _json("inputs"),
        _json("outcome"),
        _text("why", required=True),
        _instant("at", required=True),
    ),
    (
        # The last line of defence of "exactly once": whatever the code thinks, the database takes no second one.
        Index(("document", "effect", "round"), unique=True, where="state IN ('done', 'waived')"),
        Index(("document", "seq"), unique=True),
    ),
)

WAIT = Table(
    "wait",
    (
        _ID,
        _text("entity", required=True),
        _whole("document", required=True),
        _text("workflow", required=True),
        _text("lane", required=True),
        _text("step", required=True),
        _instant("since", required=True),
        _instant("due_at"),
        _instant("timer_at"),
        _text("taken"),
        _text("assigned"),
        Column("set_aside", "yes_no", required=True),
    ),
    (
        Index(("document", "lane", "step"), unique=True),
        Index(("entity", "step", "since", "id")),
        Index(("timer_at",), where="timer_at IS NOT NULL"),
        Index(("assigned",), where="assigned IS NOT NULL"),
    ),
)

OUTBOX = Table(
    "outbox",
    (
        _ID,
        _text("topic", required=True),
        _text("ordering", required=True),
        _text("unique_key"),
        _json("payload"),
        _instant("made_at", required=True),
        _instant("run_at", required=True),
        _whole("attempts", required=True),
        _text("owner"),
        _instant("lease_until"),
        _instant("done_at"),
        _instant("dead_at"),
        _text("error"),
    ),
    (
        Index(("unique_key",), unique=True),
        Index(("run_at", "id"), where="done_at IS NULL AND dead_at IS NULL"),
        Index(("ordering", "id"), where="done_at IS NULL AND dead_at IS NULL"),
    ),
)

NOTICE = Table(
    "notice",
    (
        _ID,
        _text("recipient", required=True),
        _text("entity"),
        _whole("document"),
        _text("message", required=True),
        _json("body"),
        _instant("at", required=True),
        _instant("read_at"),
    ),
    (Index(("recipient", "id")), Index(("recipient",), where="read_at IS NULL")),
)

NUMBERING = Table(
    "numbering",
    (_text("series", required=True), _whole("taken", required=True)),
    primary=("series",),
)

IDEMPOTENCY = Table(
    "idempotency",
    (
        _text("scope", required=True),
        _text("key", required=True),
        _text("fingerprint", required=True),
        _instant("made_at", required=True),
        _instant("seen_at", required=True),
        _whole("status"),
        _text("body"),
    ),
    (Index(("made_at",)),),
    primary=("scope", "key"),
)

REVISION = Table(
    "revision_text",
    (
        _ID,
        _text("hash", required=True),
        _text("text", required=True),
        _text("parent"),
        _text("author", required=True),
        _text("reason"),
        _instant("at", required=True),
        # The company's own files, name to text; text and not JSON, so that they come back byte for byte.
        _text("files"),
        # What a revert puts back (the hash of the revision it takes out of force), and what was done to documents.
        _text("reverts"),
        _whole("moved"),
        # What was called otherwise from it on, as JSON; empty where nothing was.
        _text("renamed"),
    ),
    (Index(("hash",)),),
)

ACTIVE = Table(
    "revision_active",
    (_ID, _text("hash", required=True), _whole("version", required=True), _instant("at", required=True)),
)

ATTACHMENT = Table(
    "attachment",
    (
        _ID,
        _text("sha256", required=True),
        _text("name", required=True),
        _text("media_type", required=True),
        _whole("size", required=True),
        _text("entity"),
        _whole("document"),
        _text("created_by", required=True),
        _instant("created_at", required=True),
        # The field that holds it (`contract`, `lines.photo`): who may not read that does not see the file either.
        _text("field"),
        Column("internal", "yes_no"),
        _instant("removed_at"),
        _text("removed_by"),
    ),
    (Index(("sha256",)), Index(("document",))),
)

NOTE = Table(
    "note",
    (
        _ID,
        _text("entity", required=True),
        _whole("document", required=True),
        _text("author", required=True),
        _text("text", required=True),
        Column("internal", "yes_no", required=True),
        _json("mentions"),
        _instant("at", required=True),
        _instant("edited_at"),
        _instant("removed_at"),
        # What it said before, oldest first: a note that is changed or taken back leaves its trace.
        _json("earlier"),
    ),
    (Index(("document", "id")),),
)
"""What people wrote on records."""

PROPOSAL = Table(
    "proposal",
    (
        _ID,
        _text("state", required=True),
        _text("author", required=True),
        _text("reason", required=True),
        _text("base", required=True),
        # The change itself: files, choices, consents; text, so that it comes back byte for byte.
        _text("change", required=True),
        _instant("made_at", required=True),
        _instant("starts_at"),
        # The document by which the company decides, where it has a procedure for that.
        _whole("document"),
        _text("decided_by"),
        _instant("decided_at"),
        _text("revision"),
        _text("outcome"),
        # While it is being applied: what it was before, the last sign of life in seconds of the database's clock, and
        # how many documents have been moved, of how many, as far as that is known.
        _text("before"),
        _whole("beat_at"),
        _whole("done"),
        _whole("total"),
    ),
    # One at a time is applied.
    (Index(("state", "id")), Index(("document",)), Index(("state",), unique=True, where="state = 'applying'")),
)
"""Changes of the configuration that somebody has put forward and that are not in force yet, or never came to be."""

RETIRED = Table(
    "retired",
    (
        _ID,
        _text("entity", required=True),
        # The field by its path: `colour`, `lines.colour`, or a list of lines as a whole.
        _text("field", required=True),
        # The last revision that had it: what it was declared as.
        _text("revision", required=True),
        _instant("at", required=True),
    ),
    (Index(("entity", "field"), unique=True),),
)
"""Fields that are gone from the configuration while documents under an earlier revision still read them."""

SAVED_VIEW = Table(
    "saved_view",
    (
        _ID,
        _text("entity", required=True),
        _text("owner", required=True),
        # Empty for the owner alone: a view of a role is seen by everybody who has it.
        _text("role", required=True),
        _text("label", required=True),
        _text("query", required=True),
        _whole("position", required=True),
        _instant("changed_at", required=True),
    ),
    (Index(("entity", "role", "owner")),),
)
"""Views of lists that people keep."""

KERNEL = (
    EVENT, LEDGER, WAIT, OUTBOX, NOTICE, NUMBERING, IDEMPOTENCY, REVISION, ACTIVE, PROPOSAL, ATTACHMENT, NOTE,
    SAVED_VIEW, RETIRED, IMPORT_BATCH,
    IMPORT_ROW, IMPORT_MAPPING,
)  # fmt: skip
"""All tables of the kernel."""
