"""The description of papers: which there are for a record, and the PDF of one."""

from __future__ import annotations

from typing import Any

from ordinance.web.api.openapi.shared import ID, answer, operation, ref, text


def print_paths(name: str, one: str) -> dict[str, Any]:
    """Return the paths that print records of one entity.

    Args:
        name: The entity.
        one: The path of one of its records.
    """
    form = {"name": "form", "in": "path", "required": True, "schema": {"type": "string"}, "description": "its id"}
    content = {"application/pdf": {"schema": {"type": "string", "contentEncoding": "binary"}}}
    return {
        f"{one}/print": {
            "get": operation(
                f"{name}.prints", "Which papers can be made of it", {"200": answer("papers", ref("_items"))}, tag=name,
                parameters=[ID],
            )
        },
        f"{one}/print/{{form}}": {
            "get": operation(
                f"{name}.print", "The PDF of it", {"200": {"description": "the paper", "content": content}}, tag=name,
                parameters=[ID, form, text("locale", "language of the paper: zh or en")],
            )
        },
    }  # fmt: skip
