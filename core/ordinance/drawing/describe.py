"""One step or lane in words, aspect by aspect: the handbook prints it, a drawing says it, a comparison compares it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ordinance.drawing.names import Names
from ordinance.drawing.spans import span_words
from ordinance.drawing.words import condition_words
from ordinance.expressions import Expression, Span
from ordinance.process.model import Check, Effect, Lane, Step, Tell, Trigger, Workflow


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing to know of a gate: a stable key (`who`, `asks`, `does` …), its heading, and what there is to say."""

    key: str
    label: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Puts the gates of one workflow into words."""

    workflow: Workflow
    names: Names

    def condition(self, expression: Expression) -> str:
        """Return a condition in words."""
        return condition_words(expression, self.names, self.workflow.entity)

    def step(self, step: Step) -> tuple[Aspect, ...]:
        """Return everything there is to know of a step, in the order in which people ask."""
        say, flow = self.names.say, self.workflow
        told = {
            "who": self.names.who(flow, step) or (say("anyone"),),
            "when": self.only(step.when),
            "enabled": (self.stops(step),),
            "asks": self.names.fields(flow, step.asks),
            "offers": self.names.fields(flow, step.offers),
            "needs": self.names.fields(flow, step.needs),
            "checks": self.checks(step.checks),
            "arriving": self.consequences(step.arriving_does, step.arriving_tells),
            "does": self.consequences(step.does, step.tells),
            "number": (say("takes_number"),) if flow.number is not None and flow.number.at == step.id else (),
            "until": (say("repeats", what=self.condition(step.until)),) if step.until is not None else (),
            "due": self.due(step.due),
            "itself": tuple(self.rule(each) for each in step.by_itself),
            "count": (say("count_words", n=step.count),) if step.count > 1 else (),
            "differs": (say("differs_words", steps=self.names.steps(flow, step.differs_from)),)
            if step.differs_from
            else (),
            "opinion": (say(f"opinion_{step.opinion}"),) if step.opinion != "on_refusal" else (),
            "back": tuple(self.names.step(flow, each) for each in step.back_to),
            "queue": self.queue(step),
            "ends": (self.names.of(flow.ends.get(step.ends), step.ends),) if step.ends else (),
            "help": self.words(step.help),
            "basis": self.words(step.basis),
        }
        return self.aspects(told)

    def lane(self, lane: Lane) -> tuple[Aspect, ...]:
        """Return everything there is to know of a side flow."""
        say, flow = self.names.say, self.workflow
        told = {
            "who": self.names.who(flow, lane) or (say("anyone"),),
            "from": (self.entered(lane),),
            "when": self.only(lane.when),
            "asks": self.names.fields(flow, lane.asks),
            "offers": self.names.fields(flow, lane.offers),
            "changes": self.names.fields(flow, lane.changes),
            "checks": self.checks(lane.checks),
            "does": self.consequences(lane.does, lane.tells),
            "ends": (self.outcome(lane),),
            "basis": self.words(lane.basis),
        }
        return self.aspects(told)

    def aspects(self, told: dict[str, tuple[str, ...]]) -> tuple[Aspect, ...]:
        """Return what is not empty, with its heading."""
        return tuple(Aspect(key, self.names.say(f"aspect_{key}"), items) for key, items in told.items() if items)

    def only(self, when: Expression | None) -> tuple[str, ...]:
        """Return when a gate is part of the process."""
        return (self.names.say("only_if", what=self.condition(when)),) if when is not None else ()

    def stops(self, step: Step) -> str:
        """Return whether documents stop at a step."""
        if isinstance(step.enabled, Expression):
            return self.names.say("stops_if", what=self.condition(step.enabled))
        return self.names.say("stop_always" if step.locked else "stop_yes" if step.enabled else "stop_no")

    def checks(self, checks: Iterable[Check]) -> tuple[str, ...]:
        """Return what is checked."""
        return tuple(self.check(each) for each in checks)

    def check(self, check: Check) -> str:
        """Return a check in words: its own, or the condition that must hold."""
        say = self.names.say
        if check.must is None:
            said = self.names.check(check.name or check.id)
        elif check.say:
            said = say("must_hold", say=self.names.of(check.say), what=self.condition(check.must))
        else:
            said = say("must_hold_bare", what=self.condition(check.must))
        said = say("warns", what=said) if check.warn else said
        return said if check.when is None else say("effect_when", what=said, when=self.condition(check.when))

    def consequences(self, effects: Iterable[Effect], tells: Iterable[Tell]) -> tuple[str, ...]:
        """Return what the system does and whom it tells."""
        return (*(self.effect(each) for each in effects), *(self.tell(each) for each in tells))

    def effect(self, effect: Effect) -> str:
        """Return a consequence in words, with its condition."""
        said = self.names.action(effect.action)
        return (
            said if effect.when is None else self.names.say("effect_when", what=said, when=self.condition(effect.when))
        )

    def tell(self, tell: Tell) -> str:
        """Return a message in words, with its condition."""
        said = self.names.say("tells", whom=self.names.told(self.workflow, tell))
        return said if tell.when is None else self.names.say("effect_when", what=said, when=self.condition(tell.when))

    def due(self, due: Span | Expression | None) -> tuple[str, ...]:
        """Return until when a step is to be done."""
        if due is None:
            return ()
        if isinstance(due, Span):
            return (self.names.say("within", span=span_words(due, self.names.locale)),)
        return (self.names.say("due_by", what=self.condition(due)),)

    def rule(self, rule: Trigger) -> str:
        """Return a rule of `by_itself` in words."""
        say, what = self.names.say, self.moment(rule)
        if rule.lane:
            return say("enters_lane", what=what, lane=self.names.step(self.workflow, rule.lane))
        said = say("goes_by_itself" if rule.passes else "acts_by_itself", what=what)
        more = [self.tell(each) for each in rule.tells]
        return self.names.listed([said, *more]) if more else said

    def moment(self, rule: Trigger) -> str:
        """Return when a rule of `by_itself` acts."""
        say, locale = self.names.say, self.names.locale
        parts = []
        if rule.event:
            parts.append(say("rule_event", what=self.names.event(rule.event)))
        if (
            rule.when is not None and rule.when.reads | rule.when.passes | rule.when.warnings | rule.when.functions
        ) or (rule.when is not None and rule.when.uses_now):
            parts.append(say("rule_when", what=self.condition(rule.when)))
        if rule.after is not None:
            parts.append(say("rule_after", span=span_words(rule.after, locale)))
        if rule.before_due is not None:
            parts.append(say("rule_before", span=span_words(rule.before_due, locale)))
        return say("joined_rules").join(parts) or say("rule_always")

    def queue(self, step: Step) -> tuple[str, ...]:
        """Return in which order documents are taken."""
        if step.queue is None:
            return ()
        say = self.names.say
        fields = [
            say("descending", field=label) if down else label
            for path, down in step.queue.order
            for label in [self.names.field(self.workflow, path)]
        ]
        said = say("queue_words", fields=self.names.listed(fields))
        return (said + say("queue_strict") if step.queue.strict else said,)

    def entered(self, lane: Lane) -> str:
        """Return from where a lane may be entered."""
        say = self.names.say
        if lane.at:
            return say("lane_at", steps=self.names.steps(self.workflow, lane.at))
        if lane.before:
            return say("lane_before", step=self.names.step(self.workflow, lane.before))
        return say("lane_any")

    def outcome(self, lane: Lane) -> str:
        """Return how a lane ends."""
        say, flow = self.names.say, self.workflow
        if lane.ends:
            return say("ends_as", end=self.names.of(flow.ends.get(lane.ends), lane.ends))
        return say("back_to", step=self.names.step(flow, lane.back_to)) if lane.back_to else say("back_where")

    def words(self, text: object) -> tuple[str, ...]:
        """Return words of the site, if there are any."""
        said = self.names.of(text)  # type: ignore[arg-type]
        return (said,) if said else ()
