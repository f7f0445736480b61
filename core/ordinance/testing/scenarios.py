"""Run the scenarios of a site: each on a database of its own, with a clock that stands still until it is moved."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from ordinance.access import Rights
from ordinance.accounts import Accounts
from ordinance.acts import Force, House
from ordinance.app.opening import ground, open_house
from ordinance.blueprint import Loaded, load
from ordinance.departments import load_code
from ordinance.fields import BUILT_IN
from ordinance.problems import Place, SiteError
from ordinance.storage import Database, Store
from ordinance.testing.expecting import differences, look
from ordinance.testing.playing import play
from ordinance.testing.reading import Scenario
from ordinance.testing.stage import Stage, StageError

BEGINS = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""The moment at which every scenario begins."""

_EMPTY = "empty.sqlite3"
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Failure:
    """An act that did not come to what was expected: the scenario, the line, and what is different."""

    scenario: str
    place: Place
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.place}: {self.scenario}: {'; '.join(self.words)}"


@dataclass(slots=True)
class Theatre:
    """A site made ready once for many scenarios: its empty database is copied, its configurations are kept."""

    site: Path
    folder: Path
    loads: dict[tuple[tuple[str, str], ...], Loaded] = field(default_factory=dict, repr=False)

    @classmethod
    async def of(cls, site: Path, folder: Path) -> Theatre:
        """Return a site made ready; `folder` keeps its databases, and is the caller's to remove.

        Raises:
            SiteError: the site cannot be opened.
        """
        async with open_house(site, BEGINS, url=str(folder / _EMPTY)):
            pass
        return cls(site, folder)

    async def run(self, scenario: Scenario) -> tuple[Failure, ...]:
        """Play a scenario to its end or its first failure; return what failed."""
        toggles: dict[str, str] = {}
        copy = self.folder / f"{next(_NUMBERS)}.sqlite3"
        shutil.copyfile(self.folder / _EMPTY, copy)
        async with Database(str(copy)) as database:
            stage = self._stage(database, toggles)
            for act, place in scenario.acts:
                words = await self._act(stage, database, act, toggles)
                if words:
                    return (Failure(scenario.name, place, tuple(words)),)
        return ()

    async def _act(
        self, stage: Stage, database: Database, act: Mapping[str, Any], toggles: dict[str, str]
    ) -> list[str]:
        expect = act.get("expect") or {}
        if "toggle" in act:
            return self._toggle(stage, database, toggles, act["toggle"], expect.get("problem"))
        before = await look(stage)
        try:
            played = await play(stage, act)
        except StageError as error:
            return [str(error)]
        return await differences(stage, played, before, expect)

    def _toggle(
        self, stage: Stage, database: Database, toggles: dict[str, str], switched: Mapping[str, str], wanted: str | None
    ) -> list[str]:
        problems = {each.code for each in self._load({**toggles, **switched}).problems if each.severity == "error"}
        if wanted is not None:
            return [] if wanted in problems else [f"no problem {wanted}, but {sorted(problems)}"]
        if problems:
            return [f"the switch is a problem: {sorted(problems)}"]
        toggles.update(switched)
        stage.house.force = self._force(database, toggles)
        return []

    def _stage(self, database: Database, toggles: Mapping[str, str]) -> Stage:
        house = House(self.site, database, self._force(database, toggles))
        return Stage(house, Accounts(database, lambda: ground(house)), BEGINS)

    def _force(self, database: Database, toggles: Mapping[str, str]) -> Force:
        loaded = self._load(toggles)
        if loaded.blueprint is None:
            raise SiteError(loaded.problems)
        code = load_code(self.site, loaded.departments)
        types = BUILT_IN.extended(code.field_types)
        store = Store(database, loaded.blueprint.entities, types, folder=self.folder / "attachments")
        return Force(loaded.blueprint, Rights(loaded.blueprint), types, store, code)

    def _load(self, toggles: Mapping[str, str]) -> Loaded:
        key = tuple(sorted(toggles.items()))
        if key not in self.loads:
            self.loads[key] = load(self.site, toggles=toggles or None)
        return self.loads[key]
