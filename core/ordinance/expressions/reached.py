"""Which values of which records an expression looked at: what somebody must be allowed to see to be told why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ordinance.expressions.env import Env
from ordinance.expressions.plan import Field


@dataclass(frozen=True, slots=True)
class Reached:
    """One name that was looked up.

    `entity` is the kind of record (`order.lines` for a line; empty where it is not known), `record` the id of the one
    it was found in, if there was one; `root` says where the path began.
    """

    entity: str
    record: Any
    name: str
    root: str = "row"


def reached_by(node: Field, env: Env, row: Any, up: Any) -> Iterator[Reached]:
    """Yield each name of a path with the record in which it was found.

    Args:
        node: The path.
        env: The values.
        row: The row it begins at, if it begins at one.
        up: The rows around that one.
    """
    here = _start(node, env, row, up)
    for name, entity in zip(node.names, node.entities, strict=True):
        known = isinstance(here, Mapping)
        yield Reached(entity, here.get("id") if known else None, name, node.root)
        here = here.get(name) if known else None


def _start(node: Field, env: Env, row: Any, up: Any) -> Any:
    if node.root == "row":
        for _ in range(node.hops):
            row, up = up if up is not None else (None, None)
        return row
    # A value that is not proposed is the record's own.
    return {**env.record, **(env.new or {})} if node.root == "new" else getattr(env, node.root)
