"""Views of a list that people keep under a name: private, or for everybody of a role.

A view is an address and nothing more: whoever opens it sees what he may see, and every filter of it stands in sight.
For a role publishes who may change the configuration or the roles: both decide what others find in front of them.
Source: ui.md §3 (filters are in the address; views are named and explicit).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ordinance.access import EVERYONE, Actor
from ordinance.acts.house import Call, Force, House
from ordinance.acts.outcomes import Refused
from ordinance.acts.seeing import not_allowed
from ordinance.blueprint import Entity
from ordinance.problems import Text, reason
from ordinance.storage import SavedView, Work

LABEL_MAX = 40
"""Characters of a name."""

QUERY_MAX = 4000
"""Characters of an address."""

VIEWS_MAX = 30
"""Views of one entity that one account, or one role, keeps."""

Body = Callable[[Work, SavedView], Awaitable[SavedView | Refused]]

_LABEL = Text("名称", "the name")
_VIEW = Text("视图", "the view")


def may_publish(force: Force, actor: Actor) -> bool:
    """Return whether an actor may keep views for a role."""
    rights = force.rights
    return not actor.portal and (rights.may(actor, "create", "revision") or rights.may(actor, "update", "role"))


def publishable(force: Force, actor: Actor, entity: str) -> tuple[str, ...]:
    """Return the roles for which an actor may keep views of an entity: of people of the company who may read it."""
    if not may_publish(force, actor):
        return ()
    readers = {each.role for each in force.rights.grants if each.entity == entity and each.act == "read"}
    roles = [id for id, role in force.blueprint.roles.items() if role.kind == "person" and id in readers]
    return (*(each for each in roles if each != EVERYONE), EVERYONE)


async def views(house: House, call: Call, entity: str) -> tuple[SavedView, ...]:
    """Return the views that the actor finds in front of a list: those of its roles, then its own.

    Who may keep views for roles finds those of all of them: nobody else could look after them.
    """
    force, held = house.force, call.actor.held
    if not force.rights.may(call.actor, "read", entity):
        return ()
    roles = (*force.blueprint.roles, EVERYONE) if may_publish(force, call.actor) else held
    async with house.database.work(write=False) as work:
        found = await force.store.views.of(work, entity, str(call.actor.id), roles)
    return tuple(sorted(found, key=lambda each: bool(each.role) and each.role not in held))


def may_change_view(force: Force, actor: Actor, view: SavedView) -> bool:
    """Return whether an actor may rename, move or remove a view: one of a role only who may keep such."""
    return may_publish(force, actor) if view.role else view.owner == str(actor.id)


async def keep_view(
    house: House, call: Call, entity: str, label: str, query: str, *, role: str = ""
) -> SavedView | Refused:
    """Keep an address under a name; one that has this name already shows that from now on.

    Args:
        house: The site.
        call: Who keeps it.
        entity: The kind of record.
        label: The name.
        query: The query of the address.
        role: The role it is for; empty for the actor alone.
    """
    force = house.force
    declared = force.blueprint.entities.get(entity)
    if declared is None:
        return Refused("not_found", (reason("no_such_path"),))
    no = _refused(force, call, declared, label, query, role)
    if no is not None:
        return no
    owner = str(call.actor.id)

    async def body(work: Work) -> SavedView | Refused:
        store = force.store.views
        others = await store.siblings(work, SavedView(0, entity, owner, role, label, query, 0))
        same = next((each for each in others if each.label == label.strip()), None)
        if same is not None:
            await store.change(work, same.id, same.label, query, call.now)
            return same
        if len(others) >= VIEWS_MAX:
            return Refused("invalid", (reason("too_large", None, most=VIEWS_MAX),))
        return await store.add(work, entity, owner, role, label.strip(), query, call.now)

    return await house.database.run(body)


def _refused(force: Force, call: Call, entity: Entity, label: str, query: str, role: str) -> Refused | None:
    if not force.rights.may(call.actor, "read", entity.id):
        return Refused("not_allowed", (not_allowed(entity, "read"),))
    if role and role not in publishable(force, call.actor, entity.id):
        return Refused("not_allowed", (reason("not_allowed", None, what=force.rights.label(role)),))
    return _unfit(label, query)


def _unfit(label: str, query: str) -> Refused | None:
    if not label.strip():
        return Refused("invalid", (reason("required", "/label", label=_LABEL),))
    if len(label.strip()) > LABEL_MAX:
        return Refused("invalid", (reason("too_long", "/label", most=LABEL_MAX),))
    if len(query) > QUERY_MAX:
        return Refused("invalid", (reason("too_long", "/query", most=QUERY_MAX),))
    return None


async def change_view(
    house: House, call: Call, id: int, *, label: str | None = None, query: str | None = None
) -> SavedView | Refused:
    """Give a view another name, or have it show something else."""

    async def body(work: Work, view: SavedView) -> SavedView | Refused:
        named, shows = label if label is not None else view.label, query if query is not None else view.query
        no = _unfit(named, shows)
        if no is None:
            await house.force.store.views.change(work, view.id, named.strip(), shows, call.now)
        return no or view

    return await _on(house, call, id, body)


async def move_view(house: House, call: Call, id: int, by: int) -> SavedView | Refused:
    """Move a view so many places to the right, or to the left."""

    async def body(work: Work, view: SavedView) -> SavedView:
        ids = [each.id for each in await house.force.store.views.siblings(work, view)]
        at = ids.index(view.id)
        ids.insert(min(max(at + by, 0), len(ids) - 1), ids.pop(at))
        await house.force.store.views.place(work, ids)
        return view

    return await _on(house, call, id, body)


async def delete_view(house: House, call: Call, id: int) -> SavedView | Refused:
    """Remove a view."""

    async def body(work: Work, view: SavedView) -> SavedView:
        await house.force.store.views.delete(work, view.id)
        return view

    return await _on(house, call, id, body)


async def _on(house: House, call: Call, id: int, body: Body) -> SavedView | Refused:
    """Do something to a view that the actor may change; one it does not see is not there for it."""
    force = house.force

    async def act(work: Work) -> SavedView | Refused:
        view = await force.store.views.get(work, id, lock=True)
        if view is None or not (view.role in ("", *call.actor.held) or may_publish(force, call.actor)):
            return Refused("not_found", (reason("not_found"),))
        if not may_change_view(force, call.actor, view):
            if not view.role:
                return Refused("not_found", (reason("not_found"),))
            return Refused("not_allowed", (reason("not_allowed", None, what=_VIEW),))
        return await body(work, view)

    return await house.database.run(act)
