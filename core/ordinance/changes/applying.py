"""Apply a plan: tables, documents and the revision itself in one transaction, or nothing of it.

Whatever kills the process leaves the old revision whole, or the new one. Source: design.md §6 and §7, engine M8, M10.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from ordinance.accounts import TABLES
from ordinance.acts import Call, Force, House, Refused
from ordinance.acts.desk import RefusedSignal, StoppedByItself
from ordinance.blueprint import Renames
from ordinance.changes.bulk import Followers, can_follow
from ordinance.changes.change import Change
from ordinance.changes.essence import all_steps, essence
from ordinance.changes.first_rows import add_first_rows
from ordinance.changes.following import take
from ordinance.changes.forming import Formed, force_of, from_files
from ordinance.changes.moving import Fate, moved
from ordinance.changes.obstacles import obstacles
from ordinance.changes.own import write_back
from ordinance.changes.plan import Plan
from ordinance.changes.planning import Fortune, foresee
from ordinance.changes.renaming import in_new_names, moved_by, rename_proposals, rename_views, renames_to
from ordinance.changes.retiring import Judgement, judged, readers
from ordinance.changes.survey import Flow, Group, Progress, silent
from ordinance.changes.tables import Trim
from ordinance.problems import Reason, reason
from ordinance.storage import Again, Collision, Revision, Work, reshape

Mark = Callable[[Work], Awaitable[None]]
_TRIES_MAX = 5
_PAGE = 50
"""Documents that are moved one by one under one savepoint."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of applying a plan.

    Attributes:
        revision: The revision in force now.
        parent: The one before.
        moved: How many documents were touched.
        is_new: False if the same files were in force already and nothing was done.
        is_written: Whether the files in the folder are those of the revision now.
    """

    revision: str
    parent: str | None
    moved: int = 0
    is_new: bool = True
    is_written: bool = True


async def put_in_force(
    house: House, plan: Plan, call: Call, *, progress: Progress = silent, mark: Mark | None = None
) -> Applied | Refused:
    """Apply a plan; whether the caller may is for `apply` and for proposals to say.

    Args:
        house: The site; it goes by the new configuration when this returns.
        plan: A complete plan, made on the revision in force.
        call: Who applies it, and when.
        progress: Told how many documents have been moved, of how many.
        mark: What else is to be written in the same transaction.
    """
    if plan.is_known:
        return Applied(plan.revision, plan.base, is_new=False)
    lacking = open_points(plan)
    if lacking:
        return Refused("stale" if plan.is_stale else "conflict", lacking)
    made = await asyncio.to_thread(from_files, house.site, plan.change.files)
    force = force_of(house.site, house.database, made, house.force.past)
    for attempt in range(1, _TRIES_MAX + 1):
        try:
            version, parent, count = await _Application(house, force, made, plan, call, progress).run(mark)
        except RefusedSignal as no:
            return no.refused
        except (Again, Collision):
            if attempt == _TRIES_MAX:
                raise
            continue
        break
    await take(house, force, version)
    is_written = write_back(house.site, parent.files if parent is not None else None, plan.change.files)
    return Applied(plan.revision, plan.base, count, is_written=is_written)


def open_points(plan: Plan) -> tuple[Reason, ...]:
    """Return what keeps a plan from being complete (engine M8)."""
    errors = sum(each.severity == "error" for each in plan.problems)
    found = [reason("plan_broken", count=errors)] if errors else []
    found += [reason("base_moved")] if plan.is_stale else []
    found += [
        reason("plan_loses", each.name, name=each.name, what=each.what, rows=each.rows, place=each.place)
        for each in plan.tables if each.is_blocking
    ]  # fmt: skip
    for each in plan.questions:
        if each.count:
            why = each.why[0].message
            found.append(reason("plan_asks", each.workflow, workflow=each.workflow, count=each.count, why=why))
        else:
            # It is about what the change itself says, not about documents.
            found += each.why
    found += [reason("plan_consent", each.id, id=each.id, what=each.what) for each in plan.consents if not each.given]
    return tuple(found)


class _Application:
    """One try at applying a plan."""

    def __init__(
        self, house: House, force: Force, made: Formed, plan: Plan, call: Call, progress: Progress
    ) -> None:  # fmt: skip
        self._house, self._force, self._made, self._plan = house, force, made, plan
        self._change, self._call, self._progress = plan.change, call, progress
        self._old = house.force
        self._done = self._total = 0

    async def run(self, mark: Mark | None) -> tuple[int, Revision | None, int]:
        """Do it all; return the version of the revision in force, the one before, and how many documents moved.

        Raises:
            RefusedSignal: the plan does not hold any more; nothing was written.
        """
        async with self._house.database.work(references=False) as work:
            revisions = self._old.store.revisions
            active = await revisions.in_force(work, lock="update")
            if active.hash != self._plan.base or self._old.blueprint.revision != active.hash:
                raise RefusedSignal(Refused("stale", (reason("base_moved"),)))
            parent = await revisions.get(work, active.hash)
            # Under the lock nobody acts, so what is seen now is what is moved.
            names = await renames_to(work, self._old, self._made.blueprint)
            fortunes = await foresee(work, self._old, self._force, self._change, self._call.now, names)
            fields = judged(await readers(work, self._old, fortunes), self._old, self._force, names)
            in_the_way = (*fields.questions, *await obstacles(work, self._old, self._force))
            if in_the_way:
                raise RefusedSignal(Refused("conflict", in_the_way[0].why))
            self._total = sum(len(group.entries) for each in fortunes for group, fate in each.groups if fate.is_touched)
            await self._reshape(work, names, fields)
            for fortune in fortunes:
                fortune.flow = in_new_names(fortune.flow, self._old.blueprint, self._made.blueprint, names)
                await self._workflow(work, fortune)
            await add_first_rows(House(self._house.site, self._house.database, self._force), self._call.now)
            await revisions.add(
                work, self._made.blueprint.revision, self._made.blueprint.text, parent=active.hash,
                author=str(self._call.actor.id), reason=self._change.reason, now=self._call.now,
                files=self._change.files, reverts=self._change.reverts, moved=self._done,
                renamed=names.text(),
            )  # fmt: skip
            if mark is not None:
                await mark(work)
        return active.version + 1, parent, self._done

    async def _reshape(self, work: Work, names: Renames, fields: Judgement) -> None:
        trim = Trim(names, fields, self._change.anyway)
        await trim.settle(work, self._old, self._force, self._call.now)
        moved = moved_by(names, self._old.blueprint.entities)
        tables = self._force.store.tables(TABLES)
        report = await reshape(work, tables, anyway=self._change.anyway, moved=moved)
        await rename_proposals(work, self._force.store, names)
        await rename_views(work, self._force.store, names, self._old.blueprint.entities)
        if report.refused:
            raise RefusedSignal(Refused("conflict", tuple(
                reason("plan_loses", each.name, name=each.name, what=each.why, rows=each.rows or 0, place=each.place)
                for each in report.refused
            )))  # fmt: skip

    async def _workflow(self, work: Work, fortune: Fortune) -> None:
        for group, fate in fortune.groups:
            if fate.reasons or self._unconsented(fortune.flow, fate):
                # Somebody acted between the plan and now; what it says is not enough any more.
                raise RefusedSignal(Refused("conflict", fate.reasons or (reason("base_moved"),)))
            if fate.is_touched:
                await self._group(work, fortune, group, fate)
        await self._look_again(work, fortune.flow)

    def _unconsented(self, flow: Flow, fate: Fate) -> bool:
        return any(f"{flow.old.id}:{each}" not in self._change.consents for each in fate.consents)

    async def _group(self, work: Work, fortune: Fortune, group: Group, seen: Fate) -> None:
        """Move the documents of a class: the first by itself, the others after it, or each by itself."""
        change = _with_choice(self._change, fortune.flow.old.id, seen)
        first, *others = group.ids
        fate = await self._one(work, fortune, change, first, seen)
        if others and can_follow(self._force, fortune.flow, fate):
            await Followers(work, self._force, fortune.flow, self._call, change, fate).move(others, self._count)
            return
        for start in range(0, len(others), _PAGE):
            await self._page(work, fortune, change, others[start : start + _PAGE], seen)

    async def _page(self, work: Work, fortune: Fortune, change: Change, ids: Sequence[int], seen: Fate) -> None:
        """Move some documents each by itself, under one savepoint: hardly ever has one of them to be begun again."""
        done = self._done
        try:
            async with work.savepoint():
                for id in ids:
                    await self._one(work, fortune, change, id, seen, is_guarded=False)
        except StoppedByItself:
            self._done = done
            for id in ids:
                await self._one(work, fortune, change, id, seen)

    async def _one(
        self, work: Work, fortune: Fortune, change: Change, id: int, seen: Fate, *, is_guarded: bool = True
    ) -> Fate:
        fate = await moved(
            work, self._force, fortune.flow, self._call, change, id, fortune.supplied, is_back=seen.is_back,
            is_guarded=is_guarded,
        )  # fmt: skip
        self._count(1)
        return fate

    def _count(self, more: int) -> None:
        self._done += more
        self._progress(self._done, self._total)

    async def _look_again(self, work: Work, flow: Flow) -> None:
        """Have the due-worker look at documents that wait at steps whose own rules are others now."""
        before = {step.id: essence(step.by_itself) for _, step in all_steps(flow.old)}
        if flow.new is None:
            return
        flight = self._force.store.flight(flow.new.entity, flow.old.id)
        for _, step in all_steps(flow.new):
            if step.by_itself and before.get(step.id) != essence(step.by_itself):
                await flight.look_again(work, step.id, self._call.now)


def _with_choice(change: Change, workflow: str, fate: Fate) -> Change:
    return replace(change, choices={**change.choices, workflow: fate.choice})
