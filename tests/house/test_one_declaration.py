"""One declaration, many faces: nothing but a field type may ask which type a field has (design.md §3, rule 5)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from ordinance.fields import BUILT_IN

CORE = Path(__file__).parents[2] / "core" / "ordinance"
NAMES = frozenset(BUILT_IN)


def switches(tree: ast.AST) -> list[int]:
    """Return the lines on which an attribute or name `type` is compared with the name of a field type, or matched."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(map(_asks_type, (node.left, *node.comparators))):
            found += [node.lineno for each in (node.left, *node.comparators) if _names_type(each)]
        elif (isinstance(node, ast.Match) and _asks_type(node.subject)) or (
            isinstance(node, ast.Subscript) and _asks_type(node.slice) and isinstance(node.value, ast.Dict)
        ):
            found.append(node.lineno)
    return found


def _asks_type(node: ast.AST) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "type") or (
        isinstance(node, ast.Name) and node.id == "field_type"
    )


def _names_type(node: ast.AST) -> bool:
    texts = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
    return any(text in NAMES for text in texts)


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda path: str(path.relative_to(CORE)))
def test_nothing_but_a_field_type_switches_on_the_name_of_a_type(path):
    if path.is_relative_to(CORE / "fields"):
        return
    lines = switches(ast.parse(path.read_text("utf-8")))
    assert lines == [], (
        f"{path.name} asks for the type of a field on line {lines}; give FieldType a face for it instead"
    )


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("if field.type == 'money': pass", True),
        ("if field.type in ('ref', 'any_ref'): pass", True),
        ("if 'lines' != field.type: pass", True),
        ("match field.type:\n    case 'ref': pass", True),
        ("x = {'ref': 1}[field.type]", True),
        ("if column.type == 'person': pass", False),
        ("types[field.type]", False),
        ("kind = 'money'", False),
    ],
)
def test_the_test_itself_sees_a_switch(source, caught):
    assert bool(switches(ast.parse(source))) is caught


def test_checking_fields_imports_no_database():
    """`ordinance check` has half a second; Piccolo alone would take it."""
    code = (
        "import sys; import ordinance.fields as f; "
        "[t.json_schema for t in f.BUILT_IN.values()]; "
        "sys.exit(any(m.split('.')[0] in ('piccolo', 'asyncpg', 'litestar') for m in sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(CORE.parent)}, check=False)
    assert found.returncode == 0
