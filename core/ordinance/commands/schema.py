"""`ordinance schema`: write one JSON Schema for each kind of file, so that editors check and complete what is typed.

The schemas know the names of the site and of its departments. A YAML file names its schema in its first line:
`# yaml-language-server: $schema=config/schemas/workflows.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ordinance.commands.site import add_site, is_site, locale_of
from ordinance.problems import Text, render_text

_WRONG_USAGE = 2
_FOLDER = Path("config") / "schemas"
_CHANNELS = ("office", "portal", "api", "import")
_NO_WAY_BACK = ("keep", "forget", "never")
_STALE = Text("不是最新的：运行 ordinance schema", "is not current: run ordinance schema")


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("schema", help=(__doc__ or "").split("\n")[0], description=__doc__)
    add_site(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to (default: config/schemas of the site)")
    parser.add_argument("--check", action="store_true", help="write nothing, only say which are not current")


def run(arguments: argparse.Namespace) -> int:
    """Write or check the schemas; return 1 if one is not current or the site cannot be read, 2 if it is none."""
    if not is_site(arguments.site):
        return _WRONG_USAGE
    folder: Path = arguments.out or arguments.site / _FOLDER
    made = site_schemas(arguments.site, locale_of(arguments))
    if made is None:
        return 1
    stale = [name for name, text in made.items() if _read(folder / name) != text]
    for name in stale:
        if arguments.check:
            sys.stdout.write(f"{folder / name} {_STALE.in_(locale_of(arguments))}\n")
            continue
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(made[name], "utf-8")
        sys.stdout.write(f"{folder / name}\n")
    return 1 if stale and arguments.check else 0


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def site_schemas(site: Path, locale: str = "en") -> dict[str, str] | None:
    """Return the schemas of a site, file name to text; None, with the reasons told, if the site cannot be read."""
    from ordinance.blueprint import load
    from ordinance.departments import find_departments
    from ordinance.shapes import schemas

    loaded = load(site)
    if loaded.merged is None:
        sys.stderr.write(render_text(loaded.problems, loaded.sources, locale))
        return None
    known = _known(loaded.merged.tree)
    # Only what the site uses and what comes with the program: the same schemas come out on every machine.
    used = [each.id for each in loaded.departments]
    known["departments"] = [*used, *find_departments(site, packages=False).departments]
    sorted_ = {kind: tuple(sorted(set(names))) for kind, names in known.items()}
    return {
        f"{kind}.json": json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        for kind, schema in schemas(sorted_).items()
    }


def _known(tree: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the names in a merged tree, by the kinds that `shapes` refers to."""
    from ordinance.access import VERBS
    from ordinance.fields import BUILT_IN

    flows: Mapping[str, Any] = tree.get("workflows") or {}
    offers: Mapping[str, Any] = tree.get("catalogue") or {}
    names = {kind: list(tree.get(kind) or ()) for kind in _PLAIN}
    steps = {id: list(_steps(flow)) for id, flow in flows.items()}
    lanes = {id: list(flow.get("lanes") or ()) for id, flow in flows.items()}
    offered = {kind: _all(each.get(kind) or () for each in offers.values()) for kind in ("steps", "lanes")}
    rights = [f"{entity}.{verb}" for entity in names["entities"] for verb in VERBS]
    of_flows = [f"{flow}.{each}" for flow in flows for each in (*steps[flow], *lanes[flow])]
    # In a workflow an offered step has its own name, without the department's.
    every_step = [*_all(steps.values()), *(each.rpartition(".")[2] for each in offered["steps"])]
    every_lane = [*_all(lanes.values()), *(each.rpartition(".")[2] for each in offered["lanes"])]
    emitted = _all(each.get("emits") or () for each in (tree.get("actions") or {}).values())
    return {
        **names,
        "offered_steps": offered["steps"],
        "offered_lanes": offered["lanes"],
        "events": [*names["events"], *emitted],
        "steps": every_step,
        "lanes": [*every_lane, *every_step],
        "ends": ["done", *_all(list(flow.get("ends") or ()) for flow in flows.values())],
        "fields": _all(_paths(entity) for entity in (tree.get("entities") or {}).values()),
        "toggles": [f"{flow}.{step}" for flow in flows for step in (flows[flow].get("steps") or ())],
        "documents": [*names["entities"], *names["workflows"]],
        "parties": ["everyone", *names["roles"]],
        "rights": [*rights, *of_flows],
        "verbs": [*VERBS, *every_step, *every_lane],
        "grants": [*names["permissions"], *names["entities"], *names["workflows"]],
        "types": [*BUILT_IN, *names["field_types"]],
        "ways_back": [*_NO_WAY_BACK, *(each.partition(".")[2] for each in names["actions"])],
        "channels": list(_CHANNELS),
    }


_PLAIN = (
    "entities", "workflows", "permissions", "roles", "actions", "checks", "events", "messages", "field_types",
)  # fmt: skip
"""Sections of the tree whose keys are the names."""


def _steps(flow: Mapping[str, Any]) -> Iterator[str]:
    yield from flow.get("steps") or ()
    for lane in (flow.get("lanes") or {}).values():
        yield from lane.get("steps") or ()


def _paths(entity: Mapping[str, Any]) -> Iterator[str]:
    for id, field in (entity.get("fields") or {}).items():
        yield id
        yield from (f"{id}.{inner}" for inner in field.get("fields") or ())


def _all(several: Iterable[Iterable[str]]) -> list[str]:
    return [name for names in several for name in names]
