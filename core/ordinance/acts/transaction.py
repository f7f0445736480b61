"""The frame of every act that writes: one transaction, once per idempotency key, again when the database asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar

from ordinance.acts import outcomes
from ordinance.acts.closing import close
from ordinance.acts.desk import Desk, RefusedSignal, StoppedByItself
from ordinance.acts.filed import adopt
from ordinance.acts.house import Call, Force, House
from ordinance.acts.outcomes import Done, Refused
from ordinance.problems import Reason, reason
from ordinance.storage import BadReference, Busy, InUse, NotUnique, Superseded, Work

Body = Callable[[Desk], Awaitable[Done]]
P = ParamSpec("P")
T = TypeVar("T")
_LEFT_MAX = 20
_REVISIONS_MAX = 5


class _DryRun(Exception):  # noqa: N818 - leaves the transaction without writing
    def __init__(self, done: Done) -> None:
        self.done = done


def under_one_revision(
    whole: Callable[Concatenate[House, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[House, P], Coroutine[Any, Any, T]]:
    """Have an act run again from its very beginning when another revision turns out to be in force (engine M10).

    What it read of the configuration before its transaction began is then not of the revision it acts under.
    """

    async def again(house: House, /, *args: P.args, **more: P.kwargs) -> T:
        for _ in range(_REVISIONS_MAX):
            try:
                return await whole(house, *args, **more)
            except Superseded:
                if house.renew is None:
                    raise
                await house.renew()
        raise Busy("the configuration changes faster than an act can be done")

    update_wrapper(again, whole)
    return again


async def act(house: House, call: Call, body: Body, *, dry: bool = False) -> Done | Refused:
    """Run an act in one transaction: all of it or nothing.

    Args:
        house: The site.
        call: Who asks; with a `key`, a second call with the same key and content gets the first one's answer.
        body: What is done; gets the desk, returns what went through.
        dry: Do everything, then roll back and say what would have been.

    Returns:
        What went through, or every reason why not; then nothing was written.

    Raises:
        Superseded: another revision is in force than the house knows; see `under_one_revision`.
    """
    force, version = house.force, house.version
    left: dict[int, dict[str, tuple[Reason, ...]]] = {}
    ids: list[int] = []

    async def in_transaction(work: Work) -> Done:
        known = await _claim(force, work, call)
        if known is not None:
            return known
        desk = Desk.of(force, work, call, left, ids)
        done = await body(desk)
        await close(desk)
        done = await _final(desk, done)
        if dry:
            await work.flush()  # what the database would refuse is refused
            raise _DryRun(done)
        await _remember(force, work, call, done)
        return done

    while True:
        try:
            return await house.database.run(in_transaction, revision=version)
        except RefusedSignal as no:
            return no.refused
        except _DryRun as ended:
            return ended.done
        except StoppedByItself as stopped:
            left.setdefault(stopped.document, {})[stopped.step] = stopped.reasons
            if sum(map(len, left.values())) > _LEFT_MAX:
                return Refused("conflict", stopped.reasons)
        except (NotUnique, InUse, BadReference) as broken:
            return outcomes.Refused("conflict", (_of_storage(force, broken),))


async def _final(desk: Desk, done: Done) -> Done:
    """Return the answer as the record stands after everything that followed from the act."""
    from ordinance.acts.showing import shown_after

    await adopt(desk, done)
    return await shown_after(desk, done)


async def _claim(force: Force, work: Work, call: Call) -> Done | None:
    """Claim the idempotency key, or return what was answered the first time.

    Raises:
        RefusedSignal: the same key came with another content.
    """
    if call.key is None:
        return None
    found = await force.store.claim(work, str(call.actor.id), call.key, call.fingerprint, call.now)
    if found is None:
        return None
    if found.fingerprint != call.fingerprint:
        raise RefusedSignal(Refused("invalid", (reason("idempotency_mismatch", "/"),)))
    return found.answer(Done)


async def _remember(force: Force, work: Work, call: Call, done: Done) -> None:
    if call.key is not None:
        await force.store.answered(work, str(call.actor.id), call.key, done, call.now)


def _of_storage(force: Force, broken: Any) -> Reason:
    """Return what the database refused, in the words of the record."""
    if isinstance(broken, NotUnique):
        entity = force.store.entity_of(broken.table)
        column = broken.columns[0] if broken.columns else ""
        field = force.blueprint.entities[entity].fields.get(column) if entity else None
        label = field.label if field is not None else column
        return reason("not_unique", f"/{column}" if column else None, label=label, got="")
    if isinstance(broken, InUse):
        return reason("in_use", None, count=broken.count)
    return reason("bad_reference", None, entity=", ".join(getattr(broken, "columns", ())), got="")
