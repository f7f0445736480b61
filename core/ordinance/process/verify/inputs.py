"""What a gate or an effect needs must have been filled in before it, whichever switches are off.

A field is filled if it has a value by itself (default, formula, `from`), if opening the document gives it, if a lane
that returns asks it, if an effect before writes it, or if a step before asks or offers it that cannot be passed over.
Where none of these is certain, the counter-example is exactly: those steps closed, those effects waived.
Source: engine.md R6, §6.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from ordinance.expressions import Expression
from ordinance.process.model import Path, Step
from ordinance.process.verify.cases import Case
from ordinance.process.verify.look import Look, Subject, told_steps
from ordinance.process.verify.sources import Sources
from ordinance.process.verify.track import Atoms, Bound, Track, atoms_of, gate_atoms
from ordinance.process.verify.turns import ALWAYS, Kind, not_yet


@dataclass(frozen=True, slots=True)
class Reader:
    """Something that reads fields: what it is, where it is, and what holds whenever it reads.

    `order` is the place of an effect among those of its step.
    """

    kind: Kind
    track: Track
    position: int
    subject: Subject
    base: Atoms
    order: int = -1

    @property
    def step(self) -> Step:
        """Return the step it belongs to."""
        return self.track.steps[self.position]


@dataclass(frozen=True, slots=True)
class Miss:
    """A field that a reader may find empty, the case, and the steps that would have asked it."""

    reader: Reader
    path: Path
    case: Case
    askers: tuple[tuple[Track, int], ...]


def check(look: Look) -> None:
    """Report what is read before anybody gives it."""
    source = Sources(look)
    missed: list[Miss] = []
    for reader, paths in _readers(look):
        for path in dict.fromkeys(paths):
            own = source.own(path)
            if own is not None:
                missed += _missing(look, source, reader, own)
    for group in _grouped(missed):
        _tell(look, source, group)


def _readers(look: Look) -> Iterator[tuple[Reader, list[Path]]]:
    """Yield everything that reads, with what it reads."""
    for track in look.tracks:
        for position, step in enumerate(track.steps):
            yield from _of_step(track, position, step)
        for bound in track.bound:
            kind: Kind = "arriving" if bound.arriving else "effect"
            reader = Reader(kind, track, bound.position, track.subject_of(bound), bound.needs, bound.order)
            yield reader, _needed(bound)
    number = look.workflow.number
    at = look.main.line.position.get(number.at) if number is not None else None
    if number is not None and at is not None:
        paths = [each for each in (number.source, number.unique_within) if each is not None]
        yield Reader("effect", look.main, at, look.root("number"), frozenset(), len(look.main.bound)), paths


def _of_step(track: Track, position: int, step: Step) -> Iterator[tuple[Reader, list[Path]]]:
    if step.when is not None:
        yield (
            Reader("condition", track, position, track.subject(position, "when"), frozenset()),
            sorted(step.when.reads),
        )
    if not isinstance(step.enabled, bool):
        base = atoms_of(step.when)
        yield Reader("condition", track, position, track.subject(position, "enabled"), base), sorted(step.enabled.reads)
    for path in step.needs:
        key = track.subject(position, "needs", ".".join(path))
        yield Reader("gate", track, position, key, gate_atoms(step)), [path]


def _needed(bound: Bound) -> list[Path]:
    """Return the fields that give the inputs an effect cannot do without."""
    sources: list[Expression] = [
        bound.effect.inputs[each] for each in bound.effect.needs if each in bound.effect.inputs
    ]
    return [path for each in sources for path in sorted(each.reads)]


def _missing(look: Look, source: Sources, reader: Reader, path: Path) -> Iterator[Miss]:
    """Yield the nearest case in which a field is empty when it is read."""
    track, at = reader.track, reader.position
    askers = source.askers(track, path)
    if source.is_always(track, path) or (reader.kind == "gate" and at in askers):
        return
    here = track.group(at)
    before = [each for each in askers if track.group(each) < here or (each == at and reader.kind == "effect")]
    ways = [_ways(track, each, reader.kind, at, reader.order) for each in source.writers(track, path)]
    opened = (reader.step,) if reader.kind == "gate" else ()
    found = [
        (case, (*((track, each) for each in before), *outside.askers))
        for outside in _outside(look, source, track, path)
        for case in _cases(look, reader.base, opened, [track.steps[each] for each in before], ways, outside)
    ]
    if found:
        case, closed = min(found, key=lambda each: each[0].cost)
        yield Miss(reader, path, case, closed)


Silence = tuple[tuple[Step, ...], tuple[Step, ...], Atoms | None]
"""One way in which an effect has not written: these are gates, those are not, one of these conditions does not hold."""


@dataclass(frozen=True, slots=True)
class Outside:
    """How a line is come into: the gate it is entered at, and who of the main line could have given a field by then."""

    entry: tuple[Step, ...] = ()
    askers: tuple[tuple[Track, int], ...] = ()
    ways: tuple[list[Silence], ...] = ()


def _outside(look: Look, source: Sources, track: Track, path: Path) -> Iterator[Outside]:
    """Yield each way into a track; none on which the field is certainly given.

    A lane without `at` opens anywhere; there the field counts as given if the main line gives it at all, for whoever
    enters the lane can wait until then.
    """
    lane, main = track.lane, look.main
    if lane is None:
        yield Outside()
        return
    if any(path[: len(each)] == each for each in (*lane.asks, *lane.offers)):
        return
    askers, writers = source.askers(main, path), source.writers(main, path)
    for entry in look.entries(track):
        if not entry and not askers and not writers:
            yield Outside()
        for step in entry:
            at = main.line.position[step.id]
            before = tuple((main, each) for each in askers if main.group(each) < main.group(at))
            yield Outside(entry, before, tuple(_ways(main, each, "gate", at, -1) for each in writers))


def _ways(track: Track, writer: Bound, kind: Kind, position: int, order: int) -> list[Silence]:
    """Return how an effect may not have written yet: it comes later, or one of its conditions does not hold."""
    ways = not_yet(track, writer, kind, position, order)
    if ALWAYS in ways:
        return [((), (), None)]
    steps = track.steps
    later: list[Silence] = [(tuple(steps[at] for at in on), tuple(steps[at] for at in off), None) for on, off in ways]
    return [*later, ((), (), writer.needs)]


def _cases(
    look: Look, base: Atoms, opened: tuple[Step, ...], askers: list[Step], ways: list[list[Silence]], outside: Outside
) -> Iterator[Case]:
    """Yield the cases in which no asker stops anybody and no writer has written."""
    closed = [*askers, *(track.steps[each] for track, each in outside.askers)]
    for chosen in product(*ways, *outside.ways):
        case = look.board.case(
            opened=[*opened, *outside.entry, *(step for on, _, _ in chosen for step in on)],
            closed=[*closed, *(step for _, off, _ in chosen for step in off)],
            failing=[atoms for _, _, atoms in chosen if atoms is not None],
            base=base.union(*map(gate_atoms, outside.entry)),
        )
        if case is not None:
            yield case


def _grouped(missed: Iterable[Miss]) -> list[list[Miss]]:
    """Put together what is one matter: the same case at the same reader, or the same change of switches."""
    groups: dict[object, list[Miss]] = {}
    for each in missed:
        case = each.case
        toggles, conditions = frozenset(case.toggles.items()), frozenset(case.conditions.items())
        is_condition = each.reader.kind == "condition"
        key: object = (toggles, conditions, is_condition)
        if case.is_now:
            key = (toggles, conditions, is_condition, each.reader.subject, each.path)
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def _tell(look: Look, source: Sources, group: list[Miss]) -> None:
    first = group[0]
    reader, case = first.reader, first.case
    track, at = reader.track, reader.position
    paths = dict.fromkeys(each.path for each in group)
    words: dict[str, Any] = {
        "step": reader.step.label,
        "field": look.labels(paths),
        "name": ", ".join(".".join(each) for each in paths),
    }
    if not first.askers:
        _tell_never(look, source, first, words)
        return
    asker_track, asker = first.askers[0]
    askers = told_steps([each.steps[position] for each, position in first.askers])
    words |= {"asker": askers}
    code, key = _code(reader, case, asker_track.steps[asker])
    if code is None:
        return
    line = str(look.place(reader.subject) or "")
    subject = asker_track.subject(asker, key)
    look.report(code, subject, case=case, reach=(track, at), where=reader.subject, line=line, **words)


def _code(reader: Reader, case: Case, asker: Step) -> tuple[str | None, str]:
    is_condition = reader.kind == "condition"
    if not case.is_now:
        return ("condition_if_switched_off" if is_condition else "input_if_switched_off"), "enabled"
    if asker.enabled is False:
        return ("condition_switched_off" if is_condition else "input_switched_off"), "enabled"
    if is_condition:
        # An empty field makes the condition untrue; that is what the author of a field asked only sometimes means.
        return None, ""
    by_switch = not isinstance(asker.enabled, bool)
    return ("input_may_be_missing", "enabled") if by_switch else ("input_only_sometimes", "when")


def _tell_never(look: Look, source: Sources, miss: Miss, words: dict[str, Any]) -> None:
    """Tell of a field that no step before asks: one beside does, or one later, or none."""
    reader, path = miss.reader, miss.path
    track, at = reader.track, reader.position
    asked = source.askers(track, path)
    beside = [each for each in asked if each != at and track.group(each) == track.group(at)]
    later = [each for each in asked if track.group(each) >= track.group(at)]
    reach = (track, at)
    if reader.kind == "condition":
        if later:
            asker = track.steps[min(later)]
            look.report("reads_later", reader.subject, step=words["step"], field=words["name"], asker=asker.label,
                        case=miss.case, reach=reach)  # fmt: skip
    elif miss.case.conditions and not miss.case.sure and not beside:
        look.report("input_only_written_sometimes", reader.subject, case=miss.case, reach=reach, **words)
    elif beside:
        look.report("reads_beside", reader.subject, case=miss.case, reach=reach, asker=track.steps[beside[0]].label,
                    **words)  # fmt: skip
    else:
        look.report("input_never_asked", reader.subject, case=miss.case, reach=reach, **words)
