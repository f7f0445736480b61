"""A document held at its gate under an earlier revision moves to the present one when it leaves (engine M6)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from ordinance.acts.desk import Desk, Held
from ordinance.process import ProcessState, Request


async def catch_up(desk: Desk, held: Held, stood: ProcessState, run: Callable[..., Awaitable[Any]]) -> None:
    """Move a document to the present revision inside the act by which it left its gate; else do nothing.

    Args:
        desk: The act.
        held: The document, as it is after what was asked of it.
        stood: Its state before.
        run: What runs a request on a document.
    """
    from ordinance.process.migration import has_left, migrate

    former = held.workflow
    present = desk.force.blueprint.workflows.get(former.id)
    if present is None or not has_left(stood, held.state):
        return
    names = await desk.force.past.names(desk.work, desk.force.store, former, present)
    held.former, held.way, held.workflow = former, partial(migrate, former, names=names), present
    request = Request(str(desk.work.new_id(desk.call.now)), "migrate", cause="departure", facts={"choice": "move"})
    try:
        await run(desk, held, request, later=True)
    finally:
        held.former = held.way = None
