"""Build what is bound to a step or lane: effects, checks, people to tell, rules that act by themselves.

A name of a department that is installed but switched off is left out with a note; a name nobody knows is a problem.
Source: language.md §1 and §2, engine.md §2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from ordinance.blueprint.bench import Bench, Node
from ordinance.blueprint.compiling import Compiler, Scope
from ordinance.blueprint.declarations import Declarations
from ordinance.blueprint.values import ActionSpec
from ordinance.expressions import BOOLEAN, Expression, Span
from ordinance.problems import Text, did_you_mean
from ordinance.process.model import Check, Effect, Tell, Trigger

EVERYONE = "everyone"

_NAME = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*")
_CALCULATION = re.compile(r"[()'+*/=<>]|\s(and|or|not|in|is|if)\s|^[a-z_.]+\s-")


class Bindings:
    """Builds what is bound within one workflow; `scope` is what its expressions may name."""

    def __init__(self, compiler: Compiler, declared: Declarations, roles: frozenset[str]) -> None:
        self.compiler = compiler
        self.bench: Bench = compiler.bench
        self.declared = declared
        self.roles = roles

    def effects(self, node: Node, scope: Scope) -> tuple[Effect, ...]:
        """Return the effects of a `does`, in order."""
        found = (self._effect(id, each, scope) for id, each in _live(node))
        return tuple(each for each in found if each is not None)

    def _effect(self, id: str, node: Node, scope: Scope) -> Effect | None:
        action = node.text("uses") or id
        spec = self._known("action", action, node, self.declared.actions)
        if spec is None:
            return None
        when = self._condition(node.at("when"), scope)
        if when is False:
            return None
        inputs, constants = self._inputs(spec, node.at("inputs"), scope)
        return Effect(
            id=id,
            action=action,
            undo=spec.undo,
            inputs=inputs,
            constants=constants,
            needs=spec.needs,
            writes=tuple(path for path in _paths(spec.writes) if scope.knows(path)),
            after=spec.after,
            when=when,
            each_round=node.text("each") == "round",
            witness=spec.witness,
            place=node.place,
        )

    def _known(self, kind: str, id: str, node: Node, known: Mapping[str, Any]) -> Any:
        """Return what is declared under an id; None, with a note or a problem, when it is switched off or unknown."""
        spec = known.get(id)
        if spec is not None and not self.declared.is_off(spec.department):
            return spec
        if spec is not None or self.declared.is_off(id.partition(".")[0]):
            self.bench.report("left_out", node.path, name=id, department=id.partition(".")[0])
            return None
        self.bench.report(f"unknown_{kind}", node.path, name=id, remedy=did_you_mean(id, known))
        return None

    def _condition(self, node: Node, scope: Scope) -> Expression | Literal[False] | None:
        """Return a compiled condition, None if there is none, False if it reads what is switched off."""
        if not node:
            return None
        found = self.compiler.condition(node, scope)
        return False if found is None else found

    def _inputs(self, spec: ActionSpec, node: Node, scope: Scope) -> tuple[dict[str, Expression], dict[str, Any]]:
        inputs: dict[str, Expression] = {}
        constants: dict[str, Any] = {}
        taken = (*spec.needs, *spec.reads)
        for name, each in _given(node):
            if name in taken or name.partition(".")[0] in taken:
                self._input(name, each, scope, inputs, constants)
            else:
                remedy = did_you_mean(name, taken)
                self.bench.report("unknown_input", each.path, name=name, action=spec.id, remedy=remedy)
        for name in taken:
            if name not in inputs and name not in constants and not any(key.startswith(f"{name}.") for key in inputs):
                self._default_input(name, spec, node, scope, inputs)
        return inputs, constants

    def _input(
        self, name: str, node: Node, scope: Scope, inputs: dict[str, Expression], constants: dict[str, Any]
    ) -> None:
        """Tell an expression from a constant: a name that means something here, or a calculation, is an expression."""
        if not isinstance(node.data, str):
            constants[name] = node.data
            return
        text = node.data.strip()
        if _NAME.fullmatch(text):
            found = self.compiler.field(text, node, scope) if scope.knows(tuple(text.split("."))) else None
        elif _CALCULATION.search(text):
            found = self.compiler.expression(node, scope)
        else:
            found = None
        if found is not None:
            inputs[name] = found
        else:
            constants[name] = node.data

    def _default_input(
        self, name: str, spec: ActionSpec, node: Node, scope: Scope, inputs: dict[str, Expression]
    ) -> None:
        """Take an input from the field of the same name, of the document or else of its lines."""
        source = scope.same_name(name)
        if source is not None:
            found = self.compiler.field(source, node, scope)
            if found is not None:
                inputs[name] = found
        elif name in spec.needs:
            self.bench.report("input_missing", node.path, name=name, action=spec.id)

    def checks(self, node: Node, scope: Scope) -> tuple[Check, ...]:
        """Return the checks of a step, in order."""
        found = (self._check(id, each, scope) for id, each in _live(node))
        return tuple(each for each in found if each is not None)

    def _check(self, id: str, node: Node, scope: Scope) -> Check | None:
        warn = node.flag("warn")
        when = self._condition(node.at("when"), scope)
        if when is False:
            return None
        must = node.at("must")
        if must:
            condition = self.compiler.condition(must, scope)
            if condition is None:
                return None
            say = node.words("say") or Text(f"须满足:{must.data}", f"must hold: {must.data}")
            return Check(id, must=condition, say=say, warn=warn, when=when, place=node.place)
        name = node.text("uses") or id
        spec = self._known("check", name, node, self.declared.checks)
        if spec is None:
            return None
        parameters = {}
        for key, each in _given(node.at("parameters")):
            if key not in spec.parameters:
                remedy = did_you_mean(key, spec.parameters)
                self.bench.report("unknown_parameter_of_check", each.path, name=key, check=name, remedy=remedy)
            parameters[key] = each.data
        return Check(id, name=name, parameters=parameters, warn=warn, when=when, place=node.place)

    def tells(self, node: Node, scope: Scope) -> tuple[Tell, ...]:
        """Return who is told."""
        found = (self._tell(id, each, scope) for id, each in _live(node))
        return tuple(each for each in found if each is not None)

    def _tell(self, id: str, node: Node, scope: Scope) -> Tell | None:
        when = self._condition(node.at("when"), scope)
        if when is False:
            return None
        message = node.text("message") or ""
        field = node.text("field") or (id if "." in id else "")
        if field:
            if not scope.knows(tuple(field.split("."))):
                self.bench.report("unknown_path", node.path, name=field, entity=scope.entity, remedy=scope.near(field))
                return None
            return Tell("field", field, message, when)
        if id != EVERYONE and id not in self.roles:
            self.bench.report("unknown_role", node.path, name=id, remedy=did_you_mean(id, self.roles))
            return None
        return Tell("everyone" if id == EVERYONE else "role", id, message, when)

    def triggers(self, node: Node, scope: Scope) -> tuple[Trigger, ...]:
        """Return the rules of `by_itself`; one that reads or waits for what is switched off is left out."""
        found = (self._trigger(id, each, scope) for id, each in _live(node))
        return tuple(each for each in found if each is not None)

    def _trigger(self, id: str, node: Node, scope: Scope) -> Trigger | None:
        event = node.text("event") or None
        if event is not None and not self.is_event(event, node):
            return None
        within = scope.with_event(self.declared.events.get(event)) if event else scope
        when = self._condition(node.at("when"), within)
        if when is False:
            return None
        return Trigger(
            id=id,
            when=when,
            after=self.span(node.at("after")),
            before_due=self.span(node.at("before_due")),
            event=event,
            passes=node.flag("pass"),
            lane=node.text("lane") or None,
            tells=self.tells(node.at("tells"), within),
            adds=self.known_roles(node.at("adds")),
            values=self.values(node.at("with"), within),
        )

    def is_event(self, event: str, node: Node) -> bool:
        """Return whether an event can happen here; says so as a note or a problem when it cannot."""
        if event in self.compiler.step_events:
            return True
        return self._known("event", event, node, self.declared.events) is not None

    def known_roles(self, node: Node) -> tuple[str, ...]:
        """Return the roles named, without those nobody defines."""
        for name, each in node.items():
            if name not in self.roles:
                self.bench.report("unknown_role", each.path, name=name, remedy=did_you_mean(name, self.roles))
        return tuple(name for name in node.names() if name in self.roles)

    def values(self, node: Node, scope: Scope) -> dict[str, Expression]:
        """Return the values of a `with`: a bare text that means nothing here stands for itself."""
        values = {}
        for name, each in _given(node):
            text = str(each.data).strip()
            is_meant = bool(_CALCULATION.search(text)) or scope.knows(tuple(text.split(".")))
            found = self.compiler.expression(each, scope) if is_meant else self.compiler.literal(each)
            if found is not None:
                values[name] = found
        return values

    def span(self, node: Node) -> Span | None:
        """Return a length of time; None if there is none. That it is one has been validated."""
        if not node or node.data == "":
            return None
        try:
            return Span.parse(str(node.data))
        except ValueError:
            return None

    def flag(self, node: Node, scope: Scope) -> bool | Expression:
        """Return a true, a false, or a compiled condition (`enabled`)."""
        text = str(node.data).strip()
        if text in ("", "true", "always", "None"):
            return True
        if text == "false":
            return False
        found = self.compiler.expression(node, scope, BOOLEAN)
        return True if found is None else found


def _live(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield what is bound and not switched off."""
    for id, each in node.items():
        if each.flag("enabled", default=True):
            yield id, each


def _given(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield given values by name; a map below is spread out (`with.order`)."""
    for name, each in node.items():
        if isinstance(each.data, dict):
            for below, value in _given(each):
                yield f"{name}.{below}", value
        else:
            yield name, each


def _paths(names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(name.split(".")) for name in names)
