"""What a step demands: whether there is a gate, who may pass it, and what must be true and filled in (engine R1).

Nothing here changes the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from ordinance.problems import Reason, Text, reason
from ordinance.process.index import content_reads
from ordinance.process.model import Check, Lane, Path, Step, Vote
from ordinance.process.requests import DRAFT, TERMINAL, StoppedError, WantedCheck, Wants
from ordinance.process.values import at_path, digest, is_empty, missing, overlap, person_in, plain
from ordinance.process.work import Flow, Work

Gate = Literal["open", "off", "n/a", "auto"]
EVERYONE = "everyone"


def gate_of(work: Work, step: Step) -> Gate:
    """Return what a document meets on arrival: an open gate, or the way it passes by.

    `n/a`: the step is not in this document's process. `off`: switched off. `auto`: it repeats until something that is
    true already.
    """
    if step.when is not None and not work.decides(step.when):
        return "n/a"
    if not (step.enabled if isinstance(step.enabled, bool) else work.decides(step.enabled)):
        return "off"
    return "auto" if is_over(work, step) else "open"


def is_over(work: Work, step: Step) -> bool:
    """Return whether nothing is left to repeat at the step: what it repeats until is true.

    That may be so before its first round. But when rounds have been taken back (their count is 0 then), answers of
    theirs may still say so, as they stay for pre-fill; then at least one round more is asked, lest its effects be lost.
    """
    return step.until is not None and work.rounds.get(step.id) != 0 and work.holds(step.until)


def is_live(work: Work, step: Step) -> bool:
    """Return whether a document can be sent back to the step; a repeating one counts, for its rounds are taken back."""
    return gate_of(work, step) in ("open", "auto")


def place_reasons(work: Work, flow: Flow, step: Step | None, id_: str) -> list[Reason]:
    """Return why nothing can be done at that step now, whoever asks."""
    if work.phase in TERMINAL:
        return [reason("ended", id_, end=end_label(work))]
    if work.set_aside is not None:
        return [reason("set_aside", id_, why=work.set_aside[1])]
    if id_ in flow.waits and (step is not None or id_ == DRAFT):
        return []
    if work.side is not None and work.side.lane is not None and id_ in work.index.main.position:
        return [reason("in_lane", id_, lane=work.side.lane.label)]
    if step is None:
        return [reason("no_such_step", id_, step=id_)]
    return [reason("not_here", id_, place=step.place, step=step.label, waits=waiting_names(work))]


def waiting_names(work: Work) -> Text:
    """Return where the document waits, in words."""
    names = [Text("草稿", "draft") if each == DRAFT else work.name(each) for each in work.flow.waits]
    return Text("、".join(each.in_("zh") for each in names), ", ".join(each.in_("en") for each in names))


def end_label(work: Work) -> Text:
    """Return the words for how the document ended."""
    ended = work.ended or work.phase
    return work.workflow.ends.get(ended) or Text.of(ended)


def may_act(work: Work, of: Step | Lane) -> bool:
    """Return whether the actor is one of those the step or lane is for."""
    request = work.request
    if of.person is not None:
        return person_in(at_path(work.fields, of.person)) in _persons(work)
    if not of.by:
        return of.id in request.may or _joins(work, of.id, request.roles)
    return not set(of.by).isdisjoint(request.roles) or _joins(work, of.id, request.roles)


def _persons(work: Work) -> tuple[str, ...]:
    """Return the actor, and the person for whom the actor stands in."""
    absent = work.request.on_behalf_of
    return (work.request.actor,) if absent is None else (work.request.actor, absent)


def _joins(work: Work, step: str, roles: tuple[str, ...]) -> bool:
    return not set(work.added.get(step, ())).isdisjoint(roles)


def person_reasons(work: Work, step: Step, *, queue: bool = True) -> list[Reason]:
    """Return why this person may not act at the step."""
    request, persons = work.request, _persons(work)
    reasons = [] if may_act(work, step) else [reason("not_allowed", step.id, place=step.place, what=step.label)]
    assigned, taken = work.assigned.get(step.id), work.taken.get(step.id)
    if assigned and assigned not in persons:
        reasons.append(reason("not_assigned", step.id, person=_name(work, assigned)))
    if taken and taken not in persons and step.count == 1:
        reasons.append(reason("already_taken", step.id, person=_name(work, taken)))
    reasons += [
        reason("same_person", step.id, place=step.place, step=work.name(other))
        for other in step.differs_from
        if not set(persons).isdisjoint(work.passed_by.get(other, ()))
    ]
    if queue and step.queue is not None and taken is None:
        reasons += queue_reasons(work, step)
    return [*reasons, *request.facts.get("refusals", {}).get(step.id, ())]


def queue_reasons(work: Work, step: Step) -> list[Reason]:
    """Return the document that must be taken first, unless this person may skip the queue and says why."""
    ahead = _ahead(work, step)
    if ahead is None or ("skip_queue" in work.request.may and (work.request.reason or work.lenient)):
        return []
    return [reason("not_next", step.id, place=step.place, number=ahead)]


def skips_queue(work: Work, step: Step) -> bool:
    """Return whether whoever acts at the step now passes over a document that is ahead of this one."""
    return work.taken.get(step.id) is None and _ahead(work, step) is not None


def _ahead(work: Work, step: Step) -> str | None:
    """Return the number of the document that must be taken first; None if there is none, or the order is only advice.

    Raises:
        StoppedError: the act must find it out.
    """
    if step.queue is None or not step.queue.strict:
        return None
    known: Mapping[str, str | None] = work.request.facts.get("queue", {})
    if step.id not in known and not work.lenient:
        raise StoppedError(Wants(queue=((step.id, step.queue),)))
    return known.get(step.id)


def _name(work: Work, person: str) -> str:
    return str(work.request.facts.get("names", {}).get(person, person))


def voted(work: Work, step: Step) -> tuple[Vote, ...]:
    """Return the passes that still count: those of the content as it is now (engine R14)."""
    if step.count == 1 or not work.votes:
        return ()
    content = content_of(work, step)
    return tuple(vote for vote in work.votes if vote.step == step.id and vote.content == content)


def content_of(work: Work, step: Step) -> str:
    """Return a short name for everything a person who passes the step vouches for."""
    names = sorted({path[0] for path in content_reads(step)})
    return digest({name: plain(_whole(work.fields.get(name))) for name in names})


def _whole(value: Any) -> Any:
    # A field of a reference may be what is vouched for, so the reference does not shrink to its id here.
    return [value] if isinstance(value, Mapping) else value


def missing_reasons(work: Work, paths: tuple[Path, ...], step: str) -> Iterator[Reason]:
    """Yield every place that must be filled in and is not."""
    hidden = work.request.facts.get("hidden", ())
    for path in paths:
        if path in hidden:
            continue
        for pointer in missing(work.fields, path):
            yield reason("missing", pointer, wanted=step, field=work.label(path))


def wanted_checks(step: str, checks: tuple[Check, ...]) -> tuple[WantedCheck, ...]:
    """Return the department's checks among these, with the key under which the act answers."""
    return tuple(WantedCheck(f"{step}.{check.id}", step, check) for check in checks if check.must is None)


