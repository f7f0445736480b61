"""Portals and scanning speak of entities, lists, steps and fields that exist."""

from __future__ import annotations

from ordinance.blueprint.bench import Node
from ordinance.blueprint.draft import Draft
from ordinance.problems import did_you_mean


def check(draft: Draft) -> None:
    """Report what is none: the entity a portal is for, what is ordered there, the fields and lists it shows."""
    for id, node in draft.bench.node("portals").items():
        _entity(draft, id, node)
        bound = tuple(dict.fromkeys(each.of for each in draft.roles.values() if each.of))
        if id in draft.entities and id not in bound:
            draft.report("portal_of_nobody", node.path, name=id, remedy=did_you_mean(id, bound))
        _portal(draft, node)
    for id, node in draft.bench.node("scans").items():
        of = node.text("of") or id
        if _entity(draft, of, node.at("of") if "of" in node else node):
            _scan(draft, of, node)


def _portal(draft: Draft, node: Node) -> None:
    orders = node.text("orders") or ""
    if orders and _entity(draft, orders, node.at("orders")):
        target = _item(draft, orders, node)
        _path(draft, orders, node, "quantity")
        for name, each in node.at("follow").items():
            _field(draft, orders, name, each)
        if target in draft.entities:
            for key in ("codes", "facts"):
                for name, each in node.at(key).items():
                    _field(draft, target, name, each)
            shows = node.text("shows") or ""
            lists = draft.entities[target].lists
            if shows and shows not in lists:
                remedy = did_you_mean(shows, lists)
                draft.report("unknown_list", (*node.path, "shows"), name=shows, entity=target, remedy=remedy)
    for name, each in node.at("statement").items():
        if _entity(draft, name, each):
            _path(draft, name, each, "amount")
            _path(draft, name, each, "at")


def _scan(draft: Draft, of: str, node: Node) -> None:
    target = _item(draft, of, node)
    for key in ("against", "counts"):
        _path(draft, of, node, key)
    for name, each in node.at("codes").items():
        if target in draft.entities:
            _field(draft, target, name, each)
    steps = {step.id for each in draft.workflows.values() if each.entity == of for step in each.steps}
    for name, each in node.at("steps").items():
        if name not in steps:
            draft.report("unknown_step", each.path, name=name, remedy=did_you_mean(name, steps))


def _item(draft: Draft, entity: str, node: Node) -> str:
    """Return the entity of what the lines name; empty if nobody says."""
    path = tuple((node.text("item") or "").split("."))
    _path(draft, entity, node, "item")
    field = draft.entities[entity].at(path) if path != ("",) else None
    return (field.to or "") if field is not None else ""


def _entity(draft: Draft, id: str, node: Node) -> bool:
    if id in draft.entities:
        return True
    draft.report("unknown_entity", node.path, name=id, remedy=did_you_mean(id, draft.entities))
    return False


def _path(draft: Draft, entity: str, node: Node, key: str) -> None:
    name = node.text(key)
    if name:
        _field(draft, entity, name, node.at(key))


def _field(draft: Draft, entity: str, name: str, node: Node) -> None:
    scope = draft.compiler.record(entity)
    if scope.type_of(tuple(name.split("."))) is None and draft.entities[entity].at(tuple(name.split("."))) is None:
        draft.report("unknown_path", node.path, name=name, entity=entity, remedy=scope.near(name))
