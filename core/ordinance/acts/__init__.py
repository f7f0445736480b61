"""Everything a person or the system can do, one async function each, one transaction each.

Faces (API, screens, import, scenarios) call these and nothing below them. An ordinary "no" comes back as `Refused`.
"""

from ordinance.acts.aggregating import aggregate
from ordinance.acts.dictionary import Term, dictionary
from ordinance.acts.due import tick
from ordinance.acts.evaluating import evaluate
from ordinance.acts.happening import event
from ordinance.acts.house import Call, Force, House
from ordinance.acts.inbox import counts, inbox, mark_read, notifications
from ordinance.acts.outcomes import (
    Change,
    Choice,
    Done,
    Entry,
    Evaluation,
    Figure,
    Filter,
    Joint,
    Page,
    Query,
    Refused,
    StepView,
    Task,
    View,
)
from ordinance.acts.reading import listing, lookup, read
from ordinance.acts.records import create, delete, update
from ordinance.acts.steps import lane, reassign, resume, set_aside, step, steps, take
from ordinance.acts.timeline import timeline

__all__ = [
    "Call",
    "Change",
    "Choice",
    "Done",
    "Entry",
    "Evaluation",
    "Figure",
    "Filter",
    "Force",
    "House",
    "Joint",
    "Page",
    "Query",
    "Refused",
    "StepView",
    "Task",
    "Term",
    "View",
    "aggregate",
    "counts",
    "create",
    "delete",
    "dictionary",
    "evaluate",
    "event",
    "inbox",
    "lane",
    "listing",
    "lookup",
    "mark_read",
    "notifications",
    "read",
    "reassign",
    "resume",
    "set_aside",
    "step",
    "steps",
    "take",
    "tick",
    "timeline",
    "update",
]
