"""Write scenarios as people write them: one act a line, broken where it would be too long."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ordinance.problems import Text

_WIDE = 118
_PLAIN = re.compile(r"[A-Za-z0-9_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff./+*-]*(?: [A-Za-z0-9_\u4e00-\u9fff./+*-]+)*")
_NOT_PLAIN = re.compile(r"[-+.\d].*|(?i:true|false|null|yes|no|on|off|y|n)")
_BARE = frozenset({"true", "false"})


def scenario_text(
    stories: Iterable[tuple[str, Iterable[Mapping[str, Any]]]], *, schema: str = "", notes: Iterable[Text] = ()
) -> str:
    """Return a file of scenarios.

    Args:
        stories: Name and acts of each.
        schema: The path of the schema, for editors; none if it is empty.
        notes: What could not be told; it goes in as comments.
    """
    lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
    lines += [f"# {each.zh} · {each.en}" for each in dict.fromkeys(notes)]
    lines.append("schema: 1")
    for name, acts in stories:
        lines += ["", f"{_scalar(name)}:", *(line for act in acts for line in _act(act))]
    return "\n".join([*lines, ""])


def _act(act: Mapping[str, Any]) -> Iterable[str]:
    whole = f"  - {_flow(act)}"
    if len(whole) <= _WIDE:
        yield whole
        return
    mark = "  - "
    for key, value in act.items():
        yield from _entry(mark, key, value)
        mark = "    "


def _entry(mark: str, key: str, value: Any) -> Iterable[str]:
    line = f"{mark}{_scalar(key)}: {_flow(value)}"
    if len(line) <= _WIDE or not value or not isinstance(value, Mapping | list):
        yield line
        return
    yield f"{mark}{_scalar(key)}:"
    indent = " " * (len(mark) + 2)
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _entry(indent, name, each)
        return
    for each in value:
        flow = f"{indent}- {_flow(each)}"
        if len(flow) <= _WIDE or not isinstance(each, Mapping) or not each:
            yield flow
            continue
        mark = f"{indent}- "
        for name, inner in each.items():
            yield from _entry(mark, name, inner)
            mark = f"{indent}  "


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(name)}: {_flow(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    text = "" if value is None else str(value)
    plain = text in _BARE or (_PLAIN.fullmatch(text) is not None and _NOT_PLAIN.fullmatch(text) is None)
    return text if plain else json.dumps(text, ensure_ascii=False)
