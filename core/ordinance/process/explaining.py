"""Why somebody can or cannot do something to a document now: every condition, whether it holds, and what would help.

The verdict is that of `available`; nothing is decided here a second time. Source: engine.md §7, design.md §3 rule 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from ordinance.expressions import Calendar, Expression
from ordinance.expressions.explaining import explain
from ordinance.expressions.explaining_changes import Changes, cheapest
from ordinance.problems import Place, Reason, Text
from ordinance.process import available
from ordinance.process.editing import own_forms, settled_reads
from ordinance.process.gates import check_reasons, end_label, missing_reasons, person_reasons, place_reasons, voted
from ordinance.process.model import Check, Lane, Path, Settled, Step, Workflow
from ordinance.process.points import Answer, Point, filled, point, values
from ordinance.process.requests import TERMINAL, Document, Request
from ordinance.process.supposing import Ask, Remedies, Remedy, attempt, reads_any, together
from ordinance.process.values import at_path, missing, overlap, person_in, within
from ordinance.process.work import Flow, Work

_OF_THE_PLACE = frozenset({"ended", "set_aside", "in_lane", "no_such_step", "not_here"})
_GONE = frozenset({"off", "n/a", "waived", "adopted"})


def explain_act(
    workflow: Workflow, document: Document, request: Request, ask: Ask, id_: str, now: datetime, calendar: Calendar
) -> Answer | None:
    """Return why this actor can or cannot do this to the document now; None if the workflow has no such thing.

    Args:
        workflow: The document's workflow.
        document: The document.
        request: Who asks, as for `available`; `facts["granted"]` may name, per step and lane, the roles that may do it.
        ask: Pass a step, send back from it, take it, close it short, or enter a lane.
        id_: The step or lane.
        now: The moment.
        calendar: The company's working time.
    """
    work = Work(workflow, document, request, now, calendar)
    work.lenient = True
    lane = workflow.lanes.get(id_) if ask == "lane" else None
    flow, step = (work.flow, None) if lane is not None else _found(work, id_)
    gate = lane or step
    offered = available(workflow, document, request, now, calendar)
    button = next((each for each in offered if (each.kind, each.id) == (ask, id_)), None)
    if gate is None and button is None:
        return None
    about = _About(work, flow, gate, ask, id_)
    reasons = button.reasons if button is not None else tuple(about.refusals())
    points = tuple(about.points(reasons))
    allowed = button is not None and button.allowed
    label = button.label if button is not None else gate.label if gate is not None else Text()
    answer = Answer(ask, id_, label, allowed, points, place=gate.place if gate is not None else None)
    if allowed:
        return answer
    remedies = together(each.remedies for each in points if each.counts and each.holds is False)
    tried = attempt(workflow, document, request, ask, id_, remedies, now, calendar) if remedies else None
    return replace(answer, remedies=remedies, attempt=tried)


def explain_waiting(
    workflow: Workflow, document: Document, request: Request, now: datetime, calendar: Calendar
) -> tuple[tuple[Step, tuple[Point, ...]], ...]:
    """Return, for each step at which the document waits, what has to hold for it to wait for this person."""
    work = Work(workflow, document, request, now, calendar)
    work.lenient = True
    if work.phase in TERMINAL:
        return ()
    made = []
    for id_ in work.flow.waits:
        step = work.flow.step(id_)
        if step is not None:
            about = _About(work, work.flow, step, "step", id_)
            made.append((step, tuple(about.waiting())))
    return tuple(made)


def explain_edit(
    workflow: Workflow, document: Document, request: Request, path: Path, now: datetime, calendar: Calendar
) -> tuple[Point, ...]:
    """Return what has to hold for this person to change a field of the document by a plain edit (engine R6)."""
    work = Work(workflow, document, request, now, calendar)
    if work.phase in TERMINAL:
        facts = {"end": end_label(work)}
        return (Point("not_ended", holds=False, facts=facts, remedies=None),)
    steps = [step for step in workflow.steps if within(path, (*step.asks, *step.offers), ())]
    on_form = within(path, own_forms(work), ())
    updates = "update" in request.may
    unread = not overlap([path], settled_reads(work))
    later = tuple(each.id for each in steps if each.id not in work.main.settled and each.id not in work.main.waits)
    open_ = tuple(each for each in steps if each.id in work.main.waits)
    parts = (
        Point("draft", work.phase == "draft", counts=False),
        Point("on_form", on_form, counts=False, facts={"steps": tuple(each.id for each in steps)}),
        Point("updates", updates, counts=False, facts={"roles": request.facts.get("granted", {}).get("update", ())}),
        Point("unread", unread, counts=False),
    )
    holds = work.phase == "draft" or on_form or (updates and unread)
    remedies = () if holds else _editable(request, open_, later, unread=unread)
    return (Point("editable", holds, parts=parts, remedies=remedies),)


def _editable(request: Request, open_: tuple[Step, ...], later: tuple[str, ...], *, unread: bool) -> Remedies:
    """The nearest way to a field: whoever may change such records, or does the step that asks it, now or later."""
    granted = request.facts.get("granted", {})
    if unread and granted.get("update"):
        return (Remedy("role", roles=tuple(granted["update"])),)
    if open_:
        return (Remedy("role", roles=tuple(open_[0].by or granted.get(open_[0].id, ()))),)
    return (Remedy("arrive", steps=later[:1]),) if later else None


def _found(work: Work, id_: str) -> tuple[Flow, Step | None]:
    """Return the step and the flow it is in: where the document moves now, the main flow, or a lane it is not in."""
    for flow in (work.flow, work.main):
        step = flow.step(id_)
        if step is not None:
            return flow, step
    inside = (each for lane in work.workflow.lanes.values() for each in lane.steps if each.id == id_)
    return work.flow, next(inside, None)


class _About:
    """The conditions of one gate on one document for one person."""

    def __init__(self, work: Work, flow: Flow, gate: Step | Lane | None, ask: Ask, id_: str) -> None:
        self.work, self.flow, self.gate, self.ask, self.id = work, flow, gate, ask, id_
        self.step = gate if isinstance(gate, Step) else None
        self.lane = gate if isinstance(gate, Lane) else None

    def refusals(self) -> Iterator[Reason]:
        """Yield why there is no button at all, and what speaks against the person whatever the document does."""
        yield from place_reasons(self.work, self.work.flow, self.work.flow.step(self.id), self.id) or ()
        if self.step is not None:
            yield from person_reasons(self.work, self.step, queue=False)

    def points(self, reasons: tuple[Reason, ...]) -> Iterator[Point]:
        """Yield every condition; each reason is told by the condition it belongs to."""
        left = list(reasons)

        def taken(*codes: str) -> tuple[Reason, ...]:
            found = tuple(each for each in left if each.code in codes)
            left[:] = [each for each in left if each.code not in codes]
            return found

        checks = tuple(self.check_points(left)) if self.ask in ("step", "lane") else ()
        yield from self.lane_points(taken) if self.lane is not None else self.place_points(taken)
        yield from self.person_points(taken)
        if self.step is not None and self.ask in ("step", "take") and (self.step.queue is not None):
            yield self.queuepoint(taken("not_next"))
        if self.step is not None and self.ask == "step":
            yield from self.form_points(taken)
        yield from checks
        if self.ask == "send_back" or (self.lane is not None and self.lane.ends is not None):
            yield point("final", taken("final"), remedies=None)
        if self.ask == "close":
            yield point("round", taken("no_round"), remedies=(Remedy("earlier"),))
        for each in left:
            yield point("other", (each,), remedies=(Remedy("settle_check", reason=each),), place=each.place)

    # The place

    def place_points(self, taken: Any) -> Iterator[Point]:
        reasons = taken(*_OF_THE_PLACE)
        facts = {
            "waits": tuple(self.work.flow.waits),
            "since": self.work.arrived.get(self.id),
            "settled": self.flow.settled.get(self.id),
            "end": end_label(self.work) if self.work.phase in TERMINAL else None,
        }
        yield point("place", reasons, facts=facts, remedies=self._arriving(reasons), place=self._place)
        step = self.step
        if step is None:
            return
        gone = facts["settled"]
        if step.when is not None:
            yield self._standing("part", step.when, counts=isinstance(gone, Settled) and gone.outcome == "n/a")
        if isinstance(step.enabled, Expression):
            yield self._standing("enabled", step.enabled, counts=isinstance(gone, Settled) and gone.outcome == "off")
        elif not step.enabled:
            remedies = (Remedy("switch_on", steps=(step.id,), place=step.place),)
            yield Point("enabled", holds=False, counts=bool(gone), remedies=remedies if gone else (), place=step.place)
        if step.until is not None:
            # A repeating step is passed over once what it repeats until is true.
            yield self._standing("until", step.until, counts=False, wanted=False)

    def _standing(self, code: str, expression: Expression, *, counts: bool, wanted: bool = True) -> Point:
        tree = explain(expression, self.work.env, wanted=wanted)
        holds = None if tree.holds is None else tree.holds is wanted
        remedies = values(tree.changes) if counts and holds is not True else ()
        return Point(code, holds, counts, tree=tree, place=self._place, remedies=remedies)

    @property
    def _place(self) -> Place | None:
        return self.gate.place if self.gate is not None else None

    def _arriving(self, reasons: tuple[Reason, ...]) -> Remedies:
        """What would bring the document here."""
        if not reasons:
            return ()
        code, waits = reasons[0].code, tuple(self.work.flow.waits)
        if code == "set_aside":
            return (Remedy("resume"),)
        if code == "in_lane" and self.work.side is not None and self.work.side.lane is not None:
            return (Remedy("leave_lane", lane=self.work.side.lane.id),)
        if code != "not_here":
            return None
        settled = self.flow.settled.get(self.id)
        if settled is None:
            return (Remedy("arrive", steps=waits),)
        # A gate that was passed over opens only when the document comes here again.
        back = tuple(each for each in waits if self._leads_back(each))
        return (Remedy("come_back", steps=back),) if back else None

    def _leads_back(self, from_: str) -> bool:
        step, here = self.flow.step(from_), self.flow.line.position.get(self.id)
        targets = [self.flow.line.position.get(to) for to in step.back_to] if step is not None else []
        return here is not None and any(to is not None and to <= here for to in targets)

    def lane_points(self, taken: Any) -> Iterator[Point]:
        lane, work = self.lane, self.work
        assert lane is not None
        inside = taken("in_lane")
        if inside and work.side is not None and work.side.lane is not None:
            yield point("place", inside, remedies=(Remedy("leave_lane", lane=work.side.lane.id),))
        gone = taken("ended")
        if gone:
            yield point("place", gone, remedies=None, facts={"end": end_label(work)})
        reasons = taken("lane_closed")
        here = not lane.at or not set(lane.at).isdisjoint(work.main.waits)
        early = lane.before is None or lane.before not in work.main.settled
        is_open = (here and early) or work.phase in TERMINAL
        facts = {"at": lane.at, "before": lane.before, "waits": tuple(work.main.waits)}
        remedies: Remedies = (Remedy("arrive", steps=lane.at),) if not here and early else None
        yield Point(
            "lane", is_open, reasons=() if is_open else reasons, facts=facts, place=lane.place,
            remedies=() if is_open else remedies,
        )  # fmt: skip
        if lane.when is not None:
            tree = explain(lane.when, work.env)
            counts = bool(reasons) and is_open
            yield Point(
                "lane_when", tree.holds, counts, reasons if counts else (), place=lane.place, tree=tree,
                remedies=values(tree.changes) if counts else (),
            )  # fmt: skip

    # The person

    def waiting(self) -> Iterator[Point]:
        """Yield what has to hold for an open step to wait for this person."""
        assert self.step is not None
        left = list(person_reasons(self.work, self.step, queue=False))
        work = self.work

        def taken(*codes: str) -> tuple[Reason, ...]:
            return tuple(each for each in left if each.code in codes)

        yield from (each for each in self.person_points(taken) if each.code in ("right", "assigned", "taken"))
        if work.set_aside is not None:
            aside = tuple(each for each in place_reasons(work, self.flow, self.step, self.id))
            yield point("place", aside, remedies=(Remedy("resume"),))

    def person_points(self, taken: Any) -> Iterator[Point]:
        work, gate = self.work, self.gate
        granted: tuple[str, ...] = tuple(work.request.facts.get("granted", {}).get(self.id, ()))
        if gate is None:
            yield point("right", taken("not_allowed"), remedies=(Remedy("role", roles=granted),))
            return
        roles = tuple(dict.fromkeys((*(gate.by or granted), *work.added.get(self.id, ()))))
        refused = taken("not_allowed")
        if gate.person is not None:
            who = person_in(at_path(work.fields, gate.person)) or ""
            remedy = Remedy("fill_person", path=gate.person, person=who)
            facts: dict[str, Any] = {"path": gate.person, "person": who}
            yield point("right", refused, facts=facts, remedies=(remedy,), place=gate.place)
        else:
            yield point("right", refused, facts={"roles": roles}, remedies=(Remedy("role", roles=roles),),
                         place=gate.place)  # fmt: skip
        if self.step is not None:
            yield from self._only_one(self.step, taken)
        duty = taken("duty")
        if duty or (self.lane is None and work.request.facts.get("duties", {}).get(self.id)):
            yield point("duty", duty, remedies=(Remedy("colleague", roles=roles),))

    def _only_one(self, step: Step, taken: Any) -> Iterator[Point]:
        work, id_ = self.work, self.id
        for code, held, why in (
            ("assigned", work.assigned.get(id_), taken("not_assigned")),
            ("taken", work.taken.get(id_) if step.count == 1 else None, taken("already_taken")),
        ):
            if held or why:
                yield point(code, why, facts={"person": held or ""}, remedies=(Remedy("reassign", person=held or ""),))
        same = taken("same_person")
        if step.differs_from:
            yield point("differs_from", same, facts={"steps": step.differs_from},
                         remedies=(Remedy("colleague", steps=step.differs_from),), place=step.place)  # fmt: skip
        if step.count > 1 and self.ask == "step":
            votes = voted(work, step)
            facts = {"count": step.count, "voters": tuple(dict.fromkeys(each.actor for each in votes))}
            yield point("voted", taken("already_voted"), facts=facts, remedies=(Remedy("colleague"),),
                         place=step.place)  # fmt: skip

    def queuepoint(self, reasons: tuple[Reason, ...]) -> Point:
        assert self.step is not None and self.step.queue is not None
        ahead = self.work.request.facts.get("queue", {}).get(self.id)
        facts = {"order": self.step.queue.order, "strict": self.step.queue.strict, "ahead": ahead}
        return point("queue", reasons, facts=facts, remedies=(Remedy("queue", number=ahead or ""),),
                      place=self.step.place)  # fmt: skip

    # The form and the checks

    def form_points(self, taken: Any) -> Iterator[Point]:
        step, work = self.step, self.work
        assert step is not None
        reasons = taken("missing")
        if step.needs:
            lacking = {path for path in step.needs if list(missing_reasons(work, (path,), step.id))}
            parts = tuple(
                Point("need", path not in lacking, facts={"path": path}, remedies=filled((path,) if path in lacking
                      else ())) for path in step.needs
            )  # fmt: skip
            yield point("needs", reasons, facts={"paths": step.needs}, parts=parts, place=step.place,
                         remedies=filled(path for path in step.needs if path in lacking))  # fmt: skip
        if step.asks:
            open_ = {path for path in step.asks if any(True for _ in missing(work.fields, path))}
            parts = tuple(Point("ask", None if path in open_ else True, facts={"path": path}) for path in step.asks)
            yield Point("asks", None if open_ else True, counts=False, facts={"paths": tuple(open_)}, parts=parts,
                        place=step.place)  # fmt: skip

    def check_points(self, left: list[Reason]) -> Iterator[Point]:
        gate = self.gate
        if gate is None:
            return
        form = (*gate.asks, *gate.offers, *(gate.changes if isinstance(gate, Lane) else ()))
        waits = self.lane is not None or self.id in self.work.flow.waits
        for check in gate.checks if waits else ():
            yield self._check(check, form, left)

    def _check(self, check: Check, form: tuple[Path, ...], left: list[Reason]) -> Point:
        """One check; a reason of it is told here and nowhere else."""
        work = self.work
        later = reads_any(check, form)
        found = check_reasons(work, self.id, (replace(check, warn=False),))
        check_reasons(work, self.id, (check,))
        for each in found:
            if each in left:
                left.remove(each)
        tree = explain(check.must, work.env) if check.must is not None else None
        concerns = explain(check.when, work.env, wanted=False) if check.when is not None else None
        counts = not later and not check.warn
        remedies: Remedies = ()
        if found and counts:
            several: list[Changes] = [each.changes for each in (tree, concerns) if each is not None]
            least = cheapest(several)
            remedies = values(least) if several else (Remedy("settle_check", reason=found[0]),)
        parts = (Point("concerns", concerns.holds, counts=False, tree=concerns),) if concerns is not None else ()
        facts = {"id": check.id, "name": check.name, "say": check.say, "warn": check.warn, "later": later}
        holds = not found or (None if later else False)
        return Point("check", holds, counts, tuple(found), facts, check.place, tree, parts, remedies)
