"""Find accounts, and those whose absence makes an account their deputy today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from ordinance.access import Actor, Rights
from ordinance.access.source import RoleSource
from ordinance.accounts.person import Account, from_row
from ordinance.storage import Work


@dataclass(frozen=True, slots=True)
class Ground:
    """What of the configuration in force this room stands on.

    Attributes:
        rights: The rights of the blueprint.
        roles: Its roles.
        zone: The company's time zone; absences are whole local days.
        absences: Whether the site keeps absences.
    """

    rights: Rights
    roles: Mapping[str, RoleSource]
    zone: tzinfo
    absences: bool


async def find_account(work: Work, name: str) -> Account | None:
    """Return the account of exactly that name, else of that name in another case, or None."""
    row = await work.fetch_one(
        "SELECT * FROM e_account WHERE name = ? OR lower(name) = ? ORDER BY CASE WHEN name = ? THEN 0 ELSE 1 END, id",
        name,
        name.lower(),
        name,
    )
    return from_row(row) if row is not None else None


async def find_by_id(work: Work, account: int) -> Account | None:
    """Return the account of that id, or None."""
    row = await work.fetch_one("SELECT * FROM e_account WHERE id = ?", account)
    return from_row(row) if row is not None else None


async def who_is_away(work: Work, account: int, now: datetime, ground: Ground) -> tuple[Actor, ...]:
    """Return those for whom the account stands in at this moment.

    Deputies do not pass on: whoever stands in for somebody does not also stand in for those this one stood in for.
    """
    if not ground.absences:
        return ()
    today = _today(work, now, ground)
    rows = await work.fetch(
        'SELECT a.* FROM e_absence b JOIN e_account a ON a.id = b.person WHERE b.deputy = ? AND b."from" <= ? '
        'AND b."until" >= ? AND b.person <> b.deputy ORDER BY a.id',
        account,
        today,
        today,
    )
    away = {row["id"]: from_row(row) for row in rows}
    return tuple(each.actor(ground.roles) for each in away.values() if each.active)


async def find_holder(work: Work, held: str, hashed: str, now: datetime, ground: Ground) -> Mapping[str, Any] | None:
    """Return the account that holds a session or a token, as a row; `stands_in` says if it is somebody's deputy now.

    One query for both, because this is asked on every request.

    Args:
        work: The unit of work.
        held: `token`; or `session`, whose row also has `session_opened_at`, `session_seen_at`, `guide_seen_at`,
            `once`.
        hashed: The hash of what was shown.
        now: The present instant, UTC.
        ground: The configuration in force.
    """
    today = _today(work, now, ground)
    away = _AWAY if ground.absences else "1 = 0"
    args = (today, today, hashed) if ground.absences else (hashed,)
    rows = await work.look_up(_HOLDERS[held].format(away=away), *args)
    return rows[0] if rows else None


_AWAY = 'EXISTS (SELECT 1 FROM e_absence b WHERE b.deputy = a.id AND b."from" <= ? AND b."until" >= ?)'
_HOLDERS = {
    "session": "SELECT s.opened_at AS session_opened_at, s.seen_at AS session_seen_at, l.guide_seen_at, l.once, "
    "{away} AS stands_in, a.* FROM session s JOIN e_account a ON a.id = s.account "
    "LEFT JOIN login l ON l.account = a.id WHERE s.hash = ?",
    "token": "SELECT {away} AS stands_in, a.* FROM token t JOIN e_account a ON a.id = t.account WHERE t.hash = ?",
}


def _today(work: Work, now: datetime, ground: Ground) -> Any:
    """The company's day, as the database compares it."""
    today = now.astimezone(ground.zone).date()
    return today.isoformat() if work.dialect == "sqlite" else today
