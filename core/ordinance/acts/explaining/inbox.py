"""Why an inbox is empty: which steps are somebody's to do, and what stands there."""

from __future__ import annotations

from ordinance.access import Actor
from ordinance.acts.explaining.answers import Explanation, Line
from ordinance.acts.explaining.naming import listed, word
from ordinance.acts.house import Call, House
from ordinance.acts.inbox import counts, doors
from ordinance.acts.outcomes import Query, Refused
from ordinance.acts.reading import listing
from ordinance.problems import Place, Text
from ordinance.process import Workflow

_TITLE = Text("待我处理", "my work")
_STEPS_MAX = 30


async def explain_inbox_of(house: House, call: Call, actor: Actor | None = None, person: str = "") -> Explanation:
    """Return why somebody's inbox holds what it does: each step that is theirs, with what stands there.

    Args:
        house: The site.
        call: Who asks, and sees how many stand where.
        actor: Whose inbox; that of the one who asks if left out.
        person: What to call them, if it is somebody else.
    """
    force = house.force
    subject = actor or call.actor
    theirs = Call(subject, call.now, call.locale, call.channel)
    waiting = await counts(house, theirs)
    may_look = any(force.rights.may(call.actor, act, "revision") for act in ("create", "read"))
    lines = []
    for door in {(door.workflow, door.step): door for door in doors(force, theirs)}.values():
        workflow = force.blueprint.workflows[door.workflow]
        here = waiting.get((workflow.entity, door.step), 0)
        lines.append(await _step(house, call, workflow, door.step, here, may_look=may_look))
        if len(lines) == _STEPS_MAX:
            break
    if not lines:
        lines.append(Line("right", word("why_no_steps"), holds=False))
    allowed = any(each.holds for each in lines)
    verdict = word("why_yes_work" if allowed else "why_no_work")
    return Explanation("", None, "inbox", _TITLE, person, allowed, verdict, tuple(lines))


async def _step(house: House, call: Call, workflow: Workflow, step: str, here: int, *, may_look: bool) -> Line:
    """One step: what waits there for the person; else how many the one who asks sees there at all."""
    force = house.force
    entity = force.blueprint.entities[workflow.entity]
    found = workflow.step(step) or next(
        each for lane in workflow.lanes.values() for each in lane.steps if each.id == step
    )
    place: Place | None = found.place if may_look else None
    if here:
        text = word("why_waits", step=listed((entity.label, found.label), " · ", " · "))
        return Line("waits", text, holds=True, note=Text.of(str(here)), place=place)
    page = await listing(house, call, entity.id, Query(step=step, limit=1, count=True))
    count = 0 if isinstance(page, Refused) else page.count or 0
    code = "why_step_busy" if count else "why_step_empty"
    return Line("waits", word(code, entity=entity.label, step=found.label, count=count), holds=False, place=place)
