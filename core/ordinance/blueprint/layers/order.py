"""Where steps stand: the order of the file that defines a workflow, and `after` / `before` for what is new.

Source: language.md §2 `after before`, §3 `steps`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ordinance.blueprint.layers.nodes import Branch
from ordinance.blueprint.layers.overlay import place_of
from ordinance.problems import Problem, did_you_mean, problem


@dataclass(slots=True)
class Order:
    """The order of the steps of one workflow or lane while layers are laid over it.

    `behind` remembers what was put behind what, so that two new steps behind the same one keep the order of their file.
    """

    ids: list[str] = field(default_factory=list)
    behind: dict[str, str] = field(default_factory=dict)

    def add(self, steps: Branch, workflow: str, problems: list[Problem]) -> None:
        """Put the steps that a layer brings into their places.

        Args:
            steps: The steps as the layer gives them.
            workflow: The workflow's id, for the words of a problem.
            problems: What is found is added here.
        """
        inherited = bool(self.ids) and not steps.is_whole
        if steps.is_whole:
            self.ids, self.behind = [], {}
        waiting: dict[str, tuple[str, str]] = {}
        for id, node in steps.entries.items():
            assert isinstance(node, Branch)
            self.rename(node.leaf("was"), id)
            anchor = node.leaf("after") or node.leaf("before")
            if anchor and not node.is_removed:
                waiting[id] = ("after" if node.leaf("after") else "before", anchor)
            elif id not in self.ids:
                if inherited and not node.is_removed:
                    remedy = did_you_mean(id, self.ids) if _is_change(node) else None
                    problems.append(problem("unplaced_step", place_of(node), id=id, workflow=workflow, remedy=remedy))
                self.ids.append(id)
        self.place(waiting, steps, problems)

    def rename(self, old: str, new: str) -> None:
        """Let a step take the place of the one it `was`."""
        if old in self.ids and new not in self.ids:
            self.ids[self.ids.index(old)] = new

    def place(self, waiting: dict[str, tuple[str, str]], steps: Branch, problems: list[Problem]) -> None:
        """Place what says where it stands, each as soon as its neighbour has a place."""
        self.ids = [id for id in self.ids if id not in waiting]
        while ready := [id for id, (_, anchor) in waiting.items() if anchor in self.ids]:
            self.insert(ready[0], *waiting.pop(ready[0]))
        for id, (_, anchor) in waiting.items():
            if anchor in waiting:
                continue
            remedy = did_you_mean(anchor, self.ids)
            place = place_of(steps.branch(id))
            problems.append(problem("unknown_neighbour", place, id=id, anchor=anchor, remedy=remedy))
        if circle := _circle(waiting):
            start = min(
                circle, key=lambda id: (place_of(steps.branch(id)) is None, place_of(steps.branch(id)) or 0, id)
            )
            turn = circle.index(start)
            words = " → ".join([*circle[turn:], *circle[:turn], start])
            problems.append(problem("placement_cycle", place_of(steps.branch(start)), cycle=words))
        self.ids += waiting

    def insert(self, id: str, side: str, anchor: str) -> None:
        """Put a step beside its neighbour, behind what was put there before it."""
        index = self.ids.index(anchor)
        if side == "after":
            followers = {anchor}
            index += 1
            while index < len(self.ids) and self.behind.get(self.ids[index]) in followers:
                followers.add(self.ids[index])
                index += 1
            self.behind[id] = anchor
        self.ids.insert(index, id)

    def sorted(self, steps: Branch) -> Branch:
        """Return the steps in this order."""
        rank = {id: position for position, id in enumerate(self.ids)}
        ids = sorted(steps.entries, key=lambda id: rank.get(id, len(rank)))
        return replace(steps, entries={id: steps.entries[id] for id in ids})


def _is_change(node: Branch) -> bool:
    """Whether a step looks like a change of one that is there: it brings no name of its own."""
    return "label" not in node.entries


def _circle(waiting: dict[str, tuple[str, str]]) -> list[str]:
    for start in waiting:
        seen: list[str] = []
        here = start
        while here in waiting and here not in seen:
            seen.append(here)
            here = waiting[here][1]
        if here in seen:
            return seen[seen.index(here) :]
    return []
