"""The difference between two revisions as one page for the wall: what changes for whom, from when, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ordinance.access import EVERYONE
from ordinance.blueprint import Blueprint
from ordinance.drawing import GateChange, Names, Picture, differences, picture_of
from ordinance.drawing.difference import lane_gates
from ordinance.handbook.duties import Writer
from ordinance.handbook.html import document, items, tag, words
from ordinance.handbook.page import drawing_html
from ordinance.handbook.vocabulary import say
from ordinance.process.model import Lane, Step, Workflow

_HASH = 12


@dataclass(frozen=True, slots=True)
class FlowChange:
    """One process that differs: new, withdrawn, or with gates that differ."""

    id: str
    label: str
    kind: str
    gates: tuple[GateChange, ...]
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What differs between two revisions, in one language: by process, and by role in sentences."""

    locale: str
    company: str
    old: str
    new: str
    names: Names = field(repr=False)
    flows: tuple[FlowChange, ...] = ()
    roles: tuple[tuple[str, tuple[str, ...]], ...] = ()


def notice(old: Blueprint, new: Blueprint, locale: str) -> Notice:
    """Return what differs between two revisions.

    Source: design.md §6 (handbook), issue 3 item 6.

    Args:
        old: The revision before.
        new: The revision now.
        locale: `zh` or `en`.
    """
    before, now = Writer(old, locale), Writer(new, locale)
    flows = tuple(each for each in _flows(before, now) if each.gates)
    return Notice(
        locale=locale,
        company=now.names.of(new.company.label),
        old=old.revision[:_HASH],
        new=new.revision[:_HASH],
        names=now.names,
        flows=flows,
        roles=tuple(_roles(before, now, flows)),
    )


def _flows(before: Writer, now: Writer) -> list[FlowChange]:
    made = []
    known, current = before.blueprint.workflows, now.blueprint.workflows
    for id in dict.fromkeys([*current, *known]):
        old, new = known.get(id), current.get(id)
        gates = differences(old, new, now.names, before.names)
        side = now if new is not None else before
        shown = new if new is not None else old
        assert shown is not None
        kind = "flow_added" if old is None else "flow_removed" if new is None else ""
        made.append(FlowChange(id, side.names.of(shown.label, id), kind, gates, _picture(old, new, before, now)))
    return made


def _picture(old: Workflow | None, new: Workflow | None, before: Writer, now: Writer) -> Picture | None:
    if new is None:
        return None
    return picture_of(new, now.names, compare=old, names_before=before.names)


def _roles(before: Writer, now: Writer, flows: tuple[FlowChange, ...]) -> list[tuple[str, tuple[str, ...]]]:
    told = []
    for id in dict.fromkeys([*now.blueprint.roles, *before.blueprint.roles]):
        if id == EVERYONE:
            continue
        said: list[str] = []
        if id not in before.blueprint.roles:
            said.append(now.say("role_added"))
        elif id not in now.blueprint.roles:
            said.append(now.say("role_removed"))
        for flow in flows:
            for gate in flow.gates:
                said += _sentence(before, now, flow, gate, id)
        said += _permissions(before, now, id)
        if said:
            side = now if id in now.blueprint.roles else before
            told.append((side.names.role(id), tuple(dict.fromkeys(said))))
    return told


def _sentence(before: Writer, now: Writer, flow: FlowChange, gate: GateChange, role: str) -> list[str]:
    did, does = _does(before, flow.id, gate, gate.was, role), _does(now, flow.id, gate, gate.id, role)
    values = {"step": gate.label, "flow": flow.label}
    if not did and not does:
        return []
    if does and not did:
        again = "on" in gate.kinds
        return [now.say("does_again" if again else "does_new", **values)]
    if did and not does:
        return [now.say("does_no_more", **values)]
    if gate.aspects:
        what = now.names.listed(each.label for each in gate.aspects)
        return [now.say("does_differently", what=what, **values)]
    return [now.say("does_later", **values)] if "moved" in gate.kinds else []


def _does(side: Writer, flow: str, gate: GateChange, id: str, role: str) -> bool:
    """Whether a role really does a step: it is there, it stops, and the role may."""
    workflow = side.blueprint.workflows.get(flow)
    if workflow is None:
        return False
    gates: Iterable[Step | Lane] = lane_gates(workflow) if gate.lane else workflow.steps
    found = next((each for each in gates if each.id == id), None)
    if found is None or (isinstance(found, Step) and found.enabled is False):
        return False
    return side.mine(workflow, found, role)


def _permissions(before: Writer, now: Writer, role: str) -> list[str]:
    had, has = before.may(role), now.may(role)
    new = [now.say("may_new", what=each) for each in has if each not in had]
    return new + [now.say("may_no_more", what=each) for each in had if each not in has]


def notice_html(told: Notice, from_when: str = "") -> str:
    """Return the content of the page, without what stands around it."""
    parts = []
    if from_when:
        parts.append(tag("p", words("strong", say(told.locale, "from_when", date=from_when))))
    parts.append(words("p", say(told.locale, "changes_lead", old=told.old, new=told.new), "mute"))
    if not told.flows and not told.roles:
        return "".join([*parts, words("p", say(told.locale, "nothing"))])
    parts.append(words("h2", say(told.locale, "whom")) + _table(told))
    parts.append(words("p", say(told.locale, "everybody_else"), "mute"))
    parts += [_flow(told, each) for each in told.flows]
    return "".join(parts)


def notice_page(told: Notice, from_when: str = "") -> str:
    """Return the page for the wall as a file of its own."""
    title = say(told.locale, "changes")
    return document(title, words("h1", f"{told.company} · {title}") + notice_html(told, from_when), told.locale)


def _table(told: Notice) -> str:
    head = tag("tr", "".join(words("th", say(told.locale, key), scope="col") for key in ("role", "change")))
    rows = [tag("tr", words("th", label, scope="row") + tag("td", items(said, "whom"))) for label, said in told.roles]
    return tag("table", tag("thead", head) + tag("tbody", "".join(rows)), "table")


def _flow(told: Notice, flow: FlowChange) -> str:
    kind = f" ({say(told.locale, flow.kind)})" if flow.kind else ""
    parts = [words("h2", flow.label + kind)]
    if flow.picture is not None:
        parts.append(drawing_html(flow.picture, told.names, "both"))
    parts += [_gate(told, each) for each in flow.gates]
    return tag("section", "".join(parts))


def _gate(told: Notice, gate: GateChange) -> str:
    kinds = told.names.listed(told.names.say(each) for each in gate.kinds)
    parts = [words("h3", f"{gate.label} · {kinds}")]
    explained = [each for each in gate.kinds if each != "changed" and not (each == "off" and gate.lane)]
    parts += [words("p", say(told.locale, f"{each}_words")) for each in explained if not gate.lane]
    rows = []
    for each in gate.aspects:
        was, is_ = (told.names.listed(side) or say(told.locale, "none") for side in (each.before, each.after))
        rows.append(words("dt", each.label) + tag("dd", f"{words('del', was)} → {words('ins', is_)}"))
    if rows:
        parts.append(tag("dl", "".join(rows)))
    return tag("article", "".join(parts), "duty")
