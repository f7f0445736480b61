"""Every expression of the trial packs can be read. They are taken from a folder named by ORDINANCE_PACKS."""

import os
from pathlib import Path

import pytest

from ordinance.expressions import ANYWHERE, Expression, Span, compile_expression
from ordinance.yamlfile import read

CONDITIONS = frozenset({"when", "must", "until", "visible_when", "required_when", "readonly_when", "done"})
OTHERS = frozenset({"formula", "due", "enabled"})
NOT_EXPRESSIONS = frozenset({"always", "true", "false", "True", "False"})


def expressions_in(tree, key=""):
    """Yield the texts that stand where an expression stands."""
    if isinstance(tree, dict):
        for name, below in tree.items():
            yield from expressions_in(below, "must" if key in ("where", "options_when") else str(name))
    elif isinstance(tree, list):
        for below in tree:
            yield from expressions_in(below, key)
    elif key in CONDITIONS | OTHERS and tree is not None and str(tree) not in NOT_EXPRESSIONS:
        yield key, str(tree)


def test_every_expression_of_the_packs_can_be_read():
    folder = os.environ.get("ORDINANCE_PACKS")
    if not folder:
        pytest.skip("ORDINANCE_PACKS names no folder")
    found = []
    for path in sorted(Path(folder).glob("*/*.yaml")):
        if path.stem != "scenarios":
            found += expressions_in(read(path, path.name).data)
    made = [Span.parse(text) if text == "today" else compile_expression(text, ANYWHERE) for _, text in found]
    assert len(made) > 100
    assert all(isinstance(each, Expression | Span) for each in made)
