"""Around a place in a list: the page before it, and the records before and after one that was opened from it.

Nothing is kept between two requests: where one came from is in the address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ordinance.acts.house import Call, House
from ordinance.acts.outcomes import Page, Query, Refused
from ordinance.acts.reading import LIMIT_MAX, listing
from ordinance.storage import turn, turn_back, turned


async def page_before(house: House, call: Call, entity: str, query: Query) -> str | None:
    """Return the cursor of the page before the one that a query asks for; empty for the first page.

    None if that is the first page already, or if the list cannot be read.
    """
    if not query.cursor:
        return None
    back = _narrow(house, entity, replace(query, sort=turned(query.sort), cursor=turn(query.cursor, query.sort)))
    page = await listing(house, call, entity, back)
    if isinstance(page, Refused):
        return None
    return turn_back(page.next, query.sort) if page.next else ""


def _narrow(house: House, entity: str, query: Query) -> Query:
    """Return the query with no more fields than it takes to be one."""
    fields = house.blueprint.entities[entity].fields
    plain = (each for each in query.fields if each not in fields or not fields[each].fields)
    return replace(query, fields=tuple(plain)[:1], count=False)


@dataclass(frozen=True, slots=True)
class Spot:
    """A record of a list: its id, the cursor of its page, and where on that page it stands."""

    id: str
    cursor: str
    at: int


async def around(
    house: House, call: Call, entity: str, query: Query, id: int, at: int
) -> tuple[Spot | None, Spot | None]:
    """Return the records before and after one in the list it was opened from.

    Args:
        house: The site.
        call: Who looks.
        entity: The kind of record.
        query: The list, with the cursor of the page.
        id: The record.
        at: Where on its page it stood: what was done to it may have taken it out of the list since.
    """
    asked = _narrow(house, entity, query)
    page = await listing(house, call, entity, asked)
    if isinstance(page, Refused):
        return None, None
    ids = [each["id"] for each in page.items]
    there = str(id) in ids
    at = ids.index(str(id)) if there else min(max(at, 0), len(ids))
    behind = at + 1 if there else at
    cursor = query.cursor or ""
    before = Spot(ids[at - 1], cursor, at - 1) if at > 0 else await _last_before(house, call, entity, asked)
    if behind < len(ids):
        return before, Spot(ids[behind], cursor, behind)
    return before, await _first_after(house, call, entity, asked, page)


async def _last_before(house: House, call: Call, entity: str, query: Query) -> Spot | None:
    cursor = await page_before(house, call, entity, query)
    if cursor is None:
        return None
    page = await listing(house, call, entity, replace(query, cursor=cursor or None))
    if isinstance(page, Refused) or not page.items:
        return None
    return Spot(page.items[-1]["id"], cursor, len(page.items) - 1)


async def _first_after(house: House, call: Call, entity: str, query: Query, page: Page) -> Spot | None:
    if page.next is None:
        return None
    following = await listing(house, call, entity, replace(query, cursor=page.next, limit=1))
    if isinstance(following, Refused) or not following.items:
        return None
    return Spot(following.items[0]["id"], page.next, 0)


async def all_of(
    house: House, call: Call, entity: str, query: Query, most: int
) -> tuple[dict[str, Any], ...] | Refused:
    """Return the records of a whole list, page by page, but no more than so many."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while len(found) < most:
        asked = replace(query, limit=min(LIMIT_MAX, most - len(found)), cursor=cursor, count=False)
        page = await listing(house, call, entity, asked)
        if isinstance(page, Refused):
            return page
        found += page.items
        cursor = page.next
        if cursor is None:
            break
    return tuple(found)
