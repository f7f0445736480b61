"""Check one tree: quickly if it fits, otherwise every problem."""

from __future__ import annotations

from functools import cache
from typing import Any

from ordinance.problems import Place, Problem, problem
from ordinance.shapes import surface
from ordinance.validation.formats import FORMATS
from ordinance.validation.quick import Compiler, Fits
from ordinance.validation.wording import Fault, words_for
from ordinance.yamlfile import Tree


def check_tree(tree: Tree, kind: str) -> tuple[Problem, ...]:
    """Return what is wrong with a file of that kind, in the order of the file.

    Args:
        tree: A file as read. Its own problems are not repeated; an empty or unreadable file has no others.
        kind: A key of `shapes.KINDS`.
    """
    if not tree.data or _quick(kind)(tree.data):
        return ()
    found: dict[tuple[str, Place | None, str], Problem] = {}
    for error in _validator(kind).iter_errors(tree.data):
        for each in words_for(_fault(error), tree, kind):
            found.setdefault((each.code, each.place, each.message.en), each)
    if not found:
        found["", None, ""] = problem("shape_fault", Place(tree.name, 1, 1), where=kind, detail="?")
    return tuple(sorted(found.values(), key=lambda each: each.order))


def _fault(error: Any) -> Fault:
    of_name = "propertyNames" in error.relative_schema_path
    return Fault(
        tuple(error.absolute_path),
        error.validator,
        error.validator_value,
        error.instance,
        error.schema,
        of_name=of_name,
    )


@cache
def _compiler() -> Compiler:
    return Compiler(surface("plugin")["$defs"])


@cache
def _quick(kind: str) -> Fits:
    return _compiler().fits(surface(kind))


@cache
def _validator(kind: str) -> Any:
    # Loaded here because it costs more than reading a whole site, and most files are right.
    import jsonschema

    checker = jsonschema.FormatChecker(formats=())
    for name, has in FORMATS.items():
        checker.checks(name)(lambda value, has=has: not isinstance(value, str) or has(value))
    return jsonschema.Draft202012Validator(surface(kind), format_checker=checker)
