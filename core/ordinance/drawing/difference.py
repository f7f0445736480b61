"""What differs between two revisions of a workflow, step by step: for the drawing of both, for the page on the wall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ordinance.drawing.describe import Speaker
from ordinance.drawing.names import Names
from ordinance.process.model import Lane, Step, Workflow

Kind = Literal["added", "removed", "off", "on", "moved", "changed"]


@dataclass(frozen=True, slots=True)
class AspectChange:
    """One thing that was said of a gate before and is said otherwise now; `before` or `after` may be empty."""

    key: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateChange:
    """How one step or lane differs: the kinds of change, and every aspect with what it was and is.

    `label` is its name now, or the old one if it is gone; `was` is its id before, which may be another.
    """

    id: str
    was: str
    label: str
    kinds: tuple[Kind, ...]
    aspects: tuple[AspectChange, ...] = ()
    lane: bool = False

    @property
    def kind(self) -> Kind:
        """The kind that says most."""
        return self.kinds[0]


def differences(
    old: Workflow | None, new: Workflow | None, names: Names, names_before: Names | None = None
) -> tuple[GateChange, ...]:
    """Return what differs, in the order of the new process with what is gone where it was.

    Args:
        old: The workflow before; None if there was none.
        new: The workflow now; None if it is gone.
        names: What everything is called now.
        names_before: What everything was called before; the same if left out.
    """
    before = names_before or names
    changes = [
        *_gates(_Side(old, before, _steps(old)), _Side(new, names, _steps(new)), lane=False),
        *_gates(_Side(old, before, _lanes(old)), _Side(new, names, _lanes(new)), lane=True),
    ]
    return tuple(changes)


def together_in_order(old: Workflow, new: Workflow) -> tuple[tuple[Step, Step | None, Step | None], ...]:
    """Return every step of both as (shown, before, now): the new order, what is gone behind its neighbour."""
    return tuple((now or before, before, now) for before, now in _pairs(old.steps, new.steps))  # type: ignore[misc]


def step_kinds(before: Step | None, now: Step | None, *, moved: bool, changed: bool) -> tuple[Kind, ...]:
    """Return how a step differs, the weightiest first."""
    if before is None:
        return ("added",)
    if now is None:
        return ("removed",)
    kinds: list[Kind] = []
    if before.enabled is not False and now.enabled is False:
        kinds.append("off")
    elif before.enabled is False and now.enabled is not False:
        kinds.append("on")
    if moved:
        kinds.append("moved")
    if changed:
        kinds.append("changed")
    return tuple(kinds)


@dataclass(frozen=True, slots=True)
class _Side:
    workflow: Workflow | None
    names: Names
    gates: tuple[Step | Lane, ...]

    def aspects(self, gate: Step | Lane | None) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        if gate is None or self.workflow is None:
            return {}
        speaker = Speaker(self.workflow, self.names)
        told = speaker.lane(gate) if isinstance(gate, Lane) else speaker.step(gate)
        named = (("label", (self.names.say("aspect_label"), (self.names.of(gate.label, gate.id),))),)
        return dict([*named, *((each.key, (each.label, each.items)) for each in told)])


def lane_gates(workflow: Workflow) -> Iterator[Step | Lane]:
    """Yield every side flow of a workflow with its own steps behind it."""
    for lane in workflow.lanes.values():
        yield lane
        yield from lane.steps


def _steps(workflow: Workflow | None) -> tuple[Step | Lane, ...]:
    return workflow.steps if workflow is not None else ()


def _lanes(workflow: Workflow | None) -> tuple[Step | Lane, ...]:
    if workflow is None:
        return ()
    return tuple(lane_gates(workflow))


def _gates(old: _Side, new: _Side, *, lane: bool) -> list[GateChange]:
    pairs = _pairs(old.gates, new.gates)
    kept = _unmoved([(before.id, now.id) for before, now in pairs if before and now], [each.id for each in old.gates])
    made = []
    for before, now in pairs:
        aspects = _aspects(old.aspects(before), new.aspects(now)) if before and now else ()
        moved = before is not None and now is not None and not lane and before.id not in kept
        if isinstance(before, Step) and isinstance(now, Step) and _is_switched(before, now):
            aspects = tuple(each for each in aspects if each.key != "enabled")
        kinds = _kinds(before, now, moved=moved, changed=bool(aspects))
        if kinds:
            shown, side = (now, new) if now is not None else (before, old)
            assert shown is not None
            label = side.names.of(shown.label, shown.id)
            made.append(GateChange(shown.id, (before or shown).id, label, kinds, aspects, lane))
    return made


def _kinds(before: Step | Lane | None, now: Step | Lane | None, *, moved: bool, changed: bool) -> tuple[Kind, ...]:
    if isinstance(before, Lane) or isinstance(now, Lane):
        return ("added",) if before is None else ("removed",) if now is None else ("changed",) if changed else ()
    return step_kinds(before, now, moved=moved, changed=changed)


def _is_switched(before: Step, now: Step) -> bool:
    """Whether a step was switched on or off; that is said by the kind of change and not once more."""
    return (before.enabled is False) != (now.enabled is False)


def _aspects(
    before: Mapping[str, tuple[str, tuple[str, ...]]], now: Mapping[str, tuple[str, tuple[str, ...]]]
) -> tuple[AspectChange, ...]:
    found = []
    for key in dict.fromkeys([*now, *before]):
        was, is_ = before.get(key, ("", ()))[1], now.get(key, ("", ()))[1]
        if was != is_:
            found.append(AspectChange(key, (now.get(key) or before[key])[0], was, is_))
    return tuple(found)


def _pairs(
    old: Sequence[Step | Lane], new: Sequence[Step | Lane]
) -> list[tuple[Step | Lane | None, Step | Lane | None]]:
    """Return (before, now) in the new order; what is gone follows the last one before it that is still there."""
    known = {each.id: each for each in old}
    partner = {each.id: _before(each, known) for each in new}
    taken = {was.id for was in partner.values() if was is not None}
    gone_after: dict[str | None, list[Step | Lane]] = {}
    last: str | None = None
    for each in old:
        if each.id in taken:
            last = each.id
        else:
            gone_after.setdefault(last, []).append(each)
    made: list[tuple[Step | Lane | None, Step | Lane | None]] = [(each, None) for each in gone_after.get(None, ())]
    for each in new:
        was = partner[each.id]
        made.append((was, each))
        made += [(gone, None) for gone in gone_after.get(was.id if was is not None else "", ())]
    return made


def _before(gate: Step | Lane, known: Mapping[str, Step | Lane]) -> Step | Lane | None:
    was = gate.was if isinstance(gate, Step) else None
    return known.get(was) if was else known.get(gate.id)


def _unmoved(pairs: Sequence[tuple[str, str]], order: Sequence[str]) -> frozenset[str]:
    """Return the old ids that keep their order: a longest run that ascends in the old order."""
    place = {id: at for at, id in enumerate(order)}
    best: list[list[str]] = []
    for was, _ in pairs:
        runs: list[list[str]] = [run for run in best if place[run[-1]] < place[was]]
        best.append([*_longest(runs), was])
    return frozenset(_longest(best))


def _longest(runs: Sequence[list[str]]) -> list[str]:
    return sorted(runs, key=len)[-1] if runs else []
