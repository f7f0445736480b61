"""One thing done to many documents: each in a transaction of its own, each with its own answer.

What is refused for one does not keep the others from passing. With an idempotency key the whole can be sent twice: what
went through the first time is answered as it was then and is not done again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ordinance.acts.house import Call, House
from ordinance.acts.outcomes import Done, Refused
from ordinance.acts.steps import lane, step, take

BULK_MAX = 1000
"""Documents of one go."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be done to every one.

    Attributes:
        kind: Pass a step, send back from it, enter a side flow, take.
        id: The step or the side flow.
        reason: The person's words.
        values: What the form asks; what is left out stays as each document has it.
        to: Where to send it back to.
    """

    kind: Literal["step", "back", "lane", "take"]
    id: str
    reason: str = ""
    values: Mapping[str, Any] | None = None
    to: str | None = None


async def each_of(
    house: House, call: Call, entity: str, ids: Iterable[int], deed: Deed
) -> AsyncIterator[tuple[int, Done | Refused]]:
    """Do something to documents, one after the other, and yield what became of each.

    Args:
        house: The site.
        call: Who does it; the key counts for each document by itself.
        entity: The kind of document.
        ids: The documents; each once.
        deed: What is done.
    """
    for id in dict.fromkeys(ids):
        own = replace(call, key=f"{call.key[:200]}#{id}") if call.key is not None else call
        yield id, await _one(house, own, entity, id, deed)


async def _one(house: House, call: Call, entity: str, id: int, deed: Deed) -> Done | Refused:
    why, values = deed.reason or None, dict(deed.values or {})
    if deed.kind == "lane":
        return await lane(house, call, entity, id, deed.id, reason=why, values=values)
    if deed.kind == "take":
        return await take(house, call, entity, id, deed.id, reason=deed.reason)
    if deed.kind == "back":
        return await step(house, call, entity, id, deed.id, decision="send_back", to=deed.to, reason=why)
    return await step(house, call, entity, id, deed.id, reason=why, values=values)
