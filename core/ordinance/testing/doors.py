"""The two ways into a house: through its acts, and through HTTP. Both answer alike, so a scenario can take either.

What has no address over HTTP (the clock, what the house does itself, files that are imported) goes through the acts
both times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from ordinance import acts
from ordinance.accounts.secret import csrf_of
from ordinance.acts import Call, Done, House, Refused, View
from ordinance.problems import Reason, Text, reason
from ordinance.testing.asking import Answer, ask
from ordinance.testing.seats import Seats
from ordinance.web.answers import Asgi
from ordinance.web.problem_details import STATUS

Values = Mapping[str, Any] | None

_KINDS: Mapping[int, Any] = {status: kind for kind, status in STATUS.items()}
_SIGN_IN_AGAIN, _FAULT = 401, 500


class FaultError(Exception):
    """The house answered with a fault of its own, which no scenario may ever see."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A record that a scenario speaks of."""

    entity: str
    id: int


class Door(Protocol):
    """What can be done through a door."""

    async def create(self, target: str, values: Mapping[str, Any]) -> Done | Refused:
        """Create a record of an entity, or start a workflow."""

    async def step(
        self, subject: Subject, step: str, values: Values, reason: str | None, *, decision: str = "pass",
        to: str | None = None,
    ) -> Done | Refused:  # fmt: skip
        """Pass a step, or send it back."""

    async def lane(self, subject: Subject, lane: str, values: Values, reason: str | None) -> Done | Refused:
        """Enter a lane."""

    async def take(self, subject: Subject, step: str) -> Done | Refused:
        """Take a document that waits."""

    async def update(self, subject: Subject, values: Mapping[str, Any], version: int) -> Done | Refused:
        """Change a record."""

    async def read(self, subject: Subject) -> View | Refused:
        """Read a record."""


@dataclass(frozen=True, slots=True)
class ByActs:
    """The acts themselves."""

    house: House
    call: Call

    async def create(self, target: str, values: Mapping[str, Any]) -> Done | Refused:
        """Create a record of an entity, or start a workflow."""
        return await acts.create(self.house, self.call, target, values)

    async def step(
        self, subject: Subject, step: str, values: Values, reason: str | None, *, decision: str = "pass",
        to: str | None = None,
    ) -> Done | Refused:  # fmt: skip
        """Pass a step, or send it back."""
        return await acts.step(
            self.house, self.call, subject.entity, subject.id, step,
            decision=decision, to=to, reason=reason, values=values,  # type: ignore[arg-type]
        )  # fmt: skip

    async def lane(self, subject: Subject, lane: str, values: Values, reason: str | None) -> Done | Refused:
        """Enter a lane."""
        return await acts.lane(self.house, self.call, subject.entity, subject.id, lane, values=values, reason=reason)

    async def take(self, subject: Subject, step: str) -> Done | Refused:
        """Take a document that waits."""
        return await acts.take(self.house, self.call, subject.entity, subject.id, step)

    async def update(self, subject: Subject, values: Mapping[str, Any], version: int) -> Done | Refused:
        """Change a record."""
        return await acts.update(self.house, self.call, subject.entity, subject.id, values, version=version)

    async def read(self, subject: Subject) -> View | Refused:
        """Read a record."""
        return await acts.read(self.house, self.call, subject.entity, subject.id)


