"""About whom and what an explanation is: the record, the person, and the eyes of the one who asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from ordinance.access import ACCOUNT, Actor, Projection
from ordinance.accounts import Ground
from ordinance.accounts.people import find_account, who_is_away
from ordinance.acts.desk import Desk, refuse
from ordinance.acts.explaining.answers import Explanation, Line
from ordinance.acts.explaining.naming import Names, word
from ordinance.acts.explaining.sight import Sight, reached_by_points
from ordinance.acts.explaining.telling import Teller, people_of, said
from ordinance.acts.house import Call
from ordinance.blueprint import Entity
from ordinance.problems import Place, Text, reason
from ordinance.process import Workflow
from ordinance.process.points import Point
from ordinance.process.supposing import Attempt, Remedies

_ABSENCE = "absence"
_VERDICTS = {"record": "_record", "inbox": "_inbox", "field": "_field"}
NOBODY = -1
"""The id of a person who stands for a role."""


@dataclass(slots=True)
class About:
    """One question.

    Attributes:
        mine: The desk of the one who asks.
        theirs: The desk of the one it is about: what holds for them is found out here.
        entity: The kind of record.
        record: The record as stored; None for a new one.
        seen: What the one who asks sees of it.
        subject: What was asked.
        person: Whom it is about, if that is somebody else.
    """

    mine: Desk
    theirs: Desk
    entity: Entity
    record: Mapping[str, Any] | None
    seen: Projection | None
    subject: str
    person: str = ""

    @property
    def id(self) -> int | None:
        """The id of the record."""
        return int(self.record["id"]) if self.record is not None else None

    async def teller(self, points: Iterable[Point], workflow: Workflow | None = None) -> Teller:
        """Return who puts these points into words for the one who asks."""
        found = tuple(points)
        people = await self.theirs.force.store.inbox.names(self.theirs.work, people_of(found))
        names = Names(self.mine.force, self.entity.id, workflow, people)
        sight = Sight(self.mine, self.entity.id, self.id, self.seen, is_self=not self.person)
        await sight.prepare(reached_by_points(found))
        return Teller.of(names, sight)

    def explanation(
        self, teller: Teller, title: Text, lines: tuple[Line, ...], *, allowed: bool, remedies: Remedies = (),
        attempt: Attempt | None = None, place: Place | None = None,
    ) -> Explanation:  # fmt: skip
        """Return the explanation that these lines make."""
        return Explanation(
            self.entity.id, self.id, self.subject, title, self.person, allowed,
            word(f"why_{'yes' if allowed else 'no'}{_VERDICTS.get(self.subject.partition(':')[0], '')}", what=title),
            lines,
            proposals=() if allowed else teller.proposals(remedies),
            possible=allowed or remedies is not None,
            proved=attempt.passes if attempt is not None else None,
            still=tuple(said(each) for each in attempt.reasons) if attempt is not None else (),
            place=teller.place(place),
        )  # fmt: skip


async def whom(desk: Desk, name: str) -> tuple[Actor, str]:
    """Return the account of that name, or somebody with the role of that id, and what to call them.

    Raises:
        RefusedSignal: the one who asks may not look after accounts, or there is nobody of that name.
    """
    rights, actor = desk.force.rights, desk.call.actor
    if not rights.may(actor, "update", ACCOUNT):
        raise refuse("not_allowed", reason("not_allowed", None, what=Text("查看他人的权限", "look at others' rights")))
    roles = desk.force.blueprint.roles
    account = await find_account(desk.work, name)
    if account is not None:
        zone = ZoneInfo(desk.force.blueprint.company.zone)
        ground = Ground(rights, roles, zone, _ABSENCE in desk.force.blueprint.entities)
        away = await who_is_away(desk.work, account.id, desk.call.now, ground)
        return account.actor(roles, away), account.display_name or account.name
    if name in roles:
        label = rights.label(name)
        return Actor(NOBODY, label.in_(desk.call.locale), (name,)), label.in_(desk.call.locale)
    raise refuse("bad_request", reason("bad_parameter", "for", name="for", detail=name[:100]))


def as_seen_by(call: Call, actor: Actor) -> Call:
    """Return the call that somebody else would make."""
    return replace(call, actor=actor, channel="portal" if actor.portal else "office", key=None)
