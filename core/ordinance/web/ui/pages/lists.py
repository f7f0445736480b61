"""Lists of records: the page, and the figures of a long one, which come after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Query, Refused
from ordinance.acts.bulk import BULK_MAX
from ordinance.acts.counting import COUNTED_MAX, glance
from ordinance.blueprint import Entity
from ordinance.storage import SavedView
from ordinance.web.ui.pages.browse import PAGE, entity_of, listed, query_of, sums_of, table_of, with_waits
from ordinance.web.ui.pages.keeping import kept_of
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, new_key
from ordinance.web.ui.views.address import Address, pairs_of, read_address
from ordinance.web.ui.views.bulk import deeds_of
from ordinance.web.ui.views.calendar import dated_of
from ordinance.web.ui.views.filters import Filters
from ordinance.web.ui.views.listing import ListView, Tab
from ordinance.web.ui.views.navigation import OF_THE_HOUSE
from ordinance.web.ui.views.relative import ON, OVERDUE, tidied
from ordinance.web.ui.views.table import Table, count_text, view_label

SHORT = 2000
"""Records of an entity up to which every count and total of its page is worked out at once."""


@get("/o/{entity:str}", name="ui.list", include_in_schema=False)
async def show_list(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Show one list; an address with empty parts or days in a hurry leads to the same without them."""
    seat = ui.seat(request)
    declared = entity_of(seat, entity)
    pairs = pairs_of(request.scope["query_string"].decode("latin-1"))
    address = read_address(entity, pairs)
    table = await table_of(seat, declared, address)
    tidy = tuple(tidied(seat.force, declared, each, table.clock) for each in address.filters)
    if tidy != address.filters or any(not value or name.endswith("~was") for name, value in pairs):
        return go(address.href(filters=tidy, cursor=address.cursor, skip=address.skip))
    said = dict(pairs)
    return await seat.page(
        "list.html", view=await _view(seat, table, edit=said.get("edit", ""), reckoned="figures" in said)
    )


