"""Choose which of the installed departments a site uses, and put them in the order of what they require.

A department is used unless the company switches it off, or it is built in and has no code for what it declares. A pack
(YAML alone, not in the site's own `plugins/`) is used when the company lists it under `packs`, or when something used
requires it. A department that is switched off stays in the list, marked: its entities and its catalogue are part of the
merge, what is bound to its code is not.
Source: language.md §1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from ordinance.departments.department import Department
from ordinance.problems import Place, Problem, problem


@dataclass(frozen=True, slots=True)
class Chosen:
    """The departments a site uses, lowest first; `enabled` says which are switched on."""

    departments: tuple[Department, ...]
    problems: tuple[Problem, ...]


def choose(
    installed: Mapping[str, Department],
    packs: Mapping[str, Place | None],
    switches: Mapping[str, tuple[bool, Place | None]],
) -> Chosen:
    """Return the departments a site uses, in order.

    Args:
        installed: Everything found, by id.
        packs: The packs the company lists, with the place of each.
        switches: Department or pack to whether it is enabled, with the place of the switch.
    """
    problems: list[Problem] = []
    for id, place in packs.items():
        if id not in installed:
            problems.append(problem("pack_unknown", place, id=id))
    for id, (_, place) in switches.items():
        if id not in installed:
            problems.append(problem("department_unknown", place, id=id))
    wanted = [id for id, each in installed.items() if _is_used_anyway(each) or id in packs]
    wanted += [id for id, (on, _) in switches.items() if on and id in installed]
    used = _with_required(wanted, installed)
    used = {
        id: replace(each, enabled=switches.get(id, (not each.is_catalogue_alone, None))[0]) for id, each in used.items()
    }
    problems += _missing(used)
    ordered, cycle = in_order(used)
    return Chosen(ordered, (*problems, *cycle))


def _is_used_anyway(department: Department) -> bool:
    return not department.is_pack or department.source == "site"


def _with_required(wanted: list[str], installed: Mapping[str, Department]) -> dict[str, Department]:
    used: dict[str, Department] = {}
    open_ids = list(wanted)
    while open_ids:
        id = open_ids.pop()
        if id in installed and id not in used:
            used[id] = installed[id]
            open_ids += installed[id].requires
    return {id: used[id] for id in sorted(used)}


def _missing(used: Mapping[str, Department]) -> list[Problem]:
    problems = []
    for each in used.values():
        for wanted in each.requires:
            if wanted not in used:
                problems.append(problem("requires_unknown", each.place("requires", wanted), id=each.id, wanted=wanted))
            elif each.enabled and not used[wanted].enabled:
                place = each.place("requires", wanted)
                problems.append(problem("requires_switched_off", place, id=each.id, wanted=wanted))
    return problems


def in_order(departments: Mapping[str, Department]) -> tuple[tuple[Department, ...], tuple[Problem, ...]]:
    """Return departments so that each comes after what it requires, ties by name; a circle is a problem."""
    graph = {id: [wanted for wanted in each.requires if wanted in departments] for id, each in departments.items()}
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = _smallest_first(error.args[1])
        place = departments[circle[0]].place("requires")
        found = problem("requires_cycle", place, cycle=" → ".join(circle))
        return tuple(departments[id] for id in sorted(departments)), (found,)
    ordered: list[Department] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += [departments[id] for id in ready]
        sorter.done(*ready)
    return tuple(ordered), ()


def _smallest_first(circle: list[str]) -> list[str]:
    """Return a circle (first = last) turned so that it starts at its smallest name, and always the same way."""
    ring = circle[:-1][::-1]
    start = ring.index(min(ring))
    turned = ring[start:] + ring[:start]
    return [*turned, turned[0]]
