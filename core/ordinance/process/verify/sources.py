"""Who gives a field: the step that asks it, the effect that writes it, or something besides the order of steps.

Source: engine.md §6.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from ordinance.process.model import Lane, Path
from ordinance.process.verify.look import Look
from ordinance.process.verify.track import Bound, Track, paths_of


class Sources:
    """Who gives a field."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.asked: dict[str, dict[Path, list[int]]] = {}
        self.written: dict[str, dict[Path, list[Bound]]] = {}
        for track in look.tracks:
            self._read(track)
        self.always = frozenset(self._from_outside())
        self.returned = {lane.id: frozenset(_returned(lane)) for lane in look.workflow.lanes.values()}
        self.said = {path for each in self.asked.values() for path in each}
        self.said |= {path for each in self.written.values() for path in each}

    def _read(self, track: Track) -> None:
        asked = self.asked.setdefault(_name(track.lane), {})
        for position, step in enumerate(track.steps):
            for path in paths_of(step):
                asked.setdefault(path, []).append(position)
            for trigger in step.by_itself:
                for name in trigger.values:
                    asked.setdefault((name,), []).append(position)
        written = self.written.setdefault(_name(track.lane), {})
        for bound in track.bound:
            for path in bound.effect.writes:
                written.setdefault(path, []).append(bound)

    def _from_outside(self) -> Iterator[Path]:
        """Yield what is there from the beginning, or can come at any time."""
        workflow = self.look.workflow
        yield from self.look.ground.given
        for opening in workflow.openings:
            yield from ((name,) for name in (*opening.copy, *opening.values))
            if opening.source is not None:
                yield opening.source
        for reaction in workflow.reactions:
            yield from (path for effect in reaction.does for path in effect.writes)

    def own(self, read: Path) -> Path | None:
        """Return the field of the document that somebody has to fill in, of all that is read; None if there is none."""
        known = self.look.ground.fields
        for length in (2, 1):
            path = read[:length]
            if known is not None:
                if path in known:
                    return None if known[path] else path
            elif path in self.said:
                return path
        return None

    def askers(self, track: Track, path: Path) -> list[int]:
        """Return the steps of a track on whose form a field stands."""
        asked = self.asked[_name(track.lane)]
        return [at for length in range(1, len(path) + 1) for at in asked.get(path[:length], ())]

    def writers(self, track: Track, path: Path) -> list[Bound]:
        """Return the effects of a track that write a field."""
        written = self.written[_name(track.lane)]
        return [each for length in range(1, len(path) + 1) for each in written.get(path[:length], ())]

    def is_always(self, track: Track, path: Path) -> bool:
        """Return whether a field is given whatever happens on a track, at the latest by a lane that returns to it."""
        here = track.lane.id if track.lane is not None else ""
        given = (self.always, *(paths for lane, paths in self.returned.items() if lane != here))
        return any(path[:length] in each for length in range(1, len(path) + 1) for each in given)


def _returned(lane: Lane) -> Iterator[Path]:
    """Yield what a document has when it comes back from a lane."""
    if lane.ends is None:
        yield from (*lane.asks, *lane.offers, *lane.changes)
        yield from (path for step in lane.steps for path in paths_of(step))
        yield from (path for effect in lane.does for path in effect.writes)


def _name(lane: Lane | None) -> str:
    return "" if lane is None else lane.id
