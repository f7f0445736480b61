"""What is particular about accounts: which roles may be given by whom, how many there may be, what ends with one.

Called by the ordinary acts whenever the record is an account, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ordinance.accounts import check_account, end_sessions, from_values, hold_roles
from ordinance.acts.desk import Desk, refuse
from ordinance.problems import Reason

_RIGHTS = frozenset({"role_not_yours"})
_CONFLICTS = frozenset({"accounts", "last_manager", "duty_roles"})


async def keep_rules(
    desk: Desk, after: Mapping[str, Any], before: Mapping[str, Any] | None, *, gone: bool = False
) -> None:
    """Hold an account against the rules of its roles, take the places it needs, and end its sessions if it lost rights.

    Args:
        desk: The act.
        after: The account's stored values as they will be, with its id.
        before: As they were; None for a new one.
        gone: Whether it is being deleted.

    Raises:
        RefusedSignal: with every reason.
    """
    force = desk.force
    old = from_values(before) if before is not None else None
    new = from_values(after, old)
    env = desk.call.env(force, new.record())
    reasons: tuple[Reason, ...] = ()
    if not gone:
        reasons = check_account(force.rights, force.blueprint.roles, desk.call.actor, new, old, env)
    reasons += await hold_roles(desk.work, force.rights, force.blueprint.roles, new, gone=gone)
    if reasons:
        codes = {each.code for each in reasons}
        kind = "not_allowed" if codes & _RIGHTS else "conflict" if codes & _CONFLICTS else "invalid"
        raise refuse(kind, *reasons)  # type: ignore[arg-type]
    if old is not None and (gone or not new.active or new.roles != old.roles or new.of != old.of):
        await end_sessions(desk.work, old.id)
