"""From a workflow to BPMN nodes and flows with their places: one line from left to right, blocks one below another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ordinance.drawing.bpmn.plane import EVENT, SIZES, TASK, Node, Plane, Tag
from ordinance.drawing.bpmn.triggers import attach_rules
from ordinance.drawing.describe import Speaker
from ordinance.drawing.names import Names
from ordinance.expressions import Expression
from ordinance.process.model import Lane, Step, Workflow

_LEFT, _TOP, _GAP = 60.0, 120.0, 42.0
_BRANCH, _RAIL, _UNDER = 170.0, 70.0, 24.0
_PAD = 30.0


def build(workflow: Workflow, names: Names) -> Plane:
    """Return the plane of a workflow: its main flow, and an event subprocess for each lane below."""
    plane = Plane()
    speaker = Speaker(workflow, names)
    line = _Line(plane, speaker, _LEFT, _TOP)
    line.put("start", "startEvent", names.say("start"))
    for block in _blocks(workflow.steps):
        line.block(block)
    line.put("done", "endEvent", names.of(workflow.ends.get("done"), names.say("done")))
    line.send_back(workflow.steps)
    y = plane.bounds()[1] + 60
    for lane in workflow.lanes.values():
        y = _subprocess(plane, speaker, lane, y) + 30
    return plane


def _blocks(steps: Sequence[Step]) -> list[list[Step]]:
    made: list[list[Step]] = []
    for step in steps:
        if made and step.together and made[-1][-1].together == step.together:
            made[-1].append(step)
        else:
            made.append([step])
    return made


@dataclass(slots=True)
class _Line:
    """Puts one node behind another and ties them; `last` is the node from which the next is reached."""

    plane: Plane
    speaker: Speaker
    x: float
    y: float
    prefix: str = ""
    last: Node | None = None

    def put(self, id: str, tag: Tag, name: str, about: tuple[str, ...] = ()) -> Node:
        """Add a node at the end of the line and tie it to the last."""
        wide, high = SIZES.get(tag, EVENT)
        node = self.plane.add(Node(self.prefix + id, tag, name, self.x, self.y - high / 2, wide, high, about))
        if self.last is not None:
            self.plane.flow(self.last, node)
        self.x = node.right + _GAP
        self.last = node
        return node

    def block(self, steps: list[Step]) -> None:
        """Add one step, or several between a fork and a join."""
        if len(steps) == 1:
            self.step(steps[0])
            return
        name = steps[0].together or ""
        fork = self.put(f"fork_{name}_{steps[0].id}", "parallelGateway", self.speaker.names.say("together"))
        ends: list[Node] = []
        right = self.x
        for at, step in enumerate(steps):
            branch = _Line(self.plane, self.speaker, self.x, self.y + at * _BRANCH, self.prefix)
            first = branch.step(step)
            points = ((fork.center, fork.bottom), (fork.center, first.middle), (first.x, first.middle)) if at else ()
            self.plane.flow(fork, first, points)
            assert branch.last is not None
            ends.append(branch.last)
            right = max(right, branch.x)
        self.x, self.last = right, None
        join = self.put(f"join_{name}_{steps[0].id}", "parallelGateway", "")
        for at, end in enumerate(ends):
            points = ((end.right, end.middle), (join.center, end.middle), (join.center, join.bottom)) if at else ()
            self.plane.flow(end, join, points)

    def step(self, step: Step) -> Node:
        """Add a step with its gateways; return the node by which it is reached."""
        names = self.speaker.names
        count = len(self.plane.nodes)
        only = self.fork(f"when_{step.id}", step.when) if step.when is not None else None
        self.gate(step)
        self.consequences(step)
        if only is not None:
            self.join(f"met_{step.id}", only)
        if step.ends:
            self.put(f"end_{step.id}", "endEvent", names.of(self.speaker.workflow.ends.get(step.ends), step.ends))
        return list(self.plane.nodes.values())[count]

    def gate(self, step: Step) -> None:
        """Add the user task of a step, unless it is off; what it does for some documents only stands behind a fork."""
        if step.enabled is False:
            return
        names = self.speaker.names
        stops = self.fork(f"stops_{step.id}", step.enabled) if isinstance(step.enabled, Expression) else None
        about = tuple(f"{each.label}: {names.listed(each.items)}" for each in self.speaker.step(step))
        task = self.put(f"step_{step.id}", "userTask", names.of(step.label, step.id), about)
        task.owners = names.who(self.speaker.workflow, step)
        if step.count > 1:
            task.inside = _several(step.count)
        elif step.until is not None:
            task.inside = '<standardLoopCharacteristics testBefore="false"/>'
        if step.back_to:
            self.put(f"passed_{step.id}", "exclusiveGateway", "")
        if stops is not None:
            self.join(f"stopped_{step.id}", stops)

    def consequences(self, step: Step) -> None:
        """Add what happens on passing; a step that is off and does nothing leaves a mark that says so."""
        names = self.speaker.names
        told = (
            *self.speaker.consequences(step.arriving_does, step.arriving_tells),
            *self.speaker.consequences(step.does, step.tells),
        )
        label = names.of(step.label, step.id)
        if told:
            self.put(f"does_{step.id}", "serviceTask", names.listed(told), (label,))
        elif step.enabled is False:
            self.put(f"off_{step.id}", "intermediateThrowEvent", f"{label} ({names.say('off')})")

    def fork(self, id: str, condition: Expression) -> Node:
        """Add the gateway before what is for some documents only."""
        gateway = self.put(id, "exclusiveGateway", self.speaker.condition(condition))
        gateway.attributes["condition"] = condition.source
        return gateway

    def join(self, id: str, fork: Node) -> None:
        """Add the gateway behind it, and the way past it."""
        join = self.put(id, "exclusiveGateway", "")
        rail = min(fork.y, join.y) - _RAIL
        points = ((fork.center, fork.y), (fork.center, rail), (join.center, rail), (join.center, join.y))
        past = self.plane.flow(fork, join, points)
        fork.attributes["default"] = past.id

    def send_back(self, steps: Sequence[Step]) -> None:
        """Add the ways back, each on a line of its own below everything, and the rules that act by themselves."""
        attach_rules(self.plane, self.speaker, steps, self.prefix)
        low = self.plane.bounds()[1]
        for step in steps:
            source = self.plane.nodes.get(f"{self.prefix}passed_{step.id}")
            for to in step.back_to if source is not None else ():
                target = self.reached(to)
                if target is None or source is None:
                    continue
                low += _UNDER
                begin, end = (source.center, source.bottom), (target.center, target.bottom)
                points = (begin, (source.center, low), (target.center, low), end)
                self.plane.flow(source, target, points, name=self.speaker.names.say("send_back"))

    def reached(self, id: str) -> Node | None:
        """The node at which a step begins."""
        kinds = ("when", "stops", "step", "does", "off")
        found = (self.plane.nodes.get(f"{self.prefix}{kind}_{id}") for kind in kinds)
        return next((each for each in found if each is not None), None)


def _several(count: int) -> str:
    number = f'<loopCardinality xsi:type="tFormalExpression">{count}</loopCardinality>'
    return f"<multiInstanceLoopCharacteristics>{number}</multiInstanceLoopCharacteristics>"


def _subprocess(plane: Plane, speaker: Speaker, lane: Lane, y: float) -> float:
    """Add a side flow as an event subprocess, and return how far down it reaches."""
    names, inner = speaker.names, Plane()
    high = TASK[1] + 2 * _PAD + 40
    prefix = f"lane_{lane.id}_"
    line = _Line(inner, speaker, _LEFT + _PAD, y + high / 2, prefix)
    begin = line.put("start", "startEvent", speaker.entered(lane))
    begin.inside = "<signalEventDefinition/>"
    begin.attributes["isInterrupting"] = "true" if lane.ends else "false"
    label = names.of(lane.label, lane.id)
    about = tuple(f"{each.label}: {names.listed(each.items)}" for each in speaker.lane(lane))
    if not lane.steps or lane.asks or lane.offers or lane.changes:
        line.put("entry", "userTask", label, about).owners = names.who(speaker.workflow, lane)
    for block in _blocks(lane.steps):
        line.block(block)
    told = speaker.consequences(lane.does, lane.tells)
    if told:
        line.put("does", "serviceTask", names.listed(told))
    end = line.put("end", "endEvent", speaker.outcome(lane))
    if lane.ends:
        end.inside = "<terminateEventDefinition/>"
    line.send_back(lane.steps)
    right, down = inner.bounds()
    node = Node(
        f"lane_{lane.id}", "subProcess", label, _LEFT, y, right - _LEFT + _PAD, max(high, down - y + _PAD), about
    )
    node.attributes["triggeredByEvent"] = "true"
    node.plane = inner
    plane.add(node)
    return node.bottom
