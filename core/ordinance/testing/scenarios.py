"""Run the scenarios of a site: each on a database of its own, with a clock that stands still until it is moved."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ordinance.access import Rights
from ordinance.acts import Force, House, Refused
from ordinance.app import Opened
from ordinance.app.opening import ground, open_house
from ordinance.app.serving import application
from ordinance.blueprint import Blueprint, Loaded, load
from ordinance.departments import Code, load_code
from ordinance.fields import BUILT_IN, Types
from ordinance.problems import SiteError, Text, did_you_mean
from ordinance.storage import Database, Store
from ordinance.testing import toggling
from ordinance.testing.copying import copied, copy_file, empty, is_postgresql
from ordinance.testing.coverage import Coverage
from ordinance.testing.expecting import differences, look
from ordinance.testing.failing import Difference, Failure
from ordinance.testing.playing import Played, play, verb_of
from ordinance.testing.reading import Scenario
from ordinance.testing.seats import Seats
from ordinance.testing.stage import Stage, StageError
from ordinance.testing.switching import switch
from ordinance.testing.toggling import Toggles

BEGINS = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""The moment at which every scenario begins."""

ACTS, HTTP = "acts", "http"
WAYS = (ACTS, HTTP)
"""The ways a scenario is played: through the acts, and through HTTP."""


@dataclass(slots=True)
class Theatre:
    """A site made ready once for many scenarios: its empty database is copied, its configurations are kept."""

    site: Path
    folder: Path
    empty: str
    coverage: Coverage = field(default_factory=Coverage)
    stopped: int = 0
    _loads: dict[Toggles, Loaded] = field(default_factory=dict, repr=False)
    _made: dict[Toggles, tuple[Blueprint, Rights, Types, Code]] = field(default_factory=dict, repr=False)

    @classmethod
    @asynccontextmanager
    async def open(cls, site: Path, folder: Path, *, url: str | None = None) -> AsyncIterator[Theatre]:
        """Give a site made ready, for as long as the block lasts.

        Args:
            site: The company's folder.
            folder: Where its databases may be; the caller removes it.
            url: The PostgreSQL server to play on; None for SQLite.

        Raises:
            SiteError: the site cannot be opened.
        """
        async with empty(url, folder) as made:
            yield await cls.of(site, folder, made)

    @classmethod
    async def of(cls, site: Path, folder: Path, url: str = "") -> Theatre:
        """Return a site made ready on a database that is the caller's to remove.

        Args:
            site: The company's folder.
            folder: Where its databases may be.
            url: An empty database to copy for each scenario; a file in the folder if left out.

        Raises:
            SiteError: the site cannot be opened.
        """
        url = url or str(folder / "empty.sqlite3")
        async with open_house(site, BEGINS, url=url):
            pass
        return cls(site, folder, url)

    @property
    def blueprint(self) -> Blueprint:
        """The site as it is, without any toggles of a scenario."""
        return self._force_of(())[0]

    async def run(self, scenario: Scenario, way: str = ACTS, toggles: Toggles | None = None) -> tuple[Failure, ...]:
        """Play a scenario to its end or its first failure; return what failed.

        Args:
            scenario: The scenario.
            way: Through the acts or through HTTP.
            toggles: Toggles it was not written for; then it is held to what `toggling` says, not to what it expects.
        """
        async with self._database() as database:
            one = _Performance(self, database, way, toggles)
            try:
                for act, place in scenario.acts:
                    found = await one.act(act)
                    if found:
                        return (Failure(scenario.name, place, tuple(found), way, toggles or ()),)
            except _StopError:
                self.stopped += 1
            finally:
                self.coverage.add_roles(one.stage.acted)
        return ()

    def variety(self, scenario: Scenario, most: int) -> toggling.Variety:
        """Return the toggles a scenario can be played under, without those that `check` refuses."""
        found = toggling.variety(self.blueprint, scenario, most)
        lawful = tuple(each for each in found.chosen if self.load(dict(each)).blueprint is not None)
        return toggling.Variety(lawful, found.left_out)

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[Database]:
        if is_postgresql(self.empty):
            async with copied(self.empty, self.folder) as url, Database(url, size=4) as database:
                yield database
            return
        path = copy_file(Path(self.empty), self.folder)
        try:
            async with Database(str(path)) as database:
                yield database
        finally:
            for each in self.folder.glob(f"{path.name}*"):
                each.unlink()

    def force(self, database: Database, toggles: Mapping[str, str]) -> Force:
        """Return the configuration under some toggles, on a database.

        Raises:
            SiteError: it has errors.
        """
        blueprint, rights, types, code = self._force_of(tuple(sorted(toggles.items())))
        store = Store(database, blueprint.entities, types, folder=self.folder / "attachments")
        return Force(blueprint, rights, types, store, code)

    def _force_of(self, key: Toggles) -> tuple[Blueprint, Rights, Types, Code]:
        if key not in self._made:
            loaded = self.load(dict(key))
            if loaded.blueprint is None:
                raise SiteError(loaded.problems)
            code = load_code(self.site, loaded.departments)
            self._made[key] = loaded.blueprint, Rights(loaded.blueprint), BUILT_IN.extended(code.field_types), code
        return self._made[key]

    def load(self, toggles: Mapping[str, str]) -> Loaded:
        """Return the site under some toggles, read once."""
        key = tuple(sorted(toggles.items()))
        if key not in self._loads:
            self._loads[key] = load(self.site, toggles=toggles or None)
        return self._loads[key]


