"""The difference of two configurations in words: what was switched, added, taken away, renamed, put elsewhere.

The canonical texts are compared value by value, so nothing changes without being told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ordinance.blueprint import Blueprint, Renames, renames_between
from ordinance.changes.wording import key_words, shown
from ordinance.problems import Place, Text

Path = tuple[str, ...]

_SILENT = frozenset({"catalogue"})
"""What departments offer; what a company makes of it stands in its workflows."""

_OF_SOFTWARE = frozenset({"actions", "checks", "events", "values", "functions", "field_types"})
_OFF = frozenset({"false", "no"})
_ON = frozenset({None, "", "true", "yes", "always"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changes.

    Attributes:
        kind: What sort of change, a word for programs: `step_off`, `role_changed`, `field_added`, …
        path: Where in the merged configuration.
        what: The same in words.
        place: The line that says so; that of the old text for what is taken away, if it is known.
    """

    kind: str
    path: Path
    what: Text
    place: Place | None = None


def differences(old: Blueprint, new: Blueprint, names: Renames | None = None) -> tuple[Difference, ...]:
    """Return everything that differs between two configurations.

    Args:
        old: The one before.
        new: The one after.
        names: What is called otherwise; what `was` says if left out.
    """
    before, after = json.loads(old.text), json.loads(new.text)
    names = names or renames_between(old.entities, new.entities)
    teller = _Teller(old, new, before, after)
    told = [each for path, was in _renamed(names) for each in teller.renamed(path, was)]
    aligned = _aligned(before, names)
    teller.before = aligned
    found = (each for path, was, now in _changes(aligned, after, ()) for each in teller.tell(path, was, now))
    return (*told, *found)


def _renamed(names: Renames) -> Iterator[tuple[Path, str]]:
    """Yield the new path of each thing that is called otherwise, and what it was called."""
    for old, new in names.entities.items():
        if old != new:
            yield ("entities", new), old
    for owner, pairs in names.fields.items():
        for old, new in pairs.items():
            if old != new:
                yield (*_path_of(names.owner(owner)), new), old
    for (owner, name), pairs in names.options.items():
        field = (*_path_of(names.owner(owner)), names.field(owner, name))
        for old, new in pairs.items():
            if old != new:
                yield (*field, "options", new), old


def _path_of(owner: str) -> Path:
    entity, _, lines = owner.partition(".")
    return ("entities", entity, "fields", lines, "fields") if lines else ("entities", entity, "fields")


def _aligned(tree: Mapping[str, Any], names: Renames) -> dict[str, Any]:
    """Return a tree with entities, fields and options under their new names, so that like is held against like."""
    if not names:
        return dict(tree)

    def fields(owner: str, here: Mapping[str, Any]) -> dict[str, Any]:
        return {names.field(owner, name): field(owner, name, each) for name, each in here.items()}

    def field(owner: str, name: str, here: Any) -> Any:
        if not isinstance(here, Mapping):
            return here
        made = dict(here)
        if isinstance(made.get("fields"), Mapping):
            made["fields"] = fields(f"{owner}.{name}", made["fields"])
        if isinstance(made.get("options"), Mapping):
            made["options"] = {names.option(owner, name, each): body for each, body in made["options"].items()}
        return made

    entities = {
        names.owner(id): {**here, "fields": fields(id, here.get("fields") or {})} if isinstance(here, Mapping) else here
        for id, here in (tree.get("entities") or {}).items()
    }
    return {**tree, "entities": entities}


