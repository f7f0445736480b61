"""Settings: the accounts, as far as the reader looks after them."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.access import EVERYONE
from ordinance.accounts import Account
from ordinance.accounts.passwords import check_password
from ordinance.acts import Done, Refused
from ordinance.expressions import UnknownValue
from ordinance.problems import Reason, reason
from ordinance.web.ui.pages.drafts import demand
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, id_of, new_key
from ordinance.web.ui.views.controls import Control, Option
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.navigation import may_see_accounts
from ordinance.web.ui.views.process import said
from ordinance.web.ui.views.record import Fault
from ordinance.web.ui.views.settings import people
from ordinance.web.ui.views.table import name_of

ACCOUNT = "account"


@get("/settings/accounts", name="ui.accounts", include_in_schema=False)
async def show_accounts(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the accounts the reader looks after."""
    seat = ui.seat(request)
    demand(seat, may_see_accounts(seat.force, seat.actor))
    return await _accounts_page(seat)


@post("/settings/accounts", name="ui.add_account", status_code=200, include_in_schema=False)
async def add_account(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Add an account with its first password. Source: requirement B-21."""
    seat = ui.seat(request)
    demand(seat, seat.force.rights.may(seat.actor, "create", ACCOUNT))
    posted = read_posted(seat.visit.body)
    weak = check_password(posted.get("password"), posted.get("name").strip())
    if weak:
        return await _accounts_page(seat, posted, weak, 422)
    outcome = await acts.create(seat.house, seat.call(posted.get("_key")), ACCOUNT, _values(posted))
    if isinstance(outcome, Refused):
        return await _accounts_page(seat, posted, outcome.reasons, 422)
    return await _with_password(seat, posted, posted.get("name"))


@post("/settings/accounts/{id:str}", name="ui.change_account", status_code=200, include_in_schema=False)
async def change_account(request: AnyRequest, ui: NamedDependency[Ui], id: FromPath[str]) -> Response[Any]:
    """Suspend or restore an account, or give it a new password."""
    seat = ui.seat(request)
    posted = read_posted(seat.visit.body)
    account = next((each for each in await ui.accounts().every() if each.id == id_of(id)), None)
    if account is None:
        raise PageHalt("not_found", (reason("not_found"),))
    demand(seat, _admits(seat, "update", account))
    if posted.get("do") == "password":
        return await _with_password(seat, posted, account.name)
    values = {"active": posted.get("do") == "restore"}
    outcome = await acts.update(seat.house, seat.call(posted.get("_key")), ACCOUNT, account.id, values, version=None)
    if not isinstance(outcome, Done):
        return await _accounts_page(seat, None, outcome.reasons, 409)
    return go("/settings/accounts?said=saved")


async def _with_password(seat: Seat, posted: Posted, name: str) -> Response[Any]:
    accounts = seat.ui.accounts()
    account = await accounts.find(name)
    if account is None:
        raise PageHalt("not_found", (reason("not_found"),))
    reasons = await accounts.set_password(account, posted.get("password"), seat.visit.now)
    return await _accounts_page(seat, None, reasons, 422) if reasons else go("/settings/accounts?said=saved")


def _values(posted: Posted) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": posted.get("name").strip(),
        "roles": [each for each in posted.texts.get("roles", ()) if each],
    }
    if posted.get("display_name").strip():
        values["display_name"] = posted.get("display_name").strip()
    for name in posted.texts:
        if name.startswith("of_") and name.endswith("~was") and posted.get(name):
            values["of"] = {
                "entity": name.removeprefix("of_").removesuffix("~was"),
                "id": posted.get(name).partition(" ")[0],
            }
    return values


def _admits(seat: Seat, act: str, account: Account) -> bool:
    """Return whether the actor may do an act on this account: the row rule of the right is asked."""
    record = account.record()
    try:
        return seat.force.rights.rows(seat.actor, ACCOUNT, act).admits(record, seat.call().env(seat.force, record))
    except UnknownValue:
        return False


async def _accounts_page(
    seat: Seat, posted: Posted | None = None, reasons: tuple[Reason, ...] = (), status: int = 200
) -> Response[str]:
    every = await seat.ui.accounts().every()
    changeable = frozenset(each.id for each in every if _admits(seat, "update", each))
    shown = [each for each in every if each.id in changeable or _admits(seat, "create", each)]
    owners = {each.belongs: await _owner(seat, each) for each in shown if each.of is not None}
    return await seat.page(
        "accounts.html",
        status,
        people=people(seat.force, seat.speech, shown, owners, changeable),
        may_add=seat.force.rights.may(seat.actor, "create", ACCOUNT),
        controls=_controls(seat, posted, reasons),
        key=new_key(),
        faults_=tuple(Fault(text) for text in said(seat.speech, reasons)),
    )


async def _owner(seat: Seat, account: Account) -> str:
    assert account.of is not None
    entity, id_ = account.of
    found = await acts.read(seat.house, seat.call(), entity, id_)
    return (
        "" if isinstance(found, Refused) else name_of(found.record, seat.force.blueprint.entities[entity], seat.speech)
    )


def _controls(seat: Seat, posted: Posted | None, reasons: tuple[Reason, ...]) -> tuple[Control, ...]:
    """The form for a new account; a role that belongs to a record asks which one."""
    given = posted or Posted({})
    errors = {each.where.strip("/"): seat.of(each.message) for each in reasons if each.where}
    chosen = set(given.texts.get("roles", ()))
    roles = [each for each in seat.force.blueprint.roles.values() if each.kind == "person" and each.id != EVERYONE]
    bound = dict.fromkeys(each.of for each in roles if each.of)
    entities = seat.force.blueprint.entities
    return (
        Control(
            "name", seat.say("name"), value=given.get("name"), required=True, longest=60, error=errors.get("name", "")
        ),
        Control("display_name", seat.say("person_name"), value=given.get("display_name"), longest=80),
        Control("password", seat.say("initial_password"), "secret", required=True, error=errors.get("password", "")),
        Control(
            "roles",
            seat.say("roles"),
            "many",
            span="all",
            required=True,
            error=errors.get("roles", ""),
            options=tuple(Option(each.id, seat.of(each.label), each.id in chosen) for each in roles),
        ),
        *(
            Control(
                f"of_{each}",
                f"{seat.say('belongs_to')} ({seat.of(entities[each].label)})",
                "ref",
                source=each,
                error=errors.get("of", ""),
            )
            for each in bound
            if each in entities
        ),
    )


HANDLERS = [show_accounts, add_account, change_account]
"""Every handler of this module."""
