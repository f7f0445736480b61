"""The pages of the reference that are made from the code: commands, problems, hooks, keys, and schemas for editors."""

import argparse
import ast
import contextlib
import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOOKS = ROOT / "core" / "ordinance" / "hooks" / "specs.py"
CONTEXT = ROOT / "core" / "ordinance" / "acts" / "context.py"
MADE = "Made by `python tests/docs.py`; edit the code, not this page."


def made_pages() -> dict[str, Callable[[], str]]:
    """Return what makes each page, by its path from the root."""
    from ordinance.commands.schema import site_schemas

    pages: dict[str, Callable[[], str]] = {
        "core/docs/reference/yaml.md": yaml_page,
        "core/docs/reference/problems.md": problems_page,
        "core/docs/reference/cli.md": commands_page,
        "core/docs/reference/hooks.md": hooks_page,
    }
    for name, text in (site_schemas(ROOT) or {}).items():
        pages[f"config/schemas/{name}"] = partial(str, text)
    return pages


def yaml_page() -> str:
    """Return every key of the configuration language, with our own line about who made the page."""
    from ordinance.shapes import reference

    return re.sub(r"Made by `[^`]+`; do not edit\.", MADE, reference()).rstrip("\n") + "\n"


# Problems ------------------------------------------------------------------------------------------------------------


def problems_page() -> str:
    """Return every code with its words, family by family."""
    from ordinance.problems import catalogue

    head = [
        "# Problems and refusals: every code",
        "",
        MADE,
        "",
        "A *problem* is something wrong in configuration and has a place: file, line, column. A *refusal* is an",
        "ordinary no to a person or a program. Both have a code, which stays, and words, which may change.",
        "`{…}` is filled in.",
    ]
    return "\n".join([*head, *(line for family in catalogue._FAMILIES for line in _family(family)), ""])


def _family(family: object) -> Iterator[str]:
    title = (family.__doc__ or "").strip().splitlines()[0].rstrip(".")
    yield from ("", f"## {title}", "", "| code | words | 中文 | remedy |", "| --- | --- | --- | --- |")
    for code, entry in sorted(family.ENTRIES.items()):
        mild = "" if entry.severity == "error" else f" ({entry.severity})"
        remedy = f"{entry.remedy.en}<br>{entry.remedy.zh}" if entry.remedy else ""
        cells = (_cell(text) for text in (entry.message.en, entry.message.zh, remedy))
        yield f"| `{code}`{mild} | {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<br> ", "<br>")


# The command line ----------------------------------------------------------------------------------------------------


def commands() -> dict[str, str]:
    """Return the help of every command, and of the parts of a command that has parts, by what is typed."""
    from ordinance.commands.registry import COMMANDS

    found: dict[str, str] = {}
    for name in COMMANDS:
        text = _help(name)
        found[name] = text
        for part in _parts(name):
            found[f"{name} {part}"] = _help(name, part)
    return found


def _help(*words: str) -> str:
    from ordinance.commands import main

    written = io.StringIO()
    with contextlib.redirect_stdout(written), _columns(100):
        main([*words, "--help"])
    return written.getvalue().rstrip()


def _parts(name: str) -> list[str]:
    from ordinance.commands import _parser

    parser, _ = _parser([name])
    inner = _choices(parser)[name]
    return list(_choices(inner))


def _choices(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


@contextlib.contextmanager
def _columns(width: int) -> Iterator[None]:
    """Let argparse wrap its lines at one width, whatever the terminal."""
    import os

    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(width)
    try:
        yield
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before


def commands_page() -> str:
    """Return the page of commands: what the program itself says with `--help`."""
    head = [
        "# The command line",
        "",
        MADE,
        "",
        "`ordinance COMMAND …`, or `python cli.py COMMAND …` from a checkout.",
        "Exit codes: 0 fine, 1 problems, 2 wrong usage.",
    ]
    sections = [f"\n## ordinance {name}\n\n```text\n{text}\n```" for name, text in commands().items()]
    return "\n".join([*head, *sections, ""])


# Hooks ---------------------------------------------------------------------------------------------------------------


def hooks() -> list[ast.FunctionDef]:
    """Return the definition of every hook."""
    tree = ast.parse(HOOKS.read_text("utf-8"))
    return [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("ordinance_")]


def hooks_page() -> str:
    """Return the page of hooks, and of what the code of a department is handed."""
    tree = ast.parse(HOOKS.read_text("utf-8"))
    lines = ["# Hooks", "", MADE, "", _prose(ast.get_docstring(tree)), ""]
    lines += ["```python", "from ordinance import hookimpl", "```"]
    for hook in hooks():
        answer = ast.unparse(hook.returns) if hook.returns else ""
        lines += ["", f"## {hook.name}", "", f"`{hook.name}() -> {answer}`", "", _prose(ast.get_docstring(hook))]
    lines += ["", "## What the words stand for", "", "| name | is |", "| --- | --- |"]
    lines += [f"| `{name}` | {_cell(_prose(about))} |" for name, about in _aliases(tree)]
    lines += ["", "## What the code is handed", "", _context_words()]
    return "\n".join([*lines, ""])


def _aliases(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node, about in _with_words(tree.body):
        if isinstance(node, ast.Assign) and about:
            yield ast.unparse(node.targets[0]), about


def _with_words(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """Each statement with the text that stands below it, if there is one."""
    for node, following in pairwise([*body, ast.Pass()]):
        below = following.value if isinstance(following, ast.Expr) else None
        yield node, str(below.value) if isinstance(below, ast.Constant) else ""


def _context_words() -> str:
    parts = []
    tree = ast.parse(CONTEXT.read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.endswith("Context"):
            parts += [f"### {node.name}", "", _prose(ast.get_docstring(node)), ""]
            parts += ["| member | meaning |", "| --- | --- |"]
            parts += [f"| `{name}` | {_cell(about)} |" for name, about in _members(node)]
            parts.append("")
    return "\n".join(parts).rstrip()


def _members(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for each, about in _with_words(node.body):
        if isinstance(each, ast.AnnAssign) and not ast.unparse(each.target).startswith("_"):
            yield f"{ast.unparse(each.target)}: {ast.unparse(each.annotation)}", about
        elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and not each.name.startswith("_"):
            yield _signature(each), _prose(ast.get_docstring(each))


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    if any(ast.unparse(each) == "property" for each in node.decorator_list):
        return node.name
    wait = "await " if isinstance(node, ast.AsyncFunctionDef) else ""
    taken = ast.unparse(node.args).removeprefix("self, ").removeprefix("self")
    return f"{wait}{node.name}({taken})"


def _prose(text: str | None) -> str:
    return "\n".join(line for line in (text or "").strip().splitlines() if not line.startswith("Source:")).strip()
