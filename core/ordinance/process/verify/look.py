"""What every pass works with: the workflow taken apart, the switchboard, and the list of findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ordinance.problems import Place, Text, problem
from ordinance.problems.values import Severity
from ordinance.process.model import Lane, Path, Step, Workflow
from ordinance.process.verify.cases import Case, Switchboard
from ordinance.process.verify.finding import Finding, Ground
from ordinance.process.verify.track import Atoms, Track, atoms_of, gate_atoms, lane_tracks, main_track

Subject = tuple[str, ...]
"""Where something stands in the merged configuration."""


class Look:
    """One verification of one workflow."""

    def __init__(self, workflow: Workflow, ground: Ground) -> None:
        self.workflow, self.ground = workflow, ground
        self.board = Switchboard(workflow)
        self.main = main_track(workflow)
        self.lanes = lane_tracks(workflow)
        self.findings: list[Finding] = []

    @property
    def tracks(self) -> Iterator[Track]:
        """Yield the main line and those of the lanes."""
        yield self.main
        yield from self.lanes

    def root(self, *key: str) -> Subject:
        """Return where a key of the workflow stands."""
        return ("workflows", self.workflow.id, *key)

    def label(self, path: Path) -> Text:
        """Return the words for a field."""
        dotted = ".".join(path)
        return self.ground.labels.get(dotted) or self.workflow.labels.get(dotted) or Text.of(dotted)

    def labels(self, paths: Iterable[Path]) -> Text:
        """Return the words for several fields."""
        words = [self.label(path) for path in paths]
        return Text("、".join(each.zh for each in words), ", ".join(each.en for each in words))

    def case(self, track: Track, *, opened: Iterable[Step] = (), closed: Iterable[Step] = (), true: Atoms = frozenset(),
             failing: Iterable[Atoms] = (), base: Atoms = frozenset()) -> Case | None:  # fmt: skip
        """Return the nearest case on a track, as the switchboard does; a lane must be entered somewhere for it."""
        opened, closed, failing = tuple(opened), tuple(closed), tuple(failing)
        holds = base | atoms_of(track.lane.when if track.lane is not None else None)
        cases = (
            self.board.case(
                opened=(*opened, *entry),
                closed=closed,
                failing=failing,
                true=true,
                base=holds.union(*map(gate_atoms, entry)),
            )
            for entry in self.entries(track)
        )
        return min((each for each in cases if each is not None), key=lambda each: each.cost, default=None)

    def entries(self, track: Track) -> list[tuple[Step, ...]]:
        """Return the gates at which a track is entered, any one of them; none for the main line and open lanes."""
        at = track.lane.at if track.lane is not None else ()
        places = [self.main.line.position[name] for name in at if name in self.main.line.position]
        return [(self.main.steps[each],) for each in places] if places else [()]

    def entered(self, track: Track) -> Atoms:
        """Return what holds once a lane has been entered, at its first gate if it has several."""
        when = atoms_of(track.lane.when) if track.lane is not None else frozenset()
        return when.union(*map(gate_atoms, self.entries(track)[0]))

    def is_plain(self, path: Path) -> bool:
        """Return whether a field changes only when somebody writes it; what is computed may change by itself."""
        known, computed = self.ground.fields, self.ground.computed
        return known is None or any(path[:end] in known and path[:end] not in computed for end in (1, 2))

    def place(self, subject: Subject) -> Place | None:
        """Return where something was written: as exactly as is known, at least its step or lane."""
        found = self.ground.place(subject)
        return found or self._thing_place(subject) or self.workflow.place

    def _thing_place(self, subject: Subject) -> Place | None:
        named = set(subject[2:])
        steps = [step for track in self.tracks for step in track.steps if step.id in named]
        lanes = [lane for lane in self.workflow.lanes.values() if lane.id in named]
        things: list[Step | Lane] = [*steps, *lanes]
        return next((each.place for each in things if each.place is not None), None)

    def report(
        self,
        code: str,
        subject: Subject,
        *,
        case: Case | None = None,
        reach: tuple[Track, int] | None = None,
        where: Subject | None = None,
        place: Place | None = None,
        remedy: Text | None = None,
        **words: Any,
    ) -> None:
        """Add a finding; its words are those of the code.

        Args:
            code: A code of the catalogue.
            subject: What it is about.
            case: The counter-example, if it is not so in every case.
            reach: The track and position at which it goes wrong.
            where: What goes wrong there, if that is not the subject itself.
            place: Where the subject stands, if that is known better.
            remedy: Words to use instead of the catalogue's remedy.
            words: What the `{names}` of the message stand for.
        """
        case = case or Case()
        path = self.path(*reach, case) if reach else ()
        place = place or self.place(subject)
        related = (*self._elsewhere(case, place), *self._example(case, path, self.place(where or subject)))
        told = problem(code, place, remedy=remedy, related=related, **words)
        self.findings.append(
            Finding(
                code=code,
                severity=_severity(told.severity, case),
                workflow=self.workflow.id,
                message=told.message,
                toggles=case.toggles,
                conditions=case.conditions,
                path=path,
                remedy=told.remedy,
                place=told.place,
                related=told.related,
            )
        )

    def _elsewhere(self, case: Case, place: Place | None) -> Iterator[tuple[Place, Text]]:
        """Yield the switches and conditions of a case that stand on other lines."""
        told = {(place.file, place.line)} if place is not None else set()
        for name, value in case.toggles.items():
            track = next(each for each in self.tracks if name in each.line.position)
            yield from self._line(self.place((*track.base, name, "enabled")), self._toggle(name, value), told)
        for text, value in case.conditions.items():
            yield from self._line(self._condition_place(text), _condition(text, value), told)

    @staticmethod
    def _line(place: Place | None, words: Text, told: set[tuple[str, int]]) -> Iterator[tuple[Place, Text]]:
        if place is not None and (place.file, place.line) not in told:
            told.add((place.file, place.line))
            yield place, words

    def _toggle(self, name: str, value: bool) -> Text:  # noqa: FBT001
        step = self.board.steps[name]
        zh, en = ("启用", "on") if value else ("关闭", "off")
        return Text(f"“{step.label.zh}”{zh}", f"“{step.label.en}” {en}")

    def _example(self, case: Case, path: tuple[str, ...], place: Place | None) -> Iterator[tuple[Place, Text]]:
        """Yield the counter-example as one line: what is switched, what holds, and the gates on the way."""
        parts = [self._toggle(name, value) for name, value in case.toggles.items()]
        parts += [_condition(text, value) for text, value in case.conditions.items()]
        if len(path) > 1:
            parts.append(Text.of(" → ".join(path)))
        if parts and place is not None:
            zh, en = "；".join(each.zh for each in parts), "; ".join(each.en for each in parts)
            yield place, Text(f"反例：{zh}", f"case: {en}")

    def _condition_place(self, text: str) -> Place | None:
        for track in self.tracks:
            for position, step in enumerate(track.steps):
                if step.when is not None and text in step.when.source:
                    return self.place(track.subject(position, "when"))
                if not isinstance(step.enabled, bool) and text in step.enabled.source:
                    return self.place(track.subject(position, "enabled"))
            for bound in track.bound:
                if bound.effect.when is not None and text in bound.effect.when.source:
                    return bound.effect.place or self.place(track.subject_of(bound))
        return None

    def path(self, track: Track, position: int, case: Case) -> tuple[str, ...]:
        """Return the gates a document passes in a case until it comes to a step, that step last."""
        before = track.steps[:position]
        passed = [step.id for step in before if self.board.is_gate(step, case)]
        entered = [track.lane.id] if track.lane is not None else []
        return (*entered, *passed, track.steps[position].id)


def _condition(text: str, value: bool) -> Text:  # noqa: FBT001
    zh, en = ("成立", "true") if value else ("不成立", "not true")
    return Text(f"“{text}”{zh}", f"“{text}” {en}")


def _severity(severity: Severity, case: Case) -> Severity:
    """What takes a change of switches is a note; what is so for some documents only is at most a warning."""
    if case.toggles:
        return "note"
    return "warning" if severity == "error" and not case.sure else severity


def told_steps(steps: Iterable[Step]) -> Text:
    """Return the words for several steps."""
    words = [step.label for step in steps]
    return Text("、".join(each.zh for each in words), ", ".join(each.en for each in words))
