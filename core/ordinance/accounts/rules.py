"""What an account must keep to: roles that go together, who may give them, how many there may be of each.

`check_account` looks at values alone. `hold_roles` keeps the limit `accounts` in the database, where two processes
meet, and sees to it that somebody is left who manages accounts. Both belong in the transaction that writes the record.
Source: language.md §4 `of`, `accounts`, `duties`; requirements B-05, B-21, B-22.
"""

from __future__ import annotations

from collections.abc import Mapping

from ordinance.access import ACCOUNT, Actor, Rights
from ordinance.access.source import RoleSource
from ordinance.accounts.people import find_account
from ordinance.accounts.person import Account
from ordinance.expressions import Env
from ordinance.problems import Reason, Text, reason
from ordinance.storage import Work

COMPANY = Text("公司", "company")
NAME = Text("用户名", "the name")


def check_account(
    rights: Rights,
    roles: Mapping[str, RoleSource],
    actor: Actor,
    after: Account,
    before: Account | None,
    env: Env,
) -> tuple[Reason, ...]:
    """Return every reason why the actor may not make the account so.

    Args:
        rights: The rights of the blueprint.
        roles: The roles of the blueprint.
        actor: Who creates or changes the account.
        after: The account as it would be.
        before: The account as it is; None when it is created.
        env: What else row rules see.
    """
    reasons = [reason("no_such_role", "/roles", role=each) for each in after.roles if each not in roles]
    known = [roles[each] for each in after.roles if each in roles]
    reasons += _of(known, rights, after)
    if before is None or before.roles != after.roles:
        reasons += rights.conflicts(after.roles)
        reasons += _given(rights, actor, after, before, env)
    return tuple(reasons)


def _of(known: list[RoleSource], rights: Rights, after: Account) -> list[Reason]:
    """Roles of the company and roles of a record, persons and machines, do not mix in one account."""
    kinds = {(each.of, each.kind) for each in known}
    if len(kinds) > 1:
        return [reason("roles_mixed", "/roles", roles=_labels(known))]
    bound_to = next(iter(kinds), (None, ""))[0]
    if known and bound_to != (after.of[0] if after.of is not None else None):
        return [reason("role_of", "/of", role=known[0].label, entity=Text.of(bound_to) if bound_to else COMPANY)]
    return []


def _labels(known: list[RoleSource]) -> Text:
    return Text("、".join(each.label.zh for each in known), ", ".join(each.label.en for each in known))


def _given(rights: Rights, actor: Actor, after: Account, before: Account | None, env: Env) -> list[Reason]:
    """Giving roles is creating or changing an account that has them: the row rule of that right is asked."""
    act = "create" if before is None else "update"
    if actor.kind == "engine" or rights.rows(actor, ACCOUNT, act).admits(after.record(), env):
        return []
    added = [each for each in after.roles if before is None or each not in before.roles]
    return [reason("role_not_yours", "/roles", role=rights.label(each)) for each in added or after.roles]


async def hold_roles(
    work: Work, rights: Rights, roles: Mapping[str, RoleSource], after: Account, *, gone: bool = False
) -> tuple[Reason, ...]:
    """Take the places of an account's roles, give back those it no longer needs; roll back if there is a reason.

    Only active accounts hold places, so that a suspended one can be replaced.

    Args:
        work: The transaction in which the account is written.
        rights: The rights of the blueprint.
        roles: The roles of the blueprint.
        after: The account as it will be.
        gone: Whether it is being deleted.
    """
    wanted = after.roles if after.active and not gone else ()
    rows = await work.fetch("SELECT role, belongs, place FROM role_held WHERE account = ?", after.id)
    held = {row["role"]: row["belongs"] for row in rows}
    leaving = {role for role, belongs in held.items() if role not in wanted or belongs != after.belongs}
    reasons = await _left_alone(work, rights, after, leaving, set(wanted))
    reasons += await _name_taken(work, after)
    for role in [each for each in wanted if each not in held or each in leaving]:
        reasons += await _take(work, role, roles, after)
    if reasons:
        return tuple(reasons)
    for role in leaving:
        await work.execute(
            "DELETE FROM role_held WHERE account = ? AND role = ? AND belongs = ?", after.id, role, held[role]
        )
    return ()


async def _name_taken(work: Work, after: Account) -> list[Reason]:
    """A name that differs from another one only by case would be mistaken for it."""
    found = await find_account(work, after.name)
    if found is None or found.id == after.id:
        return []
    return [reason("not_unique", "/name", label=NAME, got=after.name)]


async def _take(work: Work, role: str, roles: Mapping[str, RoleSource], after: Account) -> list[Reason]:
    """Take a place. Two who want the last one meet at the primary key: one waits, then finds it taken."""
    most = roles[role].accounts if role in roles else None
    if most is None:
        places = [after.id]
    else:
        row = await work.fetch_one(
            "SELECT COUNT(*) AS n FROM role_held WHERE role = ? AND belongs = ?", role, after.belongs
        )
        places = list(range(1, most + 1)) if row is not None and row["n"] < most else []
    for place in places:
        taken = await work.execute(
            "INSERT INTO role_held (role, belongs, place, account) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            role,
            after.belongs,
            place,
            after.id,
        )
        if taken:
            return []
    label = roles[role].label if role in roles else Text.of(role)
    bound_to = Text.of(after.of[0]) if after.of is not None else COMPANY
    return [reason("accounts", "/roles", role=label, most=most, of=bound_to)]


async def _left_alone(work: Work, rights: Rights, after: Account, leaving: set[str], staying: set[str]) -> list[Reason]:
    """Keep the last account that manages accounts; rows are locked, so two cannot take each other's away."""
    managing = managing_roles(rights)
    if not leaving & managing or staying & managing:
        return []
    marks = ", ".join("?" for _ in managing)
    lock = " FOR UPDATE" if work.dialect == "postgresql" else ""
    rows = await work.fetch(
        f"SELECT account FROM role_held WHERE role IN ({marks}) ORDER BY role, belongs, place{lock}",  # noqa: S608 - question marks only
        *sorted(managing),
    )
    others = {row["account"] for row in rows} - {after.id}
    return [] if others else [reason("last_manager", "/roles")]


def managing_roles(rights: Rights) -> set[str]:
    """Return the roles that may create and change every account, whatever its roles."""
    whole: dict[str, set[str]] = {}
    for grant in rights.grants:
        if grant.entity == ACCOUNT and not grant.where and grant.workflow is None:
            whole.setdefault(grant.role, set()).add(grant.act)
    return {role for role, acts in whole.items() if {"create", "update"} <= acts}


async def holders(work: Work, role: str, of: tuple[str, int] | None = None) -> tuple[int, ...]:
    """Return the active accounts that hold a role, in id order; those of one record if `of` is given."""
    if of is None:
        rows = await work.fetch("SELECT account FROM role_held WHERE role = ? ORDER BY account", role)
    else:
        rows = await work.fetch(
            "SELECT account FROM role_held WHERE role = ? AND belongs = ? ORDER BY account", role, f"{of[0]}/{of[1]}"
        )
    return tuple(row["account"] for row in rows)
