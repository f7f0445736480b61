"""Why somebody sees a record or does not, and why they can or cannot make a new one."""

from __future__ import annotations

from collections.abc import Iterator

from ordinance.acts.explaining import rules
from ordinance.acts.explaining.about import About
from ordinance.acts.explaining.answers import Explanation, Line
from ordinance.acts.explaining.naming import listed, word
from ordinance.acts.explaining.telling import Teller
from ordinance.acts.holding import CHANNELS
from ordinance.problems import Text
from ordinance.process import Workflow
from ordinance.process.supposing import Remedies


async def explain_seeing(about: About) -> Explanation:
    """Return why somebody sees the record or does not: every rule of their roles, held against it."""
    looked = await rules.look(about, "read")
    teller = await about.teller(rules.as_points(looked))
    seen = any(each.holds for each in looked) or about.theirs.call.actor.kind == "engine"
    lines = list(rules.lines(teller, looked, reading=True))
    if not lines:
        lines.append(_who(teller, rules.who_else(about, "read", always=False)))
    remedies: Remedies = ()
    if not seen:
        remedies = rules.remedies(looked) or rules.by_role(rules.who_else(about, "read"))
    return about.explanation(
        teller, word("why_seen"), tuple(lines), allowed=seen, remedies=remedies, place=about.entity.place
    )


def _who(teller: Teller, roles: tuple[str, ...]) -> Line:
    text = word("why_seen_by", roles=teller.names.roles(roles)) if roles else word("why_right_nobody")
    return Line("right", text, holds=False)


async def explain_creating(about: About) -> Explanation:
    """Return why somebody can or cannot make a new record of the kind."""
    teller = await about.teller(())
    rights, actor = about.theirs.force.rights, about.theirs.call.actor
    may = rights.may(actor, "create", about.entity.id)
    roles = rules.who_else(about, "create", always=False)
    who = word("why_right", roles=teller.names.roles(roles)) if roles else word("why_right_nobody")
    right = Line("right", who, may, place=teller.place(about.entity.place))
    ways = [_opening(teller, each, about.theirs.call.channel) for each in about.theirs.force.blueprint.variants(
        about.entity.id)]  # fmt: skip
    opens = not ways or any(each.holds for each in ways)
    title = Text(f"新建{about.entity.label.zh}", f"create {about.entity.label.en}")
    remedies: Remedies = () if may else rules.by_role(roles)
    return about.explanation(
        teller, title, (right, *ways), allowed=may and opens, remedies=remedies if opens else None
    )


def _opening(teller: Teller, workflow: Workflow, channel: str) -> Line:
    place = teller.place(workflow.place)
    ways = [each for each in workflow.openings if not each.events and each.every is None]
    if workflow.openings and not ways:
        return Line("opens", word("why_opens_itself"), holds=False, place=place)
    via = tuple(dict.fromkeys(_channels(workflow)))
    if not via:
        return Line("opens", workflow.label, holds=True, place=place)
    channels = listed(CHANNELS[each] for each in via if each in CHANNELS)
    return Line("opens", word("why_opens", channels=channels), channel in (*via, "system"), place=place)


def _channels(workflow: Workflow) -> Iterator[str]:
    for each in workflow.openings:
        if not each.events and each.every is None:
            yield from each.via or CHANNELS
