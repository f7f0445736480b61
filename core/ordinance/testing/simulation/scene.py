"""The copy of a site's data under a proposed configuration: its clock, its people, and what happened in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ordinance.access import ENGINE
from ordinance.acts import Call, House, Refused, tick
from ordinance.app import Opened, open_house
from ordinance.app.opening import ground
from ordinance.app.serving import application
from ordinance.blueprint import own_files
from ordinance.changes import Change, Choice, Plan, plan
from ordinance.changes.applying import put_in_force
from ordinance.expressions import Span
from ordinance.problems import SiteError, Text
from ordinance.testing.copying import copied
from ordinance.testing.recording import record
from ordinance.testing.recording.yaml_text import scenario_text
from ordinance.testing.seats import Seats
from ordinance.testing.stage import Stage, StageError
from ordinance.web.answers import Asgi

ROLE = "role:"
"""What stands before the id of a role where a person could be named too."""

_STORIES_MOST = 50
_ANSWERS: tuple[Choice, ...] = ("hold", "finish")
_ANSWERS_MOST = 3


class Scene:
    """One simulation. Made by `Scene.open`, which throws everything away at its end.

    Attributes:
        site: The folder of the proposed configuration.
        now: What the clock says; it stands still until it is moved.
        held_back: How many messages would have gone out.
        notes: What should be known of the copy.
        app: The application over it.
    """

    def __init__(self, site: Path, url: str, folder: Path, now: datetime, attachments: Path) -> None:
        self.site = site
        self.now = now
        self.held_back = 0
        self.notes: list[Text] = []
        self.app: Asgi
        self._url, self._folder, self._began, self._attachments = url, folder, now, attachments
        self._open = AsyncExitStack()
        self._stage: Stage
        self._before: frozenset[int] = frozenset()

    @classmethod
    @asynccontextmanager
    async def open(
        cls, site: Path, url: str, folder: Path, now: datetime, *, attachments: Path | None = None
    ) -> AsyncIterator[Scene]:
        """Give a simulation for as long as the block lasts.

        Args:
            site: The folder of the proposed configuration.
            url: The database with the real data; it is only read.
            folder: An empty folder for the copy; the caller removes it.
            now: What the clock says at first.
            attachments: The folder with the real attachments; they are linked, none is changed.

        Raises:
            SiteError: the configuration has errors.
            StageError: it cannot be applied to this data.
        """
        scene = cls(site, url, folder, now, attachments or site / "var" / "attachments")
        try:
            await scene._copy()
            yield scene
        finally:
            await scene._open.aclose()

    @property
    def house(self) -> House:
        """The house on the copy."""
        return self._stage.house

    @property
    def seats(self) -> Seats:
        """Its accounts, where anybody may sit down."""
        return self._stage.accounts

    async def _copy(self) -> None:
        url = await self._open.enter_async_context(copied(self._url, self._folder))
        opened = await self._open.enter_async_context(open_house(self._own_site(), self.now, url=url, look=False))
        await self._apply(opened.house)
        database = opened.house.database
        self._stage = Stage(opened.house, Seats(database, lambda: ground(opened.house)), self.now)
        await self._hold_back()
        self.held_back = 0
        rows = await database.fetch("SELECT id FROM event ORDER BY id")
        self._before = frozenset(row["id"] for row in rows)
        self.app = application(Opened(opened.house, self.seats, ()), clock=lambda: self.now, worker=False)

    def _own_site(self) -> Path:
        """Return a folder with the proposed files: whoever applies a change in a simulation writes them back there."""
        folder = self._folder / "site"
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in own_files(self.site).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        for name in ("plugins", "config/packs"):
            if (self.site / name).is_dir():
                (folder / name).symlink_to((self.site / name).resolve(), target_is_directory=True)
        if self._attachments.is_dir():
            shutil.copytree(self._attachments, folder / "var" / "attachments", copy_function=_link)
        return folder

    async def _apply(self, house: House) -> None:
        """Apply the proposed files to the copy; what would take consent is consented to, and said.

        Raises:
            SiteError: the files have errors.
            StageError: the change cannot be applied whatever is answered.
        """
        change = Change(own_files(house.site), reason="simulation")
        found = await plan(house, change, self.now)
        for _ in range(_ANSWERS_MOST):
            if found.is_broken:
                raise SiteError(found.problems)
            if found.is_complete:
                break
            change = _answered(change, found)
            found = await plan(house, change, self.now)
        losing = [each.what for each in found.tables if each.is_blocking or each.risk != "safe"]
        self.notes += [Text(f"会影响真实数据：{each.zh}", f"of the real data: {each.en}") for each in losing]
        call = Call(ENGINE, self.now, channel="system", cause="simulation")
        outcome = await put_in_force(house, found, call)
        if isinstance(outcome, Refused):
            said = outcome.reasons[0].message
            raise StageError(f"不能应用：{said.zh}", f"the change cannot be applied: {said.en}")
        if outcome.moved:
            self.notes.append(Text(f"{outcome.moved} 张单据随之移动", f"{outcome.moved} documents moved with it"))

    async def sit(self, who: str) -> str:
        """Return the token of a session for a person, or for the first one with a role, made if there is none.

        Args:
            who: The name of an account, or `role:` and the id of a role.

        Raises:
            StageError: there is neither.
        """
        self._stage.now = self.now
        role = who.removeprefix(ROLE)
        holders = [each for each in await self.seats.every() if role in each.roles and each.active]
        first = min(holders, key=lambda each: each.id, default=None) if role != who else None
        actor = await self._stage.actor(first.name if first is not None else role)
        await self.seats.put_away_guide(actor.id, self.now)
        return await self.seats.sit(actor.id, self.now)

    async def later(self, span: str) -> None:
        """Move the clock, and do what becomes due."""
        self.now = Span.parse(span).add_to(self.now, self.house.blueprint.company.calendar)
        await self.settle()

    async def settle(self) -> None:
        """Do what is due now. Nothing leaves: messages are taken away before anybody could carry them out."""
        await self._hold_back()
        while await tick(self.house, self.now):
            await self._hold_back()

    async def _hold_back(self) -> None:
        async with self.house.database.work() as work:
            self.held_back += await work.execute("DELETE FROM outbox")

    async def reset(self) -> None:
        """Throw the copy away and begin again from the real data."""
        await self._open.aclose()
        self._open = AsyncExitStack()
        self.now, self.notes = self._began, []
        await self._copy()

    async def scenario(self, *, mask: bool = False) -> str:
        """Return a file of scenarios: the story of each document that something happened to in this simulation."""
        rows = await self.house.database.fetch("SELECT id, entity, document FROM event ORDER BY id")
        touched = dict.fromkeys((row["entity"], row["document"]) for row in rows if row["id"] not in self._before)
        stories: list[tuple[str, list[dict[str, Any]]]] = []
        notes: list[Text] = []
        for entity, id in touched:
            declared = self.house.blueprint.entities.get(entity)
            if declared is None or not declared.workflows or declared.key is not None or len(stories) >= _STORIES_MOST:
                continue
            made = await record(self.house, self.seats, entity, id, mask=mask)
            if made is not None:
                stories.append((made.name, made.acts))
                notes += made.notes
        return scenario_text(stories, schema="../schemas/scenarios.json", notes=notes)


def _answered(change: Change, found: Plan) -> Change:
    """Return the change with everything answered that a plan asks: consent given, documents held that cannot move."""
    held: dict[str, Choice] = {
        each.workflow: next((one for one in _ANSWERS if one in each.answers), "move") for each in found.questions
    }
    return replace(
        change,
        consents=change.consents | {each.id for each in found.consents},
        anyway=change.anyway | {each.name for each in found.tables if each.is_blocking},
        choices={**change.choices, **held},
    )


def _link(source: str, target: str) -> None:
    """Link a file where that can be, copy it where it cannot; attachments are never changed in place."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
