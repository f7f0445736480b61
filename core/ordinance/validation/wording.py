"""What a fault of the schema means, in the words of somebody who writes configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ordinance.problems import Place, Problem, Text, did_you_mean, problem
from ordinance.shapes.schema import NOTHING, PATTERNS
from ordinance.validation.formats import looks_like_date
from ordinance.yamlfile import Path, Tree


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where, which keyword of the schema it broke, what was there; `of_name` if a key itself is wrong."""

    path: Path
    keyword: str
    limit: Any
    got: Any
    schema: Mapping[str, Any]
    of_name: bool = False


_THINGS = {
    "steps": Text("环节", "step"),
    "lanes": Text("支线", "lane"),
    "fields": Text("字段", "field"),
    "entities": Text("实体", "entity"),
    "workflows": Text("流程", "workflow"),
    "roles": Text("角色", "role"),
    "permissions": Text("权限", "permission"),
    "duties": Text("职责分离", "duty"),
    "reports": Text("报表", "report"),
    "dashboards": Text("概览", "dashboard"),
    "tiles": Text("组成", "tile"),
    "prints": Text("打印格式", "print format"),
    "portals": Text("门户", "portal"),
    "scans": Text("扫码核对", "scan"),
    "messages": Text("消息", "message"),
    "actions": Text("动作", "action"),
    "checks": Text("检查", "check"),
    "events": Text("事件", "event"),
    "values": Text("值", "value"),
    "functions": Text("函数", "function"),
    "departments": Text("部门", "department"),
    "stages": Text("阶段", "stage"),
    "data": Text("记录", "row"),
    "scenarios": Text("情景", "scenario"),
}
_TYPES = {
    "string": Text("文字", "a text"),
    "array": Text("列表", "a list"),
    "object": Text("键: 值", "a map of keys"),
}
_PATTERN_CODES = {
    PATTERNS["id"]: "bad_id",
    PATTERNS["dotted"]: "bad_id",
    PATTERNS["path"]: "bad_path",
    PATTERNS["code"]: "bad_code",
}
_TOP_KINDS = frozenset(
    {"entities", "workflows", "reports", "prints", "portals", "scans", "messages", "data", "scenarios"}
)


def words_for(fault: Fault, tree: Tree, kind: str) -> Iterator[Problem]:
    """Yield the problems that a fault stands for, each with its place."""
    where = _where(fault.path, kind)
    if fault.keyword == "additionalProperties":
        for key in fault.got.keys() - fault.schema.get("properties", {}).keys():
            yield _unknown_key(fault, key, tree, where)
    elif fault.keyword == "required":
        for key in (name for name in fault.limit if name not in fault.got):
            at_top = not fault.path and key == "schema"
            yield problem(
                "missing_schema" if at_top else "missing_key", tree.key_place(fault.path), where=where, key=key
            )
    elif fault.keyword in ("minProperties", "maxProperties"):
        yield problem("one_name_per_item", tree.place(fault.path))
    else:
        place = tree.key_place((*fault.path, fault.got)) if fault.of_name else tree.place(fault.path)
        yield _wrong_value(fault, place, where, tree)


def _wrong_value(fault: Fault, place: Place, where: Text, tree: Tree) -> Problem:
    got = fault.got if isinstance(fault.got, str) else ""
    if fault.keyword == "const":
        return problem("other_schema", place, got=got)
    if fault.keyword == "type" or (fault.keyword == "pattern" and fault.limit == NOTHING):
        return _wrong_shape(fault, place, where)
    if fault.keyword == "enum":
        if fault.limit == ["true", "false"]:
            return problem("bad_boolean", place, where=where, got=got)
        return problem("not_accepted", place, where=where, got=got, remedy=did_you_mean(got, fault.limit))
    if fault.keyword == "pattern" and fault.of_name and _is_split(tree, fault.path, got):
        return problem("split_expression", place, where=where, key=got)
    if fault.keyword == "pattern":
        return problem(_PATTERN_CODES.get(fault.limit, "shape_fault"), place, where=where, got=got, detail=got)
    if fault.keyword == "format":
        code = "impossible_date" if fault.limit == "date" and looks_like_date(got) else f"bad_{fault.limit}"
        return problem(code, place, where=where, got=got)
    return problem("shape_fault", place, where=where, detail=fault.keyword)


def _wrong_shape(fault: Fault, place: Place, where: Text) -> Problem:
    types = fault.schema.get("type", "object")
    names = [types] if isinstance(types, str) else list(types)
    if fault.keyword == "pattern" or fault.schema.get("pattern") == NOTHING:
        names = [name for name in names if name != "string"]
    wanted = Text("或".join(_TYPES[name].zh for name in names), " or ".join(_TYPES[name].en for name in names))
    got = "array" if isinstance(fault.got, list) else "object" if isinstance(fault.got, dict) else "string"
    words = Text("空", "nothing") if fault.got in ("", "~", "null") else _TYPES[got]
    return problem("wrong_shape", place, where=where, wanted=wanted, got=words)


def _unknown_key(fault: Fault, key: str, tree: Tree, where: Text) -> Problem:
    place = tree.key_place((*fault.path, key))
    if _is_split(tree, fault.path, key):
        return problem("split_expression", place, where=where, key=key)
    accepted = fault.schema.get("properties", {})
    if key.partition(":")[0] in accepted and ":" in key:
        return problem("missing_blank", place, key=key)
    return problem("unknown_key", place, where=where, key=key, remedy=did_you_mean(key, accepted))


def _is_split(tree: Tree, path: Path, key: str) -> bool:
    """Return whether a key is the tail of an expression that a comma inside braces cut in two."""
    node: Any = tree.data
    for part in path:
        node = node[part]
    if not isinstance(node, dict) or node.get(key) != "":
        return False
    before = list(node)[: list(node).index(key)]
    heads = [node[name] for name in before if isinstance(node[name], str)]
    return any(head.count("(") > head.count(")") or head.count("[") > head.count("]") for head in heads)


def _where(path: Path, kind: str) -> Text:
    """Return what a path points at, in the author's words: step “ship”, “opens” of workflow “sales_order”."""
    if not path:
        return Text("文件", "this file")
    for end in range(len(path), 0, -1):
        thing = _THINGS.get(str(path[end - 2])) if end > 1 else (_THINGS[kind] if kind in _TOP_KINDS else None)
        if path[end - 2 : end - 1] == ("fields",) and "roles" in path[: end - 2]:
            thing = _THINGS["entities"]  # what a role may see is given by entity and field
        if thing and isinstance(path[end - 1], str):
            named = Text(f"{thing.zh}“{path[end - 1]}”", f"{thing.en} “{path[end - 1]}”")
            inner = ".".join(str(part) for part in path[end:] if isinstance(part, str))
            return Text(f"{named.zh}的“{inner}”", f"“{inner}” of {named.en}") if inner else named
    return Text.of(f"“{'.'.join(str(part) for part in path if isinstance(part, str))}”")
