"""Accounts as the settings show them: the list with its filters, one account, one's own. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ordinance.access import EVERYONE
from ordinance.accounts import Account
from ordinance.acts import Force
from ordinance.blueprint import Blueprint
from ordinance.web.ui.views.controls import Option
from ordinance.web.ui.views.record import Chip
from ordinance.web.ui.views.speech import Speech

STATES = ("active", "suspended")
_KNOWN_AGENTS = ("Edg/", "OPR/", "MicroMessenger/", "Firefox/", "Chrome/", "Safari/", "curl/", "python")
_AGENT_NAMES = {
    "Edg/": "Edge", "OPR/": "Opera", "MicroMessenger/": "WeChat", "Firefox/": "Firefox", "Chrome/": "Chrome",
    "Safari/": "Safari", "curl/": "curl", "python": "Python",
}  # fmt: skip
_SYSTEMS = ("Windows", "iPhone", "iPad", "Android", "Mac OS X", "Linux")


@dataclass(frozen=True, slots=True)
class Person:
    """One account in the list."""

    id: str
    name: str
    person: str
    roles: str
    of: str
    chip: Chip
    suspended: bool
    last: str
    may_change: bool

    @property
    def href(self) -> str:
        """Its own page."""
        return f"/settings/accounts/{self.id}"


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that is signed in, or one key of a program."""

    mark: str
    what: str
    since: str
    last: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class RoleWords:
    """A role in words: what whoever has it may do."""

    label: str
    may: tuple[str, ...]
    href: str


def people(
    force: Force, speech: Speech, accounts: Iterable[Account], owners: Mapping[str, str], last: Mapping[int, int],
    changeable: frozenset[int], now: datetime,
) -> list[Person]:  # fmt: skip
    """Return accounts for the list.

    Args:
        force: The configuration.
        speech: The language.
        accounts: Those that are shown.
        owners: What the records are called that accounts belong to, by `entity/id`.
        last: When each last signed in, in seconds.
        changeable: The ids of accounts the reader may change.
        now: The present moment.
    """
    return [
        Person(
            id=str(each.id),
            name=each.name,
            person=each.display_name,
            roles=roles_said(force, speech, each),
            of=owners.get(each.belongs, ""),
            chip=state_of(speech, each),
            suspended=not each.active,
            last=_moment(speech, last.get(each.id), now) or speech.say("never_signed_in"),
            may_change=each.id in changeable,
        )
        for each in accounts
    ]


def roles_said(force: Force, speech: Speech, account: Account) -> str:
    """Return the roles of an account in one line."""
    between = "、" if speech.locale == "zh" else ", "
    return between.join(speech.of(force.rights.label(role)) for role in account.roles)


def state_of(speech: Speech, account: Account) -> Chip:
    """Return whether an account can be used, as a chip."""
    return Chip(speech.say("active"), "done") if account.active else Chip(speech.say("suspended"), "off")


def role_options(blueprint: Blueprint, speech: Speech, chosen: Iterable[str]) -> tuple[Option, ...]:
    """Return the roles an account can be given, those of the company's own people first."""
    held = set(chosen)
    roles = [each for each in blueprint.roles.values() if each.id != EVERYONE]
    roles.sort(key=lambda each: (each.of is not None, each.kind != "person"))
    return tuple(Option(each.id, speech.of(each.label), each.id in held) for each in roles)


def fits(account: Account, owner: str, wanted: Mapping[str, str]) -> bool:
    """Return whether an account meets the filters of the list.

    Args:
        account: The account.
        owner: What the record it belongs to is called.
        wanted: `q`, `role`, `of` (`entity/id`) and `state`, those that were given.
    """
    text = wanted.get("q", "").casefold()
    if text and not any(text in each.casefold() for each in (account.name, account.display_name, owner)):
        return False
    if wanted.get("role") and wanted["role"] not in account.roles:
        return False
    if wanted.get("of") and wanted["of"] != account.belongs:
        return False
    return wanted.get("state") not in STATES or account.active == (wanted["state"] == "active")


def sessions(speech: Speech, rows: Iterable[Mapping[str, Any]], now: datetime) -> list[Session]:
    """Return open sessions for a table."""
    return [
        Session(
            row["mark"], browser_of(row["agent"]) or speech.say("unknown_browser"),
            _moment(speech, row["opened_at"], now), _moment(speech, row["seen_at"], now), own=row["own"],
        )
        for row in rows
    ]  # fmt: skip


def tokens(speech: Speech, rows: Iterable[Mapping[str, Any]], now: datetime) -> list[Session]:
    """Return keys of programs for a table."""
    return [
        Session(row["mark"], row["label"] or speech.say("key_unnamed"), _moment(speech, row["issued_at"], now))
        for row in rows
    ]


def browser_of(agent: str) -> str:
    """Return what a browser is, as far as it says so: `Chrome, Windows`."""
    name = next((_AGENT_NAMES[each] for each in _KNOWN_AGENTS if each in agent), "")
    system = next((each for each in _SYSTEMS if each in agent), "")
    return " · ".join(each for each in (name, system.replace("Mac OS X", "Mac")) if each)


def roles_in_words(force: Force, speech: Speech, roles: Iterable[str]) -> list[RoleWords]:
    """Return what some roles may do, in the words of the permission table and of the steps they do."""
    made = []
    for id in roles:
        role = force.blueprint.roles.get(id)
        if role is None:
            continue
        named = [speech.of(force.blueprint.permissions[each].label) for each in role.permissions
                 if each in force.blueprint.permissions]  # fmt: skip
        steps = [
            speech.of(step.label)
            for entity, acts in role.may.items()
            for workflow in force.blueprint.variants(entity)
            for step in workflow.steps
            if step.id in acts
        ]
        may = tuple(dict.fromkeys(each for each in (*named, *steps) if each))
        if may:
            made.append(RoleWords(speech.of(role.label), may, f"/handbook?role={id}"))
    return made


def _moment(speech: Speech, seconds: int | None, now: datetime) -> str:
    return speech.moment(datetime.fromtimestamp(seconds, UTC), now) if seconds is not None else ""
