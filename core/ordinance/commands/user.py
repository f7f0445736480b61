"""`ordinance user`: add accounts, print a key for one, list them, suspend one, give one a new password."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from typing import TYPE_CHECKING, Any

from ordinance.commands.site import add_database, add_site, locale_of, on_site

if TYPE_CHECKING:
    from ordinance.accounts import Account
    from ordinance.app import Opened
    from ordinance.problems import Reason



def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("user", help=__doc__, description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="add an account")
    add.add_argument("name", metavar="NAME", help="what is typed to sign in")
    add.add_argument("--role", action="append", default=[], dest="roles", metavar="R", help="a role; may be repeated")
    add.add_argument("--customer", metavar="CODE", help="key of the record the role belongs to")
    add.add_argument("--display-name", default="", metavar="WORDS", help="what others see")
    token = acts.add_parser("token", help="print a new bearer token, once")
    listed = acts.add_parser("list", help="list the accounts")
    listed.add_argument("--json", action="store_true", help="as JSON")
    suspend = acts.add_parser("suspend", help="suspend an account and end its sessions")
    password = acts.add_parser("password", help="give an account a new password and end its sessions")
    for each in (token, suspend, password):
        each.add_argument("name", metavar="NAME")
    for each in (add, password):
        each.add_argument(
            "--password-stdin", action="store_true", help="read the password from the first line of input"
        )
    for each in (add, token, listed, suspend, password):
        add_site(each)
        add_database(each)


def run(arguments: argparse.Namespace) -> int:
    """Do one act on accounts; return 1 if it was refused, 2 if the folder is no site."""
    return on_site(arguments, _run)


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now

    async with open_house(arguments.site, utc_now(), url=arguments.database) as opened:
        return await _ACTS[arguments.act](opened, arguments)


async def _add(opened: Opened, arguments: argparse.Namespace) -> int:
    from ordinance.access import ACCOUNT, ENGINE
    from ordinance.acts import Call, Refused, create
    from ordinance.app.serving import utc_now

    now = utc_now()
    password = _password(arguments)
    reasons = _speaks_against(opened, arguments, password)
    values: dict[str, Any] = {"name": arguments.name, "roles": arguments.roles}
    if arguments.display_name:
        values["display_name"] = arguments.display_name
    if arguments.customer is not None:
        values["of"] = await _record_of(opened, arguments)
        if values["of"] is None:
            sys.stderr.write(f"--customer {arguments.customer}: no such record for the role\n")
            return 1
    if not reasons:
        done = await create(opened.house, Call(ENGINE, now, locale_of(arguments), "system"), ACCOUNT, values)
        reasons = done.reasons if isinstance(done, Refused) else ()
    account = await opened.accounts.find(arguments.name) if not reasons else None
    if account is not None and password is not None:
        reasons = await opened.accounts.set_password(account, password, now)
    return _told(reasons, arguments, f"{arguments.name}: {', '.join(arguments.roles)}")


def _speaks_against(opened: Opened, arguments: argparse.Namespace, password: str | None) -> tuple[Reason, ...]:
    """What speaks against the password, asked before the account is there."""
    from ordinance.accounts.passwords import check_password
    from ordinance.problems import reason

    if password is None:
        return ()
    roles = opened.house.blueprint.roles
    if any(roles[each].kind == "system" for each in arguments.roles if each in roles):
        return (reason("key_only", "/password"),)
    return check_password(password, arguments.name)


async def _record_of(opened: Opened, arguments: argparse.Namespace) -> dict[str, str] | None:
    """The record with that key, of the entity to which the role belongs."""
    roles = opened.house.blueprint.roles
    entity = next((roles[each].of for each in arguments.roles if each in roles and roles[each].of), None)
    if entity is None:
        return None
    async with opened.house.database.work(write=False) as work:
        found = await opened.house.force.store.ids_by_key(work, entity, [arguments.customer])
    ids = found.get(arguments.customer, ())
    return {"entity": entity, "id": str(ids[0])} if len(ids) == 1 else None


async def _token(opened: Opened, arguments: argparse.Namespace) -> int:
    from ordinance.app.serving import utc_now

    account = await _find(opened, arguments)
    if account is None:
        return 1
    sys.stdout.write(await opened.accounts.issue_token(account.id, utc_now(), "command line") + "\n")
    return 0


async def _list(opened: Opened, arguments: argparse.Namespace) -> int:
    found = await opened.accounts.every()
    if arguments.json:
        rows = [
            {"name": each.name, "roles": list(each.roles), "of": each.belongs or None, "active": each.active}
            for each in found
        ]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return 0
    wide = max((len(each.name) for each in found), default=0)
    for each in found:
        parts = (", ".join(each.roles), each.belongs, "" if each.active else "(suspended)")
        sys.stdout.write("  ".join([f"{each.name:{wide}}", *(part for part in parts if part)]).rstrip() + "\n")
    return 0


async def _suspend(opened: Opened, arguments: argparse.Namespace) -> int:
    from ordinance.access import ACCOUNT, ENGINE
    from ordinance.acts import Call, Refused, update
    from ordinance.app.serving import utc_now

    account = await _find(opened, arguments)
    if account is None:
        return 1
    call = Call(ENGINE, utc_now(), locale_of(arguments), "system")
    done = await update(opened.house, call, ACCOUNT, account.id, {"active": False}, version=None)
    return _told(done.reasons if isinstance(done, Refused) else (), arguments, f"{account.name}: suspended")


async def _set_password(opened: Opened, arguments: argparse.Namespace) -> int:
    from ordinance.app.serving import utc_now

    account = await _find(opened, arguments)
    password = _password(arguments) if account is not None else None
    if account is None or password is None:
        return 1
    reasons = await opened.accounts.set_password(account, password, utc_now())
    return _told(reasons, arguments, f"{account.name}: new password")


async def _find(opened: Opened, arguments: argparse.Namespace) -> Account | None:
    account = await opened.accounts.find(arguments.name)
    if account is None:
        sys.stderr.write(f"{arguments.name}: no such account\n")
    return account


def _password(arguments: argparse.Namespace) -> str | None:
    """The password from the input, or typed twice at a terminal; None if there is nobody to ask."""
    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        return None
    first = getpass.getpass("password: ")
    return first if first == getpass.getpass("once more: ") else ""


def _told(reasons: tuple[Reason, ...], arguments: argparse.Namespace, words: str) -> int:
    for each in reasons:
        sys.stderr.write(f"{arguments.name}: {each.message.in_(locale_of(arguments))} [{each.code}]\n")
    if not reasons:
        sys.stdout.write(words + "\n")
    return 1 if reasons else 0


_ACTS = {"add": _add, "token": _token, "list": _list, "suspend": _suspend, "password": _set_password}