def _waits_for(check: Check, unfilled: tuple[Path, ...]) -> bool:
    """Return whether a check reads something that is still to be filled in."""
    reads = [each.reads for each in (check.must, check.when) if each is not None]
    return any(overlap(each, unfilled) for each in reads)


def _concerns(work: Work, check: Check) -> bool:
    """Return whether a check is for this document; one whose `when` cannot be told is, for it is a guard."""
    return check.when is None or work.may_hold(check.when)


def check_reasons(work: Work, step: str, checks: tuple[Check, ...], unfilled: tuple[Path, ...] = ()) -> list[Reason]:
    """Evaluate the checks in order and return the reasons of those that refuse; warnings go on record.

    Args:
        work: The document under change.
        step: The step or lane.
        checks: Its checks.
        unfilled: Fields still to be asked; checks that read them are left for later.

    Raises:
        StoppedError: the act must evaluate department checks first.
    """
    if not checks:
        return []
    known: Mapping[str, Reason | None] = work.request.facts.get("checks", {})
    if not work.lenient:
        asked = wanted_checks(step, tuple(check for check in checks if _concerns(work, check)))
        unknown = tuple(each for each in asked if each.key not in known)
        if unknown:
            raise StoppedError(Wants(checks=unknown))
    refused = []
    for check in checks:
        if unfilled and _waits_for(check, unfilled):
            continue
        if not _concerns(work, check):
            found = None
        elif check.must is None:
            found = known.get(f"{step}.{check.id}")
        else:
            found = _company_reason(work, step, check)
        if check.warn:
            _warn(work, check, found)
        elif found is not None:
            refused.append(found)
    return refused


def _company_reason(work: Work, step: str, check: Check) -> Reason | None:
    assert check.must is not None
    if work.holds(check.must):
        return None
    say = check.say or Text.of(check.must.source)
    return Reason(check.id, say, step, wanted=check.must.source, place=check.place)


def _warn(work: Work, check: Check, found: Reason | None) -> None:
    if found is not None:
        work.warnings.append(found)
    if (found is not None) != (check.id in work.warned):
        kept = [each for each in work.warned if each != check.id]
        work.warned = [*kept, check.id] if found is not None else kept
        work.forget_env()


def gate_reasons(work: Work, step: Step) -> list[Reason]:
    """Return everything but the person that keeps the step from being passed: what is missing, what refuses."""
    reasons = list(missing_reasons(work, (*step.asks, *step.needs), step.id)) if step.asks or step.needs else []
    return [*reasons, *check_reasons(work, step.id, step.checks)]


def opinion_reasons(work: Work, of: Step | Lane, *, refusing: bool) -> list[Reason]:
    """Return that a written reason is wanted, if it is and there is none."""
    wanted = of.opinion == "always" or (refusing and of.opinion == "on_refusal")
    if not wanted or not is_empty(work.request.reason.strip()):
        return []
    return [reason("opinion_missing", "/reason", place=of.place)]
