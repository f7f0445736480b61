"""Which step of the old revision is which of the new one (engine M1).

An id that vanished without `was` is removed; one that comes back later is a new step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ordinance.process.model import Lane, Step, Workflow
from ordinance.process.requests import DRAFT


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def was(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Names:
    """Old ids and what they are called now; an id that is not here is gone. Steps of lanes are among `steps`.

    `is_same` says that all are there and are called as they were.
    """

    steps: Mapping[str, str]
    lanes: Mapping[str, str]
    is_same: bool = False

    def then(self, later: Names) -> Names:
        """Return the names over two revisions, for a document that stayed behind while a revision passed by."""
        return Names(_joined(self.steps, later.steps), _joined(self.lanes, later.lanes))


def names_of(old: Workflow, new: Workflow) -> Names:
    """Return the one simultaneous map from a revision to the next (so two ids may swap); made once for each pair.

    A `was` that the old revision said already, of the same step, has been followed: it does not count again. Going
    back to an earlier text, where nothing says `was`, a step that is there again under its earlier id is the same.
    """
    known: tuple[Workflow, Names] | None = new.memo.get("names")
    if known is None or known[0] is not old:
        known = new.memo["names"] = (old, _names(old, new))
    return known[1]


def _names(old: Workflow, new: Workflow) -> Names:
    lanes = _pairs(tuple(old.lanes.values()), tuple(new.lanes.values()))
    steps = {DRAFT: DRAFT, **_pairs(old.steps, new.steps)}
    for before, after in lanes.items():
        steps |= _pairs(old.lanes[before].steps, new.lanes[after].steps)
    count = 1 + len(old.steps) + sum(len(each.steps) for each in old.lanes.values())
    kept = all(was == now for was, now in (*steps.items(), *lanes.items()))
    return Names(steps, lanes, kept and len(steps) == count and len(lanes) == len(old.lanes))


def _pairs(olds: Iterable[Step | Lane], news: Iterable[Step | Lane]) -> dict[str, str]:
    before: dict[str, _Named] = {each.id: each for each in olds}
    after: dict[str, _Named] = {each.id: each for each in news}
    pairs = {
        each.was: each.id
        for each in after.values()
        if each.was in before and not (each.id in before and before[each.id].was == each.was)
    }
    taken = set(pairs.values())
    pairs |= {id_: id_ for id_ in after if id_ in before and id_ not in pairs and id_ not in taken}
    taken = set(pairs.values())
    for each in before.values():
        gone = each.id not in pairs and each.id not in after
        if gone and each.was in after and each.was not in before and each.was not in taken:
            pairs[each.id] = each.was
    return {each: pairs[each] for each in before if each in pairs}


def _joined(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    return {old: second[between] for old, between in first.items() if between in second}
