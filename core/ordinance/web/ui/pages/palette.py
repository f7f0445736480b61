"""The command palette: where one may go, what one may do, records by what people call them; and the map of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from ordinance import acts
from ordinance.blueprint import Entity
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui
from ordinance.web.ui.views.keys import key_map
from ordinance.web.ui.views.palette import offers

_FOUND_EACH = 4
_FOUND_MAX = 12
_TYPED_MAX = 100


@get("/palette", name="ui.palette", include_in_schema=False)
async def palette(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Answer every place and act that the palette offers the reader."""
    seat = ui.seat(request)
    _ = seat.actor
    made = offers(seat.force, seat.call(), seat.speech, await seat.frame())
    return Response(msgspec.json.encode({"offers": made}), media_type="application/json")


@get("/search", name="ui.search", include_in_schema=False)
async def search(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Find records by number, name, code, phone or pinyin over every kind the reader may see; as a page, places too."""
    seat = ui.seat(request)
    text = request.query_params.get("q", "").strip()[:_TYPED_MAX].replace("\x00", "")
    found = await _found(seat, text) if text else []
    if seat.wants_json():
        return Response({"items": found})
    typed = text.lower().split()
    known = offers(seat.force, seat.call(), seat.speech, await seat.frame()) if typed else []
    places = [each for each in known if each.href and each.fits(typed)]
    return await seat.page("search.html", text=text, found=found, places=places)


async def _found(seat: Seat, text: str) -> list[dict[str, str]]:
    """Documents first, then whatever has a field that is searched."""
    found: list[dict[str, str]] = []
    for each in _searched(seat):
        label = seat.of(each.label)
        choices = await acts.lookup(seat.house, seat.call(), each.id, text, limit=_FOUND_EACH)
        found += [
            {"label": one.label, "href": f"/o/{each.id}/{one.id}", "hint": " · ".join(filter(None, (label, one.hint)))}
            for one in choices
        ]
        if len(found) >= _FOUND_MAX:
            break
    return found[:_FOUND_MAX]


def _searched(seat: Seat) -> Iterator[Entity]:
    entities = seat.force.blueprint.entities.values()
    for each in sorted(entities, key=lambda one: not one.workflows):
        known = each.workflows or any(field.search for field in each.fields.values())
        if known and seat.force.rights.may(seat.actor, "read", each.id):
            yield each


@get("/keys", name="ui.keys", include_in_schema=False)
async def show_keys(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the keyboard map: what the handlers in the browser go by."""
    seat = ui.seat(request)
    _ = seat.actor
    frame = await seat.frame()
    return await seat.page("keys.html", groups=key_map(seat.ui.pages.assets, seat.speech, frame.groups))


HANDLERS = [palette, search, show_keys]
"""Every handler of this module."""
