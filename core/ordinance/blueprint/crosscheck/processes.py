"""Every workflow holds with its switches as they are: what the static passes of verification find is a problem.

What would only go wrong after a change of switches is no fault of the site as it stands: `verify` tells it, and so does
the check of the changed site.
Source: engine.md §6.1 and §6.3.
"""

from __future__ import annotations

from ordinance.blueprint.draft import Draft
from ordinance.blueprint.grounds import ground_of
from ordinance.process.verify import static


def check(draft: Draft) -> None:
    """Report orders that cannot be, inputs that nobody gives, ways back that are barred, and actions without one."""
    for spec in draft.declared.actions.values():
        if not spec.undo:
            draft.report("undo_missing", (), place=spec.place, action=spec.id)
    for workflow in draft.workflows.values():
        ground = ground_of(workflow, draft.entities, draft.declared.actions, draft.bench.place)
        draft.bench.problems += [each.as_problem() for each in static(workflow, ground) if not each.toggles]