def _changes(old: Any, new: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    """Yield each place where two trees differ, as high up as something is there on one side only."""
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        if old != new:
            yield path, old, new
        return
    for key in [*old, *(each for each in new if each not in old)]:
        if path or key not in _SILENT:
            yield from _changes(old.get(key), new.get(key), (*path, key))
    if path and path[-1] == "steps" and _order(old, new) != _order(new, old):
        yield (*path, "*"), list(old), list(new)


def _order(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    return [key for key in one if key in other]


class _Teller:
    """Tells differences; knows what everything is called, before and after."""

    def __init__(self, old: Blueprint, new: Blueprint, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        self._old, self._new, self.before, self._after = old, new, before, after
        self._by_section: Mapping[str, Callable[[Path, Any, Any], Iterator[Difference]]] = {
            "workflows": self._workflow, "entities": self._entity, "roles": self._role, "company": self._company,
            "permissions": self._named, "duties": self._named, "reports": self._named, "messages": self._named,
            "guide": self._named, "prints": self._named, "dashboards": self._named, "data": self._rows,
            "portals": self._named, "scans": self._named,
        }  # fmt: skip

    def tell(self, path: Path, was: Any, now: Any) -> Iterator[Difference]:
        """Yield the words for one difference."""
        section = path[0]
        if section in _OF_SOFTWARE:
            what = Text(f"软件自带的 {'.'.join(path)} 不同", f"{'.'.join(path)} comes differently with the software")
            yield self._made("software", path, what)
        elif len(path) == 1:
            yield self._made("section", path, Text(f"{section} 整体变化", f"{section} changes as a whole"))
        else:
            yield from self._by_section[section](path, was, now)

    def _made(self, kind: str, path: Path, what: Text) -> Difference:
        shown_path = path[:-1] if path[-1] == "*" else path
        place = None
        for end in range(len(shown_path), 1, -1):
            place = self._new.origin(shown_path[:end]) or self._old.origin(shown_path[:end])
            if place is not None:
                break
        return Difference(kind, shown_path, what, place)

    def _called(self, *path: str) -> Text:
        """Return what the thing at a path is called, by its label now or then."""
        for tree in (self._after, self.before):
            here: Any = tree
            for part in path:
                here = here.get(part) if isinstance(here, Mapping) else None
            label = here.get("label") if isinstance(here, Mapping) else None
            if isinstance(label, Mapping):
                return Text(
                    label.get("zh") or label.get("en") or path[-1], label.get("en") or label.get("zh") or path[-1]
                )
            if label:
                return Text.of(str(label))
        return Text.of(path[-1])

    def renamed(self, path: Path, was: str) -> Iterator[Difference]:
        """Yield the words for an entity, a field or an option that is called otherwise."""
        name = self._called(*path)
        if len(path) == len(("entities", "x")):
            zh, en = f"资料“{name.zh}”", f"“{name.en}”"
            kind = "entity"
        else:
            kind = "option" if path[-2] == "options" else "field"
            word, of = _THINGS[kind], self._called(*path[: -2 if kind == "option" else 2])
            zh, en = f"“{of.zh}”的{word.zh}“{name.zh}”", f"the {word.en} “{name.en}” of “{of.en}”"
        what = Text(f"{zh}的标识由 {was} 改为 {path[-1]}", f"{en} was {was} and is {path[-1]} now")
        yield self._made(f"{kind}_renamed", path, what)

    def _came_or_went(
        self, kind: str, path: Path, was: Any, now: Any, name: Text, of: Text | None = None
    ) -> Difference:
        zh, en = (f"“{of.zh}”的", f" of “{of.en}”") if of is not None else ("", "")
        word = _THINGS.get(kind, Text.of(kind))
        if was is None:
            return self._made(
                f"{kind}_added", path, Text(f"新增{zh}{word.zh}“{name.zh}”", f"the {word.en} “{name.en}”{en} is new")
            )
        return self._made(
            f"{kind}_removed", path, Text(f"删除{zh}{word.zh}“{name.zh}”", f"the {word.en} “{name.en}”{en} is gone")
        )

    def _value(self, kind: str, path: Path, was: Any, now: Any, name: Text, keys: Path) -> Difference:
        key, old, new = key_words(keys[0]), shown(was), shown(now)
        inside = f" ({'.'.join(keys[1:])})" if len(keys) > 1 else ""
        zh = f"“{name.zh}”的{key.zh}{inside}：{old.zh} → {new.zh}"
        return self._made(f"{kind}_changed", path, Text(zh, f"“{name.en}”, {key.en}{inside}: {old.en} → {new.en}"))

    # Workflows

    def _workflow(self, path: Path, was: Any, now: Any) -> Iterator[Difference]:
        flow = self._called(*path[:2])
        rest = path[2:]
        if not rest:
            yield self._came_or_went("workflow", path, was, now, flow)
        elif rest[0] == "steps" and len(rest) > 1:
            yield from self._steps(path, rest[1:], was, now, flow, path[:3])
        elif rest[0] == "lanes" and len(rest) > 1:
            yield from self._lane(path, rest[1:], was, now, flow)
        else:
            yield self._value("workflow", path, was, now, flow, rest)

    def _lane(self, path: Path, rest: Path, was: Any, now: Any, flow: Text) -> Iterator[Difference]:
        lane = self._called(*path[:4])
        if len(rest) == 1:
            yield self._came_or_went("lane", path, was, now, lane, flow)
        elif rest[1] == "steps" and len(rest) > 2:
            yield from self._steps(path, rest[2:], was, now, lane, path[:5])
        else:
            yield self._value("lane", path, was, now, lane, rest[1:])

    def _steps(self, path: Path, rest: Path, was: Any, now: Any, flow: Text, above: Path) -> Iterator[Difference]:
        if rest[0] == "*":
            order = [self._called(*above, each) for each in now if each in was]
            zh, en = " → ".join(each.zh for each in order), " → ".join(each.en for each in order)
            yield self._made(
                "steps_reordered",
                path,
                Text(f"“{flow.zh}”的环节次序改为:{zh}", f"the steps of “{flow.en}” come in another order: {en}"),
            )
            return
        step = self._called(*above, rest[0])
        if len(rest) == 1:
            yield from self._step(path, was, now, step, flow)
        elif rest[1] == "enabled":
            yield self._switched(path, was, now, step, flow)
        else:
            yield self._value(
                "step", path, was, now, Text(f"{flow.zh} / {step.zh}", f"{flow.en} / {step.en}"), rest[1:]
            )

    def _step(self, path: Path, was: Any, now: Any, step: Text, flow: Text) -> Iterator[Difference]:
        old = now.get("was") if isinstance(now, Mapping) else None
        if old is not None:
            former = self._called(*path[:-1], str(old))
            yield self._made(
                "step_renamed", path,
                Text(f"“{flow.zh}”的环节“{former.zh}”({old})改为“{step.zh}”({path[-1]})",
                     f"the step “{former.en}” ({old}) of “{flow.en}” is now “{step.en}” ({path[-1]})"),
            )  # fmt: skip
        elif now is not None or not self._is_renamed(path):
            yield self._came_or_went("step", path, was, now, step, flow)

    def _is_renamed(self, path: Path) -> bool:
        here: Any = self._after
        for part in path[:-1]:
            here = here.get(part) if isinstance(here, Mapping) else None
        return isinstance(here, Mapping) and any(
            isinstance(each, Mapping) and each.get("was") == path[-1] for each in here.values()
        )

    def _switched(self, path: Path, was: Any, now: Any, step: Text, flow: Text) -> Difference:
        if now in _OFF:
            return self._made(
                "step_off",
                path,
                Text(f"“{flow.zh}”的环节“{step.zh}”关闭", f"“{step.en}” of “{flow.en}” is switched off"),
            )
        if now in _ON and (was in _OFF or was not in _ON):
            return self._made(
                "step_on", path, Text(f"“{flow.zh}”的环节“{step.zh}”开启", f"“{step.en}” of “{flow.en}” is switched on")
            )
        if now in _ON:
            how = Text("不得再关闭", "may not be switched off any more")
            how = how if now == "always" else Text("可以关闭", "may be switched off")
            words = Text(f"“{flow.zh}”的环节“{step.zh}”{how.zh}", f"“{step.en}” of “{flow.en}” {how.en}")
            return self._made("step_changed", path, words)
        zh = f"“{flow.zh}”的环节“{step.zh}”只在此时需要：{now}"
        return self._made("step_switched", path, Text(zh, f"“{step.en}” of “{flow.en}” is on only where {now}"))

    # Everything else

    def _entity(self, path: Path, was: Any, now: Any) -> Iterator[Difference]:
        if path[-1] == "was":
            # What it was called has been told, or is of an earlier change.
            return
        entity = self._called(*path[:2])
        rest = path[2:]
        if not rest:
            yield self._came_or_went("entity", path, was, now, entity)
        elif rest[0] == "fields" and len(rest) > 1:
            below = [at for at, part in enumerate(path) if part == "fields" and at + 1 < len(path)]
            last = below[-1] + 2
            field = self._called(*path[:last])
            if len(path) == last:
                yield self._came_or_went("field", path, was, now, field, entity)
            else:
                name = Text(f"{entity.zh} / {field.zh}", f"{entity.en} / {field.en}")
                yield self._value("field", path, was, now, name, path[last:])
        else:
            yield self._value("entity", path, was, now, entity, rest)

    def _role(self, path: Path, was: Any, now: Any) -> Iterator[Difference]:
        role = self._called(*path[:2])
        if len(path) == 2:
            yield self._came_or_went("role", path, was, now, role)
        elif path[2] == "may" and len(path) > 3 and (was is None or now is None):
            right = self._called("permissions", path[3]) if len(path) == 4 else Text.of(".".join(path[3:]))
            what = (
                Text(f"角色“{role.zh}”得到:{right.zh}", f"the role “{role.en}” may now: {right.en}")
                if was is None
                else Text(f"角色“{role.zh}”失去:{right.zh}", f"the role “{role.en}” may no more: {right.en}")
            )
            yield self._made("right_given" if was is None else "right_taken", path, what)
        else:
            yield self._value("role", path, was, now, role, path[2:])

    def _company(self, path: Path, was: Any, now: Any) -> Iterator[Difference]:
        if path[1] == "departments" and len(path) > 2:
            is_on = _is_on(now) if len(path) == 3 else now not in _OFF
            found = self._new.departments.get(path[2]) or self._old.departments.get(path[2])
            name = found.label if found is not None else Text.of(path[2])
            how = Text("启用", "on") if is_on else Text("停用", "off")
            words = Text(f"部门“{name.zh}”{how.zh}", f"the department “{name.en}” is switched {how.en}")
            yield self._made("department_on" if is_on else "department_off", path, words)
        elif path[1] == "toggles":
            return
        else:
            yield self._value("company", path, was, now, Text("公司", "the company"), path[1:])

    def _named(self, path: Path, was: Any, now: Any) -> Iterator[Difference]:
        kind, name = path[0].removesuffix("s").replace("dutie", "duty"), self._called(*path[:2])
        if len(path) == 2:
            yield self._came_or_went(kind, path, was, now, name)
        else:
            yield self._value(kind, path, was, now, name, path[2:])

    def _rows(self, path: Path, was: Any, now: Any) -> Iterator[Difference]:
        entity = self._called("entities", path[1])
        key = path[2] if len(path) > 2 else "…"
        yield self._made(
            "first_row",
            path,
            Text(f"“{entity.zh}”的初始资料 {key} 变化", f"the first row {key} of “{entity.en}” changes"),
        )


def _is_on(body: Any) -> bool:
    return body is not None and not (isinstance(body, Mapping) and body.get("enabled") in _OFF)


_THINGS: Mapping[str, Text] = {
    "workflow": Text("流程", "process"), "step": Text("环节", "step"), "lane": Text("支线", "lane"),
    "entity": Text("资料", "entity"), "field": Text("字段", "field"), "role": Text("角色", "role"),
    "option": Text("选项", "option"),
    "permission": Text("权限", "permission"), "duty": Text("职责分离", "duty"), "report": Text("报表", "report"),
    "message": Text("消息", "message"), "guide": Text("引导", "guide line"),
}  # fmt: skip
