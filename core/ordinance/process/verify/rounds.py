"""Steps that repeat, and numbers: what no round can end, what is not done again, what stays as it was taken.

Source: engine.md R13, language.md §2 `until`, §3 `number`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ordinance.process.model import Path
from ordinance.process.values import overlap
from ordinance.process.verify.cases import Case
from ordinance.process.verify.look import Look
from ordinance.process.verify.track import Bound, Track, effects_of, gate_atoms, paths_of

_STAYS = frozenset({"keep", "never"})


def check(look: Look) -> None:
    """Report repetitions that cannot end or are not taken up again, and numbers that may be left behind."""
    for track in look.tracks:
        for position, step in enumerate(track.steps):
            if step.until is not None:
                _until(look, track, position)
                _lost(look, track, position)
    _number(look)


def _until(look: Look, track: Track, position: int) -> None:
    """Report a repetition whose end no round of it can bring nearer: every round would be refused."""
    step = track.steps[position]
    assert step.until is not None
    changed = [*paths_of(step), *(path for effect in effects_of(step) for path in effect.writes)]
    reads = step.until.reads
    if not reads or not all(look.is_plain(path) for path in reads) or overlap(reads, changed):
        return
    case = look.case(track, opened=[step], base=gate_atoms(step))
    if case is not None:
        look.report("until_never", track.subject(position, "until"), step=step.label,
                    field=look.labels(sorted(reads)), case=case, reach=(track, position))  # fmt: skip


def _lost(look: Look, track: Track, position: int) -> None:
    """Report rounds that a way back takes back, while the answers that end the repetition stay: no round follows."""
    step = track.steps[position]
    assert step.until is not None
    written = [path for effect in effects_of(step) for path in effect.writes]
    if not all(look.is_plain(path) for path in step.until.reads) or overlap(step.until.reads, written):
        return
    rounds = [each for each in track.bound if each.position == position and each.effect.each_round]
    undone = [each for each in rounds if each.effect.undo not in _STAYS]
    found = [(case, at) for bound in undone for at, case in _gone(look, track, bound)]
    if found:
        case, at = min(found, key=lambda each: each[0].cost)
        words: dict[str, Any] = {"step": step.label, "action": undone[0].effect.action, "back": track.steps[at].label}
        look.report("rounds_lost", track.subject(position, "until"), case=case, reach=(track, at), **words)


def _gone(look: Look, track: Track, bound: Bound) -> Iterator[tuple[int, Case]]:
    """Yield the ways back that come to a repeating step again without landing on it.

    A step that was itself landed on, its end reached before, counts as well once it is sent back further.
    """
    here, group = bound.position, track.group(bound.position)
    for at, target in _ways_back(track):
        if at != here and track.group(at) >= group:
            for landing in _landings(track, here, target):
                closed = range(landing[0] + 1, target + 1) if landing else ()
                yield from _case(look, track, bound, (at, *landing), closed)
            if target >= here and any(low < here for one, low in _ways_back(track) if one == here):
                yield from _case(look, track, bound, (at,), range(here + 1, target + 1))


def _case(
    look: Look, track: Track, bound: Bound, opened: tuple[int, ...], closed: Iterable[int]
) -> Iterator[tuple[int, Case]]:
    at, here, steps = opened[0], bound.position, track.steps
    case = look.case(
        track,
        opened=[steps[each] for each in (*opened, here)],
        closed=[steps[each] for each in closed],
        base=gate_atoms(steps[at]) | gate_atoms(steps[here]) | bound.needs,
    )
    if case is not None:
        yield at, case


def _ways_back(track: Track) -> Iterator[tuple[int, int]]:
    """Yield each step that can be sent back, with where to, blocks aside."""
    places = track.line.position
    for at, step in enumerate(track.steps):
        for name in step.back_to:
            if name in places and track.group(places[name]) < track.group(at):
                yield at, places[name]


def _landings(track: Track, here: int, target: int) -> Iterator[tuple[int, ...]]:
    """Yield where a document lands so that a step is come to again: anywhere before it, or beside it and behind."""
    if target < here:
        yield ()
    yield from ((each,) for each in track.line.group(here) if here < each <= target)


def _number(look: Look) -> None:
    """Report a number taken from a field that may still change: the number stays as it was."""
    number = look.workflow.number
    at = look.main.line.position.get(number.at) if number is not None else None
    if number is None or at is None or number.source is None:
        return
    later = [step.label for step in look.main.steps[at + 1 :] if _touches(number.source, paths_of(step))]
    lanes = [lane.label for lane in look.workflow.lanes.values() if _touches(number.source, lane.changes)]
    for words in (*later, *lanes):
        look.report("number_changes", look.root("number", "from"), field=look.label(number.source), step=words)


def _touches(path: Path, others: Iterable[Path]) -> bool:
    return any(path[: len(each)] == each for each in others)
