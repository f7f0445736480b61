"""What others do, told to the pages that show it: one stream a browser, and the counts that follow from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Stream

from ordinance import acts
from ordinance.acts.feed import MOST, OVERLAP_S, News, heard, newest, since
from ordinance.web.ui.hub import Batch, Hub
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui

BEAT_S = 15.0
"""An idle stream says so this often: a proxy keeps it open, and a session that ended ends it."""

LIFE_S = 3600.0
"""A stream ends after this; the browser comes again, and then who stands in for whom today is asked anew."""

_NAMED_MOST = 100
_HEADERS = {"cache-control": "no-store, no-transform", "x-accel-buffering": "no"}


@get("/feed", name="ui.feed", include_in_schema=False)
async def feed(request: AnyRequest, ui: NamedDependency[Ui], hub: NamedDependency[Hub]) -> Response[Any]:
    """Tell what happens to records the reader may see, by their kind and id alone, for as long as the session lasts."""
    seat = ui.seat(request)
    if seat.visit.actor is None or seat.visit.by != "session":
        return Response(b"", status_code=401, media_type="text/plain")
    if hub.is_full_of(seat.actor.id):
        return Response(b"", status_code=429, media_type="text/plain", headers={"retry-after": "60"})
    known = request.headers.get("last-event-id", "")
    return Stream(_told(seat, hub, _id(known)), media_type="text/event-stream", headers=_HEADERS)


async def _told(seat: Seat, hub: Hub, known: int) -> AsyncIterator[bytes]:
    clock = asyncio.get_running_loop().time
    began = clock()
    with hub.listen(seat.actor.id) as queue:
        yield b"retry: 2000\nid: %d\n\n" % (known or await newest(seat.house))
        if known:
            missed = await since(seat.house, known, overlap_s=OVERLAP_S)
            yield await _event(seat, hub, Batch(tuple(missed), everything=len(missed) >= MOST))
        while clock() - began < LIFE_S:
            try:
                batch = await asyncio.wait_for(queue.get(), BEAT_S)
            except TimeoutError:
                batch = Batch()
            passed = timedelta(seconds=clock() - began)
            if batch is None or not await seat.ui.accounts().holds(seat.visit.session, seat.visit.now + passed):
                return
            yield await _event(seat, hub, batch)


async def _event(seat: Seat, hub: Hub, batch: Batch) -> bytes:
    """One event of the stream; a line that means nothing if there is nothing the reader may hear of."""
    news = await heard(seat.house, seat.call(), batch.news)
    if not news and not batch.everything:
        return b": \n\n"
    data = msgspec.json.encode({"news": _named(seat, news), "all": batch.everything})
    return b"id: %d\ndata: %b\n\n" % (hub.last, data)


def _named(seat: Seat, news: Iterable[News]) -> list[tuple[str, str, bool]]:
    """Each record once, with whether the reader changed it last; of very many of one kind only the kind is named."""
    mine = str(seat.actor.id)
    last = {(each.entity, each.record): each.actor == mine for each in news}
    crowded = {entity for entity, _ in last if sum(each == entity for each, _ in last) > _NAMED_MOST}
    one_by_one = [(entity, str(id), own) for (entity, id), own in last.items() if entity not in crowded]
    return [*one_by_one, *((entity, "", False) for entity in sorted(crowded))]


@get("/feed/since", name="ui.feed_since", include_in_schema=False)
async def feed_since(request: AnyRequest, ui: NamedDependency[Ui]) -> dict[str, Any]:
    """Answer once what the stream would have told: for browsers that cannot share one."""
    seat = ui.seat(request)
    known = _id(request.query_params.get("after", ""))
    found: Sequence[News] = await since(seat.house, known) if known else ()
    news = await heard(seat.house, seat.call(), found)
    last = max([known, *(each.id for each in found)]) if known else await newest(seat.house)
    return {"last": str(last), "news": _named(seat, news), "all": len(found) >= MOST}


@get("/feed/counts", name="ui.feed_counts", include_in_schema=False)
async def feed_counts(request: AnyRequest, ui: NamedDependency[Ui]) -> dict[str, Any]:
    """Answer how many documents wait for the reader, by the addresses of the navigation."""
    seat = ui.seat(request)
    counts = await acts.counts(seat.house, seat.call())
    places = {f"/o/{entity}?step={step}": count for (entity, step), count in counts.items()}
    unread = await acts.unread(seat.house, seat.call())
    return {"places": {"/": sum(counts.values()), **places}, "notices": unread}


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


HANDLERS = [feed, feed_since, feed_counts]
"""Every handler of this module."""
