"""Departments offer actions; YAML binds them to steps. No step, role or workflow id stands in Python (design §3.3)."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

# Words of the default site that are ids of a step or a role but also ordinary words of the trade or of code.
ORDINARY = {
    "submit", "receive", "send", "refund", "apply", "customer", "ship", "publish", "grant", "propose", "pay", "pack",
    "pick", "invoice", "confirm", "archive", "place", "feedback", "everyone",
}  # fmt: skip


def ids_of_the_default_site() -> set[str]:
    from ordinance.blueprint import load

    blueprint = load(ROOT).blueprint
    assert blueprint is not None
    steps = {step.id for workflow in blueprint.workflows.values() for step in workflow.steps}
    return (steps | set(blueprint.roles)) - ORDINARY


def python_files() -> list[Path]:
    command = ["git", "ls-files", "core/ordinance", "plugins"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split() if name.endswith(".py")]


@pytest.mark.requirement("B-14")
def test_no_step_or_role_id_stands_in_python():
    ids = ids_of_the_default_site()
    assert "finance_review" in ids
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ids
    ]
    assert not found
