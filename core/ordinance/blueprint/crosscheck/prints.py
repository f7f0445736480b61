"""Print formats are about entities that exist, and for roles that exist."""

from __future__ import annotations

from ordinance.blueprint.draft import Draft
from ordinance.problems import did_you_mean


def check(draft: Draft) -> None:
    """Report formats of nothing, and who may use them."""
    for id, node in draft.bench.node("prints").items():
        entity = node.text("of") or id
        if entity not in draft.entities:
            path = (*node.path, "of") if "of" in node else node.path
            draft.report("unknown_entity", path, name=entity, remedy=did_you_mean(entity, draft.entities))
        for name, each in node.at("by").items():
            if name not in draft.roles:
                draft.report("unknown_role", each.path, name=name, remedy=did_you_mean(name, draft.roles))
