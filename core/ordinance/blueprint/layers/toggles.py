"""Toggles: steps of a workflow switched by name, in `config/company.yaml` or by an administrator.

They are applied to the finished workflow, so a copy (`like`) does not follow the switches of what it was copied from.
"""

from __future__ import annotations

from collections.abc import Mapping

from ordinance.blueprint.layers.layer import Layer, Part
from ordinance.blueprint.layers.nodes import Branch, Leaf, Node
from ordinance.blueprint.layers.overlay import place_of
from ordinance.problems import Problem, did_you_mean, problem
from ordinance.yamlfile import Tree


def toggles_layer(toggles: Mapping[str, object], rank: int, name: str = "toggles") -> Layer:
    """Return a layer that switches steps, as an administrator does.

    Args:
        toggles: `workflow.step` to True, False, or a condition as text.
        rank: Above every other layer.
        name: What its places are called.
    """
    values = {path: str(value).lower() if isinstance(value, bool) else str(value) for path, value in toggles.items()}
    tree = Tree(name, data={"schema": "1", "toggles": values})
    return Layer(name, rank, (Part("company", tree),), is_company=True)


def switched(flow: Branch, toggles: Mapping[str, Leaf]) -> tuple[Branch, frozenset[str]]:
    """Return a workflow with its steps switched, and the toggles that name no step of it.

    Args:
        flow: The workflow, all layers laid over each other.
        toggles: Step id to the new `enabled`. A step of a lane may be named too.
    """
    missing = set(toggles)
    lanes = flow.branch("lanes")
    for step, said in toggles.items():
        if _has(flow, step):
            flow = _set(flow, step, said)
            missing.discard(step)
        for id, lane in lanes.entries.items():
            if isinstance(lane, Branch) and _has(lane, step):
                lanes = lanes.having(id, _set(lane, step, said))
                missing.discard(step)
    return (flow.having("lanes", lanes) if lanes.entries else flow), frozenset(missing)


def unknown_toggle(name: str, said: Node, workflows: Branch) -> Problem:
    """Return the problem of a toggle that names no step."""
    known = [f"{id}.{step}" for id in workflows.entries for step in workflows.branch(id).branch("steps").entries]
    return problem("unknown_toggle", place_of(said), name=name, remedy=did_you_mean(name, known))


def _has(thing: Branch, step: str) -> bool:
    found = thing.branch("steps").entries.get(step)
    return isinstance(found, Branch) and not found.is_removed


def _set(thing: Branch, step: str, said: Leaf) -> Branch:
    steps = thing.branch("steps")
    body = steps.branch(step)
    before = body.entries.get("enabled")
    leaf = Leaf(said.value, (before.writers if before else ()) + said.writers)
    return thing.having("steps", steps.having(step, body.having("enabled", leaf)))
