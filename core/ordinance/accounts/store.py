"""Sign in, sign out, keys and passwords: everything about accounts that is not a field of their record.

One value for each site; it holds a database and no state of its own, so any number of processes agree.
Times are whole seconds UTC. Source: facts.md §C (own opaque sessions), facts-reliability.md §1.1 (ASVS 6, 7).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ordinance.access import Actor
from ordinance.access.source import RoleSource
from ordinance.accounts.passwords import Passwords, check_password
from ordinance.accounts.people import Ground, find_account, find_by_id, find_holder, who_is_away
from ordinance.accounts.person import Account, from_row
from ordinance.accounts.secret import csrf_of, hash_of, new_bearer_token, new_session_token
from ordinance.accounts.tries import clear_tries, count_try
from ordinance.problems import Reason, reason
from ordinance.storage import Database, Work

_LOGIN = "SELECT password, guide_seen_at, once FROM login WHERE account = ?"
_MARK = 16  # so many characters of a hash tell one's sessions and keys apart

_SEEN_EVERY_S = 60  # a session's last use is written at most this often


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """How long a session lives: `idle` since its last use, `absolute` since the sign-in."""

    idle: timedelta = timedelta(hours=4)
    absolute: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in. `token` is what the browser or program shows; `csrf` what its forms carry.

    `must_change` says that the password is one that others have seen and that it is to be changed before anything else.
    """

    actor: Actor
    token: str
    csrf: str = ""
    first_login: bool = False
    name: str = ""
    must_change: bool = False


