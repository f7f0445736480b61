"""Dashboards: what somebody sees at a glance. Tiles are figures and charts of reports, and the reader's own work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ordinance.acts import Call, Force, House, Refused, Task, inbox
from ordinance.acts.inbox import doors
from ordinance.blueprint.reporting import Dashboard, Tile
from ordinance.problems import Text
from ordinance.reports.answer import Answer
from ordinance.reports.running import run
from ordinance.reports.sight import seen_columns, seen_reports

TASKS_MAX = 6
"""Tasks of a tile that lists them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The reader's own work: how much waits, how much is overdue, since when the oldest waits."""

    waiting: int = 0
    overdue: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One tile with what it shows: the answer of its report, the reader's standing, or its oldest tasks."""

    tile: Tile
    answer: Answer | None = None
    standing: Standing | None = None
    tasks: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One dashboard with its tiles."""

    id: str
    label: Text
    tiles: tuple[Shown, ...]


def dashboards_of(force: Force, call: Call) -> tuple[Dashboard, ...]:
    """Return the dashboards of an actor's roles and of the whole company, without the tiles it may not see."""
    reports = {each.id: each for each in seen_reports(force, call)}
    roles = set(call.actor.all_roles())
    found = []
    for each in force.blueprint.dashboards.values():
        if not (roles & set(each.by) if each.by else call.actor.is_staff):
            continue
        tiles = tuple(tile for tile in each.tiles if tile.shows or _is_seen(force, call, tile, reports))
        if tiles:
            found.append(Dashboard(each.id, each.label, each.by, tiles))
    return tuple(found)


def _is_seen(force: Force, call: Call, tile: Tile, reports: Mapping[str, object]) -> bool:
    if tile.report not in reports:
        return False
    report = force.blueprint.reports[tile.report]
    wanted = tile.column or (report.chart.value if report.chart is not None else "")
    return not wanted or wanted in seen_columns(force, call, report)


async def overview(house: House, call: Call) -> tuple[Section, ...]:
    """Return everything an actor sees at a glance. A report that several tiles ask in the same way is asked once."""
    made = _Overview(house, call)
    sections = []
    for each in dashboards_of(house.force, call):
        tiles = [shown for tile in each.tiles if (shown := await made.tile(tile)) is not None]
        if tiles:
            sections.append(Section(each.id, each.label, tuple(tiles)))
    return tuple(sections)


class _Overview:
    """Answers tiles one by one, and remembers what it has asked."""

    def __init__(self, house: House, call: Call) -> None:
        self.house, self.call = house, call
        self.answers: dict[tuple[str, tuple[tuple[str, str], ...]], Answer | Refused] = {}
        self.known: Standing | None = None

    async def tile(self, tile: Tile) -> Shown | None:
        """Return a tile with what it shows; None if its report cannot be answered as the tile asks it."""
        if tile.shows == "tasks":
            page = await inbox(self.house, self.call, limit=TASKS_MAX)
            return None if isinstance(page, Refused) else Shown(tile, tasks=page.items)
        if tile.shows:
            return Shown(tile, standing=await self.standing())
        key = (tile.report, tuple(sorted(tile.parameters.items())))
        if key not in self.answers:
            compare = bool(tile.column)
            self.answers[key] = await run(self.house, self.call, tile.report, tile.parameters, compare=compare)
        answer = self.answers[key]
        if isinstance(answer, Answer) and tile.column and answer.before is None:
            compared = await run(self.house, self.call, tile.report, tile.parameters, compare=True)
            self.answers[key] = answer = compared
        return Shown(tile, answer=answer) if isinstance(answer, Answer) else None

    async def standing(self) -> Standing:
        """Return how the reader's own work stands."""
        if self.known is None:
            actor, force = self.call.actor, self.house.force
            people = (str(actor.id), *(str(face.id) for face in actor.deputy_for))
            async with self.house.database.work(write=False) as work:
                store = force.store.inbox
                found = await store.standing(work, doors(force, self.call), people, self.call.now)
            self.known = Standing(*found)
        return self.known
