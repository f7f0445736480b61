"""Settings: the accounts, as far as the reader looks after them. Only who may create them adds and deletes any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.accounts import Account, made_password
from ordinance.acts import Done, Refused
from ordinance.expressions import UnknownValue
from ordinance.problems import Reason, reason
from ordinance.web.ui.pages.drafts import demand
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, id_of, new_key
from ordinance.web.ui.views.accounts import (
    fits,
    people,
    role_options,
    roles_in_words,
    roles_said,
    sessions,
    state_of,
    tokens,
)
from ordinance.web.ui.views.controls import Control, Option
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.navigation import may_see_accounts
from ordinance.web.ui.views.process import said
from ordinance.web.ui.views.record import Fault
from ordinance.web.ui.views.table import name_of

ACCOUNT = "account"
LIST = "/settings/accounts"
_PAGE = 50
_AT_ONCE = 200
_FILTERS = ("q", "role", "of", "state")


@get(LIST, name="ui.accounts", include_in_schema=False)
async def show_accounts(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the accounts the reader looks after, narrowed by what was asked for."""
    seat = ui.seat(request)
    demand(seat, may_see_accounts(seat.force, seat.actor))
    return await _list(seat)


async def _list(seat: Seat, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response[str]:
    query = seat.request.query_params
    wanted = {name: query[name].strip()[:100] for name in _FILTERS if query.get(name, "").strip()}
    wanted.update(_of_typed(seat, query))
    every = [each for each in await seat.ui.accounts().every() if _admits(seat, "update", each) or _opens(seat, each)]
    owners = await _owners(seat, every)
    found = [each for each in every if fits(each, owners.get(each.belongs, ""), wanted)]
    number = query.get("page", "1")
    at = max(int(number) if number.isdigit() and len(number) < 6 else 1, 1)
    shown = found[(at - 1) * _PAGE : at * _PAGE]
    last = await seat.ui.accounts().last_signed_in([each.id for each in shown])
    changeable = frozenset(each.id for each in shown if _admits(seat, "update", each))
    address = f"{LIST}?{urlencode(wanted)}&page=" if wanted else f"{LIST}?page="
    return await seat.page(
        "accounts.html",
        status,
        here=LIST,
        people=people(seat.force, seat.speech, shown, owners, last, changeable, seat.visit.now),
        count=len(found),
        wanted=wanted,
        roles=role_options(seat.force.blueprint, seat.speech, [wanted.get("role", "")]),
        owners=_owner_filters(seat, wanted, owners),
        states=[Option(each, seat.say(each), wanted.get("state") == each) for each in ("active", "suspended")],
        previous=f"{address}{at - 1}" if at > 1 else "",
        next=f"{address}{at + 1}" if len(found) > at * _PAGE else "",
        may_add=seat.force.rights.may(seat.actor, "create", ACCOUNT),
        key=new_key(),
        faults_=_faults(seat, reasons),
    )


def _of_typed(seat: Seat, query: Mapping[str, str]) -> dict[str, str]:
    """Return the record that was chosen to narrow the list by: typeahead sends it as `id text` under its entity."""
    for entity in _bound(seat):
        was, typed = query.get(f"of_{entity}~was", ""), query.get(f"of_{entity}", "")
        id, _, text = was.partition(" ")
        if typed and text == typed and id.isdigit():
            return {"of": f"{entity}/{id}"}
    return {}


def _owner_filters(seat: Seat, wanted: Mapping[str, str], owners: Mapping[str, str]) -> list[Control]:
    chosen = wanted.get("of", "")
    entity, _, id = chosen.partition("/")
    made = []
    for each in _bound(seat):
        label = seat.of(seat.force.blueprint.entities[each].label)
        known = (owners.get(chosen, ""), id) if each == entity else ("", "")
        made.append(Control(f"of_{each}", label, "ref", source=each, value=known[0], reference=known[1]))
    return made


@get(f"{LIST}/new", name="ui.new_account", include_in_schema=False)
async def new_account(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the form for a new account."""
    seat = ui.seat(request)
    demand(seat, seat.force.rights.may(seat.actor, "create", ACCOUNT))
    return await _form(seat, Posted({}))


async def _form(seat: Seat, posted: Posted, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response[str]:
    return await seat.page(
        "settings/new_account.html", status, here=LIST, controls=_controls(seat, posted, reasons), key=new_key(),
        faults_=_faults(seat, reasons),
    )  # fmt: skip


@post(LIST, name="ui.add_account", status_code=200, include_in_schema=False)
async def add_account(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Add an account, and show its first password this once. Source: requirement B-21."""
    seat = ui.seat(request)
    demand(seat, seat.force.rights.may(seat.actor, "create", ACCOUNT))
    posted = read_posted(seat.visit.body)
    outcome = await acts.create(seat.house, seat.call(posted.get("_key")), ACCOUNT, await _values(seat, posted))
    if isinstance(outcome, Refused):
        return await _form(seat, posted, outcome.reasons, 422)
    if outcome.replayed:
        return go(f"{LIST}/{outcome.id}?said=saved")
    return await _secret(seat, await _known(seat, str(outcome.id)), fresh=True)


@get(f"{LIST}/{{id:str}}", name="ui.account", include_in_schema=False)
async def show_account(request: AnyRequest, ui: NamedDependency[Ui], id: FromPath[str]) -> Response[str]:
    """Show one account: its roles, where it is signed in, its keys."""
    seat = ui.seat(request)
    account = await _known(seat, id)
    demand(seat, _admits(seat, "update", account) or _opens(seat, account))
    return await _one(seat, account)


async def _one(
    seat: Seat, account: Account, reasons: tuple[Reason, ...] = (), status: int = 200, posted: Posted | None = None
) -> Response[str]:
    accounts, now = seat.ui.accounts(), seat.visit.now
    owners = await _owners(seat, [account])
    given = posted or _as_posted(account, owners)
    return await seat.page(
        "settings/account.html",
        status,
        here=LIST,
        a=account,
        title=account.display_name or account.name,
        state=state_of(seat.speech, account),
        roles=roles_said(seat.force, seat.speech, account),
        owner=owners.get(account.belongs, ""),
        controls=_controls(seat, given, reasons, known=account),
        words=roles_in_words(seat.force, seat.speech, account.roles),
        sessions=sessions(seat.speech, await accounts.sessions(account.id, seat.visit.session), now),
        tokens=tokens(seat.speech, await accounts.tokens(account.id), now),
        machine=_is_machine(seat, account),
        may_change=_admits(seat, "update", account),
        may_delete=_admits(seat, "delete", account) and account.id != seat.actor.id,
        own=account.id == seat.actor.id,
        key=new_key(),
        faults_=_faults(seat, reasons),
    )


@post(f"{LIST}/{{id:str}}", name="ui.change_account", status_code=200, include_in_schema=False)
async def change_account(request: AnyRequest, ui: NamedDependency[Ui], id: FromPath[str]) -> Response[Any]:
    """Do what a button of an account says."""
    seat = ui.seat(request)
    posted = read_posted(seat.visit.body)
    account = await _known(seat, id)
    act, _, mark = posted.get("do").partition(":")
    demand(seat, _admits(seat, "delete" if act == "delete" else "update", account))
    match act:
        case "password":
            return await _secret(seat, account)
        case "token":
            return await _secret(seat, account, token=posted.get("label").strip()[:80] or account.name)
        case "save" | "suspend" | "restore" | "delete":
            return await _write(seat, account, posted, act)
        case "end" | "end_all" | "revoke":
            await _revoke(seat, account, act, mark)
            return go(f"{LIST}/{account.id}?said=saved")
        case _:
            raise PageHalt("not_found", (reason("no_such_path"),))


async def _write(seat: Seat, account: Account, posted: Posted, act: str) -> Response[Any]:
    call = seat.call(posted.get("_key"))
    outcome: Done | Refused
    if act == "delete":
        outcome = await acts.delete(seat.house, call, ACCOUNT, account.id, version=None)
        if isinstance(outcome, Done):
            await seat.ui.accounts().revoke_tokens(account.id)
            return go(f"{LIST}?said=gone")
    else:
        values = await _values(seat, posted, account) if act == "save" else {"active": act == "restore"}
        outcome = await acts.update(seat.house, call, ACCOUNT, account.id, values, version=None)
    if isinstance(outcome, Refused):
        typed = posted if act == "save" else None
        return await _one(seat, account, outcome.reasons, 409 if typed is None else 422, typed)
    return go(f"{LIST}?said=saved" if posted.get("_back") == LIST else f"{LIST}/{account.id}?said=saved")


async def _revoke(seat: Seat, account: Account, act: str, mark: str) -> None:
    accounts = seat.ui.accounts()
    if act == "end":
        await accounts.end_session(account.id, mark)
    elif act == "end_all":
        await accounts.sign_out_everywhere(account.id)
    else:
        await accounts.revoke_token(account.id, mark)


async def _secret(seat: Seat, account: Account, *, fresh: bool = False, token: str = "") -> Response[Any]:
    """Make a password, or the key of a program, and show it this once."""
    accounts, now = seat.ui.accounts(), seat.visit.now
    machine = _is_machine(seat, account)
    if machine or token:
        secret = await accounts.issue_token(account.id, now, token or account.name)
    else:
        secret = made_password()
        reasons = await accounts.set_password(account, secret, now, once=True)
        if reasons:
            return await _one(seat, account, reasons, 422)
    return await seat.page(
        "settings/secret.html", here=LIST, a=account, secret=secret, machine=machine or bool(token), fresh=fresh,
        back=f"{LIST}/{account.id}",
    )  # fmt: skip


# What an account is made of


async def _values(seat: Seat, posted: Posted, before: Account | None = None) -> dict[str, Any]:
    values: dict[str, Any] = {"roles": [each for each in posted.texts.get("roles", ()) if each]}
    if before is None:
        values["name"] = posted.get("name").strip()
    shown = posted.get("display_name").strip()
    if shown or before is not None:
        values["display_name"] = shown or None
    of = await _bound_to(seat, posted)
    if of is not None or before is not None:
        values["of"] = of
    return values


async def _bound_to(seat: Seat, posted: Posted) -> dict[str, str] | None:
    """Return the record that was chosen; where no script took it from the suggestions, the one that is called so."""
    for entity in _bound(seat):
        typed = posted.get(f"of_{entity}").strip()
        id, _, text = posted.get(f"of_{entity}~was").partition(" ")
        if typed and id and typed == text.strip():
            return {"entity": entity, "id": id}
        if typed:
            found = (await acts.named(seat.house, seat.call(), entity, [typed])).get(typed)
            return {"entity": entity, "id": str(found.id) if found is not None else "0"}
    return None


def _as_posted(account: Account, owners: Mapping[str, str]) -> Posted:
    texts: dict[str, tuple[str, ...]] = {
        "name": (account.name,), "display_name": (account.display_name,), "roles": account.roles,
    }  # fmt: skip
    if account.of is not None:
        entity, id = account.of
        owner = owners.get(account.belongs, "")
        texts |= {f"of_{entity}": (owner,), f"of_{entity}~was": (f"{id} {owner}",)}
    return Posted(texts)


def _controls(
    seat: Seat, given: Posted, reasons: tuple[Reason, ...], known: Account | None = None
) -> tuple[Control, ...]:
    """The form of an account; a role that belongs to a record asks which one."""
    errors = {each.where.strip("/"): seat.of(each.message) for each in reasons if each.where}
    entities = seat.force.blueprint.entities
    name = Control(
        "name", seat.say("name"), value=given.get("name"), text=given.get("name"), required=True, longest=60,
        writable=known is None, help=seat.say("name_help"), error=errors.get("name", ""),
    )  # fmt: skip
    bound = []
    for each in _bound(seat):
        reference = given.get(f"of_{each}~was").partition(" ")[0]
        label = seat.say("bound_to", name=seat.of(entities[each].label))
        bound.append(
            Control(
                f"of_{each}", label, "ref", value=given.get(f"of_{each}"), source=each, reference=reference,
                error=errors.get("of", ""), help=seat.say("bound_help"),
            )
        )
    return (
        name,
        Control("display_name", seat.say("person_name"), value=given.get("display_name"), longest=80),
        *bound,
        Control(
            "roles", seat.say("roles"), "many", span="all", required=True, error=errors.get("roles", ""),
            options=role_options(seat.force.blueprint, seat.speech, given.texts.get("roles", ())),
        ),
    )  # fmt: skip


def _bound(seat: Seat) -> list[str]:
    """The kinds of record that accounts belong to."""
    blueprint = seat.force.blueprint
    found = dict.fromkeys(each.of for each in blueprint.roles.values() if each.of)
    return [each for each in found if each in blueprint.entities]


def _is_machine(seat: Seat, account: Account) -> bool:
    roles = seat.force.blueprint.roles
    return any(roles[each].kind == "system" for each in account.roles if each in roles)


async def _known(seat: Seat, id: str) -> Account:
    demand(seat, may_see_accounts(seat.force, seat.actor))
    account = await seat.ui.accounts().by_id(id_of(id))
    if account is None:
        raise PageHalt("not_found", (reason("not_found"),))
    return account


def _admits(seat: Seat, act: str, account: Account) -> bool:
    """Return whether the actor may do an act on this account: the row rule of the right is asked."""
    record = account.record()
    try:
        return seat.force.rights.rows(seat.actor, ACCOUNT, act).admits(record, seat.call().env(seat.force, record))
    except UnknownValue:
        return False


def _opens(seat: Seat, account: Account) -> bool:
    return _admits(seat, "create", account)


async def _owners(seat: Seat, shown: list[Account]) -> dict[str, str]:
    """Return what the records are called that accounts belong to, one query for each kind of them."""
    wanted: dict[str, list[str]] = {}
    for each in shown:
        if each.of is not None:
            wanted.setdefault(each.of[0], []).append(str(each.of[1]))
    found: dict[str, str] = {}
    for entity, ids in wanted.items():
        declared = seat.force.blueprint.entities.get(entity)
        if declared is None:
            continue
        names = tuple(each for each in (declared.title, declared.key) if each)
        for start in range(0, len(ids), _AT_ONCE):
            query = acts.Query(
                filter=(acts.Filter(("id",), "in", tuple(ids[start : start + _AT_ONCE])),), fields=names, limit=_AT_ONCE
            )
            page = await acts.listing(seat.house, seat.call(), entity, query)
            for record in page.items if isinstance(page, acts.Page) else ():
                found[f"{entity}/{record['id']}"] = name_of(record, declared, seat.speech)
    return found


def _faults(seat: Seat, reasons: tuple[Reason, ...]) -> tuple[Fault, ...]:
    return tuple(Fault(text) for text in said(seat.speech, reasons))


HANDLERS = [show_accounts, new_account, add_account, show_account, change_account]
"""Every handler of this module."""
