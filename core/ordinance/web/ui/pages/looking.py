"""Typeahead: what fits what somebody types into a reference."""

from __future__ import annotations

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.web.ui.pages.seat import AnyRequest, Ui

_TYPED_MAX = 100


@get("/lookup/{entity:str}", name="ui.lookup", include_in_schema=False)
async def look_up(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> dict[str, Any]:
    """Answer the records that fit what was typed."""
    seat = ui.seat(request)
    text = request.query_params.get("q", "")[:_TYPED_MAX].replace("\x00", "")
    owner, _, path = request.query_params.get("of", "").partition(".")
    of = (owner, tuple(path.split("."))) if path else None
    found = await acts.lookup(seat.house, seat.call(), entity, text, of=of)
    return {"items": [{"id": str(each.id), "label": each.label, "hint": each.hint} for each in found]}


HANDLERS = [look_up]
"""Every handler of this module."""
