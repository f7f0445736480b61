"""Everything a person or the system can do, one async function each, one transaction each.

Faces (API, screens, import, scenarios) call these and nothing below them. An ordinary "no" comes back as `Refused`.
"""

from ordinance.acts.aggregating import aggregate
from ordinance.acts.counting import count, waiting
from ordinance.acts.dictionary import Term, dictionary
from ordinance.acts.due import tick
from ordinance.acts.evaluating import evaluate
from ordinance.acts.files import Content, FileView, add_file, files, open_file, remove_file
from ordinance.acts.happening import event
from ordinance.acts.house import Call, Force, House
from ordinance.acts.inbox import counts, inbox, mark_read, notifications, unread
from ordinance.acts.looking import lookup, named
from ordinance.acts.notes import NoteView, add_note, change_note, notes, own_note, people, remove_note
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
from ordinance.acts.paging import around, page_before
from ordinance.acts.reading import listing, read
from ordinance.acts.records import create, delete, update
from ordinance.acts.related import Kin, Relation, related
from ordinance.acts.steps import lane, reassign, resume, set_aside, step, steps, take
from ordinance.acts.timeline import timeline
from ordinance.acts.views import change_view, delete_view, keep_view, move_view, views

__all__ = [
    "Call",
    "Change",
    "Choice",
    "Content",
    "Done",
    "Entry",
    "Evaluation",
    "Figure",
    "FileView",
    "Filter",
    "Force",
    "House",
    "Joint",
    "Kin",
    "NoteView",
    "Page",
    "Query",
    "Refused",
    "Relation",
    "StepView",
    "Task",
    "Term",
    "View",
    "add_file",
    "add_note",
    "aggregate",
    "around",
    "change_note",
    "change_view",
    "count",
    "counts",
    "create",
    "delete",
    "delete_view",
    "dictionary",
    "evaluate",
    "event",
    "files",
    "inbox",
    "keep_view",
    "lane",
    "listing",
    "lookup",
    "mark_read",
    "move_view",
    "named",
    "notes",
    "notifications",
    "open_file",
    "own_note",
    "page_before",
    "people",
    "read",
    "reassign",
    "related",
    "remove_file",
    "remove_note",
    "resume",
    "set_aside",
    "step",
    "steps",
    "take",
    "tick",
    "timeline",
    "unread",
    "update",
    "views",
    "waiting",
]