@dataclass(frozen=True, slots=True)
class ByHttp:
    """Requests to the application: with a browser's session, or with a bearer token where the way in is the API."""

    app: Asgi
    house: House
    seats: Seats
    call: Call
    bearer: str

    async def create(self, target: str, values: Mapping[str, Any]) -> Done | Refused:
        """Create a record of an entity, or start a workflow."""
        workflow = self.house.blueprint.workflows.get(target)
        answer = await self._ask("POST", f"/api/{quote(target)}", values)
        return self._done(answer, workflow.entity if workflow is not None else target)

    async def step(
        self, subject: Subject, step: str, values: Values, reason: str | None, *, decision: str = "pass",
        to: str | None = None,
    ) -> Done | Refused:  # fmt: skip
        """Pass a step, or send it back."""
        body = {"decision": decision, "to": to, "reason": reason, "input": values}
        return self._done(await self._ask("POST", f"{_at(subject)}/steps/{quote(step)}", _said(body)), subject.entity)

    async def lane(self, subject: Subject, lane: str, values: Values, reason: str | None) -> Done | Refused:
        """Enter a lane."""
        body = _said({"reason": reason, "input": values})
        return self._done(await self._ask("POST", f"{_at(subject)}/lanes/{quote(lane)}", body), subject.entity)

    async def take(self, subject: Subject, step: str) -> Done | Refused:
        """Take a document that waits."""
        return self._done(await self._ask("POST", f"{_at(subject)}/take", {"step": step}), subject.entity)

    async def update(self, subject: Subject, values: Mapping[str, Any], version: int) -> Done | Refused:
        """Change a record."""
        match = {"if-match": f'"{version}"'}
        return self._done(await self._ask("PATCH", _at(subject), values, match), subject.entity)

    async def read(self, subject: Subject) -> View | Refused:
        """Read a record."""
        answer = await self._ask("GET", _at(subject))
        if answer.status >= 300:
            return _refused(answer)
        record = answer.json()
        waits = tuple(record.get("waits_at") or ())
        return View(subject.entity, subject.id, _version(answer), record, record.get("workflow"), waits, None, {})

    async def _ask(
        self, method: str, address: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        shown = await self._shown()
        named = {"accept-language": self.call.locale, **shown, **(headers or {})}
        answer = await ask(self.app, method, address, body=body, headers=named)
        if answer.status >= _FAULT:
            raise FaultError(f"{method} {address}: {answer.status} {answer.body.decode(errors='replace')[:300]}")
        return answer

    async def _shown(self) -> dict[str, str]:
        """Return what shows who it is; a fresh session each time, as roles may have changed in between."""
        if self.call.channel == "api":
            return {"authorization": f"Bearer {self.bearer}"}
        token = await self.seats.sit(self.call.actor.id, self.call.now)
        return {"cookie": f"ordinance={token}", "x-csrf-token": csrf_of(token), "sec-fetch-site": "same-origin"}

    @staticmethod
    def _done(answer: Answer, entity: str) -> Done | Refused:
        if answer.status >= 300:
            return _refused(answer)
        record = dict(answer.json())
        warnings = tuple(_reason(each) for each in record.pop("_warnings", ()))
        waits, is_new = tuple(record.get("waits_at") or ()), answer.status == 201
        return Done(entity, int(record["id"]), _version(answer), record, waits, warnings=warnings, created=is_new)


def door(app: Asgi | None, house: House, seats: Seats, call: Call, bearer: str | None) -> Door:
    """Return the door for a call: over HTTP if there is an application and HTTP has a way like that."""
    ways = ("api", "portal" if call.actor.portal else "office")
    if app is None or bearer is None or call.channel not in ways:
        return ByActs(house, call)
    return ByHttp(app, house, seats, call, bearer)


def _at(subject: Subject) -> str:
    return f"/api/{subject.entity}/{subject.id}"


def _said(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def _version(answer: Answer) -> int:
    return int(answer.headers.get("etag", '"0"').strip('"'))


def _refused(answer: Answer) -> Refused:
    if answer.status == _SIGN_IN_AGAIN:
        return Refused("not_allowed", (reason("suspended"),))
    return Refused(_KINDS[answer.status], tuple(_reason(each) for each in answer.json()["reasons"]))


def _reason(said: Mapping[str, Any]) -> Reason:
    where = said.get("pointer", said.get("where"))
    return Reason(said["code"], Text.of(said["message"]), where, said.get("wanted"), said.get("got"))
