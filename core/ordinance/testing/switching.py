"""Switch steps while documents are under way, as applying a change does: what waits moves on, or nothing is switched.

A scenario has no revisions: a switch is for the rest of it and its own database. But what becomes of documents is found
out and carried out by the same parts as `plan` and `apply`: by class, each document with its event, its effects once
(engine M2 to M8). Whoever writes a switch into a scenario consents to what it books.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ordinance.acts import Call, Force, House, Refused
from ordinance.acts.desk import RefusedSignal
from ordinance.blueprint import renames_between
from ordinance.changes import Change
from ordinance.changes.moving import moved
from ordinance.changes.planning import Fortune, foresee
from ordinance.problems import Text

_REASON = Text("情景中切换", "switched in a scenario")


async def switch(house: House, force: Force, call: Call) -> Refused | None:
    """Have a house go by another configuration, and move the documents under way; nothing is done if one cannot move.

    Args:
        house: The house of a scenario.
        force: The configuration it shall go by: the same but for switches.
        call: Who switches, and when.
    """
    change = Change({}, reason=_REASON.in_(call.locale))
    names = renames_between(house.blueprint.entities, force.blueprint.entities)
    try:
        async with house.database.work() as work:
            fortunes = await foresee(work, house.force, force, change, call.now, names)
            refused = [each for fortune in fortunes for _, fate in fortune.groups for each in fate.reasons]
            if refused:
                return Refused("conflict", tuple(dict.fromkeys(refused)))
            change = replace(change, consents=frozenset(_consents(fortunes)))
            for fortune in fortunes:
                touched = [id for group, fate in fortune.groups if fate.is_touched for id in group.ids]
                for id in touched:
                    await moved(work, force, fortune.flow, call, change, id, fortune.supplied)
    except RefusedSignal as no:
        return no.refused
    house.force = force
    return None


def _consents(fortunes: Iterable[Fortune]) -> Iterable[str]:
    for fortune in fortunes:
        for _, fate in fortune.groups:
            yield from (f"{fortune.flow.old.id}:{each}" for each in fate.consents)
