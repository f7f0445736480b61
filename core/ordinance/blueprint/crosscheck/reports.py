"""Reports and dashboards are for roles that exist. The rest of them is looked at where they are built."""

from __future__ import annotations

from ordinance.blueprint.bench import Node
from ordinance.blueprint.draft import Draft
from ordinance.problems import did_you_mean


def check(draft: Draft) -> None:
    """Report roles that do not exist."""
    for section in ("reports", "dashboards"):
        reading = draft.bench.node(section)
        for name in reading.names():
            _roles(draft, reading.at(name).at("by"))


def _roles(draft: Draft, node: Node) -> None:
    for name, each in node.items():
        if name not in draft.roles:
            draft.report("unknown_role", each.path, name=name, remedy=did_you_mean(name, draft.roles))
