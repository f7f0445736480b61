"""Which switches, changed as little as possible, bring something about; and whether any allowed set of them does.

Free are the switches of steps that are not locked. A switch that is an expression belongs to the document, as `when`
does: both are conditions, and equal texts are one condition. Ties between switches are clauses of two, so that a case
either meets them by further changes or cannot be.
Source: engine.md §6.1 and §6.3, language.md §3 `switches`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from ordinance.process.model import Step, Workflow
from ordinance.process.verify.track import Atoms, gate_atoms

_TRIES = 4000
"""How many changes of tied switches are tried: enough for a dozen steps tied to each other."""

_COUNTED = 16
"""So many tied switches are counted one by one."""


@dataclass(frozen=True, slots=True)
class Case:
    """A set of switches, as changes of the present one, and what holds of the document.

    `sure` is false if something was assumed of the document that the place in question does not itself demand.
    """

    toggles: Mapping[str, bool] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    sure: bool = True

    @property
    def cost(self) -> tuple[int, bool, int]:
        """How far it is from what is: changed switches count first."""
        return len(self.toggles), not self.sure, len(self.conditions)

    @property
    def is_now(self) -> bool:
        """Whether no switch has to be changed."""
        return not self.toggles


Clause = tuple[tuple[str, bool], tuple[str, bool]]
"""Two settings of which one must hold."""


class Switchboard:
    """The switches of one workflow, as they are and as they may be."""

    def __init__(self, workflow: Workflow) -> None:
        steps = (*workflow.steps, *(step for lane in workflow.lanes.values() for step in lane.steps))
        self.steps: Mapping[str, Step] = {step.id: step for step in steps}
        self.present = {step.id: step.enabled is not False for step in steps}
        self.fixed = {step.id for step in steps if step.locked or not isinstance(step.enabled, bool)}
        clauses = [each for each in _clauses(workflow) if all(name in self.steps for name, _ in each)]
        # A tie that is broken as things are is a problem of its own; it must not hide the others.
        self.clauses = [each for each in clauses if any(self.present[name] == wanted for name, wanted in each)]
        self.tied = {name for clause in self.clauses for name, _ in clause}

    @property
    def free(self) -> tuple[str, ...]:
        """Return the steps with a switch that may be changed."""
        return tuple(id_ for id_ in self.steps if id_ not in self.fixed)

    def sets(self) -> int:
        """Return how many sets of switches are allowed; where very many are tied, how many there are at most."""
        tied = sorted(self.tied - self.fixed)
        loose: int = 2 ** (len(self.free) - len(tied))
        if not tied or len(tied) > _COUNTED:
            return loose << len(tied)
        values = product((True, False), repeat=len(tied))
        return loose * sum(self._keeps_all(dict(zip(tied, each, strict=True))) for each in values)

    def _keeps_all(self, changes: Mapping[str, bool]) -> bool:
        return all(self._keeps(each, changes) for each in self.clauses)

    def case(
        self,
        *,
        opened: Iterable[Step] = (),
        closed: Iterable[Step] = (),
        failing: Iterable[Atoms] = (),
        true: Atoms = frozenset(),
        base: Atoms = frozenset(),
    ) -> Case | None:
        """Return the nearest case in which these steps are gates and those are not; None if there is none.

        Args:
            opened: Steps at which somebody stops.
            closed: Steps at which nobody stops.
            failing: Conditions that do not hold: of each set, one at least.
            true: What else holds of the document.
            base: What of it need not be told, for it belongs to the place in question.
        """
        opened, closed, failing = tuple(opened), tuple(closed), tuple(failing)
        holds = true | base
        for step in opened:
            holds |= gate_atoms(step)
        found = self._case(opened, closed, failing, holds, base, as_is=True)
        if (found is None or found.toggles) and any(step.id in self.tied for step in closed):
            # A step left off may break a tie that it would keep if it were on and the document had no part in it.
            other = self._case(opened, closed, failing, holds, base, as_is=False)
            found = min((each for each in (found, other) if each is not None), key=lambda each: each.cost, default=None)
        return found

    def _case(
        self,
        opened: tuple[Step, ...],
        closed: tuple[Step, ...],
        failing: tuple[Atoms, ...],
        holds: Atoms,
        base: Atoms,
        *,
        as_is: bool,
    ) -> Case | None:
        wanted = {step.id: True for step in opened if isinstance(step.enabled, bool)}
        fails: set[str] = set()
        for step in closed:
            if not self._close(step, holds, fails, wanted, as_is=as_is or step.id not in self.tied):
                return None
        if not all(_fail(atoms, holds, fails) for atoms in failing):
            return None
        changes = self._settle(wanted)
        if changes is None:
            return None
        told = {**dict.fromkeys(sorted(holds - base), True), **dict.fromkeys(sorted(fails), False)}
        return Case(changes, told, sure=not told)

    def _close(self, step: Step, holds: Atoms, fails: set[str], wanted: dict[str, bool], *, as_is: bool) -> bool:
        """Close a step the nearest way: as it is, by what is not true of the document, or by its switch."""
        can_be_off = step.id not in self.fixed and wanted.get(step.id) is not True
        if not (as_is and can_be_off and not self.present[step.id]):
            if _fail(gate_atoms(step), holds, fails):
                return True
            if not can_be_off:
                return False
        wanted[step.id] = False
        return True

    def nearest(self, wanted: Mapping[str, bool]) -> Mapping[str, bool] | None:
        """Return the fewest changes of the switches with which these are so; None if no allowed set has them."""
        return self._settle(wanted)

    def _settle(self, wanted: Mapping[str, bool]) -> dict[str, bool] | None:
        """Return the fewest changes of the present switches that give what is wanted and keep every tie."""
        for name, value in wanted.items():
            if name in self.fixed and value != self.present[name] and isinstance(self.steps[name].enabled, bool):
                return None
        start = {name: value for name, value in wanted.items() if value != self.present[name]}
        if not self.clauses:
            return start
        fringe: list[dict[str, bool]] = [start]
        seen: set[frozenset[tuple[str, bool]]] = set()
        for _ in range(_TRIES):
            if not fringe:
                return None
            changes = fringe.pop(0)
            broken = next((each for each in self.clauses if not self._keeps(each, changes)), None)
            if broken is None:
                return changes
            for name, value in broken:
                if name in wanted or name in changes or name in self.fixed:
                    continue
                more = {**changes, name: value}
                key = frozenset(more.items())
                if key not in seen:
                    seen.add(key)
                    fringe.append(more)
        return None

    def _keeps(self, clause: Clause, changes: Mapping[str, bool]) -> bool:
        return any(changes.get(name, self.present[name]) == value for name, value in clause)

    def is_gate(self, step: Step, case: Case) -> bool:
        """Return whether somebody stops at a step in a case; what the case does not say of the document holds."""
        if isinstance(step.enabled, bool) and not case.toggles.get(step.id, self.present[step.id]):
            return False
        return not any(case.conditions.get(each) is False for each in gate_atoms(step))


def _fail(atoms: Atoms, holds: Atoms, fails: set[str]) -> bool:
    """Let one of these conditions not hold, one that fails already if there is one; return whether that can be."""
    loose = sorted(atoms - holds, key=lambda each: (each not in fails, each))
    fails.update(loose[:1])
    return bool(loose)


def _clauses(workflow: Workflow) -> Iterator[Clause]:
    for switch in workflow.switches:
        if switch.kind == "if_then" and len(switch.steps) == 2:
            first, second = switch.steps
            yield (first, False), (second, True)
        elif switch.kind == "not_both":
            for at, first in enumerate(switch.steps):
                for second in switch.steps[at + 1 :]:
                    yield (first, False), (second, False)
