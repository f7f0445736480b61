"""A process as BPMN 2.0 with its diagram: user tasks for gates, service tasks for consequences, laid out by us."""

from ordinance.drawing.bpmn.build import build
from ordinance.drawing.bpmn.write import write
from ordinance.drawing.names import Names
from ordinance.process.model import Workflow

__all__ = ["bpmn"]


def bpmn(workflow: Workflow, locale: str, names: Names | None = None) -> str:
    """Return the BPMN 2.0 document of a workflow, valid against the schemas of the OMG, with shapes and edges.

    A step is a user task; what happens on passing is a service task behind it. A step that is off keeps that alone.
    A condition is a pair of exclusive gateways, `together` a pair of parallel ones, a side flow an event subprocess, a
    rule of `by_itself` a boundary event.

    Source: design.md §6 (draw), issue 3 item 6.

    Args:
        workflow: The process.
        locale: `zh` or `en`.
        names: What everything is called; ids where it is left out.
    """
    known = names or Names(locale)
    return write(workflow, build(workflow, known), known)