class Accounts:
    """The accounts of one site.

    Args:
        database: The site's database.
        ground: Gives what of the configuration in force matters here.
        policy: How long sessions live.
        passwords: The hasher of this process.
    """

    def __init__(
        self,
        database: Database,
        ground: Callable[[], Ground],
        policy: SessionPolicy | None = None,
        passwords: Passwords | None = None,
    ) -> None:
        self._database = database
        self._ground = ground
        self._policy = policy or SessionPolicy()
        self._passwords = passwords or Passwords()

    async def sign_in(
        self, name: str, password: str, now: datetime, *, agent: str = "", old: str = "", address: str = ""
    ) -> SignedIn | tuple[Reason, ...]:
        """Open a session, or return why not; an unknown name and a wrong password cannot be told apart.

        Args:
            name: What was typed as the user name.
            password: What was typed as the password.
            now: The present instant, UTC.
            agent: What the browser calls itself, for the list of sessions.
            old: A session token the browser already had; it ends here, so that nobody can plant one.
            address: Where it comes from; many failures from one address are slowed down too.
        """
        watched = [(f"name {name.casefold()[:100]}", 5)] + ([(f"from {address}", 100)] if address else [])
        async with self._database.work(write=True) as work:
            for who, most in watched:
                locked = await count_try(work, who, now, most)
                if locked:
                    return locked
            account = await find_account(work, name)
            row = await work.fetch_one(_LOGIN, account.id) if account is not None else None
        right = await self._passwords.verify(row["password"] if row is not None else None, password)
        if account is None or row is None or not right:
            return (reason("bad_credentials"),)
        if not account.active:
            return (reason("suspended"),)
        async with self._database.work(write=True) as work:
            for who, _ in watched:
                await clear_tries(work, who)
            await self._close(work, old)
            token = await self._open(work, account.id, now, agent)
            actor = await self._actor(work, account, now)
        return SignedIn(
            actor, token, csrf_of(token), row["guide_seen_at"] is None, account.name, must_change=bool(row["once"])
        )

    async def by_session(self, token: str, now: datetime, *, quiet: bool = False) -> SignedIn | None:
        """Return who holds a session token; None if it is unknown, expired, or its account was suspended.

        Args:
            token: What the browser showed.
            now: The present instant, UTC.
            quiet: Whether a page asks by itself, with nobody at it: that keeps no session alive.
        """
        async with self._database.work(write=False) as work:
            row = await find_holder(work, "session", hash_of(token), now, self._ground())
            if row is None or self._is_over(row, now):
                return None
            account = from_row(row)
            if not account.active:
                return None
            actor = await self._actor(work, account, now, stands_in=row["stands_in"])
        if not quiet and int(now.timestamp()) - row["session_seen_at"] >= _SEEN_EVERY_S:
            await self._seen(token, now)
        return SignedIn(
            actor, token, csrf_of(token), row["guide_seen_at"] is None, account.name, must_change=bool(row["once"])
        )

    async def holds(self, token: str, now: datetime) -> bool:
        """Return whether a session is still open and its account active; it is not thereby used."""
        return await self.by_session(token, now, quiet=True) is not None

    async def by_token(self, token: str, now: datetime) -> SignedIn | None:
        """Return who holds a bearer token; None if it is unknown or revoked, or its account was suspended."""
        async with self._database.work(write=False) as work:
            row = await find_holder(work, "token", hash_of(token), now, self._ground())
            account = from_row(row) if row is not None else None
            if row is None or account is None or not account.active:
                return None
            actor = await self._actor(work, account, now, stands_in=row["stands_in"])
        return SignedIn(actor, token, name=account.name)

    async def sign_out(self, token: str) -> None:
        """End one session, at once and in every process."""
        async with self._database.work(write=True) as work:
            await self._close(work, token)

    async def sign_out_everywhere(self, account: int) -> int:
        """End every session of an account and return how many there were."""
        async with self._database.work(write=True) as work:
            return await work.execute("DELETE FROM session WHERE account = ?", account)

    async def sessions(self, account: int, own: str = "") -> list[dict[str, Any]]:
        """Return the open sessions of an account: by which browser, when they began and were last used.

        Args:
            account: Whose.
            own: The token of the session that asks; it is marked as `own`.
        """
        async with self._database.work(write=False) as work:
            rows = await work.fetch(
                "SELECT hash, opened_at, seen_at, agent FROM session WHERE account = ? ORDER BY seen_at DESC", account
            )
        mine = hash_of(own) if own else ""
        return [{**row, "mark": row["hash"][:_MARK], "own": row["hash"] == mine} for row in rows]

    async def end_session(self, account: int, mark: str) -> bool:
        """End one session of an account, as `sessions` marks it."""
        return await self._drop("session", account, mark)

    async def last_signed_in(self, accounts: Collection[int]) -> dict[int, int]:
        """Return when accounts last signed in; those that never did are left out."""
        if not accounts:
            return {}
        marks = ", ".join("?" for _ in accounts)
        sql = f"SELECT account, signed_in_at FROM login WHERE account IN ({marks}) AND signed_in_at IS NOT NULL"  # noqa: S608
        async with self._database.work(write=False) as work:
            return {row["account"]: row["signed_in_at"] for row in await work.fetch(sql, *accounts)}

    async def set_password(
        self, account: Account, password: str, now: datetime, *, once: bool = False
    ) -> tuple[Reason, ...]:
        """Give an account a new password and end its sessions; return what speaks against it.

        Args:
            account: Whose.
            password: The password.
            now: The present instant, UTC.
            once: Whether others have seen it: then it only serves to choose another one.
        """
        if any(role.kind == "system" for role in self._held(account)):
            return (reason("key_only", "/password"),)
        reasons = check_password(password, account.name)
        if reasons:
            return reasons
        hashed = await self._passwords.hash(password)
        async with self._database.work(write=True) as work:
            await work.execute(
                "INSERT INTO login (account, password, changed_at, once) VALUES (?, ?, ?, ?) ON CONFLICT (account) "
                "DO UPDATE SET password = excluded.password, changed_at = excluded.changed_at, once = excluded.once",
                account.id,
                hashed,
                int(now.timestamp()),
                int(once),
            )
            await work.execute("DELETE FROM session WHERE account = ?", account.id)
            await clear_tries(work, f"name {account.name.casefold()[:100]}")
        return ()

    async def change_password(self, account: Account, present: str, new: str, now: datetime) -> tuple[Reason, ...]:
        """Change one's own password, the present one being asked again."""
        who = f"change {account.id}"
        async with self._database.work(write=True) as work:
            locked = await count_try(work, who, now)
            row = await work.fetch_one(_LOGIN, account.id)
        if locked:
            return locked
        if not await self._passwords.verify(row["password"] if row is not None else None, present):
            return (reason("password_wrong", "/present"),)
        async with self._database.work(write=True) as work:
            await clear_tries(work, who)
        return await self.set_password(account, new, now)

    async def issue_token(self, account: int, now: datetime, label: str = "") -> str:
        """Return a new bearer token of an account. It is shown this once; only its hash is kept."""
        token = new_bearer_token()
        async with self._database.work(write=True) as work:
            await work.execute(
                "INSERT INTO token (hash, account, label, issued_at) VALUES (?, ?, ?, ?)",
                hash_of(token),
                account,
                label,
                int(now.timestamp()),
            )
        return token

    async def revoke_tokens(self, account: int) -> int:
        """Revoke every bearer token of an account and return how many there were."""
        async with self._database.work(write=True) as work:
            return await work.execute("DELETE FROM token WHERE account = ?", account)

    async def tokens(self, account: int) -> list[dict[str, Any]]:
        """Return the bearer tokens of an account, the newest first: what they are for and since when there are."""
        async with self._database.work(write=False) as work:
            rows = await work.fetch(
                "SELECT hash, label, issued_at FROM token WHERE account = ? ORDER BY issued_at DESC, hash", account
            )
        return [{"mark": row["hash"][:_MARK], "label": row["label"], "issued_at": row["issued_at"]} for row in rows]

    async def revoke_token(self, account: int, mark: str) -> bool:
        """Revoke one bearer token of an account, as `tokens` marks it."""
        return await self._drop("token", account, mark)

    async def _drop(self, table: str, account: int, mark: str) -> bool:
        if len(mark) != _MARK or not mark.isalnum():
            return False
        async with self._database.work(write=True) as work:
            sql = f"DELETE FROM {table} WHERE account = ? AND hash LIKE ?"  # noqa: S608 - one of our own two tables
            return await work.execute(sql, account, f"{mark}%") > 0

    async def put_away_guide(self, account: int, now: datetime) -> None:
        """Remember that the guide of the first sign-in has been shown. Source: requirement B-25."""
        at = int(now.timestamp())
        async with self._database.work(write=True) as work:
            await work.execute(
                "INSERT INTO login (account, changed_at, guide_seen_at) VALUES (?, ?, ?) "
                "ON CONFLICT (account) DO UPDATE SET guide_seen_at = excluded.guide_seen_at",
                account,
                at,
                at,
            )

    async def find(self, name: str) -> Account | None:
        """Return the account of that name, whatever its case, or None."""
        async with self._database.work(write=False) as work:
            return await find_account(work, name)

    async def by_id(self, account: int) -> Account | None:
        """Return the account of that id, or None."""
        async with self._database.work(write=False) as work:
            return await find_by_id(work, account)

    async def every(self) -> list[Account]:
        """Return all accounts in the order of their names."""
        async with self._database.work(write=False) as work:
            return [from_row(row) for row in await work.fetch("SELECT * FROM e_account ORDER BY name")]

    def _held(self, account: Account) -> list[RoleSource]:
        roles = self._ground().roles
        return [roles[each] for each in account.roles if each in roles]

    async def _actor(self, work: Work, account: Account, now: datetime, *, stands_in: bool = True) -> Actor:
        ground = self._ground()
        return account.actor(ground.roles, await who_is_away(work, account.id, now, ground) if stands_in else ())

    def _is_over(self, row: Mapping[str, Any], now: datetime) -> bool:
        idle = now.timestamp() - int(row["session_seen_at"])
        age = now.timestamp() - int(row["session_opened_at"])
        return idle >= self._policy.idle.total_seconds() or age >= self._policy.absolute.total_seconds()

    async def _seen(self, token: str, now: datetime) -> None:
        async with self._database.work(write=True) as work:
            await work.execute("UPDATE session SET seen_at = ? WHERE hash = ?", int(now.timestamp()), hash_of(token))

    @staticmethod
    async def _open(work: Work, account: int, now: datetime, agent: str) -> str:
        token, at = new_session_token(), int(now.timestamp())
        await work.execute(
            "INSERT INTO session (hash, account, opened_at, seen_at, agent) VALUES (?, ?, ?, ?, ?)",
            hash_of(token),
            account,
            at,
            at,
            agent[:200],
        )
        await work.execute("UPDATE login SET signed_in_at = ? WHERE account = ?", at, account)
        return token

    @staticmethod
    async def _close(work: Work, token: str) -> None:
        if token:
            await work.execute("DELETE FROM session WHERE hash = ?", hash_of(token))


async def end_sessions(work: Work, account: int) -> None:
    """End every session of an account in the transaction that suspends it or changes its roles."""
    await work.execute("DELETE FROM session WHERE account = ?", account)
