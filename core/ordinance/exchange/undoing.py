"""Take back what one row of an import wrote, through the ordinary acts, with their events.

Whoever may import takes back what an import did, whether or not it may delete or change records otherwise; but only
what nobody has touched since and nothing refers to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ordinance.acts import Call, House, Refused, delete, update
from ordinance.blueprint import Entity
from ordinance.problems import reason
from ordinance.storage import ImportRow


async def take_back(house: House, call: Call, entity: Entity, row: ImportRow) -> dict[str, str]:
    """Delete what a row created, or put back what it changed; return why not, in both languages, or nothing.

    Args:
        house: The site.
        call: Who takes it back.
        entity: What the rows are.
        row: A row that was written.
    """
    assert row.record is not None
    itself = replace(call, actor=replace(call.actor, kind="engine"), channel="import", key=None)
    if row.outcome == "created":
        outcome = await delete(house, itself, entity.id, row.record, version=row.version)
    else:
        values: dict[str, Any] = dict(row.before or {})
        outcome = await update(house, itself, entity.id, row.record, values, version=row.version)
    if not isinstance(outcome, Refused):
        return {}
    words = outcome.reasons[0].message if outcome.kind != "stale" else reason("import_touched").message
    return {"zh": words.zh, "en": words.en}
