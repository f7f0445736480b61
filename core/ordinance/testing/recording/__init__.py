"""Turn what really happened to a document into a scenario that passes when it is played.

A recording holds what people put in, not what followed: formulas, copies and what actions wrote come by themselves when
it is played. What is given is the document's people, and the records it refers to as they stood for it.
"""

from ordinance.testing.recording.story import Recorded, find_document, record
from ordinance.testing.recording.yaml_text import scenario_text

__all__ = ["Recorded", "find_document", "record", "scenario_text"]
