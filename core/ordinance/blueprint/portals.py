"""Portals and scanning: what a document with lines is ordered, followed and counted by. What nobody says is derived.

Source: ui.md §4; requirement B-02, B-27. A company that says nothing gets a portal for each kind of record that
accounts are bound to, made of the documents that refer to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ordinance.blueprint.bench import Bench, Node
from ordinance.blueprint.ordering import Amount, Lines, Portal, Scan
from ordinance.blueprint.values import Entity, Field, Role
from ordinance.fields import Types
from ordinance.process import Workflow
from ordinance.process.model import Step

_PLAIN_NUMBERS = ("number", "decimal")
"""Widgets of numbers that count something: neither money nor a share."""


def build_portals(
    bench: Bench, types: Types, entities: Mapping[str, Entity], workflows: Mapping[str, Workflow],
    roles: Mapping[str, Role],
) -> dict[str, Portal]:  # fmt: skip
    """Return a portal for each kind of record that accounts are bound to, as it is said, else as it follows."""
    found = {}
    for id in dict.fromkeys(each.of for each in roles.values() if each.of in entities):
        assert id is not None
        node = bench.node("portals", id)
        if not node.flag("enabled", default=True):
            continue
        found[id] = _portal(node, id, types, entities, workflows)
    return found


def _portal(
    node: Node, id: str, types: Types, entities: Mapping[str, Entity], workflows: Mapping[str, Workflow]
) -> Portal:
    bound = [each for each in entities.values() if _refers(each, id)]
    lines = _said_lines(node, node.text("orders") or "", "quantity", types, entities)
    if lines is None and "orders" not in node:
        orders = [each for each in bound if each.workflows and not _opened_from(each, workflows)]
        lines = next((made for each in orders if (made := lines_in(types, entities, each)) is not None), None)
    target = entities[lines.target] if lines is not None else None
    codes = (*target.keys, *node.at("codes").names()) if target is not None else ()
    said = tuple(
        Amount(name, each.text("amount") or "", each.flag("minus"), each.text("at") or "")
        for name, each in node.at("statement").items()
        if name in entities and each.flag("enabled", default=True)
    )
    return Portal(
        id=id,
        label=node.words("label") or entities[id].label,
        about=node.words("about"),
        lines=lines,
        codes=tuple(dict.fromkeys(codes)),
        shows=node.text("shows") or "",
        facts=_kept(node.at("facts")),
        follow=_kept(node.at("follow")),
        statement=said if "statement" in node else tuple(_amounts(types, bound)),
    )


def build_scans(
    bench: Bench, types: Types, entities: Mapping[str, Entity], workflows: Mapping[str, Workflow]
) -> tuple[Scan, ...]:
    """Return how the lines of each document are counted, and where: as it is said, else at every step but its first."""
    said = [(node.text("of") or id, node) for id, node in bench.node("scans").items()]
    found: dict[tuple[str, str], Scan] = {}
    for workflow in workflows.values():
        entity = entities[workflow.entity]
        nodes = [each for of, each in said if of == entity.id] or [Node(bench, (), None)]
        for step in workflow.steps[1:]:
            node = next((each for each in nodes if step.id in (each.at("steps").names() or (step.id,))), None)
            if node is None or not node.flag("enabled", default=True):
                continue
            made = _scan(node, types, entities, entity, step)
            if made is not None:
                found.setdefault((entity.id, step.id), made)
    return tuple(found.values())


def _scan(node: Node, types: Types, entities: Mapping[str, Entity], entity: Entity, step: Step) -> Scan | None:
    lines = _said_lines(node, entity.id, "against", types, entities) or lines_in(types, entities, entity)
    if lines is None:
        return None
    form = [path for path in (*step.asks, *step.offers) if len(path) == 2 and path[0] == lines.field]
    counted = [
        path[1]
        for path in form
        if path[1] != lines.quantity and _counts(types, entity.fields[lines.field].fields[path[1]])
    ]
    told = (node.text("counts") or "").partition(".")[2]
    codes = (*entities[lines.target].keys, *node.at("codes").names())
    return Scan(entity.id, step.id, lines, tuple(dict.fromkeys(codes)), told or next(iter(counted), ""))


def _said_lines(node: Node, entity: str, key: str, types: Types, entities: Mapping[str, Entity]) -> Lines | None:
    """Return the lines that the configuration names; what it leaves out follows from the entity."""
    declared = entities.get(entity)
    derived = lines_in(types, entities, declared) if declared is not None else None
    if declared is None or derived is None or node.data is None:
        return None
    item, quantity = (node.text(each) or "" for each in ("item", key))
    where, _, name = item.partition(".")
    field = declared.at((where, name)) if name else None
    target = types.of(field).target(field) if field is not None else None
    if field is not None and target in entities:
        derived = Lines(entity, where, name, target or "", derived.quantity)
    much = quantity.partition(".")[2]
    known = much in declared.fields[derived.field].fields
    return Lines(entity, derived.field, derived.item, derived.target, much if known else derived.quantity)


def lines_in(types: Types, entities: Mapping[str, Entity], entity: Entity) -> Lines | None:
    """Return the first lines of an entity that name records with a key and say how many of them.

    Of several fields one that must be filled in comes first.
    """
    for each in entity.fields.values():
        inner = sorted(each.fields.values(), key=lambda one: not one.required)
        quantity = next((one.id for one in inner if _counts(types, one)), None)
        for one in inner if quantity is not None else ():
            target = types.of(one).target(one) if types.get(one.type) is not None else None
            if target is not None and target in entities and entities[target].key:
                return Lines(entity.id, each.id, one.id, target, quantity or "")
    return None


def _counts(types: Types, field: Field) -> bool:
    kind = types.get(field.type)
    return kind is not None and kind.widget in _PLAIN_NUMBERS and field.formula is None


def _refers(entity: Entity, to: str) -> bool:
    return any(each.to == to for each in entity.fields.values())


def _opened_from(entity: Entity, workflows: Mapping[str, Workflow]) -> bool:
    return any(one.source for each in workflows.values() if each.entity == entity.id for one in each.openings)


def _amounts(types: Types, bound: list[Entity]) -> Iterator[Amount]:
    """Yield each kind of document with the last sum of money that is worked out of it."""
    for entity in bound:
        sums = [
            each.id for each in entity.fields.values()
            if each.formula is not None and types.get(each.type) is not None and types.of(each).widget == "money"
        ]  # fmt: skip
        if entity.workflows and sums:
            yield Amount(entity.id, sums[-1])


def _kept(node: Node) -> tuple[str, ...]:
    return tuple(name for name, each in node.items() if each.flag("enabled", default=True))
