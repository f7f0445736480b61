"""What narrows a list beside its filters: a list that the entity declares, and when the steps of a document are due.

Source: language.md §2 (`due`: overdue marks, never moves), §4 (lists).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from ordinance.acts.house import Call, Force
from ordinance.acts.outcomes import Filter, Path
from ordinance.blueprint import Entity
from ordinance.expressions import ExpressionError
from ordinance.problems import Reason, reason
from ordinance.storage import Condition, Fragment, like, typed_words

DUE: Path = ("due_at",)
"""The name under which a list is filtered by when a step is due at which the document waits."""

_WORDS_MAX = 6
_ORDERS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def view_condition(
    force: Force, call: Call, entity: Entity, view: str, reads: Callable[[Path], bool], faults: list[Reason]
) -> tuple[Condition | Fragment, ...]:
    """Return which records a declared list shows; nothing for one that shows all.

    Args:
        force: The configuration.
        call: Who asks: a list may name the user.
        entity: The kind of record.
        view: The id of the list.
        reads: Whether the actor may read what stands at a path: a list by a hidden value would give it away.
        faults: Gets a fault if there is no such list, or if the database cannot be asked for its condition.
    """
    declared = entity.lists.get(view)
    shows = entity.shows.get(view)
    if declared is not None and shows is None and not declared.get("when"):
        return ()
    if shows is not None and all(reads(path) for path in shows.reads if path[0] in entity.fields):
        try:
            text, args = shows.lower(force.store.scope(call.env(force, {})))
        except ExpressionError:
            pass
        else:
            return (Fragment(text, tuple(args)),)
    faults.append(reason("unknown_parameter", "view", name=f"view={view}"))
    return ()


def search_conditions(force: Force, call: Call, entity: Entity, text: str) -> tuple[Fragment, ...]:
    """Return the conditions that each word typed is found in a record, or in the one it is about: an order by customer.

    Nothing where it is about no other record, or about one that the actor does not see all of: then its own words alone
    are searched.
    """
    words = typed_words(text).split()[:_WORDS_MAX]
    about = list(_about(force, call, entity)) if words else []
    if not about:
        return ()
    like_ = "search LIKE ? ESCAPE '\\'"
    # Columns and tables are checked names; the words travel as arguments.
    behind = (f"t.{column} IN (SELECT r.id FROM {table} r WHERE r.{like_})" for column, table in about)  # noqa: S608
    sql = " OR ".join((f"t.{like_}", *behind))
    return tuple(Fragment(sql, (f"%{like(word)}%",) * (len(about) + 1)) for word in words)


def _about(force: Force, call: Call, entity: Entity) -> Iterator[tuple[str, str]]:
    """Yield the references that must be filled in and whose words the actor may all read: their column and table."""
    scope = force.store.scope(call.env(force, {}))
    seen = force.rights.projection(call.actor, entity.id)
    for name, field in entity.fields.items():
        target = force.blueprint.entities.get(force.types.of(field).target(field) or "") if field.required else None
        column = scope.column(entity.id, name)
        if target is None or column is None or not seen.reads(name):
            continue
        words = {*(each.id for each in target.fields.values() if each.search), target.key, target.title} - {None}
        whole = force.rights.projection(call.actor, target.id)
        if force.rights.rows(call.actor, target.id, "read").all and all(whole.reads(word) for word in words if word):
            yield column.name, scope.table(target.id)


def due_condition(entity: Entity, each: Filter, name: str) -> Fragment | Reason:
    """Return the condition that an open step of a document is due before or after a moment, or that one is due at all.

    Args:
        entity: The kind of document.
        each: The filter: a moment with its zone, or `true` or `false` for whether there is one.
        name: What the filter is called in a fault.
    """
    head = 't.id IN (SELECT w.document FROM "wait" w WHERE w.entity = ? AND NOT w.set_aside AND w.due_at'
    if each.op in ("empty", "exists"):
        if each.value not in ("true", "false"):
            return reason("bad_parameter", name, name=name, detail=str(each.value))
        negative = (each.op == "empty") == (each.value == "true")
        return Fragment(f"{'NOT ' if negative else ''}({head} IS NOT NULL))", (entity.id,))
    if each.op not in _ORDERS:
        return reason("unknown_parameter", name, name=name)
    try:
        moment = datetime.fromisoformat(str(each.value))
    except ValueError:
        return reason("bad_parameter", name, name=name, detail=str(each.value))
    if moment.tzinfo is None:
        return reason("bad_parameter", name, name=name, detail=str(each.value))
    return Fragment(f"{head} {_ORDERS[each.op]} ?)", (entity.id, moment))
