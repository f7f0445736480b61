"""Steps that repeat, and numbers: what no round can end, what stays as it was taken.

Rounds that are sent back are no matter: whatever the answers still say, the step is asked again (`gates.is_over`).
Source: engine.md R13, language.md §2 `until`, §3 `number`.
"""

from __future__ import annotations

from collections.abc import Iterable

from ordinance.process.model import Path
from ordinance.process.values import overlap
from ordinance.process.verify.look import Look
from ordinance.process.verify.track import Track, effects_of, gate_atoms, paths_of


def check(look: Look) -> None:
    """Report repetitions that cannot end, and numbers that may be left behind."""
    for track in look.tracks:
        for position, step in enumerate(track.steps):
            if step.until is not None:
                _until(look, track, position)
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
