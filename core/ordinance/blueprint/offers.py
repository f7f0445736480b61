"""What a department offers for documents, on a site where no process moves such records: it is no fault there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ordinance.blueprint.bench import Node
from ordinance.blueprint.engine_names import OF_EVERY_DOCUMENT
from ordinance.blueprint.values import Entity

_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def department_of(node: Node, key: str) -> str:
    """Return the department whose file says something under a key, or under the node; empty for the company's own."""
    place = node.bench.place((*node.path, key) if key in node else node.path)
    parts = place.file.split("/") if place is not None else []
    return parts[1] if len(parts) > 2 and parts[0] == "plugins" else ""


def is_of_documents(said: Iterable[str], entity: Entity) -> bool:
    """Return whether texts name what only documents have, such as a number, of records that no process moves."""
    names = {name for text in said for name in _NAME.findall(text)} - entity.fields.keys()
    return not entity.workflows and not names.isdisjoint(OF_EVERY_DOCUMENT)
