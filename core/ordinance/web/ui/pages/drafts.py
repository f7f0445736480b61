"""What the pages that edit the configuration share: the draft one is at, its files, and where an edit leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from litestar import Response

from ordinance.acts import Refused
from ordinance.blueprint import Blueprint, load, own_files
from ordinance.changes import Change, EditError, Proposal, amend, in_force, may_change, proposal, sketch
from ordinance.problems import Reason, reason
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import Seat, go, id_of
from ordinance.web.ui.views.navigation import may_see_process
from ordinance.web.ui.views.record import Fault


@dataclass(frozen=True, slots=True)
class Workbench:
    """The configuration a page edits: the one in force, or that of a draft.

    Attributes:
        blueprint: What the page shows.
        files: The company's files behind it.
        draft: The draft, if the page goes on with one.
        may_edit: Whether the reader may change anything here.
    """

    blueprint: Blueprint
    files: Mapping[str, str]
    draft: Proposal | None
    may_edit: bool

    @property
    def query(self) -> str:
        """What keeps the draft in an address."""
        return f"?draft={self.draft.id}" if self.draft is not None else ""


def demand(seat: Seat, allowed: object) -> None:
    """End the request unless the actor may.

    Raises:
        PageHalt: it may not.
    """
    if not allowed:
        raise PageHalt("not_allowed", (reason("not_allowed", what=seat.request.scope["path"]),))


async def workbench(seat: Seat, draft: str = "") -> Workbench:
    """Return what a page of the settings shows and edits.

    Args:
        seat: The request.
        draft: The id of the draft, as it came; empty for what is in force.

    Raises:
        PageHalt: the reader may not see this page, or there is no such draft of the reader's.
    """
    demand(seat, may_see_process(seat.force, seat.actor))
    may_edit = may_change(seat.force, seat.actor)
    if not draft:
        return Workbench(seat.force.blueprint, await files_in_force(seat), None, may_edit)
    found = await proposal(seat.house, id_of(draft))
    if found is None or found.state != "draft" or found.author != str(seat.actor.id):
        raise PageHalt("not_found", (reason("no_such_proposal"),))
    loaded = load(seat.house.site, files=found.change.files)
    # A draft whose files have errors is shown over what is in force: there is nothing else to show.
    return Workbench(loaded.blueprint or seat.force.blueprint, found.change.files, found, may_edit)


async def files_in_force(seat: Seat) -> Mapping[str, str]:
    """Return the company's own files as they are in force."""
    known = await in_force(seat.house)
    return known.files if known is not None and known.files is not None else own_files(seat.house.site)


async def keep(seat: Seat, bench: Workbench, files: Mapping[str, str]) -> Response[Any]:
    """Keep edited files as a draft and lead to the page that says what they would do.

    Raises:
        PageHalt: the reader may not change the configuration.
    """
    if dict(files) == dict(bench.files):
        return go(f"{seat.request.scope['path']}{bench.query}{'&' if bench.query else '?'}said=nothing_changed")
    call = seat.call()
    if bench.draft is not None:
        outcome = await amend(seat.house, call, bench.draft.id, replace(bench.draft.change, files=dict(files)))
    else:
        outcome = await sketch(seat.house, call, Change(dict(files)))
    if isinstance(outcome, Refused):
        raise PageHalt(outcome.kind, outcome.reasons)
    return go(f"/settings/changes/{outcome.id}")


def faults_of(seat: Seat, reasons: tuple[Reason, ...]) -> tuple[Fault, ...]:
    """Return reasons as the box at the top of a page has them."""
    return tuple(Fault(seat.of(each.message)) for each in reasons)


def cannot_edit(seat: Seat, why: EditError | KeyError) -> tuple[Fault, ...]:
    """Return what is said where a cut into the text does not do: then it takes a hand."""
    return (Fault(seat.say("edit_by_hand", why=str(why))),)
