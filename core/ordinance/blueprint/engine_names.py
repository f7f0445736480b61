"""The names the engine gives to records and documents.

Source: language.md §5, actions.md §4.
"""

from __future__ import annotations

from collections.abc import Mapping

from ordinance.expressions import BOOLEAN, DATETIME, NUMBER, TEXT, Many, Record, Type

PERSON = "account"
"""The entity whose records are people who sign in."""

OF_EVERY_RECORD: Mapping[str, Type] = {
    "id": NUMBER,
    "version": NUMBER,
    "created_at": DATETIME,
    "created_by": Record(PERSON),
    "updated_at": DATETIME,
}
"""Names the engine gives to every record."""

OF_EVERY_DOCUMENT: Mapping[str, Type] = {
    "done": BOOLEAN,
    "number": TEXT.optional(),
    "status": TEXT.optional(),
    "waits_at": Many(TEXT),
    "workflow": TEXT,
    "phase": TEXT,
    "ended": TEXT.optional(),
}
"""Names the engine gives to every record that a workflow moves."""
