"""Turn the fates of documents into what people want to know: how many, worth what, from where to where, for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ordinance.acts import Force
from ordinance.blueprint import Renames, retold
from ordinance.changes.change import Change
from ordinance.changes.essence import effects_of
from ordinance.changes.moving import Fate
from ordinance.changes.plan import Consent, Effect, InboxLoad, Load, Move, Plan, Question
from ordinance.changes.survey import Flow, Group, amount_text
from ordinance.problems import Reason, Text
from ordinance.process import Workflow
from ordinance.process.migration import overtaken
from ordinance.process.model import Step

if TYPE_CHECKING:
    from ordinance.changes.planning import Fortune

_NUMBERS = 5
_ENDS = Text("结束", "the end")


@dataclass(slots=True)
class _Sum:
    """Documents that fare alike in everything a plan tells."""

    flow: Flow
    group: Group
    fate: Fate
    count: int = 0
    value: Decimal | None = None
    numbers: list[str] = field(default_factory=list)

    def add(self, group: Group) -> None:
        self.count += len(group.entries)
        if group.value is not None:
            self.value = (self.value or Decimal(0)) + group.value
        self.numbers += group.numbers[: _NUMBERS - len(self.numbers)]


@dataclass(frozen=True, slots=True)
class Impact:
    """What names things: the configuration in force, the proposed one, the change, what is called otherwise."""

    old: Force
    new: Force
    change: Change
    names: Renames

    def after(self, flow: Flow) -> Workflow:
        """Return the workflow as it shall be, in its own names; as it was, in new ones, if it is gone."""
        found = self.new.blueprint.workflows.get(flow.old.id) if flow.new is not None else None
        return found or self.before(flow)

    def before(self, flow: Flow) -> Workflow:
        """Return the workflow as it was, in new names."""
        return retold(flow.old, self.names, self.old.blueprint.entities)


def told(impact: Impact, plan: Plan, fortunes: Iterable[Fortune]) -> Plan:
    """Return the plan with what becomes of documents."""
    found = list(fortunes)
    sums = [each for fortune in found for each in _summed(fortune)]
    moves = tuple(_move(impact, each) for each in sums)
    asked = [_question(impact, each) for each in sums if each.fate.reasons]
    asked += [Question(each.flow.old.id, 0, (), each.faults, ("supply",)) for each in found if each.faults]
    return replace(
        plan, moves=moves, steps=_loads(impact, sums), inboxes=_inboxes(impact, sums),
        consents=_consents(impact, sums), questions=tuple(asked),
    )  # fmt: skip


def _summed(fortune: Fortune) -> list[_Sum]:
    sums: dict[Hashable, _Sum] = {}
    for group, fate in fortune.groups:
        effects = tuple((each.verb, each.effect) for each in fate.effects)
        why = tuple((each.code, each.message) for each in fate.reasons)
        key = (
            group.at,
            fate.to,
            fate.after.hold,
            fate.after.phase,
            effects,
            why,
            fate.consents,
            fate.is_touched,
            fate.is_back,
        )
        if key not in sums:
            sums[key] = _Sum(fortune.flow, group, fate)
        sums[key].add(group)
    return list(sums.values())


def _move(impact: Impact, each: _Sum) -> Move:
    flow, fate = each.flow, each.fate
    entity = impact.old.blueprint.entities[flow.old.entity]
    new = flow.new or flow.old
    gone = {step.was or step.id for step in new.steps} | {step.id for step in new.steps}
    is_landing = any(step not in gone and flow.old.step(step) is not None for step in each.group.at)
    return Move(
        workflow=flow.old.id, entity=entity.id, at=each.group.at, to=fate.to, count=each.count,
        value=amount_text(impact.old, entity.id, each.value), numbers=tuple(each.numbers),
        choice=impact.change.choice(flow.old.id), is_touched=fate.is_touched and not fate.reasons,
        is_back=fate.is_back, effects=(*(_effect(impact, each) for each in fate.effects), *_redone(impact, each)),
        refused=fate.reasons,
        is_landing=is_landing and fate.after.hold is None, label=entity.label,
        at_words=places(flow.old, each.group.at),
        to_words=_ENDS if fate.after.phase in ("complete", "cancelled") else places(
            flow.old if fate.after.hold else new, fate.to
        ),
    )  # fmt: skip


def places(workflow: Workflow, steps: Iterable[str]) -> Text:
    """Return where documents wait, in words."""
    found = [label_of(workflow, each) for each in steps]
    return Text("、".join(each.zh for each in found), ", ".join(each.en for each in found))


def label_of(workflow: Workflow, id: str) -> Text:
    """Return what a step is called."""
    inside = (step for lane in workflow.lanes.values() for step in lane.steps)
    step = workflow.step(id) or next((each for each in inside if each.id == id), None)
    return step.label if step is not None else Text("草稿", "draft") if id == "draft" else Text.of(id)


def _effect(impact: Impact, call: Any) -> Effect:
    return Effect(call.effect, call.verb, _action(impact, call.action))


def _action(impact: Impact, action: str) -> Text:
    spec = impact.new.blueprint.actions.get(action) or impact.old.blueprint.actions.get(action)
    return spec.label if spec is not None else Text.of(action)


def _redone(impact: Impact, each: _Sum) -> tuple[Effect, ...]:
    """Return what is done again when an owed gate has been passed, if that gate changes what it was done with."""
    new, result = each.flow.new, each.fate.result
    if new is None or result is None or each.fate.after.hold is not None or each.fate.is_back:
        return ()
    return tuple(Effect(row.effect, "redo", _action(impact, row.action)) for row in overtaken(new, result.document))


def _question(impact: Impact, each: _Sum) -> Question:
    answers = ["hold", "finish"] if each.flow.old.id in impact.new.blueprint.workflows else ["finish"]
    fields = tuple(dict.fromkeys(name for why in each.fate.reasons for name in _lacking(impact, each.flow, why)))
    if fields or any(why.code in _LACKING for why in each.fate.reasons):
        answers.insert(0, "supply")
    why = _plain(each.fate.reasons)
    return Question(each.flow.old.id, each.count, tuple(each.numbers), why, tuple(answers), fields)


_LACKING = frozenset({"missing", "unknown_value", "effect_needs", "effect_needs_off"})


def _lacking(impact: Impact, flow: Flow, why: Reason) -> Iterator[str]:
    """Yield the fields a value of which may answer a reason, by the names they have then."""
    after = impact.after(flow)
    entity = impact.new.blueprint.entities.get(after.entity)
    if entity is None or why.code not in _LACKING:
        return
    head = (why.where or "").strip("/").partition("/")[0]
    names = [impact.names.field(flow.old.entity, head)]
    step = after.step(head) if why.code.startswith("effect_") else None
    for effect in effects_of(step) if step is not None else ():
        needed = (effect.inputs.get(name) for name in effect.needs)
        names += [path[0] for each in needed if each is not None for path in sorted(each.reads) if len(path) == 1]
    for name in names:
        field = entity.fields.get(name)
        if field is not None and field.formula is None and not field.fields:
            yield name


def _plain(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))


def _consents(impact: Impact, sums: Iterable[_Sum]) -> tuple[Consent, ...]:
    """Return what takes consent, and what was consented to and happens: both are told before it is done."""
    counts: dict[str, int] = defaultdict(int)
    words: dict[str, Text] = {}
    for each in sums:
        for effect in dict.fromkeys((*each.fate.consents, *_given(impact.change, each))):
            id = f"{each.flow.old.id}:{effect}"
            counts[id] += each.count
            words[id] = _consent_words(impact, each, effect)
    return tuple(
        Consent(
            id, Text(words[id].zh.format(n=count), words[id].en.format(n=count)), count, id in impact.change.consents
        )
        for id, count in counts.items()
    )


def _given(change: Change, each: _Sum) -> list[str]:
    done = {call.effect for call in each.fate.effects if call.verb == "do"}
    return [effect for effect in sorted(done) if f"{each.flow.old.id}:{effect}" in change.consents]


def _consent_words(impact: Impact, each: _Sum, effect: str) -> Text:
    call = next((one for one in each.fate.effects if one.effect == effect), None)
    found = _effect(impact, call).what if call is not None else Text.of(effect)
    entity = impact.old.blueprint.entities[each.flow.old.entity].label
    is_witness = any(
        one.witness for step in (each.flow.new or each.flow.old).steps for one in (*step.arriving_does, *step.does)
        if one.id == effect
    )  # fmt: skip
    zh, en, thing = _safe(found.zh), _safe(found.en), entity
    if is_witness:
        return Text(
            f"{{n}} 张{_safe(thing.zh)}将视同已发生:{zh}(无人看见)",
            f"takes as having happened, unseen, for {{n}} document(s) ({_safe(thing.en)}): {en}",
        )
    return Text(
        f"{{n}} 张{_safe(thing.zh)}将执行且不可撤回:{zh}",
        f"does for good, for {{n}} document(s) ({_safe(thing.en)}): {en}",
    )


def _safe(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _loads(impact: Impact, sums: Iterable[_Sum]) -> tuple[Load, ...]:
    before: dict[tuple[str, str], int] = defaultdict(int)
    after: dict[tuple[str, str], int] = defaultdict(int)
    worth: dict[tuple[str, str, bool], Decimal] = defaultdict(Decimal)
    names: dict[tuple[str, str], Text] = {}
    entities: dict[str, str] = {}
    for each in sums:
        flow = each.flow
        entities[flow.old.id] = flow.old.entity
        to = each.group.at if each.fate.reasons else each.fate.to
        for step in each.group.at:
            before[flow.old.id, step] += each.count
            worth[flow.old.id, step, False] += each.value or Decimal(0)
            names.setdefault((flow.old.id, step), label_of(flow.old, step))
        for step in to:
            after[flow.old.id, step] += each.count
            worth[flow.old.id, step, True] += each.value or Decimal(0)
            names[flow.old.id, step] = label_of(flow.new or flow.old, step)
    return tuple(
        Load(
            workflow, step, label, before[workflow, step], after[workflow, step],
            amount_text(impact.old, entities[workflow], worth[workflow, step, False]),
            amount_text(impact.old, entities[workflow], worth[workflow, step, True]),
        )
        for (workflow, step), label in names.items()
    )  # fmt: skip


def _inboxes(impact: Impact, sums: Iterable[_Sum]) -> tuple[InboxLoad, ...]:
    before: dict[str, int] = defaultdict(int)
    after: dict[str, int] = defaultdict(int)
    for each in sums:
        to = each.group.at if each.fate.reasons else each.fate.to
        stays = each.fate.after.hold is not None or each.fate.reasons
        for role in who(impact.old, each.flow.old, each.group.at):
            before[role] += each.count
        for role in who(impact.new, impact.before(each.flow) if stays else impact.after(each.flow), to):
            after[role] += each.count
    labels = {**impact.old.blueprint.roles, **impact.new.blueprint.roles}
    return tuple(
        InboxLoad(role, labels[role].label if role in labels else Text.of(role), before[role], after[role])
        for role in dict.fromkeys((*before, *after)) if before[role] != after[role]
    )  # fmt: skip


def who(force: Force, workflow: Workflow, steps: Iterable[str]) -> frozenset[str]:
    """Return the roles whose people may do one of these steps."""
    found: set[str] = set()
    wanted = set(steps)
    inside = (step for lane in workflow.lanes.values() for step in lane.steps)
    declared: Mapping[str, Step] = {each.id: each for each in (*workflow.steps, *inside) if each.id in wanted}
    for id in wanted:
        step = declared.get(id)
        if step is not None and step.by:
            found |= set(step.by)
        elif step is None or step.person is None:
            found |= {
                grant.role for grant in force.rights.grants
                if grant.act == id and grant.entity == workflow.entity and grant.workflow in (None, workflow.id)
            }  # fmt: skip
    return frozenset(found)
