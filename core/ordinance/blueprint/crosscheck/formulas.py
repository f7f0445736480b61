"""Formulas that need themselves can never be worked out."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from ordinance.blueprint.bench import Path
from ordinance.blueprint.draft import Draft
from ordinance.blueprint.values import Entity, Field


def check(draft: Draft) -> None:
    """Report circles of formulas within one entity, its lines included."""
    for entity in draft.entities.values():
        graph: dict[str, set[str]] = {}
        for field in entity.fields.values():
            _reads(entity, field, graph)
            for below in field.fields.values():
                _reads(entity, below, graph)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
            first = min(circle)
            draft.report("formula_cycle", _path(entity, first), circle=" → ".join(_turned(circle, first)))


def _reads(entity: Entity, field: Field, graph: dict[str, set[str]]) -> None:
    if field.formula is None:
        return
    above = field.path[:-1]
    name = ".".join(field.path)
    for read in field.formula.reads:
        path = read[1:] if read[0] == "parent" else (*above, *read) if entity.at((*above, read[0])) else read
        for length in (1, 2):
            target = entity.at(path[:length]) if len(path) >= length else None
            if target is not None and target.formula is not None:
                graph.setdefault(name, set()).add(".".join(path[:length]))


def _path(entity: Entity, name: str) -> Path:
    parts = name.split(".")
    found: Path = ("entities", entity.id, "fields", parts[0])
    return (*found, "fields", parts[1], "formula") if len(parts) > 1 else (*found, "formula")


def _turned(circle: list[str], first: str) -> list[str]:
    ring = circle[:-1][::-1]
    start = ring.index(first)
    return [*ring[start:], *ring[:start], first]
