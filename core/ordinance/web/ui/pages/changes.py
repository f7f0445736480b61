"""Changes of the configuration: one being made with all it would do, the history, how files and database differ."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance.acts import Refused
from ordinance.blueprint import Blueprint, own_files
from ordinance.changes import (
    CHOICES,
    Applied,
    Change,
    Proposal,
    Revision,
    amend,
    approve,
    carry_out,
    differences,
    draft,
    drift,
    from_revision,
    history,
    how_far,
    may_change,
    procedure,
    proposal,
    proposals,
    pull,
    put_forward,
    revision,
    sketch,
    way_back,
    withdraw,
)
from ordinance.problems import Reason, SiteError, reason
from ordinance.web.ui.pages.drafts import demand, faults_of, files_in_force
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, id_of
from ordinance.web.ui.views.changes import PlanView, Said, file_diffs, plan_view, progress_view, spot
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.navigation import may_see_process
from ordinance.web.ui.views.record import Chip

LIST = "/settings/changes"
_TONES = {"draft": "", "open": "mine", "approved": "here", "applying": "here", "applied": "done"}
_PATIENCE_S = 1.0
"""How long a browser waits for what it asked before it is shown how far that has come."""
_LOG = logging.getLogger("ordinance.changes")
_DRIFTS = {"changed": "drift_changed", "missing": "drift_missing", "extra": "drift_extra"}
_SHORT = 12


@dataclass(frozen=True, slots=True)
class ProposalView:
    """The head of a proposal: what it is called, whose it is, how it stands, and what the reader may do with it."""

    id: str
    title: str
    chip: Chip
    author: str
    made: str
    reason: str
    starts: str
    outcome: str
    is_draft: bool
    may_apply: bool
    may_put_forward: bool
    may_approve: bool
    may_withdraw: bool
    document: str = ""


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One line of the history."""

    hash: str
    short: str
    at: str
    author: str
    reason: str
    moved: int
    is_active: bool


