"""`ordinance resolve PATH`: show a value of the merged configuration and every line that wrote it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ordinance.commands.site import add_site, has_errors, is_site, locale_of
from ordinance.problems import did_you_mean, render_text

if TYPE_CHECKING:
    from ordinance.blueprint import Loaded
    from ordinance.blueprint.layers import Merged

Path = tuple[str, ...]


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("resolve", help=__doc__, description=__doc__)
    parser.add_argument("path", metavar="PATH", help="such as workflows.sales_order.steps.ship.label")
    add_site(parser)
    parser.add_argument("--json", action="store_true", help="print value and writers as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print one value with its writers; return 1 if the site cannot be read, 2 if nothing stands at the path."""
    if not is_site(arguments.site):
        return 2
    from ordinance.blueprint import load

    loaded = load(arguments.site)
    locale = locale_of(arguments)
    if loaded.merged is None:
        sys.stderr.write(render_text(loaded.problems, loaded.sources, locale))
        return 1
    path, rest = find(loaded.merged.tree, arguments.path)
    if rest:
        _missing(loaded.merged.tree, path, rest, locale)
        return 2
    value = value_at(loaded.merged.tree, path)
    if arguments.json:
        sys.stdout.write(json.dumps(_report(path, value, loaded.merged), ensure_ascii=False, indent=2) + "\n")
    else:
        _print(value, path, loaded)
    return 1 if has_errors(loaded.problems) else 0


def find(tree: Mapping[str, Any], text: str) -> tuple[Path, str]:
    """Return the path a text stands for, and what of the text leads nowhere; keys may have points in them."""
    path: list[str] = []
    here: Any = tree
    rest = text
    while rest:
        keys = here if isinstance(here, Mapping) else {}
        fitting = [key for key in keys if rest == key or rest.startswith(f"{key}.")]
        if not fitting:
            return tuple(path), rest
        key = max(fitting, key=len)
        path.append(key)
        here = keys[key]
        rest = rest[len(key) + 1 :]
    return tuple(path), ""


def value_at(tree: Mapping[str, Any], path: Path) -> Any:
    """Return what stands at a path."""
    here: Any = tree
    for key in path:
        here = here[key]
    return here


def _missing(tree: Mapping[str, Any], path: Path, rest: str, locale: str) -> None:
    here = value_at(tree, path)
    remedy = did_you_mean(rest.partition(".")[0], here if isinstance(here, Mapping) else ())
    words = "没有" if locale.startswith("zh") else "there is nothing at"
    sys.stderr.write(f"{words} {'.'.join((*path, rest))}\n")
    if remedy:
        sys.stderr.write(f"   = {remedy.in_(locale)}\n")


def _report(path: Path, value: Any, merged: Merged) -> dict[str, Any]:
    writers = [{"layer": layer, "file": place.file, "line": place.line} for layer, place in merged.writers(path)]
    return {"path": list(path), "value": value, "writers": writers}


def _print(value: Any, path: Path, loaded: Loaded) -> None:
    merged = loaded.merged
    assert merged is not None
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    sys.stdout.write(f"{'.'.join(path)}: {shown}\n")
    for layer, place in merged.writers(path):
        line = loaded.sources.get(place.file, "").split("\n")[place.line - 1 : place.line]
        sys.stdout.write(f"  {layer:12} {place}  {''.join(line).strip()[:100]}\n")