class _StopError(Exception):
    """A scenario cannot go on under toggles it was not written for."""


class _Performance:
    """One scenario being played once."""

    def __init__(self, theatre: Theatre, database: Database, way: str, toggles: Toggles | None) -> None:
        self.theatre = theatre
        self.tried = toggles is not None
        self.toggles = dict(toggles or ())
        house = House(theatre.site, database, theatre.force(database, self.toggles))
        seats = Seats(database, lambda: ground(house))
        self.stage = Stage(house, seats, BEGINS, lenient=self.tried)
        if way == HTTP:
            opened = Opened(house, seats, ())
            self.stage.app = application(opened, clock=lambda: self.stage.now, worker=False)

    async def act(self, act: Mapping[str, Any]) -> list[Difference]:
        """Play one act and return what is not as it should be."""
        expect = act.get("expect") or {}
        if "toggle" in act:
            codes = self._problems(act["toggle"])
            if codes or "problem" in expect:
                return self._judged(act["toggle"], codes, expect.get("problem"))
        before = await look(self.stage)
        try:
            played = await (self._switch(act) if "toggle" in act else play(self.stage, act))
        except StageError as error:
            if self.tried:
                raise _StopError from error
            return [Difference("stage", error.words, remedy=error.remedy)]
        except Exception as fault:
            return [_fault(fault)]
        if self.tried and "toggle" in act and isinstance(played.outcome, Refused):
            raise _StopError
        if verb_of(act) is not None or "toggle" in act:
            await self._count(act, played, before.rows["event"])
        if self.tried:
            return await toggling.breaches(self.stage, before.rows["event"])
        return await differences(self.stage, played, before, expect)

    async def _count(self, act: Mapping[str, Any], played: Played, since: frozenset[int]) -> None:
        coverage, database = self.theatre.coverage, self.stage.house.database
        for row in await database.fetch("SELECT id, body FROM event ORDER BY id"):
            if row["id"] not in since:
                coverage.add_event(row["body"])
        if isinstance(played.outcome, Refused):
            coverage.add_refusal(played.outcome, await self._asked(act, played))

    async def _asked(self, act: Mapping[str, Any], played: Played) -> str | None:
        """Return what was asked for, `workflow.step`; creating a document is its first step."""
        blueprint, subject = self.stage.house.blueprint, played.subject
        if "create" in act:
            flow = blueprint.workflows.get(act["create"]) or next(iter(blueprint.variants(act["create"])), None)
            return f"{flow.id}.{flow.steps[0].id}" if flow is not None else None
        step = act.get("step") or act.get("lane") or act.get("send_back")
        if subject is None or step is None:
            return None
        sql = f'SELECT workflow FROM "e_{subject.entity}" WHERE id = ?'  # noqa: S608 - a name of ours
        rows = await self.stage.house.database.fetch(sql, subject.id)
        return f"{rows[0]['workflow']}.{step}" if rows else None

    def _problems(self, switched: Mapping[str, str]) -> list[str]:
        """Return the errors that `check` finds once this is switched."""
        loaded = self.theatre.load({**self.toggles, **switched})
        return sorted({each.code for each in loaded.problems if each.severity == "error"})

    def _judged(self, switched: Mapping[str, str], codes: list[str], wanted: str | None) -> list[Difference]:
        if wanted is not None:
            words = Text(f"应有问题 {wanted}，实为 {codes}", f"problem: expected {wanted}, got {codes}")
            return [] if wanted in codes else [Difference("problem", words, wanted, codes)]
        if self.tried:
            raise _StopError
        words = Text(f"这样切换有问题：{codes}", f"the switch is a problem: {codes}")
        return [Difference("problem", words, None, codes, _meant(switched, self.theatre.blueprint))]

    async def _switch(self, act: Mapping[str, Any]) -> Played:
        """Switch steps, as somebody or as the house itself; documents under way move as a change would move them."""
        stage = self.stage
        call = stage.call(await stage.actor(act["as"])) if "as" in act else stage.call()
        toggles = {**self.toggles, **act["toggle"]}
        refused = await switch(stage.house, self.theatre.force(stage.house.database, toggles), call)
        if refused is None:
            self.toggles = toggles
        return Played(refused, stage.last)


def _meant(switched: Mapping[str, str], blueprint: Blueprint) -> Text | None:
    names = {f"{flow.id}.{step.id}" for flow in blueprint.workflows.values() for step in flow.steps}
    return next((did_you_mean(each, names) for each in switched if each not in names), None)


def _fault(fault: Exception) -> Difference:
    frame = traceback.extract_tb(fault.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    said = f"{type(fault).__name__}: {fault} ({where})"
    return Difference("fault", Text(f"程序出错：{said}", f"a fault of the program: {said}"), got=said)