@get("/o/{entity:str}/figures", name="ui.figures", include_in_schema=False)
async def show_figures(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> dict[str, Any]:
    """Answer the counts and totals of a list that is too long to wait for them."""
    seat = ui.seat(request)
    declared = entity_of(seat, entity)
    address = read_address(entity, pairs_of(request.scope["query_string"].decode("latin-1")))
    table = await table_of(seat, declared, address)
    figures = await _figures(seat, table, query_of(table), await _views(seat, declared.id))
    totals = {name: table.total(name, each) for name, each in figures.sums.items()}
    return {"count": count_text(figures.count), "all": figures.all_of_them, "tabs": figures.tabs, "totals": totals}


@dataclass(frozen=True, slots=True)
class _Figures:
    """How many records a list has, what they come to, and how many the tabs beside it have."""

    count: int | None = None
    sums: Mapping[str, Any] = field(default_factory=dict)
    tabs: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_of_them(self) -> str:
        """How many can be ticked at once with all that match; empty if that is none, or too many."""
        return f"{self.count:,}" if self.count is not None and PAGE < self.count <= BULK_MAX else ""


async def _figures(
    seat: Seat, table: Table, query: Query, views: tuple[SavedView, ...], *, whole: bool = False
) -> _Figures:
    """Return the figures; totals of more records than are counted only if they are asked for on purpose (`whole`)."""
    count = await _count(seat, table.entity.id, query)
    few = count is not None and count <= COUNTED_MAX
    sums = await sums_of(seat, table, query) if (few or whole) else {}
    tabs = {}
    for key, address in _other_tabs(table, views):
        found = await glance(seat.house, seat.call(), table.entity.id, query_of(replace(table, address=address)))
        if not isinstance(found, Refused):
            tabs[key] = f"{found.n:,}{'+' if found.more else ''}"
    return _Figures(count, sums, tabs)


async def _count(seat: Seat, entity: str, query: Query) -> int | None:
    found = await acts.count(seat.house, seat.call(), entity, query)
    return None if isinstance(found, Refused) else found


async def _is_short(seat: Seat, entity: str) -> bool:
    found = await acts.count(seat.house, seat.call(), entity, Query(), SHORT + 1)
    return isinstance(found, int) and found <= SHORT


async def _views(seat: Seat, entity: str) -> tuple[SavedView, ...]:
    return await acts.views(seat.house, seat.call(), entity)


async def _view(seat: Seat, table: Table, *, edit: str, reckoned: bool) -> ListView:
    address, entity, query = table.address, table.entity, query_of(table)
    page = await listed(seat, entity.id, query)
    table = await with_waits(seat, table, page)
    filters, rights, actor = Filters(table), seat.force.rights, seat.actor
    panel = filters.panel()
    views = await _views(seat, entity.id)
    at_once = reckoned or await _is_short(seat, entity.id)
    figures = await _figures(seat, table, query, views, whole=reckoned) if at_once else _Figures()
    exports = rights.may(actor, "export", entity.id)
    previous = await acts.page_before(seat.house, seat.call(), entity.id, query)
    skip = address.skip if address.cursor else 0
    return ListView(
        entity=entity.id,
        label=seat.of(entity.label),
        here=address.path,
        new_href=f"{address.path}/new" if rights.may(actor, "create", entity.id) and entity.id != "account" else "",
        sheet_href=address.on("export", ("format", "xlsx")).href() if exports else "",
        export_href=address.on("export", ("format", "csv")).href() if exports else "",
        import_href=f"/o/{entity.id}/import" if rights.may(actor, "import", entity.id) else "",
        board_href=address.on("board").href() if _has_board(seat, entity) else "",
        calendar_href=address.on("calendar").href() if dated_of(table) else "",
        tabs=await _tabs(seat, table, views, figures),
        kept_views=kept_of(seat, table, views),
        search=address.search,
        kept=filters.kept(),
        panel_kept=panel.kept,
        chips=filters.chips(),
        clear_href=address.href(filters=(), search="", step="") if address.narrows else "",
        conditions=panel.conditions,
        others=panel.others,
        editor=filters.editor(edit) if edit else None,
        choice=table.choice(),
        column_kept=filters.kept("columns"),
        headings=table.headings(),
        lines=table.lines(page.items),
        totals=table.totals(figures.sums) if page.items else (),
        totals_href=_reckon(address) if not figures.sums and table.summed() and page.items else "",
        range=f"{skip + 1:,}–{skip + len(page.items):,}" if page.items else "",
        shown=len(page.items),
        count=count_text(figures.count),
        previous_href=""
        if previous is None
        else address.href(cursor=previous, skip=max(skip - PAGE, 0) if previous else 0),
        next_href=address.href(cursor=page.next, skip=skip + PAGE) if page.next else "",
        first_href=address.href() if address.cursor else "",
        figures="" if at_once else address.on("figures").href(),
        deeds=deeds_of(seat.force, seat.speech, entity, table.mine) if entity.workflows else (),
        bulk=f"/o/{entity.id}/bulk",
        query=replace(address, cursor="", skip=0).query,
        key=new_key(),
        all_of_them=figures.all_of_them,
    )


def _has_board(seat: Seat, entity: Entity) -> bool:
    return entity.workflows and entity.id not in OF_THE_HOUSE and not seat.actor.portal


def _reckon(address: Address) -> str:
    """Return the address at which every figure is worked out, however long the list is."""
    href = address.href(cursor=address.cursor, skip=address.skip)
    return f"{href}{'&' if '?' in href else '?'}figures=1"


async def _tabs(seat: Seat, table: Table, views: tuple[SavedView, ...], figures: _Figures) -> tuple[Tab, ...]:
    """Return what waits for the reader, the declared lists, what is overdue, and the kept views, all with counts."""
    made = [*(await _steps(seat, table)), *_declared(table, figures), *_kept(table, views, figures)]
    return tuple(made) if len(made) > 1 or views else ()


async def _steps(seat: Seat, table: Table) -> list[Tab]:
    """The steps where documents wait for the reader, and the one that is open though nothing waits there."""
    entity, address = table.entity, table.address
    counts = await acts.counts(seat.house, seat.call()) if entity.workflows else {}
    labels = Filters(table).steps()
    waiting = {id: str(count) for (of, id), count in counts.items() if of == entity.id and id in labels}
    if address.step in labels:
        waiting.setdefault(address.step, "")
    plain = not address.saved
    return [
        Tab(labels[id], Address(entity.id, step=id).href(), count, current=plain and address.step == id)
        for id, count in waiting.items()
    ]


def _declared(table: Table, figures: _Figures) -> Iterator[Tab]:
    entity, address = table.entity.id, table.address
    at = "" if address.saved or address.step or _is_overdue(table) else table.open or _EVERY
    lists = table.lists()
    if not table.plain:
        href = Address(entity).href()
        yield Tab(table.speech.say("all"), href, figures.tabs.get(_key(_EVERY), ""), at == _EVERY, _key(_EVERY))
    for id, view in lists.items():
        href = Address(entity, view="" if id == table.plain else id).href()
        yield Tab(view_label(table.speech, id, view), href, figures.tabs.get(_key(id), ""), at == id, _key(id))
    late = _overdue(table)
    if late is not None:
        current = _is_overdue(table) and not address.saved and not address.step
        yield Tab(table.speech.say(OVERDUE), late.href(), figures.tabs.get(OVERDUE, ""), current, OVERDUE)


def _kept(table: Table, views: tuple[SavedView, ...], figures: _Figures) -> Iterator[Tab]:
    for each in views:
        key = f"saved-{each.id}"
        current = table.address.saved == str(each.id)
        others = bool(each.role) and each.role not in table.held
        label = f"{each.label} · {table.speech.of(table.force.rights.label(each.role))}" if others else each.label
        yield Tab(label, _saved(table, each).href(), figures.tabs.get(key, ""), current, key)


_EVERY = "~"


def _key(id: str) -> str:
    return f"list-{id}"


def _overdue(table: Table) -> Address | None:
    """Return the list of what is overdue: by the time of a step, else by the day the documents name."""
    names = ["due_at"] if table.has_due else sorted(table.deadlines())
    return Address(table.entity.id, filters=(acts.Filter((names[0],), ON, OVERDUE),)) if names else None


def _is_overdue(table: Table) -> bool:
    late, address = _overdue(table), table.address
    return late is not None and address.filters == late.filters and not address.view and not address.search


def _saved(table: Table, view: SavedView) -> Address:
    return replace(read_address(table.entity.id, pairs_of(view.query)), saved=str(view.id), cursor="", skip=0)


def _other_tabs(table: Table, views: tuple[SavedView, ...]) -> Iterator[tuple[str, Address]]:
    """Yield the tabs to be counted: those of the steps have been, for everybody's navigation."""
    entity = table.entity.id
    if not table.plain:
        yield _key(_EVERY), Address(entity)
    for id in table.lists():
        yield _key(id), Address(entity, view="" if id == table.plain else id)
    late = _overdue(table)
    if late is not None:
        yield OVERDUE, late
    for each in views:
        yield f"saved-{each.id}", _saved(table, each)


HANDLERS = [show_list, show_figures]
"""Every handler of this module."""
