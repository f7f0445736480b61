"""BPMN 2.0 as XML: the process, then its diagram interchange."""

from __future__ import annotations

from ordinance.drawing.bpmn.plane import Flow, Node, Plane
from ordinance.drawing.canvas import attribute, number, plain
from ordinance.drawing.names import Names
from ordinance.process.model import Workflow

_NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"',
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"',
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"',
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI"',
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
)
_LANGUAGE = "urn:ordinance:expression"
_SMALL = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateThrowEvent", "exclusiveGateway",
                    "parallelGateway"})  # fmt: skip


def write(workflow: Workflow, plane: Plane, names: Names) -> str:
    """Return the document.

    Args:
        workflow: The process, for its id and name.
        plane: Its nodes and flows.
        names: The language.
    """
    id, name = f"process_{workflow.id}", names.of(workflow.label, workflow.id)
    target = f'targetNamespace="urn:ordinance:{workflow.id}" exporter="Ordinance" expressionLanguage="{_LANGUAGE}"'
    opened = f'<definitions {" ".join(_NAMESPACES)} id="definitions_{workflow.id}" {target}>'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        opened,
        f'  <process id="{id}" name={attribute(name)} isExecutable="false">',
        *_content(plane, "    "),
        "  </process>",
        f'  <bpmndi:BPMNDiagram id="diagram_{workflow.id}" name={attribute(name)}>',
        f'    <bpmndi:BPMNPlane id="plane_{workflow.id}" bpmnElement="{id}">',
        *_shapes(plane),
        "    </bpmndi:BPMNPlane>",
        "  </bpmndi:BPMNDiagram>",
        "</definitions>",
    ]
    return "\n".join(lines) + "\n"


def _content(plane: Plane, indent: str) -> list[str]:
    lines: list[str] = []
    for node in plane.nodes.values():
        lines += _node(plane, node, indent)
    lines += [_flow(plane, flow, indent) for flow in plane.flows]
    return lines


def _node(plane: Plane, node: Node, indent: str) -> list[str]:
    attributes = {key: value for key, value in node.attributes.items() if key != "condition"}
    said = "".join(f" {key}={attribute(value)}" for key, value in attributes.items())
    named = f" name={attribute(node.name)}" if node.name else ""
    lines = [f'{indent}<{node.tag} id="{node.id}"{named}{said}>']
    lines += [f"{indent}  <documentation>{plain(each)}</documentation>" for each in node.about]
    lines += [f"{indent}  <incoming>{each.id}</incoming>" for each in plane.incoming(node.id)]
    lines += [f"{indent}  <outgoing>{each.id}</outgoing>" for each in plane.outgoing(node.id)]
    lines += [f"{indent}  <potentialOwner name={attribute(each)}/>" for each in node.owners]
    if node.inside:
        lines.append(f"{indent}  {node.inside}")
    if node.plane is not None:
        lines += _content(node.plane, indent + "  ")
    if len(lines) == 1:
        return [lines[0][:-1] + "/>"]
    return [*lines, f"{indent}</{node.tag}>"]


def _flow(plane: Plane, flow: Flow, indent: str) -> str:
    named = f" name={attribute(flow.name)}" if flow.name else ""
    head = f'{indent}<sequenceFlow id="{flow.id}" sourceRef="{flow.source}" targetRef="{flow.target}"{named}'
    source = plane.nodes[flow.source]
    condition = source.attributes.get("condition")
    if condition is None or source.attributes.get("default") == flow.id:
        return head + "/>"
    said = f'<conditionExpression xsi:type="tFormalExpression">{plain(condition)}</conditionExpression>'
    return f"{head}>{said}</sequenceFlow>"


def _shapes(plane: Plane) -> list[str]:
    lines: list[str] = []
    for node in plane.nodes.values():
        lines += _shape(node)
        if node.plane is not None:
            lines += _shapes(node.plane)
    for flow in plane.flows:
        lines += _edge(flow)
    return lines


def _shape(node: Node) -> list[str]:
    more = ' isExpanded="true"' if node.plane is not None else ""
    more += ' isMarkerVisible="true"' if node.tag == "exclusiveGateway" else ""
    lines = [
        f'      <bpmndi:BPMNShape id="shape_{node.id}" bpmnElement="{node.id}"{more}>',
        f"        {_bounds(node.x, node.y, node.wide, node.high)}",
    ]
    if node.tag in _SMALL and node.name:
        label = _bounds(node.center - 60, node.bottom + 4, 120, 28)
        lines.append(f"        <bpmndi:BPMNLabel>{label}</bpmndi:BPMNLabel>")
    return [*lines, "      </bpmndi:BPMNShape>"]


def _edge(flow: Flow) -> list[str]:
    points = [f'        <di:waypoint x="{number(x)}" y="{number(y)}"/>' for x, y in flow.points]
    return [
        f'      <bpmndi:BPMNEdge id="edge_{flow.id}" bpmnElement="{flow.id}">',
        *points,
        "      </bpmndi:BPMNEdge>",
    ]


def _bounds(x: float, y: float, wide: float, high: float) -> str:
    at = f'x="{number(x)}" y="{number(y)}" width="{number(wide)}" height="{number(high)}"'
    return f"<dc:Bounds {at}/>"
