"""Change a site's configuration without fear: see what a change will do, apply it whole or not at all, go back.

`plan(house, change, now)` says what applying a change would do and writes nothing. `apply` takes a complete plan made
on the revision in force and does it in one transaction. `propose`, `approve`, `withdraw` are for changes that others
decide on or that shall take effect later; the due-worker calls `apply_due`. `revert` goes back. `drift` and `pull` hold
the files in the folder against those of the revision in force. `toggled` and `edited` make the files of a change as a
hand would. `sketch`, `amend`, `put_forward` and `carry_out` are for a change that is made step by step, in pages. A web
page or a command needs nothing below this.

Source: design.md §6 and §7, engine M1 to M10.
"""

from ordinance.changes.applying import Applied, open_points
from ordinance.changes.change import CHOICES, EVERY, Change, Choice
from ordinance.changes.deciding import apply_due, approve
from ordinance.changes.difference import Difference, differences
from ordinance.changes.drafting import amend, carry_out, put_forward, sketch
from ordinance.changes.editing import edited, granted, placed, toggled
from ordinance.changes.first_rows import add_first_rows
from ordinance.changes.following import Follower, keep_up
from ordinance.changes.forming import Formed, force_of, formed, from_files, from_revision
from ordinance.changes.guards import guards_lost
from ordinance.changes.own import Drift, drift, in_force, pull
from ordinance.changes.plan import Consent, Effect, Guard, InboxLoad, Load, Move, Plan, Question, TableChange
from ordinance.changes.planning import Draft, draft, plan
from ordinance.changes.proposals import (
    Proposal,
    apply,
    may_change,
    procedure,
    proposal,
    proposals,
    propose,
    withdraw,
)
from ordinance.changes.reverting import history, revert, revision, way_back
from ordinance.changes.running import Run, how_far, take_back_lost
from ordinance.changes.telling import render
from ordinance.changes.whole import listed, speaks_of, taken_out, without_field, written
from ordinance.storage import Revision
from ordinance.yamlfile import EditError

__all__ = [
    "CHOICES",
    "EVERY",
    "Applied",
    "Change",
    "Choice",
    "Consent",
    "Difference",
    "Draft",
    "Drift",
    "EditError",
    "Effect",
    "Follower",
    "Formed",
    "Guard",
    "InboxLoad",
    "Load",
    "Move",
    "Plan",
    "Proposal",
    "Question",
    "Revision",
    "Run",
    "TableChange",
    "add_first_rows",
    "amend",
    "apply",
    "apply_due",
    "approve",
    "carry_out",
    "differences",
    "draft",
    "drift",
    "edited",
    "force_of",
    "formed",
    "from_files",
    "from_revision",
    "granted",
    "guards_lost",
    "history",
    "how_far",
    "in_force",
    "keep_up",
    "listed",
    "may_change",
    "open_points",
    "placed",
    "plan",
    "procedure",
    "proposal",
    "proposals",
    "propose",
    "pull",
    "put_forward",
    "render",
    "revert",
    "revision",
    "sketch",
    "speaks_of",
    "take_back_lost",
    "taken_out",
    "toggled",
    "way_back",
    "withdraw",
    "without_field",
    "written",
]