@get(LIST, name="ui.changes", include_in_schema=False)
async def show_changes(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the changes that are being made, what was in force and since when, and how the files differ."""
    seat = ui.seat(request)
    demand(seat, may_see_process(seat.force, seat.actor))
    return await _list(seat)


async def _list(seat: Seat, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response[str]:
    waiting = [each for each in await proposals(seat.house) if _is_shown(seat, each)]
    past = await history(seat.house)
    names = await _names(seat, [*(each.author for each in waiting), *(each.author for each in past)])
    differs = await drift(seat.house)
    return await seat.page(
        "changes.html",
        status,
        here=LIST,
        open_ones=[_view(seat, each, names) for each in waiting],
        rows=[_row(seat, each, names) for each in past],
        drift=[(name, seat.say(_DRIFTS[how])) for name, how in differs.files.items()],
        may_edit=may_change(seat.force, seat.actor),
        faults_=faults_of(seat, reasons),
    )


def _is_shown(seat: Seat, found: Proposal) -> bool:
    mine = found.state == "draft" and found.author == str(seat.actor.id)
    return mine or found.state in ("open", "approved", "applying")


async def _names(seat: Seat, people: Iterable[str]) -> Mapping[str, str]:
    async with seat.house.database.work(write=False) as work:
        return await seat.force.store.inbox.names(work, {each for each in people if each.isdigit()})


def _called(seat: Seat, names: Mapping[str, str], who: str) -> str:
    return names.get(who) or seat.say("the_files" if who == "files" else "the_house")


def _row(seat: Seat, found: Revision, names: Mapping[str, str]) -> RevisionRow:
    return RevisionRow(
        found.hash, found.hash[:_SHORT], seat.speech.moment(found.at, seat.visit.now),
        _called(seat, names, found.author), found.reason, found.moved, found.hash == seat.force.blueprint.revision,
    )  # fmt: skip


def _view(seat: Seat, found: Proposal, names: Mapping[str, str]) -> ProposalView:
    mine = found.author == str(seat.actor.id)
    able, decides = may_change(seat.force, seat.actor), procedure(seat.force)
    is_draft = found.state == "draft"
    starts = found.change.starts
    return ProposalView(
        id=str(found.id),
        title=found.change.reason or seat.say("change_untitled"),
        chip=Chip(seat.of(found.word), _TONES.get(found.state, "late")),
        author=_called(seat, names, found.author),
        made=seat.speech.moment(found.made_at, seat.visit.now),
        reason=found.change.reason,
        starts=starts.astimezone(seat.house.zone).strftime("%Y-%m-%d %H:%M") if starts else "",
        outcome=found.outcome,
        is_draft=is_draft,
        may_apply=is_draft and mine and able and decides is None,
        may_put_forward=is_draft and mine and able,
        may_approve=found.state == "open" and not mine and (able or decides is not None),
        may_withdraw=found.state in ("draft", "open", "approved") and (mine or able),
        document=f"/o/revision/{found.document}" if found.document else "",
    )


@post(LIST, name="ui.mend_drift", status_code=200, include_in_schema=False)
async def mend_drift(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Mend the difference between files and database, either way: write the files, or propose what they say."""
    seat = ui.seat(request)
    demand(seat, may_change(seat.force, seat.actor))
    if read_posted(seat.visit.body).get("do") == "write":
        outcome = await pull(seat.house)
        if isinstance(outcome, Refused):
            return await _list(seat, outcome.reasons, 409)
        return go(f"{LIST}?said=files_written")
    change = Change(own_files(seat.house.site), reason=seat.say("drift_reason"))
    return await _sketched(seat, change)


async def _sketched(seat: Seat, change: Change) -> Response[Any]:
    made = await sketch(seat.house, seat.call(), change)
    return await _list(seat, made.reasons, 409) if isinstance(made, Refused) else go(f"{LIST}/{made.id}")


@get(f"{LIST}/{{id:str}}", name="ui.change", include_in_schema=False)
async def show_change(request: AnyRequest, ui: NamedDependency[Ui], id: FromPath[str]) -> Response[Any]:
    """Show a change and everything it would do; the address can be sent to whoever may see the settings.

    While it is being applied the page shows how far that has come; our module asks for that alone.
    """
    seat = ui.seat(request)
    demand(seat, may_see_process(seat.force, seat.actor))
    found = await _known(seat, id)
    if seat.wants_json():
        return Response(_come(seat, found), headers={"cache-control": "no-store"})
    return await _page(seat, found)


def _come(seat: Seat, found: Proposal) -> dict[str, Any]:
    """Return how far the applying of a change has come; once it is over, where that is told."""
    if found.state == "applying":
        view = progress_view(seat.speech, how_far(seat.house, found))
        return {"over": False, "text": view.text, "done": view.done, "total": view.total}
    return {"over": True, "to": _result(found.revision) if found.revision else f"{LIST}/{found.id}"}


def _result(revision: str) -> str:
    return f"/settings/revisions/{revision}?said=applied"


async def _known(seat: Seat, id: str) -> Proposal:
    found = await proposal(seat.house, id_of(id))
    if found is None:
        raise PageHalt("not_found", (reason("no_such_proposal"),))
    return found


async def _page(seat: Seat, found: Proposal, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response[str]:
    names = await _names(seat, [found.author])
    view = await _planned(seat, found) if found.state in ("draft", "open", "approved") else None
    progress = progress_view(seat.speech, how_far(seat.house, found)) if found.state == "applying" else None
    head = _view(seat, found, names)
    title = view.differences[0].text if view is not None and view.differences and not head.reason else head.title
    return await seat.page(
        "change.html", status, here=LIST, p=head, title=title, plan=view,
        applied=found.revision, faults_=faults_of(seat, reasons), progress=progress,
        in_force=seat.house.blueprint.revision,
        edit=f"{view.page if view is not None else LIST}?draft={found.id}",
    )  # fmt: skip


async def _planned(seat: Seat, found: Proposal) -> PlanView:
    worked_out = await draft(seat.house, found.change, seat.visit.now)
    new = worked_out.made.blueprint if worked_out.made is not None else None
    return plan_view(seat.speech, worked_out.plan, seat.house.blueprint, new, await files_in_force(seat))


@post(f"{LIST}/{{id:str}}", name="ui.decide_change", status_code=200, include_in_schema=False)
async def decide_change(request: AnyRequest, ui: NamedDependency[Ui], id: FromPath[str]) -> Response[Any]:
    """Answer what a change asks, then apply it, put it forward, approve it, or take it back."""
    seat = ui.seat(request)
    demand(seat, may_see_process(seat.force, seat.actor))
    found = await _known(seat, id)
    posted = read_posted(seat.visit.body)
    if found.state == "applying":
        return go(f"{LIST}/{found.id}")
    if found.state == "draft" and posted.get("do") != "withdraw":
        change = _answered(seat, found.change, posted)
        if isinstance(change, Reason):
            return await _page(seat, found, (change,), 422)
        amended = await amend(seat.house, seat.call(), found.id, change)
        if isinstance(amended, Refused):
            return await _page(seat, found, amended.reasons, 409)
        found = amended
    outcome = await _decided(seat, found, posted)
    if isinstance(outcome, Refused):
        return await _page(seat, found, outcome.reasons, 409)
    if isinstance(outcome, Applied):
        return go(_result(outcome.revision))
    return go(f"{LIST}/{outcome.id}{_SAID.get(posted.get('do'), '')}")


_SAID = {"forward": "?said=put_forward", "withdraw": "?said=withdrawn_now"}


async def _decided(seat: Seat, found: Proposal, posted: Posted) -> Applied | Proposal | Refused:
    match posted.get("do"):
        case "apply":
            return await _awaited(seat, found, carry_out(seat.house, seat.call(), found.id))
        case "forward":
            return await put_forward(seat.house, seat.call(), found.id)
        case "approve":
            words = posted.get("words").strip()
            return await _awaited(seat, found, approve(seat.house, seat.call(), found.id, words=words))
        case "withdraw":
            return await withdraw(seat.house, seat.call(), found.id)
        case _:
            return found


async def _awaited(
    seat: Seat, found: Proposal, work: Coroutine[Any, Any, Applied | Proposal | Refused]
) -> Applied | Proposal | Refused:
    """Return what came of applying a change, or after a moment the proposal as it stands: then it goes on without us.

    The browser may leave, and come back to the page; what is done does not hang on the request.
    """
    task = asyncio.create_task(work)
    task.add_done_callback(_told)
    while not task.done():
        await asyncio.wait({task}, timeout=_PATIENCE_S)
        run = seat.house.applying
        if run is not None and run.id == found.id and not task.done():
            run.task = task
            return await proposal(seat.house, found.id) or found
    return task.result()


def _told(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (fault := task.exception()) is not None:
        _LOG.error("a change could not be applied", exc_info=fault)


def _answered(seat: Seat, change: Change, posted: Posted) -> Change | Reason:
    """Return the change with what the form answers."""
    starts = _moment(seat, posted.get("starts").strip())
    if isinstance(starts, Reason):
        return starts
    choices: dict[str, Any] = {}
    landings: dict[str, str] = {}
    supplied: dict[str, dict[str, Any]] = {}
    for name in posted.texts:
        kind, _, of = name.partition(".")
        value = posted.get(name).strip()
        if kind == "choice" and value in CHOICES and value != "move":
            choices[of] = value
        elif kind == "landing" and value:
            landings[of] = value
        elif kind == "supply" and value:
            workflow, _, field = of.partition(".")
            supplied.setdefault(workflow, {})[field] = value
    return replace(
        change, reason=posted.get("reason").strip(), starts=starts, choices=choices, landings=landings,
        supplied=supplied, consents=frozenset(posted.texts.get("consent", ())),
        anyway=frozenset(posted.texts.get("anyway", ())),
    )  # fmt: skip


def _moment(seat: Seat, text: str) -> datetime | Reason | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=seat.house.zone).astimezone(UTC)
    except ValueError:
        return reason("not_a_datetime", "/starts", got=text)


@get("/settings/revisions/{digest:str}", name="ui.revision", include_in_schema=False)
async def show_revision(request: AnyRequest, ui: NamedDependency[Ui], digest: FromPath[str]) -> Response[str]:
    """Show what one revision changed, word by word and line by line, and the way back to it."""
    seat = ui.seat(request)
    demand(seat, may_see_process(seat.force, seat.actor))
    found = await _revision(seat, digest)
    parent = await revision(seat.house, found.parent) if found.parent else None
    names = await _names(seat, [found.author])
    return await seat.page(
        "revision.html",
        here=LIST,
        r=_row(seat, found, names),
        changes=_changed(seat, parent, found),
        files=list(file_diffs((parent.files if parent else None) or {}, found.files or {})) if parent else [],
        parent=parent.hash if parent else "",
        may_restore=may_change(seat.force, seat.actor) and found.files is not None,
    )


async def _revision(seat: Seat, digest: str) -> Revision:
    found = await revision(seat.house, digest)
    if found is None:
        raise PageHalt("not_found", (reason("no_such_revision", hash=digest[:_SHORT]),))
    return found


def _changed(seat: Seat, before: Revision | None, after: Revision) -> list[Said]:
    """Return what one revision changed in words; nothing where one of the two cannot be read any more."""
    if before is None:
        return []
    try:
        pair: tuple[Blueprint, Blueprint] = (
            from_revision(seat.house.site, before).blueprint, from_revision(seat.house.site, after).blueprint,
        )  # fmt: skip
    except SiteError:
        return []
    return [Said(seat.of(each.what), spot(each.place)) for each in differences(*pair)]


@post("/settings/revisions/{digest:str}", name="ui.restore_revision", status_code=200, include_in_schema=False)
async def restore_revision(request: AnyRequest, ui: NamedDependency[Ui], digest: FromPath[str]) -> Response[Any]:
    """Plan the way back: to this revision, or away from it to the one before."""
    seat = ui.seat(request)
    demand(seat, may_change(seat.force, seat.actor))
    found = await _revision(seat, digest)
    back = read_posted(seat.visit.body).get("do") == "undo"
    target = found.parent if back else found.hash
    short = (target or "")[:_SHORT]
    change = await way_back(seat.house, target, seat.say("way_back_reason", hash=short))
    if isinstance(change, Refused):
        return await _list(seat, change.reasons, 409)
    return await _sketched(seat, change)


HANDLERS = [show_changes, mend_drift, show_change, decide_change, show_revision, restore_revision]
"""Every handler of this module."""
