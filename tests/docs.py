"""Make the documents that a machine makes; `--check` only says whether they are current.

- `core/docs/requirements.md`: which requirement is covered by which test, from the markers on the tests.
- `core/docs/reference/*.md` and `config/schemas/*.json`: from the code that defines them (`made_pages`).
- Every page with commands, changes of files or requests in it: played again, its output put in (`walkthrough`).

Names of pages as further arguments limit it to those.
"""

# ruff: noqa: T201

import ast
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "core"), str(ROOT / "tests")]


def marks(path: Path) -> list[tuple[str, str]]:
    """Return (requirement id, test) for every `requirement` marker in a file of tests."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.requirement":
                name = f"{path.relative_to(ROOT)}::{node.name}"
                found += [(argument.value, name) for argument in decorator.args if isinstance(argument, ast.Constant)]
    return found


def story_marks(path: Path) -> list[tuple[str, str]]:
    """Return (requirement id, story) for every `# requirement: A-01, B-02` comment above a story of a scenario file."""
    found: list[tuple[str, str]] = []
    pending: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("# requirement:"):
            pending = [each.strip() for each in line.removeprefix("# requirement:").split(",")]
        elif line and not line[0].isspace() and not line.startswith("#") and pending:
            story = line.rstrip().rstrip(":").strip("\"'")
            found += [(id, f"{path.relative_to(ROOT)}::{story}") for id in pending]
            pending = []
    return found


def requirements() -> str:
    """Return the table of requirements and the tests that cover them."""
    covered: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for id, test in marks(path):
            covered.setdefault(id, []).append(test)
    for pattern in ("config/scenarios/*.yaml", "plugins/*/scenarios/*.yaml", "tests/scenarios/*.yaml"):
        for path in sorted(ROOT.glob(pattern)):
            for id, story in story_marks(path):
                covered.setdefault(id, []).append(story)
    rows = [f"| {id} | {'<br>'.join(f'`{test}`' for test in sorted(tests))} |" for id, tests in sorted(covered.items())]
    head = "# Requirements and their tests\n\nMade by `python tests/docs.py` from the markers on the tests.\n"
    return "\n".join([head, "| requirement | held by |", "| --- | --- |", *rows, ""])


def documents(names: list[str]) -> dict[Path, str]:
    """Return the documents made, or those of them that are named: path and text."""
    from made_pages import made_pages
    from walkthrough import played, walkthroughs

    makers: dict[str, Callable[[], str]] = {"core/docs/requirements.md": requirements, **made_pages()}
    makers |= {name: partial(played, ROOT / name) for name in walkthroughs()}
    return {ROOT / name: maker() for name, maker in makers.items() if not names or name in names}


def main(arguments: list[str]) -> int:
    """Write the documents, or with `--check` name those that are not current."""
    names = [each for each in arguments if not each.startswith("-")]
    made = documents(names)
    stale = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not current: run python tests/docs.py")
        print(f"{len(made) - len(stale)} documents current")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], "utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
