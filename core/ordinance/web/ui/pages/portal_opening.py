"""A document that is opened from another in the portal: goods of an order that are to go back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Refused
from ordinance.blueprint import Lines, lines_in
from ordinance.problems import Reason, reason
from ordinance.process import Workflow
from ordinance.web.problem_details import STATUS
from ordinance.web.ui.pages.desk import Reply, faults_of, view_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.portal_desk import shown
from ordinance.web.ui.pages.portal_document import lines_for, opened, source_of
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, new_key
from ordinance.web.ui.pages.sheet import Sheet, new_sheet
from ordinance.web.ui.views.controls import Grid
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.portal import Came
from ordinance.web.ui.views.speech import id_of, label_of

_NONE = " 0."
"""What a number of none is made of."""


class _Opening:
    """The form of a document that is opened from another."""

    def __init__(self, seat: Seat, workflow: Workflow, sheet: Sheet, source: str, theirs: Lines | None) -> None:
        self.seat, self.workflow, self.sheet, self.source, self.theirs = seat, workflow, sheet, source, theirs
        self.fresh = new_sheet(seat, seat.force.blueprint.entities[workflow.entity])
        self.lines = lines_in(seat.force.types, seat.force.blueprint.entities, self.fresh.entity)

    @classmethod
    async def of(cls, seat: Seat, workflow: str, entity: str, id: str) -> _Opening:
        """Return the form, if that document can be opened from this one now.

        Raises:
            PageHalt: it cannot, or there is no such document.
        """
        portal, sheet = await opened(seat, entity, id)
        declared = seat.force.blueprint.workflows.get(workflow)
        source = source_of(seat, declared, sheet) if declared is not None else ""
        if declared is None or not source:
            raise PageHalt("not_found", (reason("no_such_path"),))
        return cls(seat, declared, sheet, source, lines_for(seat, portal, sheet.entity))

    @property
    def origin(self) -> dict[str, Any]:
        """The value that refers to the document it is opened from."""
        assert self.sheet.found is not None
        return {self.source: {"id": str(self.sheet.found.id)}}

    async def page(
        self, posted: Posted | None = None, wrong: Sequence[Reason] = (), status: int = 200
    ) -> Response[str]:
        """Return the page, with what was typed and what is wrong with it."""
        seat, first = self.seat, self.workflow.steps[0]
        view = await view_of(self.fresh, Reply(posted, tuple(wrong), values=self.origin))
        names = {path[0] for path in (*first.asks, *first.offers) if len(path) == 1} - {self.source}
        every = [each for part in view.parts if not isinstance(part, Grid) for each in part.controls]
        return await shown(
            seat, "opening.html", status, title=seat.of(self.workflow.label), label=seat.of(first.label),
            number=str(self.sheet.record.get("number") or ""), lines=self.lines, rows=self._rows(posted), key=new_key(),
            controls=[each for each in every if each.name in names and each.writable],
            faults=faults_of(self.fresh, wrong, posted), back=f"/portal/doc/{self.sheet.entity.id}/{id_(self.sheet)}",
        )  # fmt: skip

    def _rows(self, posted: Posted | None) -> list[Came]:
        """What the document has of what may come back: each with how many there were, and how many were typed."""
        made = []
        for at, row in self._theirs():
            assert self.theirs is not None
            name = self.name(at)
            had = str(row.get(self.theirs.quantity) or "")
            had = had.rstrip("0").rstrip(".") if "." in had else had
            many = posted.get(name) if posted is not None else ""
            made.append(Came(name, label_of(row[self.theirs.item]), had, many))
        return made

    def _theirs(self) -> list[tuple[int, Any]]:
        if self.theirs is None or self.lines is None or self.theirs.target != self.lines.target:
            return []
        rows = self.sheet.record.get(self.theirs.field) or ()
        return [(at, row) for at, row in enumerate(rows) if row.get(self.theirs.item)]

    def name(self, at: int) -> str:
        """Return the form name of how many of a row."""
        return f"{self.lines.field}.{at}.{self.lines.quantity}" if self.lines is not None else ""

    def picked(self, posted: Posted) -> list[dict[str, Any]]:
        """Return the lines of the new document. What the other one has not is nobody's to name."""
        made = []
        for at, row in self._theirs():
            assert self.theirs is not None and self.lines is not None
            many = posted.get(self.name(at)).strip()
            if many.strip(_NONE):
                made.append({self.lines.item: {"id": id_of(row[self.theirs.item])}, self.lines.quantity: many})
        return made


def id_(sheet: Sheet) -> str:
    """Return the id of a stored document."""
    return str(sheet.found.id) if sheet.found is not None else ""


@get("/portal/open/{workflow:str}/{entity:str}/{id:str}", name="ui.portal_open", include_in_schema=False)
async def show_opening(
    request: AnyRequest, ui: NamedDependency[Ui], workflow: FromPath[str], entity: FromPath[str], id: FromPath[str]
) -> Response[str]:
    """Show the form of a document that is opened from another."""
    return await (await _Opening.of(ui.seat(request), workflow, entity, id)).page()


@post(
    "/portal/open/{workflow:str}/{entity:str}/{id:str}", name="ui.portal_opened", status_code=200,
    include_in_schema=False,
)  # fmt: skip
async def open_document(
    request: AnyRequest, ui: NamedDependency[Ui], workflow: FromPath[str], entity: FromPath[str], id: FromPath[str]
) -> Response[Any]:
    """Open the document and hand it in."""
    seat = ui.seat(request)
    form = await _Opening.of(seat, workflow, entity, id)
    posted = read_posted(seat.visit.body)
    entered = form.fresh.entered(posted)
    values = {**entered.values, **form.origin}
    faults = list(entered.faults)
    if form.lines is not None:
        lines = form.lines.field
        faults = [each for each in faults if not (each.where or "").startswith(f"/{lines}/")]
        values[lines] = form.picked(posted)
        if not values[lines]:
            faults.append(reason("missing", None, field=form.fresh.entity.fields[lines].label))
    if faults:
        return await form.page(posted, faults, 422)
    outcome = await acts.create(seat.house, seat.call(posted.get("_key")), form.workflow.id, values)
    if isinstance(outcome, Refused):
        return await form.page(posted, outcome.reasons, STATUS[outcome.kind])
    return go(f"/portal/doc/{outcome.entity}/{outcome.id}?said=saved")


HANDLERS = [show_opening, open_document]
"""Every handler of this module."""
