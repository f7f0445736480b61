"""A process as a picture and in words: SVG, Mermaid, BPMN 2.0, the same gates described for a handbook. Pure."""

from ordinance.drawing.bpmn import bpmn
from ordinance.drawing.describe import Aspect, Speaker
from ordinance.drawing.difference import AspectChange, GateChange, differences
from ordinance.drawing.mermaid import mermaid
from ordinance.drawing.names import Names
from ordinance.drawing.outline import Line, outline
from ordinance.drawing.picture import Picture, picture_of
from ordinance.drawing.style import STYLE
from ordinance.drawing.svg import paint, svg
from ordinance.drawing.words import condition_words

__all__ = [
    "STYLE",
    "Aspect",
    "AspectChange",
    "GateChange",
    "Line",
    "Names",
    "Picture",
    "Speaker",
    "bpmn",
    "condition_words",
    "differences",
    "mermaid",
    "outline",
    "paint",
    "picture_of",
    "svg",
]
