"""Build the workflows: steps in order, lanes beside them, where documents start, what they are called.

Source: language.md §3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ordinance.blueprint.bench import Bench, Node, made_words
from ordinance.blueprint.bindings import Bindings
from ordinance.blueprint.compiling import Compiler, Scope
from ordinance.blueprint.sequence import after_effects
from ordinance.blueprint.steps import StepBuilder, opinion
from ordinance.blueprint.values import Entity
from ordinance.expressions import BOOLEAN
from ordinance.problems import Text, did_you_mean
from ordinance.process.model import Lane, Numbering, Opening, Reaction, Stage, Switch, Workflow

CHANNELS = ("office", "portal", "api", "import")
DONE = "done"


def entity_of(id: str, node: Node) -> str:
    """Return the entity a workflow moves: its own id unless it says `of`."""
    return node.text("of") or id


def step_ids(node: Node) -> tuple[str, ...]:
    """Return every step a document of this workflow may pass, those of its lanes too."""
    lanes = [name for _, lane in node.at("lanes").items() for name in lane.at("steps").names()]
    return (*node.at("steps").names(), *lanes)


def live_workflows(bench: Bench) -> Iterator[tuple[str, Node]]:
    """Yield the workflows that are not switched off."""
    for id, node in bench.node("workflows").items():
        if node.flag("enabled", default=True):
            yield id, node


@dataclass(slots=True)
class WorkflowBuilder:
    """Builds every workflow of a load."""

    compiler: Compiler
    bindings: Bindings
    entities: Mapping[str, Entity]

    @property
    def bench(self) -> Bench:
        """Return the workbench."""
        return self.compiler.bench

    def workflows(self) -> dict[str, Workflow]:
        """Return the workflows of the merged tree, by id; one of an unknown entity is left out with a problem."""
        found = {}
        for id, node in live_workflows(self.bench):
            entity = entity_of(id, node)
            if entity in self.entities:
                found[id] = after_effects(self._workflow(id, entity, node), self.bindings.declared)
            else:
                path = (*node.path, "of") if "of" in node else node.path
                self.bench.report("unknown_entity", path, name=entity, remedy=did_you_mean(entity, self.entities))
        return found

    def _workflow(self, id: str, entity: str, node: Node) -> Workflow:
        checks = [name for _, step in node.at("steps").items() for name in step.at("checks").names()]
        lanes = [name for _, lane in node.at("lanes").items() for name in lane.at("checks").names()]
        scope = self.compiler.document(entity, step_ids(node), (*checks, *lanes))
        steps = StepBuilder(self.compiler, self.bindings)
        ends = {name: each.words("label") or made_words(name) for name, each in node.at("ends").items()}
        ends.setdefault(DONE, Text("已完成", "Completed"))
        return Workflow(
            id=id,
            entity=entity,
            label=node.words("label") or self.entities[entity].label,
            revision="",
            steps=steps.steps(node.at("steps"), scope),
            lanes={name: self._lane(name, each, scope, steps, ends) for name, each in node.at("lanes").items()},
            when=self.compiler.expression(node.at("when"), self.compiler.record(entity), BOOLEAN),
            number=self._number(node.at("number"), scope, steps),
            openings=tuple(self._opening(each, entity, scope, steps) for _, each in node.at("opens").items()),
            stages=tuple(self._stage(name, each) for name, each in node.at("stages").items()),
            reactions=tuple(self._reactions(node.at("events"), scope)),
            switches=tuple(_switches(node.at("switches"))),
            ends=ends,
            place=node.place,
        )

    def _lane(self, id: str, node: Node, scope: Scope, steps: StepBuilder, ends: dict[str, Text]) -> Lane:
        changes = steps.filled(node.at("changes"), scope)
        within = scope.with_new() if changes else scope
        roles, person = steps.by(node.at("by"), scope)
        outcome = node.text("ends") or None
        if outcome:
            ends.setdefault(outcome, node.words("label") or made_words(outcome))
        return Lane(
            id=id,
            label=node.words("label") or made_words(id),
            by=roles,
            person=person,
            when=self.compiler.expression(node.at("when"), scope, BOOLEAN),
            at=node.at("at").names(),
            before=node.text("before") or None,
            asks=steps.filled(node.at("asks"), scope),
            offers=steps.filled(node.at("offers"), scope),
            changes=changes,
            checks=self.bindings.checks(node.at("checks"), within),
            does=self.bindings.effects(node.at("does"), within),
            tells=self.bindings.tells(node.at("tells"), within),
            opinion=opinion(node, "never"),
            steps=steps.steps(node.at("steps"), within),
            back_to=node.text("back_to") or None,
            ends=outcome,
            basis=node.words("basis"),
            was=node.text("was") or None,
            place=node.place,
        )

    def _number(self, node: Node, scope: Scope, steps: StepBuilder) -> Numbering | None:
        if not node.data:
            return None
        source, within = node.text("from"), node.text("unique_within")
        return Numbering(
            at=node.text("at") or "",
            pattern=node.text("pattern") or None,
            source=steps.path(source, node.at("from"), scope) if source else None,
            gapless=node.flag("gapless"),
            unique_within=steps.path(within, node.at("unique_within"), scope) if within else None,
        )

    def _opening(self, node: Node, entity: str, scope: Scope, steps: StepBuilder) -> Opening:
        events = tuple(name for name, each in node.at("event").items() if self.bindings.is_event(name, each))
        each_of = node.text("each") or None
        within = self.compiler.record(each_of) if each_of else scope
        if each_of and each_of not in self.entities:
            remedy = did_you_mean(each_of, self.entities)
            self.bench.report("unknown_entity", (*node.path, "each"), name=each_of, remedy=remedy)
        if events:
            within = within.with_event(self.bindings.declared.events.get(events[0]))
        source = node.text("from")
        path = steps.path(source, node.at("from"), scope) if source else None
        by_person = not events and not node.text("every")
        return Opening(
            via=node.at("via").names() or (CHANNELS if by_person else ()),
            source=path,
            when=self.compiler.expression(node.at("when"), within, BOOLEAN),
            copy=node.at("copy").names(),
            draft=node.flag("draft", default=True),
            events=events,
            every=self.bindings.span(node.at("every")),
            each=each_of,
            values=self.bindings.values(node.at("with"), within),
        )

    def _stage(self, id: str, node: Node) -> Stage:
        start = node.text("from") or ""
        return Stage(id, start, node.words("label") or made_words(id), node.flag("counts", default=True))

    def _reactions(self, node: Node, scope: Scope) -> Iterator[Reaction]:
        for event, each in node.items():
            if not self.bindings.is_event(event, each):
                continue
            within = scope.with_event(self.bindings.declared.events.get(event))
            when = self.compiler.expression(each.at("when"), within, BOOLEAN)
            if each.at("when").data and when is None:
                continue
            yield Reaction(
                event=event,
                when=when,
                does=self.bindings.effects(each.at("does"), within),
                tells=self.bindings.tells(each.at("tells"), within),
                lane=each.text("lane") or None,
                values=self.bindings.values(each.at("with"), within),
            )


def _switches(node: Node) -> Iterator[Switch]:
    for id, each in node.items():
        if "if" in each:
            yield Switch(id, "if_then", (each.text("if") or "", each.text("then") or ""))
        else:
            yield Switch(id, "not_both", each.at("not_both").names())


def with_revision(workflow: Workflow, revision: str) -> Workflow:
    """Return a workflow that carries the revision it belongs to."""
    return replace(workflow, revision=revision)
